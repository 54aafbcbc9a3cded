"""Publishes the live state to a Redis, where it outlives its publisher by the time to live and no longer."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from random import Random
from types import TracebackType
from typing import Self

import msgspec
import structlog

from firstprint.domain.games import Game, GameMapping
from firstprint.domain.odds import Consensus
from firstprint.domain.published import TTL_S, game_key, mapping_key, odds_key
from firstprint.net.backoff import Backoff, BackoffPolicy
from firstprint.net.cancelling import heeding_cancellation
from firstprint.sinks.live_memory import LiveMemory
from firstprint.sinks.redis_address import RedisAddress
from firstprint.sinks.redis_connection import connect, failures

_log = structlog.get_logger(__name__)
BATCH_GAMES = 250
KEYS_AT_ONCE = 1_000
REMOVED_MAX = 10_000
"""Games that ended while the Redis was away, and are still to be removed; more than that expire by themselves."""
RETRY = BackoffPolicy(first_s_max=0.1, floor_s=0.1, cap_s=2.0)


class PublisherFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What the publisher has done. `failures` counts tries that failed, `outages` the times they began to."""

    active: int
    away: bool
    written: int
    failures: int
    outages: int
    error: str | None


class RedisPublisher:
    """Writes documents of games, and keeps them alive while their games are active.

    1. What is published is first kept in `memory`, then written with all documents of a batch in one transaction: a
       reader sees a game's documents of one moment. Every document expires after `ttl_s`.
    2. `run` looks every `watch_s` whether the Redis holds as many documents as are active, and writes all of them anew
       when it does not: it was started anew, emptied, or is another one. A fifth of the time to live after the last
       time it writes all of them anyway, so that what is active never expires.
    3. When the Redis cannot be reached, it is away: nothing waits for it, `memory` serves, and `run` tries again after
       a back-off that is bounded. The first try that succeeds writes everything that is active then.
    4. `remove` takes documents away at once, also after an outage; `release` lets them expire.

    An outage is logged once when it begins and once when it ends. `run` is to be supervised; it never returns.
    """

    def __init__(
        self,
        address: RedisAddress,
        random: Random,
        *,
        ttl_s: float = TTL_S,
        watch_s: float = 1.0,
        policy: BackoffPolicy = RETRY,
        memory: LiveMemory | None = None,
    ) -> None:
        self._address = address
        self._random = random
        self._ttl_ms = max(1, round(ttl_s * 1_000))
        self._watch_s = min(watch_s, ttl_s / 5)
        self._refresh_s = ttl_s / 5
        self._policy = policy
        self.memory = memory or LiveMemory()
        self._redis = connect(address)
        self._failures = failures()
        self._turn = asyncio.Lock()
        self._unwritten: set[str] = set()
        self._removed: dict[str, None] = {}
        self._refreshed_s = 0.0
        self._figures = PublisherFigures(active=0, away=False, written=0, failures=0, outages=0, error=None)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(*self._failures):
            await self._redis.aclose()

    @property
    def figures(self) -> PublisherFigures:
        """What it has done until now."""
        return msgspec.structs.replace(self._figures, active=len(self.memory.active))

    async def publish(
        self, games: Sequence[Game], mappings: Sequence[GameMapping], odds: Mapping[str, Sequence[Consensus]]
    ) -> bool:
        """Publish documents of games; give whether they are in the Redis now. Never raises because it is away."""
        taken = self.memory.take(games, mappings, odds)
        self._unwritten.update(taken)
        for game in taken:
            self._removed.pop(game, None)
        return await self._try(taken)

    async def remove(self, games: Iterable[str]) -> None:
        """Take away games that ended by their venue's word."""
        for game in self.memory.drop(games):
            self._unwritten.discard(game)
            self._removed[game] = None
        while len(self._removed) > REMOVED_MAX:
            del self._removed[next(iter(self._removed))]
        await self._try([])

    async def release(self, games: Iterable[str]) -> None:
        """Look at games no longer: what is published of them expires."""
        self._unwritten.difference_update(self.memory.drop(games))

    async def run(self) -> None:
        """Keep the Redis equal to what is active, for ever."""
        backoff = Backoff(self._random, self._policy)
        while True:
            try:
                await self._keep()
                backoff, delay_s = Backoff(self._random, self._policy), self._watch_s
            except self._failures as error:
                self._lost(error)
                delay_s = backoff.after(None).delay_s
            await asyncio.sleep(delay_s)

    async def _keep(self) -> None:
        due = asyncio.get_running_loop().time() >= self._refreshed_s + self._refresh_s
        behind = self._figures.away or self._unwritten or self._removed
        if due or behind or not await self._is_whole():
            self._refreshed_s = asyncio.get_running_loop().time()
            await self._write(self.memory.active)
            self._back()

    async def _is_whole(self) -> bool:
        """Tell whether the Redis holds every document that is active."""
        async with self._turn:
            keys = [key for game in self.memory.active for key in self.memory.documents(game)]
            with heeding_cancellation():
                return sum([await self._redis.exists(*some) for some in _cut(keys, KEYS_AT_ONCE)]) >= len(keys)

    async def _try(self, games: Sequence[str]) -> bool:
        if self._figures.away:
            return False
        try:
            await self._write(games)
        except self._failures as error:
            self._lost(error)
            return False
        return True

    async def _write(self, games: Sequence[str]) -> None:
        """Write the documents of games as they are when their turn has come, and remove what ended."""
        async with self._turn:
            for some in _cut(games, BATCH_GAMES):
                with heeding_cancellation():
                    await self._write_batch(some)
            for some in _cut(list(self._removed), BATCH_GAMES):
                with heeding_cancellation():
                    await self._redis.delete(*(key(game) for game in some for key in (game_key, mapping_key, odds_key)))
                for game in some:
                    self._removed.pop(game, None)

    async def _write_batch(self, games: Sequence[str]) -> None:
        self._unwritten.difference_update(games)  # what is told from here on is written after this
        documents = [one for game in games for one in self.memory.documents(game).items()]
        if not documents:
            return
        async with self._redis.pipeline(transaction=True) as pipeline:
            for key, body in documents:
                pipeline.set(key, body, px=self._ttl_ms)
            await pipeline.execute()
        self._count(written=self._figures.written + len(documents))

    def _lost(self, error: Exception) -> None:
        known = self._figures
        detail = f"{type(error).__name__}: {error}"[:200]
        if not known.away:
            _log.warning("redis is away; the live state is served from memory", redis=str(self._address), error=detail)
        outages = known.outages + (not known.away)
        self._count(failures=known.failures + 1, outages=outages, away=True, error=detail)

    def _back(self) -> None:
        if self._figures.away:
            _log.info("redis is back; everything active is written", redis=str(self._address))
            self._count(away=False, error=None)

    def _count(self, **figures: int | bool | str | None) -> None:
        self._figures = msgspec.structs.replace(self._figures, **figures)


def _cut(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]
