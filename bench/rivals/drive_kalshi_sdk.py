"""Drive kalshi-sdk: the client's own frame handling in memory, or the whole client over a socket.

`memory FILE RUNS`: `KalshiWebSocket._process_frame` on each frame, which is what its receive loop does: JSON, its
sequence tracker, pydantic model, its order book manager, and its queue, which is emptied beside it.
`socket URL FRAMES MARKETS`: connects to a server, subscribes, and counts what it hands out until all frames came.
Both print one JSON object. Only the standard library and the rival itself are used.
"""

# ruff: noqa: SLF001 what its receive loop does with a frame has no public name

import asyncio
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from kalshi.auth import KalshiAuth
from kalshi.config import KalshiConfig
from kalshi.ws.channels import SubscriptionManager
from kalshi.ws.client import KalshiWebSocket
from kalshi.ws.dispatch import MessageDispatcher
from kalshi.ws.orderbook import OrderbookManager
from kalshi.ws.sequence import SequenceTracker

QUEUE_MAX = 2_000_000


class NoConnection:
    """Stands for the socket that is not there: it answers the subscription and is asked for nothing else."""

    def __init__(self, answer: str) -> None:
        self._answer = answer

    async def send(self, _: dict[str, Any]) -> None:
        """Take a command."""

    async def recv(self) -> str:
        """Give the answer to the subscription."""
        return self._answer


def client(url: str = "ws://127.0.0.1:1/trade-api/ws/v2") -> KalshiWebSocket:
    """Make the client with a throw-away key."""
    auth = KalshiAuth("bench", rsa.generate_private_key(public_exponent=65537, key_size=2048))
    rest = url.replace("ws://", "http://").replace("/trade-api/ws/v2", "/trade-api/v2")
    return KalshiWebSocket(auth, KalshiConfig(base_url=rest, ws_base_url=url))


async def memory_rate(frames: list[str]) -> float:
    """Run all frames through the client once; give messages a CPU-second of the deltas."""
    ws = client()
    ws._sub_mgr = SubscriptionManager(NoConnection(frames[0]))
    ws._seq_tracker = SequenceTracker(on_gap=ws._handle_seq_gap)
    ws._orderbook_mgr = OrderbookManager()
    ws._dispatcher = MessageDispatcher(
        sub_mgr=ws._sub_mgr, seq_tracker=ws._seq_tracker, orderbook_mgr=ws._orderbook_mgr
    )
    sub = await ws._sub_mgr.subscribe("orderbook_delta", maxsize=QUEUE_MAX)
    opening = [frame for frame in frames[1:] if "orderbook_snapshot" in frame[:40]]
    deltas = frames[1 + len(opening) :]
    for frame in opening:
        await ws._process_frame(frame)
    began = time.process_time()
    for frame in deltas:
        await ws._process_frame(frame)
        await sub.queue.get() if sub.queue.qsize() else None
    spent = time.process_time() - began
    if ws._seq_tracker.peek(1) != len(opening) + len(deltas):
        raise RuntimeError("kalshi-sdk lost frames")
    return len(deltas) / spent


async def over_socket(url: str, expected: int, markets: int) -> dict[str, float]:
    """Take `expected` deltas from a server; give CPU and elapsed seconds from the first delta to the last."""
    ws = client(url)
    async with ws.connect() as session:
        stream = await session.subscribe_orderbook_delta(tickers=["*"], maxsize=QUEUE_MAX)
        for _ in range(markets):
            await anext(stream)
        await anext(stream)
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(expected - 1):
            await anext(stream)
        return {"cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall, "messages": expected - 1}


def main() -> None:
    """Do what the arguments say."""
    about = {"version": version("kalshi-sdk"), "python": sys.version.split()[0]}
    if sys.argv[1] == "socket":
        print(json.dumps(about | asyncio.run(over_socket(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))))
        return
    frames = Path(sys.argv[2]).read_text().splitlines(keepends=True)
    print(json.dumps(about | {"rates": [asyncio.run(memory_rate(frames)) for _ in range(int(sys.argv[3]))]}))


if __name__ == "__main__":
    main()
