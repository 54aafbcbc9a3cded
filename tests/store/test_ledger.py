"""The ledger: rows and offset in one transaction, poison apart, commits that may be repeated."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from tests.postgres_server import NewDatabase

from firstprint.domain.entries import EventEntry
from firstprint.domain.errors import Advice, DataFolderError
from firstprint.domain.instruments import Market
from firstprint.store.database import DatabaseAddress, open_store
from firstprint.store.errors import StoreUnavailable
from firstprint.store.ledger import SqlLedger
from firstprint.store.queries import StoreQueries

HOSTILE = ["'; DROP TABLE markets; --", "a\0b", "\u202etac", "\U0001f600\n", '"', "x" * 1_000_000]


@dataclass
class Writes:
    puts: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)
    amends: list[tuple[int, str, dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    drops: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    events: list[tuple[str, str, int, int, str, EventEntry]] = field(default_factory=list)
    sightings: list[tuple[str, str, int, int, int, str, Market]] = field(default_factory=list)


@pytest.fixture
def engine(database: DatabaseAddress) -> Iterator[Engine]:
    """Open an empty database that hardly waits for locks."""
    engine = open_store(database, busy_timeout_ms=10)
    yield engine
    engine.dispose()


def session_row(session: str = "s", **changed: Any) -> tuple[int, str, dict[str, Any]]:
    """Make a session's row."""
    row: dict[str, Any] = {
        "session": session,
        "venue": "kalshi",
        "software": "x",
        "settings": "{}",
        "opened_wall_ns": 1,
        "opened_mono_ns": 1,
        "closed_wall_ns": None,
        "outcome": "open",
        "previous": None,
    }
    return 1, "capture_sessions", row | changed


def move_row(record: int, **changed: Any) -> tuple[int, str, dict[str, Any]]:
    """Make a transition's row."""
    row: dict[str, Any] = {
        "session": "s",
        "record": record,
        "part": 0,
        "market": "M",
        "state_before": "unknown",
        "state_after": "active",
        "cause": "rest",
        "wall_ns": 5,
    }
    return record, "market_transitions", row | changed


def test_rows_and_offset_commit_together(engine: Engine) -> None:
    """I17: a commit that fails leaves neither rows nor an offset."""
    ledger = SqlLedger(engine)
    with pytest.raises(KeyError):
        ledger.commit("relational", "s", 0, 9, Writes(puts=[session_row()], amends=[(9, "no such table", {}, {})]))
    assert ledger.progress("relational", "s") == (0, False)
    assert StoreQueries(engine).sessions() == []


def test_repeated_commit_does_nothing(engine: Engine) -> None:
    """F68: a commit whose outcome was unknown is made again and changes nothing."""
    ledger = SqlLedger(engine)
    writes = Writes(puts=[session_row()], sightings=[("kalshi", "s", 2, 0, 7, "rest", Market(ticker="M", status="a"))])
    ledger.commit("relational", "s", 0, 9, writes)
    before = StoreQueries(engine).counts("s"), StoreQueries(engine).markets()
    ledger.commit("relational", "s", 0, 9, writes)
    assert (StoreQueries(engine).counts("s"), StoreQueries(engine).markets()) == before


def test_another_projector_is_noticed(engine: Engine) -> None:
    """F74: an offset moved by somebody else is an error, not a second set of rows."""
    ledger = SqlLedger(engine)
    ledger.commit("relational", "s", 0, 5, Writes(puts=[session_row()]))
    with pytest.raises(DataFolderError, match="Stop one"):
        ledger.commit("relational", "s", 0, 9, Writes(puts=[move_row(3)]))


@settings(max_examples=10, deadline=None)
@given(poisoned=st.sets(st.integers(2, 40), max_size=6))
def test_poison_rows_are_set_apart(new_database: NewDatabase, poisoned: set[int]) -> None:
    """F69: rows that can never be stored go to quarantine, one by one, and all the others are committed."""
    engine = open_store(new_database())
    poisons: list[dict[str, Any]] = [{"wall_ns": None}, {"wall_ns": 2**63}, {"market": "\ud800"}, {"wall_ns": {}}]
    rows = [
        move_row(record, **(poisons[record % len(poisons)] if record in poisoned else {})) for record in range(2, 41)
    ]
    SqlLedger(engine).commit("relational", "s", 0, 40, Writes(puts=[session_row(), *rows]))
    queries = StoreQueries(engine)
    assert {row.record for row in queries.transitions("M")} == set(range(2, 41)) - poisoned
    assert {row.record for row in queries.quarantine()} == poisoned
    assert all(row.reason == "POISON_ROW" and b"wall_ns" in row.raw for row in queries.quarantine())
    engine.dispose()


def test_locked_database_asks_to_retry(engine: Engine, database: DatabaseAddress) -> None:
    """F68, F70: a database locked by somebody else is unavailable, not broken, and works when it is free again."""
    other = open_store(database)
    with other.begin() as connection:
        if database.path is None:
            connection.exec_driver_sql("LOCK TABLE capture_sessions")
        with pytest.raises(StoreUnavailable) as caught:
            SqlLedger(engine).commit("relational", "s", 0, 1, Writes(puts=[session_row()]))
    assert caught.value.advice is Advice.RETRY
    other.dispose()
    SqlLedger(engine).commit("relational", "s", 0, 1, Writes(puts=[session_row()]))
    assert [row.session for row in StoreQueries(engine).sessions()] == ["s"]


@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_titles_are_stored_exactly(engine: Engine, title: str) -> None:
    """F53, S09: whatever a title holds is read back, exactly but for NUL, which is written as six characters."""
    sightings = [
        ("kalshi", "s", record, 0, record, "rest", Market(ticker="M", title=text))
        for record, text in ((1, "plain"), (2, title))
    ]
    SqlLedger(engine).commit("relational", "s", 0, 2, Writes(sightings=sightings))
    queries = StoreQueries(engine)
    assert [row.title for row in queries.market("M")] == [title.replace("\0", "\\u0000")]
    assert [row.field for row in queries.market_history("M")] == ["title"]


@settings(max_examples=15, deadline=None)
@given(statuses=st.lists(st.sampled_from(["a", "b", None]), min_size=1, max_size=12), cut=st.integers(0, 12))
def test_history_does_not_depend_on_commits(new_database: NewDatabase, statuses: list[str | None], cut: int) -> None:
    """Facts and history are the same however the statements are spread over commits."""
    sightings = [
        ("kalshi", "s", record, 0, record, "rest", Market(ticker="M", status=status))
        for record, status in enumerate(statuses, 1)
    ]
    found = []
    for pieces in ([sightings], [sightings[:cut], sightings[cut:]]):
        engine = open_store(new_database())
        committed = 0
        for piece in filter(None, pieces):
            SqlLedger(engine).commit("relational", "s", committed, piece[-1][2], Writes(sightings=piece))
            committed = piece[-1][2]
        queries = StoreQueries(engine)
        found.append((queries.market("M"), queries.market_history("M")))
        engine.dispose()
    assert found[0] == found[1]
    told = [status for status in statuses if status]
    assert len(found[0][1]) == sum(a != b for a, b in zip([statuses[0], *told], told, strict=False))
