"""Which filters Kalshi's lists take together, against a naive second reading of its documentation."""

from itertools import product
from typing import Any

import pytest

from firstprint.domain.errors import ConfigurationError
from firstprint.venues.kalshi.filters import FILTERS, ROWS_PER_PAGE, check_filters, check_market_filters

FAMILIES = ("created", "updated", "close", "settled")


@pytest.mark.parametrize(
    "filters",
    [
        {"status": "active"},
        {"status": "closed", "min_created_ts": 1},
        {"status": "open", "max_close_ts": 1},
        {"status": "closed", "min_settled_ts": 1},
        {"status": "open", "min_updated_ts": 1},
        {"min_updated_ts": 1, "event_ticker": "E"},
        {"min_updated_ts": 1, "series_ticker": "S", "mve_filter": "all"},
        {"min_updated_ts": 1, "mve_filter": "only"},
        {"min_created_ts": 1, "max_close_ts": 2},
    ],
)
def test_impossible_market_filters_are_refused_before_sending(filters: dict[str, str | int]) -> None:
    """Combinations that Kalshi answers with 400 are a ConfigurationError of ours."""
    with pytest.raises(ConfigurationError):
        check_market_filters(filters)


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"status": "open", "min_created_ts": 1, "max_created_ts": 2},
        {"status": "unopened", "min_created_ts": 1},
        {"status": "closed", "min_close_ts": 1},
        {"status": "settled", "min_settled_ts": 1, "series_ticker": "S"},
        {"min_updated_ts": 1, "mve_filter": "exclude", "limit": 1000, "status": None},
        {"min_updated_ts": 1, "series_ticker": "S", "mve_filter": "exclude"},
        {"status": "paused", "tickers": "A,B"},
    ],
)
def test_documented_market_filters_pass(filters: dict[str, str | int | None]) -> None:
    """Every combination that is documented as possible passes."""
    check_market_filters(filters)


def naive_allows(given: dict[str, Any]) -> bool:
    """Tell what GET /markets takes, read off the fact sheet line by line."""
    status, combos = given.get("status"), given.get("mve_filter")
    if status not in (None, "unopened", "open", "paused", "closed", "settled"):
        return False
    told = [family for family in FAMILIES if f"min_{family}_ts" in given or f"max_{family}_ts" in given]
    if told == []:
        return True
    if len(told) > 1:
        return False
    if told == ["created"]:
        return status in (None, "unopened", "open")
    if told == ["close"]:
        return status in (None, "closed")
    if told == ["settled"]:
        return status in (None, "settled")
    if status or "event_ticker" in given or "tickers" in given or combos == "only":
        return False
    return "series_ticker" not in given or combos == "exclude"


def test_every_combination_of_market_filters_is_judged_as_documented() -> None:
    """All 12,544 combinations of statuses, time filters, combos and tickers are allowed or refused as documented."""
    bounds = [*FAMILIES, "created+updated", "close+settled", None]
    judged = 0
    for status, first, second, combos, series, event, tickers in product(
        (None, "unopened", "open", "paused", "closed", "settled", "active", "finalized"),
        bounds, bounds, (None, "only", "exclude", "all"), (0, 1), (0, 1), (0, 1),
    ):  # fmt: skip
        given: dict[str, Any] = {"status": status, "mve_filter": combos}
        given |= {f"min_{family}_ts": 1 for family in (first or "").split("+") if family}
        given |= {f"max_{family}_ts": 2 for family in (second or "").split("+") if family}
        given |= {"series_ticker": "S"} if series else {}
        given |= {"event_ticker": "E"} if event else {}
        given |= {"tickers": "A,B"} if tickers else {}
        given = {name: value for name, value in given.items() if value is not None}
        judged += 1
        try:
            check_filters("/markets", given)
        except ConfigurationError:
            assert not naive_allows(given), f"refused, and documented: {given}"
        else:
            assert naive_allows(given), f"allowed, and answered with 400: {given}"
    assert judged == 12_544


@pytest.mark.parametrize("path", FILTERS)
def test_a_filter_that_a_list_does_not_have_is_refused(path: str) -> None:
    """Each list takes the filters of its own table and no other, and a path that is no list takes none."""
    check_filters(path, ROWS_PER_PAGE.get(path, {}))
    with pytest.raises(ConfigurationError, match="has no filter ticker_prefix"):
        check_filters(path, {"ticker_prefix": "KX"})
    with pytest.raises(ConfigurationError, match="no list"):
        check_filters(f"{path}/nothing", {})


def test_old_markets_are_asked_for_in_one_way_at_a_time() -> None:
    """/historical/markets takes one of tickers, event, series and mve_filter, beside the page's size."""
    ways = {"tickers": "A", "event_ticker": "E", "series_ticker": "S", "mve_filter": "exclude"}
    for way, value in ways.items():
        check_filters("/historical/markets", {way: value, "limit": "1000"})
        with pytest.raises(ConfigurationError, match="only one of"):
            check_filters("/historical/markets", {way: value, **dict([next(o for o in ways.items() if o[0] != way)])})
