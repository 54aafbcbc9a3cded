"""ESPN's bodies as tests write them, and a small table of teams."""

import json
from typing import Any

from firstprint.domain.errors import MalformedMessage
from firstprint.linkage.leagues import League
from firstprint.linkage.teams import Team, TeamPool, TeamRow
from firstprint.venues.espn.parse import EspnGame, parse_scoreboard

NBA = League(code="NBA", sport="basketball", pool="nba", espn="basketball/nba", game="KXNBAGAME")
UFC = League(code="UFC", sport="mma", espn="mma/ufc", game="KXUFCFIGHT")


def row(key: str, place: str, nickname: str, code: str, *aliases: str) -> TeamRow:
    """Give a row of a table of teams."""
    names = (f"{place} {nickname}", place, nickname, *aliases)
    return TeamRow(Team(key, names[0], "nba"), names, {"kalshi": (), "polymarket": (), "espn": (code,)})


POOL = TeamPool(
    "nba",
    [
        row("boston-celtics", "Boston", "Celtics", "BOS"),
        row("detroit-pistons", "Detroit", "Pistons", "DET"),
        row("los-angeles-lakers", "Los Angeles", "Lakers", "LAL"),
        row("la-clippers", "LA", "Clippers", "LAC", "Los Angeles", "Los Angeles Clippers"),
    ],
)


def side(name: str | None, code: str | None, home: str, place: str | None = None, **more: Any) -> dict[str, Any]:
    """Write a competitor."""
    team = {"displayName": name, "abbreviation": code, "location": place}
    return {"homeAway": home, "team": {k: v for k, v in team.items() if v is not None}, "score": "0", **more}


BOSTON = side("Boston Celtics", "BOS", "away", "Boston")
DETROIT = side("Detroit Pistons", "DET", "home", "Detroit")


def event(*sides: dict[str, Any], status: dict[str, Any] | None = None, **competition: Any) -> dict[str, Any]:
    """Write an event with one competition."""
    told = {"id": "1", "date": "2026-10-21T00:30Z", "competitors": list(sides or (BOSTON, DETROIT)), **competition}
    kind = {"name": "STATUS_SCHEDULED", "state": "pre", "completed": False, **(status or {})}
    name = "Boston Celtics at Detroit Pistons"
    return {"id": "401", "uid": "s:40~l:46~e:401", "name": name, "competitions": [told], "status": {"type": kind}}


def board(*events: Any, **more: Any) -> bytes:
    """Write a scoreboard."""
    return json.dumps({"events": list(events), **more}).encode()


def only_game(*args: Any, **more: Any) -> EspnGame:
    """Read the one game of a scoreboard of one event."""
    read = parse_scoreboard(board(event(*args, **more)))
    assert read.unreadable == []
    (game,) = read.games
    return game


def read_quietly(body: bytes) -> bool:
    """Read a body; tell whether it was a scoreboard. Anything but MalformedMessage is a failure."""
    try:
        parse_scoreboard(body)
    except MalformedMessage:
        return False
    return True
