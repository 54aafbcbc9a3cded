"""The recorder's way from one socket to the disk, in a process of its own: socket, lane, scribe, journal, committer.

`python bench/socket_recorder.py URL TICKERS_FILE DELTAS` records until all deltas are applied and durable, and prints
one JSON object: CPU of all threads and elapsed seconds from the first delta on, and receipt to durable. What is left
out of a whole recorder: REST, discovery, the watchdog, and the projections, which are processes of their own.
"""

# ruff: noqa: ASYNC110 a count is watched from outside, as the live view does: nothing in the recorder tells of it

import asyncio
import json
import resource
import sys
import time
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
from firstprint.app.scribe import Scribe
from firstprint.domain.clock import NS_PER_MS
from firstprint.domain.happenings import SessionOpened
from firstprint.domain.record import Kind
from firstprint.journal.committer import Committer
from firstprint.journal.journal import Journal
from firstprint.net.backoff import Backoff
from firstprint.net.clock import SystemClock
from firstprint.net.websocket import WebSocketDialer
from firstprint.venues.kalshi.venue import KalshiVenue

LOOK_EVERY_S = 0.01


class SocketRecorder:
    """One lane with its journal."""

    def __init__(self, url: str, tickers: list[str], folder: Path) -> None:
        clock, venue = SystemClock(), KalshiVenue()
        self.journal = Journal.create(folder, "bench", clock)
        self.capture = Capture(venue, LiveListener())
        self.scribe = Scribe(self.journal, self.capture, clock)
        self.committer = Committer(self.journal, clock, self._failed)
        dialer, numbers = WebSocketDialer(url, clock=clock), count(1).__next__
        self.lane = Lane("books", venue, dialer, self.scribe, self.capture, clock, Backoff(Random(1)), numbers)
        self.lane.wanted = set(tickers)
        for ticker in tickers:
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

    async def measure(self, deltas: int) -> dict[str, Any]:
        """Record everything and say what it cost."""
        self.committer.start()
        self.scribe.write(Kind.SESSION_OPENED, 0, SessionOpened(session="bench", venue="kalshi", software="bench"))
        keeping = asyncio.create_task(self.lane.keep())  # noqa: TID251 it ends with this process
        markets = len(self.lane.wanted)
        await self.until(markets)
        cpu, wall = time.process_time(), time.perf_counter()
        await self.until(markets + deltas)
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


async def record(url: str, tickers: list[str], deltas: int) -> dict[str, Any]:
    """Record in a folder that is gone afterwards."""
    with scratch() as folder:
        recorder = SocketRecorder(url, tickers, folder)
        try:
            return await recorder.measure(deltas)
        finally:
            recorder.close()


def main() -> None:
    """Record from the address given."""
    tickers = Path(sys.argv[2]).read_text().split()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(record(sys.argv[1], tickers, int(sys.argv[3])))))


if __name__ == "__main__":
    main()
