"""Relations between bets, against what the bets pay at every possible score."""

from hypothesis import given
from hypothesis import strategies as st

from firstprint.domain.contests import Sighting
from firstprint.domain.links import Relation
from firstprint.domain.propositions import Bet, BetKind, Listing, Period, Polarity
from firstprint.linkage.bets import DRAW, team_bet, total_bet
from firstprint.linkage.relations import relation

ABOUT = Sighting(source="kalshi", id="e", league="EPL", teams=("ars", "che"))
SCORES = [(a, b) for a in range(9) for b in range(9)]


def listing(bet: Bet, polarity: Polarity) -> Listing:
    """List a bet on Arsenal against Chelsea."""
    return Listing(venue="kalshi", market="m", name="m", event="e", title=None, about=ABOUT, bet=bet, polarity=polarity)


def pays(one: Listing, ars: int, che: int) -> bool:
    """Say whether the first outcome pays at a score: the bets' meaning, written a second time."""
    bet, line = one.bet, (one.bet.line_e6 or 0) / 1e6
    mine = ars - che if bet.side == "ars" else che - ars
    if bet.kind is BetKind.RESULT:
        true = ars == che if bet.side == DRAW else mine > 0
    elif bet.kind is BetKind.MARGIN:
        true = mine > line
    elif bet.kind is BetKind.TOTAL:
        true = ars + che > line
    else:
        true = (ars if bet.side == "ars" else che) > line
    return true is (one.polarity is Polarity.YES)


LINES = st.integers(-4, 3).map(lambda n: n * 1_000_000 + 500_000)


@st.composite
def listings(draw: st.DrawFn) -> Listing:
    """Draw a listing in regulation time: a result, a margin, a total, or a team's total."""
    kind = draw(st.sampled_from([BetKind.RESULT, BetKind.MARGIN, BetKind.TOTAL, BetKind.TEAM_TOTAL]))
    side, line = draw(st.sampled_from(["ars", "che"])), draw(LINES)
    if kind is BetKind.TOTAL:
        bet, polarity = total_bet(abs(line), period=Period.REGULATION), draw(st.sampled_from(Polarity))
    elif kind is BetKind.RESULT:
        side = draw(st.sampled_from(["ars", "che", DRAW]))
        bet, polarity = team_bet(kind, ABOUT.teams, side, period=Period.REGULATION)
    else:
        bet, polarity = team_bet(kind, ABOUT.teams, side, line_e6=line, period=Period.REGULATION)
    return listing(bet, polarity)


@given(listings(), listings())
def test_a_relation_holds_at_every_score(a: Listing, b: Listing) -> None:
    """What is said of two bets is true of what they pay, whatever happens."""
    both = [(pays(a, *score), pays(b, *score)) for score in SCORES]
    said = relation(a, b)
    if said is Relation.IDENTICAL:
        assert all(one is other for one, other in both)
    elif said is Relation.COMPLEMENT:
        assert all(one is not other for one, other in both)
    elif said is Relation.SUBSET:
        assert all(other for one, other in both if one)
    elif said is Relation.SUPERSET:
        assert all(one for one, other in both if other)
    elif said is Relation.DISJOINT:
        assert not any(one and other for one, other in both)


@given(listings(), listings())
def test_margins_and_totals_are_always_comparable(a: Listing, b: Listing) -> None:
    """Two bets on one quantity are never called unrelated unless each can pay without the other, and both together."""
    if relation(a, b) is Relation.UNRELATED and a.bet.kind is b.bet.kind and a.bet.kind is not BetKind.RESULT:
        both = {(pays(a, *score), pays(b, *score)) for score in SCORES}
        same_side = a.bet.side == b.bet.side
        assert not same_side or {(True, True), (True, False), (False, True)} <= both


def test_the_winner_and_the_handicap_by_half_a_goal_are_the_same() -> None:
    """`Arsenal wins in 90 minutes` and `Arsenal by more than 0.5` pay alike."""
    result = listing(*team_bet(BetKind.RESULT, ABOUT.teams, "ars", period=Period.REGULATION))
    margin = listing(*team_bet(BetKind.MARGIN, ABOUT.teams, "ars", line_e6=500_000, period=Period.REGULATION))
    assert relation(result, margin) is Relation.IDENTICAL
