"""The books of the simulated venue: bids only, on both sides."""

import random
from bisect import bisect_right, insort
from hashlib import blake2b
from typing import Literal, NamedTuple, TypeAlias

from firstprint.sim.kalshi.grids import Grid
from firstprint.sim.kalshi.texts import DOLLAR_E4

Side: TypeAlias = Literal["yes", "no"]
SIDES: tuple[Side, Side] = ("yes", "no")


class Change(NamedTuple):
    """One change of one level: the signed difference and the size left there, in 1e-2 contracts."""

    side: Side
    price_e4: int
    delta_e2: int
    size_e2: int


class SimBook:
    """One market's bids: sizes by price on each side, and the prices in order."""

    __slots__ = ("prices", "sizes")

    def __init__(self) -> None:
        self.sizes: dict[Side, dict[int, int]] = {"yes": {}, "no": {}}
        self.prices: dict[Side, list[int]] = {"yes": [], "no": []}

    def best(self, side: Side) -> int | None:
        """Give the highest bid of a side in 1e-4 dollars, None when there is none."""
        prices = self.prices[side]
        return prices[-1] if prices else None

    def levels(self, side: Side) -> list[tuple[int, int]]:
        """Give (price, size) of a side, ascending: the best is last, as on the wire."""
        sizes = self.sizes[side]
        return [(p, sizes[p]) for p in self.prices[side]]

    def add(self, side: Side, price_e4: int, delta_e2: int) -> Change:
        """Change one level; a level at zero is gone. Raises ValueError when it would fall below zero."""
        sizes = self.sizes[side]
        before = sizes.get(price_e4, 0)
        after = before + delta_e2
        if after < 0:
            raise ValueError("a level of the true book cannot be negative")
        if after:
            sizes[price_e4] = after
        if after and not before:
            insort(self.prices[side], price_e4)
        if before and not after:
            del sizes[price_e4]
            self.prices[side].remove(price_e4)
        return Change(side, price_e4, delta_e2, after)


class Quote(NamedTuple):
    """The best yes bid and ask with their sizes; a missing bid is 0, a missing ask 1 dollar, both with size 0."""

    bid_e4: int
    bid_size_e2: int
    ask_e4: int
    ask_size_e2: int


NO_QUOTE = Quote(0, 0, DOLLAR_E4, 0)


def quote(book: SimBook) -> Quote:
    """Read the top of a book: the ask is one dollar minus the best no bid."""
    yes, no = book.best("yes"), book.best("no")
    return Quote(
        yes or 0,
        book.sizes["yes"][yes] if yes is not None else 0,
        DOLLAR_E4 - (no or 0),
        book.sizes["no"][no] if no is not None else 0,
    )


def _size_e2(rng: random.Random, *, whole: bool) -> int:
    return _scaled_e2(rng.random(), whole=whole or rng.random() < 0.8)


def _scaled_e2(at: float, *, whole: bool) -> int:
    """Turn a number from 0 to 1 into a size from 1 to 3,000 contracts, small ones as often as large ones."""
    size = int(100 * 10 ** (at * 3.5)) + 1
    return -(-size // 100) * 100 if whole else size


class Opening(NamedTuple):
    """The top of a book as it opens: on each side an index into the grid's prices and a size, or None."""

    yes: tuple[int, int] | None
    no: tuple[int, int] | None

    def quote(self, grid: Grid) -> Quote:
        """Give the quote of the book that `fill` makes of this."""
        bid, bid_size = (grid.prices_e4[self.yes[0]], self.yes[1]) if self.yes is not None else (0, 0)
        other, ask_size = (grid.prices_e4[self.no[0]], self.no[1]) if self.no is not None else (0, 0)
        return Quote(bid, bid_size, DOLLAR_E4 - other, ask_size)


def opening(name: str, grid: Grid, *, whole: bool, chance: float | None = None) -> Opening:
    """Read the top of a market's first book out of the hash of its name, which costs a few microseconds.

    One side in twenty books has no bid. `whole` keeps sizes to whole contracts. With a chance, prices stand around it.
    """
    raw = blake2b(name.encode(), digest_size=16).digest()
    last, edge = len(grid.prices_e4) - 1, len(grid.prices_e4) // 20
    span = last + 1 - 2 * edge
    mid = edge + (int.from_bytes(raw[:4]) % span if chance is None else min(span - 1, int(chance * span)))
    yes = mid - 1 - (raw[4] & 1), _scaled_e2(int.from_bytes(raw[5:8]) / 2**24, whole=whole or raw[8] < 205)
    no = last - mid - 1 - (raw[9] & 1), _scaled_e2(int.from_bytes(raw[10:13]) / 2**24, whole=whole or raw[13] < 205)
    empty = raw[14] % 2 if raw[15] < 13 else None
    return Opening(yes if empty != 0 else None, no if empty != 1 else None)


def fill(book: SimBook, grid: Grid, top: Opening, rng: random.Random, levels: int, *, whole: bool) -> None:
    """Fill an empty book below its top with about `levels` levels a side; a side without a top stays empty.

    `whole` keeps sizes to whole contracts. The tails at the lowest prices are huge, as in recorded books.
    """
    prices = grid.prices_e4
    tops: tuple[tuple[Side, tuple[int, int] | None], ...] = (("yes", top.yes), ("no", top.no))
    for side, best in tops:
        if best is None:
            continue
        book.add(side, prices[best[0]], best[1])
        for depth in range(1, levels):
            at = best[0] - depth - rng.randrange(2)
            if at >= 0 and prices[at] not in book.sizes[side]:
                book.add(side, prices[at], _size_e2(rng, whole=whole) * (1_000 if at < 2 else 1))


class BookMover:
    """Draws the next change of a book from one seeded source, keeping bids of both sides below each other."""

    def __init__(self, rng: random.Random, levels: int, *, whole: bool) -> None:
        self._rng = rng
        self._levels = levels
        self._whole = whole

    def step(self, book: SimBook, grid: Grid) -> Change:
        """Add to, take from or remove one level near the top of a book."""
        rng = self._rng
        side: Side = "yes" if rng.random() < 0.5 else "no"
        prices = book.prices[side]
        if len(prices) < 2 or (rng.random() < 0.5 and len(prices) < 2 * self._levels):
            return self._grow(book, side, grid)
        at = prices[-1 - int(len(prices) * rng.random() ** 2)]
        size = book.sizes[side][at]
        cut = size if rng.random() < 0.5 else max(100, size // 200 * 100)
        return book.add(side, at, -min(size, cut))

    def trade(self, book: SimBook) -> Change | None:
        """Take some of the best bid of a side, as a trade does; None when there is no bid."""
        side: Side = "yes" if self._rng.random() < 0.5 else "no"
        at = book.best(side)
        if at is None:
            return None
        size = book.sizes[side][at]
        return book.add(side, at, -min(size, _size_e2(self._rng, whole=self._whole)))

    def _grow(self, book: SimBook, side: Side, grid: Grid) -> Change:
        other = book.best("no" if side == "yes" else "yes")
        ceiling = DOLLAR_E4 if other is None else DOLLAR_E4 - other
        if other is not None and ceiling <= grid.prices_e4[0]:
            crowded: Side = "no" if side == "yes" else "yes"
            return book.add(crowded, other, -book.sizes[crowded][other])
        top = book.best(side)
        around = self._rng.choice(grid.prices_e4) if top is None else top
        at = self._near(grid, around, ceiling)
        return book.add(side, at, _size_e2(self._rng, whole=self._whole))

    def _near(self, grid: Grid, around: int, ceiling: int) -> int:
        """Choose a grid price near `around` and below `ceiling`; the lowest price when nothing is left."""
        steps = grid.prices_e4
        offset = int(self._rng.random() ** 2 * self._levels) - 2
        index = max(0, min(len(steps) - 1, bisect_right(steps, around) - 1 - offset))
        while index > 0 and steps[index] >= ceiling:
            index -= 1
        return steps[index]
