"""Events of every sort over generated series: yes or no, ladders, buckets, and fields of two to a hundred names."""

import random
from datetime import datetime, timedelta
from typing import NamedTuple

from firstprint.sim.kalshi import words
from firstprint.sim.kalshi.listings import SimSeries, Strike

Outcome = tuple[str, str, Strike, int]
"""A market to be: its segment of the ticker, its words, its strike and its rank."""


class Draft(NamedTuple):
    """An event to be listed: its series, code, title and outcomes. `winner` is a rank where just one can win."""

    series: SimSeries
    code: str
    title: str
    start: datetime
    outcomes: list[Outcome]
    winner: int | None


class Assorted:
    """Draws events over many series: some have many, most have one or none, as at the venue."""

    def __init__(self, rng: random.Random, series: list[SimSeries], start: datetime) -> None:
        self._rng = rng
        self._start = start
        self._series = rng.sample(series, len(series))
        self._events: dict[str, int] = {}

    def draw(self) -> Draft:
        """Draw the next event; its code is not used twice in its series."""
        rng = self._rng
        series = self._series[int(len(self._series) * rng.random() ** 3)]
        count = self._events[series.ticker] = self._events.get(series.ticker, 0) + 1
        day = self._start + timedelta(days=count)
        outcomes, single = self._contest() if series.scope == "Game" else self._outcomes()
        winner = rng.randrange(len(outcomes)) if single else None
        return Draft(series, f"{day:%y%b%d}".upper(), f"{series.title} on {day:%b %d}?", day, outcomes, winner)

    def _contest(self) -> tuple[list[Outcome], bool]:
        sides = self._rng.sample(words.CITIES, 2)
        return [(code, name, Strike("structured", team=code), i) for i, (code, name) in enumerate(sides)], True

    def _outcomes(self) -> tuple[list[Outcome], bool]:
        """Draw a shape: a third are yes or no, a tenth are large; say whether just one outcome can win."""
        rng, at = self._rng, self._rng.random()
        if at < 0.26:
            return [("" if rng.random() < 0.5 else "Y", "Yes", Strike("custom"), 0)], False
        if at < 0.52:
            return self._field(rng.randrange(2, 8)), True
        if at < 0.75:
            return self._ladder(rng.randrange(4, 20)), False
        if at < 0.88:
            return self._buckets(rng.randrange(5, 20)), True
        return self._field(rng.randrange(20, 101 if rng.random() < 0.2 else 45)), True

    def _ladder(self, count: int) -> list[Outcome]:
        step = self._rng.choice((0.25, 0.5, 1, 5, 100))
        least = step * self._rng.randrange(1, 40)
        floors = [least + step * n for n in range(count)]
        return [(f"T{floor:g}", f"Above {floor:g}", Strike("greater", floor), i) for i, floor in enumerate(floors)]

    def _buckets(self, count: int) -> list[Outcome]:
        least = self._rng.randrange(1, 90)
        edges = [(least + 2 * n, least + 2 * n + 1) for n in range(count)]
        return [
            (f"B{low}.5", f"{low} to {high}", Strike("between", low, None, high), i)
            for i, (low, high) in enumerate(edges)
        ]

    def _field(self, count: int) -> list[Outcome]:
        """Name candidates: no two of one field have the same ticker."""
        first, last = self._rng.randrange(len(words.FIRST_NAMES)), self._rng.randrange(len(words.SURNAMES))
        outcomes: list[Outcome] = []
        for i in range(count):
            code, surname = words.SURNAMES[(last + i) % len(words.SURNAMES)]
            given = words.FIRST_NAMES[(first + i // len(words.SURNAMES)) % len(words.FIRST_NAMES)]
            outcomes.append((f"{given[0]}{code[:6]}", f"{given} {surname}", Strike("structured", team=code), i))
        return outcomes
