"""What the HTTP API says of games, links and pairs, as both of its ends read it.

Times are RFC 3339 in UTC, lines decimal text, probabilities numbers from 0 to 1. Text comes from outside and is
hostile.
"""

from firstprint.domain.answers import Answer


class BookOddsItem(Answer, frozen=True, kw_only=True):
    """One book's probability of a bet with the vig removed, by each method; its age in seconds when computed."""

    book: str
    multiplicative: float
    additive: float | None
    power: float
    shin: float
    age_s: float | None


class OddsItem(Answer, frozen=True, kw_only=True):
    """What the books together say of one bet. `kind` and `period` are words of ours, `side` a team or `draw`."""

    kind: str
    period: str
    side: str | None
    line: str | None
    probability: float
    method: str
    method_spread: float
    book_spread: float
    books: tuple[BookOddsItem, ...]
    computed_time: str


class GameItem(Answer, frozen=True, kw_only=True):
    """A game: who plays, when, and its listings by venue and kind of market, by their names there.

    `sources` are its ids elsewhere, `links` how many links it has.
    """

    game_id: str
    sport: str | None
    league: str
    teams: tuple[str, str]
    home: str | None
    away: str | None
    start_time: str | None
    state: str
    markets: dict[str, dict[str, tuple[str, ...]]]
    sources: dict[str, tuple[str, ...]]
    odds: tuple[OddsItem, ...]
    links: int
    last_updated_time: str


class GamePage(Answer, frozen=True, kw_only=True):
    """Games by id; `next` is the cursor of the page that follows, None at the end."""

    games: tuple[GameItem, ...]
    next: str | None


class DifferenceItem(Answer, frozen=True, kw_only=True):
    """A difference in rules that matters: about what, and what each side says."""

    about: str
    a: str
    b: str


class LinkItem(Answer, frozen=True, kw_only=True):
    """Two listings that are the same proposition. `token_id` is B's outcome that pays when A's first one pays."""

    id: str
    proposition: str
    contest: str | None
    a_venue: str
    a_market: str
    a_event: str | None
    b_venue: str
    b_market: str
    b_name: str
    b_event: str | None
    token_id: str | None
    other_token_id: str | None
    relation: str
    polarity: str
    reason: str
    confidence: float
    differences: tuple[DifferenceItem, ...]
    decided_by: str
    retired_time: str | None = None
    retired_reason: str | None = None
    first_seen_time: str | None = None
    last_changed_time: str | None = None


class RefusalItem(Answer, frozen=True, kw_only=True):
    """What one decision would resolve: how many listings, one of them, why, and what came near."""

    work_item: str
    venue: str
    market: str | None
    event: str | None
    code: str
    reason: str
    candidates: tuple[str, ...]
    listings: int
    first_seen_time: str
    last_seen_time: str
    resolved_time: str | None


class LinkPage(Answer, frozen=True, kw_only=True):
    """Links by id, or with refused=true what was refused, by work item."""

    links: tuple[LinkItem, ...] = ()
    refused: tuple[RefusalItem, ...] = ()
    next: str | None


class GameAnswer(Answer, frozen=True, kw_only=True):
    """A game with its links."""

    game: GameItem
    links: tuple[LinkItem, ...]


class PairItem(Answer, frozen=True, kw_only=True):
    """A Kalshi market and the Polymarket market that is the same bet; `id` is the link's.

    `yes_token_id` pays when Kalshi's YES pays. `team` and `line` say what Kalshi's YES is about.
    """

    id: str
    league: str | None
    kind: str
    period: str
    description: str
    kalshi_event: str | None
    kalshi_market: str
    polymarket_slug: str
    condition_id: str
    yes_token_id: str
    no_token_id: str | None
    line: str | None
    team: str | None
    contest: str | None
    confidence: float


class PairPage(Answer, frozen=True, kw_only=True):
    """Pairs by id."""

    pairs: tuple[PairItem, ...]
    next: str | None
