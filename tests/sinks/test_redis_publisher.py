"""The live state in a real server: what is published, how long it lives, and what an outage does to it."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
import structlog
from tests.linked_world import GAME, a_consensus, a_game, a_mapping
from tests.valkey_server import Valkey

from firstprint.domain.published import game_key, mapping_key, odds_key
from firstprint.net.backoff import BackoffPolicy
from firstprint.net.tasks import Supervisor
from firstprint.sinks.live_memory import LiveMemory
from firstprint.sinks.redis_publisher import RedisPublisher

WAIT_S = 30.0
SOON = BackoffPolicy(first_s_max=0.02, floor_s=0.02, cap_s=0.05)
ROOT = Path(__file__).parents[2]


async def until(holds: Callable[[], Any]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(WAIT_S):
        while not holds():  # noqa: ASYNC110 what is waited for is in a server
            await asyncio.sleep(0.01)


async def publish(publisher: RedisPublisher, *games: str) -> bool:
    """Publish some games, whole."""
    told = [a_game(game) for game in games]
    return await publisher.publish(
        told, [a_mapping(game) for game in games], {game: [a_consensus(game)] for game in games}
    )


@pytest.fixture
async def publisher(valkey: Valkey) -> AsyncIterator[RedisPublisher]:
    """Make a publisher with the ordinary time to live, that looks often."""
    async with RedisPublisher(valkey.address, Random(1), watch_s=0.02, policy=SOON) as publisher:
        yield publisher


@pytest.fixture
async def keeping(publisher: RedisPublisher) -> AsyncIterator[RedisPublisher]:
    """Let the publisher keep what it published."""
    async with Supervisor(Random(1)) as supervisor:
        supervisor.start("publisher", publisher.run)
        yield publisher
        supervisor.stop()


async def test_a_game_is_published_as_agreed(publisher: RedisPublisher, valkey: Valkey) -> None:
    """E5: the game's document has exactly the agreed fields, and every document lives for 300 s."""
    assert await publish(publisher, GAME)
    document = msgspec.json.decode(valkey.client.get(f"discovery:game:{GAME}"))
    assert document == {
        "game_id": GAME,
        "sport": "basketball",
        "markets": {
            "polymarket": {
                "moneyline": [f"polymarket-winner-{GAME}"],
                "spread": [f"polymarket-margin-{GAME}"],
            },
            "kalshi": {"moneyline": [f"kalshi-winner-{GAME}"], "spread": [f"kalshi-margin-{GAME}"]},
        },
        "last_updated": "2026-08-07T22:00:00Z",
    }
    for key in (f"discovery:game:{GAME}", f"game:{GAME}:mapping", f"odds:event:{GAME}"):
        assert 295_000 < valkey.client.pttl(key) <= 300_000


async def test_a_mapping_says_both_sides_of_every_link(publisher: RedisPublisher, valkey: Valkey) -> None:
    """E5: the mapping has tickers, slug, tokens, polarity, confidence, reason and differences; odds have their ages."""
    await publish(publisher, GAME)
    [link] = msgspec.json.decode(valkey.client.get(f"game:{GAME}:mapping"))["links"]
    assert (link["a_market"], link["b_name"], link["token_id"], link["other_token_id"]) == (
        f"KX-L-{GAME}", f"nba-L-{GAME}", "1", "2",
    )  # fmt: skip
    assert (link["polarity"], link["confidence"], link["reason"]) == ("same", 0.99, "same league, teams and start")
    assert link["differences"] == [{"about": "overtime", "a": "included", "b": "not said"}]
    [odds] = msgspec.json.decode(valkey.client.get(f"odds:event:{GAME}"))["odds"]
    assert [(book["book"], book["age_s"]) for book in odds["books"]] == [("draftkings", 12.5), ("fanduel", 12.5)]


async def test_what_is_active_is_kept_alive(valkey: Valkey) -> None:
    """A document outlives its time to live as long as its publisher runs, and is never away for a moment."""
    publisher = RedisPublisher(valkey.address, Random(1), ttl_s=2.0)
    async with publisher, Supervisor(Random(1)) as supervisor:
        await publish(publisher, GAME)
        supervisor.start("publisher", publisher.run)
        await until(lambda: publisher.figures.written >= 21)
        assert valkey.client.exists(game_key(GAME), mapping_key(GAME), odds_key(GAME)) == 3
        assert valkey.client.info("stats")["expired_keys"] == 0
        supervisor.stop()


async def test_a_killed_publisher_leaves_nothing_behind(valkey: Valkey) -> None:
    """E5: after a publisher dies without a word, what it published is gone when the time to live is over."""
    child = subprocess.Popen(  # noqa: ASYNC220 its first word is waited for at once
        [sys.executable, "-m", "tests.sinks.publishing_child", valkey.address.url, "1.0"],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert child.stdout is not None
    with child.stdout as said:
        assert said.readline() == b"published\n"
    assert valkey.client.dbsize() == 3
    child.send_signal(signal.SIGKILL)
    child.wait(WAIT_S)
    await until(lambda: not valkey.client.keys("*"))


async def test_an_outage_is_served_from_memory_and_made_good(keeping: RedisPublisher, valkey: Valkey) -> None:
    """While the server is away nothing is lost or raised; when it is back, everything active is there again."""
    with structlog.testing.capture_logs() as logs:
        await publish(keeping, "before")
        valkey.stop()
        await until(lambda: keeping.figures.away)
        assert not await publish(keeping, "during", "before")
        await keeping.remove(["before"])
        assert [game.game_id for game in await keeping.memory.games()] == ["during"]
        await until(lambda: keeping.figures.failures >= 5)
        valkey.start()
        await until(lambda: not keeping.figures.away)
    assert {key.decode() for key in valkey.client.keys("*")} == {
        game_key("during"), mapping_key("during"), odds_key("during"),
    }  # fmt: skip
    assert keeping.figures.outages == 1
    assert [log["event"].split(";")[0] for log in logs] == ["redis is away", "redis is back"]
    assert await publish(keeping, "after")


@pytest.mark.parametrize("how", ["restart", "flush"])
async def test_a_server_that_lost_everything_is_filled_at_once(
    keeping: RedisPublisher, valkey: Valkey, how: str
) -> None:
    """A server that was started anew or emptied between two publications has every active game again."""
    await publish(keeping, GAME)
    if how == "restart":
        valkey.stop()
        valkey.start()
    else:
        valkey.client.flushall()
    await until(lambda: valkey.client.dbsize() == 3)
    assert valkey.client.get(game_key(GAME)) is not None


async def test_what_changed_in_an_outage_is_what_comes_back(keeping: RedisPublisher, valkey: Valkey) -> None:
    """The last word told is the one that is in the server in the end, whenever it was told."""
    await publish(keeping, GAME)
    valkey.stop()
    await until(lambda: keeping.figures.away)
    valkey.start()
    for number in range(20):
        await keeping.publish([a_game(sport=f"sport {number}")], [], {})
        await asyncio.sleep(0)
    await until(lambda: b"sport 19" in (valkey.client.get(game_key(GAME)) or b""))
    assert not keeping.figures.away


async def test_what_is_told_while_everything_is_written_is_written_too(
    publisher: RedisPublisher, valkey: Valkey
) -> None:
    """A game that changes while the server is being filled again is not left as it was before."""
    valkey.stop()
    await publish(publisher, GAME)
    valkey.start()

    async def change() -> None:
        await until(publisher._turn.locked)
        assert not await publisher.publish([a_game(sport="late")], [], {})

    async with publisher._turn:
        filling = asyncio.gather(publisher._keep(), change())
        await asyncio.sleep(0)
    await filling
    await publisher._keep()
    assert b"late" in valkey.client.get(game_key(GAME))


async def test_a_game_that_ended_is_removed_and_one_let_go_expires(publisher: RedisPublisher, valkey: Valkey) -> None:
    """Only the venue's word removes a game; one that is looked at no longer keeps what is left of its time."""
    await publish(publisher, "ended", "left")
    await publisher.remove(["ended", "never known"])
    await publisher.release(["left"])
    assert {key.decode() for key in valkey.client.keys("*")} == {
        game_key("left"), mapping_key("left"), odds_key("left"),
    }  # fmt: skip
    assert valkey.client.pttl(game_key("left")) > 295_000
    assert publisher.figures.active == 0
    await publish(publisher, "ended")
    assert valkey.client.exists(game_key("ended"))


async def test_a_server_that_was_never_there_stops_nobody(valkey: Valkey) -> None:
    """A discovery that starts before its Redis goes on, and publishes as soon as there is one."""
    valkey.stop()
    publisher = RedisPublisher(valkey.address, Random(1), watch_s=0.02, policy=SOON)
    async with publisher, Supervisor(Random(1)) as supervisor:
        assert not await publish(publisher, GAME)
        supervisor.start("publisher", publisher.run)
        valkey.start()
        await until(lambda: not publisher.figures.away)
        assert valkey.client.dbsize() == 3
        supervisor.stop()


async def test_many_games_are_published_in_batches(publisher: RedisPublisher, valkey: Valkey) -> None:
    """Hundreds of games at once are a few transactions, and every one of them is there."""
    assert await publish(publisher, *(f"g{number}" for number in range(600)))
    assert valkey.client.dbsize() == 1_800
    assert publisher.figures.written == 1_800


async def test_the_memory_is_bounded_and_takes_whole_games_only() -> None:
    """More games than it may hold are counted and left out; what belongs to no known game is left out too."""
    memory = LiveMemory(games_max=1)
    await memory.publish([a_game("a"), a_game("b")], [a_mapping("b")], {"c": [a_consensus("c")]})
    assert ([game.game_id for game in await memory.games()], memory.too_many) == (["a"], 1)
    assert (await memory.mapping("b"), await memory.odds("c")) == (None, None)
    await memory.publish([], [a_mapping("a")], {"a": [a_consensus("a")]})
    assert (await memory.mapping("a"), (await memory.odds("a")).odds) == (a_mapping("a"), (a_consensus("a"),))  # type: ignore[union-attr]
    await memory.publish([], [], {"a": []})
    assert await memory.odds("a") is None


async def test_a_publisher_that_is_stopped_stops(publisher: RedisPublisher) -> None:
    """Whenever it is stopped, in the middle of a command too: redis-py loses a cancellation now and then."""

    async def go_on() -> None:
        while True:
            await publish(publisher, GAME)

    async with asyncio.TaskGroup() as group:
        for turns in range(200):
            task = group.create_task(go_on())
            for _ in range(turns % 40):
                await asyncio.sleep(0)
            task.cancel()
            _, left = await asyncio.wait({task}, timeout=WAIT_S)
            assert not left
            assert task.cancelled()
