"""The Odds API's bodies as tests write them, and the shipped tables that they are read by."""

import json
from typing import Any

from firstprint.linkage.leagues import LeagueTable, shipped_leagues
from firstprint.linkage.teams import TeamTables
from firstprint.venues.oddsapi.parse import OddsRead, parse_odds

LEAGUES = LeagueTable(shipped_leagues().values())
TEAMS = TeamTables.load()

NYM, PIT = "New York Mets", "Pittsburgh Pirates"
OVER, UNDER = "Over", "Under"


def market(key: str, *outcomes: tuple[Any, ...]) -> dict[str, Any]:
    """Write a market; an outcome is a name, a price and perhaps a point."""
    fields = ("name", "price", "point")
    told = [dict(zip(fields, outcome, strict=False)) for outcome in outcomes]
    return {"key": key, "last_update": "2026-08-07T13:49:00Z", "outcomes": told}


def event(*markets: dict[str, Any], book: str = "fanduel", **more: Any) -> dict[str, Any]:
    """Write an event with one book."""
    return {
        "id": "b16e",
        "sport_key": "baseball_mlb",
        "sport_title": "MLB",
        "commence_time": "2026-08-07T22:41:00Z",
        "home_team": PIT,
        "away_team": NYM,
        "bookmakers": [{"key": book, "title": book, "last_update": "2026-08-07T13:48:00Z", "markets": list(markets)}],
        **more,
    }


def soccer(*markets: dict[str, Any]) -> dict[str, Any]:
    """Write a contest that may end level."""
    return event(*markets, sport_key="soccer_epl", home_team="Arsenal", away_team="Chelsea")


def read(*events: Any, **more: Any) -> OddsRead:
    """Read a list of events."""
    return parse_odds(json.dumps(events).encode(), LEAGUES, TEAMS, **more)
