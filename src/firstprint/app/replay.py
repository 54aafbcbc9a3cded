"""Replay: recorded raw frames through the journal, the codec and the books, as if they came from a socket now.

Input is JSON lines: `{"raw": "<frame>", "recv_ts_ns": int}` or `recv_ts` (RFC 3339), optionally `"connection": int`.
Blank lines are skipped. A line that is not that is quarantined; the last line of a file may be torn, as a recorder that
was killed leaves it, and says nothing about the frames before it.
"""

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from firstprint.app.capture import Capture
from firstprint.app.live import LiveListener
from firstprint.app.ports import JournalWriter
from firstprint.app.venues import Venues
from firstprint.books.canonical import CanonicalBook, books_sha256, canonical_books
from firstprint.books.state import Valid
from firstprint.domain.clock import Instant
from firstprint.domain.errors import ConfigurationError
from firstprint.domain.gaps import Gap, GapReason
from firstprint.domain.marketdata import FrameStamp
from firstprint.domain.record import JournalRecord

FRAMES_PER_COMMIT = 4_096
_MICROS_TO_NS = 1_000


class RecordedFrame(msgspec.Struct):
    """One line of a recording. `recv_ts_ns` is Unix nanoseconds; `recv_ts` the same as text."""

    raw: str
    recv_ts_ns: int | None = None
    recv_ts: str | None = None
    connection: int = 1


class GapShown(msgspec.Struct):
    """A gap as the command prints it; both bounds are inclusive, and null where no number is known."""

    connection: int | None
    sid: int | None
    seq_from: int | None
    seq_to: int | None
    markets: list[str]
    reason: str


class ReplayReport(msgspec.Struct):
    """What `firstprint replay` prints: `frames` is the sum of the next four; INVALID books are left out of `books`."""

    frames: int
    applied: int
    control: int
    duplicate: int
    quarantined: int
    gaps: list[GapShown]
    invalid: list[str]
    books: list[CanonicalBook]
    books_sha256: str
    checkpoints: list[tuple[int, str]]
    reordered: int
    quarantine: dict[str, int]


class Line(NamedTuple):
    """A line that is not blank: its number from 1, its frame, and why it has none if it has none."""

    number: int
    frame: RecordedFrame | None
    recv_ns: int
    error: str


_decode = msgspec.json.Decoder(RecordedFrame).decode


def read_lines(path: Path) -> Iterator[Line]:
    """Read a recording, plain or gzip (told by its first bytes).

    Raises ConfigurationError when the file is not there or has no line of a recording in it.
    """
    seen_frame = False
    try:
        for number, text in enumerate(_raw_lines(path), 1):
            if not text.strip():
                continue
            line = _read_line(number, text)
            seen_frame = seen_frame or line.frame is not None
            yield line
    except (OSError, EOFError, zlib.error) as error:
        if not seen_frame:
            raise ConfigurationError(f"{path}: cannot be read: {error}. Give a file of recorded frames") from error
        yield Line(-1, None, 0, f"the file breaks off: {error}")
    if not seen_frame:
        raise ConfigurationError(
            f"{path}: no line of it is a recorded frame. Expected JSON lines such as "
            '{"raw": "<frame as received>", "recv_ts_ns": 1776490453460692000}'
        )


def _raw_lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as plain:
        packed = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        if packed:
            with gzip.open(plain) as unpacked:
                yield from unpacked
        else:
            yield from plain


def _read_line(number: int, text: bytes) -> Line:
    try:
        frame = _decode(text)
        return Line(number, frame, _received_ns(frame), "")
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
        return Line(number, None, 0, str(error))


def _received_ns(frame: RecordedFrame) -> int:
    if frame.recv_ts_ns is not None:
        return frame.recv_ts_ns
    if frame.recv_ts is None:
        raise ValueError("neither recv_ts_ns nor recv_ts")
    moment = datetime.fromisoformat(frame.recv_ts)
    if moment.tzinfo is None:
        raise ValueError("recv_ts without a time zone")
    return int(moment.timestamp()) * 10**9 + moment.microsecond * _MICROS_TO_NS


class _Gaps(LiveListener):
    """Keeps every gap, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[Gap] = []

    def on_gap_opened(self, gap: Gap) -> None:
        """Keep it."""
        self.all.append(gap)


class Replay:
    """Feeds recordings into a journal, and folds what the journal gives back.

    Lines are numbered through all files given. Checkpoints count input lines, blank and broken ones included.
    """

    def __init__(self, venues: Venues, journal: JournalWriter, checkpoint_every: int | None = None) -> None:
        self._journal = journal
        self._every = checkpoint_every
        self._listener = _Gaps()
        self._capture = Capture(venues, self._listener)
        self._line_of: dict[int, int] = {}
        self._broken_before: set[int] = set()
        self._broken = 0
        self._broken_last = False
        self._lines = 0
        self._checkpoints: list[tuple[int, str]] = []
        self._last = FrameStamp(0, 0, 0, 0)

    def write(self, paths: Iterable[Path], commit: Callable[[], object]) -> None:
        """Write all frames of the files into the journal; `commit` is called now and then to make them durable."""
        for path in paths:
            self._write_file(path, commit)
        commit()

    def _write_file(self, path: Path, commit: Callable[[], object]) -> None:
        offset, waiting = self._lines, 0
        for line in read_lines(path):
            self._settle_broken()
            self._lines = offset + line.number if line.number > 0 else self._lines + 1
            if line.frame is None:
                self._broken_last = True
                continue
            at = Instant(line.recv_ns, line.recv_ns)
            number = self._journal.append_frames(line.frame.connection, (line.frame.raw.encode(),), at)
            if number is None:
                raise ConfigurationError("the disk is full: the replay needs room for a journal of its own")
            self._line_of[number] = self._lines
            waiting += 1
            if waiting % FRAMES_PER_COMMIT == 0:
                commit()
        self._broken += self._broken_last
        self._broken_last = False

    def _settle_broken(self) -> None:
        """Take note that a broken line has lines behind it: it is a hole, and what comes next decides which."""
        if self._broken_last:
            self._broken += 1
            self._broken_before.add(self._journal.appended + 1)
            self._broken_last = False

    def fold(self, records: Iterable[JournalRecord]) -> None:
        """Fold what the journal holds, and take the books at each checkpoint."""
        due = self._every or 0
        for record in records:
            while self._every and self._line_of[record.number] > due:
                self._checkpoint(due)
                due += self._every
            if record.number in self._broken_before:
                for feed in self._capture.feeds.values():
                    feed.doubt(GapReason.MALFORMED_FRAME, record.mono_ns)
            self._capture.apply(record)
            self._last = FrameStamp(record.number, record.connection, record.mono_ns, record.wall_ns)
        while self._every and due <= self._lines:
            self._checkpoint(due)
            due += self._every
        for feed in self._capture.feeds.values():
            feed.give_up_waiting(self._last)

    def _checkpoint(self, line: int) -> None:
        self._checkpoints.append((line, books_sha256(self._books())))

    def _books(self) -> list[CanonicalBook]:
        states = {market: book.state(self._last.mono_ns) for market, book in self._capture.shelf.items()}
        return canonical_books({market: state.ladder for market, state in states.items() if isinstance(state, Valid)})

    def report(self) -> ReplayReport:
        """Sum up."""
        books = self._books()
        valid = {book[0] for book in books}
        counts = self._capture.counts.values()
        applied, control = sum(one.applied for one in counts), sum(one.control for one in counts)
        duplicate = sum(one.duplicate for one in counts)
        quarantined = sum(one.quarantined for one in counts) + self._broken
        kinds = dict(self._listener.quarantined)
        return ReplayReport(
            frames=applied + control + duplicate + quarantined,
            applied=applied,
            control=control,
            duplicate=duplicate,
            quarantined=quarantined,
            gaps=[_shown(gap) for gap in self._listener.all],
            invalid=sorted(market for market in self._capture.shelf if market not in valid),
            books=books,
            books_sha256=books_sha256(books),
            checkpoints=self._checkpoints,
            reordered=sum(feed.reordered for feed in self._capture.feeds.values()),
            quarantine=kinds | ({"BROKEN_LINE": self._broken} if self._broken else {}),
        )


def _shown(gap: Gap) -> GapShown:
    return GapShown(gap.connection, gap.sid, gap.seq_from, gap.seq_to, list(gap.markets), gap.reason.value)
