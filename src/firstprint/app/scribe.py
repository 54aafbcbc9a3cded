"""The scribe: whatever happens is first written into the journal and then folded into the capture, in that order.

When the journal's bounded queue is full, what comes is dropped, counted, and neither written nor folded: the live state
never knows more than the record. Once there is room again one LOSS record says how much is missing and since when.
"""

from collections.abc import Sequence

import msgspec

from firstprint.app.capture import Capture
from firstprint.app.ports import JournalWriter
from firstprint.domain.clock import Clock, Instant
from firstprint.domain.gaps import GapReason
from firstprint.domain.happenings import ClockStep, Loss, RestRequest
from firstprint.domain.marketdata import FrameStamp
from firstprint.domain.record import JournalRecord, Kind

CLOCK_STEP_NS_MIN = 50_000_000
"""A smaller difference between the clocks is drift, which each block of the journal carries by itself."""


class Scribe:
    """Writes and folds. `loss_cause` says why frames are dropped at present (a full disk, or too many frames)."""

    def __init__(self, journal: JournalWriter, capture: Capture, clock: Clock) -> None:
        self._journal = journal
        self._capture = capture
        self._clock = clock
        now = clock.now()
        self._wall_minus_mono_ns = now.wall_ns - now.mono_ns
        self._loss: Loss | None = None
        self._owed: list[tuple[int, bytes]] = []
        self._step_owed_ns = 0
        self.dropped_frames = 0
        self.loss_cause = GapReason.OVERLOAD

    @property
    def losing(self) -> bool:
        """Tell whether frames are being dropped."""
        return self._loss is not None

    def write(self, kind: Kind, connection: int = 0, content: msgspec.Struct | bytes = b"") -> bool:
        """Record one thing that is not a received frame; False when there was no room even for that."""
        payload = content if isinstance(content, bytes) else msgspec.json.encode(content)
        if not self._pay_debts():
            return False
        if self._loss is not None and kind is not Kind.LOSS:
            self._try_resume()
        return self._put(kind, connection, payload)

    def _put(self, kind: Kind, connection: int, payload: bytes) -> bool:
        number = self._journal.append(kind, connection, payload, self._clock.now())
        if number is None:
            return False
        at = self._journal.stamped
        self._capture.apply(JournalRecord(number, kind, connection, at.mono_ns, at.wall_ns, payload))
        return True

    def closed(self, connection: int, content: msgspec.Struct) -> None:
        """Record the end of a connection; where there is no room now it is owed, and its books are in doubt."""
        payload = msgspec.json.encode(content)
        if not self._pay_debts() or not self._put(Kind.CONNECTION_CLOSED, connection, payload):
            self._owed.append((connection, payload))
            feed = self._capture.feeds.get(connection)
            if feed is not None:
                feed.doubt(self.loss_cause, self._clock.now().mono_ns)

    def _pay_debts(self) -> bool:
        """Record the ends of connections that are owed; False while there is still no room."""
        while self._owed:
            connection, payload = self._owed[0]
            if not self._put(Kind.CONNECTION_CLOSED, connection, payload):
                return False
            del self._owed[0]
        return True

    def rest(self, request: RestRequest, body: bytes, venue: str = "") -> bool:
        """Record a REST body with the request it answered, and with the venue where that is not the first."""
        asked = msgspec.structs.replace(request, venue=venue) if venue else request
        return self.write(Kind.REST_BODY, 0, msgspec.json.encode(asked) + b"\n" + body)

    def frames(self, connection: int, payloads: Sequence[bytes], mono_ns: int) -> bool:
        """Record frames that were received together, the first at `mono_ns`; False when they had to be dropped."""
        if self._loss is not None and not self._try_resume():
            self._drop(payloads, mono_ns)
            return False
        first = Instant(mono_ns, mono_ns + self._wall_minus_mono_ns)
        number = self._journal.append_frames(connection, payloads, first)
        if number is None:
            self._drop(payloads, mono_ns)
            return False
        at = self._journal.stamped
        self._capture.apply_frames(payloads, FrameStamp(number, connection, at.mono_ns, at.wall_ns))
        return True

    def _drop(self, payloads: Sequence[bytes], mono_ns: int) -> None:
        if self._loss is None:
            since = mono_ns + self._wall_minus_mono_ns
            self._loss = Loss(cause=self.loss_cause.value, frames=0, bytes=0, since_wall_ns=since)
        self._loss.frames += len(payloads)
        self._loss.bytes += sum(map(len, payloads))
        self.dropped_frames += len(payloads)

    def _try_resume(self) -> bool:
        loss = self._loss
        if loss is None:
            return True
        self._loss = None
        if self.write(Kind.LOSS, 0, loss):
            return True
        self._loss = loss
        return False

    def follow_clock(self) -> None:
        """Take the distance between the clocks anew, and record a step of the wall clock, later if there is no room."""
        now = self._clock.now()
        offset_ns = now.wall_ns - now.mono_ns
        step_ns = offset_ns - self._wall_minus_mono_ns
        self._wall_minus_mono_ns = offset_ns
        if abs(step_ns) >= CLOCK_STEP_NS_MIN:
            self._step_owed_ns += step_ns
        if self._step_owed_ns and self.write(Kind.CLOCK_STEP, 0, ClockStep(step_ns=self._step_owed_ns)):
            self._step_owed_ns = 0
