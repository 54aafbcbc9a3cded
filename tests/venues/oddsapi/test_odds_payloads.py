"""Lists of odds as linkage takes them, and leagues asked within the budget."""

import json
from random import Random

import pytest
from odds_kit import LEAGUES, NYM, PIT, TEAMS, event, market
from tests.source_server import replying, serving_source

from firstprint.domain.errors import ConfigurationError, MalformedMessage
from firstprint.domain.odds import Quota
from firstprint.linkage.leagues import League
from firstprint.net.clock import SystemClock
from firstprint.net.retry import NO_RETRY
from firstprint.venues.oddsapi.board import LeagueOdds
from firstprint.venues.oddsapi.budget import BudgetPlan, OddsBudget
from firstprint.venues.oddsapi.hosts import ROOT
from firstprint.venues.oddsapi.payloads import OddsPayloads
from firstprint.venues.oddsapi.rest import OddsApi

CREDITS = {"x-requests-remaining": "400", "x-requests-used": "100", "x-requests-last": "3"}
MLB, NFL = (LEAGUES.leagues[code] for code in ("MLB", "NFL"))
NAMELESS = League(code="NAMELESS", game="KXNAMELESS")


def test_a_list_is_sightings_quotes_and_what_could_not_be_read() -> None:
    """Each contest is sighted and has its quotes; refused and broken rows are passed on."""
    rows = [event(market("h2h", (NYM, 1.9), (PIT, 1.9))), event(home_team="Nobody"), 5]
    payloads = OddsPayloads(LEAGUES, TEAMS)
    payloads.learn(json.dumps(rows).encode())
    read = payloads.read(json.dumps(rows).encode())
    assert [one.id for one in read.sightings] == ["b16e"]
    assert read.odds[0].sighting is read.sightings[0]
    assert len(read.odds[0].quotes) == 1
    assert [one.reason for one in read.unread] == ["unknown_team"]
    assert read.unreadable == [("BAD_FIELD", b"5")]


def test_a_payload_of_something_else_is_malformed() -> None:
    """HTML is no list of odds."""
    with pytest.raises(MalformedMessage):
        OddsPayloads(LEAGUES, TEAMS).read(b"<html>")


async def test_leagues_are_asked_when_the_budget_says_so() -> None:
    """First what is free, to learn the credits; then leagues with a sport key, for as long as the bucket lasts."""
    source = replying((200, "[]"), headers=CREDITS)
    clock = SystemClock()
    now = clock.now().wall_ns
    async with serving_source(source, ROOT) as client:
        budget = OddsBudget(BudgetPlan(burst=3))
        api = OddsApi(client, "key", budget=budget, clock=clock, random=Random(1), retry=NO_RETRY)
        board = LeagueOdds(api, ("fanduel", "betmgm"))
        assert board.due([MLB, NFL], now) == []
        await board.learn_quota()
        assert board.quota == Quota(remaining=400, used=100, last_cost=3)
        (first,) = board.due([NAMELESS, MLB, NFL], now)
        answer = await board.of_league(first)
        assert answer.request.path == f"/sports/{first.sport_key}/odds"
        assert dict(answer.request.query)["bookmakers"] == "fanduel,betmgm"
        assert board.due([MLB, NFL], now) == []
        with pytest.raises(ConfigurationError):
            await board.of_league(NAMELESS)
    assert len(source.asked) == 2
