"""A journal without bytes: sessions as blocks of calls on the listener, the outside of a projector, and its faults."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Engine, select

from firstprint.app.project import Projector
from firstprint.app.projection_ports import ProjectionProgress
from firstprint.domain.broadcast import Broadcast
from firstprint.domain.clock import Instant
from firstprint.domain.deaf import Deaf
from firstprint.domain.gaps import Gap, GapReason
from firstprint.domain.happenings import ConnectionClosed, ConnectionOpened, SessionClosed, SessionOpened
from firstprint.domain.instruments import Market, PriceGrid, PriceRange
from firstprint.domain.lifecycle import Cause, Entry, LifecycleEvent, MarketState, Participation, Transition
from firstprint.domain.marketdata import BookDelta, BookSnapshot, FrameStamp, Level, Ticker, Trade
from firstprint.journal.files import DiskFile, DiskFiles
from firstprint.sinks.ledger import Batch
from firstprint.sinks.parquet import ParquetSink
from firstprint.sinks.relational import RelationalSink
from firstprint.sinks.segment import measure
from firstprint.store.database import DatabaseAddress, open_store
from firstprint.store.ledger import SqlLedger
from firstprint.store.tables import metadata

FIRST, SECOND = "20261121T235940Z-3f9c2a", "20261122T000100Z-77b01d"
MIDNIGHT_NS = 1_795_305_600_000_000_000
HOSTILE = ("'; DROP TABLE markets; --", "a\0b", "\u202etac\u202c", "é\U0001f600\n\x1b[31m", '"quoted"', "x" * 1_000_000)

Call = tuple[str, tuple[Any, ...], dict[str, Any]]


@dataclass
class ScriptBlock:
    """Calls of some records."""

    first_record: int
    last_record: int
    calls: list[Call] = field(default_factory=list)


class Scribe:
    """Writes one session's calls, a record for each."""

    def __init__(self, session: str, wall_ns: int) -> None:
        self.session = session
        self.calls: list[tuple[int, Call]] = []
        self.record = 0
        self._mono_ns = 1_000
        self._offset_ns = wall_ns - 1_000

    def stamp(self, connection: int = 1, step_ns: int = 40_000_000) -> FrameStamp:
        """Begin a new record."""
        self.record += 1
        self._mono_ns += step_ns
        return FrameStamp(self.record, connection, self._mono_ns, self._mono_ns + self._offset_ns)

    def say(self, name: str, *args: Any, **named: Any) -> None:
        """Make a call in the current record."""
        self.calls.append((self.record, (name, args, named)))

    def blocks(self, records_max: int = 5) -> list[ScriptBlock]:
        """Cut the session into blocks."""
        blocks = [
            ScriptBlock(start, min(start + records_max - 1, self.record))
            for start in range(1, self.record + 1, records_max)
        ]
        for record, call in self.calls:
            blocks[(record - 1) // records_max].calls.append(call)
        return blocks


def write_session(session: str, rng: random.Random, records: int, previous: str | None = None) -> Scribe:
    """Write a session with some of everything; `previous` is one that crashed."""
    scribe = Scribe(session, MIDNIGHT_NS - 2 * 10**9 if previous is None else MIDNIGHT_NS + 60 * 10**9)
    opened = SessionOpened(
        session=session, venue="kalshi", software="firstprint 0.1.0", settings={"markets": 3}, previous=previous
    )
    if previous is not None:
        opened.previous_outcome, opened.previous_end_wall_ns = "crashed", MIDNIGHT_NS
    scribe.say("on_session_opened", scribe.stamp(0), opened)
    scribe.calls[0] = (1, scribe.calls[0][1])
    scribe.say("on_connection_opened", scribe.stamp(), ConnectionOpened(url="wss://h/ws", purpose="books"))
    for number in range(3):
        say_market(scribe, rng, number)
    for _ in range(records):
        rng.choice(HAPPENINGS)(scribe, rng, rng.randrange(3))
    return scribe


def say_market(scribe: Scribe, rng: random.Random, number: int) -> None:
    """Say something of a market."""
    grid = PriceGrid((PriceRange(0, 1_000_000, 10_000),)) if rng.random() < 0.5 else None
    market = Market(
        ticker=f"M-{number}",
        title=rng.choice(HOSTILE[:-1]) if rng.random() < 0.5 else None,
        status=rng.choice(("active", "closed", None)),
        close_ns=rng.choice((None, MIDNIGHT_NS, -5)),
        grid=grid,
    )
    scribe.say("on_market", scribe.stamp(0), market, rng.choice(list(Cause)))


def say_snapshot(scribe: Scribe, rng: random.Random, number: int) -> None:
    """Send one or two books in one record, sometimes without a level."""
    stamp = scribe.stamp()
    for market in (number, (number + 1) % 3)[: rng.randint(1, 2)]:
        yes = tuple(Level(10_000 * price, rng.randrange(1, 10**9)) for price in range(rng.randint(0, 3)))
        book = BookSnapshot(f"M-{market}", yes, (), sid=rng.choice((None, 1)), seq=scribe.record, market_id=None)
        scribe.say("on_snapshot", stamp, book)


def say_delta(scribe: Scribe, rng: random.Random, number: int) -> None:
    """Send one level change, or two in one record."""
    stamp = scribe.stamp()
    for part in range(rng.randint(1, 2)):
        venue_ns = rng.choice((None, stamp.wall_ns - 12_345_678, stamp.wall_ns // 10**6 * 10**6, -7, 0))
        delta = BookDelta(
            f"M-{number}", "yes", 430_000, rng.randrange(-(10**18), 10**18), 1 + part, stamp.record, venue_ns
        )
        scribe.say("on_delta", stamp, delta, applied=rng.random() < 0.9)


def say_trade(scribe: Scribe, rng: random.Random, number: int) -> None:
    """Send a trade."""
    stamp = scribe.stamp(2)
    trade = Trade(
        f"M-{number}", f"id-{scribe.record}", 10_000, 5, rng.choice(("yes", None)), rng.choice((None, True, False))
    )
    scribe.say("on_trade", stamp, trade)


def say_ticker(scribe: Scribe, rng: random.Random, number: int) -> None:
    """Send a ticker."""
    scribe.say(
        "on_ticker", scribe.stamp(2), Ticker(f"M-{number}", price_e6=rng.choice((None, 7)), venue_ns=MIDNIGHT_NS)
    )


def say_lifecycle(scribe: Scribe, rng: random.Random, number: int) -> None:
    """Send a lifecycle message and the move that follows."""
    stamp, title = scribe.stamp(), rng.choice(HOSTILE[:-1])
    event = LifecycleEvent(event_type="never heard of", market=f"M-{number}", seq=stamp.record, raw={"title": title})
    move = Transition(
        market=f"M-{number}",
        before=MarketState.UNKNOWN,
        after=MarketState.ACTIVE,
        cause=Cause.STREAM,
        record=stamp.record,
        wall_ns=stamp.wall_ns,
    )
    scribe.say("on_lifecycle", stamp, event)
    scribe.say("on_transition", move)


def say_gap(scribe: Scribe, rng: random.Random, number: int) -> None:
    """Open a hole, and close it some records later."""
    stamp = scribe.stamp()
    facts: dict[str, Any] = {
        "gap_id": f"g{stamp.record}",
        "session": scribe.session,
        "connection": 1,
        "sid": 1,
        "seq_from": 4,
        "seq_to": 9,
        "reason": GapReason.SEQ_GAP,
        "opened_record": stamp.record,
        "opened_mono_ns": stamp.mono_ns,
        "opened_wall_ns": stamp.wall_ns,
        "markets": ("M-0", f"M-{number}"),
    }
    scribe.say("on_gap_opened", Gap(**facts, pending={"M-0"}))
    if rng.random() < 0.7:
        say_delta(scribe, rng, number)
        end = scribe.stamp()
        closed = Gap(**facts, repaired_record=end.record, repaired_wall_ns=end.wall_ns, method="get_snapshot")
        scribe.say("on_gap_closed", closed)


def say_stay(scribe: Scribe, rng: random.Random, number: int) -> None:
    """Let a market join, and leave later."""
    stamp = scribe.stamp()
    facts: dict[str, Any] = {
        "session": scribe.session,
        "market": f"M-{number}",
        "entry": Entry.CREATED,
        "joined_record": stamp.record,
        "joined_ns": stamp.wall_ns,
    }
    scribe.say("on_joined", Participation(**facts))
    if rng.random() < 0.5:
        end = scribe.stamp()
        scribe.say(
            "on_left", Participation(**facts, left_record=end.record, left_ns=end.wall_ns, left_reason="settled")
        )


def say_nonsense(scribe: Scribe, rng: random.Random, number: int) -> None:
    """Send what cannot be read."""
    scribe.say("on_quarantined", scribe.stamp(), "NOT_JSON", f"byte {number}", rng.randbytes(20))


HAPPENINGS: tuple[Callable[[Scribe, random.Random, int], None], ...] = (
    *(say_market, say_snapshot, say_delta, say_delta, say_delta, say_trade, say_ticker),
    *(say_lifecycle, say_gap, say_stay, say_nonsense),
)


def end_session(scribe: Scribe) -> Scribe:
    """Stop the recorder in order."""
    scribe.say("on_connection_closed", scribe.stamp(), ConnectionClosed(code=1000, by="us"))
    scribe.say("on_session_closed", scribe.stamp(0), SessionClosed())
    return scribe


def two_sessions(seed: int, records: int = 60) -> "ScriptedJournal":
    """Write a session that crashed and one that ended in order, across midnight."""
    rng = random.Random(seed)
    journal = ScriptedJournal()
    journal.add(write_session(FIRST, rng, records))
    journal.add(end_session(write_session(SECOND, rng, records, previous=FIRST)))
    return journal


class ScriptedJournal:
    """A SessionCatalogue of scripted sessions."""

    def __init__(self) -> None:
        self.blocks: dict[str, list[ScriptBlock]] = {}

    def add(self, scribe: Scribe) -> None:
        """Add a whole session."""
        self.blocks[scribe.session] = scribe.blocks()

    def sessions(self) -> list[str]:
        """List the sessions."""
        return sorted(self.blocks)

    def tail(self, session: str) -> "ScriptedTail":
        """Read one."""
        return ScriptedTail(self.blocks[session])


class ScriptedTail:
    """A SessionTail of one scripted session; blocks may be added while it is read."""

    def __init__(self, blocks: list[ScriptBlock]) -> None:
        self._blocks = blocks
        self._given = 0

    @property
    def ended(self) -> bool:
        """Whether the last block given closes the session."""
        return any(call[0] == "on_session_closed" for call in self._blocks[self._given - 1].calls)

    @property
    def durable(self) -> int:
        """The last record."""
        return self._blocks[-1].last_record

    def read(self) -> Iterable[ScriptBlock]:
        """Give what was not given."""
        while self._given < len(self._blocks):
            self._given += 1
            yield self._blocks[self._given - 1]


class ScriptedFold:
    """A SessionFold that makes the scripted calls."""

    def __init__(self, listener: Deaf) -> None:
        self._listener = listener

    def apply(self, block: ScriptBlock) -> None:
        """Make a block's calls."""
        for name, args, named in block.calls:
            getattr(self._listener, name)(*args, **named)


class HandClock:
    """A clock that goes on by a step each time it is read."""

    def __init__(self, step_ns: int = 1_000) -> None:
        self.mono_ns = 0
        self._step_ns = step_ns

    def now(self) -> Instant:
        """Read it."""
        self.mono_ns += self._step_ns
        return Instant(self.mono_ns, MIDNIGHT_NS + self.mono_ns)


@dataclass
class Notes:
    """A ProjectionReport that remembers."""

    progress: list[ProjectionProgress] = field(default_factory=list)
    waits: list[tuple[str, str]] = field(default_factory=list)

    def progressed(self, progress: ProjectionProgress) -> None:
        """Note it."""
        self.progress.append(progress)

    def waiting(self, sink: str, why: str, delay_s: float) -> None:
        """Note it."""
        assert delay_s >= 0
        self.waits.append((sink, why))


class Killed(BaseException):
    """The process ended here."""


class Fate:
    """Decides, at every operation that touches the disk or the database, what happens: nothing by default."""

    def __init__(self, kill_at: int | None = None) -> None:
        self.operations = 0
        self._kill_at = kill_at

    def meet(self, what: str) -> None:
        """Come to an operation."""
        self.operations += 1
        if self.operations == self._kill_at:
            raise Killed(what)


class FatefulFiles(DiskFiles):
    """The real disk; fate strikes before and after each operation."""

    def __init__(self, fate: Fate) -> None:
        self._fate = fate

    def open(self, path: Path, *, writable: bool = False) -> DiskFile:
        """Open a file to sync it."""
        self._fate.meet("before sync")
        return super().open(path, writable=writable)

    def rename(self, source: Path, target: Path) -> None:
        """Rename a file."""
        self._fate.meet("before rename")
        super().rename(source, target)
        self._fate.meet("after rename")

    def unlink(self, path: Path) -> None:
        """Remove a file."""
        self._fate.meet("before unlink")
        super().unlink(path)
        self._fate.meet("after unlink")


class FatefulLedger(SqlLedger):
    """The real database; fate strikes before and after each commit."""

    def __init__(self, engine: Engine, fate: Fate) -> None:
        super().__init__(engine)
        self._fate = fate

    def commit(
        self, sink: str, session: str, after: int, record: int, writes: Batch, *, complete: bool = False
    ) -> None:  # type: ignore[override]
        """Commit."""
        self._fate.meet("before commit")
        super().commit(sink, session, after, record, writes, complete=complete)
        self._fate.meet("after commit")

    def replace(self, writes: Batch) -> None:  # type: ignore[override]
        """Change the manifest."""
        self._fate.meet("before replace")
        super().replace(writes)
        self._fate.meet("after replace")


def sqlite_in(folder: Path) -> DatabaseAddress:
    """Give the address of the database in a folder."""
    return DatabaseAddress.of(folder / "firstprint.sqlite")


database_of: Callable[[Path], DatabaseAddress] = sqlite_in
"""Where the database of a desk is; tests that run on every kind of database set it."""


class Desk:
    """One process's view of a data folder: database, sinks, projector."""

    def __init__(self, folder: Path, journal: ScriptedJournal, fate: Fate | None = None, **options: Any) -> None:
        fate = fate or Fate()
        self.folder = folder
        self.parquet = folder / "parquet"
        self.notes = Notes()
        self.duckdb = duckdb.connect()
        self.engine = open_store(options.get("database") or database_of(folder))
        self.ledger = FatefulLedger(self.engine, fate)
        self.relational = RelationalSink(self.ledger, rows_max=options.get("rows_max", 9))
        self.columnar = ParquetSink(self.parquet, self.ledger, FatefulFiles(fate), rows_max=options.get("rows_max", 6))
        self.projector: Projector[ScriptBlock] = Projector(
            journal,
            [self.relational, self.columnar],
            lambda _: ScriptedFold(Broadcast(self.relational, self.columnar)),
            options.get("clock", HandClock()),
            self.notes,
            poll_s=0.001,
            retry_delays_s=(0.0, 0.001),
        )

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Read every row of every projection, in a fixed order. The manifest is checked, not compared.

        Revisions count commits, and how many those are is not in the journal.
        """
        rows: dict[str, list[tuple[Any, ...]]] = {}
        with self.engine.begin() as connection:
            for table in metadata.sorted_tables:
                if table.name not in ("parquet_files", "sink_offsets", "revisions"):
                    rows[table.name] = sorted(map(tuple, connection.execute(select(table))), key=repr)
        for name in self.columnar.holds:
            paths = [
                str(self.parquet / row["path"]) for row in self.ledger.parquet_files() if row["table_name"] == name
            ]
            if paths:
                found = self.duckdb.execute("SELECT * FROM read_parquet($p, hive_partitioning=false)", {"p": paths})
                rows[name] = sorted(found.fetchall(), key=repr)
        return rows

    def check_files(self) -> None:
        """Check that every file in the manifest is whole, and that every finished file has a footer."""
        for row in self.ledger.parquet_files():
            assert measure(self.parquet / row["path"]) == (row["bytes"], row["sha256"])
            query = "SELECT count(*), min(record), max(record) FROM read_parquet($p)"
            counted = self.duckdb.execute(query, {"p": str(self.parquet / row["path"])}).fetchone()
            assert counted == (row["rows"], row["first_record"], row["last_record"])
        for path in self.parquet.rglob("*.parquet"):
            assert path.read_bytes()[-4:] == b"PAR1"

    def close(self) -> None:
        """Let go of the databases."""
        self.duckdb.close()
        self.engine.dispose()
