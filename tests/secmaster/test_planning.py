"""The planner: what it asks, that it may ask it, and that it takes no more requests than the alternatives."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstprint.app.secmaster.planning import Allowance, Expected, Plan, plan_markets
from firstprint.app.secmaster.requests import MarketRequest
from firstprint.venues.kalshi.filters import FILTERS, check_market_filters

NOW_NS = 1_795_000_000 * 10**9
BASIC = Allowance(20.0, 40.0)

expected = st.builds(
    Expected,
    events=st.integers(0, 20_000),
    unopened=st.integers(0, 20_000),
    closed_per_day=st.integers(0, 50_000),
    settled_per_day=st.integers(0, 100_000),
    closed_events=st.integers(0, 5_000),
    overdue=st.integers(0, 5_000),
)
series = st.lists(st.from_regex(r"KX[A-Z]{1,8}", fullmatch=True), unique=True, max_size=400)
requests = st.sampled_from(
    [
        MarketRequest(mode="full"),
        MarketRequest(mode="by-series"),
        MarketRequest(mode="active-only"),
        MarketRequest(mode="active-only", close_within_h=1),
        MarketRequest(mode="incremental"),
    ]
)
since = st.none() | st.integers(1, 40 * 86_400).map(lambda s: NOW_NS - s * 10**9)


def plan(request: MarketRequest, names: list[str], size: Expected, since_ns: int | None = None) -> Plan:
    """Plan for the basic tier."""
    return plan_markets(request, names, size, BASIC, NOW_NS, since_ns)


@given(requests, series, expected, since)
def test_every_step_is_one_that_the_venue_allows(
    request: MarketRequest, names: list[str], size: Expected, since_ns: int | None
) -> None:
    """No plan combines filters that Kalshi refuses, lets combos in, or asks beyond a page's limit (C11)."""
    for step in plan(request, names, size, since_ns).steps:
        assert step.filters.keys() <= FILTERS[step.path]
        if step.path == "/markets":
            check_market_filters(step.filters)
            assert step.filters["mve_filter"] == "exclude"
            assert int(step.filters["limit"]) <= 1_000
        else:
            assert int(step.filters["limit"]) <= 200


@given(series, expected)
def test_each_part_of_a_sync_by_series_is_asked_the_cheaper_way(names: list[str], size: Expected) -> None:
    """Neither all by series nor all in bulk takes fewer requests than the plan, for any size and any series."""
    chosen = plan(MarketRequest(mode="by-series"), names, size)
    bulk = (
        max(1, ceil(size.events / 200)),
        max(1, ceil(size.unopened / 1_000)),
        max(1, ceil(size.closed_events / 200)),
        max(1, ceil(size.settled_per_day / 1_000)),
    )
    lookups = ceil(size.overdue / 100)
    assert chosen.requests == sum(min(len(names), one) for one in bulk) + lookups
    assert chosen.requests <= 4 * len(names) + lookups
    assert chosen.requests <= sum(bulk) + lookups


def test_a_full_sync_of_kalshis_size_stays_within_its_requests() -> None:
    """A full sync of 96,000 open markets in 11,160 events is planned with at most 110 requests (C11)."""
    full = plan(MarketRequest(mode="full"), [], Expected())
    assert full.requests <= 110
    assert full.seconds == BASIC.seconds(full.requests) == (full.requests - 40) / 20


def test_a_few_series_are_asked_one_by_one() -> None:
    """For three series every list is asked by series wherever the bulk takes more than three requests."""
    some = plan(MarketRequest(mode="by-series"), ["KXA", "KXB", "KXC"], Expected())
    by_series = [step for step in some.steps if "series_ticker" in step.filters]
    assert {step.filters["series_ticker"] for step in by_series} == {"KXA", "KXB", "KXC"}
    assert {step.filters["status"] for step in by_series} == {"open", "settled"}


def test_many_series_are_asked_in_bulk() -> None:
    """For five thousand series nothing is asked by series."""
    names = [f"KX{i}" for i in range(5_000)]
    assert all("series_ticker" not in s.filters for s in plan(MarketRequest(mode="by-series"), names, Expected()).steps)


def test_no_series_means_no_request() -> None:
    """A sync by series of no series asks for nothing: an empty choice is normal."""
    assert plan(MarketRequest(mode="by-series"), [], Expected()).steps == ()


def test_the_first_incremental_sync_is_a_full_one() -> None:
    """Without a complete sync before it, an incremental one is planned as full and says so."""
    first = plan(MarketRequest(), [], Expected())
    assert (first.mode, first.steps) == ("full", plan(MarketRequest(mode="full"), [], Expected()).steps)
    assert "no complete sync" in first.why


def test_an_incremental_sync_takes_few_requests() -> None:
    """Five minutes after a complete sync, what changed is asked for with one request a list."""
    some = plan(MarketRequest(), [], Expected(), NOW_NS - 300 * 10**9)
    assert (some.mode, len(some.steps), some.requests, some.seconds) == ("incremental", 6, 6, 0.0)


@pytest.mark.parametrize(("away_s", "from_s"), [(300, 86_400), (3 * 86_400, 3 * 86_400 + 120)])
def test_a_full_sync_asks_for_what_settled_while_nobody_looked(away_s: int, from_s: int) -> None:
    """Settled markets are asked for since the last complete sync, and for a day at least (C3)."""
    full = plan(MarketRequest(mode="full"), [], Expected(), NOW_NS - away_s * 10**9)
    (settled,) = [step for step in full.steps if step.filters.get("status") == "settled"]
    assert int(settled.filters["min_settled_ts"]) == NOW_NS // 10**9 - from_s
