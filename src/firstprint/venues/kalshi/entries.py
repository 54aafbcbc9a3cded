"""From rows of Kalshi's lists to entries of the securities master. Pure; what cannot be read raises.

Each function raises MalformedMessage or ValueError when a number is none, and nothing is rounded. An empty text, null
and an absent field all mean that nothing is stated; a time that cannot be read is none.
"""

import re
from decimal import Decimal
from typing import Any

import msgspec

from firstprint.domain.entries import EventEntry, MarketEntry, SeriesEntry
from firstprint.domain.instruments import PriceGrid
from firstprint.venues.kalshi.memory import Remembered
from firstprint.venues.kalshi.parse import CENT_E6, price_grid, sizes
from firstprint.venues.kalshi.rows import Number, WireEvent, WireEventMetadata, WireMarket, WireSeries
from firstprint.venues.kalshi.times import rfc3339_ns, seconds_ns

NULL = b"null"
CENTS_MAX = 10**14
"""A trillion dollars: anything above is a broken row."""
_PLAIN = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?", re.ASCII)
_EXPONENT = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?[eE][+-]?[0-9]{1,2}", re.ASCII)


def decimal_text(printed: bytes) -> str | None:
    """Give a JSON number as decimal text, digit by digit as it was printed; only an exponent is written out.

    A number within quotes is one too; null and "" are None. Raises ValueError for anything else.
    """
    text = printed.decode().strip('"')
    if printed == NULL or not text:
        return None
    if _PLAIN.fullmatch(text):
        return text
    if _EXPONENT.fullmatch(text):
        return format(Decimal(text), "f")
    raise ValueError(f"not a decimal number: {text[:40]!r}")


def _moment(text: str) -> int | None:
    return rfc3339_ns(text)


def _grid(printed: bytes) -> PriceGrid | None:
    return price_grid(msgspec.json.decode(printed))


_moments = Remembered(_moment)
_numbers = Remembered(decimal_text)
_grids = Remembered(_grid, entries_max=4_096, length_max=4_096)


def series_entry(row: WireSeries) -> SeriesEntry:
    """Convert one listed series."""
    metadata = row.product_metadata
    return SeriesEntry(
        ticker=row.ticker,
        title=row.title or None,
        category=row.category or None,
        categories=tuple(row.categories or ()),
        tags=tuple(row.tags or ()),
        frequency=row.frequency or None,
        scope=None if metadata is None else metadata.scope or None,
        fee_type=row.fee_type or None,
        fee_multiplier=_number(row.fee_multiplier),
        settlement_sources=tuple(row.settlement_sources or ()),
        contract_url=row.contract_url or None,
        contract_terms_url=row.contract_terms_url or None,
        exchange_index=row.exchange_index,
        updated_ns=_updated_ns(row.last_updated_ts),
    )


def event_entry(row: WireEvent[Any]) -> EventEntry:
    """Convert one listed event, without its markets."""
    metadata = row.product_metadata or WireEventMetadata()
    return EventEntry(
        ticker=row.event_ticker,
        series_ticker=row.series_ticker or None,
        title=row.title or None,
        sub_title=row.sub_title or None,
        category=row.category or None,
        collateral_return_type=row.collateral_return_type or None,
        mutually_exclusive=row.mutually_exclusive,
        competition=metadata.competition or None,
        competition_scope=metadata.competition_scope or None,
        strike_ns=_moments[row.strike_date] if row.strike_date else None,
        strike_period=row.strike_period or None,
        exchange_index=row.exchange_index,
        updated_ns=_updated_ns(row.last_updated_ts),
    )


def market_entry(row: WireMarket, event: EventEntry | None = None) -> MarketEntry:
    """Convert one listed market; what it does not say of event and series, the event says that it is nested in."""
    moments = _moments
    return MarketEntry(
        ticker=row.ticker,
        event_ticker=row.event_ticker or (event.ticker if event else None),
        series_ticker=row.series_ticker or (event.series_ticker if event else None),
        market_type=row.market_type or None,
        title=row.title or None,
        subtitle=row.subtitle or None,
        yes_sub_title=row.yes_sub_title or None,
        no_sub_title=row.no_sub_title or None,
        status=row.status or None,
        result=row.result or None,
        settlement_value_e6=_dollars_e6(row.settlement_value_dollars, row.settlement_value),
        expiration_value=row.expiration_value or None,
        created_ns=moments[row.created_time] if row.created_time else None,
        open_ns=moments[row.open_time] if row.open_time else None,
        close_ns=moments[row.close_time] if row.close_time else None,
        expected_expiration_ns=moments[row.expected_expiration_time] if row.expected_expiration_time else None,
        latest_expiration_ns=moments[row.latest_expiration_time] if row.latest_expiration_time else None,
        occurrence_ns=moments[row.occurrence_datetime] if row.occurrence_datetime else None,
        settled_ns=moments[row.settlement_ts] if row.settlement_ts else None,
        updated_ns=moments[row.updated_time] if row.updated_time else None,
        strike_type=row.strike_type or None,
        floor_strike=_number(row.floor_strike),
        cap_strike=_number(row.cap_strike),
        functional_strike=row.functional_strike or None,
        custom_strike=row.custom_strike or None,
        price_level_structure=row.price_level_structure or None,
        grid=None if isinstance(row.price_ranges, msgspec.UnsetType) else _grids[bytes(row.price_ranges)],
        rules_primary=row.rules_primary or None,
        rules_secondary=row.rules_secondary or None,
        early_close_condition=row.early_close_condition or None,
        can_close_early=row.can_close_early,
        settlement_timer_s=row.settlement_timer_seconds,
        notional_e6=_dollars_e6(row.notional_value_dollars, row.notional_value),
        exchange_index=row.exchange_index,
    )


def _number(printed: Number) -> str | None:
    return None if isinstance(printed, msgspec.UnsetType) else _numbers[bytes(printed)]


def _dollars_e6(text: str | None, cents: int | None) -> int | None:
    """Give dollars as 1e-6 dollars; whole cents count where no dollars are stated, on the wire of before March 2026."""
    if text:
        return sizes[text]
    if cents is None:
        return None
    if abs(cents) > CENTS_MAX:
        raise ValueError(f"larger than a trillion dollars: {cents} cents")
    return cents * CENT_E6


def _updated_ns(moment: str | int | None) -> int | None:
    return _moments[moment] if isinstance(moment, str) else seconds_ns(moment)
