"""The shared world: its teams, its schedule, who lists what and when, and that its endings agree with each other."""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from firstprint.sim.world import chances, course, ids
from firstprint.sim.world.contests import NS_PER_S, Phase, SimContest
from firstprint.sim.world.leagues import LEAGUES, league_named
from firstprint.sim.world.meetings import OUTCOMES
from firstprint.sim.world.shared import SharedWorld

START_NS = 1_790_000_000 * NS_PER_S
HOUR_NS = 3_600 * NS_PER_S
EASTERN = ZoneInfo("America/New_York")


def world_of(count: int, seed: int = 1) -> SharedWorld:
    """Make a world with the showcase and so many contests more."""
    world = SharedWorld(seed, START_NS)
    world.draw_showcase(START_NS)
    world.populate(count)
    return world


def day_of(at_ns: int) -> str:
    """Give the US Eastern day of a moment, by other means than the world's."""
    return datetime.fromtimestamp(at_ns / NS_PER_S, EASTERN).date().isoformat()


def test_every_league_has_its_teams_each_with_a_name_of_its_own() -> None:
    """Within a league no two teams share a code or a name at any venue or source."""
    counts = {league.code: len(league.teams) for league in LEAGUES}
    assert (counts["NBA"], counts["NFL"], counts["NHL"], counts["MLB"], counts["WNBA"]) == (30, 32, 32, 30, 15)
    assert (counts["EPL"], counts["LALIGA"], counts["MLS"]) == (20, 20, 30)
    assert min(counts["NCAAF"], counts["NCAAB"]) >= 60
    assert counts["UCL"] >= 20
    for league in LEAGUES:
        for field in ("key", "kalshi_code", "kalshi_name", "polymarket_code", "espn_code", "espn_name", "odds_name"):
            written = [getattr(team, field) for team in league.teams]
            assert len(set(written)) == len(written), (league.code, field)
            assert all(written)


def test_the_awkward_names_are_there() -> None:
    """Shortened cities, a nickname for a name, both Miamis, saints and accents stand as their sources write them."""
    names = {(league.code, team.kalshi_name) for league in LEAGUES for team in league.teams}
    assert {("NBA", "Los Angeles L"), ("MLB", "New York Y"), ("MLB", "A's"), ("NCAAF", "Miami (OH)")} <= names
    assert {("NCAAF", "Miami (FL)"), ("NCAAF", "Fresno St."), ("NCAAB", "St. John's"), ("NHL", "Utah")} <= names
    espn = {(league.code, team.espn_code) for league in LEAGUES for team in league.teams}
    assert {("NBA", "GS"), ("NBA", "UTAH"), ("MLB", "CHW"), ("NCAAF", "M-OH"), ("NFL", "WSH"), ("EPL", "MNC")} <= espn
    assert {"Club Atlético de Madrid", "FK Bodø/Glimt"} <= {t.polymarket_name for t in league_named("UCL").teams}
    assert league_named("NCAAB").teams == league_named("NCAAWB").teams


def test_the_same_seed_draws_the_same_world_and_another_seed_another() -> None:
    """Contests, lines, scores and listing times repeat with the seed."""

    def told(world: SharedWorld) -> list[tuple[object, ...]]:
        return [
            (ids.kalshi_code(c), c.scores, c.spread_lines, c.polymarket_totals, c.listed_ns, c.polymarket_listed_ns)
            for c in world.contests
        ]

    assert told(world_of(200)) == told(world_of(200))
    assert told(world_of(200)) != told(world_of(200, seed=2))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_names_are_never_given_twice(seed: int) -> None:
    """No two contests share a Kalshi code in a league, a Polymarket slug, or an id of ESPN or The Odds API."""
    contests = world_of(400, seed).contests
    for name in (
        lambda c: ids.kalshi_event(c, "GAME"), ids.polymarket_slug, ids.espn_id, ids.odds_id,
    ):  # fmt: skip
        assert max(Counter(map(name, contests)).values()) == 1


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_a_pair_meets_once_a_day_except_in_a_doubleheader(seed: int) -> None:
    """Two contests of one pair on one Eastern day are the numbered games of a doubleheader, hours apart."""
    days: dict[tuple[str, frozenset[str], str], list[SimContest]] = {}
    for contest in world_of(400, seed).contests:
        for day in {day_of(contest.scheduled_ns), day_of(contest.start_ns)}:
            key = (contest.league.code, frozenset({contest.home.key, contest.away.key}), day)
            days.setdefault(key, []).append(contest)
    doubled = [games for games in days.values() if len(games) > 1]
    assert doubled
    for games in doubled:
        assert sorted(game.game or 0 for game in games) == [1, 2]
        assert abs(games[0].start_ns - games[1].start_ns) >= 3 * HOUR_NS


def test_the_failure_catalogue_is_in_a_world_of_a_thousand() -> None:
    """Live starts, UTC days that differ, rematches, moved, cancelled and neutral contests, draws, one-venue ones."""
    world = world_of(1_000)
    contests = world.contests
    phases = Counter(contest.phase(START_NS) for contest in contests)
    assert phases[Phase.LIVE] > 5
    assert sum(START_NS < c.start_ns < START_NS + 2 * HOUR_NS for c in contests) > 50
    assert sum(day_of(c.start_ns) != datetime.fromtimestamp(c.start_ns / NS_PER_S, UTC).date().isoformat()
               for c in contests) > 100  # fmt: skip
    assert sum(c.postponed_ns is not None for c in contests) > 5
    assert sum(c.postponed_ns is None and c.start_ns != c.scheduled_ns for c in contests) > 5
    assert sum(c.cancelled_ns is not None for c in contests) > 5
    assert sum(c.neutral for c in contests) > 20
    assert sum(course.winner(c) == "draw" and c.league.ways == 3 for c in contests) > 20
    assert {(c.game, c.game_told) for c in contests} >= {(1, True), (2, True), (1, False), (2, False)}
    pairs = Counter((c.league.code, c.away.key, c.home.key) for c in contests if c.game is None)
    assert max(pairs.values()) > 1
    assert sum(c.listed_ns is None for c in contests) > 20
    assert sum(c.listed_ns is not None and c.polymarket_listed_ns is None for c in contests) > 20
    assert sum(c.espn_listed_ns is None or c.odds_listed_ns is None for c in contests) > 20


def test_lines_overlap_in_part_only() -> None:
    """Some lines are on both venues, and some of Polymarket's are a neighbour that Kalshi does not list."""
    contests = world_of(500).contests
    both = sum(bool(set(c.spread_lines) & set(c.polymarket_spreads)) for c in contests)
    apart = sum(bool(c.polymarket_spreads) and not set(c.spread_lines) & set(c.polymarket_spreads) for c in contests)
    assert both > 200
    assert apart > 20
    lines = [line for c in contests for _, line in c.spread_lines] + [line for c in contests for line in c.total_lines]
    assert all(line > 0 and line % 1 == 0.5 for line in lines)


def test_favourites_win_as_often_as_they_should() -> None:
    """Over many contests the share of home wins is what their chances say, and so are margins and totals."""
    contests = world_of(4_000).contests
    wins = sum(course.winner(c) == "home" for c in contests) / len(contests)
    assert abs(wins - sum(chances.before(c).home for c in contests) / len(contests)) < 0.03
    over = [
        (course.margin(c, s) > line, chances.margin_over(c, s, line)) for c in contests for s, line in c.spread_lines
    ]
    assert abs(sum(a for a, _ in over) / len(over) - sum(b for _, b in over) / len(over)) < 0.03


@given(st.integers(0, 300), st.floats(-2, 3))
@settings(max_examples=60, deadline=None)
def test_scores_only_rise_and_chances_end_at_what_happened(number: int, moment: float) -> None:
    """At any moment chances add up to one and scores are no more than the final ones; at the end both are final."""
    contests = WORLD.contests
    contest = contests[number % len(contests)]
    at_ns = contest.start_ns + int(contest.length_ns * moment)
    now = chances.now(contest, at_ns)
    assert abs(sum(now) - 1) < 1e-9
    assert min(now) >= 0
    assert all(0 <= a <= b for a, b in zip(course.scores_at(contest, at_ns), contest.scores, strict=True))
    end_ns = contest.start_ns + contest.length_ns
    if contest.phase(end_ns) is Phase.OVER:
        assert course.scores_at(contest, end_ns) == contest.scores
        assert getattr(chances.now(contest, end_ns), course.winner(contest)) in {1.0, 0.0}


WORLD = world_of(300)


def test_what_is_listed_while_the_world_runs_is_on_both_venues_within_a_minute() -> None:
    """A contest that Kalshi draws at a moment is listed then; Polymarket has most of them before or within a minute."""
    world = SharedWorld(5, START_NS)
    drawn = [world.draw(START_NS + i * NS_PER_S) for i in range(1, 301)]
    assert [c.listed_ns for c in drawn] == [START_NS + i * NS_PER_S for i in range(1, 301)]
    gaps = [
        (c.polymarket_listed_ns - (c.listed_ns or 0)) / NS_PER_S for c in drawn if c.polymarket_listed_ns is not None
    ]
    assert max(gaps) <= 60
    assert sum(gap < 0 for gap in gaps) > 30
    assert len(gaps) > 250


def test_listeners_hear_every_contest_and_again_when_kalshi_draws_it() -> None:
    """A contest that Polymarket has first is heard of twice: without Kalshi, and with it."""
    world = SharedWorld(5, START_NS)
    heard: list[tuple[int, bool]] = []
    world.listeners.append(lambda contest: heard.append((contest.number, contest.listed_ns is not None)))
    for i in range(1, 101):
        world.draw(START_NS + i * NS_PER_S)
    assert {number for number, _ in heard} == {contest.number for contest in world.contests}
    early = {number for number, listed in heard if not listed} & {number for number, listed in heard if listed}
    assert len(early) > 10


def test_true_contests_name_each_source_that_lists_a_contest() -> None:
    """Ids stand where a source has the contest, None where it has not; Kalshi's events are those noted."""
    world = world_of(300)
    world.note_kalshi(world.contests[0], "KX-A")
    world.note_kalshi(world.contests[0], "KX-A")
    told = world.true_contests()
    assert told[0].kalshi_event_tickers == ("KX-A",)
    for contest, true in zip(world.contests, told, strict=True):
        assert (true.espn_event_id is None) == (contest.espn_listed_ns is None)
        assert (true.odds_event_id is None) == (contest.odds_listed_ns is None)
        assert (true.polymarket_slug is None) == (contest.polymarket_listed_ns is None)


def test_coming_meetings_decide_one_outcome_each() -> None:
    """Three meetings lie ahead, each on a Wednesday, with chances that add up to one and an outcome among them."""
    meetings = world_of(0).meetings
    assert [meeting.event_ticker for meeting in meetings] == [
        "KXFEDDECISION-26OCT", "KXFEDDECISION-26DEC", "KXFEDDECISION-27JAN",
    ]  # fmt: skip
    for meeting in meetings:
        assert meeting.decided_ns > START_NS
        assert meeting.day.isoweekday() == 3
        assert set(meeting.chances) == {code for code, _, _ in OUTCOMES}
        assert abs(sum(meeting.chances.values()) - 1) < 1e-9
        assert meeting.outcome in meeting.chances
