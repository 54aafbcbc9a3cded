"""From Kalshi's words to ours: wire messages become records of `domain`. Pure; what cannot be read raises.

Each function raises MalformedMessage when a field is missing or out of range. Nothing is guessed and nothing rounded.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from firstprint.domain.entries import EventEntry
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.instruments import Market, PriceGrid, PriceRange
from firstprint.domain.lifecycle import LifecycleEvent
from firstprint.domain.marketdata import BookDelta, BookSnapshot, Level, Side, Ticker, Trade
from firstprint.domain.units import E6, SIZE_E6_MAX, ParsedTexts, parse_e6, parse_price_e6
from firstprint.venues.kalshi.messages import (
    DeltaFrame,
    SnapshotBody,
    TickerFrame,
    TradeFrame,
    WireCentLevels,
    WireLevels,
)
from firstprint.venues.kalshi.times import millis_ns, rfc3339_ns, seconds_ns

CENT_E6 = 10_000
CENTS_PER_DOLLAR = 100

prices = ParsedTexts(parse_price_e6)
"""Prices strictly within the dollar, as 1e-6 dollars."""
sizes = ParsedTexts(parse_e6)
"""Sizes and signed changes of size, as 1e-6 contracts; also prices of a ticker, which may be 0 or 1 dollar."""


def cents_e6(cents: int) -> int:
    """Convert whole cents strictly within the dollar; raise ValueError otherwise."""
    if not 0 < cents < CENTS_PER_DOLLAR:
        raise ValueError(f"a price must lie strictly between 0 and 100 cents: {cents}")
    return cents * CENT_E6


def _whole_e6(count: int, unit_e6: int) -> int:
    if abs(count) > SIZE_E6_MAX // unit_e6:
        raise ValueError(f"larger than a trillion: {count}")
    return count * unit_e6


def _agreed(text: str | None, convert: ParsedTexts, cents: int | None, unit_e6: int, what: str) -> int | None:
    """Give a number that either generation states; refuse it when both do and differ."""
    value_e6 = convert[text] if text else None
    old_e6 = None if cents is None else _whole_e6(cents, unit_e6)
    if value_e6 is not None and old_e6 is not None and value_e6 != old_e6:
        raise MalformedMessage("GENERATIONS_DISAGREE", f"{what} is {text!r} and {cents} in one message")
    return old_e6 if value_e6 is None else value_e6


def delta_numbers(frame: DeltaFrame) -> tuple[int, int]:
    """Give price (1e-6 dollars) and signed size (1e-6 contracts) of a delta of either generation.

    Source: Kalshi AsyncAPI, orderbookDeltaPayload; recordings of 2025 for the integer form.
    """
    body = frame.msg
    try:
        price_e6 = _agreed(body.price_dollars, prices, body.price, CENT_E6, "price")
        delta_e6 = _agreed(body.delta_fp, sizes, body.delta, E6, "delta")
        if not body.price_dollars and body.price is not None:
            price_e6 = cents_e6(body.price)
    except ValueError as error:
        raise MalformedMessage("BAD_NUMBER", str(error)) from error
    if price_e6 is None or delta_e6 is None:
        raise MalformedMessage("FIELD_MISSING", "a delta without price or size")
    return price_e6, delta_e6


def book_delta(frame: DeltaFrame, price_e6: int, delta_e6: int) -> BookDelta:
    """Build the record of a delta whose numbers are already converted."""
    body = frame.msg
    venue_ns = millis_ns(body.ts_ms) if body.ts_ms is not None else rfc3339_ns(body.ts)
    return BookDelta(body.market_ticker, body.side, price_e6, delta_e6, frame.sid, frame.seq, venue_ns)


def _levels(levels: WireLevels) -> tuple[Level, ...]:
    return tuple(Level(prices[price], sizes[size]) for price, size in levels)


def _cent_levels(levels: WireCentLevels) -> tuple[Level, ...]:
    return tuple(Level(cents_e6(price), _whole_e6(size, E6)) for price, size in levels)


def _side(dollars: WireLevels | None, cents: WireCentLevels | None, side: Side) -> tuple[Level, ...]:
    if dollars and cents and sorted(_levels(dollars)) != sorted(_cent_levels(cents)):
        raise MalformedMessage("GENERATIONS_DISAGREE", f"the {side} side in dollars is not the one in cents")
    return _levels(dollars) if dollars else _cent_levels(cents or [])


def snapshot_sides(body: SnapshotBody) -> tuple[tuple[Level, ...], tuple[Level, ...]]:
    """Give the yes and no levels of a snapshot of either generation, in the venue's order.

    Source: Kalshi AsyncAPI, orderbookSnapshotPayload; REST says `yes_dollars` where the stream says `yes_dollars_fp`.
    """
    try:
        yes = _side(body.yes_dollars_fp or body.yes_dollars, body.yes, "yes")
        no = _side(body.no_dollars_fp or body.no_dollars, body.no, "no")
    except ValueError as error:
        raise MalformedMessage("BAD_NUMBER", str(error)) from error
    return yes, no


def snapshot(body: SnapshotBody, sid: int | None, seq: int | None, source: str = "stream") -> BookSnapshot:
    """Build the record of a whole book."""
    yes, no = snapshot_sides(body)
    return BookSnapshot(body.market_ticker, yes, no, sid, seq, body.market_id, source)


def trade(frame: TradeFrame) -> Trade:
    """Convert a trade. Source: Kalshi AsyncAPI, tradePayload."""
    body = frame.msg
    try:
        price_e6 = _agreed(body.yes_price_dollars, sizes, body.yes_price, CENT_E6, "yes_price")
        size_e6 = _agreed(body.count_fp, sizes, body.count, E6, "count")
    except ValueError as error:
        raise MalformedMessage("BAD_NUMBER", str(error)) from error
    if price_e6 is None or size_e6 is None:
        raise MalformedMessage("FIELD_MISSING", "a trade without price or size")
    if size_e6 <= 0 or not 0 <= price_e6 <= E6:
        raise MalformedMessage("BAD_NUMBER", f"a trade of {size_e6} at {price_e6} millionths")
    return Trade(
        market=body.market_ticker,
        trade_id=body.trade_id,
        yes_price_e6=price_e6,
        size_e6=size_e6,
        taker_side=_taker(body.taker_outcome_side or body.taker_side),
        is_block=body.is_block_trade,
        sid=frame.sid,
        seq=frame.seq,
        venue_ns=_message_ns(body.ts_ms, body.ts),
    )


def _taker(word: str | None) -> Side | None:
    if word in ("yes", "no"):
        return "yes" if word == "yes" else "no"
    if word is None:
        return None
    raise MalformedMessage("UNKNOWN_SIDE", f"a taker on the side {word[:20]!r}")


def _message_ns(ts_ms: int | None, ts_s: int | None) -> int | None:
    return millis_ns(ts_ms) if ts_ms is not None else seconds_ns(ts_s)


def ticker(frame: TickerFrame) -> Ticker:
    """Convert a ticker. An empty or missing price is None, never zero. Source: Kalshi AsyncAPI, tickerPayload."""
    body = frame.msg
    try:
        return Ticker(
            market=body.market_ticker,
            price_e6=_agreed(
                body.price_dollars, sizes, None if body.price_dollars == "" else body.price, CENT_E6, "price"
            ),
            yes_bid_e6=_agreed(body.yes_bid_dollars, sizes, body.yes_bid, CENT_E6, "yes_bid"),
            yes_ask_e6=_agreed(body.yes_ask_dollars, sizes, body.yes_ask, CENT_E6, "yes_ask"),
            yes_bid_size_e6=_optional(body.yes_bid_size_fp),
            yes_ask_size_e6=_optional(body.yes_ask_size_fp),
            last_size_e6=_optional(body.last_trade_size_fp),
            volume_e6=_agreed(body.volume_fp, sizes, body.volume, E6, "volume"),
            open_interest_e6=_agreed(body.open_interest_fp, sizes, body.open_interest, E6, "open_interest"),
            sid=frame.sid,
            venue_ns=_message_ns(body.ts_ms, body.ts),
        )
    except ValueError as error:
        raise MalformedMessage("BAD_NUMBER", str(error)) from error


def message_ns(message: object) -> int | None:
    """Give the venue's time of a decoded message, Unix nanoseconds; None when it states none in milliseconds."""
    if isinstance(message, DeltaFrame | TickerFrame | TradeFrame):
        return millis_ns(message.msg.ts_ms)
    return None


def _optional(text: str | None) -> int | None:
    return sizes[text] if text else None


def price_grid(ranges: Sequence[Any] | None) -> PriceGrid | None:
    """Convert `price_ranges` `[{"start":"0.0000","end":"1.0000","step":"0.0100"}]`; None when the venue gave none."""
    if not ranges:
        return None
    try:
        grid = tuple(PriceRange(*(parse_e6(str(part[key])) for key in ("start", "end", "step"))) for part in ranges)
    except (ValueError, KeyError, TypeError) as error:
        raise MalformedMessage("BAD_GRID", f"price_ranges cannot be read: {error}") from error
    if any(r.step_e6 <= 0 or r.start_e6 > r.end_e6 for r in grid):
        raise MalformedMessage("BAD_GRID", "price_ranges with a step that leads nowhere")
    return PriceGrid(grid)


def market_event(msg: dict[str, Any], sid: int | None, seq: int | None) -> LifecycleEvent:
    """Convert a market_lifecycle_v2 message of any type, known or not.

    Times are seconds on the wire, nanoseconds here. Source: Kalshi AsyncAPI, marketLifecycleV2Payload.
    """
    ticker_, event_type = msg.get("market_ticker"), msg.get("event_type")
    if not isinstance(ticker_, str) or not isinstance(event_type, str):
        raise MalformedMessage("FIELD_MISSING", "a lifecycle message without market_ticker or event_type")
    facts = _market_facts(ticker_, event_type, msg)
    venue_ns = seconds_ns(msg.get("determination_ts")) or facts.settled_ns
    return LifecycleEvent(
        event_type=event_type, market=ticker_, venue_ns=venue_ns, sid=sid, seq=seq, facts=facts, raw=msg
    )


def _market_facts(ticker_: str, event_type: str, msg: dict[str, Any]) -> Market:
    details = msg.get("additional_metadata")
    details = details if isinstance(details, dict) else {}
    value = msg.get("settlement_value")
    try:
        settlement_e6 = parse_e6(value) if isinstance(value, str) and value else None
    except ValueError as error:
        raise MalformedMessage("BAD_NUMBER", f"settlement_value: {error}") from error
    return Market(
        ticker=ticker_,
        event_ticker=_text(details.get("event_ticker")),
        title=_text(details.get("title")) or _text(details.get("name")),
        result=_text(msg.get("result")) or None,
        settlement_value_e6=settlement_e6,
        open_ns=seconds_ns(msg.get("open_ts")),
        close_ns=seconds_ns(msg.get("close_ts")),
        settled_ns=seconds_ns(msg.get("settled_ts")),
        grid=price_grid(msg.get("price_ranges")),
        status=_STATUS_OF_EVENT.get(event_type),
    )


_STATUS_OF_EVENT = {
    "created": "initialized",
    "activated": "active",
    "deactivated": "inactive",
    "determined": "determined",
    "settled": "finalized",
}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def event_event(kind: str, msg: dict[str, Any], sid: int | None, seq: int | None) -> LifecycleEvent:
    """Convert an event_lifecycle or event_fee_update message."""
    event_ticker = msg.get("event_ticker")
    if not isinstance(event_ticker, str):
        raise MalformedMessage("FIELD_MISSING", f"{kind} without event_ticker")
    event = _event_entry(event_ticker, msg) if kind == "event_lifecycle" else None
    return LifecycleEvent(event_type=kind, event_ticker=event_ticker, sid=sid, seq=seq, event=event, raw=msg)


def _event_entry(ticker: str, msg: dict[str, Any]) -> EventEntry:
    """Read what the stream says of an event; it says `subtitle` where REST says `sub_title`."""
    return EventEntry(
        ticker=ticker,
        series_ticker=_stated(msg, "series_ticker"),
        title=_stated(msg, "title"),
        sub_title=_stated(msg, "subtitle"),
        collateral_return_type=_stated(msg, "collateral_return_type"),
    )


def _stated(msg: dict[str, Any], name: str) -> str | None:
    value = msg.get(name)
    return value if isinstance(value, str) and value else None


def reason_of(error: Exception) -> str:
    """Give a short, countable code for a failure to decode."""
    if isinstance(error, MalformedMessage):
        return error.reason
    if isinstance(error, msgspec.ValidationError):
        return "BAD_FIELD"
    if isinstance(error, UnicodeDecodeError):
        return "BAD_UTF8"
    return "BAD_NUMBER" if isinstance(error, ValueError) and not isinstance(error, msgspec.MsgspecError) else "BAD_JSON"
