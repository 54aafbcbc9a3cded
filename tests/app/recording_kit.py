"""A scribe with a journal in memory that can be full, and a clock that a test sets."""

from collections.abc import Sequence

from firstprint.app.capture import Capture
from firstprint.app.live import LiveListener
from firstprint.app.scribe import Scribe
from firstprint.app.venues import Venues
from firstprint.domain.clock import NS_PER_S, Instant
from firstprint.domain.happenings import SessionOpened
from firstprint.domain.record import JournalRecord, Kind
from firstprint.venues.kalshi.venue import KalshiVenue

WALL_NS = 1_795_000_000 * NS_PER_S


class HandClock:
    """Both clocks, moved by hand."""

    def __init__(self) -> None:
        self.mono_ns = NS_PER_S
        self.wall_ns = WALL_NS

    def now(self) -> Instant:
        return Instant(self.mono_ns, self.wall_ns)

    def pass_s(self, seconds: float) -> None:
        self.mono_ns += int(seconds * NS_PER_S)
        self.wall_ns += int(seconds * NS_PER_S)


class MemoryJournal:
    """A JournalWriter over a list; while `full`, nothing is taken."""

    def __init__(self) -> None:
        self.records: list[JournalRecord] = []
        self.full = False
        self.stamped = Instant(0, 0)

    @property
    def durable(self) -> int:
        return len(self.records)

    @property
    def appended(self) -> int:
        return len(self.records)

    def append(self, kind: Kind, connection: int, payload: bytes, at: Instant) -> int | None:
        if self.full:
            return None
        self.stamped = at
        self.records.append(JournalRecord(len(self.records) + 1, kind, connection, at.mono_ns, at.wall_ns, payload))
        return len(self.records)

    def append_frames(self, connection: int, payloads: Sequence[bytes], first: Instant) -> int | None:
        number = None
        for place, payload in enumerate(payloads):
            at = Instant(first.mono_ns + place, first.wall_ns + place)
            kept = self.append(Kind.FRAME_IN, connection, payload, at)
            number = number or kept
        self.stamped = first
        return number

    def kinds(self) -> list[Kind]:
        return [record.kind for record in self.records]

    def of(self, kind: Kind) -> list[JournalRecord]:
        return [record for record in self.records if record.kind is kind]


class Desk:
    """A scribe at work in an open session."""

    def __init__(self) -> None:
        self.clock, self.journal, self.live = HandClock(), MemoryJournal(), LiveListener()
        self.venue = KalshiVenue()
        self.capture = Capture(Venues(self.venue), self.live)
        self.scribe = Scribe(self.journal, self.capture, self.clock)
        self.scribe.write(Kind.SESSION_OPENED, 0, SessionOpened(session="s", venue="kalshi", software="test"))
