"""The planner: the cheapest set of requests for what is asked. Pure.

What may be asked of Kalshi, and what a request brings (docs/venues/kalshi.md):

1. `/events` with nested markets brings 200 events with all their markets, `/markets` 1,000 markets without their
   events. Whoever needs both, of many series, asks for events: 56 requests where markets and events take 154.
2. Either list can be asked by series: one request each, more only for a series of more than a page. So each part of
   a sync (open, unopened, closed, settled) is asked by series or in bulk, whichever takes fewer requests.
3. `min_updated_ts` brings what changed, but the clock changes no market's update time: what opened or closed since is
   asked for by close time, as paused, and by name.
4. Events that settled come without their markets at times: settled markets are asked for as markets.
5. While a sync runs, markets open, close and settle. The lists are read in the order of a life (unopened, open, closed,
   settled): what moves on meanwhile moves into a list that is read later, and none is missed.
"""

from collections.abc import Sequence
from math import ceil

import msgspec

from firstprint.app.secmaster.requests import MarketRequest
from firstprint.domain.clock import NS_PER_S

EVENTS_PER_PAGE = 200
MARKETS_PER_PAGE = 1_000
NAMES_PER_LOOKUP = 100
DAY_S = 86_400
OVERLAP_S = 120
"""How far each look reaches behind the last one: unsigned answers may be 15 s old, and clocks differ."""

NO_COMBOS = {"mve_filter": "exclude"}
NESTED = {"with_nested_markets": "true", "limit": str(EVENTS_PER_PAGE)}
MARKETS = {**NO_COMBOS, "limit": str(MARKETS_PER_PAGE)}


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One list to be read to its end, and how many requests that is expected to take."""

    path: str
    filters: dict[str, str]
    pages: int
    why: str


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of a sync, in order; what it is expected to take in requests, and in seconds at the account's rate.

    `lookups` are the requests by name that are expected after the steps, for what no list told.
    """

    mode: str
    steps: tuple[Step, ...]
    lookups: int
    requests: int
    seconds: float
    why: str


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """How much a venue is expected to list. The defaults are Kalshi's own size in autumn 2026, for an empty master.

    `settled_per_day` and `closed_per_day` count markets; `overdue` those whose status must be looked up by name.
    """

    events: int = 11_160
    unopened: int = 2_000
    closed_per_day: int = 3_000
    settled_per_day: int = 20_000
    closed_events: int = 400
    overdue: int = 0


class Allowance(msgspec.Struct, frozen=True):
    """What the account may send: default-cost requests a second, and how many at once."""

    rate_per_s: float
    burst: float

    def seconds(self, requests: int) -> float:
        """Give how long so many requests take at least, in seconds."""
        return round(max(0.0, requests - self.burst) / self.rate_per_s, 2)


def plan_markets(
    request: MarketRequest,
    series: Sequence[str],
    expected: Expected,
    allowance: Allowance,
    now_ns: int,
    since_ns: int | None,
) -> Plan:
    """Plan a market sync. `series` are those of `by-series`; `since_ns` is when the last complete sync began, if any.

    An incremental sync without a complete one before it is a full one.
    """
    now_s = now_ns // NS_PER_S
    since_s = None if since_ns is None else since_ns // NS_PER_S
    if request.mode == "incremental" and since_s is not None:
        return _plan("incremental", _changed(expected, since_s, now_s), expected, allowance, "what changed since then")
    if request.mode == "active-only":
        steps = _closing(expected, now_s, request.close_within_h)
        return _plan("active-only", steps, expected, allowance, f"closing within {request.close_within_h} h")
    if request.mode == "by-series":
        steps, why = _by_series(series, expected, now_s)
        return _plan("by-series", steps, expected, allowance, why)
    why = "everything listed" + ("" if request.mode == "full" else ": there is no complete sync to go on from")
    return _plan("full", _full(expected, now_s, since_s), expected, allowance, why)


def _plan(mode: str, steps: list[Step], expected: Expected, allowance: Allowance, why: str) -> Plan:
    lookups = _pages(expected.overdue, NAMES_PER_LOOKUP, least=0)
    requests = sum(step.pages for step in steps) + lookups
    return Plan(
        mode=mode,
        steps=tuple(steps),
        lookups=lookups,
        requests=requests,
        seconds=allowance.seconds(requests),
        why=why,
    )


def _pages(rows: int, per_page: int, *, least: int = 1) -> int:
    return max(least, ceil(rows / per_page))


def _full(expected: Expected, now_s: int, since_s: int | None) -> list[Step]:
    """List whatever may still trade, by events, and what settled in the last day or longer."""
    settled_s = min(now_s - DAY_S, now_s if since_s is None else since_s - OVERLAP_S)
    steps = [*_open_in_bulk(expected), _closed_in_bulk(expected), _settled_in_bulk(expected, now_s, settled_s)]
    return steps if since_s is None else [*steps, _changed_events(since_s)]


def _changed_events(since_s: int) -> Step:
    """Ask for the events that changed, settled ones too: no other list tells of those."""
    filters = {**NESTED, "min_updated_ts": str(since_s - OVERLAP_S)}
    return _step("/events", filters, 1, "events that changed, with their markets")


def _open_in_bulk(expected: Expected) -> tuple[Step, Step]:
    """Ask for events: they are needed in any case, and their markets ride along for nothing."""
    opened = _pages(expected.events, EVENTS_PER_PAGE)
    unopened = _pages(expected.unopened, MARKETS_PER_PAGE)
    return (
        _step("/events", {**NESTED, "status": "unopened"}, unopened, "events that open later"),
        _step("/events", {**NESTED, "status": "open"}, opened, "open events with their markets"),
    )


def _closed_in_bulk(expected: Expected) -> Step:
    pages = _pages(expected.closed_events, EVENTS_PER_PAGE)
    return _step("/events", {**NESTED, "status": "closed"}, pages, "closed events that wait for their result")


def _settled_in_bulk(expected: Expected, now_s: int, from_s: int) -> Step:
    rows = expected.settled_per_day * (now_s - from_s) // DAY_S
    filters = {**MARKETS, "status": "settled", "min_settled_ts": str(from_s)}
    return _step("/markets", filters, _pages(rows, MARKETS_PER_PAGE), "markets that settled meanwhile")


def _changed(expected: Expected, since_s: int, now_s: int) -> list[Step]:
    from_s = str(since_s - OVERLAP_S)
    days = max(0.0, (now_s - since_s + OVERLAP_S) / DAY_S)
    closed = _pages(int(expected.closed_per_day * days), MARKETS_PER_PAGE)
    settled = _pages(int(expected.settled_per_day * days), MARKETS_PER_PAGE)
    listed = _pages(int((expected.settled_per_day + expected.closed_per_day) * days), MARKETS_PER_PAGE)
    return [
        _changed_events(since_s),
        _step("/markets", {**MARKETS, "min_updated_ts": from_s}, listed, "markets that changed"),
        _step("/markets", {**MARKETS, "min_created_ts": from_s}, 1, "markets that are new"),
        _step("/markets", {**MARKETS, "status": "closed", "min_close_ts": from_s}, closed, "markets that closed"),
        _step("/markets", {**MARKETS, "status": "settled", "min_settled_ts": from_s}, settled, "markets that settled"),
        _step("/markets", {**MARKETS, "status": "paused"}, 1, "markets that are paused"),
    ]


def _closing(expected: Expected, now_s: int, within_h: int) -> list[Step]:
    rows = expected.closed_per_day * within_h // 24
    filters = {**MARKETS, "min_close_ts": str(now_s), "max_close_ts": str(now_s + within_h * 3_600)}
    return [_step("/markets", filters, _pages(rows, MARKETS_PER_PAGE), f"markets that close within {within_h} h")]


def _by_series(series: Sequence[str], expected: Expected, now_s: int) -> tuple[list[Step], str]:
    """Ask each part by series or in bulk, whichever takes fewer requests."""
    day_s = now_s - DAY_S
    bulk_unopened, bulk_open = _open_in_bulk(expected)
    parts = (
        (bulk_unopened, "/events", {**NESTED, "status": "unopened"}),
        (bulk_open, "/events", {**NESTED, "status": "open"}),
        (_closed_in_bulk(expected), "/markets", {**MARKETS, "status": "closed", "min_close_ts": str(day_s)}),
        (
            _settled_in_bulk(expected, now_s, day_s),
            "/markets",
            {**MARKETS, "status": "settled", "min_settled_ts": str(day_s)},
        ),
    )
    steps: list[Step] = []
    chosen: list[str] = []
    for bulk, path, filters in parts:
        status = filters["status"]
        if len(series) < bulk.pages:
            steps += [_step(path, {**filters, "series_ticker": one}, 1, f"{status}, {one}") for one in series]
            chosen.append(f"{status} by series")
        else:
            steps.append(bulk)
            chosen.append(f"{status} in bulk")
    return steps, f"{len(series)} series: {', '.join(chosen)}"


def _step(path: str, filters: dict[str, str], pages: int, why: str) -> Step:
    return Step(path=path, filters=filters, pages=pages, why=why)
