"""Drive pykalshi: `memory FILE RUNS`, the feed's own dispatch on each frame, with its order book in the handler.

`Feed._dispatch` is what its receive loop calls: JSON, pydantic model, handlers. The handler is the one that its
documentation shows: one `OrderbookManager` for each market. It has no sequence check. Prints one JSON object.
"""

# ruff: noqa: SLF001 what its receive loop does with a frame has no public name

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pykalshi.feed import Feed
from pykalshi.orderbook import OrderbookManager


class NoClient:
    """Stands for the REST client, of which a feed asks an address only."""

    api_base = "https://demo"


def memory_rate(frames: list[str]) -> float:
    """Run all frames through the feed once; give messages a CPU-second of the deltas."""
    feed, books = Feed(NoClient()), dict[str, OrderbookManager]()

    @feed.on("orderbook_delta")
    def handle(message: Any) -> None:
        ticker = message.market_ticker
        if ticker not in books:
            books[ticker] = OrderbookManager(ticker)
        if hasattr(message, "yes_dollars"):
            books[ticker].apply_snapshot(message.yes_dollars, message.no_dollars)
        else:
            books[ticker].apply_delta(message.side, message.price_dollars, message.delta_fp)

    opening = [frame for frame in frames if '"orderbook_delta","sid' not in frame[:40]]
    for frame in opening:
        feed._dispatch(frame)
    deltas = frames[len(opening) :]
    began = time.process_time()
    for frame in deltas:
        feed._dispatch(frame)
    spent = time.process_time() - began
    if feed.messages_received != len(frames) or len(books) != len(opening) - 1:
        raise RuntimeError("pykalshi lost frames")
    return len(deltas) / spent


def main() -> None:
    """Do what the arguments say."""
    frames = Path(sys.argv[2]).read_text().splitlines(keepends=True)
    rates = [memory_rate(frames) for _ in range(int(sys.argv[3]))]
    print(json.dumps({"version": version("pykalshi"), "python": sys.version.split()[0], "rates": rates}))


if __name__ == "__main__":
    main()
