"""REST of the simulated venue, answered from the same state as the WebSocket.

Signed requests see the state as it is; unsigned ones may see an answer up to fifteen seconds old, as behind the
venue's cache. Errors are nested objects, except 429, whose error is a plain string.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from firstprint.sim.kalshi import limits
from firstprint.sim.kalshi.bad_pages import loop_cursor, spoil_rows
from firstprint.sim.kalshi.bodies import book_row, trade_row
from firstprint.sim.kalshi.delivery import Delivery
from firstprint.sim.kalshi.faults import PAGE_KINDS, REST_KINDS, FaultDice
from firstprint.sim.kalshi.filters import BadRequest, Query, page
from firstprint.sim.kalshi.keys import KeyRing
from firstprint.sim.kalshi.lists import Lists
from firstprint.sim.kalshi.reference import Reference
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.texts import NS_PER_S, utc
from firstprint.sim.kalshi.wire import encode
from firstprint.sim.kalshi.world import World

PREFIX = "/trade-api/v2"
_CACHE_BYTES_MAX = 16 * 1024 * 1024
_HTML = b"<!DOCTYPE html><html><body><h1>Web server is returning an unknown error</h1></body></html>"
_NEEDS_KEY = frozenset({"/account/limits"})


class SimAnswer(NamedTuple):
    """One HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes


class NotFound(Exception):  # noqa: N818 the HTTP status's own name
    """A request is answered 404."""


class Rest:
    """Routes requests, checks keys and rates, and renders answers.

    `requests` counts every answer, `throttled` those that were 429.
    """

    def __init__(self, settings: SimSettings, world: World, keys: KeyRing, dice: FaultDice, delivery: Delivery) -> None:
        self.requests = 0
        self.throttled = 0
        self._settings = settings
        self._world = world
        self._keys = keys
        self._dice = dice
        self._delivery = delivery
        self._limiter = limits.Limiter(limits.READ[settings.tier])
        self._cache: dict[str, tuple[int, bytes]] = {}
        self._cache_bytes = 0
        self._stormy_until_ns = 0
        self._stale_until_ns = 0
        self._lists = Lists(world, liquidity=settings.liquidity_field)
        self._fixed: dict[str, Callable[[Query], dict[str, Any]]] = {
            "/markets/orderbooks": self._orderbooks,
            "/markets/trades": self._trades,
            "/account/limits": self._limits,
            **self._lists.routes,
            **Reference(world).routes,
        }

    def answer(
        self, method: str, path: str, query: str, headers: Mapping[str, str], now_ns: int, address: str = ""
    ) -> SimAnswer:
        """Answer one request. `path` is the full path, `query` what follows the question mark, `address` who asks."""
        answer = self._answer(method, path, query, headers, now_ns, address)
        self.requests += 1
        self.throttled += answer.status == 429
        return answer

    def _answer(
        self, method: str, path: str, query: str, headers: Mapping[str, str], now_ns: int, address: str
    ) -> SimAnswer:
        if not path.startswith(PREFIX + "/"):
            return self._error(404, "not_found", path, now_ns)
        if path.endswith("/"):
            return SimAnswer(301, {"Location": path.rstrip("/")}, b"")
        key_id, route = self._keys.names(headers), path.removeprefix(PREFIX)
        signed = key_id is not None
        reason = self._keys.refusal(headers, method, path, now_ns) if signed or route in _NEEDS_KEY else None
        if reason is not None:
            return self._error(401, "authentication_error", reason, now_ns)
        broken = self._fault(route, now_ns)
        if broken is not None:
            return broken
        if not self._limiter.allows(key_id or f"from {address}", now_ns) or now_ns < self._stormy_until_ns:
            return self._reply(429, encode({"error": "too many requests"}), now_ns)
        if method != "GET":
            return self._error(405, "method_not_allowed", method, now_ns)
        return self._cached(route, query, now_ns, signed=signed)

    def _fault(self, route: str, now_ns: int) -> SimAnswer | None:
        """Roll the dice: a storm or staleness begins, or this answer is an error."""
        rule = self._dice.other(REST_KINDS, now_ns, route)
        if rule is None:
            return None
        self._delivery.note("fault", {"fault": rule.kind, "status": rule.status, "at": now_ns})
        until_ns = now_ns + int(rule.for_s * NS_PER_S)
        if rule.kind == "rest_429":
            self._stormy_until_ns = until_ns
        elif rule.kind == "rest_stale":
            self._stale_until_ns = until_ns
        elif rule.kind == "rest_html":
            return SimAnswer(rule.status, {"Content-Type": "text/html", "Date": _date(now_ns)}, _HTML)
        else:
            return self._error(rule.status, "internal_server_error", "simulated", now_ns)
        return None

    def _cached(self, route: str, query: str, now_ns: int, *, signed: bool) -> SimAnswer:
        key = f"{route}?{query}"
        held = self._cache.get(key)
        if held is not None and (not signed or now_ns < self._stale_until_ns):
            age_s = (now_ns - held[0]) / NS_PER_S
            if 0 <= age_s < self._settings.stale_s:
                return self._reply(200, held[1], now_ns, hit=True)
        asked = Query(parse_qs(query, keep_blank_values=True))
        try:
            told = self._route(route, asked)
        except BadRequest as refusal:
            return self._error(400, "bad_request", str(refusal), now_ns)
        except NotFound as missing:
            return self._error(404, "not_found", str(missing), now_ns)
        spoiled = route in self._lists.routes and self._spoil(route, asked, told, now_ns)
        body = encode(told)
        if not spoiled:
            self._remember(key, body, now_ns)
        return self._reply(200, body, now_ns)

    def _spoil(self, route: str, asked: Query, told: dict[str, Any], now_ns: int) -> bool:
        """Roll the dice for a page; say whether it was spoiled. A loop needs a cursor to repeat."""
        cursor = asked.one("cursor")
        rule = self._dice.other(PAGE_KINDS if cursor else PAGE_KINDS - {"cursor_loop"}, now_ns, route)
        if rule is None:
            return False
        rows = 0
        if rule.kind == "cursor_loop":
            loop_cursor(told, cursor)
        else:
            rows = spoil_rows(told)
        self._delivery.note("fault", {"fault": rule.kind, "path": route, "rows": rows, "at": now_ns})
        return True

    def _remember(self, key: str, body: bytes, now_ns: int) -> None:
        """Keep an answer for those who ask unsigned; the oldest give way when there is no room."""
        self._forget(key)
        while self._cache and self._cache_bytes + len(body) > _CACHE_BYTES_MAX:
            self._forget(next(iter(self._cache)))
        self._cache[key] = (now_ns, body)
        self._cache_bytes += len(body)

    def _forget(self, key: str) -> None:
        held = self._cache.pop(key, None)
        self._cache_bytes -= len(held[1]) if held is not None else 0

    def _reply(self, status: int, body: bytes, now_ns: int, *, hit: bool = False) -> SimAnswer:
        headers = {"Content-Type": "application/json", "Date": _date(now_ns)}
        if status == 200:
            headers |= {"Cache-Control": "public, max-age=15", "x-kalshi-cache-hits": str(int(hit))}
        return SimAnswer(status, headers, body)

    def _error(self, status: int, code: str, details: str, now_ns: int) -> SimAnswer:
        error = {"code": code, "message": code.replace("_", " "), "details": details}
        return self._reply(status, encode({"error": error}), now_ns)

    # --- routes

    def _route(self, route: str, query: Query) -> dict[str, Any]:
        if route in self._fixed:
            return self._fixed[route](query)
        parts = route.strip("/").split("/")
        if len(parts) == 2 and parts[0] in {"markets", "series", "events"}:
            one = {"markets": self._market, "series": self._lists.one_series, "events": self._lists.event}
            found = one[parts[0]](parts[1], query)
        elif len(parts) == 3 and parts[0] == "markets" and parts[2] == "orderbook":
            found = self._orderbook(parts[1], query)
        else:
            found = None
        if found is None:
            raise NotFound(route)
        return found

    def _market(self, ticker: str, _: Query) -> dict[str, Any] | None:
        market = self._lists.find(ticker)
        return {"market": self._lists.row(market)} if market is not None else None

    def _orderbook(self, ticker: str, query: Query) -> dict[str, Any] | None:
        market = self._lists.find(ticker)
        depth = query.number("depth", 0, 100, 0)
        return {"orderbook_fp": book_row(self._world.book(market), depth)} if market is not None else None

    def _orderbooks(self, query: Query) -> dict[str, Any]:
        tickers = query.many("tickers")
        if not 1 <= len(tickers) <= 100:
            raise BadRequest("tickers must name 1 to 100 markets")
        known = (market for market in map(self._lists.find, tickers) if market is not None)
        rows = [{"ticker": m.ticker, "orderbook_fp": book_row(self._world.book(m), 0)} for m in known]
        return {"orderbooks": rows}

    def _trades(self, query: Query) -> dict[str, Any]:
        ticker = query.one("ticker")
        low, high = query.number("min_ts", 0, 1 << 40, 0), query.number("max_ts", 0, 1 << 40, 1 << 40)
        newest = enumerate(reversed(self._world.trades))
        kept = (
            (i, t)
            for i, t in newest
            if (not ticker or t.ticker == ticker) and low * NS_PER_S <= t.at_ns <= high * NS_PER_S
        )
        found, cursor = page(kept, query.start(), query.number("limit", 0, 1_000, 100) or 100)
        return {"trades": [trade_row(t) for t in found], "cursor": cursor}

    def _limits(self, _: Query) -> dict[str, Any]:
        read, write = limits.READ[self._settings.tier], limits.WRITE[self._settings.tier]
        return {
            "usage_tier": self._settings.tier,
            "read": {"refill_rate": read.refill_per_s, "bucket_capacity": read.capacity},
            "write": {"refill_rate": write.refill_per_s, "bucket_capacity": write.capacity},
            "grants": [],
        }


def _date(now_ns: int) -> str:
    return f"{utc(now_ns):%a, %d %b %Y %H:%M:%S} GMT"
