"""Sportsbook odds: what each book quotes, and what all of them together say. Times are Unix nanoseconds.

Prices are decimal odds (what one staked dollar pays back), kept exact as millionths: 1.76 is 1_760_000.
Probabilities are floats from 0 to 1: nothing is settled in them.
"""

import msgspec

from firstprint.domain.contests import Sighting
from firstprint.domain.propositions import Bet


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """One book's quotes on one bet's outcomes, taken together so that the vig can be removed.

    `outcomes` are canonical bets in the order of `odds_e6`; they exclude one another and one of them happens (a push
    apart). `updated_ns` is the book's own time of the quote, None where the source does not say.
    """

    book: str
    outcomes: tuple[Bet, ...]
    polarities: tuple[bool, ...]
    """For each outcome, whether it pays when its bet is true (True) or when it is false."""
    odds_e6: tuple[int, ...]
    updated_ns: int | None


class OddsEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A contest with the quotes of every book on it, as one answer told. `sport_key` is The Odds API's."""

    sighting: Sighting
    sport_key: str
    quotes: tuple[Quote, ...]


class FairOdds(msgspec.Struct, frozen=True, kw_only=True):
    """One outcome's probability with the vig removed: by each method, from one book.

    `additive` is None where that method leaves nothing of an outcome, which can happen with three and more.
    """

    book: str
    multiplicative: float
    additive: float | None
    power: float
    shin: float
    age_s: float | None


class Consensus(msgspec.Struct, frozen=True, kw_only=True):
    """What the configured books together say of one bet of one contest.

    `probability` is the mean of the books by `method`. `method_spread` is the greatest difference between methods'
    means, `book_spread` that between books (by `method`). `books` lists each, with its age when computed.
    """

    contest: str
    bet: Bet
    probability: float
    method: str
    method_spread: float
    book_spread: float
    books: tuple[FairOdds, ...]
    computed_ns: int


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """The Odds API's request budget as its last answer stated it; None before the first answer."""

    remaining: int | None = None
    used: int | None = None
    last_cost: int | None = None
