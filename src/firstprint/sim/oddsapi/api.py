"""Answers of the simulated The Odds API v4: keys, credits, limits, sports, events, odds and scores. No I/O.

Source: the swagger of v4 and its recorded answers. Every reply says what is left; an empty answer costs nothing, and
parameters that are not known are ignored.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from math import ceil
from typing import Any
from urllib.parse import parse_qs

import msgspec

from firstprint.sim.oddsapi.books import BOOKMAKERS, Bookmaker
from firstprint.sim.oddsapi.rows import MARKETS, Style, commence_ns, event_row, odds_row, scores_row
from firstprint.sim.world import ids
from firstprint.sim.world.contests import NS_PER_S, Phase, SimContest
from firstprint.sim.world.days import HOUR_NS
from firstprint.sim.world.leagues import LEAGUES
from firstprint.sim.world.shared import SharedWorld
from firstprint.sim.world.sourcing import SourceAnswer

_REGIONS = frozenset({"us", "us2", "us_dfs", "us_ex", "uk", "eu", "au", "fr", "se"})
_MORE_MARKETS = frozenset({"outrights"})
_BOOKS_A_REGION = 10
_DAYS_MAX = 3
_DETAILS = "https://the-odds-api.com/liveapi/guides/v4/api-error-codes.html"
_SPORTS = {league.odds_key: league for league in LEAGUES}


class OddsSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What can be chosen: the key that is good, its credits, requests a second, and how an empty budget is answered."""

    key: str = "0123456789abcdef0123456789abcdef"
    credits: int = 500
    per_s_max: int = 30
    exhausted_status: int = 401


class _Refused(Exception):  # noqa: N818 an answer, not a failure
    """A request is refused with a status, a code and words."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.code = code


class _Asked(dict[str, list[str]]):
    """A query string; the last of a repeated parameter counts."""

    def one(self, name: str) -> str:
        return self.get(name, [""])[-1]

    def many(self, name: str) -> list[str]:
        return [part for part in self.one(name).split(",") if part]

    @property
    def style(self) -> Style:
        return Style(unix=self.one("dateFormat") == "unix", american=self.one("oddsFormat") == "american")


class OddsApi:
    """Answers requests and keeps the budget: `used` and `remaining` are credits."""

    def __init__(self, shared: SharedWorld, settings: OddsSettings) -> None:
        self.settings = settings
        self.used = 0
        self.remaining = settings.credits
        self._shared = shared
        self._routes: dict[str, Callable[[str, _Asked, int], tuple[Any, int]]] = {
            "odds": self._odds, "events": self._events, "scores": self._scores,
        }  # fmt: skip

    def answer(self, path: str, query: str, now_ns: int, recent: int) -> SourceAnswer:
        """Answer a request; `recent` is how many began within the last second, this one included."""
        asked = _Asked(parse_qs(query, keep_blank_values=True))
        try:
            self._check(asked, recent)
            body, cost = self._told(path, asked, now_ns)
            self._spend(cost)
        except _Refused as refused:
            error = {"message": str(refused), "error_code": refused.code, "details_url": f"{_DETAILS}#{refused.code}"}
            return self._reply(refused.status, error, 0)
        return self._reply(200, body, cost)

    def _reply(self, status: int, body: Any, cost: int) -> SourceAnswer:
        headers = {
            "Content-Type": "application/json", "x-requests-remaining": str(self.remaining),
            "x-requests-used": str(self.used), "x-requests-last": str(cost),
        }  # fmt: skip
        return SourceAnswer(status, headers, msgspec.json.encode(body))

    def _check(self, asked: _Asked, recent: int) -> None:
        key = asked.one("apiKey")
        if not key:
            raise _Refused(401, "MISSING_KEY", "API key is missing")
        if key != self.settings.key:
            raise _Refused(401, "INVALID_KEY", "API key is not valid")
        if recent > self.settings.per_s_max:
            raise _Refused(429, "EXCEEDED_FREQ_LIMIT", "Request frequency limit exceeded")

    def _spend(self, cost: int) -> None:
        """Take credits; an answer that costs more than is left is not given."""
        if cost > self.remaining:
            raise _Refused(self.settings.exhausted_status, "OUT_OF_USAGE_CREDITS", "Usage quota has been reached")
        self.used += cost
        self.remaining -= cost

    # --- routes

    def _told(self, path: str, asked: _Asked, now_ns: int) -> tuple[Any, int]:
        parts = path.strip("/").split("/")
        if parts == ["v4", "sports"]:
            return self._sports(asked), 0
        if len(parts) >= 4 and parts[:2] == ["v4", "sports"]:
            if parts[2] not in _SPORTS:
                raise _Refused(404, "UNKNOWN_SPORT", f"Unknown sport {parts[2][:100]!r}")
            if len(parts) == 4 and parts[3] in self._routes:
                return self._routes[parts[3]](parts[2], asked, now_ns)
            if len(parts) == 6 and parts[3] == "events" and parts[5] == "odds":
                return self._event_odds(parts[2], parts[4], asked, now_ns)
        raise _Refused(404, "NOT_FOUND", "Not found")

    def _sports(self, asked: _Asked) -> list[dict[str, Any]]:
        rows = [
            {"key": one.odds_key, "group": one.sport, "title": one.title, "description": one.title, "active": True,
             "has_outrights": False}
            for one in LEAGUES
        ]  # fmt: skip
        over = {"key": "cricket_asia_cup", "group": "Cricket", "title": "Asia Cup", "description": "Asia Cup"}
        return [*rows, over | {"active": False, "has_outrights": False}] if asked.one("all") == "true" else rows

    def _open(self, sport: str, asked: _Asked, now_ns: int) -> list[SimContest]:
        """Give the contests that are quoted: to come or live, within the times and ids asked for."""
        first, last = (_time(asked.one(f"commenceTime{end}")) for end in ("From", "To"))
        wanted = set(asked.many("eventIds"))
        return [
            contest
            for contest in self._listed(sport, now_ns)
            if contest.phase(now_ns) in {Phase.SCHEDULED, Phase.LIVE, Phase.POSTPONED}
            and (first is None or commence_ns(contest, now_ns) >= first)
            and (last is None or commence_ns(contest, now_ns) <= last)
            and (not wanted or ids.odds_id(contest) in wanted)
        ]

    def _listed(self, sport: str, now_ns: int) -> list[SimContest]:
        return [
            contest
            for contest in self._shared.contests
            if contest.league.odds_key == sport
            and contest.odds_listed_ns is not None
            and contest.odds_listed_ns <= now_ns
        ]

    def _events(self, sport: str, asked: _Asked, now_ns: int) -> tuple[Any, int]:
        return [event_row(contest, now_ns, asked.style) for contest in self._open(sport, asked, now_ns)], 0

    def _odds(self, sport: str, asked: _Asked, now_ns: int) -> tuple[Any, int]:
        markets, (books, regions) = _markets(asked), _books(asked)
        rows = [odds_row(one, now_ns, books, markets, asked.style) for one in self._open(sport, asked, now_ns)]
        return rows, len(markets) * regions if rows else 0

    def _event_odds(self, sport: str, number: str, asked: _Asked, now_ns: int) -> tuple[Any, int]:
        """Answer the odds of one event, which cost what is returned and leave out each book's own time."""
        markets, (books, regions) = _markets(asked), _books(asked)
        found = next((one for one in self._open(sport, asked, now_ns) if ids.odds_id(one) == number), None)
        if found is None:
            raise _Refused(404, "EVENT_NOT_FOUND", "Event not found")
        row = odds_row(found, now_ns, books, markets, asked.style)
        for book in row["bookmakers"]:
            del book["last_update"]
        returned = {market["key"] for book in row["bookmakers"] for market in book["markets"]} & set(markets)
        return row, len(returned) * regions

    def _scores(self, sport: str, asked: _Asked, now_ns: int) -> tuple[Any, int]:
        days = asked.one("daysFrom")
        if days and days not in {str(day) for day in range(1, _DAYS_MAX + 1)}:
            raise _Refused(422, "INVALID_SCORES_DAYS_FROM", "daysFrom must be 1 to 3")
        since_ns = now_ns - int(days or 0) * 24 * HOUR_NS
        rows = [
            scores_row(one, now_ns, asked.style)
            for one in self._listed(sport, now_ns)
            if one.phase(now_ns) in {Phase.SCHEDULED, Phase.LIVE}
            or (one.phase(now_ns) is Phase.OVER and one.start_ns >= since_ns)
        ]
        return rows, 2 if days else 1


def _markets(asked: _Asked) -> list[str]:
    markets = asked.many("markets") or ["h2h"]
    unknown = [name for name in markets if name not in {*MARKETS, *_MORE_MARKETS}]
    if unknown:
        raise _Refused(422, "INVALID_MARKET", f"Invalid markets: {','.join(unknown)[:100]}")
    return markets


def _books(asked: _Asked) -> tuple[list[Bookmaker], int]:
    """Give the books asked for, by name or by region, and how many regions they count as."""
    named, regions = asked.many("bookmakers"), asked.many("regions")
    if named:
        return [book for book in BOOKMAKERS if book.key in named], ceil(len(named) / _BOOKS_A_REGION)
    if not regions:
        raise _Refused(422, "MISSING_REGION", "Missing regions parameter")
    if not set(regions) <= _REGIONS:
        raise _Refused(422, "INVALID_REGION", "Invalid regions")
    return [book for book in BOOKMAKERS if set(book.regions) & set(regions)], len(set(regions))


def _time(text: str) -> int | None:
    """Read a moment such as `2026-08-07T22:41:00Z`; no fraction is allowed."""
    if not text:
        return None
    try:
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise _Refused(422, "INVALID_COMMENCE_TIME", "Invalid commenceTime parameter") from None
    return int(at.timestamp()) * NS_PER_S
