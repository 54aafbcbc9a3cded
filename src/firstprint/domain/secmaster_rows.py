"""What readers ask of the securities master: rows as every reader meets them, by command, HTTP and Python alike.

Times are Unix nanoseconds here; the HTTP API says them as RFC 3339. Lists are pages in the order of the ticker:
`after` is the last ticker of the page before, and a full page may have more behind it.
"""

import msgspec

PAGE_ROWS_MAX = 5_000


class SeriesRow(msgspec.Struct, frozen=True, kw_only=True):
    """A series in the master; `created_ns` and `updated_ns` are when it was first seen, and last changed, by us."""

    venue: str
    ticker: str
    title: str | None
    category: str | None
    tags: tuple[str, ...]
    is_game: bool
    active: bool
    disabled_reason: str | None
    scope: str | None
    frequency: str | None
    fee_type: str | None
    fee_multiplier: str | None
    created_ns: int
    updated_ns: int


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """An event in the master, with how many markets of it the master has."""

    venue: str
    ticker: str
    series_ticker: str | None
    title: str | None
    sub_title: str | None
    category: str | None
    mutually_exclusive: bool | None
    competition: str | None
    competition_scope: str | None
    strike_ns: int | None
    created_ns: int
    updated_ns: int


class MarketRow(msgspec.Struct, frozen=True, kw_only=True):
    """A market in the master. `status` is the venue's own word; `gone_ns` says since when it is listed no more."""

    venue: str
    ticker: str
    event_ticker: str | None
    series_ticker: str | None
    title: str | None
    yes_sub_title: str | None
    no_sub_title: str | None
    status: str | None
    result: str | None
    settlement_value_e6: int | None
    market_created_ns: int | None
    open_ns: int | None
    close_ns: int | None
    expected_expiration_ns: int | None
    settled_ns: int | None
    strike_type: str | None
    floor_strike: str | None
    cap_strike: str | None
    price_level_structure: str | None
    gone_ns: int | None
    created_ns: int
    updated_ns: int


class MarketChange(msgspec.Struct, frozen=True, kw_only=True):
    """One changed field of a series, event or market: the values as JSON, and where the change is known from.

    `session` is the recorder's session or the sync run, `record` the place in its journal.
    """

    ticker: str
    field: str
    value_before: str
    value_after: str
    cause: str
    session: str
    record: int
    wall_ns: int


class SeriesCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many events and markets of a series the master has, markets by the venue's statuses."""

    ticker: str
    title: str | None
    category: str | None
    is_game: bool
    events: int
    markets: int
    by_status: dict[str, int]


class MarketCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many markets there are, by the venue's statuses (`""` for none stated)."""

    series: str | None
    markets: int
    events: int
    by_status: dict[str, int]


class SeriesQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which series. None means all; `text` is looked for in ticker and title, whatever its case."""

    category: str | None = None
    tag: str | None = None
    is_game: bool | None = None
    active: bool | None = True
    text: str | None = None
    after: str | None = None
    limit: int = 1_000


class EventQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which events. `category` and `tag` are those of the series."""

    series: str | None = None
    category: str | None = None
    tag: str | None = None
    text: str | None = None
    after: str | None = None
    limit: int = 1_000


class MarketQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which markets. `category` and `tag` are those of the series; close times are bounds, both inclusive, in ns.

    `gone` chooses whether markets that the venue lists no more are among them.
    """

    series: str | None = None
    event: str | None = None
    category: str | None = None
    tag: str | None = None
    status: str | None = None
    text: str | None = None
    closes_from_ns: int | None = None
    closes_to_ns: int | None = None
    gone: bool = False
    after: str | None = None
    limit: int = 1_000
