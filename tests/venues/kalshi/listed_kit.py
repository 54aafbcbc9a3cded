"""Entries of the securities master at random, and a naive writer that says them as Kalshi's wire does.

The writer is a second reading of the fact sheet: it shares nothing with the product but the entries' fields.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import strategies as st

from firstprint.domain.entries import EventEntry, MarketEntry, SeriesEntry
from firstprint.domain.instruments import PriceGrid, PriceRange

TEXT_NAMES = {
    "title": "title", "subtitle": "subtitle", "yes_sub_title": "yes_sub_title", "no_sub_title": "no_sub_title",
    "status": "status", "result": "result", "expiration_value": "expiration_value", "market_type": "market_type",
    "strike_type": "strike_type", "functional_strike": "functional_strike", "event_ticker": "event_ticker",
    "price_level_structure": "price_level_structure", "rules_primary": "rules_primary",
    "rules_secondary": "rules_secondary", "early_close_condition": "early_close_condition",
}  # fmt: skip
TIME_NAMES = {
    "created_ns": "created_time", "open_ns": "open_time", "close_ns": "close_time", "settled_ns": "settlement_ts",
    "expected_expiration_ns": "expected_expiration_time", "latest_expiration_ns": "latest_expiration_time",
    "occurrence_ns": "occurrence_datetime", "updated_ns": "updated_time",
}  # fmt: skip
PLAIN_NAMES = {
    "can_close_early": "can_close_early", "settlement_timer_s": "settlement_timer_seconds",
    "exchange_index": "exchange_index",
}  # fmt: skip

texts = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20),
    st.sampled_from(["active", "finalized", "disputed", "<script>", "'; drop table markets; --", "ürsus\u202e"]),
)
tickers = st.from_regex(r"KX[A-LN-Z0-9][A-Z0-9.]{0,8}(-[A-Z0-9.]{1,8}){0,2}", fullmatch=True)
times_ns = st.integers(0, 9_000_000_000).flatmap(lambda s: st.integers(0, 10**9 - 1).map(lambda f: s * 10**9 + f))
decimals = st.from_regex(r"-?(0|[1-9][0-9]{0,12})(\.[0-9]{1,8})?", fullmatch=True)
millionths = st.integers(0, 10**12)
small = st.integers(0, 10**6)
customs = st.dictionaries(texts, st.one_of(texts, small, st.none()), min_size=1, max_size=3)


@st.composite
def grids(draw: st.DrawFn) -> PriceGrid:
    """Draw a grid of one to three ranges."""
    parts = draw(st.lists(st.tuples(small, small, st.integers(1, 10**6)), min_size=1, max_size=3))
    return PriceGrid(tuple(PriceRange(min(a, b), max(a, b), step) for a, b, step in parts))


def _maybe(strategies: dict[str, st.SearchStrategy[Any]]) -> dict[str, st.SearchStrategy[Any]]:
    return {name: st.none() | strategy for name, strategy in strategies.items()}


market_entries = st.builds(
    MarketEntry,
    ticker=tickers,
    **_maybe(
        {
            **dict.fromkeys(TEXT_NAMES, texts),
            **dict.fromkeys(TIME_NAMES, times_ns),
            "event_ticker": tickers,
            "floor_strike": decimals,
            "cap_strike": decimals,
            "custom_strike": customs,
            "settlement_value_e6": millionths,
            "notional_e6": millionths,
            "grid": grids(),
            "can_close_early": st.booleans(),
            "settlement_timer_s": small,
            "exchange_index": small,
        }
    ),
)
event_entries = st.builds(
    EventEntry,
    ticker=tickers,
    **_maybe(
        {
            "series_ticker": tickers, "title": texts, "sub_title": texts, "category": texts, "strike_ns": times_ns,
            "collateral_return_type": texts, "mutually_exclusive": st.booleans(), "competition": texts,
            "competition_scope": texts, "strike_period": texts, "exchange_index": small, "updated_ns": times_ns,
        }
    ),
)  # fmt: skip
series_entries = st.builds(
    SeriesEntry,
    ticker=tickers,
    categories=st.lists(texts, max_size=3).map(tuple),
    tags=st.lists(texts, max_size=3).map(tuple),
    settlement_sources=st.lists(st.fixed_dictionaries({"name": texts, "url": texts}), max_size=2).map(tuple),
    **_maybe(
        {
            "title": texts, "category": texts, "frequency": texts, "scope": texts, "fee_type": texts,
            "fee_multiplier": decimals, "contract_url": texts, "contract_terms_url": texts, "exchange_index": small,
            "updated_ns": times_ns,
        }
    ),
)  # fmt: skip


def time_text(ns: int) -> str:
    """Write a time as RFC 3339 with nine digits."""
    return f"{datetime.fromtimestamp(ns // 10**9, UTC):%Y-%m-%dT%H:%M:%S}.{ns % 10**9:09d}Z"


def dollars(value_e6: int) -> str:
    """Write millionths as decimal text."""
    return f"{value_e6 // 10**6}.{value_e6 % 10**6:06d}"


class Writer:
    """Says entries as Kalshi does; what is None is left out, null, or empty, in turn by `seed`."""

    def __init__(self, seed: int) -> None:
        self._turn = seed

    def _say(self, row: dict[str, Any], name: str, value: Any, empty: Any = None) -> None:
        if value is not None:
            row[name] = value
            return
        self._turn += 1
        if self._turn % 3 != 1:
            row[name] = None if self._turn % 3 == 2 else empty

    def market(self, entry: MarketEntry) -> dict[str, Any]:
        """Say a market."""
        row: dict[str, Any] = {"ticker": entry.ticker, "yes_bid_dollars": "0.1200", "brand_new": [{"x": 1}]}
        for ours, theirs in TEXT_NAMES.items():
            self._say(row, theirs, getattr(entry, ours), "")
        for ours, theirs in TIME_NAMES.items():
            ns = getattr(entry, ours)
            self._say(row, theirs, None if ns is None else time_text(ns), "")
        for ours, theirs in PLAIN_NAMES.items():
            self._say(row, theirs, getattr(entry, ours))
        for name in ("floor_strike", "cap_strike"):
            number = getattr(entry, name)
            self._say(row, name, None if number is None else msgspec.Raw(number.encode()))
        self._say(row, "custom_strike", entry.custom_strike, {})
        for ours, theirs in (
            ("settlement_value_e6", "settlement_value_dollars"),
            ("notional_e6", "notional_value_dollars"),
        ):
            value = getattr(entry, ours)
            self._say(row, theirs, None if value is None else dollars(value), "")
        ranges = None if entry.grid is None else [
            {"start": dollars(r.start_e6), "end": dollars(r.end_e6), "step": dollars(r.step_e6)}
            for r in entry.grid.ranges
        ]  # fmt: skip
        self._say(row, "price_ranges", ranges, [])
        return row

    def event(self, entry: EventEntry, markets: list[MarketEntry] | None = None) -> dict[str, Any]:
        """Say an event, with nested markets if there are any."""
        row: dict[str, Any] = {"event_ticker": entry.ticker}
        for name in ("series_ticker", "title", "sub_title", "category", "collateral_return_type", "strike_period"):
            self._say(row, name, getattr(entry, name), "")
        for name in ("mutually_exclusive", "exchange_index"):
            self._say(row, name, getattr(entry, name))
        self._say(row, "strike_date", None if entry.strike_ns is None else time_text(entry.strike_ns), "")
        self._say(row, "last_updated_ts", None if entry.updated_ns is None else time_text(entry.updated_ns), "")
        details: dict[str, Any] = {}
        for name in ("competition", "competition_scope"):
            self._say(details, name, getattr(entry, name), "")
        self._say(row, "product_metadata", details or None)
        self._say(row, "markets", [self.market(market) for market in markets] if markets else None, [])
        return row

    def series(self, entry: SeriesEntry) -> dict[str, Any]:
        """Say a series."""
        row: dict[str, Any] = {"ticker": entry.ticker, "additional_prohibitions": None}
        for name in ("title", "category", "frequency", "fee_type", "contract_url", "contract_terms_url"):
            self._say(row, name, getattr(entry, name), "")
        for name in ("categories", "tags", "settlement_sources"):
            self._say(row, name, list(getattr(entry, name)) or None, [])
        self._say(row, "exchange_index", entry.exchange_index)
        self._say(row, "fee_multiplier", entry.fee_multiplier and msgspec.Raw(entry.fee_multiplier.encode()))
        self._say(row, "last_updated_ts", None if entry.updated_ns is None else time_text(entry.updated_ns), "")
        self._say(row, "product_metadata", entry.scope and {"scope": entry.scope, "subtitle": 5}, {"scope": ""})
        return row
