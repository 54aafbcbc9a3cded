"""The projector: it follows, waits for sinks that are away, stops when told, and keeps its memory bounded."""

import asyncio
import errno
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from projection_script import (
    FIRST,
    MIDNIGHT_NS,
    SECOND,
    Desk,
    HandClock,
    ScriptedJournal,
    end_session,
    say_delta,
    two_sessions,
    write_session,
)

from firstprint.domain.errors import DataFolderError
from firstprint.store.errors import StoreUnavailable
from firstprint.store.queries import StoreQueries

pytestmark = pytest.mark.usefixtures("every_database")


async def until(condition: Callable[[], Any]) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 the condition is a row in a database, which sets no event
            await asyncio.sleep(0.001)


async def test_crashed_session_is_closed_by_the_next(tmp_path: Path) -> None:
    """B3, I13: a session without a close ends as crashed, with what it left open, at its last durable moment."""
    desk = Desk(tmp_path, two_sessions(seed=1))
    await desk.projector.project(follow=False)
    queries = StoreQueries(desk.engine)
    assert [(row.session, row.outcome) for row in queries.sessions()] == [(SECOND, "clean"), (FIRST, "crashed")]
    assert queries.sessions()[1].closed_wall_ns == MIDNIGHT_NS
    assert {row.closed_wall_ns for row in queries.connections(FIRST)} == {MIDNIGHT_NS}
    assert all(row.left_ns is not None for row in queries.participation(session=FIRST))
    assert all(row.complete for row in queries.offsets())
    desk.close()


async def test_follows_a_session_as_it_grows(tmp_path: Path) -> None:
    """B13: with follow, new records and new sessions are projected as they come, until told to stop."""
    rng = random.Random(2)
    whole = end_session(write_session(FIRST, rng, 40)).blocks()
    journal = ScriptedJournal()
    journal.blocks[FIRST] = whole[:1]
    desk = Desk(tmp_path, journal, clock=HandClock(step_ns=60 * 10**9))
    running = asyncio.create_task(desk.projector.project(follow=True))  # noqa: TID251 the test is the task's owner
    queries = StoreQueries(desk.engine)
    for block in whole[1:]:
        journal.blocks[FIRST].append(block)
        await until(lambda last=block.last_record: [row.record for row in queries.offsets()] == [last, last])
    journal.add(end_session(write_session(SECOND, rng, 10, previous=FIRST)))
    await until(lambda: [row.complete for row in queries.offsets()] == [1] * 4)
    desk.projector.stop()
    await running
    assert desk.notes.progress[-1].records_behind == 0
    desk.close()


async def test_stop_commits_what_is_folded(tmp_path: Path) -> None:
    """F59: told to stop between two records, the projector commits what it has and ends; the rest comes later."""
    journal = two_sessions(seed=4)
    live = journal.blocks[SECOND]
    live[-1].calls = [call for call in live[-1].calls if call[0] != "on_session_closed"]
    desk = Desk(tmp_path, journal, clock=HandClock(step_ns=1))
    running = asyncio.create_task(desk.projector.project(follow=True))  # noqa: TID251 the test is the task's owner
    await until(lambda: desk.columnar.pending and desk.relational.pending == 0 and desk.notes.progress)
    desk.projector.stop()
    await running
    assert desk.columnar.pending == desk.relational.pending == 0
    desk.close()


async def test_away_database_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F68, B13: while the database is away nothing is read and nothing dropped; back again, every row is there."""
    journal = two_sessions(seed=6)
    undisturbed = Desk(tmp_path / "a", journal)
    await undisturbed.projector.project(follow=False)
    desk = Desk(tmp_path / "b", journal)
    commit, refusals, pending = desk.ledger.commit, [], []

    def away(*args: Any, **named: Any) -> None:
        if len(refusals) < 40 and random.Random(len(refusals)).random() < 0.8:
            refusals.append(1)
            pending.append(max(desk.relational.pending, desk.columnar.pending))
            raise StoreUnavailable("it is away")
        commit(*args, **named)
        refusals.append(1)

    monkeypatch.setattr(desk.ledger, "commit", away)
    await desk.projector.project(follow=False)
    assert desk.dump() == undisturbed.dump()
    assert any("it is away" in why for _, why in desk.notes.waits)
    assert max(pending) <= 9 + 5 * 8
    undisturbed.close()
    desk.close()


async def test_full_disk_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F65: when the disk refuses a file, it is written again later, whole, and no row is missing or twice."""
    journal = two_sessions(seed=7)
    undisturbed = Desk(tmp_path / "a", journal)
    await undisturbed.projector.project(follow=False)
    desk = Desk(tmp_path / "b", journal)
    files = desk.columnar._files
    rename, refusals = files.rename, []

    def full(source: Path, target: Path) -> None:
        if len(refusals) % 3 != 2:
            refusals.append(1)
            raise OSError(errno.ENOSPC, "No space left on device")
        refusals.append(1)
        rename(source, target)

    monkeypatch.setattr(files, "rename", full)
    await desk.projector.project(follow=False)
    desk.check_files()
    assert desk.dump() == undisturbed.dump()
    assert any("No space left" in why for _, why in desk.notes.waits)
    undisturbed.close()
    desk.close()


async def test_stop_while_a_sink_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F59: told to stop while the database is away, the projector ends at once; nothing was acknowledged."""
    desk = Desk(tmp_path, two_sessions(seed=9))

    def away(*_: Any, **__: Any) -> None:
        desk.projector.stop()
        raise StoreUnavailable("it is away")

    monkeypatch.setattr(desk.ledger, "commit", away)
    await desk.projector.project(follow=False)
    assert StoreQueries(desk.engine).offsets() == []
    desk.close()


async def test_names_of_files_come_from_ids_only(tmp_path: Path) -> None:
    """S12: a session or venue that could leave the folder is refused; a ticker never names a file."""
    desk = Desk(tmp_path, ScriptedJournal())
    with pytest.raises(DataFolderError, match="session id"):
        desk.columnar.open("../../x")
    scribe = write_session(FIRST, random.Random(1), 3)
    scribe.calls[0][1][1][1].venue = "../kalshi"
    hostile = ScriptedJournal()
    hostile.add(scribe)
    second = Desk(tmp_path / "b", hostile)
    with pytest.raises(DataFolderError, match="venue"):
        await second.projector.project(follow=False)
    second.close()
    desk.close()


async def test_small_files_are_merged(tmp_path: Path) -> None:
    """A session that ended lies in few files, with the same rows, in the order of connection, subscription, record."""
    rng = random.Random(3)
    scribe = write_session(FIRST, rng, 0)
    for _ in range(120):
        say_delta(scribe, rng, 1)
    journal = ScriptedJournal()
    journal.add(end_session(scribe))
    desk = Desk(tmp_path, journal)
    desk.columnar._compactor._rows_max = 1_000
    await desk.projector.project(follow=False)
    files = [row for row in desk.ledger.parquet_files() if row["table_name"] == "orderbook_deltas"]
    assert [row["date"] for row in files] == ["2026-11-21", "2026-11-22"]
    desk.check_files()
    keys = [
        key
        for call, key in ((c, c[1][0].record) for b in journal.blocks[FIRST] for c in b.calls)
        if call[0] == "on_delta"
    ]
    assert sorted(row[1] for row in desk.dump()["orderbook_deltas"]) == sorted(keys)
    desk.close()
