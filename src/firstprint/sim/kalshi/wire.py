"""The venue's WebSocket messages as bytes, in both generations of the wire.

Shapes: Kalshi AsyncAPI of September 2026 (`dollars`), and the integer cents of 2025 (`cents`). A body is built once
per happening; the envelope adds what differs between connections.
"""

from typing import Any

import msgspec

from firstprint.sim.kalshi.books import SIDES, Change, Side, SimBook, quote
from firstprint.sim.kalshi.listings import SimEvent
from firstprint.sim.kalshi.market import SimMarket, SimTrade
from firstprint.sim.kalshi.rules import rules_primary, rules_secondary
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.texts import DOLLAR_E4, NS_PER_MS, NS_PER_S, PRICE_TEXTS, size_text, time_text

encode = msgspec.json.encode


def frame(
    kind: str, sid: int | None, seq: int | None, body: bytes, *, command: int | None = None, sent_ms: int
) -> bytes:
    """Wrap a body into a frame ending with a newline. `sent_ms` of 0 leaves `sending_ts_ms` out."""
    head = f'{{"type":"{kind}"'
    if command is not None:
        head += f',"id":{command}'
    if sid is not None:
        head += f',"sid":{sid}'
    if seq is not None:
        head += f',"seq":{seq}'
    if sent_ms:
        head += f',"sending_ts_ms":{sent_ms}'
    if not body:
        return f"{head}}}\n".encode()
    return b'%b,"msg":%b}\n' % (head.encode(), body)


class Wording:
    """Says market data in one generation of the wire."""

    def __init__(self, settings: SimSettings) -> None:
        self._cents = settings.wire == "cents"
        self._untraded = "" if settings.empty_prices else PRICE_TEXTS[0]
        self._empty_side = settings.empty_side

    def snapshot(self, market: SimMarket, book: SimBook, *, yes_price: bool) -> bytes:
        """Say a whole book; `yes_price` quotes the no side in yes terms."""
        body: dict[str, Any] = {"market_ticker": market.ticker, "market_id": market.market_id}
        for side in SIDES:
            levels = book.levels(side)
            if yes_price and side == "no":
                levels = [(DOLLAR_E4 - price, size) for price, size in reversed(levels)]
            if levels:
                body[self._side_key(side)] = [self._level(price, size) for price, size in levels]
            elif self._empty_side != "absent":
                body[self._side_key(side)] = [] if self._empty_side == "list" else None
        return encode(body)

    def _side_key(self, side: Side) -> str:
        return side if self._cents else f"{side}_dollars_fp"

    def _level(self, price_e4: int, size_e2: int) -> tuple[Any, Any]:
        if self._cents:
            return price_e4 // 100, size_e2 // 100
        return PRICE_TEXTS[price_e4], size_text(size_e2)

    def delta(self, market: SimMarket, change: Change, at_ns: int, *, yes_price: bool) -> bytes:
        """Say a change of one level, signed."""
        price = DOLLAR_E4 - change.price_e4 if yes_price and change.side == "no" else change.price_e4
        if self._cents:
            what = f'"price":{price // 100},"delta":{change.delta_e2 // 100}'
            times = ""
        else:
            times = f',"ts_ms":{at_ns // NS_PER_MS}'
            what = f'"price_dollars":"{PRICE_TEXTS[price]}","delta_fp":"{size_text(change.delta_e2)}"'
        return (
            f'{{"market_ticker":"{market.ticker}","market_id":"{market.market_id}",{what},'
            f'"side":"{change.side}","ts":"{time_text(at_ns)}"{times}}}'
        ).encode()

    def trade(self, trade: SimTrade) -> bytes:
        """Say a trade."""
        yes, no = trade.yes_price_e4, DOLLAR_E4 - trade.yes_price_e4
        body: dict[str, Any] = {
            "trade_id": trade.trade_id, "market_ticker": trade.ticker, "taker_side": trade.taker,
            "ts": trade.at_ns // NS_PER_S,
        }  # fmt: skip
        if self._cents:
            return encode(body | {"yes_price": yes // 100, "no_price": no // 100, "count": trade.size_e2 // 100})
        return encode(body | {
            "yes_price_dollars": PRICE_TEXTS[yes], "no_price_dollars": PRICE_TEXTS[no],
            "count_fp": size_text(trade.size_e2), "taker_outcome_side": trade.taker,
            "taker_book_side": "bid" if trade.taker == "yes" else "ask", "is_block_trade": False,
            "ts_ms": trade.at_ns // NS_PER_MS,
        })  # fmt: skip

    def ticker(self, market: SimMarket, book: SimBook, at_ns: int) -> bytes:
        """Say a market's summary. Without a bid the price is 0, without an ask 1; the sizes say which are real."""
        top = quote(book)
        value_e2 = market.volume_e2 // 2
        body: dict[str, Any] = {
            "market_ticker": market.ticker, "market_id": market.market_id,
            "dollar_volume": value_e2 // 100, "dollar_open_interest": market.interest_e2 // 200,
            "ts": at_ns // NS_PER_S,
        }  # fmt: skip
        if self._cents:
            body |= {
                "price": market.last_e4 // 100, "yes_bid": top.bid_e4 // 100, "yes_ask": top.ask_e4 // 100,
                "volume": market.volume_e2 // 100, "open_interest": market.interest_e2 // 100,
            }  # fmt: skip
            return encode(body)
        body |= {
            "price_dollars": PRICE_TEXTS[market.last_e4] if market.volume_e2 else self._untraded,
            "yes_bid_dollars": PRICE_TEXTS[top.bid_e4], "yes_ask_dollars": PRICE_TEXTS[top.ask_e4],
            "yes_bid_size_fp": size_text(top.bid_size_e2), "yes_ask_size_fp": size_text(top.ask_size_e2),
            "last_trade_size_fp": size_text(market.last_size_e2), "volume_fp": size_text(market.volume_e2),
            "open_interest_fp": size_text(market.interest_e2), "ts_ms": at_ns // NS_PER_MS, "time": time_text(at_ns),
        }  # fmt: skip
        return encode(body)


def lifecycle(market: SimMarket, what: str, at_ns: int) -> bytes:
    """Say a step of a market's life; times are in seconds, as nowhere else on this socket."""
    body: dict[str, Any] = {"market_ticker": market.ticker, "event_type": what}
    if what == "created":
        body |= _created(market)
    elif what in {"activated", "deactivated"}:
        body["is_deactivated"] = what == "deactivated"
    elif what == "close_date_updated":
        body["close_ts"] = market.times.close_ns // NS_PER_S
    elif what == "determined":
        value = PRICE_TEXTS[market.value_e4]
        body |= {"result": market.result, "settlement_value": value, "determination_ts": at_ns // NS_PER_S}
    elif what == "settled":
        body["settled_ts"] = at_ns // NS_PER_S
    elif what == "price_level_structure_updated":
        body |= {"price_level_structure": market.grid.label, "price_ranges": market.grid.rows()}
    elif what == "metadata_updated":
        body |= {**market.plan.strike.rows(), "yes_sub_title": market.plan.yes_sub_title}
    return encode(body)


def _created(market: SimMarket) -> dict[str, Any]:
    plan, times = market.plan, market.times
    ranges = {} if market.combo else {"price_ranges": market.grid.rows()}
    return {
        "exchange_index": 1 if market.combo else 0,
        "open_ts": times.open_ns // NS_PER_S,
        "close_ts": times.close_ns // NS_PER_S,
        "price_level_structure": market.grid.label,
        **ranges,
        "additional_metadata": {
            "name": plan.yes_sub_title,
            "title": market.title,
            "yes_sub_title": plan.yes_sub_title,
            "no_sub_title": plan.yes_sub_title,
            "rules_primary": rules_primary(plan),
            "rules_secondary": rules_secondary(plan),
            "can_close_early": True,
            "event_ticker": plan.event.ticker,
            "expected_expiration_ts": market.expected_ns // NS_PER_S,
            **plan.strike.rows(),
        },
    }


def event_message(event: SimEvent, what: str) -> bytes:
    """Say `event_lifecycle` or `event_fee_update`."""
    if what == "event_fee_update":
        return encode({"event_ticker": event.ticker, "fee_type_override": "quadratic", "fee_multiplier_override": 1})
    return encode({
        "event_ticker": event.ticker, "title": event.title, "subtitle": event.sub_title, "exchange_index": 0,
        "collateral_return_type": "MECNET" if event.exclusive else "", "series_ticker": event.series.ticker,
    })  # fmt: skip
