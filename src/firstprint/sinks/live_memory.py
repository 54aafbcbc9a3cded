"""The published state in memory: what there is without a Redis, and what a Redis is filled from.

`LiveMemory` and `RedisPublisher` are both a LivePublisher, and `LiveMemory` and `RedisGames` both a LiveReader::

    class LivePublisher(Protocol):
        async def publish(self, games: Sequence[Game], mappings: Sequence[GameMapping],
                          odds: Mapping[str, Sequence[Consensus]]) -> bool: ...
        async def remove(self, games: Iterable[str]) -> None: ...    # the venue ended them: gone at once
        async def release(self, games: Iterable[str]) -> None: ...   # looked at no longer: they expire

    class LiveReader(Protocol):
        async def games(self) -> list[PublishedGame]: ...
        async def mapping(self, game: str) -> GameMapping | None: ...
        async def odds(self, game: str) -> PublishedOdds | None: ...
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import structlog

from firstprint.domain.games import Game, GameMapping
from firstprint.domain.odds import Consensus
from firstprint.domain.published import (
    PublishedGame,
    PublishedOdds,
    game_document,
    game_key,
    mapping_document,
    mapping_key,
    odds_document,
    odds_key,
    read_game,
    read_mapping,
    read_odds,
)

_log = structlog.get_logger(__name__)
GAMES_MAX = 10_000


class LiveMemory:
    """Documents of the games that are active, by key. At most `games_max` games: further ones are counted, not kept."""

    def __init__(self, *, games_max: int = GAMES_MAX) -> None:
        self._games_max = games_max
        self._documents: dict[str, dict[str, bytes]] = {}
        self.too_many = 0

    async def publish(
        self, games: Sequence[Game], mappings: Sequence[GameMapping], odds: Mapping[str, Sequence[Consensus]]
    ) -> bool:
        """Take documents of games; give True: nothing can be away."""
        self.take(games, mappings, odds)
        return True

    async def remove(self, games: Iterable[str]) -> None:
        """Forget games that ended."""
        self.drop(games)

    async def release(self, games: Iterable[str]) -> None:
        """Forget games that nobody looks at any longer."""
        self.drop(games)

    def take(
        self, games: Sequence[Game], mappings: Sequence[GameMapping], odds: Mapping[str, Sequence[Consensus]]
    ) -> list[str]:
        """Take documents of games, each over its older one; give the ids of the games that were taken.

        A mapping or odds of a game that was never told are of no use to a reader, and are not taken; odds without any
        bet take away those that were told before.
        """
        taken = [one.game_id for one in games if self._begin(one.game_id, game_document(one))]
        taken += [one.game_id for one in mappings if self._lay(one.game_id, mapping_key, mapping_document(one))]
        for game, told in odds.items():
            if not told:
                self._documents.get(game, {}).pop(odds_key(game), None)
            elif self._lay(game, odds_key, odds_document(game, told)):
                taken.append(game)
        return list(dict.fromkeys(taken))

    def drop(self, games: Iterable[str]) -> list[str]:
        """Forget games; give those that were there."""
        return [game for game in games if self._documents.pop(game, None) is not None]

    def documents(self, game: str) -> dict[str, bytes]:
        """Give a game's documents by key; none when it is not active."""
        return self._documents.get(game, {})

    @property
    def active(self) -> list[str]:
        """The ids of the games that are active."""
        return list(self._documents)

    async def games(self) -> list[PublishedGame]:
        """List the games, by id."""
        return [read_game(self._documents[game][game_key(game)]) for game in sorted(self._documents)]

    async def mapping(self, game: str) -> GameMapping | None:
        """Give a game's mapping; None when there is none."""
        body = self.documents(game).get(mapping_key(game))
        return None if body is None else read_mapping(body)

    async def odds(self, game: str) -> PublishedOdds | None:
        """Give a game's odds; None when there are none."""
        body = self.documents(game).get(odds_key(game))
        return None if body is None else read_odds(body)

    def _begin(self, game: str, body: bytes) -> bool:
        if game not in self._documents and len(self._documents) >= self._games_max:
            self._refuse()
            return False
        self._documents.setdefault(game, {})
        return self._lay(game, game_key, body)

    def _lay(self, game: str, key: Callable[[str], str], body: bytes) -> bool:
        documents = self._documents.get(game)
        if documents is None:
            return False
        documents[key(game)] = body
        return True

    def _refuse(self) -> None:
        if not self.too_many:
            _log.warning("more games are active than are published", games_max=self._games_max)
        self.too_many += 1
