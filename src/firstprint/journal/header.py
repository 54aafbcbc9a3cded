"""What stands at the start of a segment, and what segments are called.

Every version of every container begins with the same twelve bytes: eight of magic, the version, and the version's
complement, so that a newer version can be told from a damaged one.
"""

import struct
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from firstprint.domain.errors import DataFolderError
from firstprint.journal.block import CHAIN_BYTES, link

PROLOGUE = struct.Struct("<8sHH")
_FIELDS = struct.Struct("<HIQQQ16s16s64s")
HEADER_BYTES = PROLOGUE.size + _FIELDS.size + CHAIN_BYTES
SESSION_BYTES_MAX = 64
FIRST_CHAIN = bytes(CHAIN_BYTES)
VERSION = 1


class Container(Enum):
    """The two ways a segment is kept. The values are the magic at its start."""

    LIVE = b"FPJLIVE\n"
    SEALED = b"FPJSEAL\n"


SUFFIXES = {Container.LIVE: ".live", Container.SEALED: ".sealed"}
TEMPORARY_SUFFIX = ".tmp"


class SegmentName(NamedTuple):
    """A segment's number within its session, from 1, and the container it is kept in."""

    number: int
    container: Container

    def file_name(self) -> str:
        """Give the name of the file."""
        return f"{self.number:08d}{SUFFIXES[self.container]}"


def parse_name(name: str) -> SegmentName | None:
    """Read a file's name; None when it is not a segment's."""
    path = Path(name)
    for container, suffix in SUFFIXES.items():
        if path.suffix == suffix and path.stem.isdecimal():
            return SegmentName(int(path.stem), container)
    return None


class SegmentHeader(NamedTuple):
    """What a segment says of itself.

    `previous_chain` is the last link of the segment before it. The last record, the number of bytes behind the header,
    and `end_chain`, the last link of the live segment it was made of, are known for sealed ones only.
    """

    session: str
    number: int
    first_record: int
    previous_chain: bytes
    last_record: int = 0
    body_bytes: int = 0
    end_chain: bytes = FIRST_CHAIN

    def encode(self, container: Container) -> bytes:
        """Lay the header out, with a digest of itself at its end.

        Raises ValueError when the session's id is too long.
        """
        session = self.session.encode()
        if len(session) > SESSION_BYTES_MAX:
            raise ValueError(f"a session's id has at most {SESSION_BYTES_MAX} bytes: {self.session!r}")
        content = PROLOGUE.pack(container.value, VERSION, VERSION ^ 0xFFFF) + _FIELDS.pack(
            len(session), self.number, self.first_record, self.last_record, self.body_bytes,
            self.previous_chain, self.end_chain, session,
        )  # fmt: skip
        return content + link(b"", content)


def decode_segment_header(data: bytes) -> SegmentHeader | None:
    """Read the header of a segment of this version; None when it is torn or damaged."""
    content, digest = data[: HEADER_BYTES - CHAIN_BYTES], data[HEADER_BYTES - CHAIN_BYTES : HEADER_BYTES]
    if len(digest) < CHAIN_BYTES or link(b"", content) != digest:
        return None
    length, number, first, last, body_bytes, previous, end, session = _FIELDS.unpack_from(content, PROLOGUE.size)
    return SegmentHeader(session[:length].decode(), number, first, previous, last, body_bytes, end)


def version_of(data: bytes, path: Path) -> int | None:
    """Read which version a segment is of; None when its first bytes are damaged.

    Raises DataFolderError for a version that is newer than this program.
    """
    if len(data) < PROLOGUE.size:
        return None
    magic, version, complement = PROLOGUE.unpack_from(data)
    if magic not in {container.value for container in Container} or version ^ complement != 0xFFFF:
        return None
    if version > VERSION:
        raise DataFolderError(
            f"{path} is of journal format {version}, and this program reads up to {VERSION}: "
            "it was written by a newer firstprint. Upgrade firstprint, or give it another data folder."
        )
    return int(version)
