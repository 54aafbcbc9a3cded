"""Kalshi's lists page by page, against a server on loopback."""

import pytest
from aiohttp import web
from rest_kit import QUICK, ROOT, Venue, asking, json, replying
from structlog.testing import capture_logs

from firstprint.domain.errors import ConfigurationError, VenueRefused, VenueUnavailable
from firstprint.venues.kalshi.account import read_endpoint_costs
from firstprint.venues.kalshi.lists_client import KalshiLists

OPEN = {"status": "open", "mve_filter": "exclude"}


def chained(following: dict[str | None, str | None]) -> Venue:
    """Build a venue whose cursors are a table: asked with one, it gives the next."""

    def answer(request: web.Request) -> web.StreamResponse:
        return json(f'{{"markets":[],"cursor":"{following[request.query.get("cursor")] or ""}"}}')

    return Venue(answer)


async def cursors(lists: KalshiLists, cursor: str | None = None) -> list[str | None]:
    """Read the open markets to their end and give the cursors that were asked with."""
    return [dict(page.request.query).get("cursor") async for page in lists.pages("/markets", OPEN, cursor)]


async def test_a_list_is_read_from_its_beginning_or_from_a_cursor_on() -> None:
    """A sync that was interrupted goes on at the cursor it had come to, with the filters it began with."""
    venue = chained({None: "A", "A": "B", "B": None})
    async with asking(venue) as rest:
        lists = KalshiLists(rest)
        assert await cursors(lists) == [None, "A", "B"]
        assert await cursors(lists, "A") == ["A", "B"]
    assert venue.paths[0] == f"{ROOT}/markets?limit=1000&status=open&mve_filter=exclude"
    assert venue.paths[3] == f"{ROOT}/markets?limit=1000&status=open&mve_filter=exclude&cursor=A"
    assert (lists.requests, lists.throttled, lists.cursors_repeated) == (5, 0, 0)


@pytest.mark.parametrize("begin", [None, "B"])
async def test_cursors_that_go_in_a_circle_end_the_list_and_are_counted(begin: str | None) -> None:
    """A cursor that comes again, even the one that the list was begun with, ends it visibly: it is not whole (F48)."""
    async with asking(chained({None: "A", "A": "B", "B": "A"})) as rest:
        lists = KalshiLists(rest)
        with capture_logs() as logs:
            assert await cursors(lists, begin) == ([None, "A", "B"] if begin is None else ["B", "A"])
        assert lists.cursors_repeated == 1
    assert "repeated" in logs[0]["event"]


async def test_a_list_without_end_is_cut_and_counted() -> None:
    """A list is left after its bound of pages, and that is told like a cursor that repeats (law 10)."""
    endless = Venue(lambda r: json(f'{{"markets":[],"cursor":"{int(r.query.get("cursor", 0)) + 1}"}}'))
    async with asking(endless) as rest:
        lists = KalshiLists(rest, pages_max=4)
        assert len(await cursors(lists)) == lists.requests == 4
        assert lists.cursors_repeated == 1


async def test_every_attempt_is_counted_and_429s_apart() -> None:
    """Requests that were answered with a 429 or a 503 and sent again are requests as well (A5)."""
    venue = replying((429, '{"error":"too many requests"}'), (503, "x"), (200, '{"markets":[]}'))
    async with asking(venue, retry=QUICK) as rest:
        lists, others = KalshiLists(rest), KalshiLists(rest)
        assert await cursors(lists) == [None]
        await rest.exchange_schedule()
        assert (lists.requests, lists.throttled) == (3, 1)
        assert (others.requests, others.throttled) == (0, 0)


async def test_errors_are_those_of_the_rest_client() -> None:
    """A refusal and an answer that could not be had are told apart, and both were requests (law 6)."""
    async with asking(replying((400, '{"error":{"code":"bad_request","message":"no"}}'), (500, "x"))) as rest:
        lists = KalshiLists(rest)
        with pytest.raises(VenueRefused):
            await cursors(lists)
        with pytest.raises(VenueUnavailable):
            await cursors(lists)
        assert lists.requests == 2


@pytest.mark.parametrize(
    ("path", "filters"),
    [
        ("/markets", {"status": "active"}),
        ("/markets", {"status": "open", "min_close_ts": "1"}),
        ("/markets", {"min_updated_ts": "1", "series_ticker": "S"}),
        ("/events", {"mve_filter": "exclude"}),
        ("/series", {"limit": "5"}),
        ("/historical/markets", {"tickers": "A", "mve_filter": "exclude"}),
        ("/portfolio/orders", {}),
    ],
)
async def test_impossible_filters_are_refused_before_anything_is_sent(path: str, filters: dict[str, str]) -> None:
    """A combination that Kalshi would answer with 400 costs no request."""
    venue = replying((200, "{}"))
    async with asking(venue) as rest:
        with pytest.raises(ConfigurationError):
            KalshiLists(rest).pages(path, filters)
    assert venue.asked == []


async def test_lists_that_come_whole_are_one_page() -> None:
    """Series, tags and sports have no cursor: one request, without a page's size."""
    venue = replying((200, '{"series":[]}'))
    async with asking(venue) as rest:
        lists = KalshiLists(rest)
        for path in ("/series", "/search/tags_by_categories", "/search/filters_by_sport"):
            filters = {"category": "Climate and Weather"} if path == "/series" else {}
            assert len([page async for page in lists.pages(path, filters)]) == 1
    assert [path.removeprefix(ROOT) for path in venue.paths] == [
        "/series?category=Climate+and+Weather", "/search/tags_by_categories", "/search/filters_by_sport",
    ]  # fmt: skip


async def test_the_rate_is_told_in_requests() -> None:
    """The account's tokens are told as default-cost requests a second and at once, by its own default cost (A5)."""
    async with asking(replying((200, "{}"))) as rest:
        lists = KalshiLists(rest)
        rest.limiter.rerate(rate_per_s=300, capacity=600)
        assert (lists.rate_per_s, lists.burst) == (30, 60)
        rest.costs = read_endpoint_costs(b'{"default_cost":20,"endpoint_costs":[]}')
        assert (lists.rate_per_s, lists.burst) == (15, 30)
