"""How two bets about the same contest or topic stand to each other, by what makes them pay.

A bet on points pays on an interval of one quantity: the margin of the alphabetically first team, the total, a player's
count. Two intervals of one quantity can be compared exactly; bets on different quantities cannot, and nothing is said.
"""

from typing import NamedTuple

from firstprint.domain.links import Relation
from firstprint.domain.propositions import Bet, BetKind, Listing, Polarity
from firstprint.linkage.bets import DRAW

_ENDLESS_E6 = 10**15
_HALF_E6 = 500_000


class _Span(NamedTuple):
    """Where a bet pays: on which quantity, above `low_e6` and below `high_e6` (both strict, in millionths)."""

    quantity: tuple[str, ...]
    low_e6: int
    high_e6: int


def relation(a: Listing, b: Listing) -> Relation:
    """Compare what the first outcomes of two listings of one contest or topic pay on; UNRELATED if nothing is sure."""
    if a.bet == b.bet:
        return Relation.IDENTICAL if a.polarity is b.polarity else Relation.COMPLEMENT
    if a.bet.kind is BetKind.TOPIC and b.bet.kind is BetKind.TOPIC:
        both_yes = a.polarity is Polarity.YES and b.polarity is Polarity.YES
        return Relation.DISJOINT if both_yes else Relation.UNRELATED
    one, other = _span(a), _span(b)
    if one is None or other is None or one.quantity != other.quantity:
        return Relation.UNRELATED
    return _compare(one, other)


def _compare(one: _Span, other: _Span) -> Relation:
    if one[1:] == other[1:]:
        return Relation.IDENTICAL
    if one.low_e6 >= other.low_e6 and one.high_e6 <= other.high_e6:
        return Relation.SUBSET
    if other.low_e6 >= one.low_e6 and other.high_e6 <= one.high_e6:
        return Relation.SUPERSET
    if one.low_e6 >= other.high_e6 or other.low_e6 >= one.high_e6:
        return Relation.DISJOINT
    return Relation.UNRELATED


def _span(listing: Listing) -> _Span | None:
    bet = listing.bet
    if bet.kind is BetKind.RESULT:
        return _result_span(listing) if listing.polarity is Polarity.YES else None
    line_e6 = 0 if bet.kind is BetKind.WINNER else bet.line_e6
    quantity = _quantity(bet, listing)
    if line_e6 is None or quantity is None:
        return None
    if listing.polarity is Polarity.YES:
        return _Span(quantity, line_e6, _ENDLESS_E6)
    return _Span(quantity, -_ENDLESS_E6, line_e6)


def _result_span(listing: Listing) -> _Span | None:
    """Take a three-way result for a margin: more than half a point, less than minus half, or in between."""
    quantity = ("margin", listing.bet.period.value)
    if listing.bet.side == DRAW:
        return _Span(quantity, -_HALF_E6, _HALF_E6)
    first = _first_team(listing)
    if first is None:
        return None
    if listing.bet.side == first:
        return _Span(quantity, _HALF_E6, _ENDLESS_E6)
    return _Span(quantity, -_ENDLESS_E6, -_HALF_E6)


def _quantity(bet: Bet, listing: Listing) -> tuple[str, ...] | None:
    period = bet.period.value
    if bet.kind in (BetKind.WINNER, BetKind.MARGIN):
        return ("margin", period)
    if bet.kind is BetKind.TOTAL:
        return ("total", period)
    if bet.kind is BetKind.TEAM_TOTAL:
        return ("team_total", period, bet.side or "")
    if bet.kind is BetKind.STAT:
        return ("stat", bet.stat or "", bet.subject or "")
    return None


def _first_team(listing: Listing) -> str | None:
    teams = getattr(listing.about, "teams", None)
    return min(teams) if teams else None
