"""From Polymarket's words to ours: wire messages become records of `domain`. Pure; what cannot be read raises.

Our side of a market is its first asset: a bid for it is a `yes` bid, and an ask for it at p is a `no` bid at 1 - p. For
the second asset it is the other way round. Nothing is guessed and nothing rounded.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from firstprint.domain.errors import MalformedMessage
from firstprint.domain.instruments import Market, PriceGrid, PriceRange
from firstprint.domain.lifecycle import LifecycleEvent
from firstprint.domain.marketdata import BookSnapshot, Level, Side, Ticker, Trade
from firstprint.domain.units import DOLLAR_E6, ParsedTexts, PriceE6, SizeE6, parse_e6, parse_price_e6
from firstprint.venues.polymarket.messages import (
    BookFrame,
    NewMarketFrame,
    PriceChangeFrame,
    ResolvedFrame,
    TickSizeFrame,
    TouchFrame,
    TradeFrame,
    WireLevel,
    decode_object,
)

NS_PER_MS = 1_000_000
MILLIS_MAX = 10**14
"""A time beyond the year 5000 is none."""
SWAPPED: dict[str, str] = {"BUY": "SELL", "SELL": "BUY"}


def _complement_e6(text: str) -> PriceE6:
    return DOLLAR_E6 - parse_price_e6(text)


def _size_e6(text: str) -> SizeE6:
    size_e6 = parse_e6(text)
    if size_e6 < 0:
        raise ValueError(f"a size below zero: {text[:40]!r}")
    return size_e6


def _touch_e6(text: str) -> PriceE6:
    price_e6 = parse_e6(text)
    if not 0 <= price_e6 <= DOLLAR_E6:
        raise ValueError(f"a best price must lie within the dollar: {text[:40]!r}")
    return price_e6


bids = ParsedTexts(parse_price_e6)
"""Prices of bids for the first asset, as prices of `yes` bids."""
asks = ParsedTexts(_complement_e6)
"""Prices of asks for the first asset, as prices of `no` bids."""
sizes = ParsedTexts(_size_e6)
touches = ParsedTexts(_touch_e6)
"""Best prices: 0 for no bid and 1 dollar for no ask are among them."""
touch_asks = ParsedTexts(lambda text: DOLLAR_E6 - _touch_e6(text))
"""Best asks as prices of the best `no` bids: 0 for none."""


class Spot(NamedTuple):
    """One level's new size as our book sees it."""

    side: Side
    price_e6: PriceE6
    size_e6: SizeE6


def spot(word: str, price: str, size: str, *, first: bool = True) -> Spot:
    """Convert one change of a level. Raises MalformedMessage.

    Source: the market channel's price_change: BUY is the bid side, SELL the ask side, the size is absolute.
    """
    try:
        if word == ("BUY" if first else "SELL"):
            return Spot("yes", (bids if first else asks)[price], sizes[size])
        if word == ("SELL" if first else "BUY"):
            return Spot("no", (asks if first else bids)[price], sizes[size])
    except ValueError as error:
        raise MalformedMessage("BAD_NUMBER", str(error)) from error
    raise MalformedMessage("UNKNOWN_SIDE", f"a change on the side {word[:20]!r}")


def spots(frame: PriceChangeFrame) -> list[tuple[str, tuple[str, str, str]]]:
    """Give the changes of a frame of any generation: each with its asset, its side, price and size.

    Raises MalformedMessage where there is none.
    """
    if frame.price_changes is not None:
        return [(one.asset_id, (one.side, one.price, one.size)) for one in frame.price_changes]
    if frame.asset_id is not None and frame.changes is not None:
        return [(frame.asset_id, (one.side, one.price, one.size)) for one in frame.changes]
    if frame.asset_id is not None and frame.price is not None and frame.size is not None and frame.side is not None:
        return [(frame.asset_id, (frame.side, frame.price, frame.size))]
    raise MalformedMessage("FIELD_MISSING", "a price_change without a change")


def millis(text: str) -> int:
    """Read a time in Unix milliseconds. Raises MalformedMessage."""
    if text.isascii() and text.isdigit() and len(text) <= 14:
        return int(text)
    raise MalformedMessage("BAD_TIME", f"not a time in milliseconds: {text[:40]!r}")


def levels(frame: BookFrame, *, first: bool = True) -> tuple[tuple[Level, ...], tuple[Level, ...]]:
    """Give the `yes` and `no` levels of a whole book, in the venue's order. Raises MalformedMessage."""
    bought = frame.bids if frame.bids is not None else frame.buys
    sold = frame.asks if frame.asks is not None else frame.sells
    if bought is None or sold is None:
        raise MalformedMessage("FIELD_MISSING", "a book without its bids or its asks")
    yes, no = (bought, sold) if first else (sold, bought)
    try:
        return _side(yes, bids if first else asks), _side(no, asks if first else bids)
    except ValueError as error:
        raise MalformedMessage("BAD_NUMBER", str(error)) from error


def _side(wire: Sequence[WireLevel], prices: ParsedTexts) -> tuple[Level, ...]:
    return tuple(Level(prices[one.price], sizes[one.size]) for one in wire)


def snapshot(frame: BookFrame, *, first: bool = True, source: str = "stream") -> BookSnapshot:
    """Convert a whole book of either asset. Source: the market channel's book; REST `/book` and `/books`."""
    yes, no = levels(frame, first=first)
    return BookSnapshot(
        market=frame.market,
        yes=yes,
        no=no,
        source=source,
        venue_ns=millis(frame.timestamp) * NS_PER_MS,
        venue_hash=frame.hash or None,
    )


def trade(frame: TradeFrame, *, first: bool) -> Trade:
    """Convert a trade of either asset: to buy the second is to take `no`, at its complement.

    The venue gives a trade no id: the transaction, the asset, the time, price and size together stand for one.
    """
    word = frame.side if first else SWAPPED.get(frame.side, "")
    if word not in SWAPPED:
        raise MalformedMessage("UNKNOWN_SIDE", f"a taker that did {frame.side[:20]!r}")
    at_ms = millis(frame.timestamp)
    try:
        price_e6, size_e6 = (bids if first else asks)[frame.price], sizes[frame.size]
    except ValueError as error:
        raise MalformedMessage("BAD_NUMBER", str(error)) from error
    if size_e6 <= 0:
        raise MalformedMessage("BAD_NUMBER", f"a trade of {frame.size[:40]!r}")
    asset = "1" if first else "2"
    return Trade(
        market=frame.market,
        trade_id=f"{frame.transaction_hash or frame.market}:{asset}:{at_ms}:{price_e6}:{size_e6}",
        yes_price_e6=price_e6,
        size_e6=size_e6,
        taker_side="yes" if word == "BUY" else "no",
        venue_ns=at_ms * NS_PER_MS,
    )


def ticker(frame: TouchFrame) -> Ticker:
    """Convert the best prices of the first asset; a side that is empty (bid 0, ask 1) has none."""
    try:
        bid_e6 = touches[frame.best_bid] if frame.best_bid else 0
        ask_e6 = touches[frame.best_ask] if frame.best_ask else DOLLAR_E6
    except ValueError as error:
        raise MalformedMessage("BAD_NUMBER", str(error)) from error
    return Ticker(
        market=frame.market,
        yes_bid_e6=bid_e6 or None,
        yes_ask_e6=ask_e6 if ask_e6 != DOLLAR_E6 else None,
        venue_ns=millis(frame.timestamp) * NS_PER_MS,
    )


def price_grid(tick: str | None) -> PriceGrid | None:
    """Convert a tick size in decimal dollars; None when the venue gave none. Raises MalformedMessage."""
    if not tick:
        return None
    try:
        step_e6 = parse_price_e6(tick)
    except ValueError as error:
        raise MalformedMessage("BAD_GRID", f"tick size: {error}") from error
    return PriceGrid((PriceRange(0, DOLLAR_E6, step_e6),))


def regrid(frame: TickSizeFrame, raw: bytes) -> LifecycleEvent:
    """Convert a change of the price grid into what it says of its market."""
    facts = Market(ticker=frame.market, grid=price_grid(frame.new_tick_size))
    return _event("tick_size_change", facts, millis(frame.timestamp), raw)


def created(frame: NewMarketFrame, raw: bytes) -> LifecycleEvent:
    """Convert the listing of a market. Source: the market channel's new_market."""
    at_ms, told = millis(frame.timestamp), frame.event_message or {}
    event = told.get("slug")
    facts = Market(
        ticker=frame.market,
        event_ticker=event if isinstance(event, str) else None,
        title=frame.question,
        status="initialized",
        created_ns=at_ms * NS_PER_MS,
        grid=price_grid(frame.order_price_min_tick_size),
    )
    return _event("created", facts, at_ms, raw)


def resolved(frame: ResolvedFrame, first: str | None, raw: bytes) -> LifecycleEvent:
    """Convert a market's outcome; `first` is its first asset, where that is known better than the message says.

    The result is `yes` when the first asset won and `no` when the second did; otherwise the venue's own word.
    """
    tokens = frame.assets_ids or []
    yes = first if first is not None else (tokens[0] if len(tokens) == 2 else None)
    winner = frame.winning_asset_id or None
    known = winner is not None and yes is not None and (winner == yes or winner in tokens)
    won = ("yes" if winner == yes else "no") if known else frame.winning_outcome or None
    value_e6 = {"yes": DOLLAR_E6, "no": 0}.get(won or "") if known else None
    facts = Market(ticker=frame.market, status="determined", result=won, settlement_value_e6=value_e6)
    return _event("determined", facts, millis(frame.timestamp), raw)


def _event(word: str, facts: Market, at_ms: int, raw: bytes) -> LifecycleEvent:
    return LifecycleEvent(
        event_type=word, market=facts.ticker, venue_ns=at_ms * NS_PER_MS, facts=facts, raw=decode_object(raw)
    )


def reason_of(error: Exception) -> str:
    """Give a short, countable code for a failure to decode."""
    if isinstance(error, MalformedMessage):
        return error.reason
    if isinstance(error, msgspec.ValidationError):
        return "BAD_FIELD"
    if isinstance(error, UnicodeDecodeError):
        return "BAD_UTF8"
    return "BAD_NUMBER" if isinstance(error, ValueError) and not isinstance(error, msgspec.MsgspecError) else "BAD_JSON"
