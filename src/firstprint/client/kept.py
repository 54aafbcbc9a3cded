"""Answers that the client still has, by address, so that an unchanged one is not sent again."""

from collections import OrderedDict
from typing import NamedTuple


class Kept(NamedTuple):
    """An answer and its ETag."""

    etag: str
    body: bytes


class KeptAnswers:
    """A memory of bounded bytes; the least recently used answers go first."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self.bytes = 0

    def get(self, url: str) -> Kept | None:
        """Give what is kept of an address."""
        if url in self._kept:
            self._kept.move_to_end(url)
        return self._kept.get(url)

    def put(self, url: str, etag: str | None, body: bytes) -> None:
        """Keep an answer that has an ETag."""
        self._drop(url)
        if etag is None or len(body) > self._bytes_max:
            return
        self._kept[url] = Kept(etag, body)
        self.bytes += len(body)
        while self.bytes > self._bytes_max:
            self._drop(next(iter(self._kept)))

    def _drop(self, url: str) -> None:
        if (found := self._kept.pop(url, None)) is not None:
            self.bytes -= len(found.body)
