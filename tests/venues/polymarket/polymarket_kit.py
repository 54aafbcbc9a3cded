"""What the tests of Polymarket's session share: a listener that keeps everything, a feed on a bench, and frames."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from firstprint.books.book import BookShelf
from firstprint.books.gaps import GapLedger
from firstprint.books.state import Invalid, InvalidReason, Valid
from firstprint.domain.gaps import Gap, GapReason
from firstprint.domain.lifecycle import LifecycleEvent
from firstprint.domain.marketdata import BookDelta, BookSnapshot, FrameStamp, Level, Ticker, Trade
from firstprint.venues.polymarket import commands
from firstprint.venues.polymarket.assets import Assets
from firstprint.venues.polymarket.broadcasts import Broadcasts
from firstprint.venues.polymarket.session import PolymarketFeed

ROOT = Path(__file__).resolve().parents[3]
PLACE = os.environ.get("FIRSTPRINT_RECORDINGS")  # noqa: TID251 the tests' own setting, not the product's
RECORDINGS = (Path(PLACE) if PLACE else ROOT.parent / "shared" / "recordings") / "polymarket"
needs_recordings = pytest.mark.skipif(
    not RECORDINGS.is_dir(), reason=f"no recordings at {RECORDINGS}: set FIRSTPRINT_RECORDINGS to where they lie"
)

MS = 1_000_000
S = 1_000 * MS
A, B, C = "0xa", "0xb", "0xc"
TOKENS = {A: ("a1", "a2"), B: ("b1", "b2"), C: ("c1", "c2")}


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

    def on_venue(self, _: str) -> None:
        """Forget it."""

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
    """A feed with its shelf, ledger, listener and directory. Each frame comes a millisecond after the one before."""

    def __init__(
        self, *, rows: bool = True, shelf: BookShelf | None = None, connection: int = 1, from_start: bool = True
    ) -> None:
        self.heard = Keeper(wants_market_data=rows)
        self.shelf = BookShelf() if shelf is None else shelf
        self.ledger = GapLedger(self.heard)
        self.assets = Assets()
        self.broadcasts = Broadcasts()
        self.feed = self.joined(connection, from_start=from_start)
        self.now_ns = S
        self.record = 0

    def joined(self, connection: int, *, from_start: bool = True) -> PolymarketFeed:
        """Make a feed of another connection beside the first."""
        return PolymarketFeed(
            connection, self.shelf, self.ledger, self.heard, self.assets, self.broadcasts, from_start=from_start
        )

    @property
    def stamp(self) -> FrameStamp:
        return FrameStamp(self.record, self.feed.connection, self.now_ns, 1_700_000_000 * S + self.now_ns)

    def hear(self, *frames: bytes | dict[str, Any] | list[Any]) -> "Bench":
        """Let frames come one by one."""
        for frame in frames:
            self.record += 1
            self.now_ns += MS
            self.feed.receive([frame if isinstance(frame, bytes) else wire(frame)], self.stamp)
        return self

    def say(self, payload: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Let a command go out; give the markets that join and leave by it."""
        self.record += 1
        return tuple(self.feed.sent(payload, self.stamp))

    def tick(self, after_ns: int = S) -> "Bench":
        """Let time pass."""
        self.now_ns += after_ns
        self.feed.tick(self.stamp)
        return self

    def close(self, reason: GapReason | None = GapReason.DISCONNECTED) -> None:
        self.feed.closed(reason, self.stamp)

    def compare(self, at_ms: int, market: str = A, yes: Any = ((400_000, 10),), no: Any = ((500_000, 10),)) -> None:
        """Let a book by REST be compared; sizes in contracts."""
        sides = [tuple(Level(price, size * 1_000_000) for price, size in side) for side in (yes, no)]
        self.feed.checked(self.stamp, BookSnapshot(market, *sides, source="rest", venue_ns=at_ms * MS))

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Applied, control, duplicate, quarantined."""
        counts = self.feed.counts
        return (counts.applied, counts.control, counts.duplicate, counts.quarantined)

    @property
    def valid(self) -> set[str]:
        return {market for market, book in self.shelf.items() if isinstance(book.state(self.now_ns), Valid)}

    def reason(self, market: str = A) -> InvalidReason | None:
        """Say why a book cannot be read, None when it can."""
        state = self.shelf[market].state(self.now_ns)
        return state.reason if isinstance(state, Invalid) else None

    @property
    def gaps(self) -> list[tuple[GapReason, tuple[str, ...]]]:
        """Reason and markets of each gap so far."""
        return [(gap.reason, gap.markets) for gap in self.heard.gaps]

    def levels(self, market: str = A) -> tuple[dict[int, int], dict[int, int]]:
        """Give a VALID book, in cents and contracts."""
        state = self.shelf[market].state(self.now_ns)
        assert isinstance(state, Valid), state
        yes, no = ({p // 10_000: s // 1_000_000 for p, s in state.ladder.levels(side)} for side in ("yes", "no"))
        return yes, no


def subscribed(*markets: str, **more: Any) -> Bench:
    """Give a bench whose directory knows A, B and C, subscribed to some of them."""
    bench = Bench(**more)
    for market, tokens in TOKENS.items():
        bench.assets.learn(market, tokens)
    bench.say(commands.open_with([TOKENS[market][0] for market in markets]))
    return bench


def two_books(**more: Any) -> Bench:
    """Give a bench whose markets A and B are VALID since venue time 100: bids 0.40, asks 0.50, ten each."""
    return subscribed(A, B, **more).hear([book(100, A), book(100, B)])


def wire(frame: Any) -> bytes:
    """Render a frame as the venue does."""
    return json.dumps(frame, separators=(",", ":")).encode()


def book(at_ms: int, market: str = A, bids: Any = (("0.40", "10"),), asks: Any = (("0.50", "10"),), **more: Any) -> Any:
    """Make a whole book of a market's first asset."""
    sides = {"bids": [{"price": p, "size": s} for p, s in bids], "asks": [{"price": p, "size": s} for p, s in asks]}
    head = {"event_type": "book", "asset_id": TOKENS[market][0], "market": market}
    return {**head, **sides, "timestamp": str(at_ms), "hash": "h", **more}


def one(price: str = "0.40", size: str = "11", side: str = "BUY", asset: str = "a1", touch: Any = None) -> Any:
    """Make one change; `touch` are the best prices that the venue states in it."""
    best = {"best_bid": touch[0], "best_ask": touch[1]} if touch else {}
    return {"asset_id": asset, "price": price, "size": size, "side": side, "hash": "x", **best}


def change(at_ms: int, *changes: Any, market: str = A) -> Any:
    """Make a price_change of some levels, by default one that says 11 for the bid at 0.40."""
    told = list(changes) or [one(asset=TOKENS[market][0])]
    return {"market": market, "price_changes": told, "timestamp": str(at_ms), "event_type": "price_change"}
