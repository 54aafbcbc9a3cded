"""Exact numbers: what is read, what is refused, and that nothing is lost on the way."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstprint.domain.units import ParsedTexts, format_e6, parse_e6, parse_price_e6


@given(st.integers(-(10**18), 10**18))
def test_a_number_survives_the_way_out_and_back(value: int) -> None:
    """Rendering and reading give the same integer."""
    assert parse_e6(format_e6(value)) == value


@given(st.decimals(-(10**6), 10**6, places=6))
def test_reading_agrees_with_decimal(value: Decimal) -> None:
    """What is read is what Decimal reads, in millionths."""
    assert parse_e6(f"{value:f}") == int(value.scaleb(6))


@pytest.mark.parametrize(
    "text",
    ["", "-", ".", "+.", "1.", ".5", "nan", "NaN", "inf", "Infinity", "1e3", "1E-3", "0x1", " 1", "1 ", "1_000", "1,0",
     "0.1234567", "--1", "+-1", "1.2.3", "٣", "1.٣", "²", "1" * 14, "9" * 10_000, "1000000000000.000001",
     "0." + "0" * 99],
)  # fmt: skip
def test_what_is_no_plain_decimal_is_refused(text: str) -> None:
    """Exponents, white space, other digits, a seventh decimal and more than a trillion raise ValueError (F31)."""
    with pytest.raises(ValueError, match=r"decimal|trillion"):
        parse_e6(text)


@pytest.mark.parametrize(("text", "value"), [("-0", 0), ("+1", 10**6), ("0.4500000", 450_000), ("007", 7 * 10**6)])
def test_odd_but_plain_decimals_are_read(text: str, value: int) -> None:
    """Minus zero is zero, and zeros that say nothing are no harm (F31)."""
    assert parse_e6(text) == value


@pytest.mark.parametrize("text", ["0", "1", "1.5", "-0.4", "0.0000", "1.0000"])
def test_a_price_lies_strictly_within_the_dollar(text: str) -> None:
    """Nothing rests at 0 or at 1 dollar (I08)."""
    with pytest.raises(ValueError, match="strictly between"):
        parse_price_e6(text)


def test_nothing_is_rounded_away() -> None:
    """A value that does not fit the decimals asked for is refused."""
    with pytest.raises(ValueError, match="do not fit"):
        format_e6(450_001, 4)


def test_the_memory_of_texts_is_bounded() -> None:
    """A full memory is emptied, and remembers again (law 10)."""
    memory = ParsedTexts(parse_e6, entries_max=3)
    assert [memory[str(n)] for n in range(10)] == [n * 10**6 for n in range(10)]
    assert len(memory) <= 3
