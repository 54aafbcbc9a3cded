"""The number of the last durable record, kept beside the segments for whoever reads a live session.

It is written after each fsync and not synced itself: the kernel keeps it when the process dies, and after a power cut
an older number may stand there. So it is always a lower bound of what is durable.
"""

import struct
from pathlib import Path

from firstprint.journal.files import Files, OpenFile

ACKNOWLEDGED_NAME = "acknowledged"
_NUMBER = struct.Struct("<QQ")
_ALL_BITS = 2**64 - 1


def encode_acknowledged(number: int) -> bytes:
    """Lay the number out, followed by its complement."""
    return _NUMBER.pack(number, number ^ _ALL_BITS)


class Acknowledged:
    """The writer's side: sixteen bytes, written over each time."""

    def __init__(self, file: OpenFile) -> None:
        self._file = file
        self.number = -1
        self.store(0)

    def store(self, number: int) -> None:
        """Write the number down when it is a new one. Raises OSError."""
        if number != self.number:
            self._file.write(0, [encode_acknowledged(number)])
            self.number = number

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_acknowledged(files: Files, folder: Path) -> int:
    """Read the last record known to be durable; 0 when nothing is known."""
    try:
        file = files.open(folder / ACKNOWLEDGED_NAME)
    except FileNotFoundError:
        return 0
    try:
        data = file.read(0, _NUMBER.size)
    finally:
        file.close()
    if len(data) < _NUMBER.size:
        return 0
    number, complement = _NUMBER.unpack(data)
    return int(number) if number ^ complement == _ALL_BITS else 0
