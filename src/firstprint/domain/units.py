"""Exact numbers: prices in 1e-6 dollars and sizes in 1e-6 contracts, as integers.

Text from a venue becomes an integer here, and nowhere does a float stand between them.
"""

from collections.abc import Callable
from typing import TypeAlias

PriceE6: TypeAlias = int
"""A price in millionths of a dollar: 430_000 is $0.43."""
SizeE6: TypeAlias = int
"""A number of contracts in millionths of a contract: 2_500_000 is 2.5 contracts."""

E6 = 1_000_000
DOLLAR_E6: PriceE6 = E6
DECIMALS = 6
SIZE_E6_MAX: SizeE6 = 10**18
"""A trillion contracts: anything above is a broken message, not a market."""

TEXT_LENGTH_MAX = 64
"""Characters; a number that takes more is not one."""


def parse_e6(text: str) -> int:
    """Convert a decimal string into an integer count of millionths.

    Accepts an optional sign, digits, and at most six digits after one point. Raises ValueError for anything else:
    an exponent, white space, `nan`, a seventh decimal that is not zero, or more than a trillion units.
    """
    digits = text[1:] if text[:1] in ("-", "+") else text
    whole, point, fraction = digits.partition(".")
    kept, surplus = fraction[:DECIMALS], fraction[DECIMALS:]
    if not (whole + fraction).isdigit() or not digits.isascii() or not whole or (point and not fraction):
        raise ValueError(f"not a decimal number with at most six decimals: {text[:40]!r}")
    if surplus.strip("0") or len(text) > TEXT_LENGTH_MAX:
        raise ValueError(f"not a decimal number with at most six decimals: {text[:40]!r}")
    value = int(whole) * E6 + int(kept.ljust(DECIMALS, "0")) if len(whole) <= 13 else SIZE_E6_MAX + 1
    if value > SIZE_E6_MAX:
        raise ValueError(f"larger than a trillion: {text[:40]!r}")
    return -value if text[0] == "-" else value


def parse_price_e6(text: str) -> PriceE6:
    """Convert decimal dollars into a price strictly between 0 and 1 dollar; raise ValueError otherwise."""
    value = parse_e6(text)
    if not 0 < value < DOLLAR_E6:
        raise ValueError(f"a price must lie strictly between 0 and 1 dollar: {text[:40]!r}")
    return value


def format_e6(value: int, decimals: int = DECIMALS) -> str:
    """Render millionths as a decimal string with the given number of decimals (0 to 6).

    Raises ValueError when the value has more decimals than asked for: nothing is rounded away.
    """
    unit = 10 ** (DECIMALS - decimals)
    count, rest = divmod(abs(value), unit)
    if rest:
        raise ValueError(f"{value} millionths do not fit into {decimals} decimals")
    sign = "-" if value < 0 else ""
    whole, fraction = divmod(count, 10**decimals)
    return f"{sign}{whole}.{fraction:0{decimals}d}" if decimals else f"{sign}{whole}"


class ParsedTexts(dict[str, int]):
    """A bounded memory of decimal texts already converted, for the path every frame takes.

    A venue sends few different prices and sizes: looking one up costs a tenth of parsing it. When the memory is
    full it is emptied, so it never grows past `entries_max`.
    """

    def __init__(self, parse: Callable[[str], int], entries_max: int = 65_536) -> None:
        super().__init__()
        self._parse = parse
        self._entries_max = entries_max

    def __missing__(self, text: str) -> int:
        if len(self) >= self._entries_max:
            self.clear()
        value = self[text] = self._parse(text)
        return value
