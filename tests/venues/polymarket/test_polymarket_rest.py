"""Polymarket's REST clients against servers on loopback: paging, lookups, books in halves, limits, and failures."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import pytest
from aiohttp import web
from polymarket_kit import TOKENS, A, B

from firstprint.domain.errors import ConfigurationError, VenueRefused, VenueUnavailable
from firstprint.net.clock import SystemClock
from firstprint.net.http import HttpClient, HttpSettings
from firstprint.net.limiter import Limiter
from firstprint.net.retry import NO_RETRY, RetrySchedule
from firstprint.venues.polymarket.assets import Assets
from firstprint.venues.polymarket.lookup import PolymarketLookup
from firstprint.venues.polymarket.rest import (
    ALLOWANCE,
    BURST,
    PER_WINDOW,
    WINDOW_S,
    ClobRest,
    GammaRest,
    cost_of,
    polymarket_limiter,
)

QUICK = RetrySchedule((0.01, 0.01, 0.01), 20.0)


class Asked:
    """A request as the server saw it."""

    def __init__(self, request: web.Request, body: bytes) -> None:
        self.method = request.method
        self.path = request.path
        self.query = list(request.query.items())
        self.headers = request.headers
        self.body = json.loads(body) if body else None


class Server:
    """A server whose answers are a function of the request; it remembers what it was asked."""

    def __init__(self, answer: Callable[[Asked], web.StreamResponse]) -> None:
        self._answer = answer
        self.asked: list[Asked] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(Asked(request, await request.read()))
        return self._answer(self.asked[-1])


def said(told: Any, status: int = 200) -> web.Response:
    """Answer with JSON."""
    return web.json_response(told, status=status)


def always(told: Any, status: int = 200) -> Server:
    """Make a server that always says the same."""
    return Server(lambda _: said(told, status))


@asynccontextmanager
async def asking(
    server: Server, *, retry: RetrySchedule = NO_RETRY, **more: Any
) -> AsyncIterator[tuple[GammaRest, ClobRest]]:
    """Serve on loopback and give both clients for it."""
    app = web.Application(client_max_size=8 << 20)
    app.router.add_route("*", "/{tail:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    limiter = Limiter(rate_per_s=1e6, capacity=1e6, random=Random(1))
    try:
        async with HttpClient(url, limiter=limiter, clock=SystemClock(), settings=HttpSettings(**more)) as client:
            yield GammaRest(client, random=Random(1), retry=retry), ClobRest(client, random=Random(1), retry=retry)
    finally:
        await runner.cleanup()


async def test_a_list_is_followed_to_its_end_by_its_own_cursor() -> None:
    """Pages of a hundred, in an order that does not move; the cursor is `after_cursor`, and no offset is sent."""
    pages = {None: {"events": [1], "next_cursor": "x"}, "x": {"events": [2], "next_cursor": "y"}, "y": {"events": [3]}}
    server = Server(lambda asked: said(pages[dict(asked.query).get("after_cursor")]))
    async with asking(server) as (gamma, _):
        answers = [page async for page in gamma.events(tag_id=745, closed=False, slug=["a", "b"])]
    assert [json.loads(answer.body)["events"] for answer in answers] == [[1], [2], [3]]
    assert [answer.following for answer in answers] == ["x", "y", None]
    assert server.asked[0].query == [("limit", "100"), ("order", "id"), ("ascending", "true"), ("tag_id", "745"),
                                     ("closed", "false"), ("slug", "a"), ("slug", "b")]  # fmt: skip
    assert {(answer.request.venue, answer.request.api, answer.request.path) for answer in answers} == {
        ("polymarket", "gamma", "/events/keyset")
    }
    assert answers[1].request.query[-1] == ("after_cursor", "x")


@pytest.mark.parametrize("filters", [{"tagid": 1}, {"offset": 100}, {"slug": ["x"] * 101}])
async def test_a_filter_that_gamma_would_ignore_is_refused_before_it_is_sent(filters: dict[str, Any]) -> None:
    """A slip would look like the answer to a question nobody asked."""
    server = always({"events": []})
    async with asking(server) as (gamma, _):
        with pytest.raises(ConfigurationError):
            gamma.events(**filters)
    assert server.asked == []


async def test_everything_is_asked_for_by_its_name() -> None:
    """Single objects, the sports, and teams page by page; every request says who asks."""
    server = Server(lambda asked: said([{}] * (100 if ("offset", "0") in asked.query else 7)))
    async with asking(server) as (gamma, clob):
        answers = [await gamma.event("1"), await gamma.market("2/3"), await gamma.series("4"), await gamma.sports()]
        answers += [page async for page in gamma.teams(league="nba")]
        answers += [await clob.book("a1")]
    assert [asked.path for asked in server.asked] == [
        "/events/1", "/markets/2/3", "/series/4", "/sports", "/teams", "/teams", "/book",
    ]  # fmt: skip
    assert answers[1].request.path == "/markets/2%2F3"
    assert server.asked[-1].query == [("token_id", "a1")]
    assert all(asked.headers["User-Agent"].startswith("firstprint/") for asked in server.asked)


async def test_lookups_find_open_and_closed_ones() -> None:
    """A list hides what is closed unless it is asked for it: both are asked, a hundred names at a time."""
    server = always({"markets": []})
    async with asking(server) as (gamma, _):
        assert len([page async for page in gamma.markets_by_condition([f"0x{n}" for n in range(150)])]) == 4
    told = [(dict(asked.query)["closed"], sum(k == "condition_ids" for k, _ in asked.query)) for asked in server.asked]
    assert told == [("false", 100), ("true", 100), ("false", 50), ("true", 50)]


async def test_books_are_asked_for_five_hundred_at_a_time() -> None:
    """By POST; the request in the record names all assets, because what is not there is left out of the answer."""
    server = Server(lambda asked: said([{"asset_id": one["token_id"]} for one in asked.body[1:]]))
    async with asking(server) as (_, clob):
        answers = [answer async for answer in clob.books([str(number) for number in range(501)])]
    assert [(asked.method, asked.path, len(asked.body)) for asked in server.asked] == [
        ("POST", "/books", 500), ("POST", "/books", 1),
    ]  # fmt: skip
    assert answers[1].request.query == [("token_id", "500")]
    assert answers[0].request.api == "clob"


async def test_books_that_are_too_many_are_asked_for_in_halves() -> None:
    """The venue's own bound is what it says it is; every asset is asked for in the end."""

    def answer(asked: Asked) -> web.Response:
        if len(asked.body) > 100:
            return said({"error": "Payload exceeds the limit"}, 400)
        return said([{"asset_id": one["token_id"]} for one in asked.body])

    async with asking(Server(answer)) as (_, clob):
        answers = [answer async for answer in clob.books([str(number) for number in range(450)])]
    told = [one["asset_id"] for answer in answers for one in json.loads(answer.body)]
    assert told == [str(number) for number in range(450)]


async def test_a_lookup_asks_for_the_books_of_first_assets() -> None:
    """A market whose assets nobody told is left out."""
    assets, server = Assets(), always([])
    assets.learn(A, TOKENS[A])
    async with asking(server) as (gamma, clob):
        lookup = PolymarketLookup(gamma, clob, assets)
        assert [answer.request.path async for answer in lookup.books([A, B])] == ["/books"]
        assert [answer.request.path async for answer in lookup.markets([B])] == ["/markets/keyset"] * 2
    assert server.asked[0].body == [{"token_id": "a1"}]


@pytest.mark.parametrize(("answer", "expected"), [
    (said({"type": "validation error", "error": "no offset"}, 422), "validation error: no offset"),
    (said({"error": "No orderbook exists for the requested token id"}, 404), "No orderbook exists"),
    (web.Response(status=403, text="<html>blocked</html>"), "blocked"),
    (web.Response(status=302, headers={"Location": "https://elsewhere"}), "never followed"),
])  # fmt: skip
async def test_a_final_no_is_refused_with_the_venues_words(answer: web.Response, expected: str) -> None:
    """It is not tried again."""
    server = Server(lambda _: answer)
    async with asking(server, retry=QUICK) as (gamma, _):
        with pytest.raises(VenueRefused, match=expected):
            await gamma.market("1")
    assert len(server.asked) == 1


@pytest.mark.parametrize("answer", [
    lambda: web.Response(status=502, text="<html>bad gateway</html>", content_type="text/html"),
    lambda: web.Response(status=200, text="<html>we are sorry</html>", content_type="text/html"),
    lambda: said({"error": "slow down"}, 429), lambda: said({"error": "too early"}, 425),
])  # fmt: skip
async def test_what_is_no_answer_is_tried_again(answer: Callable[[], web.Response]) -> None:
    """HTML with any status, 5xx and throttling say nothing: the answer is taken when it comes."""
    left = [answer, answer]
    server = Server(lambda _: left.pop()() if left else said([]))
    async with asking(server, retry=QUICK) as (gamma, clob):
        assert (await gamma.sports()).body == b"[]"
        left.append(answer)
        assert [one.body async for one in clob.books(["1"])] == [b"[]"]
    assert len(server.asked) == 5


async def test_a_venue_that_does_not_answer_is_unavailable() -> None:
    """After the time that a request may take; the question is named."""
    stuck = asyncio.Event()

    class Stuck(Server):
        async def handle(self, request: web.Request) -> web.StreamResponse:
            await stuck.wait()
            return said([])

    async with asking(Stuck(lambda _: said([])), total_s_max=0.1) as (_, clob):
        with pytest.raises(VenueUnavailable, match=r"POST /books.*no answer in time"):
            [answer async for answer in clob.books(["1"])]
        stuck.set()


async def test_the_venues_time_is_a_bare_number() -> None:
    """Unix seconds; anything else is no time."""
    server = Server(lambda _: web.Response(text="1757908892"))
    async with asking(server) as (_, clob):
        assert await clob.time_s() == 1_757_908_892
    async with asking(Server(lambda _: web.Response(text="soon"))) as (_, clob):
        with pytest.raises(VenueUnavailable):
            await clob.time_s()


@pytest.mark.parametrize(("api", "path", "limit"), [
    ("gamma", "/events/keyset", 500), ("gamma", "/events/1", 500), ("gamma", "/markets/keyset", 300),
    ("gamma", "/sports", 4_000), ("gamma", "/tags", 200), ("clob", "/books", 500), ("clob", "/book", 1_500),
    ("clob", "/time", 9_000),
])  # fmt: skip
def test_costs_keep_every_limit_with_a_fifth_to_spare(api: str, path: str, limit: int) -> None:
    """In any ten seconds the bucket grants one allowance: so many requests of this kind, and no mix holds more."""
    limiter = polymarket_limiter(Random(1))
    granted = limiter.capacity + limiter.rate_per_s * WINDOW_S
    assert granted == ALLOWANCE
    assert granted / cost_of(api, path) == pytest.approx(0.8 * limit)
    assert cost_of(api, path) <= BURST


def test_events_and_markets_together_keep_their_common_limit() -> None:
    """900 in ten seconds: even the cheaper of the two alone stays below four fifths of it."""
    assert max(PER_WINDOW["gamma"]["/events"], PER_WINDOW["gamma"]["/markets"]) * 0.8 <= 0.8 * 900
