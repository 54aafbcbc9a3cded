"""Removing the vig: the published vectors, an independent library, and what must hold for any book."""

import math
from itertools import pairwise, permutations

import pytest
import shin as independent
from hypothesis import assume, given
from hypothesis import strategies as st

from firstprint.signals import vig
from firstprint.signals.vig import METHODS, without_vig

SMALLEST = 1e-9

odds_of_a_book = st.lists(st.integers(1_010_000, 200_000_000).map(lambda e6: e6 / 1e6), min_size=2, max_size=6).filter(
    lambda odds: math.fsum(1 / one for one in odds) > 1 + SMALLEST
)


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("multiplicative", (0.372026, 0.403028, 0.224946)),
        ("power", (0.372984, 0.405107, 0.221908)),
        ("shin", (0.372994, 0.404779, 0.222227)),
    ],
)
def test_three_outcomes_give_the_published_probabilities(method: str, expected: tuple[float, ...]) -> None:
    """Odds of 2.6, 2.4 and 4.3 give the vectors that are known, to six decimals."""
    assert getattr(vig, method)((2.6, 2.4, 4.3)) == pytest.approx(expected, abs=6e-7)


@pytest.mark.parametrize(
    ("method", "expected"),
    [("multiplicative", 0.87108), ("additive", 0.883784), ("power", 0.891384), ("shin", 0.883784)],
)
def test_a_heavy_favourite_gives_the_published_probabilities(method: str, expected: float) -> None:
    """Odds of 1.11 and 7.5 give the vectors that are known: the methods differ by two percentage points."""
    assert getattr(vig, method)((1.11, 7.5))[0] == pytest.approx(expected, abs=6e-6)


@given(odds_of_a_book)
def test_shin_agrees_with_an_independent_implementation(odds: list[float]) -> None:
    """The library `shin`, which solves by another iteration, finds the same probabilities."""
    theirs = independent.calculate_implied_probabilities(odds, max_iterations=100_000)
    assume(math.isclose(math.fsum(theirs), 1.0, abs_tol=1e-9))  # its iteration does not always arrive
    assert vig.shin(odds) == pytest.approx(theirs, abs=1e-7)


@given(odds_of_a_book)
def test_probabilities_are_of_one_whole(odds: list[float]) -> None:
    """By every method each probability lies strictly between 0 and 1, and together they are 1."""
    for probabilities in without_vig(odds):
        if probabilities is not None:
            assert math.fsum(probabilities) == pytest.approx(1.0, abs=1e-12)
            assert all(0 < p < 1 for p in probabilities)


@given(odds_of_a_book)
def test_shorter_odds_are_never_less_likely(odds: list[float]) -> None:
    """Every method keeps the order of the outcomes, and equal odds are equally likely."""
    for probabilities in without_vig(odds):
        if probabilities is not None:
            ranked = [p for _, p in sorted(zip(odds, probabilities, strict=True), key=lambda pair: (pair[0], -pair[1]))]
            assert all(a >= b - 1e-12 for a, b in pairwise(ranked))


@given(odds_of_a_book, st.randoms(use_true_random=False))
def test_the_order_of_outcomes_means_nothing(odds: list[float], random) -> None:
    """Outcomes named in another order have the same probabilities, in that order."""
    order = list(range(len(odds)))
    random.shuffle(order)
    straight, shuffled = without_vig(odds), without_vig([odds[place] for place in order])
    for ours, theirs in zip(straight, shuffled, strict=True):
        assert (ours is None) == (theirs is None)
        if ours is not None:
            assert [ours[place] for place in order] == pytest.approx(list(theirs), abs=1e-12)


@given(odds_of_a_book)
def test_no_method_makes_an_outcome_likelier_than_its_odds(odds: list[float]) -> None:
    """Removing the vig by power, by Shin or in equal parts only ever takes away from the inverse odds."""
    for method in (vig.additive, vig.power, vig.shin):
        probabilities = method(odds)
        if probabilities is not None:
            assert all(p <= 1 / one + 1e-12 for p, one in zip(probabilities, odds, strict=True))


def test_even_odds_are_even_whatever_the_method() -> None:
    """Two outcomes at 1.91 are 50 % each by every method."""
    assert list(without_vig((1.91, 1.91))) == [pytest.approx((0.5, 0.5))] * len(METHODS)


def test_the_additive_method_is_silent_where_it_leaves_nothing() -> None:
    """With a long shot whose inverse odds are less than its part of the vig, the method gives no probabilities."""
    odds = (1.05, 10.0, 101.0)
    assert vig.additive(odds) is None
    assert all(probabilities is not None for probabilities in (vig.power(odds), vig.shin(odds)))


@pytest.mark.parametrize("odds", [*permutations((1.001, 900.0, 9000.0)), (1.000_001, 1.000_001), (1.000_1, 2.0)])
def test_extreme_odds_still_have_probabilities(odds: tuple[float, ...]) -> None:
    """Odds next to one and odds of thousands are solved like others."""
    for probabilities in without_vig(odds):
        if probabilities is not None:
            assert math.fsum(probabilities) == pytest.approx(1.0, abs=1e-12)
            assert all(0 < p < 1 for p in probabilities)


@pytest.mark.parametrize(
    ("odds", "why"),
    [
        ((2.1, 2.1), "no vig"),
        ((2.0, 2.0), "no vig"),
        ((1.0, 5.0), "above 1"),
        ((0.5, 5.0), "above 1"),
        ((-2.0, 1.5), "above 1"),
        ((math.inf, 1.01), "above 1"),
        ((math.nan, 1.01), "above 1"),
        ((1.5,), "two outcomes"),
        ((), "two outcomes"),
    ],
)
def test_odds_that_mean_nothing_are_refused(odds: tuple[float, ...], why: str) -> None:
    """No vig, odds of one or less, infinite ones, and a single outcome are refused with the reason, by every method."""
    for method in METHODS:
        with pytest.raises(ValueError, match=why):
            getattr(vig, method)(odds)
