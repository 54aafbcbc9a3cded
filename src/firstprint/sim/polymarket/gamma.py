"""Gamma, the host of listings: events, markets, tags, sports, series and teams.

Source: its documentation and clients of May to October 2026, and probes: lists by cursor clamp their limit to 100 and
end without a cursor; the older lists by offset are deprecated and end at 2,000.
"""

import base64
import json
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import unquote

from firstprint.sim.polymarket import rows
from firstprint.sim.polymarket.answers import Query, Refused, SimAnswer, invalid, told
from firstprint.sim.polymarket.filters import event_order, events_asked, market_order, markets_asked
from firstprint.sim.polymarket.market import SimEvent, SimMarket
from firstprint.sim.polymarket.rows import Rows
from firstprint.sim.polymarket.settings import PolymarketSettings
from firstprint.sim.polymarket.world import World
from firstprint.sim.world.contests import SimLeague
from firstprint.sim.world.leagues import LEAGUES

_LIMIT, _LIMIT_MAX, _SERIES_MAX = 20, 100, 50
_OFFSET_MAX = 2_000
_TOO_DEEP = "offset too large, use /{}/keyset for deeper pagination"
_KINDS = ("moneyline", "spreads", "totals", "first_half_moneyline", "first_half_spreads", "first_half_totals", "points",
          "both_teams_to_score")  # fmt: skip
T = TypeVar("T", SimEvent, SimMarket)


class Gamma:
    """Answers GET requests from the state of the world."""

    def __init__(self, settings: PolymarketSettings, world: World) -> None:
        self._world = world
        self._directory = world.directory
        self._rows = Rows(settings.seed, settings.stale_s, world.quote)
        self._lists: dict[str, Callable[[Query, int], SimAnswer]] = {
            "/events/keyset": self._events_by_key,
            "/markets/keyset": self._markets_by_key,
            "/events": self._events_by_offset,
            "/markets": self._markets_by_offset,
            "/tags": self._tags,
            "/sports": lambda _query, _now: self._cached([_sport_row(n, one) for n, one in enumerate(LEAGUES, 1)]),
            "/sports/market-types": lambda _query, _now: told(200, {"marketTypes": _KINDS}),
            "/series": self._series,
            "/teams": self._teams,
        }

    def answer(self, path: str, query: str, now_ns: int) -> SimAnswer:
        """Answer one request. Raises Refused."""
        route = self._lists.get(path)
        if route is not None:
            return route(Query(query), now_ns)
        parts = [unquote(part) for part in path.strip("/").split("/")]
        row = self._single(parts, now_ns)
        if row is None:
            raise Refused(404, {"type": "not found error", "error": "id not found"})
        return told(200, row)

    def _single(self, parts: list[str], now_ns: int) -> dict[str, Any] | None:
        if len(parts) not in {2, 3} or (len(parts) == 3 and parts[1] != "slug"):
            return None
        kind, name, by_slug = parts[0], parts[-1], len(parts) == 3
        directory = self._directory
        if kind == "events":
            event = directory.event_slugs.get(name) if by_slug else directory.event_numbered(name)
            return self._rows.event(event, now_ns) if event is not None else None
        if kind == "markets":
            market = directory.market_slugs.get(name) if by_slug else directory.market_numbered(name)
            return self._rows.market(market, now_ns, nested=True) if market is not None else None
        listed = {"tags": self._tag_rows, "series": self._series_rows}.get(kind, list)
        return next((row for row in listed() if row["slug" if by_slug else "id"] == name), None)

    # --- by cursor

    def _events_by_key(self, query: Query, now_ns: int) -> SimAnswer:
        page, cursor = self._keyed(query, events_asked(query, self._directory), event_order(query))
        return self._page("events", [self._rows.event(event, now_ns) for event in page], cursor)

    def _markets_by_key(self, query: Query, now_ns: int) -> SimAnswer:
        page, cursor = self._keyed(query, markets_asked(query, self._directory), market_order(query))
        return self._page("markets", [self._rows.market(market, now_ns, nested=True) for market in page], cursor)

    def _page(self, name: str, found: list[dict[str, Any]], cursor: str | None) -> SimAnswer:
        return told(200, {name: found} | ({"next_cursor": cursor} if cursor is not None else {}))

    def _keyed(
        self, query: Query, found: list[T], order: tuple[Callable[[Any], Any], bool]
    ) -> tuple[list[T], str | None]:
        """Cut a page behind the cursor's key; what moved across the key meanwhile is seen twice or never."""
        if query.has(("offset",)):
            raise invalid("offset is not allowed on keyset endpoints")
        key, descending = order
        limit = query.number("limit", _LIMIT, _LIMIT_MAX) or _LIMIT
        ordered = sorted(((key(one), one.number, one) for one in found), key=lambda row: row[:2], reverse=descending)
        after = _read_cursor(query.one("after_cursor"))
        if after is not None:
            try:
                ordered = [row for row in ordered if (row[:2] < after if descending else row[:2] > after)]
            except TypeError:
                raise invalid("invalid cursor") from None
        page = ordered[:limit]
        more = len(ordered) > limit
        return [row[2] for row in page], _write_cursor(page[-1][0], page[-1][1]) if more else None

    # --- by offset

    def _events_by_offset(self, query: Query, now_ns: int) -> SimAnswer:
        found = self._skipped(query, events_asked(query, self._directory), event_order(query), "events")
        return self._deprecated([self._rows.event(event, now_ns) for event in found], "events")

    def _markets_by_offset(self, query: Query, now_ns: int) -> SimAnswer:
        found = self._skipped(query, markets_asked(query, self._directory), market_order(query), "markets")
        return self._deprecated([self._rows.market(market, now_ns, nested=True) for market in found], "markets")

    def _skipped(self, query: Query, found: list[T], order: tuple[Callable[[Any], Any], bool], name: str) -> list[T]:
        offset = query.number("offset", 0, 1 << 30)
        if offset > _OFFSET_MAX:
            raise invalid(_TOO_DEEP.format(name))
        limit = query.number("limit", _LIMIT, _LIMIT_MAX)
        return sorted(found, key=order[0], reverse=order[1])[offset : offset + limit]

    def _deprecated(self, found: list[dict[str, Any]], name: str) -> SimAnswer:
        answer = told(200, found)
        old = {"deprecation": "true", "sunset": "Fri, 01 May 2026", "warning": f'299 - "use /{name}/keyset"'}
        return answer._replace(headers=answer.headers | old)

    # --- what listings are made of

    def _tags(self, query: Query, _: int) -> SimAnswer:
        return told(200, _cut(query, self._tag_rows(), _LIMIT_MAX))

    def _tag_rows(self) -> list[dict[str, Any]]:
        seen = dict.fromkeys(tag for event in self._directory.events for tag in event.plan.tags)
        return [rows.tag_row(tag) for tag in seen]

    def _series(self, query: Query, _: int) -> SimAnswer:
        return told(200, _cut(query, self._series_rows(), _SERIES_MAX))

    def _series_rows(self) -> list[dict[str, Any]]:
        seen = {event.plan.series[0]: event.plan.series for event in self._directory.events if event.plan.series}
        return [rows.series_row(series) for series in seen.values()]

    def _teams(self, query: Query, _: int) -> SimAnswer:
        leagues, names, codes = query.many("league"), query.many("name"), query.many("abbreviation")
        every = [rows.team_row(team, one.polymarket_prefix) for one in LEAGUES for team in one.teams]
        asked = (("league", leagues), ("name", names), ("abbreviation", codes))
        found = [
            {"id": number} | row
            for number, row in enumerate(every, 100_001)
            if all(not wanted or row[field] in wanted for field, wanted in asked)
        ]
        return told(200, _cut(query, found, _LIMIT_MAX))

    def _cached(self, body: object) -> SimAnswer:
        answer = told(200, body)
        return answer._replace(headers=answer.headers | {"Cache-Control": "public, max-age=1200"})


def _sport_row(number: int, league: SimLeague) -> dict[str, Any]:
    return {
        "id": number, "sport": league.polymarket_prefix, "name": league.title, "image": "https://example.org/s.png",
        "resolution": "https://example.org/", "ordering": "home" if league.home_first else "away",
        "tags": f"1,{league.polymarket_tag},100639", "primaryTagId": league.polymarket_tag,
        "series": str(league.polymarket_series),
    }  # fmt: skip


def _cut(query: Query, found: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    offset = query.number("offset", 0, 1 << 30)
    return found[offset : offset + query.number("limit", most, most)]


def _write_cursor(key: object, number: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([key, number]).encode()).decode()


def _read_cursor(text: str) -> tuple[Any, ...] | None:
    """Read a cursor of ours. Raises Refused for any other."""
    if not text:
        return None
    try:
        key, number = json.loads(base64.urlsafe_b64decode(text))
    except (ValueError, TypeError):
        raise invalid("invalid cursor") from None
    return key, number
