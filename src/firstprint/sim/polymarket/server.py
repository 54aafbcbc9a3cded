"""The simulated Polymarket on loopback: Gamma, the CLOB and the stream, each host on a port of its own."""

import asyncio
from collections.abc import Collection
from pathlib import Path

from aiohttp import web
from picows import WSUpgradeRequest

from firstprint.domain.clock import Clock
from firstprint.sim.polymarket.connection import SimConnection
from firstprint.sim.polymarket.exchange import WS_PATH, Exchange, Host
from firstprint.sim.polymarket.faults import FaultScript
from firstprint.sim.polymarket.limits import Counts
from firstprint.sim.polymarket.settings import PolymarketSettings
from firstprint.sim.polymarket.texts import NS_PER_S
from firstprint.sim.polymarket.truth import TruthLog
from firstprint.sim.polymarket.world import Contests
from firstprint.sim.venue.handshake import Refusal
from firstprint.sim.venue.server import SimulatedVenue
from firstprint.sim.venue.truth import Write
from firstprint.sim.world.contests import TrueLink


class SimulatedPolymarket(SimulatedVenue[Exchange]):
    """A running simulated venue: `async with SimulatedPolymarket(...) as sim`, then `gamma_url`, `clob_url`, `ws_url`.

    `shared` is the world that it has in common with the other simulated venues; `truth` is the file of the truth log,
    none when it is not given. `faults` is `none`, `standard` or the path of a script. A `port` is Gamma's; the next two
    are the CLOB's and the stream's. Raises OSError when a port or file cannot be had, ValueError for a fault script
    that cannot be read.
    """

    def __init__(
        self,
        settings: PolymarketSettings,
        clock: Clock,
        shared: Contests,
        *,
        faults: str = "none",
        truth: Path | None = None,
        port: int = 0,
    ) -> None:
        super().__init__(clock, truth=truth, port=port, rest_latency_s=settings.rest_latency_s)
        self.settings = settings
        self._shared = shared
        self._script = FaultScript.named(faults, settings.seed)
        self.gamma_url = self.clob_url = ""

    @property
    def counts(self) -> Counts:
        """Give what the venue was asked, and how often too often."""
        return self.exchange.counts

    def true_links(self, tickers: Collection[str] | None = None, *, tradable: bool = False) -> list[TrueLink]:
        """Give which listings of both venues are the same bet; `tickers` are those that Kalshi lists.

        `tradable` leaves out what this venue does not trade now.
        """
        return self.exchange.true_links(tickers, tradable=tradable)

    def _engine(self, now_ns: int, write: Write | None) -> Exchange:
        truth = None if write is None else TruthLog(write)
        return Exchange(self.settings, now_ns, self._shared, self._script, truth)

    async def _listen(self) -> None:
        self.gamma_url = await self._serve(0, self._gamma, self.counts)
        self.clob_url = await self._serve(1, self._clob, self.counts)
        self.ws_url = await self._serve_ws(2) + WS_PATH

    async def _gamma(self, request: web.Request) -> web.Response:
        return await self._answer("gamma", request)

    async def _clob(self, request: web.Request) -> web.Response:
        return await self._answer("clob", request)

    async def _answer(self, host: Host, request: web.Request) -> web.Response:
        """Let a request wait for its turn, then answer it from the state as it is by then."""
        path, body = request.raw_path.partition("?")[0], await request.read()
        delay_ns = self.exchange.admit(host, path, self.now_ns())
        if delay_ns is None:
            return web.Response(status=429, text="error code: 1015")
        await asyncio.sleep(delay_ns / NS_PER_S)
        answer = self.exchange.answer(
            host, request.method, path, request.query_string, request.headers, self.now_ns(), body
        )
        return await self._send(answer, answer.delay_ns)

    def _connect(self, request: WSUpgradeRequest) -> SimConnection | Refusal:
        return self.exchange.connect(request.path.decode(), self.now_ns())
