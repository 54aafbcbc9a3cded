"""The simulated venue on virtual time: a dialer and an HTTP client whose other end is the engine itself."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from firstprint.app.ports import WireListener
from firstprint.domain.clock import NS_PER_MS, NS_PER_S, Instant
from firstprint.domain.errors import VenueRefused, VenueUnavailable
from firstprint.net.http import HttpAnswer
from firstprint.net.limiter import Limiter
from firstprint.sim.kalshi.connection import SimConnection
from firstprint.sim.kalshi.exchange import WS_PATH, Exchange, Refusal
from firstprint.venues.kalshi.auth import Signer

WALL_BASE_NS = 1_795_000_000 * NS_PER_S
LATENCY_S = 0.003
API_ROOT = "/trade-api/v2"


class VirtualClock:
    """Both clocks on the loop's virtual time; `wall_step_ns` moves the wall clock alone."""

    def __init__(self) -> None:
        self.wall_step_ns = 0

    def now(self) -> Instant:
        mono_ns = round(asyncio.get_running_loop().time() * NS_PER_S)
        return Instant(mono_ns, WALL_BASE_NS + mono_ns + self.wall_step_ns)

    def venue_ns(self) -> int:
        return WALL_BASE_NS + self.now().mono_ns


class SimWire:
    """The client's end of one simulated connection."""

    def __init__(self, pump: "Pump", connection: SimConnection, listener: WireListener) -> None:
        self.response_headers: Mapping[str, str] = dict(connection.response_headers)
        self.connection = connection
        self.listener = listener
        self.over = False
        self._pump = pump

    def send(self, payload: bytes) -> None:
        if not self.over:
            asyncio.get_running_loop().call_later(LATENCY_S, self._deliver, payload)

    def _deliver(self, payload: bytes) -> None:
        if not self.over:
            self.connection.receive(payload, self._pump.clock.venue_ns())
            self._pump.turn()

    def close(self, code: int, reason: str) -> None:
        asyncio.get_running_loop().call_soon(self.end, code, reason, "us")

    def end(self, code: int | None, reason: str, by: str) -> None:
        if self.over:
            return
        self.over = True
        if by == "us":
            self.connection.close(code or 1000, reason, self._pump.clock.venue_ns())
        self._pump.wires.remove(self)
        self.listener.closed(code, reason, by)


class Pump:
    """Moves the venue's time with the loop's, and carries its frames to the listeners."""

    def __init__(self, exchange: Exchange, clock: VirtualClock) -> None:
        self.exchange = exchange
        self.clock = clock
        self.wires: list[SimWire] = []
        self._timer: asyncio.TimerHandle | None = None

    def turn(self) -> None:
        now = self.clock.now()
        self.exchange.advance(self.clock.venue_ns())
        for wire in tuple(self.wires):
            frames = wire.connection.take(self.clock.venue_ns())
            if frames:
                wire.listener.frames(frames, now.mono_ns)
            if wire.connection.closed is not None and not wire.over:
                code, reason = wire.connection.closed
                wire.end(None if code == 1006 else code, reason, "network" if code == 1006 else "venue")
        self._schedule()

    def _schedule(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        wait_ns = max(self.exchange.next_due_ns - self.clock.venue_ns(), NS_PER_MS // 10)
        self._timer = asyncio.get_running_loop().call_later(min(wait_ns / NS_PER_S, 1.0), self.turn)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


class SimDialer:
    """Dials the engine as a client would: signed, and refused when the engine refuses."""

    url = "wss://simulated" + WS_PATH

    def __init__(self, pump: Pump, signer: Signer) -> None:
        self._pump = pump
        self._signer = signer

    async def dial(self, listener: WireListener) -> SimWire:
        await asyncio.sleep(LATENCY_S)
        now_ns = self._pump.clock.venue_ns()
        headers = self._signer.headers("GET", WS_PATH, now_ns // NS_PER_MS)
        opened = self._pump.exchange.connect(headers, WS_PATH, now_ns)
        if isinstance(opened, Refusal):
            if opened.status in (401, 403):
                raise VenueRefused("handshake", opened.status, "refused", opened.body.decode()[:100])
            raise VenueUnavailable("handshake", opened.status, opened.body.decode()[:100])
        wire = SimWire(self._pump, opened, listener)
        self._pump.wires.append(wire)
        return wire


class SimHttp:
    """What KalshiRest needs of an HTTP client, answered by the engine."""

    base_url = "https://simulated" + API_ROOT
    base_path = API_ROOT

    def __init__(self, pump: Pump, limiter: Limiter) -> None:
        self.limiter = limiter
        self._pump = pump

    async def get(
        self,
        path: str,
        query: Sequence[tuple[str, str]] = (),
        *,
        cost: float,
        headers: Callable[[], Mapping[str, str]] = dict,
    ) -> HttpAnswer:
        async with self.limiter.request(cost):
            await asyncio.sleep(LATENCY_S)
            now_ns = self._pump.clock.venue_ns()
            came = self._pump.exchange.rest("GET", API_ROOT + path, urlencode(query), headers(), now_ns)
            names = {name.lower(): value for name, value in came.headers.items()}
            return HttpAnswer(came.status, names, came.body, self._pump.clock.now().wall_ns)
