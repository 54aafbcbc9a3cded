"""Answers of the simulated scoreboard, from the shared world and the time. Pure.

Source: `/apis/site/v2/sports/{sport}/{league}/scoreboard?dates=&limit=&groups=` as recorded in 2022 and 2026: days are
US Eastern, the list of a college league without `groups` holds ranked teams only, and codes of teams repeat in
`soccer/all`, where the women's league has the men's.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qs
from zlib import crc32

import msgspec

from firstprint.sim.espn.athletes import ATHLETES, athletes_row
from firstprint.sim.espn.events import LEAGUE_IDS, event_row, ranked, told_start
from firstprint.sim.world.contests import SimContest, SimLeague
from firstprint.sim.world.days import eastern_day
from firstprint.sim.world.leagues import LEAGUES
from firstprint.sim.world.shared import SharedWorld
from firstprint.sim.world.sourcing import SourceAnswer

_PATH = re.compile(r"/apis/site/v2/sports/([a-z-]+/[a-z0-9._-]+)/scoreboard\Z")
_DATES = re.compile(r"(\d{8})(?:-(\d{8}))?\Z", re.ASCII)
_LIMIT = 100
_LIMIT_MAX = 1_000
_JSON = {"Content-Type": "application/json"}
_LEAGUES = {league.espn_path: league for league in LEAGUES}
_SPORTS = frozenset(
    {"australian-football", "baseball", "basketball", "football", "golf", "hockey", "mma", "racing", "soccer", "tennis"}
)
"""Leagues of these sports have a scoreboard, empty for those that this world has no games of."""
_ALL_SOCCER, _WOMEN_SOCCER = "soccer/all", "soccer/eng.w.1"
_ALL_GROUPS = {"NCAAF": "80", "NCAAB": "50", "NCAAWB": "50"}


class Scoreboard:
    """Renders scoreboards. `missing_teams` is the share of events that lack a competitor."""

    def __init__(self, shared: SharedWorld, *, missing_teams: float = 0.0) -> None:
        self._shared = shared
        self._missing = missing_teams

    def answer(self, path: str, query: str, now_ns: int, recent: int) -> SourceAnswer:
        """Answer a request; a sport that is not known is 404, dates that are none 400."""
        found = _PATH.match(path)
        route = found[1] if found is not None else ""
        if route.partition("/")[0] not in _SPORTS:
            return _error(404, "Page not found")
        asked = parse_qs(query)
        try:
            days = _days(asked.get("dates", [""])[-1], now_ns)
        except ValueError:
            return _error(400, "Invalid dates")
        limit = asked.get("limit", [""])[-1]
        most = min(_LIMIT_MAX, int(limit)) if limit.isascii() and limit.isdigit() else _LIMIT
        rows = list(self._rows(route, days, asked.get("groups", [""])[-1], now_ns))[:most]
        return SourceAnswer(200, _JSON, msgspec.json.encode(_board(route, rows, days)))

    def _rows(self, route: str, days: tuple[date, date], group: str, now_ns: int) -> Iterator[dict[str, Any]]:
        if route in ATHLETES:
            yield athletes_row(route, now_ns)
            return
        for contest in self._shown(route, group, now_ns):
            if days[0] <= eastern_day(told_start(contest, now_ns)) <= days[1]:
                row = event_row(contest, now_ns, without_team=self._broken(contest))
                if route != _WOMEN_SOCCER:
                    yield row
                if route in {_ALL_SOCCER, _WOMEN_SOCCER} and contest.league.code == "EPL" and contest.number % 2:
                    yield _women_row(row)

    def _shown(self, route: str, group: str, now_ns: int) -> Iterator[SimContest]:
        for contest in self._shared.contests:
            listed_ns, league = contest.espn_listed_ns, contest.league
            if listed_ns is None or listed_ns > now_ns or not _holds(route, league):
                continue
            if league.code in _ALL_GROUPS and group != _ALL_GROUPS[league.code] and not ranked(contest):
                continue
            yield contest

    def _broken(self, contest: SimContest) -> bool:
        return crc32(f"team/{contest.number}".encode()) % 1_000 < self._missing * 1_000


def _holds(route: str, league: SimLeague) -> bool:
    if route == _ALL_SOCCER:
        return league.sport == "Soccer"
    return route == league.espn_path or (route == _WOMEN_SOCCER and league.code == "EPL")


def _women_row(row: dict[str, Any]) -> dict[str, Any]:
    """Make the women's game of the same clubs: another id and another league, the same names and codes."""
    men = f"~l:{LEAGUE_IDS['EPL']}"
    raw = msgspec.json.encode(row).decode().replace(men, f"~l:{LEAGUE_IDS['WSL']}")
    woman: dict[str, Any] = msgspec.json.decode(raw.replace(row["id"], f"9{row['id'][1:]}"))
    return woman


def _days(text: str, now_ns: int) -> tuple[date, date]:
    """Read one day or two; without any it is today. Raises ValueError."""
    if not text:
        return eastern_day(now_ns), eastern_day(now_ns)
    found = _DATES.match(text)
    if found is None:
        raise ValueError(text)
    first = _day(found[1])
    return first, _day(found[2]) if found[2] else first


def _day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 a day, not a moment


def _board(route: str, rows: list[dict[str, Any]], days: tuple[date, date]) -> dict[str, Any]:
    """Wrap events; `day` is left out of a range, as it is in recorded answers of 2026."""
    league, slug = _LEAGUES.get(route), route.partition("/")[2]
    number, name = (str(LEAGUE_IDS[league.code]), league.title) if league is not None else ("0", slug)
    board: dict[str, Any] = {"leagues": [{"id": number, "slug": slug, "name": name}]}
    if days[0] == days[1]:
        board["day"] = {"date": f"{days[0]}"}
    return board | {"events": rows}


def _error(status: int, text: str) -> SourceAnswer:
    return SourceAnswer(status, _JSON, msgspec.json.encode({"code": status, "message": text}))
