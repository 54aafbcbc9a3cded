"""What readers ask of the securities master: each question is one query, bounded, in the order of the ticker."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine

from firstprint.domain.secmaster_rows import (
    EventQuery,
    EventRow,
    MarketChange,
    MarketCounts,
    MarketQuery,
    MarketRow,
    SeriesCount,
    SeriesQuery,
    SeriesRow,
)
from firstprint.store.columns import storable
from firstprint.store.driver import Row, ask
from firstprint.store.errors import store_errors
from firstprint.store.filters import Filters
from firstprint.store.master_questions import json_texts
from firstprint.store.revision import master_revision
from firstprint.store.shapes import EVENTS, MARKETS, SERIES, Shape

_SERIES_COLUMNS = (
    "venue, ticker, title, category, tags, is_game, active, disabled_reason, scope, frequency, fee_type, "
    "fee_multiplier, first_wall_ns, last_wall_ns"
)
_EVENT_COLUMNS = (
    "venue, ticker, series_ticker, title, sub_title, category, mutually_exclusive, competition, competition_scope, "
    "strike_ns, first_wall_ns, last_wall_ns"
)
_MARKET_COLUMNS = (
    "venue, ticker, event_ticker, series_ticker, title, yes_sub_title, no_sub_title, status, result, "
    "settlement_value_e6, created_ns, open_ns, close_ns, expected_expiration_ns, settled_ns, strike_type, "
    "floor_strike, cap_strike, price_level_structure, gone_ns, first_wall_ns, last_wall_ns"
)
_HISTORY_COLUMNS = "ticker, field, value_before, value_after, cause, session, record, wall_ns"
_HISTORIES = ("series_history", "event_history", "market_history")
_JSON_FIELDS = frozenset({"grid", "custom_strike", "tags", "categories", "settlement_sources"})
_FLAG_FIELDS = frozenset({"can_close_early", "mutually_exclusive", "is_game", "active"})


class SqlMasterReader:
    """A MasterReader on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with store_errors(), self._engine.begin() as connection:
            yield connection

    def revision(self) -> int:
        """Give a number that moves whenever a series, event or market changes."""
        with self._reading() as connection:
            return master_revision(connection)

    def series(self, query: SeriesQuery) -> list[SeriesRow]:
        """List series by ticker."""
        with self._reading() as connection:
            return [_series_row(row) for row in _series_filters(connection, query).rows(_SERIES_COLUMNS)]

    def events(self, query: EventQuery) -> list[EventRow]:
        """List events by ticker."""
        with self._reading() as connection:
            filters = Filters(connection, "events").equal("series_ticker", query.series)
            filters.of_series(query.category, query.tag).text(query.text, ("ticker", "title", "sub_title"))
            rows = filters.page(query.after, query.limit).rows(_EVENT_COLUMNS)
        return [_event_row(row) for row in rows]

    def markets(self, query: MarketQuery) -> list[MarketRow]:
        """List markets by ticker."""
        with self._reading() as connection:
            filters = Filters(connection, "markets").equal("series_ticker", query.series)
            filters.equal("event_ticker", query.event).equal("status", query.status)
            filters.of_series(query.category, query.tag)
            filters.text(query.text, ("ticker", "title", "yes_sub_title", "no_sub_title"))
            filters.between("close_ns", query.closes_from_ns, query.closes_to_ns)
            if not query.gone:
                filters.also("gone_ns IS NULL")
            return [_row(MarketRow, row) for row in filters.page(query.after, query.limit).rows(_MARKET_COLUMNS)]

    def market(self, ticker: str) -> dict[str, Any] | None:
        """Give every stored field of one market; None when the master does not have it."""
        return self._whole(MARKETS, ticker)

    def one_series(self, ticker: str) -> dict[str, Any] | None:
        """Give every stored field of one series, disabled or not; None when the master does not have it."""
        return self._whole(SERIES, ticker)

    def event(self, ticker: str) -> dict[str, Any] | None:
        """Give every stored field of one event; None when the master does not have it."""
        return self._whole(EVENTS, ticker)

    def _whole(self, shape: Shape, ticker: str) -> dict[str, Any] | None:
        names = tuple(name for name in shape.columns if name != "digest")
        query = f"SELECT {', '.join(names)} FROM {shape.table.name} WHERE ticker = ? ORDER BY venue LIMIT 1"  # noqa: S608 names of this package
        with self._reading() as connection:
            found = ask(connection, query, (storable(ticker),))
        return {name: _whole_value(name, value) for name, value in zip(names, found[0], strict=True)} if found else None

    def history(self, ticker: str, *, limit: int = 1_000) -> list[MarketChange]:
        """List the changed fields of a series, event or market, oldest first."""
        parts = " UNION ALL ".join(f"SELECT {_HISTORY_COLUMNS} FROM {name} WHERE ticker = ?" for name in _HISTORIES)  # noqa: S608 names of this package
        query = f"{parts} ORDER BY wall_ns, session, record, field LIMIT ?"
        with self._reading() as connection:
            rows = ask(connection, query, (storable(ticker),) * len(_HISTORIES) + (limit,))
        return [_row(MarketChange, row) for row in rows]

    def series_counts(self, query: SeriesQuery) -> list[SeriesCount]:
        """Count events and markets by series, those without any included; markets that are gone are left out."""
        with self._reading() as connection:
            chosen = _series_filters(connection, query).rows("ticker, title, category, is_game")
            if not chosen:
                return []
            bounds = (chosen[0][0], chosen[-1][0])
            events = {row[0]: row[1] for row in ask(connection, _EVENTS_BY_SERIES, bounds)}
            statuses: dict[str, dict[str, int]] = defaultdict(dict)
            for series, status, count in ask(connection, _STATUSES_BY_SERIES, bounds):
                statuses[series][status] = count
        return [
            SeriesCount(
                ticker=ticker,
                title=title,
                category=category,
                is_game=bool(is_game),
                events=events.get(ticker, 0),
                markets=sum(statuses[ticker].values()),
                by_status=statuses[ticker],
            )
            for ticker, title, category, is_game in chosen
        ]

    def market_counts(self, series: str | None = None) -> MarketCounts:
        """Count markets, of a series or of all; those that are gone are left out."""
        of_series, values = ("", ()) if series is None else (" AND series_ticker = ?", (storable(series),))
        with self._reading() as connection:
            by_status = {
                status or "": count
                for status, count in ask(
                    connection,
                    f"SELECT status, COUNT(*) FROM markets WHERE gone_ns IS NULL{of_series} GROUP BY status",  # noqa: S608 names of this module
                    values,
                )
            }
            events = ask(connection, f"SELECT COUNT(*) FROM events WHERE 1 = 1{of_series}", values)[0][0]  # noqa: S608 names of this module
        return MarketCounts(series=series, markets=sum(by_status.values()), events=events, by_status=by_status)

    def categories(self) -> dict[str, tuple[str, ...]]:
        """Give the categories of the series that are active, and the tags seen in each."""
        tags: dict[str, set[str]] = defaultdict(set)
        query = "SELECT DISTINCT category, tags FROM series WHERE active = 1 AND category IS NOT NULL"
        with self._reading() as connection:
            for category, found in ask(connection, query):
                tags[category].update(json_texts(found))
        return {category: tuple(sorted(tags[category])) for category in sorted(tags)}


_EVENTS_BY_SERIES = (
    "SELECT series_ticker, COUNT(*) FROM events WHERE series_ticker BETWEEN ? AND ? GROUP BY series_ticker"
)
_STATUSES_BY_SERIES = (
    "SELECT series_ticker, COALESCE(status, ''), COUNT(*) FROM markets "
    "WHERE series_ticker BETWEEN ? AND ? AND gone_ns IS NULL GROUP BY series_ticker, status"
)


def _series_filters(connection: Connection, query: SeriesQuery) -> Filters:
    filters = Filters(connection, "series").equal("category", query.category).flag("is_game", query.is_game)
    filters.flag("active", query.active).tag(query.tag).text(query.text, ("ticker", "title"))
    return filters.page(query.after, query.limit)


def _row(kind: type[Any], row: Row) -> Any:
    return kind(**dict(zip(kind.__struct_fields__, row)))  # noqa: B905 queries and rows are written side by side, and this is called for each row


def _series_row(row: Row) -> SeriesRow:
    venue, ticker, title, category, tags, is_game, active, *rest = row
    told = (venue, ticker, title, category, json_texts(tags), bool(is_game), bool(active), *rest)
    return _row(SeriesRow, told)  # type: ignore[no-any-return] # a row of that kind


def _event_row(row: Row) -> EventRow:
    exclusive = None if row[6] is None else bool(row[6])
    return _row(EventRow, (*row[:6], exclusive, *row[7:]))  # type: ignore[no-any-return] # a row of that kind


def _whole_value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _FLAG_FIELDS:
        return bool(value)
    return msgspec.json.decode(value) if name in _JSON_FIELDS and isinstance(value, str) else value
