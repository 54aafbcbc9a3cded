"""How quickly the HTTP API answers over a full master: `firstprint serve` in a process of its own, asked over loopback.

    python bench/serving.py                      10 s at 200 requests/s, 96,000 markets
    python bench/serving.py --changing           ... while a writer changes the master twice a second
    python bench/serving.py --markets 2000 --seconds 1

Requests are sent when they are due, whatever the ones before do, and timed from when they were due. Two kinds take
turns: the games of Sports, and the markets of one series after the other. The last line is JSON.
"""

import argparse
import asyncio
import json
import math
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
from children import HERE, ROOT, child, scratch

from firstprint.domain.entries import EventEntry, ListedPage, MarketEntry, SeriesEntry
from firstprint.domain.secmaster import RunOpened, RunProgress, SeriesChoice, Source
from firstprint.store.database import open_store
from firstprint.store.security_master import SqlSecurityMaster

SERIES, CATEGORIES, EVENTS, PAGE_MARKETS = 14_000, 12, 11_000, 1_700
CHANGE_EVERY_S = 0.5
SERIES_PATH = "/v1/series?category=Sports&games_only=true"
NOW_NS = 1_790_000_000_000_000_000
RUN = "bench"


def series_page() -> tuple[ListedPage, list[SeriesChoice]]:
    """Make the series: a twelfth of them Sports, a quarter of those games."""
    entries = [
        SeriesEntry(
            ticker=f"KX{number:05d}",
            title=f"Series number {number}, with a title as long as they usually are",
            category="Sports" if number % CATEGORIES == 0 else f"Category {number % CATEGORIES}",
            tags=(f"Tag {number % 40}", "All"),
        )
        for number in range(SERIES)
    ]
    return ListedPage(series=entries), [
        SeriesChoice(entry.ticker, number % (4 * CATEGORIES) == 0, None) for number, entry in enumerate(entries)
    ]


def market_pages(markets: int) -> Iterator[ListedPage]:
    """Make the events and their markets, page by page; every game has markets."""
    per_event = math.ceil(markets / EVENTS)
    for first in range(0, markets, PAGE_MARKETS):
        rows = [_market(number, number // per_event) for number in range(first, min(markets, first + PAGE_MARKETS))]
        events = {one.event_ticker: one.series_ticker for one in rows}
        yield ListedPage(
            events=[EventEntry(ticker=str(event), series_ticker=series) for event, series in events.items()],
            markets=rows,
        )


def _market(number: int, event: int) -> MarketEntry:
    series = f"KX{event * CATEGORIES % SERIES:05d}"
    return MarketEntry(
        ticker=f"{series}-{event:05d}-{number:06d}", event_ticker=f"{series}-{event:05d}", series_ticker=series,
        title=f"Will number {number} happen before its time is over?", yes_sub_title="Yes", no_sub_title="No",
        status="active", market_type="binary", open_ns=NOW_NS, close_ns=NOW_NS + number * 10**9, created_ns=NOW_NS,
        rules_primary="If the number happens, then the market resolves to Yes. " * 8,
    )  # fmt: skip


def fill(path: Path, markets: int) -> float:
    """Fill a new database through the port that the syncs use; give the seconds it took."""
    engine = open_store(path)
    master = SqlSecurityMaster(engine)
    began = time.perf_counter()
    opened = RunOpened(
        run=RUN, venue="kalshi", kind="markets", mode="full", scope={}, plan={}, started_ns=NOW_NS, software="bench"
    )
    master.open_run(opened)
    page, choices = series_page()
    master.take(page, Source("kalshi", RUN, 0, NOW_NS), RunProgress(), choices=choices)
    for record, markets_page in enumerate(market_pages(markets), 1):
        master.take(markets_page, Source("kalshi", RUN, record, NOW_NS), RunProgress())
    master.close_run(RUN, RunProgress(seen=markets), NOW_NS, "done")
    engine.dispose()
    return time.perf_counter() - began


def change(path: Path) -> None:
    """Change one market again and again until standard input closes."""
    engine = open_store(path)
    master, number = SqlSecurityMaster(engine), 0
    print("{}", flush=True)
    while not _input_closed(CHANGE_EVERY_S):
        number += 1
        entry = msgspec.structs.replace(_market(0, 0), title=f"Changed {number} times")
        source = Source("kalshi", RUN, 1_000_000 + number, NOW_NS + number)
        master.take(ListedPage(markets=[entry]), source, RunProgress())
    engine.dispose()


def _input_closed(wait_s: float) -> bool:
    import select  # noqa: PLC0415 only the child needs it

    return bool(select.select([sys.stdin], [], [], wait_s)[0])


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Run `firstprint serve`; give its address."""
    words = [sys.executable, "-m", "firstprint", "serve", "--port", "0", "--data", str(folder)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None  # noqa: S101 it was started with a pipe
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


class Load:
    """Requests at a steady rate, and how long each took."""

    def __init__(self, url: str, series: list[str]) -> None:
        self._url = url
        self._series = series
        self.taken_ms: dict[str, list[float]] = {"series": [], "markets": []}
        self.failed = 0

    async def run(self, rate: float, seconds: float) -> None:
        """Send requests when they are due, and wait for all answers."""
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as http, asyncio.TaskGroup() as group:
            began = time.perf_counter()
            for number in range(int(rate * seconds)):
                due = began + number / rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                group.create_task(self._ask(http, number, due))

    async def _ask(self, http: aiohttp.ClientSession, number: int, due: float) -> None:
        kind = "markets" if number % 2 else "series"
        series = self._series[number // 2 % len(self._series)]
        path = SERIES_PATH if kind == "series" else f"/v1/markets?series={series}"
        async with http.get(self._url + path) as answer:
            body = await answer.read()
        self.failed += answer.status != 200 or b'":[]' in body[:15]
        self.taken_ms[kind].append((time.perf_counter() - due) * 1_000)


def at(taken: list[float], share: float) -> float:
    """Give the time within which so many of a hundred were answered."""
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * share))]


def measure(markets: int, rate: float, seconds: float, *, changing: bool) -> dict[str, Any]:
    """Fill, serve, ask; give the figures."""
    with scratch() as folder:
        filled_s = fill(folder / "firstprint.sqlite", markets)
        with_markets = sorted({str(one.series_ticker) for page in market_pages(markets) for one in page.markets})
        with serving(folder) as url:
            load = Load(url, with_markets[:1_000])
            asyncio.run(Load(url, with_markets[:10]).run(20, 1))
            if changing:
                with child("serving.py", "--change", folder / "firstprint.sqlite") as writer:
                    writer.json()
                    asyncio.run(load.run(rate, seconds))
            else:
                asyncio.run(load.run(rate, seconds))
    figures = {
        f"{kind}_p{int(share * 100)}_ms": round(at(taken, share), 2)
        for kind, taken in load.taken_ms.items()
        for share in (0.5, 0.99)
    }
    return {"markets": markets, "filled_s": round(filled_s, 1), "rate": rate, "failed": load.failed, **figures}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--markets", type=int, default=96_000)
    parser.add_argument("--rate", type=float, default=200.0, help="requests a second, of both kinds together")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--changing", action="store_true", help="change the master while it is asked")
    parser.add_argument("--change", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.change:
        change(chosen.change)
    else:
        print(json.dumps(measure(chosen.markets, chosen.rate, chosen.seconds, changing=chosen.changing)))


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    main()
