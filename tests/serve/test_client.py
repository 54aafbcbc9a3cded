"""The Python client, against the real server and against servers that are not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from serve_kit import AT, Api, Away, a_market, a_series, api

from firstprint.client import MasterClient, MasterRefused, MasterUnavailable, MasterUnreadable
from firstprint.client.kept import KeptAnswers
from firstprint.client.master_client import ClientSettings
from firstprint.domain.errors import Advice, ConfigurationError
from firstprint.serve.rendered import RenderedAnswers


@pytest.fixture
async def client(served: Api) -> AsyncIterator[MasterClient]:
    """Ask the small master, two rows a page."""
    async with MasterClient(served.url, ClientSettings(page_rows=2)) as client:
        yield client


@asynccontextmanager
async def answering(
    answer: Callable[[web.Request], Awaitable[web.Response]], settings: ClientSettings | None = None
) -> AsyncIterator[MasterClient]:
    """Run a server that gives the same answer to everything, and a client of it."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with MasterClient(f"http://127.0.0.1:{runner.addresses[0][1]}", settings) as client:
            yield client
    finally:
        await runner.cleanup()


async def test_lists_are_followed_over_all_their_pages(client: MasterClient) -> None:
    """C6: a list is everything that there is, whatever the size of a page."""
    assert [one.ticker async for one in client.series()] == ["KXELECTION", "KXEPLGAME", "KXEPLMVP", "KXNBAGAME"]
    assert [one.ticker async for one in client.markets()] == ["KXEPLGAME-B-Z", "KXNBAGAME-A-X", "KXNBAGAME-A-Y"]
    assert [one.ticker async for one in client.events()] == ["KXEPLGAME-B", "KXNBAGAME-A"]
    assert [one.run async for one in client.sync_runs()] == ["r2", "r1"]
    assert [one.session async for one in client.sessions()] == ["s2", "s1"]
    assert [one.opened_record async for one in client.gaps()] == [1, 2, 1]


async def test_series_by_category_then_the_markets_of_each(client: MasterClient) -> None:
    """C6: what the recorder asks: the games of a category or a tag, and the markets of each of those series."""
    games = [one async for one in client.series(category="Sports", tag="Basketball", games_only=True)]
    assert [one.tags for one in games] == [("Basketball",)]
    markets = [one async for one in client.markets(series=games[0].ticker, status="active")]
    assert [(one.ticker, one.close_time) for one in markets] == [("KXNBAGAME-A-X", AT)]
    assert [one.ticker async for one in client.series(active=None, text="gone")] == ["KXGONE"]


async def test_single_things_and_counts(client: MasterClient) -> None:
    """C5: single things are given whole, or None when the master does not have them; counts are typed."""
    assert (await client.market("KXNBAGAME-A-X") or {})["status"] == "active"
    assert (await client.one_series("KXGONE") or {})["active"] is False
    assert (await client.event("KXNBAGAME-A") or {})["series_ticker"] == "KXNBAGAME"
    assert await client.market("no/such ticker?") is None
    assert await client.market_history("KXNBAGAME-A-X") == ()
    assert (await client.stats_markets("KXNBAGAME")).by_status == {"active": 1, "finalized": 1}
    assert {one.ticker: one.markets async for one in client.stats_series(tag="Basketball")} == {"KXNBAGAME": 2}
    assert (await client.health()).revision == 1


async def test_what_is_unchanged_is_not_sent_again() -> None:
    """C5: the client sends the ETag it has, and takes its own copy when that is still right."""
    async with api(rendered=RenderedAnswers(bytes_max=0)) as served, MasterClient(served.url) as client:
        served.master.all_series = [a_series("KXA")]
        before = [one async for one in client.series()]
        served.master.calls.clear()
        assert [one async for one in client.series()] == before
        assert served.master.calls == ["revision"]
        served.master.all_series.append(a_series("KXNEW"))
        served.master.number += 1
        assert [one.ticker async for one in client.series()] == ["KXA", "KXNEW"]


async def test_a_refusal_says_what_is_wrong(client: MasterClient) -> None:
    """F5: what the server refuses is MasterRefused with its reason; trying again will not help."""
    with pytest.raises(MasterRefused, match="closes_after cannot be used") as refused:
        [one async for one in client.markets(closes_after="yesterday")]
    assert refused.value.advice is Advice.STOP
    assert refused.value.details["parameter"] == "closes_after"


async def test_a_database_that_is_away_is_to_be_tried_again(served: Api, client: MasterClient) -> None:
    """F5: a 503 is MasterUnavailable with the server's reason, and never an empty list."""
    served.master.broken = Away("the database is locked")
    with pytest.raises(MasterUnavailable, match="the database is locked") as away:
        [one async for one in client.series()]
    assert away.value.advice is Advice.RETRY


async def test_no_server_is_to_be_tried_again() -> None:
    """F5: a port where nobody listens is MasterUnavailable, which says what should run there."""
    async with api() as served:
        url = served.url
    async with MasterClient(url) as client:
        with pytest.raises(MasterUnavailable, match="firstprint serve"):
            await client.health()


async def test_a_server_that_never_answers_is_given_up() -> None:
    """F5: the client waits for its bounded time only."""
    let_go = asyncio.Event()

    async def hold(_: web.Request) -> web.Response:
        await let_go.wait()
        return web.Response()

    async with answering(hold, ClientSettings(total_s_max=0.05)) as client:
        with pytest.raises(MasterUnavailable, match="not within"):
            await client.health()
        let_go.set()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, "<html>welcome</html>", MasterUnreadable),
        (200, '{"series":[{"ticker":7}],"next":null}', MasterUnreadable),
        (200, '{"series":[],"next":"again"}', MasterUnreadable),
        (302, "", MasterUnreadable),
        (404, "nginx", MasterUnreadable),
        (429, "slower", MasterUnavailable),
        (502, "<html>bad gateway</html>", MasterUnavailable),
    ],
)
async def test_what_is_not_firstprint_is_never_taken_for_it(status: int, body: str, error: type[Exception]) -> None:
    """F5: other servers, proxies, redirects and pages in a circle are errors that say so."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=body, headers={"Location": "/"} if status == 302 else {})

    async with answering(answer) as client:
        with pytest.raises(error):
            [one async for one in client.series()]


async def test_an_answer_without_end_is_not_taken_in() -> None:
    """F5: the size of an answer is bounded."""
    async with api() as served:
        served.master.all_markets = [a_market(f"A-{number}") for number in range(100)]
        async with MasterClient(served.url, ClientSettings(body_bytes_max=1_000)) as client:
            with pytest.raises(MasterUnreadable, match="more than 1000 bytes"):
                [one async for one in client.markets()]


@pytest.mark.parametrize("url", ["", "localhost:8300", "ftp://localhost", "http://", "http://a/?b=c"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """F5: a wrong address is said at once, with a right one."""
    with pytest.raises(ConfigurationError, match=r"http://127\.0\.0\.1:8300"):
        MasterClient(url)


def test_kept_answers_stay_within_their_bytes() -> None:
    """C5: the least recently used answers go when the memory is full, and what has no ETag is not kept."""
    kept = KeptAnswers(10)
    kept.put("a", "1", b"aaaa")
    kept.put("b", "1", b"bbbb")
    kept.get("a")
    kept.put("c", "1", b"cccc")
    kept.put("d", None, b"d")
    assert [url for url in "abcd" if kept.get(url)] == ["a", "c"]
    kept.put("a", "2", b"x" * 11)
    assert (kept.get("a"), kept.bytes) == (None, 4)
