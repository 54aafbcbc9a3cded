"""Removes rows of the master, or says which it would remove."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from firstprint.domain.secmaster import Removal
from firstprint.store.driver import among, ask, do

TICKERS_PER_STATEMENT = 2_000
_HOMELESS = (
    "(series_ticker IS NULL OR NOT EXISTS "
    "(SELECT 1 FROM series WHERE series.venue = {0}.venue AND series.ticker = {0}.series_ticker))"
)
_TABLES = (("series", "series_history"), ("events", "event_history"), ("markets", "market_history"))


def remove_stale(connection: Connection, venue: str, *, dry_run: bool) -> Removal:
    """Remove markets that are gone, and events and markets from before the last series sync that know no series.

    What came after that sync may be of a series that is new: it is left alone. While the master has no series at all,
    nothing is judged by its series.
    """
    judged = bool(ask(connection, "SELECT 1 FROM series WHERE venue = ? LIMIT 1", (venue,)))
    homeless = f"({_HOMELESS} AND first_wall_ns < {_series_synced_ns(connection, venue)})"
    events = _tickers(connection, venue, "events", homeless.format("events")) if judged else ()
    stale = f"gone_ns IS NOT NULL OR {homeless.format('markets')}" if judged else "gone_ns IS NOT NULL"
    return _remove(connection, venue, ((), events, _tickers(connection, venue, "markets", stale)), dry_run=dry_run)


def _series_synced_ns(connection: Connection, venue: str) -> int:
    query = "SELECT MAX(started_ns) FROM sync_runs WHERE venue = ? AND kind = 'series' AND outcome = 'done'"
    return int(ask(connection, query, (venue,))[0][0] or 0)


def remove_all(connection: Connection, venue: str, *, dry_run: bool) -> Removal:
    """Remove everything of a venue, with history."""
    series, events, markets = (_tickers(connection, venue, table, "1 = 1") for table, _ in _TABLES)
    return _remove(connection, venue, (series, events, markets), dry_run=dry_run)


def _tickers(connection: Connection, venue: str, table: str, condition: str) -> tuple[str, ...]:
    query = f"SELECT ticker FROM {table} WHERE venue = ? AND ({condition}) ORDER BY ticker"  # noqa: S608 names of this module
    return tuple(row[0] for row in ask(connection, query, (venue,)))


def _remove(connection: Connection, venue: str, tickers: Sequence[tuple[str, ...]], *, dry_run: bool) -> Removal:
    history = 0
    for (table, history_table), names in zip(_TABLES, tickers, strict=True):
        for condition, value in _chunks(connection, names):
            of_these = f"WHERE venue = ? AND {condition}"
            count = f"SELECT COUNT(*) FROM {history_table} {of_these}"  # noqa: S608 names of this module
            history += ask(connection, count, (venue, value))[0][0]
            if not dry_run:
                do(connection, f"DELETE FROM {history_table} {of_these}", (venue, value))  # noqa: S608 names of this module
                do(connection, f"DELETE FROM {table} {of_these}", (venue, value))  # noqa: S608 names of this module
    series, events, markets = tickers
    return Removal(len(series), events, markets, history)


def _chunks(connection: Connection, names: Sequence[str]) -> Iterator[tuple[str, Any]]:
    for start in range(0, len(names), TICKERS_PER_STATEMENT):
        yield among(connection, "ticker", names[start : start + TICKERS_PER_STATEMENT])
