"""Topics: bets about no contest whose identity a source's structure states for certain, under one name for all. Pure.

What a source calls it is read at the source's own place; here stands what it is called by us, so that both join.
"""

import re

from firstprint.domain.propositions import Topic
from firstprint.linkage.leagues import League

FED_OUTCOMES = ("cut_50plus", "cut_25", "no_change", "hike_25", "hike_50plus")
"""What a meeting of the Federal Reserve may do to the upper bound of its target range, in basis points."""

_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
MONTHS = {text: number for number, name in enumerate(_MONTH_NAMES, 1) for text in (name, name[:3])}
"""English months by name, in lower case; their first three letters stand for them too."""

SUPER_BOWL = re.compile(r"\bSuper Bowl L(X{0,3})(IX|IV|V?I{0,3})\b", re.IGNORECASE)
"""A Super Bowl by its number in Roman numerals, from the fiftieth on."""
_UNITS = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_SUPER_BOWL_L = 2016
_YEARS = re.compile(r"(?<!\d)(20\d\d)(?:\s*[-/–]\s*(20)?(\d\d))?(?!\d)")  # noqa: RUF001 a dash that people write


def fed_decision(year: int, month: int) -> Topic:
    """Name the decision of the Federal Reserve's meeting that ends in this month."""
    return Topic(kind="fed_decision", key=f"{year}-{month:02d}")


def season_title(kind: str, league: League, year: int) -> Topic:
    """Name a title of a league's season (`champion`, ...) by the year in which the season ends."""
    return Topic(kind=kind, key=f"{league.code}/{year}")


def us_president_nominee(party: str, year: int) -> Topic:
    """Name a party's nomination for president of the United States; `party` is D or R."""
    return Topic(kind="nominee", key=f"US-president/{party}/{year}")


def years_named(text: str) -> frozenset[int]:
    """Give the years that a text names; of a season over two years (`2026-27`) the one in which it ends.

    What looks like two years and is no season (`2026-01`) is not read. A Super Bowl's number is the year in which it is
    played: LX was played in 2026.
    """
    bowls = SUPER_BOWL.findall(text)
    found = {_SUPER_BOWL_L + 10 * len(tens) + _UNITS.index(units.upper()) for tens, units in bowls}
    for first, _, last in _YEARS.findall(text):
        year = int(first)
        if not last:
            found.add(year)
        elif int(last) == (year + 1) % 100:
            found.add(year + 1)
    return frozenset(found)
