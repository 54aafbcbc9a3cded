"""The recorder's way from one socket to the disk, in a process of its own: socket, lane, scribe, journal, committer.

`python bench/socket_recorder.py URL MARKETS_FILE DELTAS` records until all deltas are applied and durable, and prints
one JSON object: CPU of all threads and elapsed seconds from the first delta on, and receipt to durable. A line of the
file names a market; where its two assets stand behind it, the venue is Polymarket. What is left out of a whole
recorder: REST, discovery, the watchdog, and the projections, which are processes of their own.
"""

# ruff: noqa: ASYNC110 a count is watched from outside, as the live view does: nothing in the recorder tells of it

import asyncio
import json
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import uvloop
from children import scratch
from memory_path import CENTS

from firstprint.app.capture import Capture
from firstprint.app.lane import Lane
from firstprint.app.live import LiveListener
from firstprint.app.ports import Venue
from firstprint.app.scribe import Scribe
from firstprint.app.venues import Venues
from firstprint.domain.clock import NS_PER_MS
from firstprint.domain.happenings import SessionOpened
from firstprint.domain.record import Kind
from firstprint.journal.committer import Committer
from firstprint.journal.journal import Journal
from firstprint.net.backoff import Backoff
from firstprint.net.clock import SystemClock
from firstprint.net.websocket import WebSocketDialer
from firstprint.venues.kalshi.venue import KalshiVenue
from firstprint.venues.polymarket.venue import PolymarketVenue

LOOK_EVERY_S = 0.01

Markets = Mapping[str, Sequence[str]]


def venue_of(markets: Markets) -> Venue:
    """Make the venue whose markets these are; Polymarket's assets are learned, as they would have been by REST."""
    if not any(markets.values()):
        return KalshiVenue()
    venue = PolymarketVenue(assets_max=len(markets))
    for market, assets in markets.items():
        venue.assets.learn(market, tuple(assets))
    return venue


class SocketRecorder:
    """One lane with its journal. `markets` have the assets of each, none at Kalshi."""

    def __init__(self, url: str, markets: Markets, folder: Path) -> None:
        clock, venue = SystemClock(), venue_of(markets)
        self.venue = venue.name
        self.journal = Journal.create(folder, "bench", clock)
        self.capture = Capture(Venues(venue), LiveListener())
        self.scribe = Scribe(self.journal, self.capture, clock)
        self.committer = Committer(self.journal, clock, self._failed)
        dialer, numbers = WebSocketDialer(url, clock=clock), count(1).__next__
        self.lane = Lane("books", venue, dialer, self.scribe, self.capture, clock, Backoff(Random(1)), numbers)
        self.lane.wanted = set(markets)
        for ticker in markets:
            self.capture.shelf.set_grid(ticker, CENTS)  # as REST would have told it

    def _failed(self, error: Exception) -> None:
        raise error

    @property
    def applied(self) -> int:
        """How many data frames went into books."""
        return sum(counts.applied for counts in self.capture.counts.values())

    async def until(self, applied: int) -> None:
        """Wait for so many data frames."""
        while self.applied < applied and not self.scribe.dropped_frames:
            await asyncio.sleep(LOOK_EVERY_S)

    async def until_valid(self) -> None:
        """Wait for the first books of all markets."""
        while sum(book.valid for book in self.capture.shelf.values()) < len(self.lane.wanted):
            await asyncio.sleep(LOOK_EVERY_S)

    async def measure(self, deltas: int) -> dict[str, Any]:
        """Record everything and say what it cost."""
        self.committer.start()
        self.scribe.write(Kind.SESSION_OPENED, 0, SessionOpened(session="bench", venue=self.venue, software="bench"))
        keeping = asyncio.create_task(self.lane.keep())  # noqa: TID251 it ends with this process
        await self.until_valid()
        opening = self.applied
        cpu, wall = time.process_time(), time.perf_counter()
        await self.until(opening + deltas)
        while self.journal.durable < self.journal.appended:
            await asyncio.sleep(LOOK_EVERY_S)
        spent = {"cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall, "messages": deltas}
        keeping.cancel()
        return spent | self._state()

    def _state(self) -> dict[str, Any]:
        latency = self.journal.latency
        return {
            "dropped": self.scribe.dropped_frames,
            "valid": sum(book.valid for book in self.capture.shelf.values()),
            "gaps": len(self.capture.gaps.open),
            "p50_ms": latency.quantile_ns(0.5) / NS_PER_MS,
            "p99_ms": latency.quantile_ns(0.99) / NS_PER_MS,
            "longest_ms": latency.longest_ns / NS_PER_MS,
            "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }

    def close(self) -> None:
        """End the session in order."""
        self.lane.stop()
        self.committer.stop()
        self.journal.close()


async def record(url: str, markets: Markets, deltas: int) -> dict[str, Any]:
    """Record in a folder that is gone afterwards."""
    with scratch() as folder:
        recorder = SocketRecorder(url, markets, folder)
        try:
            return await recorder.measure(deltas)
        finally:
            recorder.close()


def main() -> None:
    """Record from the address given."""
    lines = (line.split() for line in Path(sys.argv[2]).read_text().splitlines())
    markets = {market: assets for market, *assets in lines}
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(record(sys.argv[1], markets, int(sys.argv[3])))))


if __name__ == "__main__":
    main()
