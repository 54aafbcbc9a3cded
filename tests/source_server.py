"""A source on loopback that answers what a test tells it to; and where the recordings of sources lie."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest
from aiohttp import web

from firstprint.net.clock import SystemClock
from firstprint.net.http import HttpClient
from firstprint.net.limiter import Limiter

ROOT = Path(__file__).resolve().parents[1]
PLACE = os.environ.get("FIRSTPRINT_RECORDINGS")  # noqa: TID251 the tests' own setting, not the product's
RECORDINGS = Path(PLACE) if PLACE else ROOT.parent / "shared" / "recordings"
needs_recordings = pytest.mark.skipif(
    not RECORDINGS.is_dir(), reason=f"no recordings at {RECORDINGS}: set FIRSTPRINT_RECORDINGS to where they lie"
)


class Source:
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
async def serving_source(source: Source, root: str) -> AsyncIterator[HttpClient]:
    """Serve a source on loopback and give an HTTP client for what lies below `root`."""
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", source.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    limiter = Limiter(rate_per_s=10_000, capacity=20_000, random=Random(1))
    url = f"http://127.0.0.1:{runner.addresses[0][1]}{root}"
    try:
        async with HttpClient(url, limiter=limiter, clock=SystemClock()) as client:
            yield client
    finally:
        await runner.cleanup()


def replying(*answers: tuple[int, str], headers: dict[str, str] | None = None) -> Source:
    """Build a source that gives these answers in turn, the last one for ever."""
    left = list(answers)

    def answer(_: web.Request) -> web.StreamResponse:
        status, text = left.pop(0) if len(left) > 1 else left[0]
        return web.Response(text=text, status=status, content_type="application/json", headers=headers)

    return Source(answer)
