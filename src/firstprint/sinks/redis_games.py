"""Reads the live state from a Redis, for other programs: games, mappings, odds.

What cannot be read is set apart and counted, and the rest is given.
"""

from collections import deque
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import NamedTuple, Self, TypeVar

from firstprint.domain.errors import MalformedMessage
from firstprint.domain.games import GameMapping
from firstprint.domain.published import (
    GAME_PREFIX,
    PublishedGame,
    PublishedOdds,
    game_key,
    mapping_key,
    odds_key,
    read_game,
    read_mapping,
    read_odds,
)
from firstprint.sinks.redis_address import RedisAddress
from firstprint.sinks.redis_connection import RedisUnavailable, connect, failures

DocumentT = TypeVar("DocumentT", PublishedGame, GameMapping, PublishedOdds)
GAMES_MAX = 10_000
SCANNED_AT_ONCE = 1_000
READ_AT_ONCE = 250
APART_MAX = 100
RAW_BYTES_MAX = 1_024


class SetApart(NamedTuple):
    """A value that could not be read: its key, why, and its first bytes."""

    key: str
    reason: str
    raw: bytes


class RedisGames:
    """A reader of what a RedisPublisher publishes. Every call raises RedisUnavailable when the Redis is away.

    `malformed` counts the values that could not be read, and `apart` holds the last of them.
    """

    def __init__(self, address: RedisAddress) -> None:
        self._address = address
        self._redis = connect(address)
        self._failures = failures()
        self.malformed = 0
        self.apart: deque[SetApart] = deque(maxlen=APART_MAX)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._redis.aclose()

    async def games(self) -> list[PublishedGame]:
        """List the games that are published, by id; at most 10,000."""
        try:
            keys = await self._keys()
            bodies = [body for some in _cut(keys) for body in await self._redis.mget(some)]
        except self._failures as error:
            raise RedisUnavailable(self._address, f"{type(error).__name__}: {error}"[:200]) from error
        read = [self._read(key, body, read_game, key.removeprefix(GAME_PREFIX)) for key, body in zip(keys, bodies)]  # noqa: B905 MGET answers every key
        return sorted((game for game in read if game is not None), key=lambda game: game.game_id)

    async def mapping(self, game: str) -> GameMapping | None:
        """Give a game's mapping; None when none is published."""
        return await self._one(mapping_key(game), game, read_mapping)

    async def odds(self, game: str) -> PublishedOdds | None:
        """Give a game's odds; None when none are published."""
        return await self._one(odds_key(game), game, read_odds)

    async def game(self, game: str) -> PublishedGame | None:
        """Give one game; None when it is not published."""
        return await self._one(game_key(game), game, read_game)

    async def _one(self, key: str, game: str, read: Callable[[bytes], DocumentT]) -> DocumentT | None:
        try:
            [body] = await self._redis.mget([key])
        except self._failures as error:
            raise RedisUnavailable(self._address, f"{type(error).__name__}: {error}"[:200]) from error
        return self._read(key, body, read, game)

    async def _keys(self) -> list[str]:
        found: set[bytes] = set()
        async for key in self._redis.scan_iter(match=f"{GAME_PREFIX}*", count=SCANNED_AT_ONCE):
            found.add(key)
            if len(found) >= GAMES_MAX:
                break
        return sorted(key.decode(errors="replace") for key in found)

    def _read(self, key: str, body: object, read: Callable[[bytes], DocumentT], game: str) -> DocumentT | None:
        if not isinstance(body, bytes):
            return None
        try:
            document = read(body)
        except MalformedMessage as error:
            self._set_apart(key, error.detail, body)
            return None
        if document.game_id == game:
            return document
        self._set_apart(key, "it is of another game", body)
        return None

    def _set_apart(self, key: str, reason: str, body: bytes) -> None:
        self.malformed += 1
        self.apart.append(SetApart(key, reason, body[:RAW_BYTES_MAX]))


def _cut(keys: Sequence[str]) -> list[Sequence[str]]:
    return [keys[start : start + READ_AT_ONCE] for start in range(0, len(keys), READ_AT_ONCE)]
