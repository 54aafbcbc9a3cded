"""Folding a journal: blocks as they are read become the calls that a capture's listener hears."""

from collections.abc import Iterable
from typing import Protocol

from firstprint.app.capture import Capture
from firstprint.domain.marketdata import FrameStamp
from firstprint.domain.record import JournalRecord, Kind


class Run(Protocol):
    """Records of one kind and connection that arrived together, 1 ns and one number apart."""

    @property
    def first_record(self) -> int:
        """The number of the first."""
        ...

    @property
    def kind(self) -> Kind:
        """What they are."""
        ...

    @property
    def connection(self) -> int:
        """The connection they belong to, 0 for none."""
        ...

    @property
    def mono_ns(self) -> int:
        """When the first was received, monotonic."""
        ...

    @property
    def wall_ns(self) -> int:
        """When the first was received, Unix time."""
        ...

    @property
    def payloads(self) -> list[bytes]:
        """Their content."""
        ...


class Block(Protocol):
    """Records that became durable together."""

    @property
    def first_record(self) -> int:
        """The number of the first record."""
        ...

    @property
    def last_record(self) -> int:
        """The number of the last record."""
        ...

    def runs(self) -> Iterable[Run]:
        """Give the records, run by run, in order."""
        ...


def fold_run(capture: Capture, run: Run) -> None:
    """Fold one run: received frames at once, everything else record by record."""
    if run.kind is Kind.FRAME_IN:
        capture.apply_frames(run.payloads, FrameStamp(run.first_record, run.connection, run.mono_ns, run.wall_ns))
        return
    for place, payload in enumerate(run.payloads):
        number = run.first_record + place
        capture.apply(
            JournalRecord(number, run.kind, run.connection, run.mono_ns + place, run.wall_ns + place, payload)
        )
