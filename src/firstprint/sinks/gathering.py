"""Rows of one table on their way to a file, packed in memory."""

import struct
from typing import Any

import numpy as np
import numpy.typing as npt

from firstprint.sinks.columns import ColumnTable


class Gathered:
    """A bounded heap of packed rows and the texts they number.

    The sink appends with `packed += pack(...)`, which raises struct.error when a value is not a 64-bit integer.
    """

    __slots__ = ("numbers", "pack", "packed", "row_bytes", "table", "texts")

    def __init__(self, table: ColumnTable) -> None:
        packing = table.packing
        self.table = table
        self.pack = packing.pack
        self.row_bytes = packing.size
        self.clear()

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.packed) // self.row_bytes

    def clear(self) -> None:
        """Forget all rows."""
        self.packed = bytearray()
        self.texts: list[str | None] = [None]
        self.numbers: dict[str | None, int] = {None: 0}

    def cut(self, size_bytes: int) -> None:
        """Take back rows appended since the heap had this size."""
        del self.packed[size_bytes:]

    def number(self, text: str | None) -> int:
        """Give the number of a text, the same for the same text; raise UnicodeError when no file can hold it."""
        number = self.numbers.get(text)
        if number is None:
            number = len(self.texts)
            str(text).encode()
            self.numbers[text] = number
            self.texts.append(text)
        return number

    def array(self) -> npt.NDArray[Any]:
        """See the rows as a structured array, without a copy."""
        return np.frombuffer(self.packed, dtype=self.table.dtype)


UNSTORABLE = (struct.error, UnicodeError)
"""What `pack` and `number` raise for a row that can never be stored."""
