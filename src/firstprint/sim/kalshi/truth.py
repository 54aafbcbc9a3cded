"""The truth log: what was so, line by line, whatever was delivered; and its reader.

Each line is one JSON object, told apart by `k`:

    start     seed, markets, wire, at                     the head of the log
    frame     c, sid, seq, type, t, sha, at, ...          a frame as generated, before any fault
              a delta adds side, price and the ABSOLUTE size after it; a snapshot adds yes and no levels
    command   c, id, cmd, at                              a command as executed
    opened    c, at        closed  c, code, reason, at    a connection        refused  status, at
    fault     fault, c, sid, seq, at                      an injected fault
    life      t, what, at, status, result                 a step of a market's life, silent ones included
    market    t, status, result, yes, no                  a market's final state and book
    end       at, frames

`c` is the connection's number (the handshake header `x-sim-connection`), `sha` the first 16 hex digits of the
SHA-256 of the frame's bytes, `at` Unix ns. Prices and sizes are decimal strings: bids of their own side, always.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from firstprint.sim.kalshi.books import Change, Side, SimBook
from firstprint.sim.kalshi.texts import PRICE_TEXTS, size_text
from firstprint.sim.venue.truth import LineReader, TruthWriter, Write


def level_texts(book: SimBook, side: Side) -> list[tuple[str, str]]:
    """Render one side of a book, ascending."""
    return [(PRICE_TEXTS[price], size_text(size)) for price, size in book.levels(side)]


class TruthLog(TruthWriter):
    """Writes the truth, frame by frame. `write` takes bytes."""

    def __init__(self, write: Write) -> None:
        super().__init__(write)
        self.frames = 0

    def delta(self, at: tuple[int, int, int], ticker: str, change: Change, raw: bytes, at_ns: int) -> None:
        """Write a delta sent at (connection, sid, seq)."""
        self.frames += 1
        self._append(
            f'{{"k":"frame","c":{at[0]},"sid":{at[1]},"seq":{at[2]},"t":"{ticker}","type":"delta",'
            f'"side":"{change.side}","price":"{PRICE_TEXTS[change.price_e4]}","size":"{size_text(change.size_e2)}",'
            f'"sha":"{sha256(raw).hexdigest()[:16]}","at":{at_ns}}}\n'.encode()
        )

    def frame(self, row: dict[str, Any], raw: bytes) -> None:
        """Write any other frame; `row` holds c, sid, seq, type, at and what else is known."""
        self.frames += 1
        self.row("frame", row | {"sha": sha256(raw).hexdigest()[:16]})


class TruthLine(msgspec.Struct, frozen=True, gc=False):
    """One line of a truth log; fields a line does not have are None. `yes` and `no` are (price, size) texts."""

    k: str
    c: int | None = None
    sid: int | None = None
    seq: int | None = None
    t: str | None = None
    type: str | None = None
    side: str | None = None
    price: str | None = None
    size: str | None = None
    yes: tuple[tuple[str, str], ...] | None = None
    no: tuple[tuple[str, str], ...] | None = None
    sha: str | None = None
    at: int = 0
    what: str | None = None
    status: str | int | None = None
    result: str | None = None
    fault: str | None = None
    code: int | None = None
    reason: str | None = None
    id: int | None = None
    cmd: str | None = None


class TruthBook(NamedTuple):
    """A book as text by price, both sides."""

    yes: dict[str, str]
    no: dict[str, str]


class TruthReader(LineReader[TruthLine]):
    """A whole truth log in memory, indexed by connection and subscription."""

    line = TruthLine

    def __init__(self, lines: Iterable[TruthLine]) -> None:
        self.streams: dict[tuple[int, int], list[TruthLine]] = defaultdict(list)
        self.frames: dict[int, list[TruthLine]] = defaultdict(list)
        self.faults: list[TruthLine] = []
        self.lives: list[TruthLine] = []
        self.final: dict[str, TruthLine] = {}
        self.others: list[TruthLine] = []
        super().__init__(lines)

    def _take(self, line: TruthLine) -> None:
        if line.k == "frame" and line.c is not None:
            self.frames[line.c].append(line)
            if line.sid is not None:
                self.streams[line.c, line.sid].append(line)
        elif line.k == "fault":
            self.faults.append(line)
        elif line.k == "life":
            self.lives.append(line)
        elif line.k == "market" and line.t is not None:
            self.final[line.t] = line
        else:
            self.others.append(line)

    def replay(self, connection: int, sid: int, last: int | None = None) -> Iterator[tuple[int, str, TruthBook]]:
        """Give (seq, ticker, book after it) for each snapshot and delta of a subscription, up to the number `last`.

        There is one live book a ticker: copy what is to be kept.
        """
        books: dict[str, TruthBook] = {}
        for line in self.streams[connection, sid]:
            if line.seq is None or line.t is None:
                continue
            if last is not None and line.seq > last:
                return
            if line.type == "snapshot":
                books[line.t] = TruthBook(dict(line.yes or ()), dict(line.no or ()))
            elif line.type == "delta" and line.t in books and line.price is not None and line.size is not None:
                side = books[line.t].yes if line.side == "yes" else books[line.t].no
                side[line.price] = line.size
                if line.size == "0.00":
                    del side[line.price]
            else:
                continue
            yield line.seq, line.t, books[line.t]

    def books_at(self, connection: int, sid: int, seq: int) -> dict[str, TruthBook]:
        """Give every book of a subscription as it was after the frame numbered `seq`."""
        books = {ticker: book for _, ticker, book in self.replay(connection, sid, seq)}
        return {t: TruthBook(dict(b.yes), dict(b.no)) for t, b in books.items()}
