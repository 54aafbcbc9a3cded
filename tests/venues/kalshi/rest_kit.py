"""A REST server on loopback that answers what a test tells it to, and a client for it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firstprint.domain.clock import Instant
from firstprint.net.clock import SystemClock
from firstprint.net.http import HttpClient, HttpSettings
from firstprint.net.limiter import Limiter
from firstprint.net.retry import NO_RETRY, RetrySchedule
from firstprint.venues.kalshi.auth import Signer
from firstprint.venues.kalshi.rest import KalshiRest

KEY = Ed25519PrivateKey.generate()
QUICK = RetrySchedule((0.01, 0.01, 0.01), 20.0)
ROOT = "/trade-api/v2"


class SteppingClock:
    """A clock that is a second later each time it is read."""

    def __init__(self) -> None:
        self.wall_ns = 1_790_000_000 * 10**9

    def now(self) -> Instant:
        self.wall_ns += 10**9
        return Instant(self.wall_ns, self.wall_ns)


class Venue:
    """A server whose answers are a function of the request; it remembers what it was asked."""

    def __init__(self, answer: Callable[[web.Request], web.StreamResponse]) -> None:
        self._answer = answer
        self.asked: list[web.Request] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        return self._answer(request)

    @property
    def paths(self) -> list[str]:
        return [request.path_qs for request in self.asked]


@asynccontextmanager
async def asking(
    venue: Venue, *, retry: RetrySchedule = NO_RETRY, signed: bool = False, **more
) -> AsyncIterator[KalshiRest]:
    """Serve a venue on loopback and give a client for it."""
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", venue.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}{ROOT}"
    clock = more.pop("clock", None) or SystemClock()
    limiter = Limiter(rate_per_s=10_000, capacity=20_000, random=Random(1))
    try:
        async with HttpClient(url, limiter=limiter, clock=clock, settings=HttpSettings(**more)) as client:
            signer = Signer("key-id", KEY) if signed else None
            yield KalshiRest(client, clock=clock, random=Random(1), signer=signer, retry=retry)
    finally:
        await runner.cleanup()


def json(text: str, status: int = 200, **headers: str) -> web.Response:
    """Answer with JSON, or what pretends to be."""
    return web.Response(text=text, status=status, content_type="application/json", headers=headers)


def replying(*answers: tuple[int, str]) -> Venue:
    """Build a venue that gives these answers in turn, the last one for ever."""
    left = list(answers)

    def answer(_: web.Request) -> web.StreamResponse:
        status, text = left.pop(0) if len(left) > 1 else left[0]
        return json(text, status)

    return Venue(answer)


async def collect(pages: AsyncIterator) -> list[bytes]:
    """Read all pages."""
    return [page.body async for page in pages]
