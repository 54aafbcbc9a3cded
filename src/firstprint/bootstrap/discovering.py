"""The discovery service, joined: scoreboards, searches, odds, the journal of the run, the database, Redis or memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random, SystemRandom
from threading import Lock
from typing import Any, NamedTuple

import msgspec
import structlog

from firstprint.app.linking.discovery import Discovery, DiscoveryPorts, Kept
from firstprint.app.linking.ports import ListingSearch, OddsBoard
from firstprint.app.ports import RestAnswer, Tasks
from firstprint.bootstrap import children, kalshi, polymarket
from firstprint.bootstrap.database import master_of
from firstprint.bootstrap.linking import new_fold, odds_history
from firstprint.bootstrap.recording import new_session_id
from firstprint.bootstrap.syncing import software
from firstprint.config import Config
from firstprint.domain.clock import Clock
from firstprint.domain.happenings import RestRequest, SessionOpened
from firstprint.journal.runs import DISCOVERIES_NAME, RunJournal, RunJournals
from firstprint.linkage.leagues import League
from firstprint.net.clock import SystemClock
from firstprint.net.http import HttpClient
from firstprint.net.tasks import Supervisor
from firstprint.sinks.live_memory import LiveMemory
from firstprint.sinks.redis_address import RedisAddress
from firstprint.sinks.redis_publisher import RedisPublisher
from firstprint.store.link_store import SqlLinkStore
from firstprint.venues.espn.hosts import scoreboards_url
from firstprint.venues.espn.rest import EspnScoreboards, polite_limiter
from firstprint.venues.oddsapi.board import LeagueOdds
from firstprint.venues.oddsapi.budget import BudgetPlan, OddsBudget
from firstprint.venues.oddsapi.hosts import api_key, odds_url
from firstprint.venues.oddsapi.rest import OddsApi, odds_limiter

_log = structlog.get_logger(__name__)

NO_ODDS = "No key for The Odds API: linkage goes on without odds. ODDS_API_KEY (free at the-odds-api.com) adds them."
NO_REDIS = "No REDIS_URL: games are kept in this process and in the database; other programs read them over HTTP."


class Discovering(NamedTuple):
    """A discovery that is ready. `notices` say in one line each what a setting would add."""

    discovery: Discovery
    publisher: RedisPublisher | LiveMemory
    run: str
    notices: tuple[str, ...]

    def start(self, tasks: Tasks) -> None:
        """Start its loops, and what keeps Redis equal to what is active."""
        self.discovery.start(tasks)
        if isinstance(self.publisher, RedisPublisher):
            tasks.start("redis", self.publisher.run)


class _Keeper:
    """Keeps answers in the journal of the run, one after the other, off the event loop.

    A call that was cancelled goes on in its thread; the next one waits for its end there.
    """

    def __init__(self, journal: RunJournal) -> None:
        self._journal = journal
        self._turn = asyncio.Lock()
        self._writing = Lock()

    async def keep(self, source: str, answer: RestAnswer) -> Kept:
        """Make an answer durable."""
        request = msgspec.structs.replace(answer.request, venue=source)
        async with self._turn:
            return await asyncio.to_thread(self._keep, request, answer.body)

    async def finish(self, report: dict[str, Any]) -> None:
        """Write the orderly end of the run, behind the last answer."""
        await asyncio.to_thread(self._finish, report)

    def _keep(self, request: RestRequest, body: bytes) -> Kept:
        with self._writing:
            return Kept(*self._journal.keep(request, body))

    def _finish(self, report: dict[str, Any]) -> None:
        with self._writing:
            self._journal.finish("clean", report)


def discovery_leagues(config: Config) -> Sequence[League]:
    """Give the leagues that were chosen with LEAGUES; without a choice all that have games at ESPN and both venues."""
    chosen = config.recorder.selection.leagues
    return chosen or [one for one in config.leagues.leagues.values() if one.espn and one.game and one.prefixes]


async def _join_searches(
    config: Config, clock: Clock, random: Random, joined: AsyncExitStack
) -> tuple[ListingSearch, ...]:
    """Join the venues' REST alone."""
    signer, rest_url = kalshi.signer_of(config), kalshi.kalshi_hosts(config).rest_url
    rest = await joined.enter_async_context(kalshi.join_rest(rest_url, clock, random, signer))
    hosts = polymarket.polymarket_hosts(config)
    return (
        await joined.enter_async_context(kalshi.join_search(rest_url, rest, clock, random, signer)),
        await joined.enter_async_context(polymarket.join_search(hosts, clock, random)),
    )


@asynccontextmanager
async def discovering(
    config: Config, *, searches: Sequence[ListingSearch] = (), clock: Clock | None = None
) -> AsyncIterator[Discovering]:
    """Join the service; `searches` are those of a recording beside it, whose limiters it shares.

    Raises the errors of the data folder, the database, the configuration and the venues.
    """
    clock, random = clock or SystemClock(), SystemRandom()
    journals = RunJournals(config.data, clock, DISCOVERIES_NAME)
    run = new_session_id(clock)
    opened = SessionOpened(session=run, venue="kalshi", software=software(), venues=["kalshi", "polymarket"])
    async with AsyncExitStack() as joined:
        engine = joined.enter_context(master_of(config))
        journal = joined.enter_context(journals.begin(opened))
        searches = searches or await _join_searches(config, clock, random, joined)
        espn = await joined.enter_async_context(
            HttpClient(scoreboards_url(config.espn_url), limiter=polite_limiter(random), clock=clock)
        )
        odds = await _join_odds(config, clock, random, joined)
        publisher, notices = await _join_publisher(config, random, joined)
        history, keeper = odds_history(config, run), _Keeper(journal)
        ports = DiscoveryPorts(
            run=run,
            leagues=discovery_leagues(config),
            fold=new_fold(config, history),
            scoreboards=EspnScoreboards(espn, random=random),
            searches=searches,
            odds=odds,
            keep=keeper.keep,
            store=SqlLinkStore(engine),
            history=history,
            publisher=publisher,
            clock=clock,
        )
        discovery = Discovery(ports, config.discovery)
        yield Discovering(discovery, publisher, run, (*notices, *(() if odds is not None else (NO_ODDS,))))
        await keeper.finish({"answers": dict(discovery.answers)})


async def _join_odds(config: Config, clock: Clock, random: Random, joined: AsyncExitStack) -> OddsBoard | None:
    key = api_key(config.odds_key)
    if key is None:
        return None
    client = await joined.enter_async_context(
        HttpClient(odds_url(config.odds_url), limiter=odds_limiter(random), clock=clock)
    )
    api = OddsApi(
        client, key, budget=OddsBudget(BudgetPlan(reset_day=config.odds_reset_day)), clock=clock, random=random
    )
    return LeagueOdds(api, config.consensus.books)


async def _join_publisher(
    config: Config, random: Random, joined: AsyncExitStack
) -> tuple[RedisPublisher | LiveMemory, tuple[str, ...]]:
    if config.redis_url is None:
        return LiveMemory(), (NO_REDIS,)
    publisher = RedisPublisher(RedisAddress.of(config.redis_url), random)
    await joined.enter_async_context(publisher)
    return publisher, ()


async def look_once(found: Discovering, wanted: Callable[[], Awaitable[object]]) -> bool:
    """Make one round; tell whether it was whole. It ends before when `wanted` returns; what was found is shown."""
    whole = False

    async def look() -> None:
        nonlocal whole
        await found.discovery.once()
        whole = True

    await children.first_of(look, wanted)
    if not whole:
        await found.discovery.publishing.publish()
    return whole


@asynccontextmanager
async def going_on(found: Discovering) -> AsyncIterator[None]:
    """Let a discovery go on until the block is left."""
    async with Supervisor(SystemRandom()) as tasks:
        found.start(tasks)
        try:
            yield
        finally:
            tasks.stop()
            await found.discovery.publishing.publish()
