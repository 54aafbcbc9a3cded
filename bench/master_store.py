"""How quickly the store takes 96,000 markets in 56 pages, and answers: python bench/master_store.py ADDRESS [...].

Without an address a new SQLite file is used. Only the store is measured: the clock stands still while a page is made.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from firstprint.domain.entries import ListedPage
from firstprint.domain.secmaster import PageCounts, RunOpened, RunProgress, Source
from firstprint.domain.secmaster_rows import EventQuery, MarketQuery, SeriesQuery
from firstprint.store.database import DatabaseAddress, open_for_reading, open_store
from firstprint.store.master_reader import SqlMasterReader
from firstprint.store.security_master import SqlSecurityMaster

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "store"))
from listed_pages import NOW_NS, listed_events, listed_series, series_ticker

SERIES = 14_000


def timed(what: str, work: Callable[[], Any]) -> Any:
    """Do it once and print its seconds."""
    start, start_cpu = time.perf_counter(), time.process_time()
    result = work()
    say(what, time.perf_counter() - start, time.process_time() - start_cpu)
    return result


def say(what: str, seconds: float, cpu_s: float) -> None:
    """Print a time: what the clock says, and what this process alone used of it."""
    print(f"{what:42s} {seconds:7.3f} s, {cpu_s:7.3f} s of this process", flush=True)


def median_ms(work: Callable[[], Any], times: int = 30) -> float:
    """Give the median of its milliseconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return sorted(taken)[times // 2] * 1_000


class Loading:
    """Takes pages as one sync run after the other."""

    def __init__(self, master: SqlSecurityMaster) -> None:
        self._master = master
        self._runs = 0

    def run(self, kind: str = "markets") -> Source:
        """Begin a run."""
        self._runs += 1
        run, now_ns = f"run-{self._runs}", NOW_NS + self._runs
        opened = RunOpened(
            run=run, venue="kalshi", kind=kind, mode="full", scope={}, plan={}, started_ns=now_ns, software="bench"
        )
        self._master.open_run(opened)
        return Source("kalshi", run, 0, now_ns)

    def take(self, what: str, pages: Iterable[ListedPage]) -> list[PageCounts]:
        """Take pages, each made when the one before it is forgotten; the clock stands still meanwhile."""
        source, counts, seconds, cpu_s = self.run(), [], 0.0, 0.0
        for number, page in enumerate(pages):
            start, start_cpu = time.perf_counter(), time.process_time()
            counts.append(self._master.take(page, source._replace(record=number), RunProgress()))
            seconds += time.perf_counter() - start
            cpu_s += time.process_time() - start_cpu
        say(what, seconds, cpu_s)
        progress = RunProgress(new=sum(one.new for one in counts))
        self._master.close_run(source.run, progress, source.wall_ns, "done")
        return counts


def changed(pages: Iterable[ListedPage], every: int = 100) -> Iterator[ListedPage]:
    """Change one market in so many."""
    replace = msgspec.structs.replace
    return [
        ListedPage(
            events=page.events,
            markets=[
                replace(one, status="closed") if number % every == 0 else one for number, one in enumerate(page.markets)
            ],
        )
        for page in pages
    ]


def load(address: DatabaseAddress) -> None:
    """Measure the writes."""
    engine = open_store(address)
    master = SqlSecurityMaster(engine)
    loading = Loading(master)
    series, choices = listed_series(SERIES)
    source = loading.run("series")
    timed("14,000 series, first", lambda: master.take(series, source, RunProgress(), choices=choices))
    timed("14,000 series, again", lambda: master.take(series, source, RunProgress(), choices=choices))
    counts = loading.take("96,000 markets, first", listed_events(series=SERIES))
    print(f"  new {sum(one.new for one in counts)}")
    loading.take("96,000 markets, unchanged", listed_events(series=SERIES))
    counts = loading.take("96,000 markets, 1 % changed", changed(listed_events(series=SERIES)))
    print(f"  changed {sum(one.changed for one in counts)}, closed {sum(one.closed for one in counts)}")
    names = {series_ticker(number) for number in range(0, SERIES, 4)}
    timed("sizes of all", lambda: master.sizes("kalshi", None, NOW_NS))
    timed("sizes of 3,500 series", lambda: master.sizes("kalshi", names, NOW_NS))
    timed("live markets", lambda: master.live_markets("kalshi", None))
    timed("overdue", lambda: master.overdue("kalshi", None, NOW_NS))
    engine.dispose()


def read(address: DatabaseAddress) -> None:
    """Measure the readers."""
    engine = open_for_reading(address)
    reader = SqlMasterReader(engine)
    market = reader.markets(MarketQuery(limit=1))[0]
    questions: dict[str, Callable[[], Any]] = {
        "revision": reader.revision,
        "series(category, is_game), 1,000 rows": lambda: reader.series(SeriesQuery(category="Sports", is_game=True)),
        "series(tag), 200 rows": lambda: reader.series(SeriesQuery(tag="Tag 7", limit=200)),
        "series(text)": lambda: reader.series(SeriesQuery(text="number 77")),
        "events(series)": lambda: reader.events(EventQuery(series=market.series_ticker)),
        "markets(series)": lambda: reader.markets(MarketQuery(series=market.series_ticker)),
        "markets(event)": lambda: reader.markets(MarketQuery(event=market.event_ticker)),
        "markets(status, close), 100 rows": lambda: reader.markets(
            MarketQuery(status="active", closes_to_ns=NOW_NS + 7_200 * 10**9, limit=100)
        ),
        "markets(), 1,000 rows": lambda: reader.markets(MarketQuery()),
        "markets(category), 1,000 rows": lambda: reader.markets(MarketQuery(category="Sports")),
        "market": lambda: reader.market(market.ticker),
        "history": lambda: reader.history(market.ticker),
        "series_counts(Sports), 1,000 rows": lambda: reader.series_counts(SeriesQuery(category="Sports")),
        "market_counts()": reader.market_counts,
        "market_counts(series)": lambda: reader.market_counts(market.series_ticker),
        "categories": reader.categories,
    }
    for name, ask in questions.items():
        print(f"{name:42s} {median_ms(ask):7.2f} ms, {_size(ask())}")
    engine.dispose()


def _size(answer: Any) -> str:
    return f"{len(answer)} rows" if isinstance(answer, list) else type(answer).__name__


def main() -> None:
    """Measure each database named."""
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:] or [str(Path(folder) / "bench.sqlite")]:
            address = DatabaseAddress.of(name)
            print(f"\n{address}")
            load(address)
            read(address)
    print(f"\npeak RSS {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


if __name__ == "__main__":
    main()
