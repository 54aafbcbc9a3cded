"""The securities master: whole statements laid over rows, with history of what changed, on both databases."""

import threading
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine
from tests.postgres_server import PostgresServer

from firstprint.domain.entries import EventEntry, ListedPage, MarketEntry, SeriesEntry
from firstprint.domain.errors import Advice
from firstprint.domain.instruments import Market, PriceGrid, PriceRange
from firstprint.domain.secmaster import MasterSizes, PageCounts, RunOpened, RunProgress, SeriesChoice, Source
from firstprint.domain.secmaster_rows import MarketQuery, SeriesQuery
from firstprint.store.database import DatabaseAddress, open_store
from firstprint.store.errors import StoreUnavailable
from firstprint.store.ledger import SqlLedger
from firstprint.store.master_reader import SqlMasterReader
from firstprint.store.master_tables import market_history, markets
from firstprint.store.queries import StoreQueries
from firstprint.store.security_master import SqlSecurityMaster
from firstprint.store.shapes import EVENTS, MARKETS, SERIES

VENUE = "kalshi"
GRID = PriceGrid((PriceRange(0, 1_000_000, 10_000),))


class Sightings:
    """Writes of a projection that saw one market."""

    puts = amends = drops = events = ()

    def __init__(self, record: int, wall_ns: int, market: Market, session: str = "s") -> None:
        self.sightings = [(VENUE, session, record, 0, wall_ns, "stream", market)]


class Desk:
    """A master with its readers."""

    def __init__(self, address: DatabaseAddress) -> None:
        self.engine: Engine = open_store(address, busy_timeout_ms=2_000)
        self.master = SqlSecurityMaster(self.engine)
        self.reader = SqlMasterReader(self.engine)
        self.queries = StoreQueries(self.engine)
        self.ledger = SqlLedger(self.engine)
        self.record = 0

    def open_run(self, run: str, kind: str = "markets", **more: Any) -> None:
        """Begin a run."""
        told = {"venue": VENUE, "mode": "full", "scope": {"tags": ["a\0b"]}, "plan": {}, "software": "x"}
        self.master.open_run(RunOpened(**{"run": run, "kind": kind, "started_ns": 1, **told, **more}))

    def take(self, *entries: Any, run: str = "r", wall_ns: int | None = None, **more: Any) -> PageCounts:
        """Lay a page of any entries."""
        self.record += 1
        page = ListedPage(
            series=[one for one in entries if isinstance(one, SeriesEntry)],
            events=[one for one in entries if isinstance(one, EventEntry)],
            markets=[one for one in entries if isinstance(one, MarketEntry)],
            unreadable=more.pop("unreadable", []),
        )
        source = Source(VENUE, run, self.record, self.record * 100 if wall_ns is None else wall_ns)
        return self.master.take(page, source, more.pop("progress", RunProgress()), **more)

    def see(self, market: Market, wall_ns: int, session: str = "s") -> None:
        """Let the recorder's projection see a market."""
        self.record += 1
        after = self.ledger.progress("relational", session).record
        self.ledger.commit(
            "relational",
            session,
            after,
            self.record,
            Sightings(self.record, wall_ns, market, session),  # type: ignore[arg-type] # what it needs
        )

    def changes(self, ticker: str) -> list[tuple[str, Any, Any]]:
        """Give what changed of a row: field, before, after."""
        decode = msgspec.json.decode
        return [(one.field, decode(one.value_before), decode(one.value_after)) for one in self.reader.history(ticker)]

    def market(self, ticker: str) -> dict[str, Any]:
        """Give a market that is there."""
        found = self.reader.market(ticker)
        assert found is not None
        return found

    def digest(self, ticker: str) -> int | None:
        """Give the digest of a market."""
        with self.engine.begin() as connection:
            return connection.execute(markets.select().where(markets.c.ticker == ticker)).one().digest


@pytest.fixture
def desk(database: DatabaseAddress) -> Iterator[Desk]:
    """Open a master with a run of markets and one of series."""
    desk = Desk(database)
    desk.open_run("r")
    desk.open_run("rs", "series")
    yield desk
    desk.engine.dispose()


def test_every_field_of_an_entry_has_a_column_and_comes_back(desk: Desk) -> None:
    """C3: what a venue states of a market is stored and read back whole, and the first sight makes no history."""
    entry = whole_market()
    assert desk.take(entry) == PageCounts(seen=1, new=1, orphans=("E",))
    found = desk.market("M")
    stated = msgspec.structs.asdict(entry) | {"grid": {"ranges": [[0, 1_000_000, 10_000]]}}
    assert {name: found[name] for name in stated} == stated
    assert (found["first_session"], found["last_record"], found["gone_ns"]) == ("r", 1, None)
    assert desk.changes("M") == []


def whole_market() -> MarketEntry:
    """Make an entry in which every field is stated."""
    values: dict[str, Any] = {}
    for number, field in enumerate(msgspec.structs.fields(MarketEntry)):
        kinds = str(field.type)
        values[field.name] = True if "bool" in kinds else number if "int" in kinds else f"text {number}"
    named = {"ticker": "M", "event_ticker": "E", "grid": GRID, "custom_strike": {"b": ["x", 1], "a": None}}
    return MarketEntry(**(values | named))


@pytest.mark.parametrize("shape", [SERIES, EVENTS, MARKETS], ids=lambda shape: shape.table.name)
def test_every_column_is_a_field_of_its_entry(shape: Any) -> None:
    """C3: a field added to an entry, or a column added to a table, cannot be forgotten on the other side."""
    assert sorted(shape.columns) == sorted(shape.table.c.keys())


def test_unchanged_statement_writes_nothing(desk: Desk) -> None:
    """C3: a page stated again changes no row, no history and no revision, and is counted as seen."""
    page = (SeriesEntry(ticker="S", tags=("t",)), EventEntry(ticker="E", series_ticker="S"), whole_market())
    desk.take(*page)
    before = desk.reader.revision(), desk.market("M")
    assert desk.take(*page) == PageCounts(seen=1)
    assert (desk.reader.revision(), desk.market("M")) == before


def test_changed_fields_become_history(desk: Desk) -> None:
    """C3: each field that differs is one row of history, which says from what, to what, and known from where."""
    desk.take(MarketEntry(ticker="M", status="active", title="old", close_ns=5))
    counts = desk.take(MarketEntry(ticker="M", status="closed", title="new", close_ns=5))
    assert counts == PageCounts(seen=1, changed=1, closed=1)
    assert sorted(desk.changes("M")) == [("status", "active", "closed"), ("title", "old", "new")]
    assert {(one.cause, one.session, one.record, one.wall_ns) for one in desk.reader.history("M")} == {
        ("sync", "r", 2, 200)
    }
    assert desk.reader.revision() == 3


def test_what_is_not_stated_stays_unless_it_may_become_empty(desk: Desk) -> None:
    """C3: a series, a title or a status that is not stated stays; a result or a strike that is withdrawn is emptied."""
    desk.take(MarketEntry(ticker="M", series_ticker="S", title="t", status="determined", result="yes", cap_strike="2"))
    desk.take(MarketEntry(ticker="M"))
    found = desk.market("M")
    assert (found["series_ticker"], found["title"], found["status"]) == ("S", "t", "determined")
    assert (found["result"], found["cap_strike"]) == (None, None)
    assert sorted(desk.changes("M")) == [("cap_strike", "2", None), ("result", "yes", None)]


def test_older_statement_only_fills_in(desk: Desk) -> None:
    """C3: a statement received before the row's last change changes nothing that is known, and fills in the rest."""
    desk.take(MarketEntry(ticker="M", status="closed"), wall_ns=1_000)
    counts = desk.take(MarketEntry(ticker="M", status="active", title="t"), run="older", wall_ns=500)
    assert (counts.changed, counts.closed) == (1, 0)
    assert desk.changes("M") == [("title", None, "t")]
    found = desk.market("M")
    assert (found["status"], found["last_wall_ns"], desk.digest("M")) == ("closed", 1_000, None)


def test_closed_and_settled_are_passages(desk: Desk) -> None:
    """C3: a market counts as closed or settled when it passes into it, not when it is first seen so or stays so."""
    first = {"A": "active", "B": "closed", "C": "finalized", "D": "determined", "E": "no such word"}
    then = {"A": "closed", "B": "determined", "C": "finalized", "D": "finalized", "E": "finalized"}
    assert desk.take(*(MarketEntry(ticker=t, status=s) for t, s in first.items())) == PageCounts(seen=5, new=5)
    counts = desk.take(*(MarketEntry(ticker=t, status=s) for t, s in then.items()))
    assert (counts.changed, counts.closed, counts.settled) == (4, 1, 2)


def test_market_takes_its_series_from_its_event(desk: Desk) -> None:
    """C3: a market listed without its series has that of its event, whether the event is told before or after it."""
    desk.take(EventEntry(ticker="E1", series_ticker="S1"))
    counts = desk.take(MarketEntry(ticker="M1", event_ticker="E1"), MarketEntry(ticker="M2", event_ticker="E2"))
    assert counts.orphans == ("E2",)
    desk.take(EventEntry(ticker="E2", series_ticker="S2"))
    assert [desk.market(ticker)["series_ticker"] for ticker in ("M1", "M2")] == ["S1", "S2"]
    assert desk.take(MarketEntry(ticker="M2", event_ticker="E2")) == PageCounts(seen=1)


def test_last_of_several_statements_counts(desk: Desk) -> None:
    """C3: a ticker listed twice in one page is one row, as stated last, and counted once."""
    twice = (MarketEntry(ticker="M", status="active"), MarketEntry(ticker="M", status="closed"))
    assert desk.take(*twice) == PageCounts(seen=1, new=1)
    assert desk.market("M")["status"] == "closed"


def test_series_are_chosen_and_disabled(desk: Desk) -> None:
    """C1, C2: the decision on a series is stored with it, disabled series stay, and what is decided anew is history."""
    entries = [SeriesEntry(ticker=ticker, category="Sports", tags=("Soccer",)) for ticker in ("A", "B")]
    choices = [SeriesChoice("A", True, None), SeriesChoice("B", False, "excluded")]
    assert desk.take(*entries, run="rs", choices=choices) == PageCounts(seen=2, new=2)
    assert desk.take(*entries, run="rs", choices=choices) == PageCounts(seen=2)
    assert [(one.ticker, one.is_game) for one in desk.reader.series(SeriesQuery(category="Sports"))] == [("A", True)]
    source = Source(VENUE, "rs", 9, 900)
    assert desk.master.disable([SeriesChoice("A", True, "vanished"), SeriesChoice("?", True, "vanished")], source) == 1
    assert desk.reader.series(SeriesQuery()) == []
    assert sorted(desk.changes("A")) == [("active", 1, 0), ("disabled_reason", None, "vanished")]
    assert [(one.active, one.disabled_reason) for one in desk.master.known_series(VENUE)] == [
        (False, "vanished"),
        (False, "excluded"),
    ]
    counts = desk.take(*entries, run="rs2", wall_ns=2_000, choices=choices)
    assert [one.ticker for one in desk.reader.series(SeriesQuery())] == ["A"]
    assert counts == PageCounts(), "a run that is not stored counts markets"


def test_gone_markets_are_marked_and_come_back(desk: Desk) -> None:
    """A market that is listed no more is marked once, left out by readers, and back when it is listed again."""
    entry = MarketEntry(ticker="M", status="active", close_ns=5)
    desk.take(entry)
    assert desk.master.gone(["M", "N"], Source(VENUE, "r", 2, 250)) == 1
    assert desk.master.gone(["M"], Source(VENUE, "r", 2, 260)) == 0
    assert desk.reader.markets(MarketQuery()) == []
    assert [one.gone_ns for one in desk.reader.markets(MarketQuery(gone=True))] == [250]
    assert desk.master.live_markets(VENUE, None) == set()
    desk.record = 2
    assert desk.take(entry).changed == 1
    assert desk.master.live_markets(VENUE, None) == {"M"}


def test_rows_no_database_holds_go_to_quarantine(desk: Desk) -> None:
    """C3, E7: a row that cannot be stored, or read, is set apart under the run, and the rest of the page is stored."""
    entries = [MarketEntry(ticker=f"M{number}", close_ns=2**63 if number == 7 else number) for number in range(20)]
    entries += [MarketEntry(ticker="\ud800"), MarketEntry(ticker="T", title="\udfff")]
    unreadable = [("BAD_FIELD: close_time 'x'", b"{}")]
    for _ in range(2):
        desk.record = 0
        counts = desk.take(*entries, unreadable=unreadable)
        assert counts.errors == 3
    assert len(desk.reader.markets(MarketQuery())) == 19
    found = [(row.record, row.part, row.reason) for row in desk.queries.quarantine(session="r")]
    poison = [(1, part, "POISON_ROW") for part in (-3, -2, -1)]
    assert found == [*poison, (1, 0, "BAD_FIELD")]


def test_nul_is_kept_readable(desk: Desk) -> None:
    r"""Decision 0004: NUL, which PostgreSQL cannot hold, is written as \u0000 in both databases, wherever it stands."""
    series = SeriesEntry(ticker="S\0", tags=("a\0b",), settlement_sources=({"k\0": "\0"},))
    event = EventEntry(ticker="E\0", series_ticker="S\0")
    market = MarketEntry(ticker="M\0", event_ticker="E\0", title="\0", custom_strike={"\0": "x\0"})
    for _ in range(2):
        desk.take(series, event, market, unreadable=[("a\0b", b"\0")], run="r")
    assert desk.changes("M\\u0000") == []
    found = desk.market("M\0")
    assert (found["title"], found["series_ticker"]) == ("\\u0000", "S\\u0000")
    assert found["custom_strike"] == {"\\u0000": "x\\u0000"}
    assert [one.tags for one in desk.reader.series(SeriesQuery(tag="a\0b"))] == [("a\\u0000b",)]
    assert desk.master.known_events(VENUE, {"E\0", "F"}) == {"E\0"}


def test_recorder_and_sync_share_the_rows(desk: Desk) -> None:
    """C3, F68: what the recorder hears later than a sync wins, moves the revision, and is compared anew by the next."""
    entry = MarketEntry(ticker="M", status="active", title="t")
    desk.take(entry, wall_ns=100)
    digest, revision = desk.digest("M"), desk.reader.revision()
    desk.see(Market(ticker="M", status="closed"), wall_ns=200)
    assert (desk.digest("M"), desk.reader.revision()) == (None, revision + 1)
    desk.see(Market(ticker="M", status="closed"), wall_ns=250)
    desk.see(Market(ticker="M", status="determined", result="yes"), wall_ns=50, session="late")
    assert desk.reader.revision() == revision + 2
    assert desk.market("M")["status"] == "closed"
    assert desk.take(entry, wall_ns=300).changed == 1
    assert desk.digest("M") == digest
    told = [(one.field, one.cause) for one in desk.reader.history("M")]
    assert told == [("result", "stream"), ("status", "stream"), ("result", "sync"), ("status", "sync")]


def test_runs_are_stored_with_their_counts(desk: Desk) -> None:
    """A run is stored with what was asked and how far it is; one that is resumed is interrupted; newest first."""
    desk.take(MarketEntry(ticker="M"), progress=RunProgress(step=2, cursor="c\0", requests=5, seen=10))
    desk.open_run("r2", resumes="r", started_ns=9)
    desk.master.advance("r2", RunProgress(requests=1), 11)
    desk.master.close_run("r2", RunProgress(requests=2), 12, "failed", "why\0")
    newest, *_, oldest = desk.master.runs(kind="markets")
    assert (newest.run, newest.outcome, newest.error, newest.ended_ns) == ("r2", "failed", "why\\u0000", 12)
    assert newest.progress == RunProgress(requests=2)
    assert (oldest.outcome, oldest.ended_ns, oldest.scope) == ("interrupted", 100, {"tags": ["a\0b"]})
    assert oldest.progress == RunProgress(step=2, cursor="c\\u0000", requests=5, seen=11, new=1)
    assert [run.run for run in desk.master.runs(limit=1)] == ["r2"]


def test_what_a_planner_asks(desk: Desk) -> None:
    """A1, C11: sizes, live, paused and overdue markets follow from statuses and times, of some series or of all."""
    rows = [
        ("A", "S1", "initialized", 10, 90),
        ("B", "S1", "active", 1, 50),
        ("C", "S2", "inactive", 1, 90),
        ("D", "S2", "closed", 1, 40),
        ("E", "S2", "finalized", 1, 40),
        ("F", None, "no such word", 1, 40),
    ]
    entries = [
        MarketEntry(ticker=t, event_ticker=f"E{t}", series_ticker=s, status=w, open_ns=o, close_ns=c, settled_ns=c)
        for t, s, w, o, c in rows
    ]
    desk.take(*entries)
    master = desk.master
    assert master.sizes(VENUE, None, 40) == MasterSizes(4, 1, 2, 1, 1)
    assert master.sizes(VENUE, ["S2", "?"], 41) == MasterSizes(1, 0, 1, 0, 0)
    assert master.live_markets(VENUE, None) == set("ABCF")
    assert master.live_markets(VENUE, {"S1"}) == set("AB")
    assert master.overdue(VENUE, None, 60) == ["A", "B"]
    assert master.overdue(VENUE, ["S2"], 60) == []
    assert master.paused(VENUE) == {"C"}


def test_stale_rows_are_removed_after_a_look(desk: Desk) -> None:
    """C9: a clean-up names what it would remove, removes just that, and nothing by series while no series is known."""
    desk.take(EventEntry(ticker="E1", series_ticker="S"), EventEntry(ticker="E2", series_ticker="?"))
    desk.take(MarketEntry(ticker="M1", series_ticker="S"), MarketEntry(ticker="M2"), MarketEntry(ticker="M3"))
    desk.take(MarketEntry(ticker="M2", title="t"))
    assert desk.master.gone(["M3"], Source(VENUE, "r", 9, 900)) == 1
    assert desk.master.remove_stale(VENUE, dry_run=False) == (0, (), ("M3",), 1)
    desk.take(SeriesEntry(ticker="S"))
    assert desk.master.remove_stale(VENUE, dry_run=True) == (0, (), (), 0), "no series sync came after them"
    desk.open_run("later", kind="series", started_ns=10**9)
    desk.master.close_run("later", RunProgress(), 10**9 + 1, "done")
    revision = desk.reader.revision()
    expected = (0, ("E2",), ("M2",), 1)
    assert desk.master.remove_stale(VENUE, dry_run=True) == expected
    assert desk.reader.revision() == revision
    assert desk.master.remove_stale(VENUE, dry_run=False) == expected
    assert desk.reader.revision() == revision + 1
    assert desk.master.remove_all(VENUE, dry_run=False) == (1, ("E1",), ("M1",), 0)
    assert desk.reader.markets(MarketQuery(gone=True)) == []


def test_failure_in_the_middle_applies_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """C3: when a transaction ends before its commit, no row, no history and no count of the page is there."""
    desk.take(MarketEntry(ticker="M", status="active"))

    def end(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("firstprint.store.page_taking.advance_run", end)
    with pytest.raises(KeyboardInterrupt):
        desk.take(MarketEntry(ticker="M", status="closed"), MarketEntry(ticker="N"))
    assert [(one.ticker, one.status) for one in desk.reader.markets(MarketQuery())] == [("M", "active")]
    assert desk.changes("M") == []
    assert desk.reader.revision() == 2


def test_two_runs_at_once_do_no_harm(desk: Desk) -> None:
    """Two writers with the same markets, in opposite orders, both end, and every row is there once."""
    errors: list[BaseException] = []

    def write(run: str, reverse: bool) -> None:
        try:
            for status in ("initialized", "active", "closed"):
                page = [MarketEntry(ticker=f"M{number}", status=status) for number in range(200)]
                source = Source(VENUE, run, 1, 100)
                desk.master.take(ListedPage(markets=page[::-1] if reverse else page), source, RunProgress())
        except BaseException as error:  # noqa: BLE001 it is looked at below
            errors.append(error)

    writers = [threading.Thread(target=write, args=(run, run == "b")) for run in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert errors == []
    assert len(desk.reader.markets(MarketQuery())) == 200
    assert {one.status for one in desk.reader.markets(MarketQuery())} == {"closed"}


def test_history_and_rows_are_of_one_moment(desk: Desk) -> None:
    """C3: the newest history of a field ends where the row is."""
    for status in ("initialized", "active", "inactive", "active", "closed"):
        desk.take(MarketEntry(ticker="M", status=status))
    with desk.engine.begin() as connection:
        rows = connection.execute(market_history.select().order_by(market_history.c.record)).all()
    assert [(row.value_before, row.value_after) for row in rows][-1] == ('"active"', '"closed"')
    assert len(rows) == 4


def cut_off(postgres: PostgresServer, address: DatabaseAddress, master: SqlSecurityMaster) -> None:
    """Lose the connection within a transaction."""
    with master._writing() as connection:
        postgres.cut_connections(address)
        connection.exec_driver_sql("SELECT 1")


def test_lost_connection_asks_to_retry(postgres: PostgresServer) -> None:
    """C3, F1: a server that drops its connections is unavailable while it lasts, and works again with the next call."""
    address = postgres.new_database()
    desk = Desk(address)
    desk.open_run("r")
    with pytest.raises(StoreUnavailable) as caught:
        cut_off(postgres, address, desk.master)
    assert caught.value.advice is Advice.RETRY
    assert desk.take(MarketEntry(ticker="M")).new == 1
    desk.engine.dispose()
    postgres.drop(address)


def test_long_wait_for_another_writer_is_bounded(desk: Desk) -> None:
    """C3: a writer whose turn does not come within the time limit is told that the database is busy."""
    impatient = open_store(DatabaseAddress(desk.engine.url, _path(desk.engine)), busy_timeout_ms=10)
    with desk.master._writing(), pytest.raises(StoreUnavailable):
        SqlSecurityMaster(impatient).take(
            ListedPage(markets=[MarketEntry(ticker="M")]), Source(VENUE, "r", 1, 1), RunProgress()
        )
    impatient.dispose()


def _path(engine: Engine) -> Any:
    return DatabaseAddress.of(str(engine.url.database)).path if engine.dialect.name == "sqlite" else None
