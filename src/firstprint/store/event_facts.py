"""What lifecycle messages said of events, laid over the master: a game is in it with its series as soon as it is heard.

A message says only part: what it leaves out stays as it was. Markets of the event whose series nobody knew take it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from firstprint.domain.entries import EventEntry
from firstprint.domain.secmaster import Source
from firstprint.store.columns import NUL, storable
from firstprint.store.driver import Row
from firstprint.store.laying import Laying, Statement
from firstprint.store.page_taking import fill_markets, known_events
from firstprint.store.poison import POISON, Poison
from firstprint.store.revision import move_revision
from firstprint.store.shapes import EVENTS, MARKETS, UNSAID


class EventSighting(NamedTuple):
    """One statement about an event: where it stands in the journal, when we received it, and who told us."""

    venue: str
    session: str
    record: int
    wall_ns: int
    cause: str
    event: EventEntry


def take_events(connection: Connection, sightings: Sequence[EventSighting]) -> list[tuple[int, Poison]]:
    """Lay statements about events over the master, in order; give those that it cannot hold, with their record."""
    poisoned: list[tuple[int, Poison]] = []
    changed = False
    for one in sightings:
        source = Source(one.venue, one.session, one.record, one.wall_ns)
        events = Laying(connection, EVENTS, source, one.cause)
        try:
            facts = _partial(one.event)
            there = known_events(connection, one.venue, {one.event.ticker})
        except POISON as error:
            poisoned.append((one.record, Poison(EVENTS.table.name, one.event, error)))
            continue
        ticker = storable(one.event.ticker)
        events.lay({ticker: Statement(facts, None, partial=True)}, {storable(name) for name in there})
        filled = fill_markets(connection, source, events, Laying(connection, MARKETS, source, one.cause))
        changed = changed or bool(events.changes or filled.changes)
        poisoned += [(one.record, poison) for poison in (*events.poison, *filled.poison)]
    if changed:
        move_revision(connection)
    return poisoned


def _partial(event: EventEntry) -> Row:
    """Give what a message stated, and nothing of the rest. Raises UnicodeError for what no database can hold."""
    stated = EVENTS.stated(event)
    for value in (event.ticker, *stated):
        if isinstance(value, str):
            value.encode()
    has_nul = any(isinstance(value, str) and NUL in value for value in stated)
    columns = EVENTS.as_columns(stated, may_have_nul=has_nul)
    return tuple(UNSAID if value is None else value for value in columns)
