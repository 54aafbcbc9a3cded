"""Reading the live state from a real server: whole documents, hostile values, addresses."""

from collections.abc import AsyncIterator
from contextlib import suppress
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.linked_world import GAME, a_consensus, a_game, a_mapping
from tests.valkey_server import Valkey

from firstprint.domain.errors import Advice, ConfigurationError, MalformedMessage
from firstprint.domain.published import game_key, mapping_key, odds_key, read_game, read_mapping, read_odds
from firstprint.sinks.redis_address import RedisAddress
from firstprint.sinks.redis_connection import RedisUnavailable
from firstprint.sinks.redis_games import RedisGames
from firstprint.sinks.redis_publisher import RedisPublisher


@pytest.fixture
async def reader(valkey: Valkey) -> AsyncIterator[RedisGames]:
    """Read from a server that has two games."""
    async with RedisPublisher(valkey.address, Random(1)) as publisher:
        games = [GAME, "another"]
        await publisher.publish([a_game(game) for game in games], [a_mapping()], {GAME: [a_consensus()]})
    async with RedisGames(valkey.address) as reader:
        yield reader


async def test_what_was_published_is_read(reader: RedisGames) -> None:
    """E6: a program lists ready games with their mappings and odds, as they were published."""
    games = await reader.games()
    assert [game.game_id for game in games] == ["another", GAME]
    assert games[1].markets == a_game().markets
    assert await reader.game(GAME) == games[1]
    assert await reader.mapping(GAME) == a_mapping()
    odds = await reader.odds(GAME)
    assert odds is not None
    assert odds.odds == (a_consensus(),)
    assert (await reader.mapping("another"), await reader.odds("nobody"), reader.malformed) == (None, None, 0)


@pytest.mark.parametrize(
    "value",
    [b"", b"\xff\xfe", b"null", b"[]", b'{"game_id":"bad"}', b'{"game_id":1}', b"<html>", b"[" * 5_000],
)
async def test_a_value_that_cannot_be_read_is_set_apart(reader: RedisGames, valkey: Valkey, value: bytes) -> None:
    """E7: a broken value is counted and shown, and never keeps the others from being read."""
    valkey.client.set(game_key("bad"), value)
    valkey.client.set(mapping_key(GAME), value)
    valkey.client.set(odds_key(GAME), value)
    assert [game.game_id for game in await reader.games()] == ["another", GAME]
    assert (await reader.mapping(GAME), await reader.odds(GAME)) == (None, None)
    assert reader.malformed == 3
    assert [one.key for one in reader.apart] == [game_key("bad"), mapping_key(GAME), odds_key(GAME)]


async def test_values_of_another_kind_or_game_are_passed_over(reader: RedisGames, valkey: Valkey) -> None:
    """A hash where a text should be, a key that is no text, a document of another game: none of them is a game."""
    valkey.client.hset(game_key("hash"), "a", "b")
    valkey.client.set(b"discovery:game:\xff\xff", b"{}")
    valkey.client.set(game_key("copy"), valkey.client.get(game_key(GAME)))
    assert [game.game_id for game in await reader.games()] == ["another", GAME]
    assert [(one.key, one.reason) for one in reader.apart] == [(game_key("copy"), "it is of another game")]


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_break_a_reader(body: bytes) -> None:
    """Whatever stands in a key, it is a document or a MalformedMessage."""
    for read in (read_game, read_mapping, read_odds):
        with suppress(MalformedMessage):
            read(body)


async def test_a_server_that_is_away_is_said_so_without_its_password() -> None:
    """A reader of a server that is away raises an error that may be shown and says that trying again may help."""
    async with RedisGames(RedisAddress.of("redis://ada:hunter2@127.0.0.1:1/3")) as reader:
        for ask in (reader.games(), reader.mapping(GAME)):
            with pytest.raises(RedisUnavailable, match=r"127\.0\.0\.1:1, database 3") as raised:
                await ask
            assert "hunter2" not in str(raised.value)
            assert raised.value.advice is Advice.RETRY


def test_an_address_never_shows_its_password() -> None:
    """REDIS_URL may hold a password: no text made of the address has it."""
    address = RedisAddress.of(" rediss://ada:hunter2@cache.example/2 ")
    assert (address.host, address.port, address.database) == ("cache.example", 6379, 2)
    assert address.url == "rediss://ada:hunter2@cache.example/2"
    assert "hunter2" not in f"{address} {address!r}"


@pytest.mark.parametrize(
    "text",
    [
        "", "cache:6379", "http://ada:hunter2@cache", "redis://", "redis://:hunter2@cache:port", "redis://h/x-hunter2",
        "redis://h:99999/0", "redis://h/0?password=hunter2", "unix:///tmp/hunter2",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_without_its_secrets(text: str) -> None:
    """The error says what an address looks like, and nothing of what was given."""
    with pytest.raises(ConfigurationError, match="redis://user:password@host") as raised:
        RedisAddress.of(text)
    assert "hunter2" not in str(raised.value)
