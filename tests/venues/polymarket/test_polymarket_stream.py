"""Polymarket's dialer against a server on loopback, and the addresses that a user may set."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from firstprint.domain.errors import ConfigurationError, VenueRefused
from firstprint.net.clock import SystemClock
from firstprint.venues.polymarket import commands
from firstprint.venues.polymarket.hosts import PROD, Hosts, custom_hosts
from firstprint.venues.polymarket.stream import PolymarketDialer


class Ear:
    """A listener that keeps what it hears, and tells when something came."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.came = asyncio.Event()

    def frames(self, payloads: list[bytes], mono_ns: int) -> None:
        """Keep them."""
        self.heard += payloads
        self.came.set()

    def closed(self, code: int | None, reason: str, by: str) -> None:
        """Tell that there is no more."""
        self.came.set()


@pytest.fixture
async def venue() -> AsyncIterator[tuple[PolymarketDialer, list[str]]]:
    """Serve a market channel that answers PING with PONG and anything else with a large frame."""
    agents: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        agents.append(request.headers["User-Agent"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str("PONG" if message.data == "PING" else f"[{'1' * (2 << 20)}]")
        return socket

    async def refuse(_: web.Request) -> web.StreamResponse:
        return web.json_response({"error": "no"}, status=403)

    app = web.Application()
    app.router.add_get("/ws/market", handle)
    app.router.add_get("/closed", refuse)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"ws://127.0.0.1:{runner.addresses[0][1]}"
    yield PolymarketDialer(custom_hosts(ws_url=url), clock=SystemClock()), agents
    await runner.cleanup()


async def test_ping_is_answered_and_the_first_books_fit_into_a_frame(
    venue: tuple[PolymarketDialer, list[str]],
) -> None:
    """The words are text frames; a frame of two million bytes, as the books of 200 assets may be, comes whole."""
    dialer, agents = venue
    ear = Ear()
    wire = await dialer.dial(ear)
    wire.send(commands.PING)
    await ear.came.wait()
    assert ear.heard == [b"PONG"]
    ear.came.clear()
    wire.send(commands.open_with(["1"]))
    await ear.came.wait()
    assert len(ear.heard[1]) == 2 + (2 << 20)
    assert agents[0].startswith("firstprint/")
    wire.close(1000, "")


async def test_a_refused_upgrade_is_final(venue: tuple[PolymarketDialer, list[str]]) -> None:
    """A place that the venue does not serve is told as such."""
    url = venue[0].url.replace("/ws/market", "/closed")
    with pytest.raises(VenueRefused):
        await PolymarketDialer(custom_hosts(ws_url=url), clock=SystemClock()).dial(Ear())


def test_the_addresses_are_the_venues_unless_others_are_set() -> None:
    """Each can be set by itself; a WebSocket without a path is the market channel."""
    assert custom_hosts() == PROD == Hosts()
    mine = custom_hosts("http://127.0.0.1:1/", "https://clob.example/api", "ws://localhost:2")
    assert mine == Hosts("http://127.0.0.1:1", "https://clob.example/api", "ws://localhost:2/ws/market")
    assert custom_hosts(clob_url="http://[::1]:5").gamma_url == PROD.gamma_url


@pytest.mark.parametrize(("setting", "url", "why"), [
    ("gamma_url", "http://gamma.example", "https://"), ("clob_url", "ftp://x", "https://"),
    ("ws_url", "ws://example.com/ws", "wss://"), ("ws_url", "https://example.com", "wss://"),
    ("gamma_url", "https://user:pw@x.example", "no user"), ("gamma_url", "nonsense", "needs a host"),
    ("clob_url", "https://x.example:port", "not an address"), ("clob_url", "https://x.example?q=1", "needs a host"),
])  # fmt: skip
def test_an_address_that_cannot_be_used_is_named(setting: str, url: str, why: str) -> None:
    """The error says which setting is wrong and what it needs."""
    with pytest.raises(ConfigurationError, match=f"POLYMARKET_{setting.upper()}.*{why}"):
        custom_hosts(**{setting: url})
