"""How contests end: final scores that agree with who was thought to win."""

import random

from firstprint.sim.world import chances
from firstprint.sim.world.contests import SimContest

_STRENGTH_SIGMA = 0.7
_HOME_EDGE = 0.12
_TIE_STAYS = 0.25


def draw_result(rng: random.Random, contest: SimContest) -> None:
    """Draw the home team's probability and the final scores."""
    sport, three = contest.league.sport, contest.league.ways == 3
    edge = rng.gauss(0 if contest.neutral else _HOME_EDGE, _STRENGTH_SIGMA)
    contest.home_probability = round(0.5 + 0.46 * edge / (1 + abs(edge)) - (0.13 if three else 0), 4)
    margin = round(rng.gauss(chances.margin_mean(contest), chances.MARGIN_SIGMA[sport]))
    if margin == 0 and not three and not (sport == "Football" and rng.random() < _TIE_STAYS):
        margin = 1 if rng.random() < contest.home_probability else -1
    total = max(abs(margin), round(rng.gauss(contest.league.total, chances.TOTAL_SIGMA[sport])))
    total += (total - margin) % 2
    contest.scores = ((total - margin) // 2, (total + margin) // 2)
