"""Killed anywhere, the projections end with the rows of an undisturbed run: none missing, none twice."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from projection_script import Desk, Fate, Killed, ScriptedJournal, two_sessions

pytestmark = pytest.mark.usefixtures("every_database")

Dump = dict[str, list[tuple[Any, ...]]]


def project(folder: Path, journal: ScriptedJournal, fate: Fate | None = None, **options: int) -> tuple[Dump, int]:
    """Project in one go; give all rows, and how many files nobody names."""
    desk = Desk(folder, journal, fate, **options)
    try:
        asyncio.run(desk.projector.project(follow=False))
        desk.check_files()
        return desk.dump(), len(list(desk.parquet.rglob("*.parquet*"))) - len(desk.ledger.parquet_files())
    except Killed:
        desk.check_files()
        raise
    finally:
        desk.close()


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(seed=st.integers(0, 2**32), kills=st.lists(st.integers(1, 130), min_size=1, max_size=3))
def test_a_kill_at_any_operation_changes_no_row(
    tmp_path_factory: pytest.TempPathFactory, seed: int, kills: list[int]
) -> None:
    """F58, F73, I16, I17, I19: killed before or after any file operation or commit, the rows are those of one run."""
    journal = two_sessions(seed, records=40)
    expected, _ = project(tmp_path_factory.mktemp("whole"), journal, rows_max=10**6)
    folder = tmp_path_factory.mktemp("killed")
    for kill_at in kills:
        try:
            project(folder, journal, Fate(kill_at))
        except Killed:
            continue
    found, orphans = project(folder, journal)
    assert found == expected
    assert orphans == 0


def test_every_single_kill_point_of_one_run(tmp_path: Path) -> None:
    """F58, F73: a sweep over all operations of a short run, each followed by one undisturbed start."""
    journal = two_sessions(seed=5, records=16)
    counting = Fate()
    expected, _ = project(tmp_path / "whole", journal, rows_max=10**6)
    assert project(tmp_path / "counting", journal, counting) == (expected, 0)
    assert counting.operations > 20
    for kill_at in range(1, counting.operations + 1):
        folder = tmp_path / str(kill_at)
        with pytest.raises(Killed):
            project(folder, journal, Fate(kill_at))
        assert project(folder, journal) == (expected, 0)


def test_a_second_run_adds_nothing(tmp_path: Path) -> None:
    """I16: what is complete is not folded again, and no row is touched."""
    journal = two_sessions(seed=3)
    expected, _ = project(tmp_path, journal)
    journal.blocks = {session: [] for session in journal.blocks}
    assert project(tmp_path, journal) == (expected, 0)


def test_rebuild_gives_the_same_rows(tmp_path: Path) -> None:
    """B5, I09: removed and folded again, every projection is the same row by row."""
    desk = Desk(tmp_path, two_sessions(seed=8))
    asyncio.run(desk.projector.project(follow=False))
    expected = desk.dump()
    assert {"orderbook_deltas", "gaps", "market_history"} <= {name for name, rows in expected.items() if rows}
    asyncio.run(desk.projector.rebuild())
    assert desk.dump() == expected
    assert "gaps" in desk.projector.removes()["relational"]
    assert "orderbook_deltas" in desk.projector.removes()["parquet"]
    desk.close()
