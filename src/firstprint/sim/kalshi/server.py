"""The simulated Kalshi on loopback: one host for REST, one for the WebSocket, and the file of a throw-away key."""

from pathlib import Path

from aiohttp import web
from picows import WSTransport, WSUpgradeRequest

from firstprint.domain.clock import Clock
from firstprint.sim.kalshi.connection import SimConnection
from firstprint.sim.kalshi.exchange import WS_PATH, Exchange
from firstprint.sim.kalshi.faults import FaultScript
from firstprint.sim.kalshi.keys import KeyFile, KeyRing, generate_key
from firstprint.sim.kalshi.rest import PREFIX
from firstprint.sim.kalshi.settings import KeyKind, SimSettings
from firstprint.sim.kalshi.texts import NS_PER_S
from firstprint.sim.kalshi.truth import TruthLog
from firstprint.sim.venue.connection import Connection
from firstprint.sim.venue.handshake import Refusal
from firstprint.sim.venue.listener import Socket
from firstprint.sim.venue.requests import OpenRequests
from firstprint.sim.venue.server import SimulatedVenue
from firstprint.sim.venue.truth import Write
from firstprint.sim.world.shared import SharedWorld


class _PingingSocket(Socket):
    """A socket whose client is pinged as the venue does."""

    def __init__(self, server: "SimulatedKalshi", connection: Connection, every_s: float) -> None:
        super().__init__(server, connection)
        self._now_ns = server.now_ns
        self._every_ns = int(every_s * NS_PER_S)
        self._next_ns = 0

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._next_ns = self._now_ns() + self._every_ns
        super().on_ws_connected(transport)

    def deliver(self, now_ns: int) -> None:
        """Ping if it is time, then send what is due."""
        if self._next_ns <= now_ns and self.transport is not None:
            self._next_ns = now_ns + self._every_ns
            self.transport.send_ping(b"heartbeat")
        super().deliver(now_ns)


class SimulatedKalshi(SimulatedVenue[Exchange]):
    """A running simulated venue: `async with SimulatedKalshi(...) as sim`, then `sim.rest_url` and `sim.ws_url`.

    `folder` takes the throw-away key; `truth` is the file of the truth log, none when it is not given. `faults` is
    `none`, `standard` or the path of a script. Games are drawn from `shared`, a world of its own when none is given.
    A `port` is that of REST; the next one is the WebSocket's.
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
        super().__init__(clock, truth=truth, port=port, rest_latency_s=settings.rest_latency_s)
        self.settings = settings
        self.key: KeyFile = generate_key(folder, key_kind)
        self._shared = shared
        self._script = FaultScript.named(faults, settings.seed)
        self._requests = OpenRequests()
        self.rest_url = ""

    @property
    def key_path(self) -> Path:
        """Give the file of the private key."""
        return self.key.path

    @property
    def key_id(self) -> str:
        """Give the key's id, for KALSHI-ACCESS-KEY."""
        return self.key.key_id

    @property
    def in_flight_peak(self) -> int:
        """Give the most REST requests that were open at once."""
        return self._requests.in_flight_peak

    def _engine(self, now_ns: int, write: Write | None) -> Exchange:
        keys = KeyRing(self.settings.skew_ms_max)
        keys.add(self.key_id, self.key.public_key)
        truth = None if write is None else TruthLog(write)
        return Exchange(self.settings, now_ns, keys, self._script, truth, self._shared)

    async def _listen(self) -> None:
        self.rest_url = await self._serve(0, self._answer, self._requests) + PREFIX
        self.ws_url = await self._serve_ws(1) + WS_PATH

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.raw_path.partition("?")[0]
        return await self._send(
            self.exchange.rest(
                request.method, path, request.query_string, request.headers, self.now_ns(), request.remote or ""
            )
        )

    def _connect(self, request: WSUpgradeRequest) -> SimConnection | Refusal:
        headers = {str(name): str(value) for name, value in request.headers.items()}
        return self.exchange.connect(headers, request.path.decode(), self.now_ns())

    def _socket(self, connection: Connection) -> Socket:
        return _PingingSocket(self, connection, self.settings.ping_every_s)
