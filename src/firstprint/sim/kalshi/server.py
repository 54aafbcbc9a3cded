"""The shell: the simulated Kalshi over real HTTP and WebSocket on loopback.

The engine decides everything; here are only sockets, a timer and the files for the key and the truth. The WebSocket
stands on a port of its own, because picows carries ten times the frames of a general web server.
"""

import asyncio
import logging
from enum import IntEnum
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
from firstprint.sim.kalshi.connection import SimConnection
from firstprint.sim.kalshi.exchange import WS_PATH, Exchange, Refusal
from firstprint.sim.kalshi.faults import FaultScript
from firstprint.sim.kalshi.keys import KeyFile, KeyRing, generate_key
from firstprint.sim.kalshi.rest import PREFIX
from firstprint.sim.kalshi.settings import KeyKind, SimSettings
from firstprint.sim.kalshi.texts import NS_PER_MS, NS_PER_S
from firstprint.sim.kalshi.truth import TruthLog
from firstprint.sim.world.shared import SharedWorld

HOST = "127.0.0.1"
_LAP_NS_MAX = 50 * NS_PER_MS
_PAUSE_NS_MIN, _PAUSE_NS_MAX = NS_PER_MS, 20 * NS_PER_MS
_CLOSE_NS_MAX = NS_PER_S
_BUFFER_BYTES_MAX = 4 * 1024 * 1024
_ABNORMAL = 1006
_LOG = logging.getLogger(__name__)


class _CloudStatus(IntEnum):
    """Answers of the network in front of a venue, which the standard library has no names for."""

    UNKNOWN_ERROR = 520
    SERVER_DOWN = 521
    CONNECTION_TIMED_OUT = 522

    @property
    def phrase(self) -> str:
        """Give the words of the status line."""
        return self.name.replace("_", " ").title()


def _refusing(refusal: Refusal) -> WSUpgradeResponse:
    named = 502 if refusal.status in set(_CloudStatus) else refusal.status
    response: WSUpgradeResponse = WSUpgradeResponse.create_error_response(
        named, refusal.body, CIMultiDict(refusal.headers)
    )
    if named != refusal.status:
        response.status = _CloudStatus(refusal.status)  # type: ignore[assignment] # all that is read is value and phrase
    return response


class _Socket(WSListener):
    """One WebSocket of a client, tied to its simulated connection."""

    def __init__(self, server: "SimulatedKalshi", connection: SimConnection) -> None:
        super().__init__()
        self._server = server
        self.connection = connection
        self.transport: WSTransport | None = None
        self.writable = True
        self.next_ping_ns = 0
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


class SimulatedKalshi:
    """A running simulated venue: `async with SimulatedKalshi(...) as sim`, then `sim.rest_url` and `sim.ws_url`.

    `folder` takes the throw-away key; `truth` is the file of the truth log, none when it is not given. `faults` is
    `none`, `standard` or the path of a script. Games are drawn from `shared`, a world of its own when none is given.
    Raises OSError when a port or file cannot be had, ValueError for a fault script that cannot be read.
    """

    def __init__(
        self,
        settings: SimSettings,
        clock: Clock,
        folder: Path,
        *,
        faults: str = "none",
        truth: Path | None = None,
        port: int = 0,
        key_kind: KeyKind = "ed25519",
        shared: SharedWorld | None = None,
    ) -> None:
        self.settings = settings
        self._shared = shared
        self.key: KeyFile = generate_key(folder, key_kind)
        self._clock = clock
        self._port = port
        self._truth_path = truth
        self._script = FaultScript.named(faults, settings.seed)
        self._file: BinaryIO | None = None
        self._sockets: set[_Socket] = set()
        self._runner: web.AppRunner | None = None
        self._ws_server: asyncio.Server | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.failure: BaseException | None = None
        self._open_requests = 0
        self.in_flight_peak = 0
        """The most REST requests that were open at once."""
        self.rest_url = self.ws_url = ""

    @property
    def key_path(self) -> Path:
        """Give the file of the private key."""
        return self.key.path

    @property
    def key_id(self) -> str:
        """Give the key's id, for KALSHI-ACCESS-KEY."""
        return self.key.key_id

    def now_ns(self) -> int:
        """Give the venue's own time: the wall clock at the start, moved on by the monotonic one."""
        return self._wall_ns + self._clock.now().mono_ns - self._mono_ns

    async def __aenter__(self) -> Self:
        """Start both servers."""
        self._mono_ns, self._wall_ns = self._clock.now()
        keys = KeyRing(self.settings.skew_ms_max)
        keys.add(self.key_id, self.key.public_key)
        truth = None
        if self._truth_path is not None:
            self._file = self._truth_path.open("wb")
            truth = TruthLog(self._file.write)
        self._truth = truth
        self.exchange = Exchange(self.settings, self._wall_ns, keys, self._script, truth, self._shared)
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
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._rest)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self._port)
        await site.start()
        rest_port = self._runner.addresses[0][1]
        ws_port = self._port + 1 if self._port else 0
        self._ws_server = await ws_create_server(self._upgrade, HOST, ws_port, logger_name=_LOG, use_aiofastnet=False)
        self.rest_url = f"http://{HOST}:{rest_port}{PREFIX}"
        self.ws_url = f"ws://{HOST}:{self._ws_server.sockets[0].getsockname()[1]}{WS_PATH}"

    async def _shut(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        for socket in list(self._sockets):
            if socket.transport is not None:
                socket.transport.disconnect(graceful=False)
        if self._ws_server is not None:
            self._ws_server.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._file is not None:
            self._file.close()

    # --- HTTP

    async def _rest(self, request: web.Request) -> web.Response:
        self._open_requests += 1
        self.in_flight_peak = max(self.in_flight_peak, self._open_requests)
        try:
            answer = self.exchange.rest(
                request.method,
                request.raw_path.partition("?")[0],
                request.query_string,
                request.headers,
                self.now_ns(),
                request.remote or "",
            )
            await asyncio.sleep(self.settings.rest_latency_s)
            return web.Response(status=answer.status, body=answer.body, headers=answer.headers)
        finally:
            self._open_requests -= 1

    # --- WebSocket

    def _upgrade(self, request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
        headers = {str(name): str(value) for name, value in request.headers.items()}
        outcome = self.exchange.connect(headers, request.path.decode(), self.now_ns())
        if isinstance(outcome, Refusal):
            response = _refusing(outcome)
            return WSUpgradeResponseWithListener(response, None)
        response = WSUpgradeResponse.create_101_response(CIMultiDict(outcome.response_headers))
        return WSUpgradeResponseWithListener(response, _Socket(self, outcome))

    def joined(self, socket: _Socket) -> None:
        """Take in a socket whose handshake is done."""
        self._sockets.add(socket)
        socket.next_ping_ns = self.now_ns() + int(self.settings.ping_every_s * NS_PER_S)

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
            if socket.next_ping_ns <= now_ns and socket.transport is not None:
                socket.next_ping_ns = now_ns + int(self.settings.ping_every_s * NS_PER_S)
                socket.transport.send_ping(b"heartbeat")
            socket.deliver(now_ns)
