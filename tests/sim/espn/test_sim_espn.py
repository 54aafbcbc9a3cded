"""The simulated ESPN: its quirks, and that what it says is the shared world, read by an independent reader."""

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstprint.domain.clock import Instant
from firstprint.sim.espn.scoreboard import Scoreboard
from firstprint.sim.espn.server import SimulatedEspn
from firstprint.sim.world.contests import NS_PER_S, Phase, SimContest
from firstprint.sim.world.ids import espn_id
from firstprint.sim.world.leagues import LEAGUES
from firstprint.sim.world.shared import SharedWorld
from firstprint.sim.world.sourcing import SourceFaults

START_NS = 1_790_000_000 * NS_PER_S
EASTERN = ZoneInfo("America/New_York")
WEEK = "dates=20260915-20261015&limit=1000"


class StillClock:
    """A clock that stands at the start of the world."""

    def now(self) -> Instant:
        return Instant(1, START_NS)


def world_of(count: int = 600, seed: int = 3) -> SharedWorld:
    """Make a world of so many contests."""
    world = SharedWorld(seed, START_NS)
    world.draw_showcase(START_NS)
    world.populate(count)
    return world


WORLD = world_of()


def asked(path: str, query: str = WEEK, now_ns: int = START_NS, **more: Any) -> dict[str, Any]:
    """Ask the engine for a league's scoreboard."""
    answer = Scoreboard(WORLD, **more).answer(f"/apis/site/v2/sports/{path}/scoreboard", query, now_ns, 1)
    assert answer.status == 200, answer.body
    board: dict[str, Any] = json.loads(answer.body)
    return board


def every_event(now_ns: int = START_NS) -> dict[str, dict[str, Any]]:
    """Read every league's scoreboard, colleges whole; give the events by id."""
    groups = {"football/college-football": "&groups=80"}
    return {
        event["id"]: event
        for league in LEAGUES
        for event in asked(
            league.espn_path,
            WEEK + groups.get(league.espn_path, "&groups=50" if "college" in league.espn_path else ""),
            now_ns,
        )["events"]
    }


def contests() -> dict[str, SimContest]:
    """Give the contests that ESPN lists at the start, by its ids."""
    listed = (c for c in WORLD.contests if c.espn_listed_ns is not None and c.espn_listed_ns <= START_NS)
    return {espn_id(contest): contest for contest in listed}


def test_every_listed_contest_is_shown_and_nothing_else() -> None:
    """All pages of all leagues together hold the contests that ESPN lists, each once, by the ids of the truth."""
    true = {one.espn_event_id for one in WORLD.true_contests() if one.espn_event_id is not None}
    assert set(every_event()) == set(contests())
    assert set(every_event()) <= true
    assert len(every_event()) > 300


def test_an_independent_reader_finds_teams_and_start() -> None:
    """Names, codes and minutes of each event are those of the contest; only neutral sites turn home and away round."""
    turned = 0
    for number, event in every_event().items():
        contest = contests()[number]
        places = {one["homeAway"]: one["team"] for one in event["competitions"][0]["competitors"]}
        named = (places["home"]["displayName"], places["away"]["displayName"])
        world = (contest.home.espn_name, contest.away.espn_name)
        assert set(named) == set(world)
        assert contest.neutral or named == world
        turned += named != world
        assert {team["abbreviation"] for team in places.values()} == {contest.home.espn_code, contest.away.espn_code}
        assert len(event["date"]) == len("2026-09-21T19:40Z")
    assert turned > 3


def test_days_are_us_eastern() -> None:
    """A day's list holds just the events that begin on it by the clocks of New York, whatever the day in UTC."""
    crossing = 0
    for day in (datetime(2026, 9, 21, tzinfo=EASTERN) + timedelta(days=i) for i in range(4)):
        for event in asked("basketball/nba", f"dates={day:%Y%m%d}")["events"]:
            start = datetime.strptime(event["date"], "%Y-%m-%dT%H:%M%z")
            assert start.astimezone(EASTERN).date() == day.date()
            crossing += start.date() != day.date()
    assert crossing > 3


def test_a_postponed_contest_is_post_and_not_completed() -> None:
    """POSTPONED has state post with completed false at its old day; later the same event stands at its new day."""
    moved = [c for c in contests().values() if c.postponed_ns is not None]
    assert moved
    for contest in moved:
        assert contest.postponed_ns is not None
        soon = every_event(max(START_NS, contest.postponed_ns) + NS_PER_S)[espn_id(contest)]
        kind = soon["status"]["type"]
        assert (kind["name"], kind["state"], kind["completed"]) == ("STATUS_POSTPONED", "post", False)
        later = every_event(contest.start_ns - NS_PER_S)[espn_id(contest)]
        assert later["status"]["type"]["name"] == "STATUS_SCHEDULED"
        assert later["date"] != soon["date"]


def test_states_and_scores_move_with_the_clock() -> None:
    """Before it is pre, then in with some points, then post and completed, with the final ones and a winner."""
    seen = 0
    for contest in list(contests().values())[:60]:
        if contest.phase(contest.start_ns + 1) is not Phase.LIVE:
            continue
        before = every_event(min(START_NS, contest.start_ns - NS_PER_S)).get(espn_id(contest))
        assert before is None or before["status"]["type"]["state"] == "pre"
        live = every_event(contest.start_ns + contest.length_ns // 2)[espn_id(contest)]
        after = every_event(contest.start_ns + contest.length_ns)[espn_id(contest)]
        assert live["status"]["type"]["state"] == "in"
        assert after["status"]["type"]["completed"] is True
        points = {one["team"]["displayName"]: one["score"] for one in after["competitions"][0]["competitors"]}
        assert points == {
            contest.home.espn_name: str(contest.scores[1]), contest.away.espn_name: str(contest.scores[0]),
        }  # fmt: skip
        winners = [one["team"]["displayName"] for one in after["competitions"][0]["competitors"] if one["winner"]]
        best = max(points, key=lambda name: int(points[name]))
        assert winners == ([best] if len(set(points.values())) > 1 else [])
        seen += 1
        if seen == 8:
            break
    assert seen == 8


def test_a_college_list_without_groups_shows_ranked_teams_only() -> None:
    """The default of a college league is a part of what its group of all teams has."""
    path = "basketball/mens-college-basketball"
    default, whole = asked(path)["events"], asked(path, WEEK + "&groups=50")["events"]
    assert 0 < len(default) < len(whole)
    for event in default:
        assert min(one["curatedRank"]["current"] for one in event["competitions"][0]["competitors"]) <= 25


def test_keys_are_missing_here_and_there() -> None:
    """No event has every key that another has, yet each has its id, date and two competitors."""
    keys = [set(event) for event in every_event().values()]
    inner = [set(event["competitions"][0]) for event in every_event().values()]
    assert not set.union(*keys) <= set.intersection(*keys)
    assert {"startDate", "timeValid", "neutralSite", "status"} <= set.union(*inner) - set.intersection(*inner)
    assert any(event["competitions"][0].get("timeValid") is False for event in every_event().values())


def test_codes_repeat_in_soccer_all_under_another_league() -> None:
    """The women's league has the men's names and codes, another league id and ids of its own."""
    events = asked("soccer/all")["events"]
    women = [event for event in events if "~l:8097~" in event["uid"]]
    men = {event["name"]: event for event in events if "~l:700~" in event["uid"]}
    assert women
    for event in women:
        assert men[event["name"]]["id"] != event["id"]
    assert {event["id"] for event in asked("soccer/eng.w.1")["events"]} == {event["id"] for event in women}


def test_athletes_have_no_team() -> None:
    """Events of fights, tennis and races have athletes, of whom a race has more than two."""
    for path, count in (("mma/ufc", 2), ("tennis/atp", 2), ("racing/f1", 3)):
        competitors = asked(path, "")["events"][0]["competitions"][0]["competitors"]
        assert len(competitors) == count
        assert all("team" not in one and "athlete" in one for one in competitors)


def test_a_team_may_be_missing() -> None:
    """With the fault on, some events have one competitor and the others are whole."""
    counts = [
        len(event["competitions"][0]["competitors"]) for event in asked("basketball/nba", missing_teams=0.3)["events"]
    ]
    assert set(counts) == {1, 2}


@settings(max_examples=200)
@given(path=st.text(), query=st.text())
def test_any_request_is_answered(path: str, query: str) -> None:
    """Whatever is asked, the answer is JSON with a status of a server that stands."""
    answer = Scoreboard(WORLD).answer(f"/apis/site/v2/sports/{path}", f"dates={query}", START_NS, 1)
    assert answer.status in {200, 400, 404}
    json.loads(answer.body)
    assert Scoreboard(WORLD).answer("/apis/site/v2/sports/hockey/nhl/scoreboard", query, START_NS, 1).status in {
        200,
        400,
    }


def test_bad_days_and_unknown_leagues_are_refused() -> None:
    """Days that are none are 400, leagues that are none 404."""
    board, head = Scoreboard(WORLD), "/apis/site/v2/sports"
    assert board.answer(f"{head}/hockey/nhl/scoreboard", "dates=20261399", START_NS, 1).status == 400
    assert board.answer(f"{head}/curling/world/scoreboard", "", START_NS, 1).status == 404


async def test_the_server_answers_and_counts() -> None:
    """Over a socket the answer is the engine's; requests are counted with how many came within a second."""
    path = "/apis/site/v2/sports/basketball/nba/scoreboard"
    async with SimulatedEspn(WORLD, StillClock()) as espn, aiohttp.ClientSession() as session:
        for _ in range(3):
            async with session.get(f"{espn.url}{path}?{WEEK}") as answer:
                assert await answer.json() == asked("basketball/nba")
        assert (espn.counts.requests, espn.counts.per_s_peak, espn.counts.in_flight_peak) == (3, 3, 1)
        assert espn.counts.by_path == {path: 3}


@pytest.mark.parametrize(
    ("faults", "status", "start"),
    [
        (SourceFaults(errors=1.0), 503, b"Service"),
        (SourceFaults(pages=1.0), 200, b"<!DOCTYPE"),
        (SourceFaults(cut=1.0, slow=1.0, slow_s=0.01), 200, b'{"leagues"'),
    ],
)
async def test_faults_spoil_answers(faults: SourceFaults, status: int, start: bytes) -> None:
    """Errors, pages of HTML and bodies cut in the middle come as often as they are asked for."""
    async with SimulatedEspn(WORLD, StillClock(), faults=faults) as espn, aiohttp.ClientSession() as session:
        async with session.get(f"{espn.url}/apis/site/v2/sports/basketball/nba/scoreboard?{WEEK}") as answer:
            body = await answer.read()
        assert answer.status == status
        assert body.startswith(start)
        with pytest.raises(json.JSONDecodeError):
            json.loads(body)
