"""A session's record, read whole: in order, checked, each record once."""

from collections.abc import Iterator
from pathlib import Path

from firstprint.domain.errors import DataFolderError
from firstprint.domain.record import JournalRecord
from firstprint.journal.acknowledged import read_acknowledged
from firstprint.journal.block import Block
from firstprint.journal.files import DiskFiles, Files
from firstprint.journal.header import FIRST_CHAIN, Container, SegmentHeader, SegmentName
from firstprint.journal.scan import Bounds, Damage, SegmentScan, TornTail
from firstprint.journal.segment import SegmentFile, segment_names


class JournalDamaged(DataFolderError):  # noqa: N818 what is damaged is the journal; "Error" would say less
    """A part of the record cannot be read any more; `damage` says which bytes and which records."""

    def __init__(self, damage: Damage) -> None:
        super().__init__(
            f"{damage}. What was recorded before and behind it can still be read: restore the file from a backup, "
            "or read on with the damage reported"
        )
        self.damage = damage


def open_segment(files: Files, folder: Path, name: SegmentName) -> SegmentFile:
    """Open a segment, also when it was sealed since it was listed."""
    try:
        return SegmentFile(files, folder, name)
    except FileNotFoundError:
        return SegmentFile(files, folder, name._replace(container=Container.SEALED))


class Catalog:
    """A session's segments, their headers, and each one's first record, as they are now.

    Where a header is damaged, the first record is that of the first block found; None where there is none. `known`
    holds headers read before, by number, so that who looks often reads each once.
    """

    def __init__(self, files: Files, folder: Path, known: dict[int, SegmentHeader] | None = None) -> None:
        self.acknowledged = read_acknowledged(files, folder)  # first: what is listed below holds at least this much
        self.names = segment_names(files, folder)
        self.headers: list[SegmentHeader | None] = []
        self.firsts: list[int | None] = []
        known = {} if known is None else known
        for name in self.names:
            header, first = known.get(name.number), None
            if header is None:
                header, first = self._look(files, folder, name)
            if header is not None:
                known[name.number] = header
            self.headers.append(header)
            self.firsts.append(header.first_record if header else first)

    def next_first(self, index: int) -> int | None:
        """Give the first record of the next segment that has any; None for the last one."""
        return next((first for first in self.firsts[index + 1 :] if first is not None), None)

    def index_of(self, record: int) -> int:
        """Give the place of the last segment that begins at or before `record`."""
        places = [i for i, first in enumerate(self.firsts) if first is not None and first <= record]
        return places[-1] if places else 0

    @staticmethod
    def _look(files: Files, folder: Path, name: SegmentName) -> tuple[SegmentHeader | None, int | None]:
        segment = open_segment(files, folder, name)
        try:
            place = segment.search(1) if segment.header is None else None
            block = segment.header_at(place) if place is not None else None
            return segment.header, block and block.first_record
        finally:
            segment.close()


class SessionReader:
    """Reads one session from its folder, live or sealed segments alike.

    `torn` lists what was never acknowledged at the end. Damage to the record raises JournalDamaged; with `tolerant`
    it is listed in `damage` instead, with the records that are missing, and reading goes on behind it.
    """

    def __init__(self, folder: Path, files: Files | None = None, *, tolerant: bool = False) -> None:
        self.folder = folder
        self.damage: list[Damage] = []
        self.torn: list[TornTail] = []
        self._files = files or DiskFiles()
        self._tolerant = tolerant

    def blocks(self, after: int = 0) -> Iterator[Block]:
        """Give the blocks that hold records above `after`, in order."""
        self.damage, self.torn = [], []
        catalog = Catalog(self._files, self.folder)
        start = catalog.index_of(after + 1)
        first = catalog.firsts[start] if start else None
        expected, chain = (first, None) if first is not None else (1, FIRST_CHAIN)
        for index in range(start, len(catalog.names)):
            segment = open_segment(self._files, self.folder, catalog.names[index])
            scan = SegmentScan(segment, expected, chain)
            try:
                yield from self._blocks(scan, Bounds(catalog.acknowledged, catalog.next_first(index)), after)
            finally:
                segment.close()
            expected, chain = scan.expected, scan.end_chain()
        if expected <= catalog.acknowledged and not self.damage:
            self._note(Damage(self.folder, 0, 0, expected, catalog.acknowledged, "segments are missing"))

    def records(self, after: int = 0) -> Iterator[JournalRecord]:
        """Give the records with a number above `after`, in order."""
        for block in self.blocks(after):
            yield from block.frames(after)

    def _blocks(self, scan: SegmentScan, bounds: Bounds, after: int) -> Iterator[Block]:
        for found in scan.found(bounds):
            if isinstance(found, Block):
                if found.last_record > after:
                    yield found
            elif isinstance(found, TornTail):
                self.torn.append(found)
            else:
                self._note(found)

    def _note(self, damage: Damage) -> None:
        self.damage.append(damage)
        if not self._tolerant:
            raise JournalDamaged(damage)
