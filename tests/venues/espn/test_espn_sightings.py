"""From ESPN's games to sightings: code, name and place must mean one team, or the game is refused with its reason."""

from datetime import UTC, datetime

import pytest
from espn_kit import BOSTON, DETROIT, NBA, POOL, UFC, board, only_game, side

from firstprint.domain.contests import ContestState, Sighting, StartWindow
from firstprint.domain.propositions import Unread
from firstprint.linkage.leagues import League, LeagueTable
from firstprint.linkage.teams import OpenPool
from firstprint.venues.espn.parse import parse_scoreboard
from firstprint.venues.espn.sightings import league_told, sighting_of
from firstprint.venues.espn.times import days_around


def ns(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    """Give a moment in UTC."""
    return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()) * 10**9


def seen(*args, **more) -> Sighting:
    """Read a game that is certain."""
    read = sighting_of(only_game(*args, **more), NBA, POOL)
    assert isinstance(read, Sighting), read
    return read


def refused(*args, **more) -> Unread:
    """Read a game that is refused."""
    read = sighting_of(only_game(*args, **more), NBA, POOL)
    assert isinstance(read, Unread), read
    return read


def test_a_game_is_sighted_with_teams_home_and_start() -> None:
    """Teams stand in alphabetical order, whoever is at home; the start is exact."""
    read = seen()
    assert (read.source, read.id, read.league) == ("espn", "401", "NBA")
    assert read.teams == ("boston-celtics", "detroit-pistons")
    assert read.home == "detroit-pistons"
    assert read.start == StartWindow(*[ns(2026, 10, 21, 0, 30)] * 2)
    assert read.state is ContestState.SCHEDULED


def test_home_is_what_home_away_says_and_never_the_order() -> None:
    """The order of competitors says nothing; on neutral ground, and where both or none are at home, nobody is."""
    assert seen(DETROIT, BOSTON).home == "detroit-pistons"
    assert seen(BOSTON, DETROIT, neutralSite=True).home is None
    assert seen({**BOSTON, "homeAway": "home"}, DETROIT).home is None
    assert seen({**BOSTON, "homeAway": None}, {**DETROIT, "homeAway": None}).home is None


def test_a_postponed_game_is_sighted_as_postponed() -> None:
    """`post` and not completed: the sighting stands, and is not over."""
    assert seen(status={"name": "STATUS_POSTPONED", "state": "post"}).state is ContestState.POSTPONED


@pytest.mark.parametrize(
    ("first", "code"),
    [
        (side("Los Angeles Lakers", "LAL", "away", "Los Angeles"), "los-angeles-lakers"),
        (side("Los Angeles Lakers", None, "away"), "los-angeles-lakers"),
        (side("Los Angeles Lakers", "NEW", "away", "Los Angeles"), "los-angeles-lakers"),
        (side("Los Angeles", "LAL", "away"), "los-angeles-lakers"),
        (side("LA Clippers", "LAC", "away", "LA"), "la-clippers"),
        (side(None, "LAC", "away"), "la-clippers"),
        (side(None, "LAC", "away", "Los Angeles"), "la-clippers"),
    ],
)
def test_code_name_and_place_together_mean_one_team(first: dict, code: str) -> None:
    """An ambiguous place or name is decided by the code; a name that is known needs none."""
    assert code in seen(first, DETROIT).teams


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        (side("Los Angeles Lakers", "LAC", "away"), "code_and_name_disagree"),
        (side("LA Clippers", "LAC", "away", "Boston"), "code_and_name_disagree"),
        (side("Boston Celtics", "BOS", "away", "Detroit"), "code_and_name_disagree"),
        (side("Los Angeles", None, "away"), "ambiguous_team"),
        (side("Springfield Celtics", "BOS", "away", "Springfield"), "code_and_name_disagree"),
        (side("Springfield Isotopes", "SPR", "away"), "unknown_team"),
        (side("Boston Red Sox", "BOS", "away", "Boston"), "code_and_name_disagree"),
        (side(None, "BOS", "away", "Springfield"), "code_and_name_disagree"),
        (side(None, None, "away"), "unknown_team"),
        (side("Detroit Pistons", "DET", "away"), "one_team_twice"),
    ],
)
def test_what_is_not_certain_is_refused_with_its_reason(first: dict, reason: str) -> None:
    """Codes and names that disagree, ambiguous and unknown teams, and a team against itself are never guessed."""
    read = refused(first, DETROIT)
    assert (read.venue, read.market, read.event, read.reason) == ("espn", "401", "401", reason)


def test_a_near_name_is_proposed_and_never_taken() -> None:
    """An unknown name is refused with what it may have meant."""
    read = refused(side("Boston Celtic", "XXX", "away"), DETROIT)
    assert read.reason == "unknown_team"
    assert read.proposed[0] == "Boston Celtics"


@pytest.mark.parametrize("sides", [(), (BOSTON,), (BOSTON, {"homeAway": "home"}), (BOSTON, DETROIT, BOSTON)])
def test_a_game_of_other_than_two_sides_is_refused(sides: tuple) -> None:
    """A scoreboard with missing teams, and a race of many, have no two teams."""
    assert refused(competitors=list(sides)).reason == "not_two_sides"


def test_a_time_that_is_not_known_is_its_eastern_day() -> None:
    """`timeValid: false` at midnight in New York is that day there, from first to last second."""
    assert seen(date="2026-10-21T04:00Z", timeValid=False).start == StartWindow(
        ns(2026, 10, 21, 4), ns(2026, 10, 22, 3, 59, 59)
    )


def test_a_time_that_is_not_known_at_midnight_utc_is_either_day() -> None:
    """Midnight in UTC may name the day there or the Eastern day that it falls in: the window holds both."""
    assert seen(date="2026-10-21T00:00Z", timeValid=False).start == StartWindow(
        ns(2026, 10, 20, 4), ns(2026, 10, 22, 3, 59, 59)
    )


def test_no_date_is_no_start() -> None:
    """A game without a readable date is sighted without a start."""
    assert seen(date="TBD").start is None


def test_people_are_their_names() -> None:
    """Fighters have no table: they are what they are called, and places and codes are not asked."""
    pool = OpenPool("ufc", "mma")
    names = ("Wang Cong", "Ariane da Silva")
    read = sighting_of(only_game(*({"athlete": {"displayName": name}} for name in names)), UFC, pool)
    assert isinstance(read, Sighting)
    assert set(read.teams) == {found.key for name in names if (found := pool.by_name(name)) is not None}


def test_the_league_of_a_body_is_what_it_says_for_certain() -> None:
    """One known slug decides; none, several, or one that no league has, do not."""
    table = LeagueTable([NBA, UFC, League(code="X", game="KXX")])
    assert league_told(parse_scoreboard(board(leagues=[{"slug": "nba"}])), table) is NBA
    for slugs in ([], ["nba", "ufc"], ["cricket"], [""]):
        assert league_told(parse_scoreboard(board(leagues=[{"slug": slug} for slug in slugs])), table) is None


def test_the_days_around_are_eastern() -> None:
    """At 3:30 in UTC it is still yesterday in New York: the days asked for are around that day."""
    first, last = days_around(ns(2026, 10, 21, 3, 30))
    assert (first.isoformat(), last.isoformat()) == ("2026-10-19", "2026-10-21")
