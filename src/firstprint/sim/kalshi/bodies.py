"""REST bodies: series, events, markets, books and trades as the venue renders them since October 2026."""

from typing import Any

from firstprint.sim.kalshi.books import Quote, SimBook
from firstprint.sim.kalshi.grids import RANGES
from firstprint.sim.kalshi.listings import SimEvent, SimSeries
from firstprint.sim.kalshi.market import SimMarket, SimTrade
from firstprint.sim.kalshi.rules import rules_primary, rules_secondary
from firstprint.sim.kalshi.texts import DOLLAR_E4, PRICE_TEXTS, size_text, time_text
from firstprint.sim.kalshi.truth import level_texts


def series_row(series: SimSeries, start_ns: int, *, scope: bool) -> dict[str, Any]:
    """Render a series; tags and settlement sources may be null, as at the venue. `scope` is for those who ask."""
    row: dict[str, Any] = {
        "ticker": series.ticker, "title": series.title, "category": series.category,
        "categories": series.categories, "frequency": series.frequency, "tags": series.tags,
        "settlement_sources": _sources(series), "additional_prohibitions": None, "contract_url": "",
        "contract_terms_url": "", "fee_type": series.fee_type, "fee_multiplier": series.fee_multiplier,
        "exchange_index": 0, "last_updated_ts": time_text(series.updated_ns or start_ns),
    }  # fmt: skip
    if scope and series.scope:
        row["product_metadata"] = {"scope": series.scope}
    return row


def _sources(series: SimSeries) -> list[dict[str, str]] | None:
    return [{"name": name, "url": url} for url, name in series.sources] if series.sources else None


def event_row(event: SimEvent) -> dict[str, Any]:
    """Render an event without its markets."""
    series = event.series
    row: dict[str, Any] = {
        "event_ticker": event.ticker, "series_ticker": series.ticker, "title": event.title,
        "sub_title": event.sub_title, "collateral_return_type": "MECNET" if event.exclusive else "",
        "mutually_exclusive": event.exclusive, "category": series.category, "strike_period": "",
        "settlement_sources": _sources(series), "exchange_index": 0, "last_updated_ts": time_text(event.updated_ns),
    }  # fmt: skip
    if series.scope:
        row["product_metadata"] = {"competition": series.competition, "competition_scope": series.scope}
    return row


def market_row(market: SimMarket, top: Quote, *, liquidity: bool) -> dict[str, Any]:
    """Render a market with its quote. One flat literal: a page has a thousand of these."""
    plan, times, grid = market.plan, market.times, market.grid
    last, far, end = PRICE_TEXTS[market.last_e4], time_text(times.far_ns), time_text(market.expected_ns)
    bid, ask = PRICE_TEXTS[top.bid_e4], PRICE_TEXTS[top.ask_e4]
    volume = size_text(market.volume_e2)
    row: dict[str, Any] = {
        "ticker": market.ticker, "event_ticker": plan.event.ticker, "title": market.title,
        "yes_sub_title": plan.yes_sub_title, "no_sub_title": plan.yes_sub_title, "rules_primary": rules_primary(plan),
        "rules_secondary": rules_secondary(plan), **plan.strike.rows(), "created_time": time_text(times.created_ns),
        "updated_time": time_text(market.updated_ns), "open_time": time_text(times.open_ns),
        "close_time": time_text(times.close_ns), "expiration_time": far, "latest_expiration_time": far,
        "expected_expiration_time": end, "occurrence_datetime": end, "status": market.status,
        "result": market.result, "market_type": "binary", "notional_value_dollars": "1.0000",
        "can_close_early": True, "settlement_timer_seconds": 60, "settlement_bounds_type": "default",
        "expiration_value": plan.yes_sub_title if market.result else "", "yes_bid_dollars": bid,
        "yes_ask_dollars": ask, "no_bid_dollars": PRICE_TEXTS[DOLLAR_E4 - top.ask_e4],
        "no_ask_dollars": PRICE_TEXTS[DOLLAR_E4 - top.bid_e4], "yes_bid_size_fp": size_text(top.bid_size_e2),
        "yes_ask_size_fp": size_text(top.ask_size_e2), "last_price_dollars": last, "previous_price_dollars": last,
        "previous_yes_bid_dollars": bid, "previous_yes_ask_dollars": ask, "volume_fp": volume,
        "volume_24h_fp": volume, "open_interest_fp": size_text(market.interest_e2),
        "exchange_index": 1 if market.combo else 0, "price_level_structure": grid.label,
        "price_ranges": RANGES[grid.label],
    }  # fmt: skip
    if market.settled_ns is not None:
        row |= {"settlement_value_dollars": PRICE_TEXTS[market.value_e4], "settlement_ts": time_text(market.settled_ns)}
    if market.combo:
        row |= _legs(market)
    if liquidity:
        row["liquidity_dollars"] = "0.0000"
    return row


def _legs(market: SimMarket) -> dict[str, Any]:
    legs = [{"event_ticker": leg.rpartition("-")[0], "market_ticker": leg, "side": "yes"} for leg in market.plan.legs]
    collection = f"{market.plan.event.series.ticker}-R"
    return {"mve_collection_ticker": collection, "mve_selected_legs": legs, "is_provisional": True}


def book_row(book: SimBook, depth: int) -> dict[str, Any]:
    """Render a book: the best `depth` levels a side (0 for all), ascending; an empty side is `[]`."""
    return {f"{side}_dollars": level_texts(book, side)[-depth:] for side in ("yes", "no")}


def trade_row(trade: SimTrade) -> dict[str, Any]:
    """Render a trade; REST says `ticker` and `created_time` where the WebSocket says otherwise."""
    return {
        "trade_id": trade.trade_id, "ticker": trade.ticker, "count_fp": size_text(trade.size_e2),
        "yes_price_dollars": PRICE_TEXTS[trade.yes_price_e4],
        "no_price_dollars": PRICE_TEXTS[DOLLAR_E4 - trade.yes_price_e4], "taker_side": trade.taker,
        "taker_outcome_side": trade.taker, "taker_book_side": "bid" if trade.taker == "yes" else "ask",
        "is_block_trade": False, "created_time": time_text(trade.at_ns),
    }  # fmt: skip
