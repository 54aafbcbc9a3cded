"""The truth log of a simulated venue without numbers, read as it is needed: what each book was after each hash.

Every message of such a venue carries a hash that names the state of the book after it. What was lost on its way shows
in no number, so a VALID book may rightly differ from the truth until a comparison with REST is due: such states are
counted, and wrong only where nothing had been done to the market's frames, or where they last longer.
Its format is stated where it is written, in the simulator; only lines about books and faults are read.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import msgspec

from firstprint.app.verify_reading import DOLLAR_E6, millionths
from firstprint.app.verify_report import VerifyReport
from firstprint.app.verify_truth import FAULT_BEHIND_MAX, Decimal
from firstprint.domain.clock import NS_PER_S
from firstprint.domain.marketdata import FrameStamp, Side

UNTRUE_NS_MAX = 700 * NS_PER_S
"""How long a loss may go unseen: two rounds of comparing with REST, and what it takes to read the book anew."""


OF_ALL = frozenset({"freeze"})
"""Faults that lose what is sent of every market of a connection, whichever message called them up."""


class HashLine(msgspec.Struct, frozen=True, gc=False):
    """One line; fields it does not have are None. A change's `size` is the absolute one after it."""

    k: str
    c: int | None = None
    m: str | None = None
    h: tuple[str, ...] = ()
    fault: str | None = None
    side: str | None = None
    price: Decimal | None = None
    size: Decimal | None = None
    bids: tuple[tuple[Decimal, Decimal], ...] | None = None
    asks: tuple[tuple[Decimal, Decimal], ...] | None = None


class _TrueMarket:
    """One market's truth: states not yet passed, the book, and how many states lie behind it."""

    __slots__ = ("hit", "passed", "read", "sides", "untrue_since_ns", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[HashLine] = deque()
        self.sides: dict[Side, dict[int, int]] = {"yes": {}, "no": {}}
        self.read = self.passed = 0
        self.hit = False
        self.untrue_since_ns: int | None = None

    def go_to(self, place: int) -> None:
        while self.passed <= place:
            self.passed += 1
            self._take(self.waiting.popleft())

    def _take(self, line: HashLine) -> None:
        if line.k == "book":
            self.sides = {"yes": _levels(line.bids, asks=False), "no": _levels(line.asks, asks=True)}
            return
        bought, price_e6, size_e6 = line.side == "BUY", millionths(line.price or "0"), millionths(line.size or "0")
        levels = self.sides["yes" if bought else "no"]
        price_e6 = price_e6 if bought else DOLLAR_E6 - price_e6
        levels.pop(price_e6, None)
        if size_e6:
            levels[price_e6] = size_e6


def _levels(levels: tuple[tuple[str, str], ...] | None, *, asks: bool) -> dict[int, int]:
    read = [(millionths(price), millionths(size)) for price, size in levels or ()]
    return {(DOLLAR_E6 - price if asks else price): size for price, size in read if size}


class HashTruth:
    """Compares books with the truth, by the hash of the message that came last."""

    def __init__(self, lines: Iterable[bytes], report: VerifyReport) -> None:
        decode = msgspec.json.Decoder(HashLine).decode
        self._lines: Iterator[HashLine] = (decode(line) for line in lines if line.strip())
        self._report = report
        self._markets: dict[str, _TrueMarket] = {}
        self._places: dict[str, tuple[str, int]] = {}
        self._all_hit = False
        self.asked = self.known = 0

    def compare(self, market: str, name: str, sides: Mapping[Side, dict[int, int]], stamp: FrameStamp) -> None:
        """Compare a VALID book with what the venue's was at the message of this hash."""
        self.asked += 1
        at = self._reach(name)
        true = self._markets.get(market)
        if at is None or true is None or at[0] != market:
            return
        self.known += 1
        if true.passed > at[1] + 1:
            return  # an older message that came late: its state is not kept
        true.go_to(at[1])
        if true.sides == sides:
            true.untrue_since_ns = None
            return
        self._untrue(market, true, stamp)

    def _untrue(self, market: str, true: _TrueMarket, stamp: FrameStamp) -> None:
        if not self._is_hit(true):
            self._report.found("books_wrong", f"{market} at record {stamp.record}: differs from the venue's book")
            return
        self._report.books_unproved += 1
        if true.untrue_since_ns is None:
            true.untrue_since_ns = stamp.mono_ns
        elif stamp.mono_ns - true.untrue_since_ns > UNTRUE_NS_MAX:
            true.untrue_since_ns = stamp.mono_ns
            where = f"{market} at record {stamp.record}: differs from the venue's book for longer than REST may miss it"
            self._report.found("books_wrong", where)

    def _is_hit(self, true: _TrueMarket) -> bool:
        """Tell whether something was done to the market's frames; it may be written behind them."""
        if not (true.hit or self._all_hit):
            for line in islice(self._lines, FAULT_BEHIND_MAX):
                self._take(line)
        return true.hit or self._all_hit

    def _reach(self, name: str) -> tuple[str, int] | None:
        while name not in self._places:
            line = next(self._lines, None)
            if line is None:
                return None
            self._take(line)
        return self._places[name]

    def _take(self, line: HashLine) -> None:
        if line.k in ("book", "change") and line.m is not None:
            true = self._markets.setdefault(line.m, _TrueMarket())
            for name in line.h:
                self._places[name] = line.m, true.read
            true.read += 1
            true.waiting.append(line)
        elif line.k == "fault" and line.c is not None:
            self._all_hit = self._all_hit or line.fault in OF_ALL or not (line.h or line.m)
            for market in {line.m, *(self._places[name][0] for name in line.h if name in self._places)}:
                if market is not None:
                    self._markets.setdefault(market, _TrueMarket()).hit = True

    def finish(self, stamp: FrameStamp) -> None:
        """Say what could not be compared."""
        unknown = self.asked - self.known
        if unknown:
            self._report.notes.append(f"{unknown} states of books are not in the truth log by their hash")
