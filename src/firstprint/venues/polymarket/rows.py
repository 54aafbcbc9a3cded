"""Rows of Gamma's lists, and of the stream's news of a market, as they come over the wire.

Only what an entry holds is named here; other fields are welcome and passed over. Lists come as JSON text or as lists,
numbers as numbers or as text. Source: https://docs.polymarket.com/api-reference (Gamma; market channel, new_market).
"""

from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

R = TypeVar("R")
Raw: TypeAlias = msgspec.Raw
Number: TypeAlias = msgspec.Raw | msgspec.UnsetType
"""A JSON number or a text of one, kept as it was printed."""
Id: TypeAlias = str | int | None


class WireTag(msgspec.Struct):
    """`{"id":"745","label":"NBA","slug":"nba"}`."""

    slug: str | None = None


class WireTeam(msgspec.Struct):
    """`{"name":"Grizzlies","abbreviation":"mem","alias":"Memphis","league":"nba","ordering":"away"}`."""

    name: str | None = None
    abbreviation: str | None = None
    alias: str | None = None
    league: str | None = None
    ordering: str | None = None


class WireFees(msgspec.Struct):
    """`{"exponent":1,"rate":0.05,"takerOnly":true,"rebateRate":0.15}`."""

    rate: Number = msgspec.UNSET
    exponent: Number = msgspec.UNSET


class WireEvent(msgspec.Struct, Generic[R], rename="camel"):
    """An event, as GET /events and /events/keyset list it; within a market it has no markets.

    `{"id":"140938","slug":"nba-mil-lal-2026-01-09","title":"Bucks vs. Lakers","startTime":"2026-01-10T03:30:00Z",
    "endDate":"2026-01-10T03:30:00Z","eventDate":"2026-01-09","seriesSlug":"nba-2026","gameId":20023006,"active":true,
    "closed":false,"tags":[{"slug":"nba"}],"teams":[...],"parentEventId":null,"markets":[...],...}`
    """

    id: Id = None
    slug: str | None = None
    title: str | None = None
    description: str | None = None
    start_time: str | None = None
    end_date: str | None = None
    event_date: str | None = None
    game_id: Id = None
    parent_event_id: Id = None
    rescheduled_from_game_id: Id = None
    sportradar_match_id: Id = None
    series_slug: str | None = None
    resolution_source: str | None = None
    active: bool | None = None
    closed: bool | None = None
    live: bool | None = None
    ended: bool | None = None
    neg_risk: bool | None = None
    tags: list[WireTag] | None = None
    teams: list[WireTeam] | None = None
    markets: list[R] | None = None


class WireMarket(msgspec.Struct, rename="camel"):
    r"""A market, as GET /markets and /markets/keyset list it and an event nests it.

    `{"id":"1096983","conditionId":"0xf05b...","slug":"nba-mil-lal-2026-01-09","question":"Bucks vs. Lakers",
    "outcomes":"[\"Bucks\", \"Lakers\"]","clobTokenIds":"[\"1034...\", \"1058...\"]",
    "sportsMarketType":"moneyline","line":-3.5,"gameStartTime":"2026-01-10 03:30:00+00",
    "endDate":"2026-01-10T03:30:00Z","active":true,"closed":false,"acceptingOrders":true,"enableOrderBook":true,
    "orderPriceMinTickSize":0.01,"orderMinSize":5,"secondsDelay":3,"description":"In the upcoming NBA game, ...",
    "groupItemTitle":"Spread -3.5","umaResolutionStatus":"proposed",...}`
    """

    id: Id = None
    slug: str | None = None
    condition_id: str | None = None
    question: str | None = None
    description: str | None = None
    group_item_title: str | None = None
    outcomes: str | list[Any] | None = None
    clob_token_ids: str | list[Any] | None = None
    sports_market_type: str | None = None
    line: Number = msgspec.UNSET
    game_start_time: str | None = None
    end_date: str | None = None
    game_id: Id = None
    active: bool | None = None
    closed: bool | None = None
    archived: bool | None = None
    accepting_orders: bool | None = None
    enable_order_book: bool | None = None
    neg_risk: bool | None = None
    neg_risk_other: bool | None = None
    uma_resolution_status: str | None = None
    order_price_min_tick_size: Number = msgspec.UNSET
    order_min_size: Number = msgspec.UNSET
    seconds_delay: Number = msgspec.UNSET
    fees_enabled: bool | None = None
    fee_type: str | None = None
    fee_schedule: WireFees | None = None
    resolution_source: str | None = None
    clear_book_on_start: bool | None = None
    events: list[WireEvent[Raw]] | None = None


class WireNewMarket(msgspec.Struct):
    """A market as the market channel tells of it when it is listed; numbers are text, and empty where not stated.

    `{"event_type":"new_market","id":"1031769","question":"...","slug":"...","description":"...","outcomes":["Yes","No"],
    "clob_token_ids":["7604...","3169..."],"condition_id":"0x311d...","market":"0x311d...","active":true,
    "event_message":{"id":"125819","slug":"...","title":"...","description":"..."},"sports_market_type":"","line":"",
    "game_start_time":"","order_price_min_tick_size":"0.01","group_item_title":"NVDA above $240",...}`
    """

    id: Id = None
    slug: str | None = None
    market: str | None = None
    condition_id: str | None = None
    question: str | None = None
    description: str | None = None
    outcomes: list[str] | None = None
    clob_token_ids: list[str] | None = None
    assets_ids: list[str] | None = None
    event_message: WireEvent[Raw] | None = None
    active: bool | None = None
    sports_market_type: str | None = None
    line: Number = msgspec.UNSET
    game_start_time: str | None = None
    order_price_min_tick_size: Number = msgspec.UNSET
    group_item_title: str | None = None
    fees_enabled: bool | None = None
