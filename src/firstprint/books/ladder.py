"""The resting bids of one market, both sides, with the best of each at hand."""

from collections.abc import Iterable
from enum import Enum

from firstprint.domain.instruments import PriceGrid
from firstprint.domain.marketdata import Level, Side
from firstprint.domain.units import DOLLAR_E6, PriceE6, SizeE6


class LevelFault(Enum):
    """Why a change of the ladder was refused. A refused change leaves the ladder as it was."""

    NEGATIVE_LEVEL = "NEGATIVE_LEVEL"
    OFF_GRID = "OFF_GRID"
    DUPLICATE_LEVEL = "DUPLICATE_LEVEL"


class GridMemo(dict[PriceE6, bool]):
    """The prices found to lie on one grid, shared by all books that lie on it. Bounded by the grid's own size."""

    def __init__(self, grid: PriceGrid) -> None:
        super().__init__()
        self._grid = grid

    def __missing__(self, price_e6: PriceE6) -> bool:
        held = self._grid.holds(price_e6)
        if held:
            self[price_e6] = True
        return held


class AnyPrice(dict[PriceE6, bool]):
    """Stands for the grid of a market whose grid nobody has told us yet: every price within the dollar lies on it.

    It remembers the prices it was asked for, and forgets them all when they are more than `ENTRIES_MAX`.
    """

    ENTRIES_MAX = 65_536

    def __missing__(self, price_e6: PriceE6) -> bool:
        if len(self) >= self.ENTRIES_MAX:
            self.clear()
        held = self[price_e6] = 0 < price_e6 < DOLLAR_E6
        return held


ANY_PRICE = AnyPrice()


class Ladder:
    """Bids by price, in 1e-6 dollars and 1e-6 contracts, for `yes` and `no`.

    A price that stands in the ladder was once checked against the grid, so only new levels are checked. The best bid is
    tracked, and found anew only when its level dies: reading it is free, and the cost does not depend on the tick.
    `crossed` tells whether the best bids of both sides together reach a dollar: on a live venue that cannot last.
    `crossings` counts how often that began, so that two short crossings are not taken for one long one.
    """

    __slots__ = ("_best_no", "_best_yes", "crossed", "crossings", "no", "yes")

    def __init__(self) -> None:
        self.yes: dict[PriceE6, SizeE6] = {}
        self.no: dict[PriceE6, SizeE6] = {}
        self._best_yes: PriceE6 = 0
        self._best_no: PriceE6 = 0
        self.crossed = False
        self.crossings = 0

    def add(self, side: Side, price_e6: PriceE6, delta_e6: SizeE6, grid: dict[PriceE6, bool]) -> LevelFault | None:
        """Add a signed size to one level; a level that reaches zero disappears.

        Gives NEGATIVE_LEVEL when the level would fall below zero (a level that is not there counts as zero), OFF_GRID
        when a new level is not on the grid, None when the change was made.
        """
        levels = self.yes if side == "yes" else self.no
        size_e6 = levels.get(price_e6)
        if size_e6 is None:
            return self._new_level(side, levels, price_e6, delta_e6, grid)
        size_e6 += delta_e6
        if size_e6 > 0:
            levels[price_e6] = size_e6
        elif size_e6 == 0:
            del levels[price_e6]
            if price_e6 == (self._best_yes if side == "yes" else self._best_no):
                self._forget_best(side, levels)
        else:
            return LevelFault.NEGATIVE_LEVEL
        return None

    def _new_level(
        self, side: Side, levels: dict[PriceE6, SizeE6], price_e6: PriceE6, delta_e6: SizeE6, grid: dict[PriceE6, bool]
    ) -> LevelFault | None:
        if delta_e6 < 0:
            return LevelFault.NEGATIVE_LEVEL
        if not grid[price_e6]:
            return LevelFault.OFF_GRID
        if delta_e6 == 0:
            return None
        levels[price_e6] = delta_e6
        if side == "yes":
            if price_e6 > self._best_yes:
                self._best_yes = price_e6
                self._note_crossing()
        elif price_e6 > self._best_no:
            self._best_no = price_e6
            self._note_crossing()
        return None

    def _forget_best(self, side: Side, levels: dict[PriceE6, SizeE6]) -> None:
        best_e6 = max(levels, default=0)
        if side == "yes":
            self._best_yes = best_e6
        else:
            self._best_no = best_e6
        if self.crossed:  # a best that falls can only end a crossing
            self._note_crossing()

    def _note_crossing(self) -> None:
        crossed = self._best_yes + self._best_no >= DOLLAR_E6
        if crossed and not self.crossed:
            self.crossings += 1
        self.crossed = crossed

    def load(self, yes: Iterable[Level], no: Iterable[Level], grid: dict[PriceE6, bool]) -> LevelFault | None:
        """Replace everything by a snapshot's levels; levels of size zero are left out.

        Gives the first fault found (a price twice, off the grid, a size below zero) and then changes nothing.
        """
        sides: list[dict[PriceE6, SizeE6]] = []
        for levels in (yes, no):
            side: dict[PriceE6, SizeE6] = {}
            for price_e6, size_e6 in levels:
                if price_e6 in side:
                    return LevelFault.DUPLICATE_LEVEL
                if not grid[price_e6]:
                    return LevelFault.OFF_GRID
                if size_e6 < 0:
                    return LevelFault.NEGATIVE_LEVEL
                side[price_e6] = size_e6
            sides.append({price_e6: size_e6 for price_e6, size_e6 in side.items() if size_e6})
        self.yes, self.no = sides
        self._best_yes = max(self.yes, default=0)
        self._best_no = max(self.no, default=0)
        self._note_crossing()
        return None

    def best(self, side: Side) -> Level | None:
        """Give the highest bid of a side, None when the side is empty."""
        price_e6 = self._best_yes if side == "yes" else self._best_no
        return Level(price_e6, (self.yes if side == "yes" else self.no)[price_e6]) if price_e6 else None

    @property
    def best_prices(self) -> tuple[PriceE6, PriceE6]:
        """Give the highest bids of `yes` and of `no` without their sizes, 0 for an empty side: for the fast paths."""
        return self._best_yes, self._best_no

    def levels(self, side: Side) -> list[Level]:
        """List one side's levels, lowest price first: the best bid is last, as the venue sends it."""
        return [Level(*item) for item in sorted((self.yes if side == "yes" else self.no).items())]
