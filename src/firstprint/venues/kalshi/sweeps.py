"""What Kalshi's lists are good for, by how they were asked: the holes they fill, and the series they are of. Pure."""

import msgspec

from firstprint.domain.happenings import RestRequest
from firstprint.domain.rest import RestFacts
from firstprint.venues.kalshi.commands import LIFECYCLE, TRADES


def placed(request: RestRequest, facts: RestFacts) -> RestFacts:
    """Complete what a body told by what was asked: a list of one series is exact, and a whole one fills holes."""
    filters = dict(request.query)
    series = filters.get("series_ticker")
    if series is not None:
        facts.markets = [
            one if one.series_ticker is not None else msgspec.structs.replace(one, series_ticker=series)
            for one in facts.markets
        ]
        return facts  # a list of one series fills no hole: the stream had told of all
    facts.begins_sweep = _begins(request.path, filters)
    facts.ends_sweep = _ends(request.path, filters)
    return facts


def _begins(path: str, filters: dict[str, str]) -> str | None:
    if "cursor" in filters:
        return None
    if path == "/markets/trades" and "ticker" not in filters:
        return TRADES
    news = "min_created_ts" in filters or filters.get("status") == "unopened"
    return LIFECYCLE if path == "/markets" and news else None


def _ends(path: str, filters: dict[str, str]) -> str | None:
    if path == "/markets/trades" and "ticker" not in filters:
        return TRADES
    return LIFECYCLE if path == "/markets" and filters.get("status") == "settled" else None
