"""Recorded scoreboards of six leagues: every game is read, and its teams are found in the shipped tables."""

from collections import Counter
from pathlib import Path

import pytest
from tests.source_server import RECORDINGS, needs_recordings

from firstprint.domain.contests import ContestState, Sighting
from firstprint.domain.propositions import Unread
from firstprint.linkage.leagues import LeagueTable, shipped_leagues
from firstprint.linkage.teams import TeamTables
from firstprint.venues.espn.parse import Scoreboard, parse_scoreboard
from firstprint.venues.espn.sightings import league_told, sighting_of

pytestmark = needs_recordings

LEAGUES = LeagueTable(shipped_leagues().values())
BOARDS = sorted((RECORDINGS / "espn").glob("scoreboard_*.json"))
NAMES = [path.name for path in BOARDS]
GONE = {"Anaheim Ducks at Arizona Coyotes"}
"""Games of 2022 with a team that is in no table any more."""


def loaded(path: Path) -> tuple[Scoreboard, list[Sighting | Unread]]:
    """Read a recording and sight its games; the trimmed recording does not say its league."""
    board = parse_scoreboard(path.read_bytes())
    league = league_told(board, LEAGUES) or LEAGUES.leagues["NBA"]
    pool = TeamTables.load().pool_of(league)
    return board, [sighting_of(game, league, pool) for game in board.games]


@pytest.mark.parametrize("path", BOARDS, ids=NAMES)
def test_every_recorded_game_is_sighted(path: Path) -> None:
    """Code, name and place agree on every team; a game is refused only for a team that is gone."""
    board, seen = loaded(path)
    assert board.unreadable == []
    assert {one.title for one in seen if isinstance(one, Unread)} <= GONE
    assert all(one.start is not None and one.start.exact for one in seen if isinstance(one, Sighting))


@pytest.mark.parametrize("path", BOARDS, ids=NAMES)
def test_every_side_has_a_score_and_one_is_at_home(path: Path) -> None:
    """Scores are text that counts; of two sides one is at home, whatever their order."""
    for game in loaded(path)[0].games:
        assert [one.home for one in game.sides].count(True) == 1
        assert all(one.score is not None and one.score.isdigit() for one in game.sides)


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith("_2022.json")])
def test_a_whole_recording_says_its_league(name: str) -> None:
    """The league of a scoreboard is the one that it names."""
    league = league_told(parse_scoreboard((RECORDINGS / "espn" / name).read_bytes()), LEAGUES)
    assert league is not None
    assert league.code.lower() == name.split("_")[1]


def test_two_doubleheaders_are_four_games_with_their_numbers() -> None:
    """The same pair twice a day is told apart by the note, and a makeup is known to have been moved."""
    _, seen = loaded(RECORDINGS / "espn" / "scoreboard_mlb_2022.json")
    numbered = [one for one in seen if isinstance(one, Sighting) and one.game is not None]
    assert sorted(Counter(one.teams for one in numbered).values()) == [2, 2]
    assert sorted((one.game or 0, one.rescheduled) for one in numbered) == [
        (1, False),
        (1, True),
        (2, False),
        (2, False),
    ]


def test_neutral_ground_is_nobodys_home() -> None:
    """One recorded college game is played on neutral ground; every other one has a home."""
    _, seen = loaded(RECORDINGS / "espn" / "scoreboard_ncaaf_2022.json")
    assert [one.title for one in seen if isinstance(one, Sighting) and one.home is None] == [
        "Cincinnati Bearcats at Miami (OH) RedHawks"
    ]
    assert {one.state for one in seen if isinstance(one, Sighting)} == {
        ContestState.LIVE,
        ContestState.SCHEDULED,
        ContestState.OVER,
    }
