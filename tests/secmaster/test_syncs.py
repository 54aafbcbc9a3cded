"""The syncs, whole: a simulated world on one side, a real database on the other, the real client between them."""

import asyncio
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from tests.postgres_server import NewDatabase
from tests.secmaster.sync_kit import Bench, Cut
from tests.secmaster.truth import differences, history_rows, series_differences, stored_markets

from firstprint.app.secmaster.cleaning import STALE, CleanUp
from firstprint.app.secmaster.market_sync import MarketSync
from firstprint.app.secmaster.requests import MarketRequest
from firstprint.bootstrap.refolding import refold_runs
from firstprint.domain.errors import ConfigurationError, FirstprintError
from firstprint.sim.kalshi.faults import FaultRule
from firstprint.store.database import DatabaseAddress, open_store
from firstprint.store.errors import StoreUnavailable
from firstprint.store.security_master import SqlSecurityMaster

MASTER = ("series", "events", "markets", "market_history", "series_history", "event_history")


@pytest.fixture
def engine(database: DatabaseAddress) -> Iterator[Engine]:
    """Open an empty master, on SQLite and on PostgreSQL."""
    engine = open_store(database)
    yield engine
    engine.dispose()


def rows_of(engine: Engine, table: str) -> list[tuple[object, ...]]:
    """Give all rows of a table, in some fixed order."""
    with engine.begin() as connection:
        return sorted((tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))), key=repr)  # noqa: S608 a test's own name


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_every_sync_the_master_is_the_venues_list(engine: Engine, tmp_path: Path, seed: int) -> None:
    """After a full sync, and incremental and full ones as the world lives on, every field of every row is right."""
    bench = Bench(engine, tmp_path / "data", seed=seed, created_per_s=0.2)
    assert bench.series().outcome == "done"
    assert series_differences(bench.world, engine) == []
    first = bench.markets("full")
    assert (first.outcome, first.seen, first.new) == ("done", 300, 300)
    assert differences(bench.world, engine) == []
    for pause_s in (1, 30, 400, 900, 3_600):
        bench.pass_s(pause_s)
        assert bench.markets("incremental").outcome == "done"
        assert differences(bench.world, engine) == [], f"after {pause_s} s"
    bench.pass_s(600)
    assert bench.markets("full").errors == 0
    assert differences(bench.world, engine) == []
    bench.series()
    assert series_differences(bench.world, engine) == []


@pytest.mark.parametrize("mode", ["full", "by-series"])
def test_what_moves_on_during_a_sync_is_not_missed(engine: Engine, tmp_path: Path, mode: str) -> None:
    """While markets open, close and settle between the requests of a sync, every one listed at its start is found."""
    bench = Bench(engine, tmp_path / "data", markets=2_000, compression=600.0)
    bench.series()
    asked_for = {ticker for ticker, reason in _series(engine) if mode == "full" or reason is None}
    listed = {one.ticker for one in bench.world.listed() if one.series_ticker in asked_for}
    bench.http.on_request = lambda *_: bench.pass_s(60)
    assert bench.markets(mode).outcome == "done"
    assert len(listed) > 300
    assert sorted(listed - stored_markets(engine).keys())[:5] == []


def test_nothing_is_written_when_nothing_changed(engine: Engine, tmp_path: Path) -> None:
    """A second full sync of a world that stood still changes no row of the master and adds no history (C3)."""
    bench = Bench(engine, tmp_path / "data")
    bench.series()
    bench.markets("full")
    before = {table: rows_of(engine, table) for table in MASTER}
    again = bench.markets("full")
    assert (again.new, again.changed, again.closed, again.settled) == (0, 0, 0, 0)
    assert {table: rows_of(engine, table) for table in MASTER} == before


def test_history_says_what_changed_when_and_known_from_where(engine: Engine, tmp_path: Path) -> None:
    """Each changed field of a market is one row that leads from the first sight to what is stored now."""
    bench = Bench(engine, tmp_path / "data", created_per_s=0.2)
    bench.series()
    bench.markets("full")
    first = stored_markets(engine)
    runs = {bench.markets("incremental").run}
    for _ in range(4):
        bench.pass_s(500)
        runs.add(bench.markets("incremental").run)
    last = stored_markets(engine)
    told: dict[tuple[str, str], list[str]] = {}
    for row in history_rows(engine):
        assert row["session"] in runs
        assert row["cause"] == "sync"
        told.setdefault((row["ticker"], row["field"]), []).append(row["value_after"])
    changed = {(t, f) for t, fields in first.items() for f in ("status", "result") if fields[f] != last[t][f]}
    assert changed
    assert changed <= told.keys()
    assert all(told[t, f][-1] == f'"{last[t][f]}"' for t, f in changed)


def test_by_series_the_chosen_series_are_right(engine: Engine, tmp_path: Path) -> None:
    """A sync by series makes the markets of the chosen series right, each event and market of them (C3, C4)."""
    bench = Bench(engine, tmp_path / "data")
    bench.series()
    report = bench.markets("by-series", tags=("basketball",), games_only=True)
    assert report.outcome == "done"
    chosen = [line for line in differences(bench.world, engine) if "KXNBAGAME-" in line]
    assert chosen == []
    assert any(ticker.startswith("KXNBAGAME-") for ticker in stored_markets(engine))


def test_active_only_finds_what_closes_soon(engine: Engine, tmp_path: Path) -> None:
    """The old time-window flow finds exactly the markets that close within the hours given, with their events (C4)."""
    bench = Bench(engine, tmp_path / "data")
    bench.series()
    bench.markets("active-only", close_within_h=24)
    limit_ns = bench.clock.ns + 24 * 3_600 * 10**9
    soon = {
        m.ticker for m in bench.world.markets if not m.combo and bench.clock.ns - 10**10 <= m.times.close_ns <= limit_ns
    }
    assert set(stored_markets(engine)) == soon
    with engine.begin() as connection:
        missing = connection.execute(
            text("SELECT count(*) FROM markets WHERE event_ticker NOT IN (SELECT ticker FROM events)")
        ).scalar_one()
    assert missing == 0


@pytest.mark.parametrize("after", range(1, 7))
def test_an_interrupted_sync_goes_on_where_it_stopped(engine: Engine, tmp_path: Path, after: int) -> None:
    """Cut off after any request, the same command goes on: nothing is asked twice, and the master is right (item 3)."""
    bench = Bench(engine, tmp_path / "data", markets=3_000)
    bench.series()
    asked = len(bench.http.asked)
    bench.http.on_request = Cut(after)
    cut = bench.markets("full")
    assert (cut.outcome, cut.problems[-1].count("the network is cut")) == ("failed", 1)
    done = bench.markets("full")
    assert (done.outcome, done.resumed) == ("done", cut.run)
    questions = [str(one) for one in bench.http.asked[asked:]]
    assert len(questions) == len(set(questions)) + 1
    assert differences(bench.world, engine) == []
    assert (done.seen, done.new) == (3_000, 3_000)


def test_an_old_interrupted_sync_is_left_alone(engine: Engine, tmp_path: Path) -> None:
    """A sync that stopped half an hour ago is not gone on from: its cursors are too old. A new one begins."""
    bench = Bench(engine, tmp_path / "data")
    bench.series()
    bench.http.on_request = Cut(2)
    bench.markets("full")
    bench.pass_s(1_800)
    again = bench.markets("full")
    assert (again.outcome, again.resumed) == ("done", None)
    assert differences(bench.world, engine) == []


def test_two_syncs_at_once_do_no_harm(engine: Engine, tmp_path: Path) -> None:
    """Two full syncs and an incremental one, interleaved page by page, all end well and the master is right."""
    bench = Bench(engine, tmp_path / "data", markets=900, created_per_s=0.2)
    bench.series()

    async def all_at_once() -> list[str]:
        syncs = [MarketSync(bench.ports()) for _ in range(3)]
        modes = ("full", "full", "by-series")
        plans = [sync.plan(MarketRequest(mode=mode)) for sync, mode in zip(syncs, modes, strict=True)]
        reports = await asyncio.gather(*(sync.run(plan) for sync, plan in zip(syncs, plans, strict=True)))
        return [report.outcome for report in reports]

    assert asyncio.run(all_at_once()) == ["done"] * 3
    assert differences(bench.world, engine) == []


def test_the_master_is_made_again_from_the_journals(engine: Engine, new_database: NewDatabase, tmp_path: Path) -> None:
    """With the database lost, the run journals alone give the same series, events, markets and history (law 1)."""
    bench = Bench(engine, tmp_path / "data", created_per_s=0.2)
    bench.series()
    bench.markets("full")
    bench.series(games_only=True)
    for pause_s in (300, 900):
        bench.pass_s(pause_s)
        bench.markets("incremental")
    fresh = open_store(new_database())
    try:
        assert refold_runs(bench.config, fresh) == 5
        for table in MASTER:
            assert rows_of(fresh, table) == rows_of(engine, table), table
    finally:
        fresh.dispose()


def test_a_database_away_in_the_middle_is_waited_for(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that is away is tried again, and one that stays away ends the sync, to be gone on with later."""
    bench = Bench(engine, tmp_path / "data", markets=3_000)
    bench.series()
    monkeypatch.setattr("firstprint.app.secmaster.running.STORE_DELAYS_S", (0.0, 0.0))
    taking, calls = SqlSecurityMaster.take, count()

    def away(*args: Any, **more: Any) -> Any:
        if next(calls) in (1, 2, *range(5, 8)):
            raise StoreUnavailable("the server is gone")
        return taking(*args, **more)

    monkeypatch.setattr(SqlSecurityMaster, "take", away)
    first = bench.markets("full")
    assert (first.outcome, first.problems[-1]) == ("failed", "the database cannot be used now: the server is gone")
    held = stored_markets(engine).keys()
    assert 0 < len(held) == first.seen < 3_000
    second = bench.markets("full")
    assert (second.outcome, second.resumed) == ("done", first.run)
    assert differences(bench.world, engine) == []


def test_malformed_rows_are_counted_and_the_rest_goes_on(engine: Engine, tmp_path: Path) -> None:
    """Rows of a page that cannot be read are counted as errors and shown; all others are in the master (E7)."""
    bench = Bench(engine, tmp_path / "data", FaultRule(kind="bad_rows", at_s=0.0, path="/events"))
    bench.series()
    report = bench.markets("full")
    assert report.errors > 0
    assert report.problems
    assert 0 < len(stored_markets(engine)) <= 300
    with engine.begin() as connection:
        query = text("SELECT count(*) FROM quarantine WHERE session = :run")
        assert connection.execute(query, {"run": report.run}).scalar_one() == report.errors


def test_a_cursor_that_repeats_ends_the_list_and_is_told(engine: Engine, tmp_path: Path) -> None:
    """A list whose cursors go in a circle is left and counted, and the sync is not taken for complete (F48)."""
    bench = Bench(engine, tmp_path / "data", FaultRule(kind="cursor_loop", at_s=0.0, path="/events"), markets=3_000)
    bench.series()
    report = bench.markets("full")
    assert report.outcome == "incomplete"
    assert report.errors >= 1
    assert any("cursors repeat" in problem for problem in report.problems)
    assert bench.markets("full").outcome == "done"
    assert differences(bench.world, engine) == []


def test_tags_that_nobody_knows_are_told_the_nearest(engine: Engine, tmp_path: Path) -> None:
    """A tag that the venue does not have is refused with the nearest names, by both syncs (bad input)."""
    bench = Bench(engine, tmp_path / "data")
    with pytest.raises(ConfigurationError, match="the master has no series yet"):
        bench.markets("by-series")
    report = bench.series(tags=("Baskettball",))
    assert report.outcome == "failed"
    assert "the nearest are: Basketball" in report.problems[-1]
    bench.series()
    with pytest.raises(FirstprintError, match="the nearest are: Basketball"):
        bench.markets("by-series", tags=("Baskettball",))


def test_stale_is_what_a_series_sync_left_without_series(engine: Engine, tmp_path: Path) -> None:
    """Markets of an unknown series are stale once a series sync came after them, and not before (C9)."""
    bench = Bench(engine, tmp_path / "data")
    bench.series()
    bench.markets("full")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM series WHERE ticker = 'KXFED'"))
    fed = sorted(ticker for ticker in stored_markets(engine) if ticker.startswith("KXFED-"))
    assert fed
    clean_up = CleanUp(bench.ports())
    assert clean_up.preview(STALE).markets == ()
    del bench.world.catalogue.series["KXFED"]
    bench.series()
    assert list(clean_up.preview(STALE).markets) == fed
    assert set(fed) <= stored_markets(engine).keys(), "a preview removes nothing"
    report, removal = asyncio.run(clean_up.run(STALE))
    assert (report.outcome, list(removal.markets)) == ("done", fed)
    assert not set(fed) & stored_markets(engine).keys()


def test_series_that_vanish_or_are_left_out_are_disabled(engine: Engine, tmp_path: Path) -> None:
    """Sports other than games are kept and disabled, and so is what the venue lists no more (C1, C2)."""
    bench = Bench(engine, tmp_path / "data")
    bench.series()
    reasons = {row[0]: row[1] for row in _series(engine)}
    assert reasons["KXNBAGAME"] is None
    assert reasons["KXNBASPREAD"] == "excluded"
    assert reasons["KXFED"] is None
    bench.series(games_only=True)
    assert {row[0]: row[1] for row in _series(engine)}["KXFED"] is None, "games-only asks for sports alone"
    del bench.world.catalogue.series["KXFED"]
    bench.series()
    assert {row[0]: row[1] for row in _series(engine)}["KXFED"] == "vanished"


def _series(engine: Engine) -> list[tuple[str, str | None]]:
    with engine.begin() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT ticker, disabled_reason FROM series"))]  # type: ignore[misc]
