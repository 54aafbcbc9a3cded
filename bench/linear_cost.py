"""What ten times the markets cost: CPU for a message, and memory for a market.

`python bench/linear_cost.py FILE` folds a file of frames into protocol sessions that share one shelf of books, as the
connections of one recorder do, and prints one JSON object. The file is read as it is folded, so that nothing but the
recorder's own state is held.
"""

import gc
import json
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from frames import Traffic, batches

from firstprint.app.live import LiveListener
from firstprint.books.book import BookShelf
from firstprint.books.gaps import GapLedger
from firstprint.domain.instruments import PriceGrid, PriceRange
from firstprint.domain.marketdata import FrameStamp
from firstprint.venues.kalshi.session import KalshiFeed

MARKETS_PER_CONNECTION = 150
READ_FRAMES = 64
MARK = b"#"


def write_file(path: Path, markets: int, frames: int) -> None:
    """Write all connections' openings, then their deltas in reads that take turns."""
    per = min(MARKETS_PER_CONNECTION, markets)
    traffics = [Traffic(per, seed) for seed in range(markets // per)]
    with path.open("wb") as out:
        for number, traffic in enumerate(traffics):
            out.write(b"#%d\n" % number + b"".join(traffic.opening()))
        out.write(b"#!\n")
        reads = [batches(list(one.deltas(frames // len(traffics))), READ_FRAMES) for one in traffics]
        for turn in range(max(map(len, reads))):
            for number, ours in enumerate(reads):
                if turn < len(ours):
                    out.write(b"#%d\n" % number + b"".join(ours[turn]))


def reads_of(path: Path) -> Iterator[tuple[bytes, list[bytes]]]:
    """Give each read with its mark."""
    mark, read = b"", list[bytes]()
    with path.open("rb") as lines:
        for line in lines:
            if line.startswith(MARK):
                yield mark, read
                mark, read = line[1:-1], []
            else:
                read.append(line)
    yield mark, read


def ticker_of(frame: bytes) -> str:
    """Take the ticker out of a snapshot; any other frame is of no market."""
    return frame.partition(b'"market_ticker":"')[2].partition(b'"')[0].decode()


class Folded(NamedTuple):
    """What folding a file gave: CPU nanoseconds and messages of the deltas, and all sessions with their books."""

    spent_ns: int
    messages: int
    feeds: dict[bytes, KalshiFeed]
    shelf: BookShelf


def fold(path: Path, *, deltas: bool) -> Folded:
    """Fold the openings, and the deltas too if wanted. Raises RuntimeError when a frame was lost."""
    listener, shelf, feeds = LiveListener(), BookShelf(), dict[bytes, KalshiFeed]()
    grid = PriceGrid((PriceRange(0, 1_000_000, 10_000),))
    ledger = GapLedger(listener)
    ledger.begin("bench")
    spent_ns, messages, record, opened = 0, 0, 1, False
    for mark, read in reads_of(path):
        opened = opened or mark == b"!"
        if opened and not deltas:
            break
        if not read:
            continue
        for ticker in () if opened else filter(None, map(ticker_of, read)):
            shelf.set_grid(ticker, grid)
        feed = feeds.get(mark) or feeds.setdefault(mark, KalshiFeed(len(feeds) + 1, shelf, ledger, listener))
        began = time.process_time_ns()
        feed.receive(read, FrameStamp(record, feed.connection, record, record))
        record += len(read)
        if opened:
            spent_ns, messages = spent_ns + time.process_time_ns() - began, messages + len(read)
    if sum(feed.counts.applied for feed in feeds.values()) != messages + len(shelf):
        raise RuntimeError("frames were lost")
    return Folded(spent_ns, messages, feeds, shelf)


def main() -> None:
    """Measure the CPU first, and then, with every allocation traced, the memory."""
    path = Path(sys.argv[1])
    timed = fold(path, deltas=True)
    cpu_ns = timed.spent_ns / timed.messages
    del timed
    gc.collect()
    tracemalloc.start()
    held = fold(path, deltas=False)
    gc.collect()
    print(json.dumps({"cpu_ns": cpu_ns, "market_bytes": tracemalloc.get_traced_memory()[0] / len(held.shelf)}))


if __name__ == "__main__":
    main()
