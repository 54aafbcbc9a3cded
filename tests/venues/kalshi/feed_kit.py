"""What the tests of Kalshi's session share: a listener that keeps everything, a feed on a bench, and frames."""

import json
from decimal import Decimal
from typing import Any

from firstprint.books.book import BookShelf
from firstprint.books.canonical import books_sha256, canonical_books
from firstprint.books.gaps import GapLedger
from firstprint.books.state import Invalid, InvalidReason, Valid
from firstprint.domain.gaps import Gap, GapReason
from firstprint.domain.lifecycle import LifecycleEvent
from firstprint.domain.marketdata import BookDelta, BookSnapshot, FrameStamp, Ticker, Trade
from firstprint.venues.kalshi.session import KalshiFeed

MS = 1_000_000
S = 1_000 * MS


class Keeper:
    """A listener that keeps all it hears."""

    def __init__(self, *, wants_market_data: bool = True) -> None:
        self.wants_market_data = wants_market_data
        self.snapshots: list[BookSnapshot] = []
        self.deltas: list[tuple[BookDelta, bool]] = []
        self.trades: list[Trade] = []
        self.tickers: list[Ticker] = []
        self.lifecycle: list[LifecycleEvent] = []
        self.gaps: list[Gap] = []
        self.closed: list[Gap] = []
        self.quarantined: list[tuple[str, bytes]] = []

    def on_snapshot(self, _: FrameStamp, snapshot: BookSnapshot) -> None:
        self.snapshots.append(snapshot)

    def on_delta(self, _: FrameStamp, delta: BookDelta, *, applied: bool) -> None:
        self.deltas.append((delta, applied))

    def on_trade(self, _: FrameStamp, trade: Trade) -> None:
        self.trades.append(trade)

    def on_ticker(self, _: FrameStamp, ticker: Ticker) -> None:
        self.tickers.append(ticker)

    def on_lifecycle(self, _: FrameStamp, event: LifecycleEvent) -> None:
        self.lifecycle.append(event)

    def on_gap_opened(self, gap: Gap) -> None:
        self.gaps.append(gap)

    def on_gap_closed(self, gap: Gap) -> None:
        self.closed.append(gap)

    def on_quarantined(self, _: FrameStamp, reason: str, __: str, raw: bytes) -> None:
        self.quarantined.append((reason, raw))


class Bench:
    """A feed with its shelf, ledger and listener. Each frame comes a millisecond after the one before."""

    def __init__(self, *, rows: bool = True, shelf: BookShelf | None = None, connection: int = 1) -> None:
        self.heard = Keeper(wants_market_data=rows)
        self.shelf = BookShelf() if shelf is None else shelf
        self.ledger = GapLedger(self.heard)
        self.feed = KalshiFeed(connection, self.shelf, self.ledger, self.heard)
        self.connection = connection
        self.now_ns = S
        self.record = 0

    @property
    def stamp(self) -> FrameStamp:
        return FrameStamp(self.record, self.connection, self.now_ns, 1_700_000_000 * S + self.now_ns)

    def hear(self, *frames: bytes | dict[str, Any]) -> "Bench":
        """Let frames come one by one."""
        for frame in frames:
            self.record += 1
            self.now_ns += MS
            self.feed.receive([frame if isinstance(frame, bytes) else wire(frame)], self.stamp)
        return self

    def say(self, payload: bytes) -> None:
        """Let a command go out."""
        self.record += 1
        self.feed.sent(payload, self.stamp)

    def tick(self, after_ns: int = S) -> "Bench":
        """Let time pass."""
        self.now_ns += after_ns
        self.feed.tick(self.stamp)
        return self

    def close(self, reason: GapReason | None = GapReason.DISCONNECTED) -> None:
        self.feed.closed(reason, self.stamp)

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Applied, control, duplicate, quarantined."""
        counts = self.feed.counts
        return (counts.applied, counts.control, counts.duplicate, counts.quarantined)

    @property
    def valid(self) -> set[str]:
        return {market for market, book in self.shelf.items() if isinstance(book.state(self.now_ns), Valid)}

    def reason(self, market: str) -> InvalidReason | None:
        """Say why a book cannot be read, None when it can."""
        state = self.shelf[market].state(self.now_ns)
        return state.reason if isinstance(state, Invalid) else None

    @property
    def gaps(self) -> list[tuple[GapReason, int | None, int | None, int | None]]:
        """Reason, sid, first and last number of each gap so far."""
        return [(gap.reason, gap.sid, gap.seq_from, gap.seq_to) for gap in self.heard.gaps]

    def levels(self, market: str) -> tuple[dict[Decimal, Decimal], dict[Decimal, Decimal]]:
        """Give a VALID book as Decimals."""
        state = self.shelf[market].state(self.now_ns)
        assert isinstance(state, Valid)
        yes, no = ({Decimal(p).scaleb(-6): Decimal(s).scaleb(-6) for p, s in state.ladder.levels(side)}
                   for side in ("yes", "no"))  # fmt: skip
        return yes, no

    def sha256(self) -> str:
        ladders = {market: self.shelf[market].ladder for market in self.valid}
        return books_sha256(canonical_books(ladders))


def wire(frame: dict[str, Any]) -> bytes:
    """Render a frame as the venue does."""
    return json.dumps(frame, separators=(",", ":")).encode() + b"\n"


def subscribed(sid: int = 1, channel: str = "orderbook_delta", command: int = 1) -> dict[str, Any]:
    """Make the answer that opens a subscription."""
    return {"type": "subscribed", "id": command, "msg": {"channel": channel, "sid": sid}}


def snapshot(seq: int, market: str = "A", sid: int = 1, yes: Any = (("0.40", "10.00"),), **more: Any) -> dict[str, Any]:
    """Make a whole book."""
    body = {"market_ticker": market, "yes_dollars_fp": yes, "no_dollars_fp": more.pop("no", [["0.50", "10.00"]])}
    return {"type": "orderbook_snapshot", "sid": sid, "seq": seq, "msg": body, **more}


def delta(
    seq: int, market: str = "A", sid: int = 1, price: str = "0.40", size: str = "1.00", side: str = "yes", **more: Any
) -> dict[str, Any]:
    """Make a change of one level."""
    cents = {"price": more.pop("cents")} if "cents" in more else {}
    body = {"market_ticker": market, "price_dollars": price, "delta_fp": size, "side": side, **cents, **more}
    return {"type": "orderbook_delta", "sid": sid, "seq": seq, "msg": body}


def ok(seq: int, markets: list[str] | None = None, sid: int = 1, command: int = 2) -> dict[str, Any]:
    """Make the answer to a change of a subscription."""
    return {"type": "ok", "id": command, "sid": sid, "seq": seq, "msg": {"market_tickers": markets} if markets else {}}


def error(code: int, command: int | None = None, **more: Any) -> dict[str, Any]:
    """Make an error."""
    named = {} if command is None else {"id": command}
    return {"type": "error", **named, **more, "msg": {"code": code, "msg": "no"}}
