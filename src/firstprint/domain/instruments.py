"""What a venue lists: markets, and the price grid their orders lie on."""

from typing import NamedTuple

import msgspec

from firstprint.domain.units import DOLLAR_E6, PriceE6


class PriceRange(NamedTuple):
    """Prices from `start_e6` (inclusive) to `end_e6` in steps of `step_e6`, all in 1e-6 dollars."""

    start_e6: PriceE6
    end_e6: PriceE6
    step_e6: PriceE6


class PriceGrid(msgspec.Struct, frozen=True):
    """The prices at which a market takes orders, as ranges that the venue states. It is data, never a default."""

    ranges: tuple[PriceRange, ...]

    def holds(self, price_e6: PriceE6) -> bool:
        """Tell whether a price lies on the grid and strictly between 0 and 1 dollar."""
        if not 0 < price_e6 < DOLLAR_E6:
            return False
        return any(r.start_e6 <= price_e6 <= r.end_e6 and (price_e6 - r.start_e6) % r.step_e6 == 0 for r in self.ranges)


class Market(msgspec.Struct, frozen=True, kw_only=True):
    """A market as its venue describes it. Times are Unix nanoseconds; None means that the venue did not say.

    `status` is the venue's own word, unknown ones included. `created_ns` is the venue's creation time.
    """

    ticker: str
    event_ticker: str | None = None
    series_ticker: str | None = None
    title: str | None = None
    status: str | None = None
    result: str | None = None
    settlement_value_e6: int | None = None
    created_ns: int | None = None
    open_ns: int | None = None
    close_ns: int | None = None
    settled_ns: int | None = None
    grid: PriceGrid | None = None
