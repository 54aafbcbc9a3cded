"""The shell that simulated sources share: one HTTP server on loopback over a pure engine, counted and spoiled.

The engine answers from the shared world and the time; here are sockets, delays and broken answers.
"""

import asyncio
import random
from types import TracebackType
from typing import NamedTuple, Protocol, Self

import msgspec
from aiohttp import web

from firstprint.domain.clock import Clock
from firstprint.sim.world.counts import Counts
from firstprint.sim.world.shared import SharedWorld

HOST = "127.0.0.1"
_HTML = b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"


class SourceAnswer(NamedTuple):
    """One HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes


class SourceFaults(msgspec.Struct, frozen=True, kw_only=True):
    """How often answers are spoiled, as shares of the requests, drawn from a seed.

    `errors` are 503, `pages` HTML with status 200, `slow` answers wait `slow_s`, `cut` ones end in the middle of the
    body. `missing_teams` is the share of contests that lack a team, wherever the source can leave one out.
    """

    seed: int = 1
    errors: float = 0.0
    pages: float = 0.0
    slow: float = 0.0
    slow_s: float = 1.0
    cut: float = 0.0
    missing_teams: float = 0.0


class Engine(Protocol):
    """What answers: pure, on whatever time it is given."""

    def answer(self, path: str, query: str, now_ns: int, recent: int) -> SourceAnswer:
        """Answer a request; `recent` is how many began within the last second, this one included."""
        ...


class SimulatedSource:
    """A running simulated source: `async with ...`, then `.url`. `faults` may be replaced while it runs.

    Raises OSError when the port cannot be had.
    """

    def __init__(self, shared: SharedWorld, clock: Clock, engine: Engine, faults: SourceFaults, port: int) -> None:
        self.counts = Counts()
        self.url = ""
        self.faults = faults
        self._shared = shared
        self._clock = clock
        self._engine = engine
        self._port = port
        self._rng = random.Random(f"{faults.seed}/source")  # noqa: S311 repeatable, no secret
        self._runner: web.AppRunner | None = None

    def now_ns(self) -> int:
        """Give the source's own time: the wall clock at the start, moved on by the monotonic one."""
        return self._wall_ns + self._clock.now().mono_ns - self._mono_ns

    async def __aenter__(self) -> Self:
        """Start the server."""
        self._mono_ns, self._wall_ns = self._clock.now()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, self._port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        self.url = f"http://{HOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        path, now_ns = request.raw_path.partition("?")[0], self.now_ns()
        recent = self.counts.began(path, now_ns)
        status = 0
        try:
            if self._rng.random() < self.faults.slow:
                await asyncio.sleep(self.faults.slow_s)
            answer = self._spoiled() or self._told(path, request.query_string, now_ns, recent)
            status = answer.status
            return web.Response(status=status, body=answer.body, headers=answer.headers)
        finally:
            self.counts.ended(status)

    def _told(self, path: str, query: str, now_ns: int, recent: int) -> SourceAnswer:
        self._shared.advance(now_ns)
        answer = self._engine.answer(path, query, now_ns, recent)
        if self._rng.random() < self.faults.cut:
            return answer._replace(body=answer.body[: len(answer.body) // 2])
        return answer

    def _spoiled(self) -> SourceAnswer | None:
        roll = self._rng.random()
        if roll < self.faults.errors:
            return SourceAnswer(503, {"Content-Type": "text/plain"}, b"Service Unavailable")
        if roll < self.faults.errors + self.faults.pages:
            return SourceAnswer(200, {"Content-Type": "text/html"}, _HTML)
        return None
