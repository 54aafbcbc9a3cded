"""Odds and points from their text into integers, without a float between. Pure.

Odds become decimal ones in millionths. A book's odds are a quote and no money: what lies beyond the sixth decimal is
rounded to the nearest millionth. Points are exact or refused.
"""

import re
from typing import Literal

import msgspec

from firstprint.domain.errors import MalformedMessage
from firstprint.domain.units import E6, parse_e6
from firstprint.venues.oddsapi.messages import Number

OddsFormat = Literal["decimal", "american"]

ODDS_E6_MAX = 1_000_000 * E6
"""Odds of a million to one: whatever is longer is a broken number."""
AMERICAN_MIN_E6 = 100 * E6
"""American odds are +100 and up, or -100 and down."""

_NUMBER = re.compile(r"(-?)(0|[1-9][0-9]{0,8})(?:\.([0-9]{1,40}))?")
_PRINTED_AMERICAN = re.compile(rb'"price"\s*:\s*-')


def format_told(body: bytes) -> OddsFormat:
    """Tell the format of a body's odds: a price below zero is American, and every American market has one.

    The sides of a market cannot all be +100 or longer: the book would lay no vig on.
    """
    return "american" if _PRINTED_AMERICAN.search(body) else "decimal"


def odds_e6(price: Number, odds_format: OddsFormat) -> int:
    """Give decimal odds in millionths. Raises MalformedMessage (`BAD_PRICE`) unless they are above 1 and sensible."""
    value_e6 = _rounded_e6(_printed(price, "BAD_PRICE"))
    if odds_format == "american":
        value_e6 = _from_american_e6(value_e6)
    if not E6 < value_e6 <= ODDS_E6_MAX:
        raise MalformedMessage("BAD_PRICE", f"decimal odds must be above 1 and below a million: {value_e6} millionths")
    return value_e6


def point_e6(point: Number) -> int:
    """Give a line in millionths. Raises MalformedMessage: `NO_LINE` without one, `BAD_LINE` for what is none."""
    printed = "null" if point is msgspec.UNSET else _printed(point, "BAD_LINE")
    if printed == "null":
        raise MalformedMessage("NO_LINE", "an outcome of a line without a point")
    try:
        return parse_e6(printed)
    except ValueError as error:
        raise MalformedMessage("BAD_LINE", str(error)) from error


def _printed(number: Number, reason: str) -> str:
    if not isinstance(number, msgspec.Raw):
        raise MalformedMessage(reason, "there is no number")
    return bytes(number).decode("utf-8", "replace").strip()


def _rounded_e6(text: str) -> int:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise MalformedMessage("BAD_PRICE", f"not a number: {text[:40]!r}")
    sign, whole, fraction = match.group(1), match.group(2), match.group(3) or ""
    tenths = int(whole + fraction[:7].ljust(7, "0"))
    value_e6 = (tenths + 5) // 10
    return -value_e6 if sign else value_e6


def _from_american_e6(value_e6: int) -> int:
    """Give decimal odds: +150 wins 1.5 times the stake, -110 wins 100 for 110 staked."""
    size_e6 = abs(value_e6)
    if size_e6 < AMERICAN_MIN_E6:
        raise MalformedMessage("BAD_PRICE", f"American odds are never between -100 and +100: {value_e6} millionths")
    if value_e6 > 0:
        return E6 + (size_e6 + 50) // 100
    return E6 + (100 * E6 * E6 + size_e6 // 2) // size_e6
