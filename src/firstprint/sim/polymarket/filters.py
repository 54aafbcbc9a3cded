"""Which events and markets a request to Gamma asks for, and in what order.

What is not named here is ignored without a word, so that a misspelt parameter looks like no filter: `active` is one.
"""

from collections.abc import Callable, Iterable
from typing import Any

from firstprint.sim.polymarket.answers import Query, invalid
from firstprint.sim.polymarket.directory import Directory
from firstprint.sim.polymarket.market import SimEvent, SimMarket

_EVENT_ORDERS: dict[str, Callable[[SimEvent], Any]] = {
    "id": lambda event: event.number,
    "slug": lambda event: event.plan.slug,
    "startDate": lambda event: event.plan.listed_ns,
    "startTime": lambda event: event.starts_ns or 0,
    "endDate": lambda event: event.plan.deadline_ns,
    "volume24hr": lambda event: sum(market.volume_e2 for market in event.markets),
    "volume": lambda event: str(sum(market.volume_e2 for market in event.markets)),
    "liquidity": lambda _: 0,
}
_MARKET_ORDERS: dict[str, Callable[[SimMarket], Any]] = {
    "id": lambda market: market.number,
    "slug": lambda market: market.plan.slug,
    "startDate": lambda market: market.listed_ns,
    "endDate": lambda market: market.event.plan.deadline_ns,
    "volumeNum": lambda market: market.volume_e2,
    "volume24hr": lambda market: market.volume_e2,
    "volume": lambda market: str(market.volume_e2),
    "liquidityNum": lambda _: 0,
}


def _order(query: Query, orders: dict[str, Callable[[Any], Any]]) -> tuple[Callable[[Any], Any], bool]:
    """Read the order: a key and whether it is descending. Raises Refused for a name in snake case or unknown."""
    name = query.one("order") or "id"
    if name not in orders:
        raise invalid("order fields are not valid")
    return orders[name], query.truth("ascending") is False


def event_order(query: Query) -> tuple[Callable[[Any], Any], bool]:
    """Read the order of a list of events."""
    return _order(query, _EVENT_ORDERS)


def market_order(query: Query) -> tuple[Callable[[Any], Any], bool]:
    """Read the order of a list of markets."""
    return _order(query, _MARKET_ORDERS)


def events_asked(query: Query, directory: Directory) -> list[SimEvent]:
    """Give the events that a request asks for."""
    wanted = [*_event_tests(query), *_time_tests(query)]
    return [event for event in _event_candidates(query, directory) if all(test(event) for test in wanted)]


def _event_candidates(query: Query, directory: Directory) -> Iterable[SimEvent]:
    slugs, ids = query.many("slug"), query.many("id")
    if slugs:
        found = [directory.event_slugs.get(slug) for slug in slugs]
    elif ids:
        found = [directory.event_numbered(number) for number in ids]
    elif tag := query.one("tag_id"):
        return directory.tagged.get(tag, [])
    elif series := query.many("series_id"):
        return [event for number in series for event in directory.of_series.get(number, [])]
    else:
        return directory.events
    return dict.fromkeys(event for event in found if event is not None)


def _event_tests(query: Query) -> list[Callable[[SimEvent], bool]]:
    closed = query.truth("closed") or False
    tests: list[Callable[[SimEvent], bool]] = [lambda event: event.closed == closed]
    tag, series, slug = query.one("tag_id"), query.many("series_id"), query.one("tag_slug")
    without, games, words = query.many("exclude_tag_id"), query.many("game_id"), query.one("title_search").lower()
    if tag:
        tests.append(lambda event: tag in _tags(event))
    if slug:
        tests.append(lambda event: any(one.slug == slug for one in event.plan.tags))
    if without:
        tests.append(lambda event: not _tags(event).intersection(without))
    if series:
        tests.append(lambda event: event.plan.series is not None and str(event.plan.series[0]) in series)
    if games:
        tests.append(lambda event: event.game_id is not None and str(event.game_id) in games)
    if words:
        tests.append(lambda event: words in event.plan.title.lower())
    if parent := query.one("parent_event_id"):
        tests.append(lambda event: event.parent is not None and str(event.parent.number) == parent)
    return tests


def _tags(event: SimEvent) -> set[str]:
    return {str(tag.number) for tag in event.plan.tags}


def _time_tests(query: Query) -> list[Callable[[SimEvent], bool]]:
    """Read the windows of time. A window on the start leaves out what has none."""
    times: tuple[tuple[str, Callable[[SimEvent], int | None]], ...] = (
        ("start_time", lambda event: event.starts_ns),
        ("start_date", lambda event: event.plan.listed_ns),
        ("end_date", lambda event: event.plan.deadline_ns),
    )
    tests: list[Callable[[SimEvent], bool]] = []
    for name, of in times:
        low, high = query.time_ns(f"{name}_min"), query.time_ns(f"{name}_max")
        if low is not None or high is not None:
            tests.append(lambda event, of=of, low=low, high=high: _within(of(event), low, high))  # type: ignore[misc]
    return tests


def _within(at_ns: int | None, low: int | None, high: int | None) -> bool:
    return at_ns is not None and (low is None or at_ns >= low) and (high is None or at_ns <= high)


def markets_asked(query: Query, directory: Directory) -> list[SimMarket]:
    """Give the markets that a request asks for."""
    closed = query.truth("closed") or False
    tag, kinds, status = query.one("tag_id"), query.many("sports_market_types"), query.one("uma_resolution_status")
    times = [test for test in _time_tests(query) if not query.has(("start_time_min", "start_time_max"))]
    return [
        market
        for market in _market_candidates(query, directory)
        if market.closed == closed
        and (not tag or tag in _tags(market.event))
        and (not kinds or market.plan.kind in kinds)
        and (not status or market.stage == status)
        and all(test(market.event) for test in times)
    ]


def _market_candidates(query: Query, directory: Directory) -> Iterable[SimMarket]:
    found: list[SimMarket | None]
    if slugs := query.many("slug"):
        found = [directory.market_slugs.get(slug) for slug in slugs]
    elif ids := query.many("id"):
        found = [directory.market_numbered(number) for number in ids]
    elif conditions := query.many("condition_ids"):
        found = [directory.conditions.get(condition) for condition in conditions]
    elif tokens := query.many("clob_token_ids"):
        found = [directory.tokens[token][0] if token in directory.tokens else None for token in tokens]
    else:
        return directory.markets
    return dict.fromkeys(market for market in found if market is not None)
