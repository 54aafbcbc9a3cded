"""The shell: a simulated venue over real HTTP and WebSocket on loopback, each host on a port of its own.

The engine decides everything; here are only sockets, a timer and the file of the truth. The WebSocket does not share
a port with HTTP, because picows carries ten times the frames of a general web server.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Generic, Self, TypeAlias, TypeVar

from aiohttp import web
from multidict import CIMultiDict
from picows import WSUpgradeRequest, WSUpgradeResponse, WSUpgradeResponseWithListener, ws_create_server

from firstprint.domain.clock import NS_PER_MS, NS_PER_S, Clock
from firstprint.sim.venue.connection import ABNORMAL, Connection
from firstprint.sim.venue.engine import Answer, Engine
from firstprint.sim.venue.handshake import Refusal, refusing
from firstprint.sim.venue.listener import Socket
from firstprint.sim.venue.requests import OpenRequests
from firstprint.sim.venue.truth import Write

HOST = "127.0.0.1"
_LAP_NS_MAX = 50 * NS_PER_MS
_PAUSE_NS_MIN, _PAUSE_NS_MAX = NS_PER_MS, 20 * NS_PER_MS
_LOG = logging.getLogger(__name__)

Answering: TypeAlias = Callable[[web.Request], Awaitable[web.Response]]
EngineT = TypeVar("EngineT", bound=Engine)


class SimulatedVenue(ABC, Generic[EngineT]):
    """A running simulated venue: `async with ... as sim`. A subclass brings its engine, its hosts and its handshake.

    `truth` is the file of the truth log, none when it is not given. A `port` is that of the first host, and those of
    the others follow; 0 lets each have any. `rest_latency_s` is how long every answer is under way. Raises OSError when
    a port or file cannot be had.
    """

    def __init__(self, clock: Clock, *, truth: Path | None, port: int, rest_latency_s: float) -> None:
        self._clock = clock
        self._truth_path = truth
        self._first_port = port
        self._rest_latency_s = rest_latency_s
        self._file: BinaryIO | None = None
        self._sockets: set[Socket] = set()
        self._runners: list[web.AppRunner] = []
        self._ws_server: asyncio.Server | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.failure: BaseException | None = None
        self.ws_url = ""

    @abstractmethod
    def _engine(self, now_ns: int, write: Write | None) -> EngineT:
        """Make the engine at the start; `write` takes the truth log."""

    @abstractmethod
    async def _listen(self) -> None:
        """Start the hosts, and keep their addresses."""

    @abstractmethod
    def _connect(self, request: WSUpgradeRequest) -> Connection | Refusal:
        """Answer a handshake."""

    def _socket(self, connection: Connection) -> Socket:
        """Make the socket of a connection: a plain one, unless the venue has its own."""
        return Socket(self, connection)

    def now_ns(self) -> int:
        """Give the venue's own time: the wall clock at the start, moved on by the monotonic one."""
        return self._wall_ns + self._clock.now().mono_ns - self._mono_ns

    async def __aenter__(self) -> Self:
        """Start the servers."""
        self._mono_ns, self._wall_ns = self._clock.now()
        if self._truth_path is not None:
            self._file = self._truth_path.open("wb")
        try:
            self.exchange = self._engine(self._wall_ns, self._file.write if self._file is not None else None)
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

    async def _shut(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._drop_sockets()
        if self._ws_server is not None:
            self._ws_server.close()
        for runner in self._runners:
            await runner.cleanup()
        if self._file is not None:
            self._file.close()

    def _port(self, place: int) -> int:
        """Give the port of the host in this place, 0 for any."""
        return self._first_port + place if self._first_port else 0

    # --- HTTP

    async def _serve(self, place: int, answer: Answering, requests: OpenRequests) -> str:
        """Start an HTTP host whose requests are counted; give its address."""

        async def counted(request: web.Request) -> web.Response:
            requests.began()
            try:
                return await answer(request)
            finally:
                requests.ended()

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", counted)
        runner = web.AppRunner(app, access_log=None)
        self._runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, HOST, self._port(place)).start()
        return f"http://{HOST}:{runner.addresses[0][1]}"

    async def _send(self, answer: Answer, held_ns: int = 0) -> web.Response:
        """Send an answer once it was held back, and under way as long as the settings say."""
        await asyncio.sleep(held_ns / NS_PER_S + self._rest_latency_s)
        return web.Response(status=answer.status, body=answer.body, headers=answer.headers)

    # --- WebSocket

    async def _serve_ws(self, place: int) -> str:
        """Start the WebSocket's host; give its address."""
        port = self._port(place)
        self._ws_server = await ws_create_server(self._upgrade, HOST, port, logger_name=_LOG, use_aiofastnet=False)
        return f"ws://{HOST}:{self._ws_server.sockets[0].getsockname()[1]}"

    def _upgrade(self, request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
        outcome = self._connect(request)
        if isinstance(outcome, Refusal):
            return WSUpgradeResponseWithListener(refusing(outcome), None)
        response = WSUpgradeResponse.create_101_response(CIMultiDict(outcome.response_headers))
        return WSUpgradeResponseWithListener(response, self._socket(outcome))

    def joined(self, socket: Socket) -> None:
        """Take in a socket whose handshake is done."""
        self._sockets.add(socket)

    def left(self, socket: Socket) -> None:
        """Forget a socket that is gone."""
        self._sockets.discard(socket)
        socket.connection.close(ABNORMAL, "socket closed", self.exchange.world.now_ns)

    def received(self, socket: Socket, raw: bytes) -> None:
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
            self._drop_sockets()
            return
        pause_ns = self.exchange.next_due_ns - self.now_ns()
        pause_ns = max(_PAUSE_NS_MIN, min(_PAUSE_NS_MAX, pause_ns)) if now_ns >= self.now_ns() - _LAP_NS_MAX else 0
        self._timer = self._loop.call_later(pause_ns / NS_PER_S, self._lap)

    def _deliver(self, now_ns: int) -> None:
        for socket in list(self._sockets):
            socket.deliver(now_ns)

    def _drop_sockets(self) -> None:
        for socket in list(self._sockets):
            socket.drop()
