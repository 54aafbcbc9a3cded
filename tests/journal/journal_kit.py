"""What the journal's tests share: a clock that stands still until it is moved, small limits, and a short history."""

from pathlib import Path

from firstprint.domain.clock import Instant
from firstprint.domain.record import JournalRecord, Kind
from firstprint.journal.files import Files
from firstprint.journal.journal import Journal
from firstprint.journal.limits import JournalLimits
from firstprint.journal.reader import SessionReader

WALL_NS = 1_790_000_000_000_000_000
SMALL = JournalLimits(
    queue_bytes_max=8_000,
    control_bytes=1_000,
    block_bytes_max=400,
    segment_bytes_max=700,
    sealed_block_bytes=600,
    reserve_bytes=0,
)


class HandClock:
    """A clock moved by hand, in nanoseconds."""

    def __init__(self) -> None:
        self.mono_ns = 1_000
        self.step_ns = 0

    def now(self) -> Instant:
        return Instant(self.mono_ns, self.mono_ns + WALL_NS + self.step_ns)

    def move(self, by_ns: int) -> Instant:
        self.mono_ns += by_ns
        return self.now()


def read_all(folder: Path, files: Files | None = None) -> list[JournalRecord]:
    """Read a session from its beginning."""
    return list(SessionReader(folder, files).records())


def payloads(records: list[JournalRecord]) -> list[bytes]:
    """Give the payloads of records."""
    return [record.payload for record in records]


def append_history(journal: Journal, clock: HandClock, commits: int, frames: int = 3) -> list[bytes]:
    """Append and commit a history with records of several kinds and lengths; give the payloads in order."""
    written: list[bytes] = []
    for number in range(commits):
        texts = [b"frame %d.%d " % (number, i) + b"x" * (17 * i) for i in range(frames)]
        assert journal.append_frames(1 + number % 2, texts, clock.move(5_000)) is not None
        assert journal.append(Kind.TICK, 0, b"", clock.move(3)) is not None
        written += [*texts, b""]
        journal.commit()
    return written
