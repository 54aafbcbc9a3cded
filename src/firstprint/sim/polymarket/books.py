"""The books of the simulated venue: one for the two tokens of a market, since each is the other's exact mirror."""

import random
from bisect import bisect_left, insort
from typing import Literal, NamedTuple, TypeAlias

from firstprint.sim.polymarket.texts import DOLLAR_E4

Side: TypeAlias = Literal["BUY", "SELL"]
Levels: TypeAlias = list[tuple[int, int]]


class Change(NamedTuple):
    """One level's new absolute size, 1e-2 shares, in terms of the first token; 0 means that it is gone."""

    side: Side
    price_e4: int
    size_e2: int


class Trade(NamedTuple):
    """What a trade did: the level that it took from, by how much, and the taker's side on the first token."""

    change: Change
    size_e2: int
    taker: Side


class SimBook:
    """Bids and asks of the first token: sizes by price, and the prices in ascending order."""

    __slots__ = ("prices", "sizes")

    def __init__(self) -> None:
        self.sizes: dict[Side, dict[int, int]] = {"BUY": {}, "SELL": {}}
        self.prices: dict[Side, list[int]] = {"BUY": [], "SELL": []}

    @property
    def bid(self) -> int | None:
        """Give the best bid in 1e-4 dollars."""
        return self.prices["BUY"][-1] if self.prices["BUY"] else None

    @property
    def ask(self) -> int | None:
        """Give the best ask."""
        return self.prices["SELL"][0] if self.prices["SELL"] else None

    def put(self, side: Side, price_e4: int, size_e2: int) -> Change:
        """Set the size of one level. Raises ValueError when it is negative."""
        if size_e2 < 0:
            raise ValueError("a level cannot be negative")
        sizes, prices = self.sizes[side], self.prices[side]
        if size_e2 and price_e4 not in sizes:
            insort(prices, price_e4)
        if size_e2:
            sizes[price_e4] = size_e2
        elif sizes.pop(price_e4, None) is not None:
            del prices[bisect_left(prices, price_e4)]
        return Change(side, price_e4, size_e2)

    def clear(self) -> None:
        """Take every order out."""
        for side in self.prices:
            self.prices[side].clear()
            self.sizes[side].clear()

    def levels(self, index: int) -> tuple[Levels, Levels]:
        """Give bids ascending and asks descending of token 0 or 1: the best is last, as on the wire."""
        buys = [(p, self.sizes["BUY"][p]) for p in self.prices["BUY"]]
        sells = [(p, self.sizes["SELL"][p]) for p in reversed(self.prices["SELL"])]
        if index == 0:
            return buys, sells
        return [(DOLLAR_E4 - p, s) for p, s in sells], [(DOLLAR_E4 - p, s) for p, s in buys]


def mirrored(change: Change) -> Change:
    """Give the same change in terms of the second token."""
    return Change("SELL" if change.side == "BUY" else "BUY", DOLLAR_E4 - change.price_e4, change.size_e2)


def touch(book: SimBook, index: int) -> tuple[int, int]:
    """Give best bid and ask of token 0 or 1; a missing bid is 0, a missing ask one dollar."""
    bid, ask = book.bid or 0, book.ask if book.ask is not None else DOLLAR_E4
    return (bid, ask) if index == 0 else (DOLLAR_E4 - ask, DOLLAR_E4 - bid)


def draw_size_e2(rng: random.Random) -> int:
    """Draw a size from 5 to 5,000 shares, small ones as often as large ones, one in five with cents."""
    size = int(500 * 10 ** (rng.random() * 3))
    return size if rng.random() < 0.2 else max(500, size // 100 * 100)


def fill(book: SimBook, fair_e4: int, tick_e4: int, rng: random.Random, levels: int) -> None:
    """Fill an empty book around a fair price with about `levels` levels a side; the tails are huge."""
    bid = _on_grid(fair_e4 - tick_e4 * rng.randint(1, 2), tick_e4)
    ask = max(bid + tick_e4, _on_grid(fair_e4 + tick_e4, tick_e4))
    steps: tuple[tuple[Side, int, int], ...] = (("BUY", bid, -tick_e4), ("SELL", ask, tick_e4))
    for side, best, step in steps:
        at = best
        for depth in range(levels):
            if 0 < at < DOLLAR_E4:
                book.put(side, at, draw_size_e2(rng) * (100 if depth > levels * 0.9 else 1))
            at += step * (1 if depth < 4 else rng.randint(1, 2))


def _on_grid(price_e4: int, tick_e4: int) -> int:
    return max(tick_e4, min(DOLLAR_E4 - tick_e4, price_e4 // tick_e4 * tick_e4))


class BookMover:
    """Draws the next change of a book from one seeded source, following a fair price, never crossing."""

    def __init__(self, rng: random.Random, levels: int) -> None:
        self._rng = rng
        self._levels = levels

    def behind(self, book: SimBook, fair_e4: int) -> Side | None:
        """Say which side of the book the fair price has run through: its best orders are about to go."""
        if book.ask is not None and book.ask < fair_e4:
            return "SELL"
        return "BUY" if book.bid is not None and book.bid > fair_e4 else None

    def trade(self, book: SimBook, side: Side) -> Trade | None:
        """Take some or all of the best level of a side; None when it has none."""
        best = book.ask if side == "SELL" else book.bid
        if best is None:
            return None
        have = book.sizes[side][best]
        size = min(have, draw_size_e2(self._rng))
        return Trade(book.put(side, best, have - size), size, "BUY" if side == "SELL" else "SELL")

    def step(self, book: SimBook, fair_e4: int, tick_e4: int) -> Change:
        """Add to, resize or remove one level near the top of a book."""
        behind = self.behind(book, fair_e4)
        if behind is not None:
            return self._pull(book, behind)
        side: Side = "BUY" if self._rng.random() < 0.5 else "SELL"
        prices = book.prices[side]
        if len(prices) < 2 or (self._rng.random() < 0.5 and len(prices) < 2 * self._levels):
            return self._grow(book, side, fair_e4, tick_e4)
        depth = int(len(prices) * self._rng.random() ** 2)
        at = prices[-1 - depth] if side == "BUY" else prices[depth]
        size = book.sizes[side][at]
        return book.put(side, at, 0 if self._rng.random() < 0.5 else max(0, size - max(100, size // 300 * 100)))

    def _pull(self, book: SimBook, side: Side) -> Change:
        return book.put(side, book.prices[side][0 if side == "SELL" else -1], 0)

    def _grow(self, book: SimBook, side: Side, fair_e4: int, tick_e4: int) -> Change:
        """Put an order at a random step from the fair price, on its own side of the other's best."""
        offset = 1 + int(self._rng.random() ** 2 * self._levels)
        if side == "BUY":
            ceiling = DOLLAR_E4 if book.ask is None else book.ask
            at = _on_grid(min(fair_e4 - offset * tick_e4, ceiling - tick_e4), tick_e4)
        else:
            floor = 0 if book.bid is None else book.bid
            at = _on_grid(max(fair_e4 + offset * tick_e4, floor + tick_e4), tick_e4)
        crossing = book.ask is not None and at >= book.ask if side == "BUY" else book.bid is not None and at <= book.bid
        if crossing:
            return self._pull(book, "SELL" if side == "BUY" else "BUY")
        return book.put(side, at, book.sizes[side].get(at, 0) + draw_size_e2(self._rng))
