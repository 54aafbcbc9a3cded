"""The books' consensus on each bet: which quotes count, how they are averaged, and what is said about the others."""

from itertools import pairwise
from typing import Any

import pytest

from firstprint.domain.contests import Sighting
from firstprint.domain.odds import OddsEvent, Quote
from firstprint.domain.propositions import Bet, BetKind
from firstprint.signals.consensus import Agreement, ConsensusPlan, agreement_of, consensus_of

NOW_NS = 1_790_000_000 * 10**9
ATLANTA = Bet(kind=BetKind.WINNER, side="atl")
THREE = tuple(Bet(kind=BetKind.RESULT, side=side) for side in ("ars", "che", "draw"))


def winner(book: str, atlanta: float, boston: float, age_s: float | None = 30, *, turned: bool = False) -> Quote:
    """Quote a two-way winner; `turned` names Boston first, as some books do."""
    odds = (int(atlanta * 1e6), int(boston * 1e6))
    return Quote(
        book=book,
        outcomes=(ATLANTA, ATLANTA),
        polarities=(False, True) if turned else (True, False),
        odds_e6=odds[::-1] if turned else odds,
        updated_ns=None if age_s is None else NOW_NS - int(age_s * 1e9),
    )


def result(book: str, *odds: float) -> Quote:
    """Quote three ways."""
    prices = tuple(int(one * 1e6) for one in odds)
    return Quote(book=book, outcomes=THREE, polarities=(True,) * 3, odds_e6=prices, updated_ns=NOW_NS)


def event(*quotes: Quote) -> OddsEvent:
    """Give a contest with these quotes."""
    sighting = Sighting(source="oddsapi", id="1", league="NBA", teams=("atl", "bos"))
    return OddsEvent(sighting=sighting, sport_key="basketball_nba", quotes=quotes)


def agreed_on(told: OddsEvent, **plan: Any) -> Agreement:
    """Give what the books of a plan agree on now."""
    return agreement_of(told, "C", ConsensusPlan(**plan), NOW_NS)


def test_books_are_averaged_alike_whatever_they_name_first() -> None:
    """Two books that quote the same odds in another order agree exactly."""
    agreed = agreed_on(event(winner("draftkings", 1.8, 2.1), winner("fanduel", 1.8, 2.1, turned=True)))
    (one,) = agreed.consensus
    assert one.bet == ATLANTA
    assert one.probability == pytest.approx((1 + 1 / 1.8 - 1 / 2.1) / 2, abs=1e-9)
    assert one.book_spread == pytest.approx(0, abs=1e-12)
    assert [book.book for book in one.books] == ["draftkings", "fanduel"]


@pytest.mark.parametrize("quotes", [((1.11, 7.5), (1.2, 5.0)), ((7.5, 1.11), (5.0, 1.2))])
def test_the_spread_between_books_and_between_methods_is_told(quotes: tuple[tuple[float, float], ...]) -> None:
    """The spread is the greatest difference: between books by the chosen method, and between the methods' means."""
    books = [winner(book, *odds) for book, odds in zip(("draftkings", "fanduel"), quotes, strict=True)]
    agreed = agreed_on(event(*books), method="power")
    (one,) = agreed.consensus
    powers = [book.power for book in one.books]
    means = [sum(getattr(book, name) for book in one.books) / 2 for name in ("multiplicative", "additive", "power")]
    assert one.method == "power"
    assert one.probability == pytest.approx(sum(powers) / 2)
    assert one.book_spread == pytest.approx(abs(powers[0] - powers[1]))
    assert one.method_spread == pytest.approx(max(means) - min(means))


def test_only_configured_books_count_and_silent_ones_are_named() -> None:
    """A book that nobody asked for is passed over; one that was asked for and quotes nothing is named."""
    agreed = agreed_on(event(winner("bovada", 1.5, 2.5), winner("betmgm", 1.9, 1.95)), books=("betmgm", "pinnacle"))
    assert [book.book for one in agreed.consensus for book in one.books] == ["betmgm"]
    assert agreed.silent == ("pinnacle",)


def test_a_stale_book_is_left_out_and_said() -> None:
    """A quote older than the limit does not count; one exactly as old as the limit, and one of unknown age, do."""
    quotes = (
        winner("draftkings", 1.8, 2.1, 601),
        winner("fanduel", 1.8, 2.1, 600),
        winner("betmgm", 1.8, 2.1, age_s=None),
    )
    agreed = agreed_on(event(*quotes), age_s_max=600)
    assert [(book.book, book.age_s) for book in agreed.consensus[0].books] == [("fanduel", 600.0), ("betmgm", None)]
    assert [(left.book, left.reason) for left in agreed.left_out] == [("draftkings", "stale")]
    assert "601 s" in agreed.left_out[0].detail


def test_odds_without_vig_are_left_out_and_said() -> None:
    """A book whose odds would give money away is a mistake or an exchange: it does not count."""
    agreed = agreed_on(event(winner("draftkings", 2.2, 2.2)))
    assert agreed.consensus == ()
    assert [left.reason for left in agreed.left_out] == ["no_vig"]


def test_a_bet_quoted_twice_by_a_book_counts_once() -> None:
    """The first quote of a book on a bet counts, and the second is told."""
    agreed = agreed_on(event(winner("fanduel", 1.8, 2.1), winner("fanduel", 1.7, 2.2)))
    assert len(agreed.consensus[0].books) == 1
    assert [left.reason for left in agreed.left_out] == ["repeated"]


def test_three_ways_have_three_consensuses_that_are_one_whole() -> None:
    """Home, away and draw are three bets, and their probabilities add up to one."""
    agreed = agreed_on(event(result("fanduel", 2.6, 2.4, 4.3), result("betmgm", 2.5, 2.5, 4.2)))
    assert [one.bet for one in agreed.consensus] == list(THREE)
    assert sum(one.probability for one in agreed.consensus) == pytest.approx(1.0)
    assert all(0 <= one.method_spread < 0.01 for one in agreed.consensus)


def test_a_method_that_is_silent_about_a_book_leaves_it_out() -> None:
    """The additive method says nothing of a long shot: as the chosen one it leaves the book out, else it is None."""
    long_shot = event(result("fanduel", 1.05, 10.0, 101.0))
    assert agreed_on(long_shot, method="additive").left_out[0].reason == "no_probability"
    by_shin = agreed_on(long_shot)
    assert [book.additive for one in by_shin.consensus for book in one.books] == [None] * 3


def test_different_lines_are_different_bets() -> None:
    """A total of 8.5 and one of 7.5 are averaged apart."""
    lines = (8_500_000, 7_500_000)
    quotes = [
        Quote(
            book=book,
            outcomes=(Bet(kind=BetKind.TOTAL, line_e6=line_e6),) * 2,
            polarities=(True, False),
            odds_e6=(1_900_000, 1_910_000),
            updated_ns=NOW_NS,
        )
        for book, line_e6 in zip(("fanduel", "betmgm"), lines, strict=True)
    ]
    agreed = agreed_on(event(*quotes))
    assert [one.bet.line_e6 for one in agreed.consensus] == list(lines)
    assert all(len(one.books) == 1 for one in agreed.consensus)


def test_a_quote_of_the_opposite_alone_is_turned_round() -> None:
    """Where each outcome is a bet of its own that pays when it is false, the probability told is that it is true."""
    bets = tuple(Bet(kind=BetKind.TEAM_TOTAL, side=side, line_e6=1) for side in "abc")
    quote = Quote(
        book="fanduel",
        outcomes=bets,
        polarities=(False,) * 3,
        odds_e6=(2_600_000, 2_400_000, 4_300_000),
        updated_ns=None,
    )
    agreed = agreed_on(event(quote))
    assert [round(one.probability, 4) for one in agreed.consensus] == [0.627, 0.5952, 0.7778]
    assert all(a is not b for a, b in pairwise(agreed.consensus))


def test_the_consensus_alone_is_a_list() -> None:
    """Who does not ask what was left out is given the consensus on each bet."""
    told = event(winner("fanduel", 1.8, 2.1), winner("betmgm", 2.2, 2.2))
    assert consensus_of(told, "C", ConsensusPlan(), NOW_NS) == list(agreed_on(told).consensus)
    assert len(agreed_on(told).consensus) == 1
