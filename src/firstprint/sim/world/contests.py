"""Contests of the simulated world, with what each venue and source calls them. The truth that linkage is measured by.

Nothing here is read by the product: it sees only what the simulated servers answer.
"""

from enum import Enum
from typing import NamedTuple

import msgspec

NS_PER_S = 1_000_000_000


class SimTeam(NamedTuple):
    """A team as everybody writes it. `key` is the world's own name of it."""

    key: str
    kalshi_code: str
    kalshi_name: str
    polymarket_code: str
    polymarket_name: str
    polymarket_title: str
    espn_code: str
    espn_name: str
    espn_place: str
    odds_name: str


class SimLeague(NamedTuple):
    """A league as everybody lists it. `timed` puts HHMM into Kalshi's event ticker; `ways` is 3 with draws.

    `home_first` is the order of both venues' names of a contest (soccer); US sports have the away team first.
    `hours` is a contest's length; `unit` what is scored; `spread` and `total` are typical main lines.
    """

    code: str
    sport: str
    title: str
    kalshi_title: str
    kalshi_stem: str
    timed: bool
    ways: int
    home_first: bool
    women: bool
    polymarket_prefix: str
    polymarket_tag: int
    polymarket_series: int
    espn_path: str
    odds_key: str
    hours: float
    unit: str
    spread: float
    total: float
    slug_date_utc: bool
    teams: tuple[SimTeam, ...]


class Phase(Enum):
    """Where a contest stands by the world's clock."""

    SCHEDULED = "scheduled"
    LIVE = "live"
    OVER = "over"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class SimContest(msgspec.Struct, eq=False, kw_only=True):
    """One contest. Times are Unix ns; `listed_ns` is when Kalshi lists it, None where it does not.

    The same for the other three. `game` numbers the games of a doubleheader. `scheduled_ns` is what names and tickers
    were made from; `start_ns` differs from it once the contest was moved. `scores` are the final ones, away and home.
    `spread_lines` and `total_lines` are what Kalshi lists (strict thresholds, in halves); `polymarket_spreads` (side
    `home` or `away` that lays the points, and how many) and `polymarket_totals` what Polymarket does, in part the same.
    """

    number: int
    league: SimLeague
    away: SimTeam
    home: SimTeam
    scheduled_ns: int
    start_ns: int
    length_ns: int
    neutral: bool = False
    game: int | None = None
    game_told: bool = True
    """Whether Kalshi's ticker says the number of a doubleheader's game, or only its time."""
    home_probability: float = 0.5
    scores: tuple[int, int] = (0, 0)
    postponed_ns: int | None = None
    cancelled_ns: int | None = None
    listed_ns: int | None = None
    polymarket_listed_ns: int | None = None
    espn_listed_ns: int | None = None
    odds_listed_ns: int | None = None
    spread_lines: tuple[tuple[str, float], ...] = ()
    total_lines: tuple[float, ...] = ()
    polymarket_spreads: tuple[tuple[str, float], ...] = ()
    polymarket_totals: tuple[float, ...] = ()

    @property
    def ordered(self) -> tuple[SimTeam, SimTeam]:
        """Give the teams in the order of both venues' names."""
        return (self.home, self.away) if self.league.home_first else (self.away, self.home)

    def phase(self, now_ns: int) -> Phase:
        """Say where the contest stands."""
        if self.cancelled_ns is not None and now_ns >= self.cancelled_ns:
            return Phase.CANCELLED
        if self.postponed_ns is not None and self.postponed_ns <= now_ns < self.start_ns:
            return Phase.POSTPONED
        if now_ns < self.start_ns:
            return Phase.SCHEDULED
        return Phase.LIVE if now_ns < self.start_ns + self.length_ns else Phase.OVER


class TrueLink(NamedTuple):
    """A pair that is the same bet: Kalshi's market, and Polymarket's condition and the token paying when YES pays."""

    kalshi_ticker: str
    polymarket_slug: str
    condition_id: str
    token_id: str


class TrueContest(NamedTuple):
    """A contest's ids: Kalshi's event tickers, Polymarket's event slug, ESPN's and The Odds API's event ids."""

    kalshi_event_tickers: tuple[str, ...]
    polymarket_slug: str | None
    espn_event_id: str | None
    odds_event_id: str | None
