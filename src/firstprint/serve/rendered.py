"""Answers already rendered: a memory of bounded bytes, where what is of an older revision never comes out."""

from collections import OrderedDict
from typing import NamedTuple

ENTRY_BYTES_EXTRA = 256
"""What an entry costs beside its texts, roughly."""


class Question(NamedTuple):
    """What was asked: path and sorted parameters."""

    path: str
    parameters: str


class RenderedAnswers:
    """Keeps bodies by question for one revision each; the least recently used ones go when `bytes_max` is reached."""

    def __init__(self, bytes_max: int = 64 << 20) -> None:
        self._bytes_max = bytes_max
        self._kept: OrderedDict[Question, tuple[int, bytes]] = OrderedDict()
        self.bytes = 0

    def get(self, question: Question, revision: int) -> bytes | None:
        """Give the body of a question at this revision, if it is kept."""
        found = self._kept.get(question)
        if found is None or found[0] != revision:
            return None
        self._kept.move_to_end(question)
        return found[1]

    def put(self, question: Question, revision: int, body: bytes) -> None:
        """Keep a body. One that is larger than a quarter of the memory is not worth it."""
        self._drop(question)
        if _cost(question, body) > self._bytes_max // 4:
            return
        self._kept[question] = revision, body
        self.bytes += _cost(question, body)
        while self.bytes > self._bytes_max:
            self._drop(next(iter(self._kept)))

    def _drop(self, question: Question) -> None:
        found = self._kept.pop(question, None)
        if found is not None:
            self.bytes -= _cost(question, found[1])


def _cost(question: Question, body: bytes) -> int:
    return len(body) + len(question.path) + len(question.parameters) + ENTRY_BYTES_EXTRA
