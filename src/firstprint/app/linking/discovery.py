"""The discovery service: which games there are, who lists them, and what is the same bet; found, kept and shown.

Three loops and the odds, each by itself, so that one that fails stops no other (A9):

1. the *game poller* asks the scoreboards of the configured leagues which games are live or start soon (E1);
2. the *searcher* asks every venue for its listings of these leagues, then of each active game, many at once within the
   venues' limits (E2), and all the time for what was listed since the last look;
3. the *publisher* shows what was linked as soon as it is linked, and keeps showing what is active (E5).

Every answer is in the journal before it is read; what cannot be read is counted and kept there (E7).
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from hashlib import blake2b
from typing import NamedTuple

import msgspec
import structlog

from firstprint.app.linking.fold import AnswerFold
from firstprint.app.linking.ports import (
    FindingsStore,
    ListingSearch,
    LivePublisher,
    OddsBoard,
    OddsKeeper,
    Scoreboards,
)
from firstprint.app.linking.publishing import Publishing
from firstprint.app.linking.state import ENDED
from firstprint.app.ports import RestAnswer, Tasks
from firstprint.domain.clock import NS_PER_S, Clock
from firstprint.domain.contests import Contest, ContestState
from firstprint.domain.errors import FirstprintError, VenueRefused
from firstprint.domain.happenings import RestRequest
from firstprint.linkage.leagues import League

_log = structlog.get_logger(__name__)

_MOMENT = re.compile(r"\d{9,}$|\d{4}-\d\d-\d\dT")

Work = Callable[[], Awaitable[object]]

ANSWERS_REMEMBERED_MAX = 20_000
TOPICS_NS = 15 * 60 * NS_PER_S
"""How long apart topics are asked for: they last for months."""
QUIET_NS = 10 * 60 * NS_PER_S
"""How long a league without any game around today, or that the source does not have, is not asked for."""
LENGTH_NS_MAX = 6 * 3_600 * NS_PER_S
"""How long after its start a contest counts as running where nobody says that it is over."""


class DiscoverySettings(msgspec.Struct, frozen=True, kw_only=True):
    """How often is looked, how far ahead, and how many requests may be under way at each venue."""

    ahead_s: float = 7_200.0
    games_s: float = 30.0
    search_s: float = 60.0
    news_s: float = 0.3
    odds_s: float = 5.0
    in_flight_max: int = 200


class Kept(NamedTuple):
    """Where an answer lies in the run's journal, and when it was received by our wall clock, Unix ns."""

    record: int
    wall_ns: int


class DiscoveryPorts(NamedTuple):
    """What the service needs from the outside. `keep` makes an answer durable; without `odds` there are none."""

    run: str
    leagues: Sequence[League]
    fold: AnswerFold
    scoreboards: Scoreboards
    searches: Sequence[ListingSearch]
    odds: OddsBoard | None
    keep: Callable[[str, RestAnswer], Awaitable[Kept]]
    store: FindingsStore
    history: OddsKeeper
    publisher: LivePublisher
    clock: Clock


class Discovery:
    """The service. `once` makes one round; `run` goes on until it is cancelled."""

    def __init__(self, ports: DiscoveryPorts, settings: DiscoverySettings) -> None:
        state = self.state = ports.fold.state
        self.answers: Counter[str] = Counter()
        self.unchanged: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.failing: dict[str, FirstprintError] = {}
        self.quarantined = ports.fold.quarantined
        self.publishing = Publishing(
            ports.run, ports.store, ports.history, ports.publisher, state, ports.clock, self.active
        )
        self._ports = ports
        self._settings = settings
        self._said: dict[str, bytes] = {}
        self._quiet_until_ns: dict[str, int] = {}
        self._polled = asyncio.Event()
        self._topics_due_ns = 0
        self._since_ns = {search.venue: ports.clock.now().wall_ns for search in ports.searches}
        self._room = {search.venue: asyncio.Semaphore(settings.in_flight_max) for search in ports.searches}

    @property
    def leagues(self) -> Sequence[League]:
        """The leagues whose games are looked for."""
        return self._ports.leagues

    @property
    def odds_credits(self) -> int | None:
        """How many credits remain at The Odds API, as its last answer said; None when nobody asks or it did not say."""
        return None if self._ports.odds is None else self._ports.odds.quota.remaining

    # -- rounds ----------------------------------------------------------------------------------------------------

    async def once(self) -> None:
        """Look everywhere once: games, listings, odds; then show what was found."""
        await self.poll_games()
        await self.search()
        await self.ask_odds()
        await self.publishing.publish()

    def start(self, tasks: Tasks) -> None:
        """Start the loops."""
        settings = self._settings
        rounds: list[tuple[str, float, Work]] = [
            ("games", settings.games_s, self.poll_games),
            ("search", settings.search_s, self.search),
            ("odds", settings.odds_s, self.ask_odds),
        ]
        rounds += [(f"news-{one.venue}", settings.news_s, partial(self.hear, one)) for one in self._ports.searches]
        for name, every_s, work in rounds:
            tasks.start(f"discover-{name}", partial(_for_ever, work, every_s))
        tasks.start("discover-show", self.publishing.run)
        tasks.start("discover-keep", self.publishing.keep)

    async def poll_games(self) -> None:
        """Ask every league's scoreboard."""
        wall_ns, boards = self._ports.clock.now().wall_ns, self._ports.scoreboards
        asked = [one for one in self._ports.leagues if one.espn and self._quiet_until_ns.get(one.code, 0) <= wall_ns]
        ended = await asyncio.gather(
            *(self._follow(f"espn {one.code}", "espn", boards.around(one, wall_ns)) for one in asked)
        )
        playing = {sighting.league for sighting in self.state.linker.sightings() if sighting.source == "espn"}
        for league, whole in zip(asked, ended, strict=True):
            unknown = isinstance(self.failing.get(f"espn {league.code}"), VenueRefused)
            if unknown or (whole and league.code not in playing):
                self._quiet_until_ns[league.code] = wall_ns + QUIET_NS
        self._polled.set()

    async def search(self) -> None:
        """Ask every venue for its listings: of each league first, then of each active game, many at once."""
        await self.publishing.recall()
        wall_ns = self._ports.clock.now().wall_ns
        await asyncio.gather(*(self._ask(one, "identities", one.identities(wall_ns)) for one in self._ports.searches))
        await asyncio.gather(
            *(
                self._ask(search, league.code, answers)
                for league in self._playing_first()
                for search in self._ports.searches
                for answers in search.of_league(league, wall_ns)
            )
        )
        if wall_ns >= self._topics_due_ns:
            self._topics_due_ns = wall_ns + TOPICS_NS
            await asyncio.gather(
                *(
                    self._ask(search, "topics", answers)
                    for search in self._ports.searches
                    for answers in search.of_topics(self._ports.leagues, wall_ns)
                )
            )
        leagues = {league.code: league for league in self._ports.leagues}
        await asyncio.gather(
            *(
                self._ask(search, contest.id, search.of_contest(contest, leagues[contest.league]))
                for contest in self.active()
                if contest.league in leagues
                for search in self._ports.searches
            )
        )

    def _playing_first(self) -> list[League]:
        """Order the leagues by whether they have a game soon: those that do are asked before the limits are used up."""
        playing = {contest.league for contest in self.active()}
        return sorted(self._ports.leagues, key=lambda league: league.code not in playing)

    async def hear(self, search: ListingSearch) -> None:
        """Ask a venue for what it listed since the last look."""
        since_ns, now_ns = self._since_ns[search.venue], self._ports.clock.now().wall_ns
        if await self._follow(f"{search.venue} news", search.venue, search.since(since_ns)):
            self._since_ns[search.venue] = now_ns

    async def ask_odds(self) -> None:
        """Ask for the odds that the budget allows now."""
        odds = self._ports.odds
        if odds is None:
            return
        try:
            if odds.quota.remaining is None:
                await odds.learn_quota()
            due = odds.due(self._with_games(), self._ports.clock.now().wall_ns)
        except FirstprintError as error:
            self._failed("oddsapi", "quota", error)
            return
        await asyncio.gather(
            *(self._follow(f"odds {league.code}", "oddsapi", _one(odds.of_league(league))) for league in due)
        )

    def _with_games(self) -> list[League]:
        """Give the leagues that have a game which is active: odds of others are not worth a credit."""
        playing = {contest.league for contest in self.active()}
        return [league for league in self._ports.leagues if league.code in playing]

    def active(self) -> list[Contest]:
        """Give the contests that are live, or start soon, and have not ended."""
        now_ns = self._ports.clock.now().wall_ns
        until_ns = now_ns + int(self._settings.ahead_s * NS_PER_S)
        return [one for one in self.state.linker.contests() if is_active(one, now_ns, until_ns)]

    # -- one list ----------------------------------------------------------------------------------------------------

    async def _ask(self, search: ListingSearch, what: str, answers: AsyncIterator[RestAnswer]) -> bool:
        async with self._room[search.venue]:
            return await self._follow(f"{search.venue} {what}", search.venue, answers)

    async def _follow(self, what: str, source: str, answers: AsyncIterator[RestAnswer]) -> bool:
        """Read a list to its end; say whether its end was reached. A failure is counted, and nothing else stops."""
        try:
            async for answer in answers:
                await self.take(source, answer)
        except FirstprintError as error:
            self._failed(source, what, error)
            return False
        if self.failing.pop(what, None) is not None:
            _log.info("discovery_works_again", source=source, what=what)
        return True

    def _failed(self, source: str, what: str, error: FirstprintError) -> None:
        """Count a failure; say it once until it works again."""
        self.failures[source] += 1
        if what not in self.failing:
            _log.warning("discovery_failed", source=source, what=what, error=str(error))
        self.failing[what] = error

    async def take(self, source: str, answer: RestAnswer) -> None:
        """Keep an answer and read it, unless it says what the one before it to the same question said."""
        self.answers[source] += 1
        question = question_of(source, answer.request)
        digest = blake2b(answer.body, digest_size=16).digest()
        if self._said.get(question) == digest:
            self.unchanged[source] += 1
            return
        kept = await self._ports.keep(source, answer)
        self._remember(question, digest)
        fold = self._ports.fold
        settled = fold.apply(source, answer.request, answer.body, record=kept.record, wall_ns=kept.wall_ns)
        if settled is not None:
            self.publishing.add(settled)

    def _remember(self, question: str, digest: bytes) -> None:
        self._said.pop(question, None)
        self._said[question] = digest
        while len(self._said) > ANSWERS_REMEMBERED_MAX:
            del self._said[next(iter(self._said))]


def is_active(contest: Contest, now_ns: int, until_ns: int) -> bool:
    """Tell whether a contest is live, or starts before `until_ns`, and has not ended as far as anybody says."""
    if contest.state in ENDED:
        return False
    if contest.state is ContestState.LIVE:
        return True
    starts = [one.start for one in contest.sightings if one.start is not None]
    if contest.start_ns is not None:
        return now_ns - LENGTH_NS_MAX <= contest.start_ns <= until_ns
    return any(one.latest_ns >= now_ns and one.earliest_ns <= until_ns for one in starts)


def question_of(source: str, request: RestRequest) -> str:
    """Name what was asked, whenever it was asked: moments in the query are no part of the question."""
    asked = "&".join(f"{name}={value}" for name, value in request.query if not _MOMENT.match(value))
    return f"{source} {request.path}?{asked}"


async def _one(answer: Awaitable[RestAnswer]) -> AsyncIterator[RestAnswer]:
    yield await answer


async def _for_ever(work: Work, every_s: float) -> None:
    while True:
        await work()
        await asyncio.sleep(every_s)
