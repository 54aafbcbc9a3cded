"""Drive `kalshi-sdk` against a simulated Kalshi and write as JSON what it saw.

Run by kalshi_clients.py in an environment of its own; nothing of firstprint is imported here.
"""
# ruff: noqa: INP001 a script beside others, not a package

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

from kalshi import AsyncKalshiClient
from kalshi.config import KalshiConfig
from kalshi.ws.client import KalshiWebSocket

QUEUE_MAX = 100_000


async def drain(stream: AsyncIterator[Any], take: Callable[[Any], None]) -> None:
    """Hand every message of a stream on, until cancelled."""
    async for message in stream:
        take(message)


def book_texts(book: Any) -> dict[str, dict[str, str]]:
    """Render a book as the venue writes it."""
    return {
        side: {f"{level.price:.4f}": f"{level.quantity:.2f}" for level in getattr(book, side)} for side in ("yes", "no")
    }


def take_life(lives: list[list[str]], message: Any) -> None:
    """Keep a market's lifecycle message; the stream carries those about events too."""
    if message.type == "market_lifecycle_v2":
        lives.append([message.msg.market_ticker, message.msg.event_type])


async def watch(session: KalshiWebSocket, tickers: list[str], seen: dict[str, Any], seconds: float) -> None:
    """Subscribe to everything, listen for a while, and keep the client's own books.

    Books come last: this client throws away what its other subscriptions send while it subscribes to one more.
    """
    options = {"tickers": tickers, "maxsize": QUEUE_MAX}
    streams = (
        (
            await session.subscribe_market_lifecycle(maxsize=QUEUE_MAX),
            lambda m: take_life(seen["lifecycle"], m),
        ),
        (await session.subscribe_trade(**options), lambda m: seen["trades"].append(m.msg.market_ticker)),
        (await session.subscribe_ticker(**options), lambda m: seen["tickers"].append(m.msg.market_ticker)),
        (await session.subscribe_orderbook_delta(**options), lambda m: seen["book_numbers"].append(m.seq)),
    )
    tasks = [asyncio.ensure_future(drain(stream, take)) for stream, take in streams]  # noqa: TID251 no net here
    await asyncio.sleep(seconds)
    books = session._orderbook_mgr  # noqa: SLF001 the client's own books are what is to be proved
    seen["books"] = {ticker: book_texts(books.get(ticker)) for ticker in tickers if books.get(ticker) is not None}
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def main(task: dict[str, Any]) -> None:
    """Do everything the client can do that a recorder needs."""
    config = KalshiConfig(base_url=task["rest_url"], ws_base_url=task["ws_url"])
    seen: dict[str, Any] = {"book_numbers": [], "tickers": [], "trades": [], "lifecycle": []}
    async with AsyncKalshiClient(key_id=task["key_id"], private_key_path=task["key_path"], config=config) as client:
        page = await client.markets.list(status="open", mve_filter="exclude", limit=1000)
        tickers = [market.ticker for market in page if market.status == "active"]
        events = await client.events.list(limit=200)
        seen |= {"markets": tickers, "events": [event.event_ticker for event in events]}
        socket = KalshiWebSocket(client._auth, config)  # noqa: SLF001 the client offers no other way to share its key
        async with socket.connect() as session:
            await watch(session, tickers, seen, task["seconds"])
        seen["rest_books"] = {ticker: book_texts(await client.markets.orderbook(ticker)) for ticker in tickers[:5]}
    sys.stdout.write(json.dumps(seen))


asyncio.run(main(json.loads(sys.argv[1])))
