"""Entries of the securities master: what a venue lists, field by field, as it stated it.

An entry is a whole statement: a field that is None was not stated, or stated as empty. Times are Unix nanoseconds.
Text comes from outside and is hostile. What changes with every trade (quotes, volumes) is no part of an entry: it
belongs to the stream, and would make every row of the master new at every look.
"""

from typing import Any

import msgspec

from firstprint.domain.instruments import PriceGrid


class SeriesEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A series as its venue lists it. `scope` is the venue's word for what its events are (`Game`, `Spread`, ...)."""

    ticker: str
    title: str | None = None
    category: str | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    frequency: str | None = None
    scope: str | None = None
    fee_type: str | None = None
    fee_multiplier: str | None = None
    """The venue's decimal number, as text: exact."""
    settlement_sources: tuple[dict[str, Any], ...] = ()
    contract_url: str | None = None
    contract_terms_url: str | None = None
    exchange_index: int | None = None
    updated_ns: int | None = None
    """When the venue says that it changed it last."""


class EventEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An event as its venue lists it. An event has no status of its own: its markets have."""

    ticker: str
    series_ticker: str | None = None
    title: str | None = None
    sub_title: str | None = None
    category: str | None = None
    collateral_return_type: str | None = None
    mutually_exclusive: bool | None = None
    competition: str | None = None
    competition_scope: str | None = None
    strike_ns: int | None = None
    strike_period: str | None = None
    exchange_index: int | None = None
    updated_ns: int | None = None


class MarketEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A market as its venue lists it. `status` is the venue's own word, unknown ones included.

    `series_ticker` is known where the market came nested in its event. Strikes are the venue's numbers, exact, as
    decimal text.
    """

    ticker: str
    event_ticker: str | None = None
    series_ticker: str | None = None
    market_type: str | None = None
    title: str | None = None
    subtitle: str | None = None
    yes_sub_title: str | None = None
    no_sub_title: str | None = None
    status: str | None = None
    result: str | None = None
    settlement_value_e6: int | None = None
    expiration_value: str | None = None
    created_ns: int | None = None
    open_ns: int | None = None
    close_ns: int | None = None
    expected_expiration_ns: int | None = None
    latest_expiration_ns: int | None = None
    occurrence_ns: int | None = None
    settled_ns: int | None = None
    updated_ns: int | None = None
    strike_type: str | None = None
    floor_strike: str | None = None
    cap_strike: str | None = None
    functional_strike: str | None = None
    custom_strike: dict[str, Any] | None = None
    price_level_structure: str | None = None
    grid: PriceGrid | None = None
    rules_primary: str | None = None
    rules_secondary: str | None = None
    early_close_condition: str | None = None
    can_close_early: bool | None = None
    settlement_timer_s: int | None = None
    notional_e6: int | None = None
    exchange_index: int | None = None


class ListedPage(msgspec.Struct, kw_only=True):
    """What one page of a venue's lists holds. `unreadable` has the rows that could not be read, each with the reason.

    `combos` counts markets that are left out because they are combinations of others. `last_page` says that the list
    ends here.
    """

    series: list[SeriesEntry] = []
    events: list[EventEntry] = []
    markets: list[MarketEntry] = []
    unreadable: list[tuple[str, bytes]] = []
    combos: int = 0
    last_page: bool = True
