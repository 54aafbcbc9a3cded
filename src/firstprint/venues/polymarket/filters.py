"""Which filters Gamma's lists take, and how they go into a query. Pure; checked before anything is sent.

Gamma ignores a filter that it does not know: a slip would look like an answer to what was asked.
Source: docs/venues/polymarket.md; the SDK's parameters of GET /events/keyset and GET /markets/keyset.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from firstprint.domain.errors import ConfigurationError

Filter: TypeAlias = str | int | bool | Sequence[str] | None
Query: TypeAlias = list[tuple[str, str]]

VALUES_MAX = 100
"""Values of one filter that a request may name."""

_BOTH = frozenset(
    {"ascending", "closed", "end_date_max", "end_date_min", "id", "limit", "order", "related_tags", "slug"}
    | {"start_date_max", "start_date_min", "tag_id"}
)
FILTERS: Mapping[str, frozenset[str]] = {
    "/events/keyset": _BOTH
    | {"event_date", "event_week", "exclude_tag_id", "game_id", "include_children", "live", "parent_event_id"}
    | {"series_id", "start_time_max", "start_time_min", "tag_match", "tag_slug"},
    "/markets/keyset": _BOTH
    | {"clob_token_ids", "condition_ids", "include_tag", "question_ids", "sports_market_types"}
    | {"uma_resolution_status"},
    "/teams": frozenset({"abbreviation", "league", "limit", "name", "offset"}),
}


def encode_query(path: str, filters: Mapping[str, Filter]) -> Query:
    """Encode filters as a query: None is left out, a list becomes repeated keys, truth values small words.

    Raises ConfigurationError for a filter that the path does not take, and for more values than it takes.
    """
    known = FILTERS.get(path, frozenset())
    query: Query = []
    for name, value in filters.items():
        if name not in known:
            raise ConfigurationError(f"{path} has no filter {name[:40]!r}: it has {', '.join(sorted(known))}")
        if value is None:
            continue
        values = [_text(value)] if isinstance(value, str | int) else [_text(one) for one in value]
        if len(values) > VALUES_MAX:
            raise ConfigurationError(f"{path} takes at most {VALUES_MAX} values of {name}, not {len(values)}")
        query += [(name, one) for one in values]
    return query


def _text(value: str | int) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
