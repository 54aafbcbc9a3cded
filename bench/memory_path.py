"""Frames in memory to books: decode, continuity, book. How many a second on one core, and where the time goes.

Process CPU time, the best of several runs, with Python's garbage collector on as it is in the recorder. The frames come
in batches, as one read of a socket brings them, and no listener wants rows: that is how live recording runs.
"""

import time
from typing import NamedTuple

from figure import Figure, at_least, best_and_median, thousands
from frames import Traffic, batches

from firstprint.app.live import LiveListener
from firstprint.books.book import BookShelf
from firstprint.books.gaps import GapLedger
from firstprint.domain.instruments import PriceGrid, PriceRange
from firstprint.domain.marketdata import FrameStamp
from firstprint.venues.kalshi import parse
from firstprint.venues.kalshi.messages import DeltaFrame, decode_message
from firstprint.venues.kalshi.session import KalshiFeed

MARKETS = 300
BATCH_FRAMES = 256
GOAL_PER_S = 1_000_000
NS_PER_S = 1e9


class Run(NamedTuple):
    """A stretch of traffic: what opens the subscription, and the deltas after it."""

    traffic: Traffic
    opening: list[bytes]
    deltas: list[bytes]


def make_run(frames: int, seed: int, markets: int = MARKETS) -> Run:
    """Make a stretch of traffic."""
    traffic = Traffic(markets, seed)
    return Run(traffic, traffic.opening(), list(traffic.deltas(frames)))


CENTS = PriceGrid((PriceRange(0, 1_000_000, 10_000),))


def shelf_of(tickers: list[str]) -> BookShelf:
    """Make a shelf of books that know their price grid, as they do once the venue has listed their markets."""
    shelf = BookShelf()
    for ticker in tickers:
        shelf.set_grid(ticker, CENTS)
    return shelf


def new_feed(shelf: BookShelf) -> KalshiFeed:
    """Make a protocol session with gaps of its own."""
    listener = LiveListener()
    ledger = GapLedger(listener)
    ledger.begin("bench")
    return KalshiFeed(1, shelf, ledger, listener)


def receive_all(feed: KalshiFeed, reads: list[list[bytes]], first_record: int = 1) -> None:
    """Hand batches to a feed."""
    record = first_record
    for read in reads:
        feed.receive(read, FrameStamp(record, feed.connection, record, record))
        record += len(read)


def feed_rate(run: Run, runs: int) -> list[float]:
    """Measure messages a CPU-second through `KalshiFeed.receive`, and check that every one was applied."""
    rates, reads = [], batches(run.deltas, BATCH_FRAMES)
    for _ in range(runs):
        feed = new_feed(shelf_of(run.traffic.tickers))
        receive_all(feed, [run.opening])
        began = time.process_time()
        receive_all(feed, reads, len(run.opening) + 1)
        rates.append(len(run.deltas) / (time.process_time() - began))
        check(feed, len(run.deltas) + len(run.traffic.books))
    return rates


def check(feed: KalshiFeed, applied: int) -> None:
    """Refuse a run in which a frame was lost: its figure would mean nothing."""
    if feed.counts.applied != applied or feed.counts.quarantined or feed.talk.uncertain:
        raise RuntimeError(f"{feed.counts} where {applied} were to be applied")


def shares_ns(run: Run, runs: int) -> dict[str, float]:
    """Measure parts of the way on their own, batch by batch; nanoseconds a message, the best of several."""
    passes = [_one_pass(run) for _ in range(runs)]
    decode, numbers, book = (min(part) / len(run.deltas) for part in zip(*passes, strict=True))
    return {"decode (msgspec)": decode, "numbers (two look-ups)": numbers, "book (Ladder.add)": book}


def _one_pass(run: Run) -> tuple[int, int, int]:
    shelf = shelf_of(run.traffic.tickers)
    feed = new_feed(shelf)
    receive_all(feed, [run.opening])
    prices, sizes, now = parse.prices, parse.sizes, time.process_time_ns
    spent = [0, 0, 0]
    for read in batches(run.deltas, BATCH_FRAMES):
        began = now()
        messages = [decode_message(raw) for raw in read]
        decoded = now()
        bodies = [message.msg for message in messages if isinstance(message, DeltaFrame)]
        looked = now()
        numbers = [(prices[body.price_dollars or ""], sizes[body.delta_fp or ""]) for body in bodies]
        converted = now()
        books = [shelf[body.market_ticker] for body in bodies]
        found = now()
        for body, book, (price_e6, delta_e6) in zip(bodies, books, numbers, strict=True):
            book.ladder.add(body.side, price_e6, delta_e6, book.grid)
        spent = [spent[0] + decoded - began, spent[1] + converted - looked, spent[2] + now() - found]
    return spent[0], spent[1], spent[2]


def measure(frames: int, runs: int, rivals: dict[str, float]) -> list[Figure]:
    """Measure; `rivals` are messages a CPU-second of others on the same changes."""
    run = make_run(frames, seed=1)
    best, median = best_and_median(feed_rate(run, runs))
    name = f"decode + continuity + book in memory, {MARKETS} markets"
    figures = [at_least(name, best, GOAL_PER_S, "messages/s", f" (median {thousands(median)})")]
    parts = shares_ns(run, runs)
    whole = NS_PER_S / best
    parts["continuity, look-up of book and subscription, loop"] = whole - sum(parts.values())
    figures += [Figure(f"of which {name}", f"{cost:.0f} ns ({cost / whole:.0%})") for name, cost in parts.items()]
    figures += [
        Figure(f"{name}, in memory", f"{thousands(rate)} messages/s; firstprint {best / rate:.1f} x")
        for name, rate in rivals.items()
    ]
    return figures
