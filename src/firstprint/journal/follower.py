"""A session's record, read while it is being written."""

from pathlib import Path

from firstprint.journal.acknowledged import read_acknowledged
from firstprint.journal.block import Block
from firstprint.journal.files import DiskFiles, Files
from firstprint.journal.header import SegmentHeader
from firstprint.journal.reader import Catalog, JournalDamaged, open_segment
from firstprint.journal.scan import Bounds, Damage, SegmentScan


class Follower:
    """Follows a live session: gives what became durable, and nothing that is not.

    It may be behind by any number of segments, and the one it reads may be sealed meanwhile. `next_record` is the
    number of the first record not given yet.
    """

    def __init__(self, folder: Path, files: Files | None = None, after: int = 0) -> None:
        self.folder = folder
        self.next_record = after + 1
        self._files = files or DiskFiles()
        self._number = 0
        self._scan: SegmentScan | None = None
        self._known: dict[int, SegmentHeader] = {}

    def poll(self, blocks_max: int = 64) -> list[Block]:
        """Give up to `blocks_max` new blocks; the first one after a start may hold older records too.

        Raises JournalDamaged where the record cannot be read.
        """
        if self.next_record > read_acknowledged(self._files, self.folder):
            return []
        catalog = Catalog(self._files, self.folder, self._known)
        blocks: list[Block] = []
        while self.next_record <= catalog.acknowledged and len(blocks) < blocks_max:
            before = len(blocks)
            self._read_segment(catalog, blocks, blocks_max)
            if len(blocks) == before:
                break
        return blocks

    def _read_segment(self, catalog: Catalog, blocks: list[Block], blocks_max: int) -> None:
        if not catalog.names:
            reason = "segments are missing"
            raise JournalDamaged(Damage(self.folder, 0, 0, self.next_record, catalog.acknowledged, reason))
        index = catalog.index_of(self.next_record)
        bounds = Bounds(catalog.acknowledged, catalog.next_first(index), catalog.acknowledged)
        for found in self._scan_of(catalog, index).found(bounds):
            if isinstance(found, Damage):
                raise JournalDamaged(found)
            if isinstance(found, Block) and found.last_record >= self.next_record:
                self.next_record = found.last_record + 1
                blocks.append(found)
                if len(blocks) == blocks_max:
                    return

    def close(self) -> None:
        """Close the file that is being read."""
        if self._scan:
            self._scan.segment.close()
            self._scan = None

    def _scan_of(self, catalog: Catalog, index: int) -> SegmentScan:
        name, first = catalog.names[index], catalog.firsts[index]
        if self._scan is None or self._number != name.number:
            self.close()
            segment = open_segment(self._files, self.folder, name)
            self._scan = SegmentScan(segment, self.next_record if first is None else first, None)
            self._number = name.number
        return self._scan
