"""Drive `pykalshi` against a simulated Kalshi and write as JSON what it saw.

Run by kalshi_clients.py in an environment of its own; nothing of firstprint is imported here.
"""
# ruff: noqa: INP001 a script beside others, not a package

import asyncio
import json
import sys
from typing import Any

from pykalshi import AsyncKalshiClient, MarketStatus
from pykalshi.orderbook import OrderbookManager


def side_texts(side: dict[str, str]) -> dict[str, str]:
    """Render one side of a book as the venue writes it."""
    return {f"{float(price):.4f}": f"{float(size):.2f}" for price, size in side.items()}


def book_texts(yes: dict[str, str], no: dict[str, str]) -> dict[str, dict[str, str]]:
    """Render a book as the venue writes it."""
    return {"yes": side_texts(yes), "no": side_texts(no)}


async def watch(client: AsyncKalshiClient, url: str, tickers: list[str], seen: dict[str, Any], seconds: float) -> None:
    """Subscribe to everything, listen for a while, and keep the client's own books."""
    books = {ticker: OrderbookManager(ticker) for ticker in tickers}

    def on_book(message: Any) -> None:
        if hasattr(message, "delta_fp"):
            books[message.market_ticker].apply_delta(message.side, message.price_dollars, message.delta_fp)
        else:
            books[message.market_ticker].apply_snapshot(message.yes_dollars, message.no_dollars)

    feed = client.feed()
    feed._ws_url = url  # noqa: SLF001 the client knows production and demo only
    feed.on("orderbook_delta", on_book)
    feed.on("ticker", lambda m: seen["tickers"].append(m.market_ticker))
    feed.on("trade", lambda m: seen["trades"].append(m.market_ticker))
    feed.on("market_lifecycle_v2", lambda m: seen["lifecycle"].append([m.market_ticker, m.event_type]))
    for channel in ("orderbook_delta", "ticker", "trade"):
        feed.subscribe(channel, market_tickers=tickers)
    feed.subscribe("market_lifecycle_v2")
    try:
        async with asyncio.timeout(seconds):
            async for _ in feed:
                pass
    except TimeoutError:
        pass
    finally:
        await feed.disconnect()
    seen["books"] = {ticker: book_texts(book.yes, book.no) for ticker, book in books.items()}


async def main(task: dict[str, Any]) -> None:
    """Do everything the client can do that a recorder needs."""
    seen: dict[str, Any] = {"tickers": [], "trades": [], "lifecycle": []}
    async with AsyncKalshiClient(
        api_key_id=task["key_id"], private_key_path=task["key_path"], api_base=task["rest_url"]
    ) as client:
        found = await client.get_markets(status=MarketStatus.OPEN, mve_filter="exclude", limit=1000)
        markets = [market for market in found if market.status == MarketStatus.ACTIVE]
        events = await client.get_events(limit=200)
        tickers = [market.ticker for market in markets]
        seen |= {"markets": tickers, "events": [event.event_ticker for event in events]}
        await watch(client, task["ws_url"], tickers, seen, task["seconds"])
        rest = {market.ticker: (await market.get_orderbook()).orderbook for market in markets[:5]}
        seen["rest_books"] = {
            ticker: book_texts(dict(book.yes_dollars or ()), dict(book.no_dollars or ()))
            for ticker, book in rest.items()
        }
    sys.stdout.write(json.dumps(seen))


asyncio.run(main(json.loads(sys.argv[1])))
