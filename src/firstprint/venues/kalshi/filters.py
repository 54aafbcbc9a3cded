"""Which filters Kalshi's lists take, and which of them may stand together. Pure; checked before anything is sent.

A filter or a combination that Kalshi answers with 400 is a mistake of ours, and no request is spent on it.
Source: Kalshi OpenAPI 3.31; the combinations as documented at GET /markets and GET /historical/markets.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from firstprint.domain.errors import ConfigurationError

Filter: TypeAlias = str | int | bool | None
Query: TypeAlias = list[tuple[str, str]]

FILTERS: Mapping[str, frozenset[str]] = {
    "/series": frozenset({"category", "tags", "include_product_metadata", "include_volume", "min_updated_ts"}),
    "/series/fee_changes": frozenset({"series_ticker", "show_historical"}),
    "/events": frozenset(
        [
            "limit",
            "with_nested_markets",
            "with_milestones",
            "status",
            "series_ticker",
            "tickers",
            "min_close_ts",
            "min_updated_ts",
        ]
    ),
    "/markets": frozenset(
        [
            "limit",
            "event_ticker",
            "series_ticker",
            "tickers",
            "status",
            "mve_filter",
            "min_created_ts",
            "max_created_ts",
            "min_updated_ts",
            "max_updated_ts",
            "min_close_ts",
            "max_close_ts",
            "min_settled_ts",
            "max_settled_ts",
        ]
    ),
    "/markets/trades": frozenset({"limit", "ticker", "min_ts", "max_ts", "is_block_trade"}),
    "/milestones": frozenset(
        [
            "limit",
            "minimum_start_date",
            "category",
            "competition",
            "source_id",
            "type",
            "related_event_ticker",
            "min_updated_ts",
        ]
    ),
    "/structured_targets": frozenset({"page_size", "ids", "type", "competition"}),
    "/historical/markets": frozenset({"limit", "tickers", "event_ticker", "series_ticker", "mve_filter"}),
    "/historical/trades": frozenset({"limit", "ticker", "min_ts", "max_ts", "is_block_trade"}),
    "/incentive_programs": frozenset({"limit", "status", "type"}),
    "/search/tags_by_categories": frozenset(),
    "/search/filters_by_sport": frozenset(),
}
"""The filters that Kalshi documents for each list; any other is a mistake of ours."""

STATUSES_OF_TIME: Mapping[str, frozenset[str | None]] = {
    "created": frozenset({None, "unopened", "open"}),
    "close": frozenset({None, "closed"}),
    "settled": frozenset({None, "settled"}),
    "updated": frozenset({None}),
}
"""Which market statuses may stand beside which family of time filters."""
MARKET_STATUSES = frozenset({None, "unopened", "open", "paused", "closed", "settled"})
ROWS_PER_PAGE: Mapping[str, Mapping[str, str]] = {
    "/events": {"limit": "200"},
    "/markets": {"limit": "1000"},
    "/markets/trades": {"limit": "1000"},
    "/milestones": {"limit": "500"},
    "/structured_targets": {"page_size": "2000"},
    "/historical/markets": {"limit": "1000"},
    "/historical/trades": {"limit": "1000"},
    "/incentive_programs": {"limit": "1000"},
}
"""The largest page of each list that comes in pages: fewest requests. /series comes whole."""

HISTORICAL_CHOICES = frozenset({"tickers", "event_ticker", "series_ticker", "mve_filter"})
"""Filters of which /historical/markets takes one at most."""


def check_filters(path: str, filters: Mapping[str, Any]) -> None:
    """Refuse filters that a list does not have, and combinations of them that it does not take.

    Raises ConfigurationError, also for a path that is no list.
    """
    if path not in FILTERS:
        raise ConfigurationError(f"Kalshi has no list {path}")
    unknown = filters.keys() - FILTERS[path]
    if unknown:
        raise ConfigurationError(f"GET {path} has no filter {', '.join(sorted(unknown))}")
    if path == "/markets":
        check_market_filters(filters)
    elif path == "/historical/markets":
        _check_historical_filters(filters)


def _check_historical_filters(filters: Mapping[str, Any]) -> None:
    given = {name for name, value in filters.items() if value is not None}
    if len(given & HISTORICAL_CHOICES) > 1:
        raise ConfigurationError("historical markets take only one of tickers, event_ticker, series_ticker")


def check_market_filters(filters: Mapping[str, Filter]) -> None:
    """Refuse combinations of market filters that Kalshi answers with 400.

    One status; one family of time filters, beside the statuses it allows; the updated family beside nothing but
    mve_filter=exclude and series_ticker. Raises ConfigurationError. Source: OpenAPI, GET /markets.
    """
    given = {name: value for name, value in filters.items() if value is not None}
    status = given.get("status")
    if status not in MARKET_STATUSES:
        raise ConfigurationError(f"market status {status!r} is none of unopened, open, paused, closed, settled")
    families = {name.split("_")[1] for name in given if name.startswith(("min_", "max_"))}
    if len(families) > 1:
        raise ConfigurationError(f"time filters of different kinds cannot be combined: {', '.join(sorted(families))}")
    for family in families & STATUSES_OF_TIME.keys():
        if status not in STATUSES_OF_TIME[family]:
            raise ConfigurationError(f"min_/max_{family}_ts cannot be combined with status {status}")
    if families == {"updated"}:
        _check_beside_updated(given)


def _check_beside_updated(given: Mapping[str, Filter]) -> None:
    others = given.keys() - {"min_updated_ts", "max_updated_ts", "mve_filter", "series_ticker", "limit"}
    if others:
        raise ConfigurationError(f"min_/max_updated_ts cannot be combined with {', '.join(sorted(others))}")
    combos = given.get("mve_filter", "all")
    if combos not in ("exclude", "all") or (combos == "all" and "series_ticker" in given):
        raise ConfigurationError("min_/max_updated_ts needs mve_filter=exclude")


def encode_query(filters: Mapping[str, Filter | Sequence[str]]) -> Query:
    """Write filters as a query: None is left out, a truth value is true or false, a list repeats its name."""
    query: Query = []
    for name, value in filters.items():
        if isinstance(value, bool):
            query.append((name, "true" if value else "false"))
        elif isinstance(value, str | int):
            query.append((name, str(value)))
        elif value is not None:
            query.extend((name, item) for item in value)
    return query


def unless_all(mve_filter: Filter) -> Filter:
    """Leave out `all`: combos and the others together are what comes without the filter."""
    return None if mve_filter == "all" else mve_filter
