"""What Polymarket lists, field by field, with our units: events and markets as Gamma states them.

A field that is None was not stated, or stated as empty. Times are Unix nanoseconds. Text comes from outside and is
hostile. What changes with every trade is no part of an entry.
"""

import msgspec


class GammaTeam(msgspec.Struct, frozen=True, kw_only=True):
    """A team of an event: `abbreviation` as in slugs, `ordering` is `home` or `away`."""

    name: str
    abbreviation: str | None = None
    alias: str | None = None
    league: str | None = None
    ordering: str | None = None


class GammaMarket(msgspec.Struct, frozen=True, kw_only=True):
    """A market: two outcomes, each with the token that pays on it, aligned by index.

    `line_e6` is the stated line in millionths: of spreads relative to the first outcome, of first-half spreads without
    its sign. `start_ns` is when the game starts, as the market says it. `rules` is the description. `event` is the
    event that the market came with; it has no markets then.
    """

    id: str
    slug: str
    condition_id: str | None = None
    question: str | None = None
    rules: str | None = None
    group_title: str | None = None
    outcomes: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    type: str | None = None
    line_e6: int | None = None
    start_ns: int | None = None
    end_ns: int | None = None
    game_id: str | None = None
    active: bool | None = None
    closed: bool | None = None
    archived: bool | None = None
    accepting_orders: bool | None = None
    book_enabled: bool | None = None
    neg_risk: bool | None = None
    neg_risk_other: bool | None = None
    uma_status: str | None = None
    tick_e6: int | None = None
    size_e6_min: int | None = None
    delay_s: int | None = None
    fees_enabled: bool | None = None
    fee_type: str | None = None
    fee_rate: str | None = None
    """The venue's decimal number, as text: exact."""
    fee_exponent: str | None = None
    resolution_source: str | None = None
    clears_book_on_start: bool | None = None
    event: "GammaEvent | None" = None

    @property
    def key(self) -> str:
        """Give what the market is known by: its condition's id; its own where that is not stated."""
        return self.condition_id or self.id


class GammaEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event with its markets, closed and inactive ones included.

    `start_ns` is when the game starts, `parent_id` the event that this one is a child of (`...-more-markets`),
    `moved_from` the game that this one replaces.
    """

    id: str
    slug: str
    title: str | None = None
    rules: str | None = None
    start_ns: int | None = None
    end_ns: int | None = None
    day: str | None = None
    game_id: str | None = None
    parent_id: str | None = None
    moved_from: str | None = None
    sportradar_id: str | None = None
    series_slug: str | None = None
    resolution_source: str | None = None
    active: bool | None = None
    closed: bool | None = None
    live: bool | None = None
    ended: bool | None = None
    neg_risk: bool | None = None
    tags: tuple[str, ...] = ()
    teams: tuple[GammaTeam, ...] = ()
    markets: tuple[GammaMarket, ...] = ()


class GammaPage(msgspec.Struct, kw_only=True):
    """What one of Gamma's answers holds. `unreadable` has the rows that could not be read, each with the reason.

    `markets` are those that came outside of an event's own list; `next_cursor` is None at the end.
    """

    events: list[GammaEvent] = []
    markets: list[GammaMarket] = []
    next_cursor: str | None = None
    unreadable: list[tuple[str, bytes]] = []


def is_tradable(market: GammaMarket) -> bool:
    """Tell whether orders are taken: active, not closed, with a book, and nobody has proposed how it resolves.

    `end_ns` is not asked: it is nominal, and may have passed. Source: Polymarket's documentation of Gamma's markets.
    """
    open_ = market.active is True and market.closed is not True and market.archived is not True
    return open_ and market.book_enabled is True and market.accepting_orders is True and not market.uma_status
