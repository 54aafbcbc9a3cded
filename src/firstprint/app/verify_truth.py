"""The truth log of a simulated venue, read as it is needed: what each book was after each sequence number.

The log is in the order in which the venue sent, over all connections; the journal is in the order in which we received.
Lines that are ahead of what is asked for wait here, for connections of this session only, until the connection ends.
Its format is stated where it is written, in the simulator; only `frame` and `fault` lines are read.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Annotated, TypeAlias

import msgspec

from firstprint.app.verify_numbers import StreamKey
from firstprint.app.verify_reading import millionths
from firstprint.domain.marketdata import Side

FAULT_BEHIND_MAX = 10_000
"""How many lines at most may stand between a frame and the fault that was done to it."""
BEHIND_KEPT = 256
"""How many numbers behind the newest the truth stays: a frame may be held for the one before it."""


Decimal: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,15}([.][0-9]{1,6}0*)?$")]
"""A decimal text of at most six places, as `millionths` reads it."""


class TruthLine(msgspec.Struct, frozen=True, gc=False):
    """One line; fields it does not have are None. A delta's `size` is the absolute one after it."""

    k: str
    c: int | None = None
    sid: int | None = None
    seq: int | None = None
    t: str | None = None
    type: str | None = None
    side: str | None = None
    price: Decimal | None = None
    size: Decimal | None = None
    yes: tuple[tuple[Decimal, Decimal], ...] | None = None
    no: tuple[tuple[Decimal, Decimal], ...] | None = None
    sha: str | None = None


class TrueBook:
    """One market's true bids in 1e-6 dollars and 1e-6 contracts; `seq` is the number of its last change."""

    __slots__ = ("seq", "sides")

    def __init__(self, line: TruthLine) -> None:
        self.seq = line.seq or 0
        self.sides: dict[Side, dict[int, int]] = {"yes": _levels(line.yes), "no": _levels(line.no)}

    def apply(self, line: TruthLine) -> None:
        """Set one level to what it was then."""
        self.seq = line.seq or 0
        levels = self.sides["yes" if line.side == "yes" else "no"]
        price_e6, size_e6 = millionths(line.price or "0"), millionths(line.size or "0")
        if size_e6:
            levels[price_e6] = size_e6
        else:
            levels.pop(price_e6, None)


def _levels(levels: tuple[tuple[str, str], ...] | None) -> dict[int, int]:
    sizes = {millionths(price): millionths(size) for price, size in levels or ()}
    return {price_e6: size_e6 for price_e6, size_e6 in sizes.items() if size_e6}


class _Stream:
    """One subscription's truth: lines not yet applied by number, the books, and how far both are."""

    __slots__ = ("applied", "books", "first", "read", "waiting")

    def __init__(self, first: int) -> None:
        self.first = first
        self.read = 0
        self.applied = 0
        self.waiting: dict[int, TruthLine] = {}
        self.books: dict[str, TrueBook] = {}

    def apply_up_to(self, seq: int) -> None:
        while self.applied < min(seq, self.read):
            self.applied += 1
            line = self.waiting.pop(self.applied, None)
            if line is None or line.t is None:
                continue
            if line.type in ("snapshot", "orderbook_snapshot"):
                self.books[line.t] = TrueBook(line)
            elif line.type in ("delta", "orderbook_delta") and line.t in self.books:
                self.books[line.t].apply(line)


class Truth:
    """The truth of some connections, by the venue's own numbers of them."""

    def __init__(self, lines: Iterable[bytes], connections: Iterable[int]) -> None:
        decode = msgspec.json.Decoder(TruthLine).decode
        self._lines: Iterator[TruthLine] = (decode(line) for line in lines if line.strip())
        self._wanted = set(connections)
        self._streams: dict[StreamKey, _Stream] = {}
        self.spoiled: set[tuple[int, int | None, int | None]] = set()
        self.ended = False
        self.asked = self.known = 0

    def forget(self, connection: int) -> None:
        """Drop what is known of a connection that has ended."""
        self.read_on(BEHIND_KEPT)
        self._wanted.discard(connection)
        for key in [key for key in self._streams if key[0] == connection]:
            del self._streams[key]

    def first_seq(self, key: StreamKey, seq: int) -> int | None:
        """Give the first number the venue sent on a subscription of which `seq` was received."""
        stream = self._reach(key, seq)
        return None if stream is None else stream.first

    def sha(self, key: StreamKey, seq: int) -> str | None:
        """Give the hash of a frame as it was generated; None when it is not known, or known no more."""
        stream = self._reach(key, seq)
        line = stream.waiting.get(seq) if stream is not None else None
        return line.sha if line is not None else None

    def after(self, key: StreamKey, seq: int, market: str) -> TrueBook | None:
        """Give a market's book after the frame numbered `seq`.

        None when the venue had sent no book of it by then, or when the truth has already moved past that number.
        """
        stream = self._reach(key, seq)
        if stream is None or stream.applied > seq:
            return None
        stream.apply_up_to(seq)
        return stream.books.get(market)

    def knows(self, key: StreamKey, seq: int) -> bool:
        """Tell whether `after` can answer for a number."""
        stream = self._reach(key, seq)
        return stream is not None and stream.applied <= seq

    def settle(self, key: StreamKey, seq: int) -> None:
        """Let go of what lies far enough behind a number that was received."""
        stream = self._streams.get(key)
        if stream is not None:
            stream.apply_up_to(seq - BEHIND_KEPT)

    def read_on(self, lines_max: int) -> None:
        """Read some lines ahead: what was done to a frame stands behind it."""
        for line in islice(self._lines, lines_max):
            self._take(line)

    def _reach(self, key: StreamKey, seq: int) -> _Stream | None:
        stream = self._streams.get(key)
        while stream is None or stream.read < seq:
            line = next(self._lines, None)
            if line is None:
                self.ended = True
                break
            self._take(line)
            stream = self._streams.get(key)
        return stream

    def _take(self, line: TruthLine) -> None:
        if line.c is None or line.c not in self._wanted:
            return
        if line.k == "fault":
            self.spoiled.add((line.c, line.sid, line.seq))
        elif line.k == "frame" and line.sid is not None and line.seq is not None:
            stream = self._streams.get((line.c, line.sid))
            if stream is None:
                stream = self._streams[line.c, line.sid] = _Stream(line.seq)
                stream.applied = line.seq - 1
            stream.waiting[line.seq] = line
            stream.read = max(stream.read, line.seq)
