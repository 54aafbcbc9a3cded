"""The registry of container versions: how the body of a block is laid out, live and sealed.

A program writes one version and reads every older one. To change a layout, raise `header.VERSION`, add a codec, and
register it here; the old codec stays, and so do the recordings of every released version in `tests/journal`.
"""

import sys
from array import array
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate, pairwise
from typing import NamedTuple, Protocol

import zstandard

from firstprint.journal.block import BlockHeader, Columns
from firstprint.journal.header import Container, SegmentHeader, decode_segment_header

SEALING_LEVEL = 6
_RUN_BYTES = 17
_LENGTH_BYTES = 4


class BodyCodec(Protocol):
    """One layout of a block's body."""

    def encode(self, columns: Columns, first_mono_ns: int) -> bytes:
        """Lay a block's content out."""
        ...

    def decode(self, body: bytes, header: BlockHeader) -> Columns:
        """Read a block's content back. The body's checksum was right, so what cannot be read raises ValueError."""
        ...


def pack(typecode: str, values: Iterable[int]) -> bytes:
    """Lay numbers out side by side, little-endian."""
    packed = array(typecode, values)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpack(typecode: str, data: bytes) -> list[int]:
    """Read numbers laid out by `pack`."""
    packed = array(typecode)
    packed.frombytes(data)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tolist()


def cut(payloads: bytes, lengths: list[int]) -> list[bytes]:
    """Cut joined payloads apart again. Raises ValueError when the lengths do not add up."""
    ends = [0, *accumulate(lengths)]
    if ends[-1] != len(payloads):
        raise ValueError(f"payloads of {ends[-1]} bytes were promised, {len(payloads)} are there")
    return [payloads[start:end] for start, end in pairwise(ends)]


class LiveBody:
    """Version 1, live: kinds (u8), connections (u32), counts (u32), times (u64), lengths (u32), payloads; all plain.

    A run's time is in nanoseconds since the block's first record.
    """

    def encode(self, columns: Columns, first_mono_ns: int) -> bytes:
        """Lay a block's content out as it is: this is done for each commit and must cost next to nothing."""
        kinds, connections, counts, monos_ns, payloads = columns
        return b"".join(
            (
                bytes(kinds),
                pack("I", connections),
                pack("I", counts),
                pack("Q", [mono_ns - first_mono_ns for mono_ns in monos_ns]),
                pack("I", map(len, payloads)),
                *payloads,
            )
        )

    def decode(self, body: bytes, header: BlockHeader) -> Columns:
        """Read a block's content back."""
        runs, first_mono_ns = header.run_count, header.first_mono_ns
        lengths_at = runs * _RUN_BYTES
        payloads_at = lengths_at + header.record_count * _LENGTH_BYTES
        return Columns(
            list(body[:runs]),
            unpack("I", body[runs : runs * 5]),
            unpack("I", body[runs * 5 : runs * 9]),
            [first_mono_ns + since_ns for since_ns in unpack("Q", body[runs * 9 : lengths_at])],
            cut(body[payloads_at:], unpack("I", body[lengths_at:payloads_at])),
        )


class SealedBody:
    """Version 1, sealed: each column its own zstd frame with a length (u32) before it, numbers byte by byte.

    Times are differences from run to run. All first bytes of a column's numbers stand together, then all second ones:
    most of them are zeros then, and cost nothing.
    """

    def encode(self, columns: Columns, first_mono_ns: int) -> bytes:
        """Compress a block's content."""
        kinds, connections, counts, monos_ns, payloads = columns
        compress = zstandard.ZstdCompressor(level=SEALING_LEVEL).compress
        frames = [
            compress(bytes(kinds)),
            compress(_planes("I", connections)),
            compress(_planes("I", counts)),
            compress(_planes("Q", [after - before for before, after in pairwise([first_mono_ns, *monos_ns])])),
            compress(_planes("I", map(len, payloads))),
            compress(b"".join(payloads)),
        ]
        return b"".join(part for frame in frames for part in (pack("I", [len(frame)]), frame))

    def decode(self, body: bytes, header: BlockHeader) -> Columns:
        """Decompress a block's content."""
        kinds, connections, counts, times, lengths, payloads = _frames(body)
        return Columns(
            list(kinds),
            _unplanes("I", connections),
            _unplanes("I", counts),
            list(accumulate(_unplanes("Q", times), initial=header.first_mono_ns))[1:],
            cut(payloads, _unplanes("I", lengths)),
        )


def _planes(typecode: str, values: Iterable[int]) -> bytes:
    data = pack(typecode, values)
    width = array(typecode).itemsize
    return b"".join(data[plane::width] for plane in range(width))


def _unplanes(typecode: str, data: bytes) -> list[int]:
    width = array(typecode).itemsize
    plane_bytes = len(data) // width
    plain = bytearray(len(data))
    for plane in range(width):
        plain[plane::width] = data[plane * plane_bytes : (plane + 1) * plane_bytes]
    return unpack(typecode, bytes(plain))


def _frames(body: bytes) -> list[bytes]:
    decompress = zstandard.ZstdDecompressor().decompress
    frames, offset = [], 0
    while offset < len(body):
        start = offset + _LENGTH_BYTES
        offset = start + int.from_bytes(body[offset:start], "little")
        frames.append(decompress(body[start:offset]))
    return frames


class Format(NamedTuple):
    """How one version of a container is read."""

    segment_header: Callable[[bytes], SegmentHeader | None]
    body: BodyCodec


FORMATS: Mapping[tuple[Container, int], Format] = {
    (Container.LIVE, 1): Format(decode_segment_header, LiveBody()),
    (Container.SEALED, 1): Format(decode_segment_header, SealedBody()),
}
