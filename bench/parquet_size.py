"""Size and speed of the Parquet projection: python bench/parquet_size.py [ROWS].

Deltas as a busy evening looks: 300 markets of which few carry most of the traffic, two subscriptions, random
inter-arrival times with bursts, the venue's clock in whole milliseconds some way behind ours, sizes mostly round and
mostly taken back later.
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from firstprint.domain.happenings import SessionOpened
from firstprint.domain.marketdata import BookDelta, FrameStamp
from firstprint.journal.files import DiskFiles
from firstprint.sinks.columns import DELTAS
from firstprint.sinks.parquet import ParquetSink
from firstprint.sinks.segment import connect
from firstprint.store.database import open_store
from firstprint.store.ledger import SqlLedger

MARKETS = 300
SESSION = "20261121T013145Z-3f9c2a"
START_WALL_NS = 1_795_225_905_123_456_789
ROUND_SIZES = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 5000)


def deltas(rows: int, rng: random.Random) -> Iterator[tuple[FrameStamp, BookDelta]]:
    """Make level changes in the order of receipt."""
    weights = [rng.paretovariate(1.0) for _ in range(MARKETS)]
    tickers = [f"KXNBAGAME-26JAN{i // 10:02d}LALBOS-{i % 10}" for i in range(MARKETS)]
    middles = [rng.randint(10, 90) for _ in range(MARKETS)]
    resting: list[dict[tuple[str, int], list[int]]] = [{} for _ in range(MARKETS)]
    seqs, mono_ns, record = [0, 0], 5_000_000_000, 4
    for market in rng.choices(range(MARKETS), weights, k=rows):
        mono_ns += 1 if rng.random() < 0.3 else int(rng.expovariate(1 / 280_000))
        record += 1
        seqs[market % 2] += 1
        side = rng.choice(("yes", "no"))
        price = min(99, max(1, round(rng.gauss(middles[market], 4))))
        held = resting[market].setdefault((side, price), [])
        delta = -held.pop(rng.randrange(len(held))) if held and rng.random() < 0.55 else new_size(rng)
        if delta > 0:
            held.append(delta)
        wall_ns = START_WALL_NS + mono_ns
        venue_ns = (wall_ns - int(rng.lognormvariate(16.3, 0.4))) // 1_000_000 * 1_000_000
        stamp = FrameStamp(record, 1, mono_ns, wall_ns)
        yield stamp, BookDelta(tickers[market], side, price * 10_000, delta, market % 2 + 1, seqs[market % 2], venue_ns)


def new_size(rng: random.Random) -> int:
    """Draw the size of an order: round numbers, whole ones, and some with fractions."""
    kind = rng.random()
    if kind < 0.6:
        return rng.choice(ROUND_SIZES) * 1_000_000
    contracts_e2 = int(rng.lognormvariate(9.5, 1.5)) + 1
    return contracts_e2 // 100 * 1_000_000 + 1_000_000 if kind < 0.9 else contracts_e2 * 10_000


def main() -> None:
    """Write the rows and print bytes and time for each."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    calls = list(deltas(rows, random.Random(1)))
    with tempfile.TemporaryDirectory() as folder:
        ledger = SqlLedger(open_store(Path(folder) / "firstprint.sqlite"))
        sink = ParquetSink(Path(folder) / "parquet", ledger, DiskFiles())
        sink.open(SESSION)
        sink.on_session_opened(
            FrameStamp(1, 0, 0, START_WALL_NS), SessionOpened(session=SESSION, venue="kalshi", software="x")
        )
        gather_s = write_s = 0.0
        for start in range(0, rows, sink.rows_max):
            began_s = time.perf_counter()
            for stamp, delta in calls[start : start + sink.rows_max]:
                sink.on_delta(stamp, delta, applied=True)
            gathered_s = time.perf_counter()
            sink.flush(calls[min(start + sink.rows_max, rows) - 1][0].record)
            gather_s, write_s = gather_s + gathered_s - began_s, write_s + time.perf_counter() - gathered_s
        files = ledger.parquet_files()
        size = sum(row["bytes"] for row in files)
        print(f"{rows} deltas, {MARKETS} markets, {len(files)} files: {size / rows:.2f} bytes per delta")
        print(
            f"gather {rows / gather_s:,.0f} rows/s, write {rows / write_s:,.0f} rows/s, "
            f"together {rows / (gather_s + write_s):,.0f} rows/s"
        )
        query = "SELECT path_in_schema, encodings, total_compressed_size FROM parquet_metadata($path)"
        path = str(Path(folder) / "parquet" / files[0]["path"])
        for name, encoding, column_bytes in connect().execute(query, {"path": path}).fetchall():
            print(f"  {DELTAS.name}.{name:20} {encoding:24} {column_bytes / files[0]['rows']:.3f}")


if __name__ == "__main__":
    main()
