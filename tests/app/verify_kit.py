"""A session's journal written by hand, a model of the venue that fills it, and a fold that lies on demand."""

import hashlib
import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from firstprint.app.fold import fold_run
from firstprint.app.venues import Venues
from firstprint.app.verify import Verifier
from firstprint.app.verify_ports import KEYS, Neighbours, RowKey, SinkRows
from firstprint.app.verify_report import VerifyReport
from firstprint.app.verify_sinks import ExpectedRows
from firstprint.books.gaps import GapLedger
from firstprint.domain.happenings import ConnectionClosed, ConnectionOpened, SessionClosed, SessionOpened
from firstprint.domain.record import Kind
from firstprint.venues.kalshi.commands import BOOKS, subscribe
from firstprint.venues.kalshi.venue import KalshiVenue

SESSION = "20260801T000000"
START_NS = 1_785_500_000_000_000_000
STEP_NS = 1_000_000


class ScriptRun(NamedTuple):
    """A run of the journal."""

    first_record: int
    kind: Kind
    connection: int
    mono_ns: int
    wall_ns: int
    payloads: list[bytes]


class ScriptBlock(NamedTuple):
    """A block of the journal."""

    content: list[ScriptRun]

    @property
    def first_record(self) -> int:
        return self.content[0].first_record

    @property
    def last_record(self) -> int:
        return self.content[-1].first_record + len(self.content[-1].payloads) - 1

    def runs(self) -> Iterable[ScriptRun]:
        return self.content


class Lost(NamedTuple):
    """Damage to the journal."""

    records_missing: int


class Script:
    """A journal in memory; each call is one run, 1 ms after the one before."""

    def __init__(self, session: str = SESSION) -> None:
        self.session = session
        self.runs: list[ScriptRun] = []
        self.claimed: int | None = None
        self.damage: list[Lost] = []
        self._next = 1
        self._mono_ns = 1_000

    @property
    def acknowledged(self) -> int:
        return self._next - 1 if self.claimed is None else self.claimed

    @property
    def now_ns(self) -> int:
        """The wall time of the last run."""
        return START_NS + self._mono_ns

    def write(self, kind: Kind, connection: int, *payloads: bytes, after_ns: int = STEP_NS) -> int:
        """Append a run; give its first record."""
        self._mono_ns += after_ns
        first = self._next
        self.runs.append(ScriptRun(first, kind, connection, self._mono_ns, START_NS + self._mono_ns, list(payloads)))
        self._next += len(payloads)
        return first

    def open(self, previous: str | None = None) -> "Script":
        opened = SessionOpened(session=self.session, venue="kalshi", software="test", previous=previous)
        if previous is not None:
            opened.previous_end_wall_ns = START_NS - 10**9
        self.write(Kind.SESSION_OPENED, 0, msgspec.json.encode(opened))
        return self

    def connect(self, connection: int, number: int | None = None) -> None:
        headers = {} if number is None else {"x-sim-connection": str(number)}
        opened = ConnectionOpened(url="wss://venue", purpose="books", headers=headers)
        self.write(Kind.CONNECTION_OPENED, connection, msgspec.json.encode(opened))

    def disconnect(self, connection: int, cause: str = "DISCONNECTED") -> None:
        self.write(Kind.CONNECTION_CLOSED, connection, msgspec.json.encode(ConnectionClosed(cause=cause)))

    def frames(self, connection: int, *frames: bytes, after_ns: int = STEP_NS) -> int:
        return self.write(Kind.FRAME_IN, connection, *frames, after_ns=after_ns)

    def tick(self, after_ns: int = 1_000_000_000) -> None:
        self.write(Kind.TICK, 0, b"", after_ns=after_ns)

    def close(self) -> "Script":
        self.write(Kind.SESSION_CLOSED, 0, msgspec.json.encode(SessionClosed()))
        return self

    def blocks(self) -> Iterator[ScriptBlock]:
        for place in range(0, len(self.runs), 3):
            yield ScriptBlock(self.runs[place : place + 3])


def compact(message: dict[str, Any]) -> bytes:
    """Encode as the venue does, without blanks."""
    return json.dumps(message, separators=(",", ":")).encode()


def price_text(cents: int) -> str:
    """Say a price as the venue does."""
    return f"0.{cents:02d}00"


class ModelVenue:
    """One subscription of the venue: true books, frames with numbers, and the truth log. It knows no firstprint."""

    def __init__(self, markets: Sequence[str], seed: int = 1, connection: int = 7, sid: int = 1) -> None:
        self.rng = random.Random(seed)
        self.connection = connection
        self.sid = sid
        self.seq = 0
        self.markets = list(markets)
        self.books: dict[str, dict[str, dict[int, int]]] = {m: {"yes": {}, "no": {}} for m in markets}
        self.truth: list[bytes] = []

    def _say(self, kind: str, body: dict[str, Any], truth: dict[str, Any], **head: int) -> bytes:
        self.seq += 1
        raw = compact({"type": kind, **head, "sid": self.sid, "seq": self.seq, "msg": body})
        line = {"k": "frame", "c": self.connection, "sid": self.sid, "seq": self.seq, **truth}
        self.truth.append(json.dumps(line | {"sha": hashlib.sha256(raw).hexdigest()[:16]}).encode())
        return raw

    def subscribed(self) -> bytes:
        body = {"channel": "orderbook_delta", "sid": self.sid}
        return compact({"type": "subscribed", "id": 1, "msg": body})

    def ok(self) -> bytes:
        return self._say("ok", {"market_tickers": self.markets}, {"type": "ok"})

    def snapshot(self, market: str) -> bytes:
        sides = {
            side: [[price_text(cents), f"{size}.00"] for cents, size in sorted(levels.items())]
            for side, levels in self.books[market].items()
        }
        body = {"market_ticker": market, "yes_dollars_fp": sides["yes"], "no_dollars_fp": sides["no"]}
        return self._say("orderbook_snapshot", body, {"type": "snapshot", "t": market, **sides})

    def delta(self, market: str) -> bytes:
        side = self.rng.choice(("yes", "no"))
        cents, size = self.rng.randint(1, 45), self.rng.randint(0, 5) * 10
        before = self.books[market][side].pop(cents, 0)
        if size:
            self.books[market][side][cents] = size
        body = {"market_ticker": market, "side": side, "price_dollars": price_text(cents)}
        body["delta_fp"] = f"{size - before}.00"
        truth = {"type": "delta", "t": market, "side": side, "price": price_text(cents), "size": f"{size}.00"}
        return self._say("orderbook_delta", body, truth)

    def any_delta(self) -> bytes:
        return self.delta(self.rng.choice(self.markets))

    def spoiled(self, seq: int) -> None:
        """Write down that a frame was spoiled on its way."""
        self.truth.append(json.dumps({"k": "fault", "c": self.connection, "sid": self.sid, "seq": seq}).encode())


def clean_session(
    markets: Sequence[str] = ("A", "B"), deltas: int = 200, script: Script | None = None
) -> tuple[Script, ModelVenue]:
    """Write a session without any fault, up to (and without) its end."""
    venue = ModelVenue(markets)
    script = script or Script().open()
    script.connect(1, venue.connection)
    script.write(Kind.FRAME_OUT, 1, subscribe(1, BOOKS, list(markets)))
    script.frames(1, venue.subscribed(), *(venue.snapshot(market) for market in markets))
    for _ in range(deltas // 5):
        script.frames(1, *(venue.any_delta() for _ in range(5)))
    return script, venue


def repaired(script: Script, venue: ModelVenue) -> None:
    """Send every market's snapshot anew."""
    script.frames(1, *(venue.snapshot(market) for market in venue.markets))


class LyingLedger:
    """Stands before the real ledger of gaps and changes what is added: None drops the gap."""

    def __init__(self, ledger: GapLedger, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> None:
        self._ledger = ledger
        self._change = change

    def add(self, reason: Any, stamp: Any, **where: Any) -> Any:
        changed = self._change({"reason": reason, "stamp": stamp, **where})
        return None if changed is None else self._ledger.add(changed.pop("reason"), changed.pop("stamp"), **changed)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)


class LyingVenue(KalshiVenue):
    """Kalshi, with gaps changed on their way to the ledger, and a word in after each batch of frames."""

    def __init__(
        self,
        change: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda gap: gap,
        after: Callable[[Any, Any, Any], None] = lambda *_: None,
    ) -> None:
        self._change = change
        self._after = after

    def feed(self, connection: int, shelf: Any, gaps: Any, listener: Any, *, from_start: bool) -> Any:
        lying = LyingLedger(gaps, self._change)
        feed = super().feed(connection, shelf, lying, listener, from_start=from_start)  # type: ignore[arg-type]
        receive, after = feed.receive, self._after

        def lie(frames: Sequence[bytes], first: Any) -> None:
            receive(frames, first)
            after(shelf, gaps, first)

        feed.receive = lie  # type: ignore[method-assign]
        return feed


class MemorySink:
    """The rows a right projection would hold, to be spoiled by hand."""

    def __init__(self, script: Script, offset: int | None = None, *, forgetful: bool = False) -> None:
        self.name = "memory"
        self._forgetful = forgetful
        self.table_rows: dict[str, list[tuple[int, RowKey]]] = {table: [] for table in KEYS}
        self.aside: set[int] = set()
        self.offset = script.acknowledged if offset is None else offset
        self._fold(script)

    @property
    def tables(self) -> Sequence[str]:
        return tuple(self.table_rows)

    def _fold(self, script: Script) -> None:
        from firstprint.app.capture import Capture  # noqa: PLC0415 only this fake folds by itself

        committed = 0

        def keep(table: str, anchor: int, key: RowKey) -> None:
            if self._forgetful and anchor <= committed:
                return
            self.table_rows[table].append((anchor, key))

        capture = Capture(Venues(KalshiVenue()), ExpectedRows(keep))
        for block in script.blocks():
            if block.last_record <= self.offset:
                for run in block.runs():
                    fold_run(capture, run)
                committed = block.last_record

    def rows(self, table: str, record_from: int, record_to: int) -> Iterable[RowKey]:
        return [key for anchor, key in self.table_rows[table] if record_from <= anchor <= record_to]

    def poisoned(self, record_from: int, record_to: int) -> Iterable[int]:
        return [record for record in self.aside if record_from <= record <= record_to]


def verify(
    script: Script,
    venue: KalshiVenue | None = None,
    truth: Sequence[bytes] | None = None,
    sinks: Sequence[SinkRows] = (),
    neighbours: Neighbours | None = None,
) -> VerifyReport:
    """Prove a script's session."""
    return Verifier(Venues(venue or KalshiVenue()), script, truth=truth, sinks=sinks, neighbours=neighbours).verify()


def figures(report: VerifyReport) -> dict[str, int]:
    """Give the figures that must be zero and are not."""
    from firstprint.app.verify_report import WRONG  # noqa: PLC0415 beside its only use

    return {name: value for name in WRONG if (value := getattr(report, name))}
