"""How likely what is, from a contest's probability alone: the venues and sportsbooks of one world agree about it.

The home team's margin and the total are taken as normal, with the deviations of the sport. Probabilities are floats.
"""

from statistics import NormalDist
from typing import NamedTuple

from firstprint.sim.world.contests import SimContest
from firstprint.sim.world.course import progress, scores_at

_STANDARD = NormalDist()
MARGIN_SIGMA = {"Basketball": 11.0, "Football": 13.5, "Hockey": 2.2, "Baseball": 3.8, "Soccer": 1.6}
TOTAL_SIGMA = {"Basketball": 16.0, "Football": 11.0, "Hockey": 2.2, "Baseball": 3.8, "Soccer": 1.5}
_LEAST = 0.005


class Chances(NamedTuple):
    """Probabilities that the home team wins, the away team wins, or it is a draw; together 1."""

    home: float
    away: float
    draw: float


def margin_mean(contest: SimContest) -> float:
    """Give by how much the home team is expected to win; negative when the other is the favourite."""
    sigma = MARGIN_SIGMA[contest.league.sport]
    edge = 0.5 if contest.league.ways == 3 else 0.0
    return sigma * _STANDARD.inv_cdf(_kept(contest.home_probability)) + edge


def before(contest: SimContest) -> Chances:
    """Give the chances before the contest begins."""
    if contest.league.ways == 2:
        return Chances(contest.home_probability, 1 - contest.home_probability, 0.0)
    away = _STANDARD.cdf((-0.5 - margin_mean(contest)) / MARGIN_SIGMA[contest.league.sport])
    return Chances(contest.home_probability, away, max(0.0, 1 - contest.home_probability - away))


def now(contest: SimContest, now_ns: int) -> Chances:
    """Give the chances at a moment: while the contest is live they move from what was thought to how it ends."""
    done = progress(contest, now_ns)
    start = before(contest)
    if not done:
        return start
    away_points, home_points = contest.scores
    end = Chances(float(home_points > away_points), float(away_points > home_points), float(home_points == away_points))
    if contest.league.ways == 2 and end.draw:
        end = Chances(0.5, 0.5, 0.0)
    share = done * done
    return Chances(*(a * (1 - share) + b * share for a, b in zip(start, end, strict=True)))


def margin_over(contest: SimContest, side: str, line: float, now_ns: int | None = None) -> float:
    """Give the chance that a side (`home` or `away`) wins by more than a line."""
    mean, sigma = margin_mean(contest), MARGIN_SIGMA[contest.league.sport]
    if now_ns is not None and (done := progress(contest, now_ns)):
        away, home = scores_at(contest, now_ns)
        mean, sigma = home - away + mean * (1 - done), max(0.05, sigma * (1 - done) ** 0.5)
    mean = mean if side == "home" else -mean
    return _kept(1 - _STANDARD.cdf((line - mean) / sigma))


def total_mean(contest: SimContest) -> float:
    """Give the total that is expected: the middle of the listed lines, else what is usual in the league."""
    lines = contest.total_lines or contest.polymarket_totals
    return lines[len(lines) // 2] if lines else contest.league.total


def total_over(contest: SimContest, line: float, now_ns: int | None = None) -> float:
    """Give the chance that both teams together score more than a line."""
    mean, sigma = total_mean(contest), TOTAL_SIGMA[contest.league.sport]
    if now_ns is not None and (done := progress(contest, now_ns)):
        mean = sum(scores_at(contest, now_ns)) + mean * (1 - done)
        sigma = max(0.05, sigma * (1 - done) ** 0.5)
    return _kept(1 - _STANDARD.cdf((line - mean) / sigma))


def _kept(chance: float) -> float:
    return min(1 - _LEAST, max(_LEAST, chance))
