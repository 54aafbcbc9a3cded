"""What is asked of The Odds API, and what it costs, known before it is asked. Pure.

Credits are counted by the markets and the regions asked for; ten bookmakers by name count as a region. An answer
without events is free. Source: https://the-odds-api.com/liveapi/guides/v4, "Usage quota costs".
"""

import msgspec

from firstprint.domain.errors import ConfigurationError
from firstprint.venues.oddsapi.numbers import OddsFormat

MARKETS = ("h2h", "spreads", "totals")
BOOKS_PER_REGION = 10
DAYS_MAX = 3

Query = list[tuple[str, str]]


class OddsQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A request for the odds of a sport's coming and live events: from given books, or from all books of regions."""

    sport_key: str
    markets: tuple[str, ...] = MARKETS
    bookmakers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ("us",)
    odds_format: OddsFormat = "decimal"

    @property
    def cost(self) -> int:
        """Credits that an answer with events takes. With books named, the regions count for nothing."""
        groups = -(-len(self.bookmakers) // BOOKS_PER_REGION) if self.bookmakers else len(self.regions)
        return len(self.markets) * groups

    @property
    def query(self) -> Query:
        """The query, without the key. Raises ConfigurationError when it asks for nothing."""
        if not self.markets or not (self.bookmakers or self.regions):
            raise ConfigurationError("odds are asked for by at least one market, and one book or region")
        by = ("bookmakers", ",".join(self.bookmakers)) if self.bookmakers else ("regions", ",".join(self.regions))
        return [by, ("markets", ",".join(self.markets)), ("oddsFormat", self.odds_format), ("dateFormat", "iso")]


def scores_query(days_from: int | None) -> Query:
    """Ask for scores of live and coming events, and of those that ended up to three days ago.

    Raises ConfigurationError for other days.
    """
    if days_from is not None and not 1 <= days_from <= DAYS_MAX:
        raise ConfigurationError(f"scores reach from 1 to {DAYS_MAX} days back, not {days_from}")
    return [] if days_from is None else [("daysFrom", str(days_from))]


def scores_cost(days_from: int | None) -> int:
    """Credits that scores take: two when ended events are asked for."""
    return 1 if days_from is None else 2
