"""One segment file, written: it knows where the last whole block ends and what of it is durable."""

import zlib
from contextlib import suppress
from pathlib import Path

from firstprint.journal.block import BlockHeader, link
from firstprint.journal.files import Files
from firstprint.journal.formats import FORMATS
from firstprint.journal.header import VERSION, Container, SegmentHeader, SegmentName
from firstprint.journal.queue import Batch

_BODY = FORMATS[Container.LIVE, VERSION].body


class SegmentWriter:
    """The live segment. Raises OSError as the disk does.

    After a failed sync, or a torn write that could not be cut away, the segment is `spoiled`: nobody can know what of
    it reached the disk, so nothing more may be written to it or synced.
    """

    def __init__(self, files: Files, folder: Path, header: SegmentHeader) -> None:
        self.path = folder / SegmentName(header.number, Container.LIVE).file_name()
        self.spoiled = False
        self.header = header
        self.last_record = header.first_record - 1
        head = header.encode(Container.LIVE)
        self.size_bytes = len(head)
        self.chain = link(header.previous_chain, head)
        self._file = files.create(self.path)
        try:
            self._file.write(0, [head])
            self._file.sync()
            files.sync_folder(folder)
        except OSError:
            self._file.close()
            with suppress(OSError):  # a file with a torn header is nothing to a reader: removing it is mere tidiness
                files.unlink(self.path)
            raise

    def write(self, batch: Batch, durable: int) -> None:
        """Write one batch as a block behind the last; on failure, cut away what was written of it."""
        monos_ns = batch.columns.monos_ns
        body = _BODY.encode(batch.columns, monos_ns[0])
        header = BlockHeader(
            len(body), zlib.crc32(body), len(monos_ns), batch.first_record, durable, monos_ns[0], batch.wall_offset_ns,
            batch.record_count,
        )  # fmt: skip
        head, chain = header.encode(self.chain)
        try:
            self._file.write(self.size_bytes, [head, body])
        except OSError:
            self._cut()
            raise
        self.size_bytes += len(head) + len(body)
        self.chain = chain
        self.last_record = batch.last_record

    def sync(self) -> None:
        """Make all blocks durable. A failure spoils the segment."""
        try:
            self._file.sync()
        except OSError:
            self.spoiled = True
            raise

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _cut(self) -> None:
        try:
            self._file.truncate(self.size_bytes)
        except OSError:
            self.spoiled = True
