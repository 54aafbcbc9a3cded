"""A lane: one connection that is kept up, steered to what is wanted on it, and recorded from opening to end."""

import asyncio
from collections.abc import Callable

import structlog

from firstprint.app.capture import STOPPED, Capture
from firstprint.app.ports import Course, Dialer, Patience, Pulse, Pulses, Steering, Venue, Wire
from firstprint.app.scribe import Scribe
from firstprint.domain.clock import NS_PER_S, Clock
from firstprint.domain.errors import VenueRefused, VenueUnavailable
from firstprint.domain.gaps import GapReason
from firstprint.domain.happenings import ConnectionClosed, ConnectionOpened
from firstprint.domain.record import Kind

_log = structlog.get_logger(__name__)

REFUSALS_MAX = 3
"""A handshake that is refused so often in a row is refused for good (F06)."""
DATA_DUE_S = 20.0
"""When a connection without data is looked at, even if the event loop's own look at it has stopped."""
GOING_AWAY = 1001


class Lane:
    """One place for a connection. Connections come and go on it, each with a number of its own in the session.

    `wanted` is what shall be recorded here; `on_frames` is called after each batch of frames, `on_course` with what the
    steering could not do on this connection.
    """

    def __init__(
        self,
        purpose: str,
        venue: Venue,
        dialer: Dialer,
        scribe: Scribe,
        capture: Capture,
        clock: Clock,
        patience: Patience,
        numbers: Callable[[], int],
    ) -> None:
        self.purpose = purpose
        self.wanted: set[str] = set()
        self.markets_max: int | None = None
        self.on_frames: Callable[[], None] = lambda: None
        self.on_course: Callable[[Course], None] = lambda _: None
        self._venue = venue
        self._dialer = dialer
        self._scribe = scribe
        self._capture = capture
        self._clock = clock
        self._patience = patience
        self._numbers = numbers
        self._steering: Steering | None = None
        self._wire: Wire | None = None
        self._stirred: tuple[int, ...] = ()
        self._ended = asyncio.Event()
        self._cause: GapReason | None = None
        self._stopped = False
        self.connection = 0
        self.pulses: Pulses | None = None
        self._pulse: Pulse | None = None
        self.latest: tuple[bytes, int] | None = None

    @property
    def up(self) -> bool:
        """Tell whether a connection is open."""
        return self._wire is not None

    async def keep(self) -> None:
        """Keep a connection up until `stop`: dial, wait for its end, wait a little, dial again.

        Raises VenueRefused when the venue refuses the handshake several times in a row.
        """
        refusals = 0
        while not self._stopped:
            lasted_s: float | None = None
            try:
                lasted_s = await self._once()
                refusals = 0
            except VenueRefused as error:
                refusals += 1
                _log.warning("handshake_refused", lane=self.purpose, error=str(error), times=refusals)
                if refusals >= REFUSALS_MAX:
                    raise
            except VenueUnavailable as error:
                _log.warning("dial_failed", lane=self.purpose, error=str(error))
            wait = self._patience.after(lasted_s)
            await asyncio.sleep(wait.delay_s)

    async def _once(self) -> float:
        self._ended.clear()
        self.connection = self._numbers()
        self._cause = None
        wire = await self._dialer.dial(self)
        if self._ended.is_set():
            return 0.0
        if self._stopped:
            wire.close(GOING_AWAY, "session ends")
            return 0.0
        opened = ConnectionOpened(
            url=self._dialer.url,
            purpose=self.purpose,
            venue=self._venue.name,
            headers=dict(wire.response_headers),
        )
        if not self._scribe.write(Kind.CONNECTION_OPENED, self.connection, opened):
            wire.close(GOING_AWAY, "no room to record")
            raise VenueUnavailable("connection", None, "the journal has no room to record it")
        self._wire = wire
        self._steering = self._venue.steering(self._capture.feeds[self.connection], self.purpose)
        since_ns = self._clock.now().mono_ns
        self._capture.feeds[self.connection].last_data_mono_ns = since_ns
        if self.pulses is not None:
            self._pulse = self.pulses.heartbeat(self._pulse_name(), DATA_DUE_S)
        self.steer()
        await self._ended.wait()
        return (self._clock.now().mono_ns - since_ns) / NS_PER_S

    def frames(self, payloads: list[bytes], mono_ns: int) -> None:
        """Record what came, and steer if it changed anything but books (WireListener)."""
        if self._wire is None:
            return
        self._scribe.frames(self.connection, payloads, mono_ns)
        if self._pulse is not None:
            self._pulse.beat()
        self.latest = (payloads[-1], mono_ns)
        feed = self._capture.feeds.get(self.connection)
        if feed is not None and feed.stirred != self._stirred:
            self.steer()
        self.on_frames()

    def closed(self, code: int | None, reason: str, by: str) -> None:
        """Record the end of the connection (WireListener)."""
        if self._wire is not None:
            cause = (self._cause or GapReason.DISCONNECTED).value
            ended = ConnectionClosed(code=code, reason=reason, cause=cause, by=by)
            self._wire = None
            self._steering = None
            self._scribe.closed(self.connection, ended)
            self._still()
        self._ended.set()

    def _still(self) -> None:
        """Watch for data no longer: the connection is gone."""
        if self.pulses is not None and self._pulse is not None:
            self.pulses.forget(self._pulse_name())
            self._pulse = None

    def _pulse_name(self) -> str:
        return f"data on connection {self.connection} ({self.purpose})"

    def steer(self) -> None:
        """Bring the connection nearer to what is wanted: send what is to be sent now."""
        steering, feed = self._steering, self._capture.feeds.get(self.connection)
        if steering is None or feed is None or self._wire is None:
            return
        course = steering.steer(self.wanted, self._clock.now().mono_ns)
        for command in course.commands:
            self._send(command)
        self._stirred = feed.stirred
        self.markets_max = steering.markets_max
        if course.give_up is not None:
            self.hang_up(course.give_up)
        if course.overflow or course.refused or course.ask:
            self.on_course(course)

    def _send(self, command: bytes) -> None:
        """Send a command that the journal has; one that cannot be recorded is not sent."""
        if self._wire is not None and self._scribe.write(Kind.FRAME_OUT, self.connection, command):
            self._wire.send(command)

    def hang_up(self, cause: GapReason) -> None:
        """Close the connection because it is of no use; the lane dials a new one."""
        if self._wire is not None and self._cause is None:
            _log.warning("connection_given_up", lane=self.purpose, connection=self.connection, cause=cause.value)
            self._cause = cause
            self._wire.close(GOING_AWAY, cause.value)

    def stop(self) -> None:
        """End the connection because the session ends, and dial no more: no hole is recorded for it."""
        self._stopped = True
        if self._wire is not None:
            wire, self._wire, self._steering = self._wire, None, None
            self._scribe.closed(self.connection, ConnectionClosed(cause=STOPPED, by="us"))
            self._still()
            wire.close(GOING_AWAY, "session ends")
