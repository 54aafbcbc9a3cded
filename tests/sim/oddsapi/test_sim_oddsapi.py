"""The simulated The Odds API: keys, credits and limits, and odds that an independent reader finds to be the world's."""

import json
from datetime import datetime
from statistics import mean
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstprint.domain.clock import Instant
from firstprint.sim.oddsapi.api import OddsApi, OddsSettings
from firstprint.sim.oddsapi.server import SimulatedOddsApi
from firstprint.sim.world import chances, course
from firstprint.sim.world.contests import NS_PER_S, Phase, SimContest
from firstprint.sim.world.ids import odds_id
from firstprint.sim.world.leagues import LEAGUES
from firstprint.sim.world.shared import SharedWorld
from firstprint.sim.world.sourcing import SourceAnswer

START_NS = 1_790_000_000 * NS_PER_S
KEY = OddsSettings().key
RICH = OddsSettings(credits=100_000)


class StillClock:
    """A clock that stands at the start of the world."""

    def now(self) -> Instant:
        return Instant(1, START_NS)


def world_of(count: int = 600, seed: int = 4) -> SharedWorld:
    """Make a world of so many contests."""
    world = SharedWorld(seed, START_NS)
    world.draw_showcase(START_NS)
    world.populate(count)
    return world


WORLD = world_of()
CONTESTS: dict[str, SimContest] = {odds_id(contest): contest for contest in WORLD.contests}


def asked(
    path: str, query: str = "regions=us,eu&markets=h2h,spreads,totals", api: OddsApi | None = None,
    now_ns: int = START_NS, key: str = KEY, recent: int = 1,
) -> SourceAnswer:  # fmt: skip
    """Ask the engine."""
    return (api or OddsApi(WORLD, RICH)).answer(f"/v4/{path}", f"apiKey={key}&{query}", now_ns, recent)


def told(path: str, *more: Any, **named: Any) -> Any:
    """Ask the engine for what it answers well."""
    answer = asked(path, *more, **named)
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def every_event(
    query: str = "regions=us,eu&markets=h2h,spreads,totals", now_ns: int = START_NS
) -> list[dict[str, Any]]:
    """Read the odds of every league."""
    return [row for league in LEAGUES for row in told(f"sports/{league.odds_key}/odds", query, now_ns=now_ns)]


def error(answer: SourceAnswer) -> tuple[int, str]:
    """Give the status and code of a refusal."""
    body = json.loads(answer.body)
    assert set(body) == {"message", "error_code", "details_url"}
    return answer.status, body["error_code"]


def test_events_are_the_listed_contests_that_are_not_over() -> None:
    """Ids are those of the truth; what is over, cancelled or not listed yet is not among them."""
    quoted = {Phase.SCHEDULED, Phase.LIVE, Phase.POSTPONED}
    listed = {
        number
        for number, contest in CONTESTS.items()
        if contest.odds_listed_ns is not None
        and contest.odds_listed_ns <= START_NS
        and contest.phase(START_NS) in quoted
    }
    assert {row["id"] for row in every_event()} == listed
    assert listed <= {one.odds_event_id for one in WORLD.true_contests()}


def test_teams_are_named_in_full_and_starts_drift() -> None:
    """Names are the contest's; starts are told up to a minute late, and to odd seconds once live."""
    drifts, turned, odd = set(), 0, 0
    for row in every_event():
        contest = CONTESTS[row["id"]]
        world = (contest.home.odds_name, contest.away.odds_name)
        assert {row["home_team"], row["away_team"]} == set(world)
        turned += (row["home_team"], row["away_team"]) != world
        late = datetime.fromisoformat(row["commence_time"]).timestamp() - contest.start_ns / NS_PER_S
        if contest.phase(START_NS) is Phase.LIVE:
            odd += late % 60 != 0
            assert 0 <= late < 180
        elif contest.postponed_ns is None:
            drifts.add(late)
    assert drifts == {0, 60}
    assert turned > 3
    assert odd > 5


def test_every_book_keeps_a_margin_around_the_worlds_chance() -> None:
    """Inverse odds add up to more than one for books, and without the vig their mean is near the chance."""
    compared = 0
    for row in every_event():
        contest = CONTESTS[row["id"]]
        if contest.phase(START_NS) is Phase.LIVE:
            continue
        found = []
        for book in row["bookmakers"]:
            (market,) = (one for one in book["markets"] if one["key"] == "h2h")
            inverse = {one["name"]: 1 / one["price"] for one in market["outcomes"]}
            assert 1.0 < sum(inverse.values()) < 1.15
            assert ("Draw" in inverse) is (contest.league.ways == 3)
            found.append(inverse[contest.home.odds_name] / sum(inverse.values()))
        if len(found) >= 5:
            assert abs(mean(found) - chances.before(contest).home) < 0.02
            compared += 1
    assert compared > 200


def test_spreads_and_totals_mirror_and_say_their_points() -> None:
    """The two sides of a spread have opposite points, those of a total the same; some lines are whole."""
    whole = 0
    for row in every_event():
        lines = set()
        for book in row["bookmakers"]:
            for market in book["markets"]:
                points = [one.get("point") for one in market["outcomes"]]
                if market["key"] == "spreads":
                    assert sum(points) == 0
                    assert {one["name"] for one in market["outcomes"]} == {row["home_team"], row["away_team"]}
                    lines.add(max(points))
                    whole += max(points) % 1 == 0
                elif market["key"] == "totals":
                    assert [one["name"] for one in market["outcomes"]] == ["Over", "Under"]
                    assert points[0] == points[1] > 0
    assert whole > 5


def test_books_differ_in_age_and_in_what_they_quote() -> None:
    """Each book has its own time, some hours old; laying comes unasked; the order of outcomes says nothing."""
    ages, orders, lays, books = [], set(), 0, set()
    for row in every_event():
        for book in row["bookmakers"]:
            books.add(book["key"])
            ages.append(START_NS / NS_PER_S - datetime.fromisoformat(book["last_update"]).timestamp())
            for market in book["markets"]:
                lays += market["key"] == "h2h_lay"
                if market["key"] == "h2h" and len(market["outcomes"]) == 2:
                    orders.add(market["outcomes"][0]["name"] == row["home_team"])
    assert {"draftkings", "fanduel", "betmgm", "williamhill_us", "pinnacle"} <= books
    assert min(ages) >= 0
    assert max(ages) > 3_600
    assert sum(age <= 120 for age in ages) > 0.9 * len(ages)
    assert orders == {True, False}
    assert lays > 50


def test_prices_move_with_the_contest() -> None:
    """Late in a contest the side that wins is quoted below evens by every book that is not stuck."""
    live = [c for c in CONTESTS.values() if c.phase(START_NS) is Phase.LIVE and c.odds_listed_ns is not None]
    decided = [contest for contest in live if course.winner(contest) != "draw"]
    assert decided
    for contest in decided:
        late_ns = contest.start_ns + int(contest.length_ns * 0.97)
        (row,) = told(
            f"sports/{contest.league.odds_key}/odds", f"regions=eu&eventIds={odds_id(contest)}", now_ns=late_ns
        )
        best = contest.home if course.winner(contest) == "home" else contest.away
        for book in row["bookmakers"]:
            if late_ns / NS_PER_S - datetime.fromisoformat(book["last_update"]).timestamp() < 5:
                prices = {one["name"]: one["price"] for one in book["markets"][0]["outcomes"]}
                assert min(prices, key=lambda name: prices[name]) == best.odds_name


def test_costs_are_markets_times_regions_and_empty_is_free() -> None:
    """Headers say what a request cost and what is left; empty answers and the lists of events and sports are free."""
    api = OddsApi(WORLD, OddsSettings(credits=20))
    for path, query, cost in (
        ("sports", "", 0),
        ("sports/basketball_nba/events", "", 0),
        ("sports/basketball_nba/odds", "regions=us,eu&markets=h2h,totals", 4),
        ("sports/basketball_nba/odds", "regions=us&eventIds=none", 0),
        ("sports/basketball_nba/odds", "bookmakers=pinnacle,fanduel", 1),
        ("sports/basketball_nba/scores", "", 1),
        ("sports/basketball_nba/scores", "daysFrom=2", 2),
    ):
        answer = asked(path, query, api)
        assert (answer.status, answer.headers["x-requests-last"]) == (200, str(cost)), (path, query)
    assert (answer.headers["x-requests-used"], answer.headers["x-requests-remaining"]) == ("8", "12")
    assert (api.used, api.remaining) == (8, 12)


@pytest.mark.parametrize("status", [401, 429])
def test_an_empty_budget_is_refused(status: int) -> None:
    """What costs more than is left is refused with either status; what is free goes on; nothing is spent."""
    api = OddsApi(WORLD, OddsSettings(credits=3, exhausted_status=status))
    assert error(asked("sports/basketball_nba/odds", "regions=us,eu&markets=h2h,totals", api)) == (
        status, "OUT_OF_USAGE_CREDITS",
    )  # fmt: skip
    assert asked("sports/basketball_nba/events", "", api).status == 200
    assert api.remaining == 3


def test_bad_requests_have_their_codes() -> None:
    """Keys, sports, markets, regions and times that are none are refused with codes; unknown parameters are ignored."""
    odds = "sports/basketball_nba/odds"
    assert error(OddsApi(WORLD, RICH).answer(f"/v4/{odds}", "regions=us", START_NS, 1)) == (401, "MISSING_KEY")
    assert error(asked(odds, key="wrong")) == (401, "INVALID_KEY")
    assert error(asked("sports/curling/odds")) == (404, "UNKNOWN_SPORT")
    assert error(asked(odds, "regions=us&markets=h3h")) == (422, "INVALID_MARKET")
    assert error(asked(odds, "regions=moon")) == (422, "INVALID_REGION")
    assert error(asked(odds, "markets=h2h")) == (422, "MISSING_REGION")
    assert error(asked(odds, "regions=us&commenceTimeFrom=2026-09-21T00:00:00.5Z")) == (422, "INVALID_COMMENCE_TIME")
    assert error(asked(odds, recent=31)) == (429, "EXCEEDED_FREQ_LIMIT")
    assert asked(odds, "regions=us&colour=blue", recent=30).status == 200


def test_styles_of_odds_and_dates() -> None:
    """American odds are whole and signed, Unix times whole seconds, and both mean what the usual style says."""
    usual = told("sports/basketball_nba/odds", "regions=us")
    other = told("sports/basketball_nba/odds", "regions=us&oddsFormat=american&dateFormat=unix")
    for row, twin in zip(usual, other, strict=True):
        assert datetime.fromisoformat(row["commence_time"]).timestamp() == twin["commence_time"]
        for book, same in zip(row["bookmakers"], twin["bookmakers"], strict=True):
            pairs = zip(book["markets"][0]["outcomes"], same["markets"][0]["outcomes"], strict=True)
            for price, american in ((a["price"], b["price"]) for a, b in pairs):
                assert isinstance(american, int)
                assert abs(price - (1 + american / 100 if american > 0 else 1 - 100 / american)) < 0.01


def test_times_and_ids_choose_events() -> None:
    """Only events that begin within the times are given, and only those asked for by id."""
    within = told(
        "sports/basketball_nba/events", "commenceTimeFrom=2026-09-21T14:00:00Z&commenceTimeTo=2026-09-21T20:00:00Z"
    )
    assert within
    assert all("2026-09-21T14:00:00Z" <= row["commence_time"] <= "2026-09-21T20:00:00Z" for row in within)
    chosen = within[0]["id"]
    assert [row["id"] for row in told("sports/basketball_nba/events", f"eventIds={chosen}")] == [chosen]
    one = told(f"sports/basketball_nba/events/{chosen}/odds", "regions=us&markets=h2h")
    assert one["id"] == chosen
    assert all("last_update" not in book for book in one["bookmakers"])


def test_scores_are_null_before_and_final_after() -> None:
    """Scores are texts by full name, completed ones stay for the days asked for, and winners are the world's."""
    contest = next(c for c in CONTESTS.values() if c.phase(START_NS) is Phase.LIVE and c.odds_listed_ns is not None)
    path, end_ns = f"sports/{contest.league.odds_key}/scores", contest.start_ns + contest.length_ns
    early = {row["id"]: row for row in told(path, "", now_ns=START_NS)}
    assert any(row["scores"] is None and row["completed"] is False for row in early.values())
    late = {row["id"]: row for row in told(path, "daysFrom=1", now_ns=end_ns)}[odds_id(contest)]
    assert late["completed"] is True
    assert {one["name"]: one["score"] for one in late["scores"]} == {
        contest.home.odds_name: str(contest.scores[1]), contest.away.odds_name: str(contest.scores[0]),
    }  # fmt: skip
    assert odds_id(contest) not in {row["id"] for row in told(path, "", now_ns=end_ns + 2 * NS_PER_S)}


@settings(max_examples=200)
@given(path=st.text(), query=st.text())
def test_any_request_gets_an_answer(path: str, query: str) -> None:
    """Whatever is asked, the answer is JSON with the quota in its headers."""
    for answer in (asked(path, query), asked("sports/icehockey_nhl/odds", query)):
        assert answer.status in {200, 401, 404, 422}
        json.loads(answer.body)
        assert "x-requests-remaining" in answer.headers


def test_the_same_world_quotes_the_same_odds() -> None:
    """Two worlds of one seed answer alike."""
    other = OddsApi(world_of(), RICH)
    assert told("sports/soccer_epl/odds") == told("sports/soccer_epl/odds", api=other)


async def test_the_server_keeps_the_frequency_limit_and_counts() -> None:
    """The thirty-first request of a second is refused with 429, and the counts say how many came."""
    async with SimulatedOddsApi(WORLD, StillClock()) as odds, aiohttp.ClientSession() as session:
        statuses = []
        for _ in range(31):
            async with session.get(f"{odds.url}/v4/sports", params={"apiKey": KEY}) as answer:
                statuses.append(answer.status)
        assert statuses == [200] * 30 + [429]
        assert (odds.counts.per_s_peak, odds.counts.refused) == (31, 1)
        assert odds.api.remaining == 500
