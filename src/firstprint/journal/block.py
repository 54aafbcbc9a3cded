"""One block: records that are written, checked and made durable together.

Within a block, records that arrived together form a run: one kind, one connection, and times 1 ns apart. A block has
one wall offset (wall clock minus monotonic clock), so that a record costs its payload, four bytes of length, and its
share of a run's seventeen bytes.

A block on disk is a fixed header and a body. The body's layout belongs to the container (see `formats`).
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator, Sequence
from itertools import accumulate
from itertools import chain as chain_lists
from typing import NamedTuple

from firstprint.domain.record import JournalRecord, Kind

MAGIC = b"FPBK"
_FIELDS = struct.Struct("<4sIIIQQqqI")
_SEAL = struct.Struct("<16sI")
HEADER_BYTES = _FIELDS.size + _SEAL.size
CHAIN_BYTES = 16


def link(previous: bytes, content: bytes) -> bytes:
    """Compute the next link of a chain: 16 bytes that stand for everything up to and including `content`."""
    return hashlib.blake2b(previous + content, digest_size=CHAIN_BYTES).digest()


class Run(NamedTuple):
    """Records that arrived together. The first has number `first_record` and time `mono_ns`; each next one, 1 more."""

    first_record: int
    kind: Kind
    connection: int
    mono_ns: int
    wall_ns: int
    payloads: list[bytes]


class BlockHeader(NamedTuple):
    """What a block says of itself. `durable` is the last record known to be durable when the block was written.

    That number is how a reader tells a tail that was never acknowledged from damage to the record.
    """

    body_bytes: int
    body_crc: int
    run_count: int
    first_record: int
    durable: int
    first_mono_ns: int
    wall_offset_ns: int
    record_count: int
    chain: bytes = b""

    @property
    def last_record(self) -> int:
        """The number of the block's last record."""
        return self.first_record + self.record_count - 1

    def encode(self, previous_chain: bytes) -> tuple[bytes, bytes]:
        """Lay the header out, linked to the block before it; give its bytes and its own link."""
        fields = _FIELDS.pack(MAGIC, *self[:-1])
        chain = link(previous_chain, fields)
        return fields + _SEAL.pack(chain, zlib.crc32(chain, zlib.crc32(fields))), chain


def decode_header(data: bytes) -> BlockHeader | None:
    """Read a block's header; None when these bytes are not one, or not a whole one."""
    if len(data) < HEADER_BYTES or data[:4] != MAGIC:
        return None
    chain, crc = _SEAL.unpack_from(data, _FIELDS.size)
    if zlib.crc32(data[: HEADER_BYTES - 4]) != crc:
        return None
    return BlockHeader._make((*_FIELDS.unpack_from(data)[1:], chain))


def follows(header: BlockHeader, data: bytes, previous_chain: bytes) -> bool:
    """Say whether the header in `data` is linked to the block whose link is `previous_chain`."""
    return link(previous_chain, data[: _FIELDS.size]) == header.chain


class Columns(NamedTuple):
    """The content of a block, column by column: of its runs, and the payloads of all its records."""

    kinds: list[int]
    connections: list[int]
    counts: list[int]
    monos_ns: list[int]
    payloads: list[bytes]


def joined(parts: Sequence[Columns]) -> Columns:
    """Put the columns of blocks behind one another."""
    kinds, connections, counts, monos_ns, payloads = zip(*parts, strict=True)
    chain = chain_lists.from_iterable
    return Columns(
        list(chain(kinds)), list(chain(connections)), list(chain(counts)), list(chain(monos_ns)), list(chain(payloads))
    )


class Block:
    """A block read back. Cheap to pass on: records are made only when they are asked for."""

    __slots__ = ("columns", "header")

    def __init__(self, header: BlockHeader, columns: Columns) -> None:
        self.header = header
        self.columns = columns

    @property
    def first_record(self) -> int:
        """The number of the block's first record."""
        return self.header.first_record

    @property
    def last_record(self) -> int:
        """The number of the block's last record."""
        return self.header.last_record

    def runs(self) -> Iterator[Run]:
        """Give the block's runs in order: the fast way to read, the mirror of `append_frames`."""
        kinds, connections, counts, monos_ns, payloads = self.columns
        offset_ns, first = self.header.wall_offset_ns, self.header.first_record
        ends = accumulate(counts)
        for kind, connection, count, mono_ns, end in zip(kinds, connections, counts, monos_ns, ends, strict=True):
            start = end - count
            yield Run(first + start, Kind(kind), connection, mono_ns, mono_ns + offset_ns, payloads[start:end])

    def frames(self, after: int = 0) -> Iterator[JournalRecord]:
        """Give the block's records with a number above `after`, in order."""
        for first, kind, connection, mono_ns, wall_ns, payloads in self.runs():
            if first + len(payloads) <= after + 1:
                continue
            for i, payload in enumerate(payloads):
                if first + i > after:
                    yield JournalRecord(first + i, kind, connection, mono_ns + i, wall_ns + i, payload)
