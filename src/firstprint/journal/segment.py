"""One segment file, read: its header, and the block at any place in it."""

import zlib
from pathlib import Path

from firstprint.domain.errors import DataFolderError
from firstprint.journal.block import HEADER_BYTES as BLOCK_HEADER_BYTES
from firstprint.journal.block import MAGIC, Block, BlockHeader, decode_header, follows, link
from firstprint.journal.files import Files
from firstprint.journal.formats import FORMATS
from firstprint.journal.header import HEADER_BYTES, VERSION, Container, SegmentName, parse_name, version_of

SEARCH_BYTES = 1 << 20


class SegmentFile:
    """An open segment. `header` is None when it is torn or damaged; its blocks can still be found by search.

    Raises DataFolderError for a version this program does not know, OSError when the file cannot be read.
    """

    def __init__(self, files: Files, folder: Path, name: SegmentName) -> None:
        self.name = name
        self.path = folder / name.file_name()
        self._file = files.open(self.path)
        self._head = self._file.read(0, HEADER_BYTES)
        version = version_of(self._head, self.path)
        known = FORMATS.get((name.container, VERSION if version is None else version))
        if known is None:
            raise DataFolderError(f"{self.path} is of journal format {version}, which no firstprint ever wrote")
        self._body = known.body
        self.header = None if version is None else known.segment_header(self._head)

    @property
    def sealed(self) -> bool:
        """Say whether the segment is finished and compressed."""
        return self.name.container is Container.SEALED

    @property
    def start_chain(self) -> bytes | None:
        """The link that the segment's first block follows; None when the header is damaged.

        A live segment's header is part of the chain. A sealed one's is written last, and has a digest of its own.
        """
        if self.header is None or self.sealed:
            return self.header and self.header.previous_chain
        return link(self.header.previous_chain, self._head)

    def size_bytes(self) -> int:
        """Give the size of the file now."""
        return self._file.size_bytes()

    def whole(self) -> bool:
        """Say whether a sealed segment has all the bytes that its header promises."""
        return self.header is not None and self.size_bytes() == HEADER_BYTES + self.header.body_bytes

    def header_at(self, offset: int) -> BlockHeader | None:
        """Read the header of the block at `offset`, without its body; None when there is no whole block."""
        header = decode_header(self._file.read(offset, BLOCK_HEADER_BYTES))
        if header is None or offset + BLOCK_HEADER_BYTES + header.body_bytes > self.size_bytes():
            return None
        return header

    def block_at(self, offset: int) -> Block | None:
        """Read the block at `offset`; None when it is torn or damaged."""
        header = decode_header(self._file.read(offset, BLOCK_HEADER_BYTES))
        if header is None:
            return None
        body = self._file.read(offset + BLOCK_HEADER_BYTES, header.body_bytes)
        if len(body) != header.body_bytes or zlib.crc32(body) != header.body_crc:
            return None
        return Block(header, self._body.decode(body, header))

    def follows(self, offset: int, header: BlockHeader, chain: bytes) -> bool:
        """Say whether the block at `offset` is linked to the one whose link is `chain`."""
        return follows(header, self._file.read(offset, BLOCK_HEADER_BYTES), chain)

    def search(self, offset: int) -> int | None:
        """Find the first whole and right block at or behind `offset`; None when there is none."""
        size_bytes = self.size_bytes()
        while offset < size_bytes:
            window = self._file.read(offset, SEARCH_BYTES)
            at = window.find(MAGIC)
            while at >= 0:
                if self.block_at(offset + at) is not None:
                    return offset + at
                at = window.find(MAGIC, at + 1)
            offset += max(1, len(window) - len(MAGIC) + 1)
        return None

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def segment_names(files: Files, folder: Path) -> list[SegmentName]:
    """List a session's segments in order. Of one that is there both live and sealed, the sealed one, if it is whole."""
    by_number: dict[int, SegmentName] = {}
    for name in filter(None, map(parse_name, files.names(folder))):
        if name.container is Container.SEALED and name.number in by_number and not _is_whole(files, folder, name):
            continue
        by_number[name.number] = name
    return [by_number[number] for number in sorted(by_number)]


def _is_whole(files: Files, folder: Path, name: SegmentName) -> bool:
    segment = SegmentFile(files, folder, name)
    try:
        return segment.whole()
    finally:
        segment.close()


def block_end(offset: int, header: BlockHeader) -> int:
    """Give where the block that starts at `offset` ends."""
    return offset + BLOCK_HEADER_BYTES + header.body_bytes
