"""Scoreboards as linkage takes them: of the league they name, or of the only one in which both sides play."""

import pytest
from espn_kit import board, event, side

from firstprint.domain.errors import MalformedMessage
from firstprint.domain.happenings import RestRequest
from firstprint.linkage.leagues import LeagueTable, shipped_leagues
from firstprint.linkage.teams import TeamTables
from firstprint.venues.espn.payloads import EspnPayloads

LEAGUES = LeagueTable(shipped_leagues().values())
PAYLOADS = EspnPayloads(LEAGUES, TeamTables.load())
KENTUCKY = (side("Kentucky Wildcats", "UK", "home", "Kentucky"), side("Baylor Bears", "BAY", "away", "Baylor"))


def test_a_scoreboard_is_of_the_league_that_it_names() -> None:
    """The same two schools are men's, women's or football, as the body says."""
    for slug, code in (("mens-college-basketball", "NCAAB"), ("womens-college-basketball", "NCAAWB")):
        read = PAYLOADS.read(board(event(*KENTUCKY), leagues=[{"slug": slug}]))
        assert [one.league for one in read.sightings] == [code]


def test_a_scoreboard_without_a_league_is_of_the_one_that_was_asked_for() -> None:
    """Where the body says nothing, the request does."""
    read = PAYLOADS.read(board(event(*KENTUCKY)), RestRequest(path="/football/college-football/scoreboard"))
    assert [one.league for one in read.sightings] == ["NCAAF"]


def test_a_scoreboard_of_no_stated_league_is_read_where_only_one_has_both_sides() -> None:
    """Two NBA teams are the NBA's; two schools play in several leagues, and are refused with all of them."""
    assert [one.league for one in PAYLOADS.read(board(event())).sightings] == ["NBA"]
    (refused,) = PAYLOADS.read(board({**event(*KENTUCKY), "uid": None})).unread
    assert refused.reason == "unknown_league"
    assert {"NCAAF", "NCAAB", "NCAAWB"} <= set(refused.proposed)


@pytest.mark.parametrize(("number", "code"), [("41", "NCAAB"), ("54", "NCAAWB"), ("23", "NCAAF")])
def test_a_game_of_a_scoreboard_without_a_league_is_of_the_league_in_its_id(number: str, code: str) -> None:
    """The number in an event's own id tells men's, women's and football apart where nothing else does."""
    game = {**event(*KENTUCKY), "uid": f"s:40~l:{number}~e:401"}
    assert [one.league for one in PAYLOADS.read(board(game)).sightings] == [code]


def test_a_game_whose_id_names_a_league_that_is_not_known_is_of_none_that_is() -> None:
    """`soccer/all` has Chelsea's women (8097) under the same names and codes: they are not the men's league's."""
    sides = (side("Chelsea", "CHE", "home", "Chelsea"), side("Arsenal", "ARS", "away", "Arsenal"))
    (found,) = PAYLOADS.read(board({**event(*sides), "uid": "s:600~l:700~e:1"}, leagues=[{"slug": "all"}])).sightings
    assert found.league == "EPL"
    women = PAYLOADS.read(board({**event(*sides), "uid": "s:600~l:8097~e:1"}, leagues=[{"slug": "all"}]))
    assert "EPL" not in {one.league for one in women.sightings}


def test_events_that_cannot_be_read_are_passed_on() -> None:
    """A broken event is told, and the good one beside it is sighted."""
    read = PAYLOADS.read(board(event(), 3))
    assert (len(read.sightings), read.unreadable) == (1, [("BAD_FIELD", b"3")])
    with pytest.raises(MalformedMessage):
        PAYLOADS.read(b"<html>")
