"""What is published of games for other programs: names of keys, and the documents under them.

Under `discovery:game:{game_id}`::

    {"game_id":"nba-2026-08-07-atl-bos","sport":"basketball",
     "markets":{"polymarket":{"moneyline":["nba-atl-bos-2026-08-07"],"spread":["nba-atl-bos-2026-08-07-spread-..."]},
                "kalshi":{"moneyline":["KXNBAGAME-26AUG07ATLBOS-ATL","KXNBAGAME-26AUG07ATLBOS-BOS"]}},
     "last_updated":"2026-08-07T22:13:20Z"}

The lists hold names: Kalshi's tickers, of which each team has one, and Polymarket's slugs.
`game:{game_id}:mapping` is a GameMapping and `odds:event:{game_id}` a PublishedOdds, both as JSON of their fields.
"""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from firstprint.domain.errors import MalformedMessage
from firstprint.domain.games import Game, GameMapping
from firstprint.domain.moments import rfc3339
from firstprint.domain.odds import Consensus

DocumentT = TypeVar("DocumentT")
TTL_S = 300.0
"""How long what is published outlives the one who published it, in seconds."""
GAME_PREFIX = "discovery:game:"


class PublishedGame(msgspec.Struct, frozen=True, kw_only=True):
    """A game and its listings by venue and kind of market. Fields that a reader does not know are skipped."""

    game_id: str
    sport: str | None
    markets: dict[str, dict[str, tuple[str, ...]]]
    last_updated: str


class PublishedOdds(msgspec.Struct, frozen=True, kw_only=True):
    """What the books together say of a game, bet by bet, each book with its age in seconds."""

    game_id: str
    odds: tuple[Consensus, ...]


def game_key(game: str) -> str:
    """Name the key of a game."""
    return f"{GAME_PREFIX}{game}"


def mapping_key(game: str) -> str:
    """Name the key of a game's mapping."""
    return f"game:{game}:mapping"


def odds_key(game: str) -> str:
    """Name the key of a game's odds."""
    return f"odds:event:{game}"


def game_document(game: Game) -> bytes:
    """Write a game as it is published."""
    last_updated = rfc3339(game.last_updated_ns)
    return msgspec.json.encode(
        PublishedGame(game_id=game.game_id, sport=game.sport, markets=game.markets, last_updated=last_updated)
    )


def mapping_document(mapping: GameMapping) -> bytes:
    """Write a mapping as it is published."""
    return msgspec.json.encode(mapping)


def odds_document(game: str, odds: Sequence[Consensus]) -> bytes:
    """Write the odds of a game as they are published."""
    return msgspec.json.encode(PublishedOdds(game_id=game, odds=tuple(odds)))


def read_game(body: bytes) -> PublishedGame:
    """Read a published game. Raises MalformedMessage."""
    return _read(body, _GAME)


def read_mapping(body: bytes) -> GameMapping:
    """Read a published mapping. Raises MalformedMessage."""
    return _read(body, _MAPPING)


def read_odds(body: bytes) -> PublishedOdds:
    """Read published odds. Raises MalformedMessage."""
    return _read(body, _ODDS)


_GAME = msgspec.json.Decoder(PublishedGame)
_MAPPING = msgspec.json.Decoder(GameMapping)
_ODDS = msgspec.json.Decoder(PublishedOdds)


def _read(body: bytes, decoder: msgspec.json.Decoder[DocumentT]) -> DocumentT:
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise MalformedMessage("PUBLISHED", str(error)[:200]) from error
