"""Which lines each venue lists on a contest: they overlap only in part, and some are neighbours."""

import random
from math import floor

from firstprint.sim.world import chances
from firstprint.sim.world.contests import SimContest

_ADJACENT = 0.35
_STEPS = {"Basketball": 3, "Football": 4, "Hockey": 1, "Baseball": 1, "Soccer": 1}
_LADDER = 5
_SPREADS_SHARE = 0.9


def draw_lines(rng: random.Random, contest: SimContest) -> None:
    """Choose the lines that Kalshi and Polymarket list, around what is expected of the contest."""
    favourite = "home" if chances.margin_mean(contest) >= 0 else "away"
    other = "away" if favourite == "home" else "home"
    main = _main_spread(contest)
    step = _STEPS[contest.league.sport]
    least = 0.5 if contest.league.ways == 3 else 1.5
    contest.spread_lines = (
        *((favourite, main + step * n) for n in (-1, 0, 1) if main + step * n >= least),
        *((other, 1.5 + step * n) for n in (0, 1)),
    )
    laid = main + 1 if rng.random() < _ADJACENT else main
    spreads = [(favourite, laid), (favourite, laid + step)]
    if rng.random() < 0.5:
        spreads.append((other, 1.5))
    contest.polymarket_spreads = tuple(spreads) if rng.random() < _SPREADS_SHARE else ()
    middle = max(1.5, floor(contest.league.total * rng.uniform(0.93, 1.07)) + 0.5)
    contest.total_lines = tuple(
        middle + step * n for n in range(-(_LADDER // 2), _LADDER // 2 + 1) if middle + step * n > 0
    )
    middle = contest.total_lines[len(contest.total_lines) // 2]
    near = (middle, middle + 1) if rng.random() < _ADJACENT else (middle - step, middle)
    contest.polymarket_totals = tuple(sorted({line for line in near if line > 0}))


def _main_spread(contest: SimContest) -> float:
    if contest.league.sport in {"Hockey", "Baseball", "Soccer"}:
        return contest.league.spread
    return max(1.5, floor(abs(chances.margin_mean(contest))) + 0.5)
