"""The shell: the simulated Polymarket over real HTTP and WebSocket on loopback, each host on a port of its own.

The engine decides everything; here are only sockets, a timer and the file of the truth.
"""

import asyncio
import logging
from collections.abc import Collection
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from aiohttp import web
from multidict import CIMultiDict
from picows import (
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
    ws_create_server,
)

from firstprint.domain.clock import Clock
from firstprint.sim.polymarket.connection import SimConnection
from firstprint.sim.polymarket.exchange import WS_PATH, Exchange, Host, Refusal
from firstprint.sim.polymarket.faults import FaultScript
from firstprint.sim.polymarket.limits import Counts
from firstprint.sim.polymarket.settings import PolymarketSettings
from firstprint.sim.polymarket.texts import NS_PER_MS, NS_PER_S
from firstprint.sim.polymarket.truth import TruthLog
from firstprint.sim.polymarket.world import Contests
from firstprint.sim.world.contests import TrueLink

HOST = "127.0.0.1"
_LAP_NS_MAX = 50 * NS_PER_MS
_PAUSE_NS_MIN, _PAUSE_NS_MAX = NS_PER_MS, 20 * NS_PER_MS
_CLOSE_NS_MAX = NS_PER_S
_BUFFER_BYTES_MAX = 4 * 1024 * 1024
_ABNORMAL = 1006
_NAMED = frozenset(HTTPStatus)
"""Statuses that a handshake can be answered with; others of the network in front of a venue have no name."""
_LOG = logging.getLogger(__name__)


class _Socket(WSListener):
    """One WebSocket of a client, tied to its simulated connection."""

    def __init__(self, server: "SimulatedPolymarket", connection: SimConnection) -> None:
        super().__init__()
        self._server = server
        self.connection = connection
        self.transport: WSTransport | None = None
        self.writable = True
        self.closing_until_ns = 0

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        transport.underlying_transport.set_write_buffer_limits(high=_BUFFER_BYTES_MAX)
        self._server.joined(self)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type in {WSMsgType.TEXT, WSMsgType.BINARY}:
            self._server.received(self, frame.get_payload_as_bytes())
        elif frame.msg_type == WSMsgType.CLOSE:
            self.connection.close(1000, "closed by the client", self._server.now_ns())
            if not self.closing_until_ns:
                transport.send_close(frame.get_close_code(), frame.get_close_message())
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._server.left(self)

    def pause_writing(self) -> None:
        """Stop taking frames: the client reads too slowly, and the engine's bounded queue fills."""
        self.writable = False

    def resume_writing(self) -> None:
        """Take frames again."""
        self.writable = True

    def deliver(self, now_ns: int) -> None:
        """Send what is due, and end the socket when the engine ended the connection."""
        transport = self.transport
        if transport is None or transport.is_disconnected:
            return
        if self.closing_until_ns:
            if now_ns >= self.closing_until_ns:
                transport.disconnect(graceful=False)
            return
        if self.writable:
            for raw in self.connection.take(now_ns):
                transport.send(WSMsgType.TEXT, raw)
        if self.connection.closed is not None and not (self.connection.waiting and self.writable):
            self._end(transport, *self.connection.closed, now_ns)

    def _end(self, transport: WSTransport, code: int, reason: str, now_ns: int) -> None:
        """Reset, or send the close frame and give the client a second to answer it."""
        if code == _ABNORMAL:
            transport.underlying_transport.abort()
            return
        self.closing_until_ns = now_ns + _CLOSE_NS_MAX
        transport.send(WSMsgType.CLOSE, code.to_bytes(2, "big") + reason.encode())


class SimulatedPolymarket:
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
        self.settings = settings
        self._clock = clock
        self._shared = shared
        self._port = port
        self._truth_path = truth
        self._script = FaultScript.named(faults, settings.seed)
        self._file: BinaryIO | None = None
        self._sockets: set[_Socket] = set()
        self._runners: list[web.AppRunner] = []
        self._ws_server: asyncio.Server | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.failure: BaseException | None = None
        self.gamma_url = self.clob_url = self.ws_url = ""

    @property
    def counts(self) -> Counts:
        """Give what the venue was asked, and how often too often."""
        return self.exchange.counts

    def true_links(self, tickers: Collection[str] | None = None, *, tradable: bool = False) -> list[TrueLink]:
        """Give which listings of both venues are the same bet; `tickers` are those that Kalshi lists.

        `tradable` leaves out what this venue does not trade now.
        """
        return self.exchange.true_links(tickers, tradable=tradable)

    def now_ns(self) -> int:
        """Give the venue's own time: the wall clock at the start, moved on by the monotonic one."""
        return self._wall_ns + self._clock.now().mono_ns - self._mono_ns

    async def __aenter__(self) -> Self:
        """Start the three servers."""
        self._mono_ns, self._wall_ns = self._clock.now()
        truth = None
        if self._truth_path is not None:
            self._file = self._truth_path.open("wb")
            truth = TruthLog(self._file.write)
        self.exchange = Exchange(self.settings, self._wall_ns, self._shared, self._script, truth)
        try:
            await self._listen()
        except BaseException:
            await self._shut()
            raise
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(0, self._lap)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and write the end of the truth log. Raises what broke the simulator, if something did."""
        self.exchange.finish(self.exchange.world.now_ns)
        await self._shut()
        if self.failure is not None and error is None:
            raise self.failure

    async def _listen(self) -> None:
        self.gamma_url = await self._host("gamma", self._port)
        self.clob_url = await self._host("clob", self._port + 1 if self._port else 0)
        ws_port = self._port + 2 if self._port else 0
        self._ws_server = await ws_create_server(self._upgrade, HOST, ws_port, logger_name=_LOG, use_aiofastnet=False)
        self.ws_url = f"ws://{HOST}:{self._ws_server.sockets[0].getsockname()[1]}{WS_PATH}"

    async def _host(self, host: Host, port: int) -> str:
        async def answer(request: web.Request) -> web.Response:
            return await self._http(host, request)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(app, access_log=None)
        self._runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, HOST, port).start()
        return f"http://{HOST}:{runner.addresses[0][1]}"

    async def _shut(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        for socket in list(self._sockets):
            if socket.transport is not None:
                socket.transport.disconnect(graceful=False)
        if self._ws_server is not None:
            self._ws_server.close()
        for runner in self._runners:
            await runner.cleanup()
        if self._file is not None:
            self._file.close()

    # --- HTTP

    async def _http(self, host: Host, request: web.Request) -> web.Response:
        """Let a request wait for its turn, then answer it from the state as it is by then."""
        counts = self.counts
        counts.began()
        try:
            path, body = request.raw_path.partition("?")[0], await request.read()
            delay_ns = self.exchange.admit(host, path, self.now_ns())
            if delay_ns is None:
                return web.Response(status=429, text="error code: 1015")
            await asyncio.sleep(delay_ns / NS_PER_S)
            answer = self.exchange.answer(
                host, request.method, path, request.query_string, request.headers, self.now_ns(), body
            )
            await asyncio.sleep(answer.delay_ns / NS_PER_S + self.settings.rest_latency_s)
            return web.Response(status=answer.status, body=answer.body, headers=answer.headers)
        finally:
            counts.ended()

    # --- WebSocket

    def _upgrade(self, request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
        outcome = self.exchange.connect(request.path.decode(), self.now_ns())
        if isinstance(outcome, Refusal):
            status = outcome.status if outcome.status in _NAMED else HTTPStatus.BAD_GATEWAY
            refused = WSUpgradeResponse.create_error_response(status, outcome.body, CIMultiDict(outcome.headers))
            return WSUpgradeResponseWithListener(refused, None)
        response = WSUpgradeResponse.create_101_response(CIMultiDict(outcome.response_headers))
        return WSUpgradeResponseWithListener(response, _Socket(self, outcome))

    def joined(self, socket: _Socket) -> None:
        """Take in a socket whose handshake is done."""
        self._sockets.add(socket)

    def left(self, socket: _Socket) -> None:
        """Forget a socket that is gone."""
        self._sockets.discard(socket)
        self.exchange.close(socket.connection, _ABNORMAL, "socket closed", self.exchange.world.now_ns)

    def received(self, socket: _Socket, raw: bytes) -> None:
        """Hand a client's frame to the engine."""
        socket.connection.receive(raw, self.now_ns())
        self._deliver(self.now_ns())

    def _lap(self) -> None:
        """Move the world up to now, in slices so that commands are heard, and say when to come again."""
        try:
            now_ns = min(self.now_ns(), self.exchange.world.now_ns + _LAP_NS_MAX)
            self.exchange.advance(now_ns)
            self._deliver(now_ns)
        except Exception as failure:  # noqa: BLE001 kept and raised by __aexit__; the sockets end at once
            self.failure = failure
            for socket in list(self._sockets):
                if socket.transport is not None:
                    socket.transport.disconnect(graceful=False)
            return
        pause_ns = self.exchange.next_due_ns - self.now_ns()
        pause_ns = max(_PAUSE_NS_MIN, min(_PAUSE_NS_MAX, pause_ns)) if now_ns >= self.now_ns() - _LAP_NS_MAX else 0
        self._timer = self._loop.call_later(pause_ns / NS_PER_S, self._lap)

    def _deliver(self, now_ns: int) -> None:
        for socket in list(self._sockets):
            socket.deliver(now_ns)
