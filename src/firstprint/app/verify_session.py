"""The session as a whole: records without a hole, times that rise, frames that add up, and how it began and ended."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple, Protocol

import msgspec

from firstprint.app.fold import Run
from firstprint.app.ports import FrameCounts
from firstprint.app.verify_ports import Neighbours, RecordedSession
from firstprint.app.verify_report import VerifyReport
from firstprint.domain.happenings import ConnectionOpened, SessionOpened
from firstprint.domain.record import Kind

TRUTH_HEADER = "x-sim-connection"


class Joining(NamedTuple):
    """The venue's own number of each of our connections, and what could not be joined."""

    numbers: dict[int, int]
    notes: list[str]


def join_truth(journal: RecordedSession, unnumbered: Collection[str] = ()) -> Joining:
    """Read from the journal which connection is which in the truth log, but for venues that number nothing."""
    joining = Joining({}, [])
    for block in journal.blocks():
        for run in block.runs():
            if run.kind is Kind.CONNECTION_OPENED:
                for payload in run.payloads:
                    _join(joining, run.connection, msgspec.json.decode(payload, type=ConnectionOpened), unnumbered)
    return joining


def _join(joining: Joining, connection: int, opened: ConnectionOpened, unnumbered: Collection[str]) -> None:
    if opened.venue in unnumbered:
        return
    number = opened.headers.get(TRUTH_HEADER, "")
    if number.isdecimal():
        joining.numbers[connection] = int(number)
    else:
        joining.notes.append(f"connection {connection} does not say which one it is in the truth log: not compared")


class HasOffset(Protocol):
    """A sink's place in the journal."""

    @property
    def name(self) -> str:
        """The sink."""
        ...

    @property
    def offset(self) -> int:
        """The last record it has committed."""
        ...


class SessionChecks:
    """Invariants I01, I02, I10, I12, I13, I14 of one session."""

    def __init__(self, report: VerifyReport, journal: RecordedSession, neighbours: Neighbours) -> None:
        self._report = report
        self._journal = journal
        self._neighbours = neighbours
        self._mono_ns = -1
        self._wall_ns = 0
        self._opened: SessionOpened | None = None
        self._seen_acknowledged = 0
        self.last_record = 0

    def take(self, run: Run) -> None:
        """Check a run's place behind the one before it."""
        count = len(run.payloads)
        if run.first_record != self.last_record + 1:
            self._report.found("order_broken", f"record {run.first_record} follows on {self.last_record}")
        if run.mono_ns <= self._mono_ns:
            self._report.found("order_broken", f"record {run.first_record} is not later than the one before it")
        self.last_record = run.first_record + count - 1
        self._mono_ns, self._wall_ns = run.mono_ns + count - 1, run.wall_ns
        self._seen_acknowledged += max(0, min(self.last_record, self._journal.acknowledged) - run.first_record + 1)
        self._report.records += count
        self._report.closed = run.kind is Kind.SESSION_CLOSED
        if run.kind is Kind.FRAME_IN:
            self._report.frames += count
        elif run.kind is Kind.CONNECTION_OPENED:
            self._report.connections += count
        elif run.kind is Kind.SESSION_OPENED:
            self._session_opened(run)

    def _session_opened(self, run: Run) -> None:
        if run.first_record != 1:
            self._report.found("session_broken", f"the session begins again at record {run.first_record}")
        self._opened = msgspec.json.decode(run.payloads[0], type=SessionOpened)

    @property
    def first_venue(self) -> str:
        """The venue of connections that name none."""
        return self._opened.venue if self._opened is not None else ""

    def finish(
        self, counts: Mapping[int, FrameCounts], frames: Mapping[int, int], down_since_wall_ns: int | None
    ) -> None:
        """Add up, once everything is folded."""
        self._account(counts, frames)
        self._acknowledged()
        for damage in self._journal.damage:
            self._report.found("damaged", str(damage))
        self._began(down_since_wall_ns)
        self._ended()

    def _account(self, counts: Mapping[int, FrameCounts], frames: Mapping[int, int]) -> None:
        for connection, received in frames.items():
            one = counts.get(connection)
            told = one.applied + one.control + one.duplicate + one.quarantined if one is not None else 0
            if told != received:
                where = f"connection {connection}: {received} frames received, {told} accounted for"
                self._report.found("frames_unaccounted", where, abs(received - told))

    def _acknowledged(self) -> None:
        lost = self._journal.acknowledged - self._seen_acknowledged
        if lost > 0:
            where = f"{self._journal.acknowledged} records were acknowledged, {lost} of them cannot be read"
            self._report.found("acknowledged_lost", where, lost)

    def _began(self, down_since_wall_ns: int | None) -> None:
        before = self._neighbours.previous
        if self._opened is None:
            if self._report.records and not self._journal.damage:
                self._report.found("session_broken", "the session does not say how it began")
            return
        if self._opened.session != self._journal.session:
            self._report.found("session_broken", f"the journal says that it is session {self._opened.session}")
        if before is not None and self._opened.previous != before:
            self._report.found("session_broken", f"session {before} came before, and {self._opened.previous} is named")
        if self._opened.previous is not None and down_since_wall_ns is None:
            where = f"the time between session {self._opened.previous} and this one is in no RECORDER_DOWN gap"
            self._report.found("silent_gaps", where)

    def _ended(self) -> None:
        after = self._neighbours.next
        if after is None:
            return
        if not self._report.closed and self._neighbours.closed_by != self._journal.session:
            self._report.found("session_broken", f"session {after} followed, and does not close this one")
        start_ns = self._neighbours.next_start_wall_ns
        if start_ns is not None and start_ns < self._wall_ns:
            self._report.notes.append(f"session {after} began, by the wall clock, before this one ended")

    def offsets(self, sinks: Iterable[HasOffset]) -> None:
        """Check that no sink has committed what the journal does not hold."""
        last = max(self.last_record, self._journal.acknowledged)
        for sink in sinks:
            if sink.offset > last:
                where = f"{sink.name} has committed up to record {sink.offset}, the journal ends at {last}"
                self._report.found("acknowledged_lost", where, sink.offset - last)
