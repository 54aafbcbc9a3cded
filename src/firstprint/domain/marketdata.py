"""Market data: snapshots, deltas, trades and tickers, the same for every venue.

A record carries the venue's time (`venue_ns`, Unix nanoseconds, None when the venue gave none: it is never invented).
Our own receive time, the connection and the frame it came in stand beside it in `FrameStamp`.
"""

from typing import Literal, NamedTuple, TypeAlias

import msgspec

from firstprint.domain.units import PriceE6, SizeE6

Side: TypeAlias = Literal["yes", "no"]
SIDES: tuple[Side, Side] = ("yes", "no")


class FrameStamp(NamedTuple):
    """Where a record comes from: its number in the session's journal, its connection, and when we received it.

    `mono_ns` and `wall_ns` are our clocks at receipt, in nanoseconds.
    """

    record: int
    connection: int
    mono_ns: int
    wall_ns: int


class Level(NamedTuple):
    """One price level of bids: a price in 1e-6 dollars and the size resting there in 1e-6 contracts."""

    price_e6: PriceE6
    size_e6: SizeE6


class BookSnapshot(msgspec.Struct, frozen=True, gc=False):
    """A whole book as the venue sent it: bids only, on both sides, in the venue's order.

    `sid` and `seq` are None where the venue has no such numbers, and where the book came by REST. `venue_hash` is the
    venue's own name of exactly this book, where it gives one.
    """

    market: str
    yes: tuple[Level, ...]
    no: tuple[Level, ...]
    sid: int | None = None
    seq: int | None = None
    market_id: str | None = None
    source: str = "stream"
    venue_ns: int | None = None
    venue_hash: str | None = None


class BookDelta(msgspec.Struct, frozen=True, gc=False):
    """A change of one level: `delta_e6` (signed, 1e-6 contracts) is added to the size at `price_e6` of `side`.

    `sid` and `seq` are None where the venue has no such numbers: the order is then that of the records.
    """

    market: str
    side: Side
    price_e6: PriceE6
    delta_e6: SizeE6
    sid: int | None = None
    seq: int | None = None
    venue_ns: int | None = None


class Trade(msgspec.Struct, frozen=True, gc=False):
    """A trade. `taker_side` is the outcome the taker bought, as the venue says it; None when it did not."""

    market: str
    trade_id: str
    yes_price_e6: PriceE6
    size_e6: SizeE6
    taker_side: Side | None = None
    is_block: bool | None = None
    sid: int | None = None
    seq: int | None = None
    venue_ns: int | None = None
    source: str = "stream"


class Ticker(msgspec.Struct, frozen=True, gc=False):
    """The venue's own summary of a market. A price the venue left out, or could not give, is None."""

    market: str
    price_e6: PriceE6 | None = None
    yes_bid_e6: PriceE6 | None = None
    yes_ask_e6: PriceE6 | None = None
    yes_bid_size_e6: SizeE6 | None = None
    yes_ask_size_e6: SizeE6 | None = None
    last_size_e6: SizeE6 | None = None
    volume_e6: SizeE6 | None = None
    open_interest_e6: SizeE6 | None = None
    sid: int | None = None
    venue_ns: int | None = None
