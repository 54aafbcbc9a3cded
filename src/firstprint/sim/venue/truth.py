"""The truth log as a file of lines: a buffered writer, and a reader that sorts the lines in memory.

Each line is one JSON object, told apart by `k`; what the lines say is each venue's own.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar, Generic, Self, TypeAlias, TypeVar

import msgspec

Write: TypeAlias = Callable[[bytes], object]
LineT = TypeVar("LineT", bound=msgspec.Struct)
_LINES_MAX = 512
_encode = msgspec.json.encode


class TruthWriter:
    """Writes lines, a few hundred at a time. `write` takes bytes."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._lines: list[bytes] = []

    def row(self, kind: str, row: dict[str, Any]) -> None:
        """Write one line."""
        self._append(_encode({"k": kind, **row}) + b"\n")

    def flush(self) -> None:
        """Hand everything to `write`."""
        if self._lines:
            self._write(b"".join(self._lines))
            self._lines.clear()

    def _append(self, line: bytes) -> None:
        self._lines.append(line)
        if len(self._lines) >= _LINES_MAX:
            self.flush()


class LineReader(ABC, Generic[LineT]):
    """A whole truth log in memory. A venue names the type of its `line`, and sorts each into its place."""

    line: ClassVar[type[Any]]

    def __init__(self, lines: Iterable[LineT]) -> None:
        for line in lines:
            self._take(line)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read a truth log from a file. Raises OSError, and msgspec.DecodeError for a damaged line."""
        return cls(_lines_of(path, cls.line))

    @classmethod
    def of(cls, raw: bytes) -> Self:
        """Read a truth log from memory. Raises msgspec.DecodeError."""
        return cls(msgspec.json.Decoder(cls.line).decode_lines(raw))

    @abstractmethod
    def _take(self, line: LineT) -> None: ...


def _lines_of(path: Path, kind: type[LineT]) -> Iterator[LineT]:
    decoder = msgspec.json.Decoder(kind)
    with path.open("rb") as file:
        for line in file:
            yield decoder.decode(line)
