"""The CLOB, the host of books: by token, by the five hundred, and what is fixed about a market.

Source: its documentation and clients of 2026, and recorded books: best prices are last, and YES mirrors NO.
"""

import base64
import random
from collections.abc import Callable
from typing import Any

import msgspec

from firstprint.sim.polymarket.answers import Query, Refused, SimAnswer, told
from firstprint.sim.polymarket.market import SimMarket
from firstprint.sim.polymarket.settings import PolymarketSettings
from firstprint.sim.polymarket.telling import BookTeller
from firstprint.sim.polymarket.texts import NS_PER_S, second_text
from firstprint.sim.polymarket.wire import price_number
from firstprint.sim.polymarket.world import World

BOOKS_MAX = 500
_PAGE = 1_000
_FIRST, _END = "MA==", "LTE="
_NO_BOOK = {"error": "No orderbook exists for the requested token id"}
_FEE_BPS = 1_000


class _Asked(msgspec.Struct, frozen=True):
    """One element of the body of POST /books."""

    token_id: str


class Clob:
    """Answers requests from the true books."""

    def __init__(self, settings: PolymarketSettings, world: World, teller: BookTeller) -> None:
        self._directory = world.directory
        self._world = world
        self._teller = teller
        self._rng = random.Random(f"{settings.seed}/clob")  # noqa: S311 repeatable order, no secret
        self._get: dict[str, Callable[[Query, int], SimAnswer]] = {
            "/book": self._book,
            "/tick-size": self._tick_size,
            "/neg-risk": self._neg_risk,
            "/fee-rate": lambda query, _now: told(200, {"base_fee": _FEE_BPS if self._named(query) else 0}),
            "/markets": self._markets,
            "/time": lambda _query, now_ns: told(200, now_ns // NS_PER_S),
            "/ok": lambda _query, _now: told(200, "OK"),
        }

    def answer(self, method: str, path: str, query: str, body: bytes, now_ns: int) -> SimAnswer:
        """Answer one request. Raises Refused."""
        if method == "POST" and path == "/books":
            return self._books(body, now_ns)
        if method != "GET":
            raise Refused(405, {"error": "method not allowed"})
        if path in self._get:
            return self._get[path](Query(query), now_ns)
        prefix, _, condition = path.strip("/").partition("/")
        market = self._directory.conditions.get(condition)
        if market is None or prefix not in {"clob-markets", "markets"}:
            raise Refused(404, {"error": "not found"})
        return told(200, _compact(market) if prefix == "clob-markets" else self._full(market))

    def _named(self, query: Query) -> tuple[SimMarket, int]:
        """Find the token that a request names and that has a book. Raises Refused."""
        token = query.one("token_id")
        if not (token.isascii() and token.isdigit()):
            raise Refused(400, {"error": "Invalid token id"})
        found = self._directory.tokens.get(token)
        if found is None or not found[0].has_book:
            raise Refused(404, _NO_BOOK)
        return found

    def _book(self, query: Query, now_ns: int) -> SimAnswer:
        said = self._teller.tell(*self._named(query), now_ns, event=False)
        if said is None:
            raise Refused(404, _NO_BOOK)
        return SimAnswer(200, {"Content-Type": "application/json"}, said[0].encode())

    def _books(self, body: bytes, now_ns: int) -> SimAnswer:
        """Answer many books in no order that could be relied on; what has none is left out."""
        try:
            asked = msgspec.json.decode(body, type=list[_Asked])
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Refused(400, {"error": "Invalid payload"}) from None
        if len(asked) > BOOKS_MAX:
            raise Refused(400, {"error": "Payload exceeds the limit"})
        found = [self._directory.tokens[one.token_id] for one in asked if one.token_id in self._directory.tokens]
        self._rng.shuffle(found)
        said = [self._teller.tell(market, index, now_ns, event=False) for market, index in found]
        texts = ",".join(one[0] for one in said if one is not None)
        return SimAnswer(200, {"Content-Type": "application/json"}, f"[{texts}]".encode())

    def _tick_size(self, query: Query, _: int) -> SimAnswer:
        return told(200, {"minimum_tick_size": price_number(self._named(query)[0].tick_e4)})

    def _neg_risk(self, query: Query, _: int) -> SimAnswer:
        return told(200, {"neg_risk": self._named(query)[0].event.plan.neg_risk})

    def _markets(self, query: Query, _: int) -> SimAnswer:
        start = _read_cursor(query.one("next_cursor") or _FIRST)
        page = self._directory.markets[start : start + _PAGE] if start >= 0 else []
        end = start + _PAGE
        more = start >= 0 and end < len(self._directory.markets)
        cursor = base64.b64encode(str(end).encode()).decode() if more else _END
        data = [self._full(market) for market in page]
        return told(200, {"limit": _PAGE, "count": len(data), "next_cursor": cursor, "data": data})

    def _full(self, market: SimMarket) -> dict[str, Any]:
        plan, event = market.plan, market.event
        return {
            "condition_id": market.condition, "question_id": market.question_id, "question": plan.question,
            "market_slug": plan.slug, "description": plan.description,
            "end_date_iso": second_text(event.plan.deadline_ns),
            "game_start_time": second_text(event.starts_ns) if event.starts_ns is not None else None,
            "minimum_order_size": 5, "minimum_tick_size": price_number(market.tick_e4), "neg_risk": event.plan.neg_risk,
            "active": plan.flaw != "inactive", "closed": market.closed, "accepting_orders": market.has_book,
            "enable_order_book": True, "seconds_delay": 1, "tokens": _tokens(market),
        }  # fmt: skip


def _tokens(market: SimMarket) -> list[dict[str, Any]]:
    pays = None if market.value is None or market.stage != "resolved" else (market.value == 1.0, market.value == 0.0)
    return [
        {"token_id": token, "outcome": outcome, "winner": bool(pays and pays[index])}
        for index, (token, outcome) in enumerate(zip(market.tokens, market.plan.outcomes, strict=True))
    ]


def _compact(market: SimMarket) -> dict[str, Any]:
    """Render `/clob-markets/{condition}`, whose names are cut to the bone."""
    event = market.event
    pairs = zip(market.tokens, market.plan.outcomes, strict=True)
    return {
        "c": market.condition, "t": [{"t": token, "o": outcome} for token, outcome in pairs], "mos": 5,
        "mts": price_number(market.tick_e4), "mbf": _FEE_BPS, "tbf": _FEE_BPS, "ao": market.has_book,
        "cbos": event.plan.clears, "sd": 1, "nr": event.plan.neg_risk,
        "gst": second_text(event.starts_ns) if event.starts_ns is not None else None,
        "fd": {"r": 0.05, "e": 1, "to": True}, "v": "v1",
    }  # fmt: skip


def _read_cursor(text: str) -> int:
    """Read a cursor: the offset in base 64, -1 at the end. Raises Refused."""
    try:
        return int(base64.b64decode(text, validate=True))
    except ValueError:
        raise Refused(400, {"error": "invalid next_cursor"}) from None
