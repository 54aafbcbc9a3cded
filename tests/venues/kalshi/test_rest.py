"""The REST client against a server on loopback that answers what a test tells it to."""

import asyncio
import base64
from random import Random

import pytest
from aiohttp import web
from rest_kit import KEY, QUICK, ROOT, SteppingClock, Venue, asking, collect, json, replying
from structlog.testing import capture_logs

from firstprint.domain.errors import ConfigurationError, VenueRefused, VenueUnavailable
from firstprint.net.clock import SystemClock
from firstprint.net.http import HttpClient
from firstprint.net.limiter import Limiter
from firstprint.net.retry import NO_RETRY
from firstprint.venues.kalshi.rest import KalshiRest, read_error


async def test_markets_are_paged_to_the_end_with_identical_filters() -> None:
    """Pages follow the cursor with the same filters and without combos, and keep request and body as they were."""
    cursors = {None: "C1", "C1": "C2", "C2": ""}
    venue = Venue(lambda r: json('{"markets":[],"cursor":"' + cursors[r.query.get("cursor")] + '"}'))
    async with asking(venue) as rest:
        pages = [page async for page in rest.markets(status="open", series_ticker="KXNBAGAME")]
    filters = "limit=1000&mve_filter=exclude&series_ticker=KXNBAGAME&status=open"
    assert venue.paths == [f"{ROOT}/markets?{filters}"] + [f"{ROOT}/markets?{filters}&cursor=C{n}" for n in (1, 2)]
    assert pages[1].request.path == "/markets"
    assert pages[1].request.query[-1] == ("cursor", "C1")
    assert pages[1].body == b'{"markets":[],"cursor":"C2"}'
    assert not pages[1].request.signed


@pytest.mark.parametrize("end", ['{"cursor":""}', '{"cursor":null}', "{}"])
async def test_every_kind_of_last_page_ends_a_list(end: str) -> None:
    """An empty, null or absent cursor is the end."""
    async with asking(replying((200, '{"cursor":"A"}'), (200, end))) as rest:
        assert len(await collect(rest.trades())) == 2


async def test_a_cursor_that_repeats_ends_the_list() -> None:
    """A venue that gives the same cursor for ever is left after a line in the log (F48)."""
    async with asking(replying((200, '{"cursor":"A"}'))) as rest:
        with capture_logs() as logs:
            assert len(await collect(rest.events())) == 2
    assert "repeated" in logs[0]["event"]


async def test_incentive_programs_use_another_cursor() -> None:
    """incentive_programs calls its cursor next_cursor."""
    venue = replying((200, '{"next_cursor":"N"}'), (200, '{"next_cursor":""}'))
    async with asking(venue) as rest:
        assert len(await collect(rest.incentive_programs(status="active"))) == 2
    assert venue.paths[1].endswith("cursor=N")


async def test_books_are_asked_for_a_hundred_at_a_time() -> None:
    """Tickers are repeated in the query, at most a hundred in one request."""
    venue = replying((200, '{"orderbooks":[]}'))
    async with asking(venue) as rest:
        await collect(rest.orderbooks([f"T{n}" for n in range(250)]))
    assert [len(request.query.getall("tickers")) for request in venue.asked] == [100, 100, 50]


async def test_markets_by_ticker_are_asked_for_a_hundred_at_a_time() -> None:
    """Looking up markets names at most a hundred in one request, comma-separated."""
    venue = replying((200, '{"markets":[]}'))
    async with asking(venue) as rest:
        await collect(rest.markets_by_ticker([f"T{n}" for n in range(101)]))
    assert [request.query["tickers"].count(",") + 1 for request in venue.asked] == [100, 1]


async def test_signatures_cover_the_path_and_are_fresh_for_every_attempt() -> None:
    """Each attempt is signed anew over the path without query, and asks for English."""
    venue = replying((503, "{}"), (200, "{}"))
    async with asking(venue, retry=QUICK, signed=True, clock=SteppingClock()) as rest:
        answer = await rest.orderbook("KXNBA-1", depth=5)
    first, second = (request.headers for request in venue.asked)
    for headers in (first, second):
        text = f"{headers['KALSHI-ACCESS-TIMESTAMP']}GET{ROOT}/markets/KXNBA-1/orderbook"
        KEY.public_key().verify(base64.b64decode(headers["KALSHI-ACCESS-SIGNATURE"]), text.encode())
    assert first["KALSHI-ACCESS-TIMESTAMP"] != second["KALSHI-ACCESS-TIMESTAMP"]
    assert first["Accept-Language"] == "en"
    assert answer.request.signed


@pytest.mark.parametrize(
    ("status", "body", "code", "detail"),
    [
        (
            400,
            '{"error":{"code":"bad_request","message":"bad request","details":"invalid status filter"}}',
            "bad_request",
            "invalid status",
        ),
        (404, '{"code":"not_found","message":"not found"}', "not_found", "not found"),
        (403, "<html>not in your region</html>", "unreadable", "not in your region"),
        (409, '{"error":"nope"}', "error", "nope"),
        (301, "", "unreadable", "never followed"),
    ],
)
async def test_refusals_are_final(status: int, body: str, code: str, detail: str) -> None:
    """All three error shapes, pages with 403, and redirects are a no that is not asked again."""
    venue = replying((status, body))
    async with asking(venue, retry=QUICK) as rest:
        with pytest.raises(VenueRefused, match=detail) as caught:
            await rest.market("X")
    assert (caught.value.status, caught.value.code) == (status, code)
    assert len(venue.asked) == 1


async def test_401_tells_the_clock_skew() -> None:
    """A refused signature says how far our clock is from the server's Date header (F06)."""
    venue = Venue(lambda _: json('{"error":"expired"}', 401, Date="Fri, 20 Nov 2020 12:00:00 GMT"))
    async with asking(venue, signed=True) as rest:
        with pytest.raises(VenueRefused, match=r"our clock is \d+ s ahead"):
            await rest.account_limits()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, '{"error":"too many requests"}'),
        (500, "{}"),
        (502, "<html>"),
        (503, "<html>"),
        (404, "<html>"),
        (200, "<html>"),
        (200, '{"cut":'),
    ],
)
async def test_everything_else_is_no_answer(status: int, body: str) -> None:
    """429, 5xx and bodies that are not JSON are tried again, and then unavailable, never a no (F49, F50)."""
    venue = replying((status, body))
    async with asking(venue, retry=QUICK) as rest:
        with pytest.raises(VenueUnavailable) as caught:
            await rest.market("X")
    assert caught.value.status == status
    assert len(venue.asked) == 4


async def test_a_retry_that_succeeds_is_an_answer() -> None:
    """An answer after a 429 and a 503 is an answer."""
    async with asking(
        replying((429, '{"error":"too many requests"}'), (503, "x"), (200, '{"ok":1}')), retry=QUICK
    ) as rest:
        assert (await rest.historical_cutoff()).body == b'{"ok":1}'


async def test_exchange_status_answers_while_the_exchange_is_down() -> None:
    """/exchange/status with HTTP 503 and its usual body is an answer; other bodies are not (F51)."""
    down = '{"exchange_active":false,"trading_active":false}'
    async with asking(replying((503, down))) as rest:
        answers = [answer async for answer in rest.exchange_status()]
    assert (answers[0].request.status, answers[0].body) == (503, down.encode())
    async with asking(replying((503, "<html>"))) as rest:
        with pytest.raises(VenueUnavailable):
            await collect(rest.exchange_status())


async def test_a_body_beyond_its_bound_is_not_read() -> None:
    """A body larger than the setting is given up (S18)."""
    async with asking(replying((200, '{"a":"' + "x" * 100_000 + '"}')), body_bytes_max=50_000) as rest:
        with pytest.raises(VenueUnavailable, match="larger than 50000"):
            await rest.series_list()


async def test_a_server_that_never_answers_is_given_up() -> None:
    """Silence is bounded by a timeout (F50)."""
    never = asyncio.Event()

    class Silent(Venue):
        async def handle(self, request: web.Request) -> web.StreamResponse:
            await never.wait()
            return json("{}")

    async with asking(Silent(json), total_s_max=0.1) as rest:
        with pytest.raises(VenueUnavailable, match="no answer in time"):
            await rest.exchange_schedule()
        never.set()


async def test_a_hung_up_connection_is_unavailable() -> None:
    """A server that drops the connection in the middle of a body gave no answer (F50)."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    limiter = Limiter(rate_per_s=100, capacity=100, random=Random(1))
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with HttpClient(url, limiter=limiter, clock=SystemClock()) as client:
        rest = KalshiRest(client, clock=SystemClock(), random=Random(1), retry=NO_RETRY)
        with pytest.raises(VenueUnavailable):
            await rest.event("E")
    server.close()


LIMITS = '{"usage_tier":"advanced","read":{"refill_rate":300,"bucket_capacity":600},"write":{},"grants":[]}'


async def test_tuning_takes_the_accounts_own_rate() -> None:
    """With a key the limiter takes rate and capacity from /account/limits; without one nothing is asked (A5)."""
    venue = replying((200, LIMITS), (404, '{"code":"not_found"}'))
    async with asking(venue, signed=True) as rest:
        limits = await rest.tune()
        assert (limits.usage_tier, rest.limiter.rate_per_s, rest.limiter.capacity) == ("advanced", 300, 600)
        assert rest.costs.of("GET", "/markets") == 10
    async with asking(venue) as rest:
        assert await rest.tune() is None
    assert len(venue.asked) == 2


async def test_tuning_learns_what_endpoints_cost() -> None:
    """A request takes as many tokens as the account's own table says, and never more than the bucket holds (A5)."""
    costs = (
        '{"default_cost":20,"endpoint_costs":[{"method":"GET","path":"/trade-api/v2/markets/:ticker","cost":50},'
        '{"method":"GET","path":"/trade-api/v2/events/:ticker","cost":99999}]}'
    )
    async with asking(replying((200, LIMITS), (200, costs), (200, "{}")), signed=True) as rest:
        await rest.tune()
        taken = []
        acquire = rest.limiter.acquire

        async def taking(cost: float) -> None:
            taken.append(cost)
            await acquire(cost)

        rest.limiter.acquire = taking
        for call in (rest.market("M"), rest.exchange_schedule(), rest.event("E")):
            await call
    assert taken == [50, 20, 600]


async def test_tickers_cannot_leave_their_place_in_the_path() -> None:
    """A ticker with slashes, dots or question marks stays one part of the path (S12)."""
    venue = replying((200, "{}"))
    async with asking(venue) as rest:
        await rest.market("../x?y=1#z")
        with pytest.raises(ConfigurationError):
            await rest.market("..")
    assert venue.asked[0].raw_path == f"{ROOT}/markets/..%2Fx%3Fy%3D1%23z"


async def test_unknown_filters_are_refused() -> None:
    """A filter that Kalshi does not document is a mistake of ours, told before anything is sent."""
    venue = replying((200, "{}"))
    async with asking(venue) as rest:
        with pytest.raises(ConfigurationError, match="ticker_prefix"):
            rest.markets(ticker_prefix="KX")
        with pytest.raises(ConfigurationError, match="only one of"):
            rest.historical_markets(tickers="A", series_ticker="S")
    assert venue.asked == []


async def test_every_endpoint_asks_for_its_documented_path() -> None:
    """Each remaining call sends one GET to the path of the fact sheet."""
    venue = replying((200, "{}"))
    span = {"start_ts": 1, "end_ts": 2, "period_min": 60}
    async with asking(venue) as rest:
        for call in (
            rest.exchange_schedule(), rest.series("S"), rest.fee_changes(show_historical=True),
            rest.event_metadata("E"),
            rest.candlesticks("S", "M", **span), rest.event_candlesticks("S", "E", **span), rest.tags_by_categories(),
            rest.filters_by_sport(), rest.historical_cutoff(), rest.endpoint_costs(),
            rest.series_list(category="Sports"),
        ):  # fmt: skip
            await call
        for pages in (
            rest.milestones(), rest.structured_targets(ids=["a", "b"]), rest.historical_markets(),
            rest.historical_trades(ticker="M"), rest.markets(mve_filter="all"), rest.trades_since(7),
        ):  # fmt: skip
            await collect(pages)
    candles = "start_ts=1&end_ts=2&period_interval=60"
    assert [path.removeprefix(ROOT) for path in venue.paths] == [
        "/exchange/schedule", "/series/S", "/series/fee_changes?show_historical=true", "/events/E/metadata",
        f"/series/S/markets/M/candlesticks?{candles}", f"/series/S/events/E/candlesticks?{candles}",
        "/search/tags_by_categories", "/search/filters_by_sport", "/historical/cutoff", "/account/endpoint_costs",
        "/series?category=Sports", "/milestones?limit=500", "/structured_targets?page_size=2000&ids=a&ids=b",
        "/historical/markets?limit=1000&mve_filter=exclude", "/historical/trades?limit=1000&ticker=M",
        "/markets?limit=1000", "/markets/trades?limit=1000&min_ts=7",
    ]  # fmt: skip


@pytest.mark.parametrize("body", [b"", b"[]", b"3", b'{"error":3}', b"\xff", b"{"])
def test_bodies_that_are_no_errors_are_not_read_as_such(body: bytes) -> None:
    """Anything but the three error shapes is unreadable."""
    assert read_error(body) is None
