"""The world's own list as plain values, for tests that compare it with what a client believes.

Nothing here goes through the wire: no texts of prices or times, no filters, no pages. Times are Unix ns cut to
microseconds and prices 1e-4 dollars, which is as fine as the venue says them.
"""

from typing import Any

import msgspec

from firstprint.sim.kalshi.grids import Band
from firstprint.sim.kalshi.listings import SimEvent, SimSeries
from firstprint.sim.kalshi.market import SimMarket
from firstprint.sim.kalshi.rules import rules_primary, rules_secondary

_US_NS = 1_000


class ListedSeries(msgspec.Struct, frozen=True, kw_only=True):
    """A series as it is. `scope` is said only to those who ask for the product metadata."""

    ticker: str
    title: str
    category: str
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    frequency: str
    scope: str | None
    fee_type: str
    fee_multiplier: float
    sources: tuple[tuple[str, str], ...]
    updated_ns: int


class ListedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it is."""

    ticker: str
    series_ticker: str
    title: str
    sub_title: str
    category: str
    mutually_exclusive: bool
    competition: str | None
    scope: str | None
    updated_ns: int


class ListedMarket(msgspec.Struct, frozen=True, kw_only=True):
    """A market as it is; `settlement_value_e4` and `settled_ns` are None until it is paid out."""

    ticker: str
    event_ticker: str
    series_ticker: str
    title: str
    yes_sub_title: str
    no_sub_title: str
    status: str
    result: str
    expiration_value: str
    settlement_value_e4: int | None
    created_ns: int
    open_ns: int
    close_ns: int
    expected_expiration_ns: int
    latest_expiration_ns: int
    occurrence_ns: int
    settled_ns: int | None
    updated_ns: int
    strike_type: str
    floor_strike: float | None
    cap_strike: float | None
    custom_strike: dict[str, Any] | None
    price_level_structure: str
    bands_e4: tuple[Band, ...]
    rules_primary: str
    rules_secondary: str
    can_close_early: bool
    settlement_timer_s: int
    exchange_index: int


def listed_series(series: SimSeries, start_ns: int) -> ListedSeries:
    """Tell what a series is now."""
    return ListedSeries(
        ticker=series.ticker, title=series.title, category=series.category, categories=series.categories,
        tags=series.tags or (), frequency=series.frequency, scope=series.scope, fee_type=series.fee_type,
        fee_multiplier=series.fee_multiplier, sources=series.sources or (),
        updated_ns=_cut(series.updated_ns or start_ns),
    )  # fmt: skip


def listed_event(event: SimEvent) -> ListedEvent:
    """Tell what an event is now."""
    series = event.series
    return ListedEvent(
        ticker=event.ticker, series_ticker=series.ticker, title=event.title, sub_title=event.sub_title,
        category=series.category, mutually_exclusive=event.exclusive,
        competition=series.competition if series.scope else None, scope=series.scope,
        updated_ns=_cut(event.updated_ns),
    )  # fmt: skip


def listed_market(market: SimMarket) -> ListedMarket:
    """Tell what a market is now."""
    plan, times = market.plan, market.times
    strike = plan.strike.rows()
    paid = market.settled_ns is not None
    return ListedMarket(
        ticker=market.ticker, event_ticker=plan.event.ticker, series_ticker=plan.event.series.ticker,
        title=market.title, yes_sub_title=plan.yes_sub_title, no_sub_title=plan.yes_sub_title,
        status=market.status, result=market.result,
        expiration_value=plan.yes_sub_title if market.result else "",
        settlement_value_e4=market.value_e4 if paid else None, created_ns=_cut(times.created_ns),
        open_ns=_cut(times.open_ns), close_ns=_cut(times.close_ns), expected_expiration_ns=_cut(market.expected_ns),
        latest_expiration_ns=_cut(times.far_ns), occurrence_ns=_cut(market.expected_ns),
        settled_ns=_cut(market.settled_ns) if market.settled_ns is not None else None,
        updated_ns=_cut(market.updated_ns), strike_type=plan.strike.type, floor_strike=plan.strike.floor,
        cap_strike=plan.strike.cap, custom_strike=strike.get("custom_strike"),
        price_level_structure=market.grid.label, bands_e4=market.grid.bands,
        rules_primary=rules_primary(plan), rules_secondary=rules_secondary(plan), can_close_early=True,
        settlement_timer_s=60, exchange_index=1 if market.combo else 0,
    )  # fmt: skip


def _cut(at_ns: int) -> int:
    return at_ns // _US_NS * _US_NS
