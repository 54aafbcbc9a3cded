"""Messages of the market channel and books of REST, rendered as the venue words them: numbers as text, times in ms.

Source: the venue's examples of September 2025 and recorded messages; levels are in the live order, best last.
"""

from typing import Any

import msgspec

from firstprint.sim.polymarket.books import Change, Levels, SimBook, Trade, mirrored
from firstprint.sim.polymarket.ids import book_hash
from firstprint.sim.polymarket.market import SimMarket
from firstprint.sim.polymarket.texts import DOLLAR_E4, NS_PER_MS, PRICE_TEXTS, number, second_text, size_text

encode = msgspec.json.encode


def _levels(levels: Levels) -> str:
    return ",".join(f'{{"price":"{PRICE_TEXTS[p]}","size":"{size_text(s)}"}}' for p, s in levels)


def _tail(market: SimMarket) -> str:
    last = PRICE_TEXTS[market.last_e4] if market.last_e4 is not None else ""
    risk = str(market.event.plan.neg_risk).lower()
    tick = PRICE_TEXTS[market.tick_e4]
    return f'"min_order_size":"5","tick_size":"{tick}","neg_risk":{risk},"last_trade_price":"{last}"'


def book_text(market: SimMarket, book: SimBook, index: int, *, event: bool) -> tuple[str, str]:
    """Render a token's whole book; give the text and the hash in it.

    The hash is SHA-1 of the same object with an empty hash, as the venue's own client computes it.
    """
    bids, asks = map(_levels, book.levels(index))
    stamp = market.changed_ns // NS_PER_MS
    head = f'"market":"{market.condition}","asset_id":"{market.tokens[index]}","timestamp":"{stamp}"'
    body = f'"bids":[{bids}],"asks":[{asks}],{_tail(market)}'
    digest = book_hash(f'{{{head},"hash":"",{body}}}'.encode())
    kind = '"event_type":"book",' if event else ""
    return f'{{{kind}{head},"hash":"{digest}",{body}}}', digest


def change_text(token: str, change: Change, digest: str, bid_e4: int, ask_e4: int) -> str:
    """Render one entry of a `price_change`."""
    return (
        f'{{"asset_id":"{token}","price":"{PRICE_TEXTS[change.price_e4]}","size":"{size_text(change.size_e2)}",'
        f'"side":"{change.side}","hash":"{digest}","best_bid":"{PRICE_TEXTS[bid_e4]}","best_ask":"{PRICE_TEXTS[ask_e4]}"}}'
    )


def both_changes(market: SimMarket, change: Change, hashes: tuple[str, str], bid_e4: int, ask_e4: int) -> str:
    """Render a change for both tokens: the second is the first's complement."""
    return (
        change_text(market.tokens[0], change, hashes[0], bid_e4, ask_e4)
        + ","
        + change_text(market.tokens[1], mirrored(change), hashes[1], DOLLAR_E4 - ask_e4, DOLLAR_E4 - bid_e4)
    )


def price_change(condition: str, entries: list[str], stamp_ms: int) -> bytes:
    """Render a `price_change` of such entries."""
    return (
        f'{{"event_type":"price_change","market":"{condition}","price_changes":[{",".join(entries)}],'
        f'"timestamp":"{stamp_ms}"}}'
    ).encode()


def last_trade(market: SimMarket, trade: Trade, index: int, stamp_ms: int, transaction: str) -> bytes:
    """Render a `last_trade_price` in terms of one token."""
    price = trade.change.price_e4 if index == 0 else DOLLAR_E4 - trade.change.price_e4
    taker = trade.taker if index == 0 else ("SELL" if trade.taker == "BUY" else "BUY")
    return encode({
        "event_type": "last_trade_price", "asset_id": market.tokens[index], "market": market.condition,
        "price": PRICE_TEXTS[price], "size": size_text(trade.size_e2), "fee_rate_bps": "0", "side": taker,
        "timestamp": str(stamp_ms), "transaction_hash": transaction,
    })  # fmt: skip


def tick_change(market: SimMarket, index: int, old_e4: int, stamp_ms: int) -> bytes:
    """Render a `tick_size_change`."""
    return encode({
        "event_type": "tick_size_change", "asset_id": market.tokens[index], "market": market.condition,
        "old_tick_size": PRICE_TEXTS[old_e4], "new_tick_size": PRICE_TEXTS[market.tick_e4],
        "timestamp": str(stamp_ms),
    })  # fmt: skip


def best_bid_ask(market: SimMarket, index: int, bid_e4: int, ask_e4: int, stamp_ms: int) -> bytes:
    """Render a `best_bid_ask`; `bid_e4` and `ask_e4` are that token's own."""
    return encode({
        "event_type": "best_bid_ask", "market": market.condition, "asset_id": market.tokens[index],
        "best_bid": PRICE_TEXTS[bid_e4], "best_ask": PRICE_TEXTS[ask_e4],
        "spread": PRICE_TEXTS[max(0, ask_e4 - bid_e4)], "timestamp": str(stamp_ms),
    })  # fmt: skip


def new_market(market: SimMarket, stamp_ms: int) -> bytes:
    """Render a `new_market`: `line` is text here, and empty where there is none."""
    plan, event = market.plan, market.event
    named = {"id": str(event.number), "ticker": event.plan.slug, "slug": event.plan.slug, "title": event.plan.title,
             "description": event.plan.description}  # fmt: skip
    return encode({
        "event_type": "new_market", "id": str(market.number), "question": plan.question, "market": market.condition,
        "slug": plan.slug, "description": plan.description, "assets_ids": market.tokens, "outcomes": plan.outcomes,
        "event_message": named, "timestamp": str(stamp_ms), "tags": [tag.slug for tag in event.plan.tags],
        "condition_id": market.condition, "active": plan.flaw != "inactive", "clob_token_ids": market.tokens,
        "sports_market_type": plan.kind, "line": f"{plan.line:g}" if plan.line is not None else "",
        "game_start_time": second_text(event.starts_ns) if event.starts_ns is not None else "",
        "order_price_min_tick_size": PRICE_TEXTS[market.tick_e4], "group_item_title": plan.group,
        "taker_base_fee": "1000", "fees_enabled": True,
    })  # fmt: skip


def resolved(market: SimMarket, stamp_ms: int) -> bytes:
    """Render a `market_resolved`. One that pays both sides a half names no winner."""
    row: dict[str, Any] = {
        "event_type": "market_resolved", "id": str(market.number), "market": market.condition,
        "assets_ids": market.tokens, "winning_asset_id": "", "winning_outcome": "", "timestamp": str(stamp_ms),
        "tags": [tag.slug for tag in market.event.plan.tags],
    }  # fmt: skip
    if market.value in {0.0, 1.0}:
        winner = 0 if market.value else 1
        row |= {"winning_asset_id": market.tokens[winner], "winning_outcome": market.plan.outcomes[winner]}
    return encode(row)


def price_number(price_e4: int) -> float:
    """Turn a price into the JSON number that Gamma says."""
    return number(PRICE_TEXTS[price_e4])
