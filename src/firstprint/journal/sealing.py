"""Sealing: a finished segment is written once more, compressed, and replaces the live one when it reads the same.

A crash at any moment leaves the live segment, or a whole sealed one, or both; recovery and readers know what to take.
"""

import errno
import zlib
from collections.abc import Iterator
from pathlib import Path

from firstprint.journal.block import HEADER_BYTES as BLOCK_HEADER_BYTES
from firstprint.journal.block import Block, BlockHeader, Columns, Run, decode_header, joined, link
from firstprint.journal.files import DiskFiles, Files, OpenFile
from firstprint.journal.formats import FORMATS
from firstprint.journal.header import (
    FIRST_CHAIN,
    HEADER_BYTES,
    TEMPORARY_SUFFIX,
    VERSION,
    Container,
    SegmentHeader,
    SegmentName,
)
from firstprint.journal.limits import JournalLimits
from firstprint.journal.reader import Catalog, JournalDamaged
from firstprint.journal.scan import Bounds, Damage, SegmentScan
from firstprint.journal.segment import SegmentFile

_BODY = FORMATS[Container.SEALED, VERSION].body


def seal_session(
    folder: Path, files: Files | None = None, limits: JournalLimits | None = None, *, finished: bool = False
) -> int:
    """Seal every segment of a session but the last, which may still be written; with `finished`, that one too.

    Gives how many were sealed. Damaged segments stay as they are: their bytes are evidence. Raises OSError when the
    disk is full; nothing is lost then, and it can be called again.
    """
    files = files or DiskFiles()
    catalog = Catalog(files, folder)
    count = len(catalog.names) - (0 if finished else 1)
    return sum(
        seal(files, folder, catalog, index, (limits or JournalLimits()).sealed_block_bytes)
        for index in range(count)
        if catalog.names[index].container is Container.LIVE
    )


def seal(files: Files, folder: Path, catalog: Catalog, index: int, block_bytes: int) -> bool:
    """Seal one finished segment; False when it cannot be: it is damaged, or has no record."""
    name, header = catalog.names[index], catalog.headers[index]
    bounds = Bounds(catalog.acknowledged, catalog.next_first(index))
    sealed = name._replace(container=Container.SEALED).file_name()
    temporary = folder / (sealed + TEMPORARY_SUFFIX)
    if header is None or not _write(files, folder, name, bounds, temporary, block_bytes):
        return False
    files.rename(temporary, folder / sealed)
    files.sync_folder(folder)
    files.unlink(folder / name.file_name())
    files.sync_folder(folder)
    return True


def reads_the_same(files: Files, folder: Path, live: SegmentName, bounds: Bounds) -> bool:
    """Say whether a sealed segment holds exactly the records of the live one it was made of."""
    digests = []
    for container in Container:
        segment = SegmentFile(files, folder, live._replace(container=container))
        try:
            digests.append(_record_digest(segment, bounds))
        except JournalDamaged:
            return False
        finally:
            segment.close()
    return digests[0] == digests[1] and digests[0] is not None


def _record_digest(segment: SegmentFile, bounds: Bounds) -> tuple[int, bytes] | None:
    """Digest all records of a segment, however they are cut into blocks; None when its header is damaged."""
    if segment.header is None:
        return None
    digest, scan = b"", SegmentScan(segment, segment.header.first_record, None)
    for block in _blocks(scan, bounds):
        for run in block.runs():
            digest = _run_digest(digest, run)
    return scan.expected, digest


def _run_digest(digest: bytes, run: Run) -> bytes:
    head = b"%d %d %d %d %d " % (run.first_record, run.kind, run.connection, run.mono_ns, run.wall_ns)
    return link(digest, head + b" ".join(b"%d:%b" % (len(payload), payload) for payload in run.payloads))


def _blocks(scan: SegmentScan, bounds: Bounds) -> Iterator[Block]:
    for found in scan.found(bounds):
        if isinstance(found, Damage):
            raise JournalDamaged(found)
        if isinstance(found, Block):
            yield found


def _write(files: Files, folder: Path, name: SegmentName, bounds: Bounds, path: Path, block_bytes: int) -> bool:
    """Write a sealed segment under a temporary name; False, and nothing there, when the live one cannot be read."""
    if path.name in files.names(folder):
        files.unlink(path)
    live, file = SegmentFile(files, folder, name), files.create(path)
    try:
        whole = _copy(live, bounds, SealedWriter(file), block_bytes)
    except JournalDamaged:
        whole = False  # whoever reads the session hears of it; its bytes stay as they are
    finally:
        live.close()
        file.close()
    if not whole:
        files.unlink(path)
    return whole


def _copy(live: SegmentFile, bounds: Bounds, writer: "SealedWriter", block_bytes: int) -> bool:
    if live.header is None:
        return False
    scan = SegmentScan(live, live.header.first_record, None)
    for blocks in _groups(_blocks(scan, bounds), block_bytes):
        writer.write(blocks, live.header.previous_chain)
    if scan.expected == live.header.first_record:
        return False
    writer.finish(live.header._replace(last_record=scan.expected - 1, end_chain=scan.chain or FIRST_CHAIN))
    return True


def _groups(blocks: Iterator[Block], block_bytes: int) -> Iterator[list[Block]]:
    """Gather blocks with the same wall offset until they hold `block_bytes`."""
    group: list[Block] = []
    size_bytes = 0
    for block in blocks:
        same = not group or group[-1].header.wall_offset_ns == block.header.wall_offset_ns
        if size_bytes >= block_bytes or not same:
            yield group
            group, size_bytes = [], 0
        group.append(block)
        size_bytes += block.header.body_bytes
    if group:
        yield group


class SealedWriter:
    """Writes the blocks of a sealed segment, and at last its header: until then it is not one."""

    def __init__(self, file: OpenFile) -> None:
        self._file = file
        self._offset = HEADER_BYTES
        self._chain: bytes | None = None

    def write(self, blocks: list[Block], first_chain: bytes) -> None:
        """Write live blocks as one; `first_chain` is what the segment's first block follows."""
        columns = joined([block.columns for block in blocks])
        body = _BODY.encode(columns, columns.monos_ns[0])
        first, last_record = blocks[0].header, blocks[-1].last_record
        header = BlockHeader(
            len(body), zlib.crc32(body), len(columns.kinds), first.first_record, last_record, columns.monos_ns[0],
            first.wall_offset_ns, len(columns.payloads),
        )  # fmt: skip
        head, self._chain = header.encode(self._chain or first_chain)
        self._file.write(self._offset, [head, body])
        if self._read_back(header) != columns:
            raise OSError(errno.EIO, "a sealed block does not read back as it was written")
        self._offset += len(head) + len(body)

    def _read_back(self, header: BlockHeader) -> Columns | None:
        data = self._file.read(self._offset, BLOCK_HEADER_BYTES + header.body_bytes)
        found = decode_header(data[:BLOCK_HEADER_BYTES])
        return _BODY.decode(data[BLOCK_HEADER_BYTES:], header) if found and found[:-1] == header[:-1] else None

    def finish(self, header: SegmentHeader) -> None:
        """Write the header and make the whole segment durable."""
        head = header._replace(body_bytes=self._offset - HEADER_BYTES).encode(Container.SEALED)
        self._file.write(0, [head])
        self._file.sync()
