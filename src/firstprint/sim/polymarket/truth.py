"""The truth log: what was so, line by line, whatever was delivered; and its reader.

Each line is one JSON object, told apart by `k`:

    start     seed, at                                     the head of the log
    market    m, slug, a, at                               a market: condition, slug, its two tokens
    book      m, n, h, ts, bids, asks, at                  a whole book: when it came to be, when it was wiped, and
                                                           whenever it was said, on the WebSocket or by REST
    change    m, n, h, ts, side, price, size, at           one level's new ABSOLUTE size
    stage     m, what, value, at                           `listed`, `opened`, `proposed`, `resolved`
    opened    c, at      closed  c, code, reason, at       a connection         refused  status, at
    fault     fault, c, type, at, h                        an injected fault, and the hashes of what it hit
    final     m, what, bids, asks                          how a market stands at the end; no book, no levels
    end       at

Levels, sides and prices are those of the market's FIRST token, as text; the second token's book is its exact mirror.
The venue has no sequence numbers, so a state of a book is found by the hash that its message carried. `n` counts the
changes of a market's book. `h` are two hashes: those of the first and of the second token. A change's hash is its own
and never recurs; a book's hash is a digest of what the message says of the book, `ts` (Unix ms) included, so that two
equal hashes say equal books. Whoever recorded a message with a hash therefore finds here THE book after it:
`TruthReader.books_after`. Where a message bears the time of another state (`ts` may be some ms late), its hash decides.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

import msgspec

from firstprint.sim.polymarket.books import Levels, SimBook
from firstprint.sim.polymarket.texts import PRICE_TEXTS, size_text
from firstprint.sim.venue.truth import LineReader, TruthWriter

LevelTexts = tuple[tuple[str, str], ...]


def level_texts(levels: Levels) -> LevelTexts:
    """Render one side of a book."""
    return tuple((PRICE_TEXTS[price], size_text(size)) for price, size in levels)


class TruthLog(TruthWriter):
    """Writes the truth, book by book. `write` takes bytes."""

    def book(self, condition: str, count: int, said: tuple[tuple[str, str], int], book: SimBook, at_ns: int) -> None:
        """Write a whole book; `said` is its hashes and its time stamp."""
        bids, asks = map(level_texts, book.levels(0))
        row = {"m": condition, "n": count, "h": said[0], "ts": said[1], "bids": bids, "asks": asks, "at": at_ns}
        self.row("book", row)

    def change(self, at: tuple[str, int, int, int], hashes: tuple[str, str], level: tuple[str, str, str]) -> None:
        """Write a change: where (condition, count, time stamp, Unix ns), its hashes, and side, price, size."""
        self._append(
            f'{{"k":"change","m":"{at[0]}","n":{at[1]},"h":["{hashes[0]}","{hashes[1]}"],"ts":{at[2]},'
            f'"side":"{level[0]}","price":"{level[1]}","size":"{level[2]}","at":{at[3]}}}\n'.encode()
        )


class TruthLine(msgspec.Struct, frozen=True, gc=False):
    """One line of a truth log; fields that a line does not have are None."""

    k: str
    m: str | None = None
    n: int | None = None
    h: tuple[str, ...] = ()
    ts: int | None = None
    a: tuple[str, str] | None = None
    slug: str | None = None
    side: str | None = None
    price: str | None = None
    size: str | None = None
    bids: LevelTexts | None = None
    asks: LevelTexts | None = None
    what: str | None = None
    value: float | None = None
    c: int | None = None
    type: str | None = None
    fault: str | None = None
    code: int | None = None
    status: int | None = None
    reason: str | None = None
    at: int = 0


class TruthBook(NamedTuple):
    """A book of one token as text by price, both sides."""

    bids: dict[str, str]
    asks: dict[str, str]

    def mirrored(self) -> "TruthBook":
        """Give the other token's book."""
        return TruthBook(_mirror(self.asks), _mirror(self.bids))


_BY_TEXT = {text: price for price, text in enumerate(PRICE_TEXTS)}


def _mirror(side: dict[str, str]) -> dict[str, str]:
    return {PRICE_TEXTS[-1 - _BY_TEXT[price]]: size for price, size in side.items()}


class TruthReader(LineReader[TruthLine]):
    """A whole truth log in memory, by market."""

    line = TruthLine

    def __init__(self, lines: Iterable[TruthLine]) -> None:
        self.markets: dict[str, TruthLine] = {}
        self.states: dict[str, list[TruthLine]] = defaultdict(list)
        self.stages: list[TruthLine] = []
        self.faults: list[TruthLine] = []
        self.final: dict[str, TruthLine] = {}
        self.others: list[TruthLine] = []
        super().__init__(lines)

    def _take(self, line: TruthLine) -> None:
        if line.m is not None and line.k in {"book", "change"}:
            self.states[line.m].append(line)
        elif line.m is not None and line.k in {"market", "final"}:
            (self.markets if line.k == "market" else self.final)[line.m] = line
        elif line.k in {"stage", "fault"}:
            (self.stages if line.k == "stage" else self.faults).append(line)
        else:
            self.others.append(line)

    def replay(self, condition: str) -> Iterator[tuple[TruthLine, TruthBook]]:
        """Give each state of a market's first token with its line. There is one live book: copy what is to be kept."""
        book = TruthBook({}, {})
        for line in self.states[condition]:
            if line.k == "book":
                book = TruthBook(dict(line.bids or ()), dict(line.asks or ()))
            elif line.price is not None and line.size is not None:
                side = book.bids if line.side == "BUY" else book.asks
                side[line.price] = line.size
                if line.size == "0":
                    del side[line.price]
            yield line, book

    def books_after(self, condition: str, hashes: Collection[str]) -> dict[str, TruthBook]:
        """Give the book after each message that carried one of these hashes, in terms of that hash's own token."""
        wanted, found = set(hashes), {}
        for line, book in self.replay(condition):
            for index, name in enumerate(line.h):
                if name in wanted:
                    kept = TruthBook(dict(book.bids), dict(book.asks))
                    found[name] = kept if index == 0 else kept.mirrored()
        return found
