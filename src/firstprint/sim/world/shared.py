"""The world that all simulated venues and sources share: the contests drawn so far, and who lists which and when."""

import random
from collections import deque
from collections.abc import Callable
from itertools import islice

from firstprint.sim.world import ids
from firstprint.sim.world.contests import NS_PER_S, SimContest, TrueContest
from firstprint.sim.world.days import HOUR_NS
from firstprint.sim.world.meetings import Meeting, meetings
from firstprint.sim.world.schedule import Schedule

_AHEAD = 2
_MEETINGS = 3
_ELSEWHERE = 0.06
_NOT_ON_POLYMARKET, _POLYMARKET_FIRST = 0.08, 0.30
_NOT_ON_ESPN, _NOT_AT_BOOKS = 0.03, 0.05


class SharedWorld:
    """Contests and meetings of one seed. Whoever draws for Kalshi decides when there are more of them.

    `listeners` are called with every contest that becomes known, and again when Kalshi draws one that was known
    before. A contest that Polymarket has first is known before Kalshi draws it.
    """

    def __init__(self, seed: int, now_ns: int, compression: float = 60.0) -> None:
        self.seed = seed
        self.start_ns = now_ns
        self.now_ns = now_ns
        self.schedule = Schedule(seed, now_ns, compression)
        self.contests: list[SimContest] = []
        self.meetings: list[Meeting] = list(islice(meetings(seed, now_ns), _MEETINGS))
        self.listeners: list[Callable[[SimContest], None]] = []
        self._rng = random.Random(f"{seed}/shared")  # noqa: S311 repeatable, no secret
        self._ahead: deque[SimContest] = deque()
        self._known: set[int] = set()
        self._kalshi_events: dict[int, list[str]] = {}

    def begin(self, now_ns: int) -> None:
        """Say when the first venue opens: most of what it draws then was listed everywhere long ago."""
        self.start_ns = max(self.start_ns, now_ns)
        self.advance(now_ns)

    def advance(self, now_ns: int) -> None:
        """Say what time it is; time never goes back."""
        self.now_ns = max(self.now_ns, now_ns)

    def draw(self, at_ns: int) -> SimContest:
        """Draw the next contest that Kalshi lists, now; sometimes others become known too."""
        self.advance(at_ns)
        while len(self._ahead) < _AHEAD:
            self._look_ahead(at_ns)
        if self._rng.random() < _ELSEWHERE:
            self._list_elsewhere(self.schedule.next_contest(at_ns), at_ns)
        contest = self._ahead.popleft()
        self._look_ahead(at_ns)
        self._list_everywhere(contest, at_ns)
        return contest

    def draw_past(self, at_ns: int) -> SimContest:
        """Draw a contest that is over, which everybody listed long ago."""
        contest = self.schedule.past_contest(at_ns)
        self._list_long_ago(contest)
        self._tell(contest)
        return contest

    def draw_showcase(self, at_ns: int) -> list[SimContest]:
        """Draw the contests that even the smallest world has: see `Schedule.showcase`."""
        contests = self.schedule.showcase(at_ns)
        for contest in contests:
            self._list_everywhere(contest, at_ns, sure=True)
        return contests

    def populate(self, count: int) -> None:
        """Draw so many contests as if Kalshi listed them now, for worlds without a simulated Kalshi."""
        for _ in range(count):
            self.draw(self.now_ns)

    def note_kalshi(self, contest: SimContest, event_ticker: str) -> None:
        """Note that Kalshi lists an event of a contest."""
        events = self._kalshi_events.setdefault(contest.number, [])
        if event_ticker not in events:
            events.append(event_ticker)

    def true_contests(self) -> list[TrueContest]:
        """Give every known contest's ids, with those of Kalshi's events that its simulated venue has listed so far."""
        return [
            TrueContest(
                tuple(self._kalshi_events.get(contest.number, ())),
                ids.polymarket_slug(contest) if contest.polymarket_listed_ns is not None else None,
                ids.espn_id(contest) if contest.espn_listed_ns is not None else None,
                ids.odds_id(contest) if contest.odds_listed_ns is not None else None,
            )
            for contest in self.contests
        ]

    # --- who lists what

    def _look_ahead(self, at_ns: int) -> None:
        """Draw a contest for later; Polymarket lists some of them before Kalshi does."""
        contest = self.schedule.next_contest(at_ns)
        self._ahead.append(contest)
        if self._rng.random() < _POLYMARKET_FIRST:
            self._list_sources(contest, at_ns)
            contest.polymarket_listed_ns = self._soon(at_ns, 5)
            self._tell(contest)

    def _list_everywhere(self, contest: SimContest, at_ns: int, *, sure: bool = False) -> None:
        known = contest.polymarket_listed_ns is not None
        if at_ns <= self.start_ns and self._rng.random() < 0.85:
            self._list_long_ago(contest, sure=sure)
        else:
            contest.listed_ns = at_ns
            if not known:
                self._list_sources(contest, at_ns, sure=sure)
                listed = sure or self._rng.random() >= _NOT_ON_POLYMARKET
                contest.polymarket_listed_ns = self._soon(at_ns, 60) if listed else None
        self._tell(contest)

    def _list_elsewhere(self, contest: SimContest, at_ns: int) -> None:
        """List a contest that Kalshi never does."""
        self._list_sources(contest, at_ns)
        contest.polymarket_listed_ns = self._soon(at_ns, 60) if self._rng.random() < 0.7 else None
        self._tell(contest)

    def _list_long_ago(self, contest: SimContest, *, sure: bool = False) -> None:
        ago_ns = min(contest.start_ns, self.start_ns) - self._rng.randrange(2, 120) * HOUR_NS
        contest.listed_ns = ago_ns
        self._list_sources(contest, ago_ns, sure=sure)
        if contest.polymarket_listed_ns is None and (sure or self._rng.random() >= _NOT_ON_POLYMARKET):
            contest.polymarket_listed_ns = self._soon(ago_ns, 3_600)

    def _list_sources(self, contest: SimContest, at_ns: int, *, sure: bool = False) -> None:
        """List a contest at ESPN, which knows it long before, and at the sportsbooks, some of which take a minute."""
        if contest.espn_listed_ns is None and (self._rng.random() >= _NOT_ON_ESPN or sure):
            contest.espn_listed_ns = at_ns - 24 * HOUR_NS
        if contest.odds_listed_ns is None and (self._rng.random() >= _NOT_AT_BOOKS or sure):
            contest.odds_listed_ns = at_ns - HOUR_NS if self._rng.random() < 0.7 else self._soon(at_ns, 60)

    def _soon(self, at_ns: int, within_s: int) -> int:
        return at_ns + int(self._rng.uniform(0.2, within_s) * NS_PER_S)

    def _tell(self, contest: SimContest) -> None:
        if contest.number not in self._known:
            self._known.add(contest.number)
            self.contests.append(contest)
        for listener in self.listeners:
            listener(contest)
