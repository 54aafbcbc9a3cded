"""The coming meetings of the Federal Reserve, the bets of one world that are no contest."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from firstprint.sim.world.days import eastern_day, moment

_MONTHS = (1, 3, 4, 6, 7, 9, 10, 12)
_WEDNESDAY = 2
OUTCOMES: tuple[tuple[str, str, int], ...] = (
    ("H0", "Fed maintains rate", 0),
    ("C25", "Cut 25bps", -25),
    ("C26", "Cut >25bps", -50),
    ("H25", "Hike 25bps", 25),
    ("H26", "Hike >25bps", 50),
)
"""Kalshi's code of each outcome, its words, and a change in basis points that makes it so."""


class Meeting(NamedTuple):
    """A meeting: the day of its decision, what will be decided (a code of OUTCOMES), and how likely each code is."""

    day: date
    outcome: str
    chances: dict[str, float]

    @property
    def decided_ns(self) -> int:
        """Give when the decision is told: 2 PM in US Eastern, Unix ns."""
        return moment(self.day, 14, 0)

    @property
    def event_ticker(self) -> str:
        """Give Kalshi's event ticker."""
        return f"KXFEDDECISION-{self.day:%y%b}".upper()

    def ticker(self, code: str) -> str:
        """Give Kalshi's ticker of one outcome."""
        return f"{self.event_ticker}-{code}"


def meetings(seed: int, now_ns: int) -> Iterator[Meeting]:
    """Give the meetings whose decision is still to come, without end: the third Wednesday of eight months a year."""
    today = eastern_day(now_ns)
    year = today.year
    while True:
        for month in _MONTHS:
            day = _third_wednesday(year, month)
            if day > today:
                yield _meeting(seed, day)
        year += 1


def _third_wednesday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(_WEDNESDAY - first.weekday()) % 7 + 14)


def _meeting(seed: int, day: date) -> Meeting:
    rng = Random(f"{seed}/fed/{day}")  # noqa: S311 repeatable, no secret
    weights = {"H0": rng.uniform(2, 6), "C25": rng.uniform(1, 6), "C26": 0.15, "H25": 0.25, "H26": 0.1}
    whole = sum(weights.values())
    chances = {code: weight / whole for code, weight in weights.items()}
    return Meeting(day, rng.choices(list(chances), list(chances.values()))[0], chances)
