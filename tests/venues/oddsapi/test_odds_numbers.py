"""Odds and points from text to integers."""

from decimal import ROUND_HALF_UP, Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstprint.domain.errors import MalformedMessage
from firstprint.venues.oddsapi.numbers import format_told, odds_e6, point_e6


@given(st.decimals("1.000001", "999999", places=12))
def test_decimal_odds_are_exact_to_the_millionth(price: Decimal) -> None:
    """Decimal arithmetic gives the same millionths; what lies beyond is rounded."""
    expected = int((price * 10**6).to_integral_value(ROUND_HALF_UP))
    assert odds_e6(msgspec.Raw(f"{price:f}".encode()), "decimal") == expected


@given(st.integers(100, 10**6), st.booleans())
def test_american_odds_are_the_stake_and_what_it_wins(size: int, favourite: bool) -> None:
    """+150 wins 1.5 times the stake and -150 two thirds of it, to the millionth."""
    wins = Decimal(100) / size if favourite else Decimal(size) / 100
    expected = int(((1 + wins) * 10**6).to_integral_value(ROUND_HALF_UP))
    assert odds_e6(msgspec.Raw(str(-size if favourite else size).encode()), "american") == expected


@pytest.mark.parametrize(
    "text",
    ["1", "1.0", "0.99", "-2.5", "1e3", "1.000000", "2000000", "1.0000004", "null", '"2.0"', "NaN", "true", "[]", ""],
)
def test_what_is_no_decimal_odds_is_refused(text: str) -> None:
    """Odds of one or less, beyond a million, in scientific writing or no number at all are refused."""
    with pytest.raises(MalformedMessage, match="BAD_PRICE"):
        odds_e6(msgspec.Raw(text.encode()), "decimal")


@pytest.mark.parametrize("text", ["0", "99", "-99.5", "1.9"])
def test_american_odds_are_never_small(text: str) -> None:
    """Between -100 and +100 there are no American odds."""
    with pytest.raises(MalformedMessage, match="BAD_PRICE"):
        odds_e6(msgspec.Raw(text.encode()), "american")


@pytest.mark.parametrize(("text", "line_e6"), [("8.5", 8_500_000), ("-1.5", -1_500_000), ("7", 7_000_000), ("0", 0)])
def test_points_are_exact(text: str, line_e6: int) -> None:
    """A line is the number that is printed."""
    assert point_e6(msgspec.Raw(text.encode())) == line_e6


def test_the_format_is_told_by_a_price_below_zero() -> None:
    """However it is spaced; a point below zero tells nothing."""
    assert format_told(b'{"price" : -110}') == "american"
    assert format_told(b'{"price":1.91,"point":-1.5}') == "decimal"
