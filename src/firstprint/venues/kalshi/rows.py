"""Rows of Kalshi's lists as they come over the wire: series, events with their markets, markets.

Both wires are read: that of October 2026, and the older ones, with whole cents beside or instead of decimal dollars.
Only what an entry of the securities master holds is named here; other fields are welcome and passed over, prices and
volumes among them. Lists may be null. Source: https://docs.kalshi.com/openapi.yaml (3.31), GET /series, /events,
/markets; recordings of January to August 2026.
"""

from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import msgspec

R = TypeVar("R")

Ticker: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
Int64: TypeAlias = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
Number: TypeAlias = msgspec.Raw | msgspec.UnsetType
"""A JSON number, kept as it was printed."""


class WireSeriesMetadata(msgspec.Struct):
    """`{"scope":"Game"}`; other keys differ from series to series."""

    scope: str | None = None


class WireSeries(msgspec.Struct):
    """A series, as GET /series lists it; `product_metadata` comes with include_product_metadata only.

    `{"ticker":"KXMLBGAME","title":"Professional Baseball Game","category":"Sports","categories":["Sports"],
    "tags":["Baseball"],"frequency":"custom","fee_type":"quadratic_with_maker_fees","fee_multiplier":0.5,
    "settlement_sources":[{"name":"ESPN","url":"https://www.espn.com"}],"contract_url":"https://...",
    "contract_terms_url":"https://...","additional_prohibitions":null,"product_metadata":{"scope":"Game"},
    "exchange_index":0,"last_updated_ts":"2026-08-19T15:45:47.523967Z"}`
    """

    ticker: Ticker
    title: str | None = None
    category: str | None = None
    categories: list[str] | None = None
    tags: list[str] | None = None
    frequency: str | None = None
    fee_type: str | None = None
    fee_multiplier: Number = msgspec.UNSET
    settlement_sources: list[dict[str, Any]] | None = None
    contract_url: str | None = None
    contract_terms_url: str | None = None
    product_metadata: WireSeriesMetadata | None = None
    exchange_index: Int64 | None = None
    last_updated_ts: str | int | None = None


class WireMarket(msgspec.Struct):
    """A market, as GET /markets lists it and GET /events nests it.

    `{"ticker":"KXNCAAFGAME-26SEP19MSUND-ND","event_ticker":"KXNCAAFGAME-26SEP19MSUND","market_type":"binary",
    "title":"Will Notre Dame win ...?","yes_sub_title":"Notre Dame","no_sub_title":"Notre Dame","status":"active",
    "result":"","expiration_value":"","created_time":"2026-05-20T19:06:01.154369Z","open_time":"2026-05-20T19:10:00Z",
    "close_time":"2026-09-21T23:30:00Z","expected_expiration_time":"2026-09-20T02:30:00Z",
    "latest_expiration_time":"2026-09-21T23:30:00Z","occurrence_datetime":"2026-09-20T02:30:00Z",
    "updated_time":"2026-07-13T21:35:19.647908Z","strike_type":"structured","floor_strike":20.5,
    "custom_strike":{"football_team":"e29b78dd-..."},"price_level_structure":"linear_cent",
    "price_ranges":[{"start":"0.0000","end":"1.0000","step":"0.0100"}],"notional_value_dollars":"1.0000",
    "rules_primary":"...","rules_secondary":"...","early_close_condition":"...","can_close_early":true,
    "settlement_timer_seconds":300,"exchange_index":0,...}`; settled, also `"settlement_value_dollars":"1.0000",
    "settlement_ts":"2026-08-08T22:57:45.764968Z"`. Until 2026-03-12 `settlement_value` and `notional_value` were whole
    cents. A combo has `mve_collection_ticker`.
    """

    ticker: Ticker
    event_ticker: str | None = None
    series_ticker: str | None = None
    market_type: str | None = None
    title: str | None = None
    subtitle: str | None = None
    yes_sub_title: str | None = None
    no_sub_title: str | None = None
    status: str | None = None
    result: str | None = None
    settlement_value_dollars: str | None = None
    settlement_value: Int64 | None = None
    expiration_value: str | None = None
    created_time: str | None = None
    open_time: str | None = None
    close_time: str | None = None
    expected_expiration_time: str | None = None
    latest_expiration_time: str | None = None
    occurrence_datetime: str | None = None
    settlement_ts: str | None = None
    updated_time: str | None = None
    strike_type: str | None = None
    floor_strike: Number = msgspec.UNSET
    cap_strike: Number = msgspec.UNSET
    functional_strike: str | None = None
    custom_strike: dict[str, Any] | None = None
    price_level_structure: str | None = None
    price_ranges: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    rules_primary: str | None = None
    rules_secondary: str | None = None
    early_close_condition: str | None = None
    can_close_early: bool | None = None
    settlement_timer_seconds: Int64 | None = None
    notional_value_dollars: str | None = None
    notional_value: Int64 | None = None
    exchange_index: Int64 | None = None
    mve_collection_ticker: str | None = None


class WireEventMetadata(msgspec.Struct):
    """`{"competition":"NCAA Football","competition_scope":"Game"}`."""

    competition: str | None = None
    competition_scope: str | None = None


class WireEvent(msgspec.Struct, Generic[R]):
    """An event, as GET /events lists it; `markets` (rows of `R`) come with with_nested_markets only.

    `{"event_ticker":"KXNCAAFGAME-26SEP19LSUMISS","series_ticker":"KXNCAAFGAME","title":"LSU vs Ole Miss",
    "sub_title":"LSU vs MISS (Sep 19)","category":"Sports","collateral_return_type":"MECNET",
    "mutually_exclusive":true,"strike_period":"","product_metadata":{"competition":"NCAA Football",
    "competition_scope":"Game"},"exchange_index":0,"last_updated_ts":"2026-05-20T19:06:00.428439Z","markets":[...],...}`
    """

    event_ticker: Ticker
    series_ticker: str | None = None
    title: str | None = None
    sub_title: str | None = None
    category: str | None = None
    collateral_return_type: str | None = None
    mutually_exclusive: bool | None = None
    product_metadata: WireEventMetadata | None = None
    strike_date: str | None = None
    strike_period: str | None = None
    exchange_index: Int64 | None = None
    last_updated_ts: str | int | None = None
    markets: list[R] | None = None
