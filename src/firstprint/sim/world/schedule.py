"""The schedule: contests without end from one seed, with everything that makes two of them hard to tell apart."""

import random
from collections import deque
from datetime import date, timedelta

from firstprint.sim.world import ids
from firstprint.sim.world.contests import NS_PER_S, SimContest, SimLeague, SimTeam
from firstprint.sim.world.days import HOUR_NS, MINUTE_NS, eastern, eastern_day, moment
from firstprint.sim.world.leagues import LEAGUES, league_named
from firstprint.sim.world.lines import draw_lines
from firstprint.sim.world.results import draw_result
from firstprint.sim.world.slates import Slates
from firstprint.sim.world.teams import team_named

_FIVE_NS = 5 * MINUTE_NS
_NEAR_STEPS = 24
_LIVE, _NEAR, _TODAY = 0.10, 0.45, 0.75
_SOON = 0.65
_EVENING: tuple[tuple[int, int], ...] = (
    (13, 0), (16, 5), (18, 40), (19, 0), (19, 10), (19, 30), (20, 0), (20, 15), (21, 0), (21, 45), (22, 0), (22, 30),
)  # fmt: skip
_REMATCH = {"NBA": 0.12, "NHL": 0.12, "MLB": 0.4}
_DOUBLEHEADER = 0.15
_LATE_HOUR = 19
_NEUTRAL = {"NCAAF": 0.15, "NCAAB": 0.15, "NCAAWB": 0.15, "UCL": 0.08, "NFL": 0.05}
_MOVED, _DELAYED, _CANCELLED = 0.03, 0.06, 0.08


class Schedule:
    """Draws contests, each with its end known beforehand. The same seed and calls draw the same ones.

    Starts are real: some contests are live, many begin within two hours, the rest within a week. Lengths are divided by
    `compression`. A team plays once in a US Eastern day, except in a doubleheader.
    """

    def __init__(self, seed: int, now_ns: int, compression: float = 60.0) -> None:
        self.start_ns = now_ns
        self._rng = random.Random(f"{seed}/schedule")  # noqa: S311 repeatable, no secret
        self._compression = compression
        self._slates = Slates(self._rng)
        self._queue: deque[SimContest] = deque()
        self._slugs: set[str] = set()
        self._count = 0

    def next_contest(self, now_ns: int) -> SimContest:
        """Draw the next contest: one that is not over yet."""
        while self._queue:
            contest = self._queue.popleft()
            if contest.start_ns + contest.length_ns > now_ns:
                return contest
        contest = self._draw(now_ns)
        if contest.start_ns > now_ns + HOUR_NS:
            self._follow(contest)
            self._disturb(contest, now_ns)
        return contest

    def past_contest(self, now_ns: int) -> SimContest:
        """Draw a contest that ended within the last days."""
        league = self._rng.choice(LEAGUES)
        day = eastern_day(now_ns) - timedelta(days=1)
        while (teams := self._slates.pair(league, day)) is None:
            day -= timedelta(days=1)
        return self._contest(league, teams, self._evening(day))

    def showcase(self, now_ns: int) -> list[SimContest]:
        """Draw one of each trap: a three-way contest, both games of a doubleheader, and a team code with a hyphen."""
        start_ns = (now_ns // HOUR_NS + 3) * HOUR_NS + 40 * MINUTE_NS
        if eastern(start_ns).hour >= _LATE_HOUR:
            start_ns = moment(eastern_day(start_ns) + timedelta(days=1), 13, 40)
        soccer = self._fixed("EPL", "CFC", "TOT", start_ns)
        first = self._fixed("MLB", "HOU", "SD", start_ns)
        college = self._fixed("NCAAF", "M-OH", "FRES", start_ns)
        first.game = 1
        second = self._again(first, start_ns + 4 * HOUR_NS)
        second.game = 2
        return [soccer, first, second, college]

    def _fixed(self, code: str, first: str, second: str, start_ns: int) -> SimContest:
        league = league_named(code)
        named = (team_named(code, first), team_named(code, second))
        self._slates.reserve(league, eastern_day(start_ns), *named)
        return self._contest(league, named, start_ns)

    # --- one contest

    def _draw(self, now_ns: int) -> SimContest:
        """Draw any contest. Where two Eastern days are one in UTC, the other team is at home, so that slugs differ."""
        league = self._rng.choice(LEAGUES)
        start_ns = self._start(league, now_ns)
        day = eastern_day(start_ns)
        teams = self._slates.pair(league, day)
        if teams is None:
            day = self._slates.next_day(league, max(day, eastern_day(now_ns)) + timedelta(days=1))
            start_ns = self._evening(day)
            teams = self._slates.pair(league, day)
        if teams is None:
            raise AssertionError("a day that has free teams has a pair")
        contest = self._contest(league, teams, start_ns)
        if ids.polymarket_slug(contest) in self._slugs:
            contest = self._contest(league, (teams[1], teams[0]), start_ns)
        self._slugs.add(ids.polymarket_slug(contest))
        return contest

    def _start(self, league: SimLeague, now_ns: int) -> int:
        """Draw a start: in the past while the contest is still live, or in the next hours or days.

        While the world runs, most of what is new begins after two hours that are compressed as lengths are.
        """
        rng, roll = self._rng, self._rng.random()
        if now_ns > self.start_ns and roll < _SOON:
            return (now_ns + int(rng.uniform(5, 120) * MINUTE_NS / self._compression)) // NS_PER_S * NS_PER_S
        next_five_ns = (now_ns // _FIVE_NS + 1) * _FIVE_NS
        if roll < _LIVE and now_ns <= self.start_ns:
            length_ns = self._length_ns(league)
            start_ns = (now_ns - int(length_ns * rng.uniform(0.05, 0.5))) // MINUTE_NS * MINUTE_NS
            return start_ns if start_ns + length_ns * 0.8 > now_ns else next_five_ns
        if roll < _NEAR:
            return next_five_ns + _FIVE_NS * rng.randrange(_NEAR_STEPS)
        if roll < _TODAY:
            return next_five_ns + _FIVE_NS * rng.randrange(12 * 24)
        return self._evening(eastern_day(now_ns) + timedelta(days=rng.randrange(1, 7)))

    def _evening(self, day: date) -> int:
        return moment(day, *self._rng.choice(_EVENING))

    def _length_ns(self, league: SimLeague) -> int:
        return int(league.hours * HOUR_NS / self._compression)

    def _contest(self, league: SimLeague, teams: tuple[SimTeam, SimTeam], start_ns: int) -> SimContest:
        """Make a contest of the first-named team against the second, with its end and its lines."""
        first, second = teams
        home, away = (first, second) if league.home_first else (second, first)
        contest = SimContest(
            number=self._count, league=league, away=away, home=home, scheduled_ns=start_ns, start_ns=start_ns,
            length_ns=self._length_ns(league), neutral=self._rng.random() < _NEUTRAL.get(league.code, 0.0),
        )  # fmt: skip
        self._count += 1
        draw_result(self._rng, contest)
        draw_lines(self._rng, contest)
        return contest

    # --- what follows a contest, and what becomes of it

    def _follow(self, contest: SimContest) -> None:
        """Let the same teams meet again: later on the day, or on the next."""
        rng, league = self._rng, contest.league
        if league.code == "MLB" and rng.random() < _DOUBLEHEADER:
            self._double(contest)
        day = eastern_day(contest.scheduled_ns) + timedelta(days=1)
        if rng.random() < _REMATCH.get(league.code, 0.0) and self._slates.reserve(
            league, day, contest.away, contest.home
        ):
            at = eastern(contest.scheduled_ns)
            self._queue.append(self._again(contest, moment(day, at.hour, at.minute)))

    def _double(self, contest: SimContest) -> None:
        later_ns = contest.scheduled_ns + 4 * HOUR_NS + self._rng.randrange(12) * _FIVE_NS
        if eastern_day(later_ns) != eastern_day(contest.scheduled_ns):
            return
        second = self._again(contest, later_ns)
        contest.game, second.game = 1, 2
        contest.game_told = second.game_told = self._rng.random() < 0.5
        self._queue.append(second)

    def _again(self, contest: SimContest, start_ns: int) -> SimContest:
        return self._contest(contest.league, contest.ordered, start_ns)

    def _disturb(self, contest: SimContest, now_ns: int) -> None:
        """Move, delay or cancel a few contests that are no part of a doubleheader; what is moved keeps its names."""
        roll = self._rng.random()
        if contest.game is not None or roll >= _CANCELLED:
            return
        known_ns = now_ns + self._rng.randrange(-3_600, 600) * NS_PER_S
        if roll < _MOVED:
            later = self._rng.randrange(1, 3)
            day = eastern_day(contest.scheduled_ns) + timedelta(days=later)
            if self._slates.reserve(contest.league, day, contest.away, contest.home):
                contest.start_ns += later * 24 * HOUR_NS
                contest.postponed_ns = known_ns
        elif roll < _DELAYED:
            later_ns = contest.start_ns + self._rng.randrange(3, 13) * _FIVE_NS
            same_day = eastern_day(later_ns) == eastern_day(contest.start_ns)
            contest.start_ns = later_ns if same_day else contest.start_ns
        else:
            contest.cancelled_ns = known_ns
