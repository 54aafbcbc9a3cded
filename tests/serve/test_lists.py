"""What the lists and the single things say."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serve_kit import AT, AT_NS, Api, a_gap, a_run, a_series, a_session, api

from firstprint.app.secmaster.reading import MarketChange


async def test_the_series_list_has_the_agreed_shape_and_nothing_else(served: Api) -> None:
    """C5: a page of series is a list of ticker, title, category, tags and is_game, with where the next begins."""
    assert await served.get("/v1/series?category=Sports&games_only=true") == {
        "series": [
            {"ticker": ticker, "title": f"Title of {ticker}", "category": "Sports", "tags": [tag], "is_game": True}
            for ticker, tag in (("KXEPLGAME", "Soccer"), ("KXNBAGAME", "Basketball"))
        ],
        "next": None,
    }


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("", ["KXELECTION", "KXEPLGAME", "KXEPLMVP", "KXNBAGAME"]),
        ("?category=Politics", ["KXELECTION"]),
        ("?tag=Soccer", ["KXEPLGAME", "KXEPLMVP"]),
        ("?is_game=false&category=Sports", ["KXEPLMVP"]),
        ("?is_game=1", ["KXEPLGAME", "KXNBAGAME"]),
        ("?text=epl", ["KXEPLGAME", "KXEPLMVP"]),
        ("?active=false", ["KXGONE"]),
        ("?active=any&text=GONE", ["KXGONE"]),
        ("?category=NoSuchCategory", []),
        ("?tag=NoSuchTag", []),
        ("?category=&tag=&is_game=&games_only=", ["KXELECTION", "KXEPLGAME", "KXEPLMVP", "KXNBAGAME"]),
    ],
)
async def test_series_are_chosen_by_their_filters(served: Api, parameters: str, expected: list[str]) -> None:
    """C5: each filter narrows, an unknown category or tag finds nothing, and an empty parameter is none."""
    found = await served.get("/v1/series" + parameters)
    assert [one["ticker"] for one in found["series"]] == expected


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("?series=KXNBAGAME", ["KXNBAGAME-A-X", "KXNBAGAME-A-Y"]),
        ("?event=KXEPLGAME-B", ["KXEPLGAME-B-Z"]),
        ("?status=finalized", ["KXNBAGAME-A-Y"]),
        ("?status=no_such_status", []),
        (f"?closes_after={AT}&closes_before={AT}", ["KXEPLGAME-B-Z", "KXNBAGAME-A-X", "KXNBAGAME-A-Y"]),
        ("?closes_after=1700000000.500000001", []),
        ("?closes_before=2023-11-14T23:13:20.4%2B01:00", []),
    ],
)
async def test_markets_are_chosen_by_their_filters(served: Api, parameters: str, expected: list[str]) -> None:
    """C5: markets by series, event, status in the venue's words, and close time, to the nanosecond."""
    found = await served.get("/v1/markets" + parameters)
    assert [one["ticker"] for one in found["markets"]] == expected


async def test_times_and_money_are_exact_text(served: Api) -> None:
    """C5: times are RFC 3339 in UTC and money is decimal dollars, in lists and in the whole of a market."""
    [listed] = (await served.get("/v1/markets?status=finalized"))["markets"]
    whole = (await served.get("/v1/markets/KXNBAGAME-A-Y"))["market"]
    for market in (listed, whole):
        assert market["close_time"] == AT
        assert market["settlement_value_dollars"] == "0.435"
    assert whole["grid"] == [{"start_dollars": "0.00", "end_dollars": "1.00", "step_dollars": "0.01"}]


async def test_a_status_that_nobody_knows_is_shown_as_it_is(served: Api) -> None:
    """C5: the venue's words are shown, not interpreted."""
    counts = await served.get("/v1/stats/markets?series=KXEPLGAME")
    assert counts == {"series": "KXEPLGAME", "events": 1, "markets": 1, "by_status": {"brand_new_word": 1}}


async def test_series_are_counted_with_those_that_have_no_market(served: Api) -> None:
    """C5: the statistics have each series that the filters choose, its markets by status."""
    counts = (await served.get("/v1/stats/series?category=Sports"))["series"]
    assert {one["ticker"]: one["by_status"] for one in counts} == {
        "KXEPLGAME": {"brand_new_word": 1},
        "KXEPLMVP": {},
        "KXNBAGAME": {"active": 1, "finalized": 1},
    }


async def test_a_single_thing_is_given_whole(served: Api) -> None:
    """C5: one series, event or market is given with every stored field, a disabled series too."""
    assert (await served.get("/v1/series/KXGONE"))["series"]["disabled_reason"] == "vanished"
    assert (await served.get("/v1/events/KXNBAGAME-A"))["event"]["series_ticker"] == "KXNBAGAME"
    assert (await served.get("/v1/markets/KXNBAGAME-A-X"))["market"]["status"] == "active"


async def test_the_history_says_what_changed_and_where_it_is_known_from(served: Api) -> None:
    """C3: changes come oldest first with both values, and it is said when there are more."""
    served.master.changes = [
        MarketChange(
            ticker="KXNBAGAME-A-X", field=field, value_before=before, value_after=after, cause="sync", session="r1",
            record=4, wall_ns=AT_NS,
        )
        for field, before, after in (("close_ns", "null", str(AT_NS)), ("status", '"active"', '"closed"'))
    ]  # fmt: skip
    told = await served.get("/v1/markets/KXNBAGAME-A-X/history?limit=1")
    assert told["more"] is True
    assert told["history"] == [
        {"field": "close_time", "before": None, "after": AT, "cause": "sync", "session": "r1", "record": 4, "time": AT}
    ]
    assert (await served.get("/v1/markets/KXNBAGAME-A-Y/history"))["history"] == []


async def test_what_was_synced_and_recorded_is_listed(served: Api) -> None:
    """C5: sync runs and sessions come newest first, gaps in the order in which they opened, each by its filters."""
    assert [one["run"] for one in (await served.get("/v1/sync-runs"))["sync_runs"]] == ["r2", "r1"]
    [failed] = (await served.get("/v1/sync-runs?kind=series"))["sync_runs"]
    assert (failed["outcome"], failed["error"], failed["progress"]["requests"]) == ("failed", "away", 3)
    assert [one["session"] for one in (await served.get("/v1/sessions"))["sessions"]] == ["s2", "s1"]
    gaps = (await served.get("/v1/gaps?open_only=true"))["gaps"]
    assert [(one["session"], one["opened_record"]) for one in gaps] == [("s1", 1), ("s2", 1)]
    assert gaps[0]["opened_time"] == AT


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_lists_of_the_record_are_followed_to_their_end(limit: int) -> None:
    """C5: pages of sync runs, sessions and gaps, put together, are the whole list, each row once."""
    async with api() as served:
        served.record.all_runs = [a_run(f"r{number}") for number in range(6)]
        served.record.all_sessions = [a_session(f"s{number}") for number in range(6)]
        served.record.all_gaps = [a_gap(f"s{number // 3}", number) for number in range(6)]
        runs = await served.all_of("/v1/sync-runs", "sync_runs", limit)
        sessions = await served.all_of("/v1/sessions", "sessions", limit)
        gaps = await served.all_of("/v1/gaps", "gaps", limit)
    assert [one["run"] for one in runs] == [f"r{number}" for number in range(6)]
    assert [one["session"] for one in sessions] == [f"s{number}" for number in reversed(range(6))]
    assert [one["opened_record"] for one in gaps] == list(range(6))


TICKERS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tickers=st.sets(TICKERS, max_size=30), limit=st.integers(1, 7))
async def test_pages_put_together_are_the_whole_list(served: Api, tickers: set[str], limit: int) -> None:
    """C5: whatever the tickers and the size of a page, following `next` gives every series once, in order."""
    served.master.all_series = [a_series(ticker) for ticker in tickers]
    served.master.number += 1
    found: list[Any] = await served.all_of("/v1/series", "series", limit)
    assert [one["ticker"] for one in found] == sorted(tickers)
