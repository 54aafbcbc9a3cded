"""Kalshi's WebSocket dialer against a server that checks signatures."""

import base64

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firstprint.domain.clock import Instant
from firstprint.domain.errors import VenueRefused
from firstprint.venues.kalshi.auth import Signer
from firstprint.venues.kalshi.hosts import custom_hosts
from firstprint.venues.kalshi.stream import KalshiDialer

KEY = Ed25519PrivateKey.generate()


class SteppingClock:
    """A clock that is a second later each time it is read."""

    def __init__(self) -> None:
        self.wall_ns = 1_790_000_000 * 10**9

    def now(self) -> Instant:
        self.wall_ns += 10**9
        return Instant(self.wall_ns, self.wall_ns)


class Ear:
    """A listener that does not care."""

    def frames(self, payloads: list[bytes], mono_ns: int) -> None:
        """Forget them."""

    def closed(self, code: int | None, reason: str, by: str) -> None:
        """Forget it."""


@pytest.fixture
async def venue():
    """Serve an upgrade that verifies the signature, and remember the times that were signed."""
    times: list[str] = []
    state = {"date": None}

    async def handle(request: web.Request) -> web.StreamResponse:
        if state["date"]:
            return web.json_response({"error": "signature expired"}, status=401, headers={"Date": state["date"]})
        signed_ms = request.headers["KALSHI-ACCESS-TIMESTAMP"]
        signature = base64.b64decode(request.headers["KALSHI-ACCESS-SIGNATURE"])
        KEY.public_key().verify(signature, f"{signed_ms}GET/trade-api/ws/v2".encode())
        times.append(signed_ms)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.close()
        return socket

    app = web.Application()
    app.router.add_get("/trade-api/ws/v2", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"127.0.0.1:{runner.addresses[0][1]}/trade-api"
    yield (
        KalshiDialer(custom_hosts(f"http://{base}/v2", f"ws://{base}/ws/v2"), Signer("id", KEY), clock=SteppingClock()),
        times,
        state,
    )
    await runner.cleanup()


async def test_every_dial_is_signed_afresh(venue) -> None:
    """Each upgrade carries a valid signature over a time of its own."""
    dialer, times, _ = venue
    await dialer.dial(Ear())
    await dialer.dial(Ear())
    assert len(set(times)) == 2


async def test_a_refused_upgrade_tells_the_skew(venue) -> None:
    """A 401 is final, and says what the venue said and how far our clock is off (F06)."""
    dialer, _, state = venue
    state["date"] = "Mon, 01 Jan 2035 00:00:00 GMT"
    with pytest.raises(VenueRefused, match=r"signature expired.*s behind the server"):
        await dialer.dial(Ear())
