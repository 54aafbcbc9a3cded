"""What a sync asks of the master before it asks the venue."""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Connection

from firstprint.domain.secmaster import KnownSeries, MasterSizes
from firstprint.store.driver import among, ask
from firstprint.store.statuses import CLOSED_LIST, LIVE, OPEN_LIST, PAUSED, SETTLED, UNOPENED

_SIZES = f"""
    SELECT COUNT(DISTINCT CASE WHEN {LIVE} THEN event_ticker END),
           COUNT(CASE WHEN gone_ns IS NULL AND status = '{UNOPENED}' THEN 1 END),
           COUNT(CASE WHEN gone_ns IS NULL AND status IN ({OPEN_LIST}) THEN 1 END),
           COUNT(CASE WHEN gone_ns IS NULL AND status IN ({CLOSED_LIST}) AND close_ns >= ? THEN 1 END),
           COUNT(CASE WHEN gone_ns IS NULL AND status = '{SETTLED}' AND settled_ns >= ? THEN 1 END)
    FROM markets WHERE venue = ?
"""  # noqa: S608 names of this package
_OVERDUE = f"""
    SELECT ticker FROM markets WHERE venue = ? AND gone_ns IS NULL
    AND (status = '{UNOPENED}' AND open_ns <= ? OR status IN ({OPEN_LIST}) AND close_ns <= ?)
"""  # noqa: S608 names of this package


def list_series(connection: Connection, venue: str) -> list[KnownSeries]:
    """List every series of a venue, disabled ones too."""
    query = (
        "SELECT ticker, category, tags, is_game, active, disabled_reason FROM series WHERE venue = ? ORDER BY ticker"
    )
    return [
        KnownSeries(ticker, category, json_texts(tags), bool(is_game), bool(active), reason)
        for ticker, category, tags, is_game, active, reason in ask(connection, query, (venue,))
    ]


def count_sizes(connection: Connection, venue: str, series: Collection[str] | None, since_ns: int) -> MasterSizes:
    """Count what there is of some series, or of all."""
    condition, values = _of_series(connection, series)
    return MasterSizes(*ask(connection, _SIZES + condition, (since_ns, since_ns, venue, *values))[0])


def list_live(connection: Connection, venue: str, series: Collection[str] | None) -> set[str]:
    """List the markets whose stored status is not yet closed."""
    condition, values = _of_series(connection, series)
    query = f"SELECT ticker FROM markets WHERE venue = ? AND {LIVE}{condition}"  # noqa: S608 names of this package
    return {row[0] for row in ask(connection, query, (venue, *values))}


def list_overdue(connection: Connection, venue: str, series: Collection[str] | None, now_ns: int) -> list[str]:
    """List the markets that, by the clock, have another status than the one stored."""
    condition, values = _of_series(connection, series)
    rows = ask(connection, f"{_OVERDUE}{condition} ORDER BY ticker", (venue, now_ns, now_ns, *values))
    return [row[0] for row in rows]


def list_paused(connection: Connection, venue: str) -> set[str]:
    """List the markets whose stored status is `inactive`."""
    query = "SELECT ticker FROM markets WHERE venue = ? AND status = ? AND gone_ns IS NULL"
    return {row[0] for row in ask(connection, query, (venue, PAUSED))}


def json_texts(value: Any) -> tuple[str, ...]:
    """Give a JSON list of texts, which SQLite holds as text and PostgreSQL as a list."""
    return tuple(msgspec.json.decode(value) if isinstance(value, str) else value or ())


def _of_series(connection: Connection, series: Collection[str] | None) -> tuple[str, tuple[Any, ...]]:
    if series is None:
        return "", ()
    condition, value = among(connection, "series_ticker", series)
    return f" AND {condition}", (value,)
