"""Removing the vig: what a book's odds on all outcomes of one thing say of their probabilities. Pure floats.

A book's inverse odds add up to more than one; the surplus is its margin, the vig. Nobody can see how the book laid it
on, so there are several methods, and the spread between them is part of the answer: 0.2 percentage points near even
odds, 2 points on long shots.

| method | probability of outcome i, with q = 1 / odds and S = sum of q |
|---|---|
| multiplicative | q / S |
| additive | q - (S - 1) / n; for a long shot this can be zero or less, and then the method says nothing |
| power | q ** k, with the k that makes them add up to one |
| Shin | 2a / (sqrt(z² + 4(1 - z)a) + z) with a = q² / S, and the z (share of insiders) that makes them add up to one |

With two outcomes Shin's probabilities are the additive ones. Shin's formula is written without its difference of nearly
equal terms, so that it holds for every z from 0 to 1.
Sources: Shin 1992 and 1993; Jullien and Salanié 1994; Clarke, Kovalchik and Ingram 2017 (power).
"""

import math
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, get_args

Method = Literal["multiplicative", "additive", "power", "shin"]
METHODS: tuple[Method, ...] = get_args(Method)

HALVINGS = 60
STEPS_MAX = 200


class FairProbabilities(NamedTuple):
    """The probabilities of all outcomes, in their order, by each method. `additive` is None where it is not one."""

    multiplicative: tuple[float, ...]
    additive: tuple[float, ...] | None
    power: tuple[float, ...]
    shin: tuple[float, ...]


def without_vig(odds: Sequence[float]) -> FairProbabilities:
    """Remove the vig from decimal odds by all four methods.

    Raises ValueError when there are fewer than two outcomes, odds are not above 1, or there is no vig to remove.
    """
    return FairProbabilities(multiplicative(odds), additive(odds), power(odds), shin(odds))


def multiplicative(odds: Sequence[float]) -> tuple[float, ...]:
    """Scale the inverse odds until they add up to one. Raises ValueError as `without_vig` does."""
    inverse = _inverse(odds)
    total = math.fsum(inverse)
    return tuple(q / total for q in inverse)


def additive(odds: Sequence[float]) -> tuple[float, ...] | None:
    """Take the same from each of the inverse odds; None when nothing would be left of one of them.

    Raises ValueError as `without_vig` does.
    """
    inverse = _inverse(odds)
    surplus = (math.fsum(inverse) - 1) / len(inverse)
    return None if min(inverse) <= surplus else tuple(q - surplus for q in inverse)


def power(odds: Sequence[float]) -> tuple[float, ...]:
    """Raise the inverse odds to the power at which they add up to one. Raises ValueError as `without_vig` does."""
    inverse = _inverse(odds)
    exponent = 1.0
    for _ in range(STEPS_MAX):
        # The sum falls and is convex in the exponent: Newton's steps from 1 grow towards the root and never pass it.
        step = (math.fsum(q**exponent for q in inverse) - 1) / -math.fsum(q**exponent * math.log(q) for q in inverse)
        if not step > exponent * 1e-15:
            break
        exponent += step
    return _scaled([q**exponent for q in inverse])


def shin(odds: Sequence[float]) -> tuple[float, ...]:
    """Remove the vig as a book lays it on that fears insiders. Raises ValueError as `without_vig` does."""
    inverse = _inverse(odds)
    if len(inverse) == 2:
        first, second = inverse
        return (1 + first - second) / 2, (1 + second - first) / 2
    total = math.fsum(inverse)
    squares = [q * q / total for q in inverse]

    def at(z: float) -> list[float]:
        return [2 * a / (math.sqrt(z * z + 4 * (1 - z) * a) + z) for a in squares]

    return _scaled(at(_falling_root(lambda z: math.fsum(at(z)) - 1)))


def _inverse(odds: Sequence[float]) -> list[float]:
    if len(odds) < 2:
        raise ValueError(f"vig is removed from two outcomes or more, not from {len(odds)}")
    for one in odds:
        if not 1 < one < math.inf:
            raise ValueError(f"decimal odds must be above 1: {one}")
    inverse = [1 / one for one in odds]
    if not math.fsum(inverse) > 1:
        raise ValueError(f"there is no vig in odds whose inverses add up to {math.fsum(inverse):.6f}")
    return inverse


def _falling_root(value: Callable[[float], float]) -> float:
    """Find where a falling function crosses zero between 0 and 1."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if value(middle) > 0 else (low, middle)
    return (low + high) / 2


def _scaled(probabilities: Sequence[float]) -> tuple[float, ...]:
    """Take away what rounding left over."""
    total = math.fsum(probabilities)
    return tuple(p / total for p in probabilities)
