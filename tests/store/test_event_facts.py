"""Events as lifecycle messages tell of them: in the master with their series, and their markets with them."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Engine, text

from firstprint.domain.entries import EventEntry
from firstprint.domain.instruments import Market
from firstprint.store.database import DatabaseAddress, open_store
from firstprint.store.ledger import SqlLedger

HEARD = EventEntry(ticker="E", series_ticker="KXGAME", title="A vs B", sub_title="tonight")


@dataclass
class Writes:
    """What one commit writes."""

    events: list[Any] = field(default_factory=list)
    sightings: list[Any] = field(default_factory=list)
    puts: tuple[Any, ...] = ()
    amends: tuple[Any, ...] = ()
    drops: tuple[Any, ...] = ()


def event(record: int, entry: EventEntry, wall_ns: int | None = None) -> tuple[Any, ...]:
    """Say something of an event."""
    return ("kalshi", "s", record, wall_ns or record, "stream", entry)


def market(record: int, ticker: str = "E-A") -> tuple[Any, ...]:
    """Say something of a market, but not its series."""
    return ("kalshi", "s", record, 0, record, "stream", Market(ticker=ticker, event_ticker="E", status="initialized"))


@pytest.fixture
def engine(database: DatabaseAddress) -> Any:
    """Open an empty database, on SQLite and on PostgreSQL."""
    engine = open_store(database)
    yield engine
    engine.dispose()


def ask(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    """Run a query."""
    with engine.begin() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


@pytest.mark.parametrize("pieces", [[("event",), ("market",)], [("market",), ("event",)], [("event", "market")]])
def test_a_market_has_its_events_series_whichever_is_heard_first(engine: Engine, pieces: list[tuple[str, ...]]) -> None:
    """C12: a game that is heard of is found by its series, in whatever order and commits event and market come."""
    after = 0
    for record, piece in enumerate(pieces, 1):
        events = [event(record, HEARD)] if "event" in piece else []
        sightings = [market(record)] if "market" in piece else []
        SqlLedger(engine).commit("relational", "s", after, record, Writes(events, sightings))
        after = record
    assert ask(engine, "SELECT ticker, series_ticker, title, sub_title FROM events") == [
        ("E", "KXGAME", "A vs B", "tonight")
    ]
    assert ask(engine, "SELECT ticker, series_ticker, status FROM markets") == [("E-A", "KXGAME", "initialized")]


def test_a_message_that_says_less_takes_nothing_away(engine: Engine) -> None:
    """What a later message leaves out stays, what it says anew is history from the stream."""
    SqlLedger(engine).commit("relational", "s", 0, 1, Writes([event(1, HEARD)]))
    SqlLedger(engine).commit("relational", "s", 1, 2, Writes([event(2, EventEntry(ticker="E", title="A at B"))]))
    assert ask(engine, "SELECT series_ticker, title, sub_title FROM events") == [("KXGAME", "A at B", "tonight")]
    assert ask(engine, "SELECT field, value_before, value_after, cause, record FROM event_history") == [
        ("title", '"A vs B"', '"A at B"', "stream", 2)
    ]


def test_the_same_message_again_changes_nothing(engine: Engine) -> None:
    """Told twice, an event keeps its row, its history and the master's revision."""
    SqlLedger(engine).commit("relational", "s", 0, 1, Writes([event(1, HEARD)], [market(1)]))
    before = [ask(engine, f"SELECT * FROM {name}") for name in ("events", "event_history", "markets", "revisions")]  # noqa: S608 names of this test
    SqlLedger(engine).commit("relational", "s", 1, 2, Writes([event(2, HEARD)]))
    assert [ask(engine, f"SELECT * FROM {name}") for name in ("events", "event_history", "markets", "revisions")] == (  # noqa: S608 as above
        before
    )


def test_a_known_statement_stays_known_until_something_changes(engine: Engine) -> None:
    """A message that changes nothing leaves the last whole digest; one that does takes it away (C3)."""
    SqlLedger(engine).commit("relational", "s", 0, 1, Writes([event(1, HEARD)]))
    with engine.begin() as connection:
        connection.execute(text("UPDATE events SET digest = 7"))
    SqlLedger(engine).commit("relational", "s", 1, 2, Writes([event(2, HEARD)]))
    assert ask(engine, "SELECT digest FROM events") == [(7,)]
    SqlLedger(engine).commit("relational", "s", 2, 3, Writes([event(3, EventEntry(ticker="E", title="A at B"))]))
    assert ask(engine, "SELECT digest FROM events") == [(None,)]


def test_what_no_database_can_hold_goes_to_quarantine(engine: Engine) -> None:
    """Half a character in a title or a ticker spoils its own row, and no other of the commit."""
    spoilt = [event(1, EventEntry(ticker="X", title="\ud800")), event(2, EventEntry(ticker="\ud800"))]
    lame = ("kalshi", "s", 4, 0, 4, "stream", Market(ticker="\ud800", event_ticker="\ud800"))
    SqlLedger(engine).commit("relational", "s", 0, 4, Writes([*spoilt, event(3, HEARD)], [lame, market(4)]))
    assert ask(engine, "SELECT ticker FROM events") == [("E",)]
    assert ask(engine, "SELECT ticker, series_ticker FROM markets") == [("E-A", "KXGAME")]
    assert ask(engine, "SELECT count(*) FROM quarantine") == [(3,)]
