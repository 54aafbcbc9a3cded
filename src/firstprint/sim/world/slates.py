"""Who still plays nobody on a day: a team plays once in a US Eastern day, except in a doubleheader."""

import random
from datetime import date, timedelta

from firstprint.sim.world.contests import SimLeague, SimTeam

_DAYS_KEPT_MAX = 4_096


class Slates:
    """Pairs teams day by day. Days long past are forgotten once there are very many."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._free: dict[tuple[str, date], list[SimTeam]] = {}

    def pair(self, league: SimLeague, day: date) -> tuple[SimTeam, SimTeam] | None:
        """Take two teams that are free on a day; None when there are no two."""
        free = self._of(league, day)
        return (free.pop(), free.pop()) if len(free) >= 2 else None

    def reserve(self, league: SimLeague, day: date, *teams: SimTeam) -> bool:
        """Take just these teams on a day; say whether all of them were free, without taking any when not."""
        free = self._of(league, day)
        if not all(team in free for team in teams):
            return False
        for team in teams:
            free.remove(team)
        return True

    def next_day(self, league: SimLeague, day: date) -> date:
        """Give the first day after one on which two teams are free."""
        while len(self._of(league, day)) < 2:
            day += timedelta(days=1)
        return day

    def _of(self, league: SimLeague, day: date) -> list[SimTeam]:
        key = (league.code, day)
        if key not in self._free:
            while len(self._free) >= _DAYS_KEPT_MAX:
                del self._free[next(iter(self._free))]
            self._free[key] = self._rng.sample(league.teams, len(league.teams))
        return self._free[key]
