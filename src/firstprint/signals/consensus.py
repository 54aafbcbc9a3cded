"""Consensus: what several books together say of each bet of a contest, and how far they are from one another. Pure.

Each book's vig is removed by itself, by all methods; then the books' probabilities are averaged, every book alike. A
book that is too old, states odds without a vig, or states odds that the chosen method cannot read is left out, and what
was left out is told.
"""

import math
from collections.abc import Callable, Iterator, Sequence

import msgspec

from firstprint.domain.clock import NS_PER_S
from firstprint.domain.odds import Consensus, FairOdds, OddsEvent, Quote
from firstprint.domain.propositions import Bet
from firstprint.domain.units import E6
from firstprint.signals.vig import METHODS, FairProbabilities, Method, without_vig

BOOKS = ("draftkings", "fanduel", "betmgm", "williamhill_us")
"""The books that count by default, by The Odds API's keys. Caesars is `williamhill_us`; `williamhill` is another."""
AGE_S_MAX = 600.0


class ConsensusPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Which books count, by what method, and up to what age of a quote in seconds."""

    books: tuple[str, ...] = BOOKS
    method: Method = "shin"
    age_s_max: float = AGE_S_MAX


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A book's quote that does not count: `stale`, `no_vig`, `no_probability` or `repeated`, with a sentence."""

    book: str
    bet: Bet
    reason: str
    detail: str


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """What the books say of one contest: a consensus for each bet that one of them quotes, and what does not count.

    `silent` are the configured books that quote nothing on the contest.
    """

    consensus: tuple[Consensus, ...]
    left_out: tuple[LeftOut, ...]
    silent: tuple[str, ...]


def consensus_of(event: OddsEvent, contest: str, plan: ConsensusPlan, now_ns: int) -> list[Consensus]:
    """Give the consensus on every bet of a contest, as `agreement_of` does, without what was left out."""
    return list(agreement_of(event, contest, plan, now_ns).consensus)


def agreement_of(event: OddsEvent, contest: str, plan: ConsensusPlan, now_ns: int) -> Agreement:
    """Average the plan's books on every bet of a contest, vig removed; a quote of unknown age counts.

    `contest` is our id of the contest, `now_ns` Unix time, from which ages are counted.
    """
    opinions = _Opinions(now_ns, plan.method, plan.age_s_max)
    for quote in event.quotes:
        if quote.book in plan.books:
            opinions.add(quote)
    found = tuple(_consensus(contest, bet, fair, plan.method, now_ns) for bet, fair in opinions.by_bet.items())
    silent = tuple(sorted(set(plan.books) - {quote.book for quote in event.quotes}))
    return Agreement(consensus=found, left_out=tuple(opinions.left_out), silent=silent)


class _Opinions:
    """The books' probabilities of each bet, as far as they count."""

    def __init__(self, now_ns: int, method: Method, age_s_max: float) -> None:
        self.by_bet: dict[Bet, list[FairOdds]] = {}
        self.left_out: list[LeftOut] = []
        self._now_ns = now_ns
        self._method = method
        self._age_s_max = age_s_max

    def add(self, quote: Quote) -> None:
        age_s = None if quote.updated_ns is None else (self._now_ns - quote.updated_ns) / NS_PER_S
        if age_s is not None and age_s > self._age_s_max:
            self._leave(quote, "stale", f"{age_s:.0f} s old, and {self._age_s_max:.0f} s count")
            return
        try:
            fair = without_vig([odds_e6 / E6 for odds_e6 in quote.odds_e6])
        except ValueError as error:
            self._leave(quote, "no_vig", str(error))
            return
        if getattr(fair, self._method) is None:
            self._leave(quote, "no_probability", f"the {self._method} method leaves nothing of an outcome")
        elif any(one.book == quote.book for bet in quote.outcomes for one in self.by_bet.get(bet, ())):
            self._leave(quote, "repeated", "the book quotes the same bet twice; the first one counts")
        else:
            for bet, one in _fair_odds(quote, fair, age_s):
                self.by_bet.setdefault(bet, []).append(one)

    def _leave(self, quote: Quote, reason: str, detail: str) -> None:
        self.left_out.append(LeftOut(book=quote.book, bet=quote.outcomes[0], reason=reason, detail=detail))


def _fair_odds(quote: Quote, fair: FairProbabilities, age_s: float | None) -> Iterator[tuple[Bet, FairOdds]]:
    """Give the probability that each bet of a quote is true; of a bet and its opposite only the bet's own outcome."""
    outcomes = tuple(zip(quote.outcomes, quote.polarities, strict=True))
    backed = {bet for bet, pays_when_true in outcomes if pays_when_true}
    for place, (bet, pays_when_true) in enumerate(outcomes):
        if pays_when_true or bet not in backed:
            yield bet, _of_outcome(quote.book, fair, place, age_s, true=pays_when_true)


def _of_outcome(book: str, fair: FairProbabilities, place: int, age_s: float | None, *, true: bool) -> FairOdds:
    def of(probabilities: tuple[float, ...]) -> float:
        return probabilities[place] if true else 1 - probabilities[place]

    return FairOdds(
        book=book,
        multiplicative=of(fair.multiplicative),
        additive=None if fair.additive is None else of(fair.additive),
        power=of(fair.power),
        shin=of(fair.shin),
        age_s=age_s,
    )


def _consensus(contest: str, bet: Bet, books: Sequence[FairOdds], method: Method, now_ns: int) -> Consensus:
    chosen = _by(method)
    means = [mean for one in METHODS if (mean := _mean([_by(one)(book) for book in books])) is not None]
    said = [p for book in books if (p := chosen(book)) is not None]
    return Consensus(
        contest=contest,
        bet=bet,
        probability=math.fsum(said) / len(said),
        method=method,
        method_spread=max(means) - min(means),
        book_spread=max(said) - min(said),
        books=tuple(books),
        computed_ns=now_ns,
    )


def _by(method: Method) -> Callable[[FairOdds], float | None]:
    def of(fair: FairOdds) -> float | None:
        value: float | None = getattr(fair, method)
        return value

    return of


def _mean(probabilities: Sequence[float | None]) -> float | None:
    """Average what all books say; None when the method is silent about one of them: means must be of the same books."""
    said = [p for p in probabilities if p is not None]
    return math.fsum(said) / len(said) if len(said) == len(probabilities) else None
