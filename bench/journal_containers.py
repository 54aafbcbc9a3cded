"""Compare containers for the journal: what a durable record costs in CPU, bytes and syncs.

Run with `uv run python bench/journal_containers.py`. Three containers make the same order-book frames durable in
commits of the same size: raw blocks, the same blocks compressed with zstd before they are written, and SQLite in WAL
mode. Beside them the journal itself: raw blocks, and all it does besides. Then what sealing makes of it.
"""

import argparse
import os
import platform
import random
import sqlite3
import sys
import tempfile
import time
import uuid
import zlib
from array import array
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import zstandard

from firstprint.domain.clock import Instant
from firstprint.journal.journal import Journal
from firstprint.journal.limits import JournalLimits
from firstprint.journal.reader import SessionReader
from firstprint.journal.sealing import seal_session
from firstprint.journal.sessions import summarize

FRAMES_A_READ = 15
EPOCH = datetime(2026, 8, 7, 6, 46, 28, tzinfo=UTC)


class RealClock:
    """The clocks of the machine."""

    def now(self) -> Instant:
        """Read both clocks."""
        return Instant(time.monotonic_ns(), time.time_ns())  # noqa: TID251 a benchmark measures real time


class Result(NamedTuple):
    """What one way cost."""

    name: str
    cpu_us: float
    wall_us: float
    bytes_a_record: float


def make_frames(count: int, markets: int, seed: int) -> list[bytes]:
    """Make order-book deltas as Kalshi sends them: each with a market, its UUID, and times that differ."""
    rng = random.Random(seed)
    names = [make_market(rng) for _ in range(markets)]
    weights = [1 / (rank + 1) ** 0.8 for rank in range(markets)]
    at, frames = EPOCH, []
    for seq, (ticker, market_id) in enumerate(rng.choices(names, weights, k=count), start=2):
        at += timedelta(microseconds=int(rng.expovariate(1 / 200)))
        text, ms = at.strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0"), int(at.timestamp() * 1000)
        size = rng.choice([1, 5, 10, 25, 100, 250, rng.randrange(1, 5000)]) * rng.choice([1, -1])
        frames.append(
            f'{{"type":"orderbook_delta","sid":1,"seq":{seq},"msg":{{"market_ticker":"{ticker}","market_id":"{market_id}",'
            f'"price_dollars":"0.{rng.randrange(1, 100):02d}00","delta_fp":"{size}.00",'
            f'"side":"{rng.choice(["yes", "no"])}","ts":"{text}Z","ts_ms":{ms}}}}}'.encode()
        )
    return frames


def make_market(rng: random.Random) -> tuple[str, str]:
    """Make a ticker and a UUID."""
    teams = "".join(rng.choices("ABCDEFGHIJKLMNOPRSTW", k=6))
    ticker = f"KXMLBGAME-26AUG{rng.randrange(1, 31):02d}{rng.randrange(1000, 2400)}{teams}-{teams[:3]}"
    return ticker, str(uuid.UUID(int=rng.getrandbits(128)))


def run_journal(root: Path, frames: list[bytes], commit_frames: int) -> int:
    """Record with the journal: raw blocks, one sync a commit."""
    clock = RealClock()
    journal = Journal.create(root, "bench", clock, limits=JournalLimits(reserve_bytes=0))
    for start in range(0, len(frames), FRAMES_A_READ):
        journal.append_frames(1, frames[start : start + FRAMES_A_READ], clock.now())
        if (start + FRAMES_A_READ) % commit_frames < FRAMES_A_READ:
            journal.commit()
    journal.close()
    return summarize(root / "bench").bytes


def run_raw(root: Path, frames: list[bytes], commit_frames: int) -> int:
    """Record bare blocks as they are."""
    return write_blocks(root, frames, commit_frames, lambda body: body)


def run_zstd(root: Path, frames: list[bytes], commit_frames: int) -> int:
    """Record bare blocks compressed before they are written."""
    return write_blocks(root, frames, commit_frames, zstandard.ZstdCompressor(level=1).compress)


def write_blocks(root: Path, frames: list[bytes], commit_frames: int, encode: Callable[[bytes], bytes]) -> int:
    """Write length-prefixed blocks with a checksum, one sync each: the least that any block container does."""
    descriptor = os.open(root / "blocks", os.O_CREAT | os.O_RDWR)
    size = 0
    for start in range(0, len(frames), commit_frames):
        some = frames[start : start + commit_frames]
        lengths = array("I", map(len, some)).tobytes()
        body = encode(lengths + b"".join(some))
        head = len(body).to_bytes(8, "little") + zlib.crc32(body).to_bytes(8, "little")
        size += os.pwritev(descriptor, [head, body], size)
        os.fdatasync(descriptor)
    os.close(descriptor)
    return size


def run_sqlite(root: Path, frames: list[bytes], commit_frames: int) -> int:
    """Record rows in SQLite, WAL, synchronous=FULL: a sync for each commit."""
    database = sqlite3.connect(root / "frames.sqlite", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute(
        "CREATE TABLE r (n INTEGER PRIMARY KEY, kind INT, connection INT, mono INT, wall INT, payload BLOB)"
    )
    clock = RealClock()
    for start in range(0, len(frames), commit_frames):
        at = clock.now()
        database.execute("BEGIN")
        rows = [
            (start + i + 1, 5, 1, at.mono_ns + i, at.wall_ns, f)
            for i, f in enumerate(frames[start : start + commit_frames])
        ]
        database.executemany("INSERT INTO r VALUES (?, ?, ?, ?, ?, ?)", rows)
        database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return (root / "frames.sqlite").stat().st_size


def measure(name: str, way: Callable[[Path, list[bytes], int], int], frames: list[bytes], commit_frames: int) -> Result:
    """Run one way in a folder of its own; give CPU and elapsed time a record."""
    with tempfile.TemporaryDirectory() as folder:
        wall, cpu = time.perf_counter(), time.process_time()
        size = way(Path(folder), frames, commit_frames)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Result(name, cpu / len(frames) * 1e6, wall / len(frames) * 1e6, size / len(frames))


def show_sealing(frames: list[bytes], markets: int) -> None:
    """Record, read and seal; print what each costs a record."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        run_journal(root, frames, 1_500)
        read = time.process_time()
        for block in SessionReader(root / "bench").blocks():
            for _ in block.runs():
                pass
        read = time.process_time() - read
        seal = time.process_time()
        seal_session(root / "bench", finished=True)
        seal = time.process_time() - seal
        size = summarize(root / "bench").bytes / len(frames)
        print(
            f"| {markets:,} markets | {size:.1f} bytes a record "
            f"| sealing {seal / len(frames) * 1e6:.2f} us CPU a record "
            f"| reading live blocks {read / len(frames) * 1e6:.2f} us |"
        )


def show_append(frames: list[bytes]) -> None:
    """Append without a commit; print what the event loop pays a frame."""
    with tempfile.TemporaryDirectory() as folder:
        clock = RealClock()
        limits = JournalLimits(reserve_bytes=0, queue_bytes_max=1 << 30)
        journal = Journal.create(Path(folder), "bench", clock, limits=limits)
        reads = [frames[start : start + FRAMES_A_READ] for start in range(0, len(frames), FRAMES_A_READ)]
        at = clock.now()
        began = time.perf_counter()
        for read in reads:
            journal.append_frames(1, read, at)
        spent = time.perf_counter() - began
        began = time.process_time()
        journal.close()
        commit = time.process_time() - began
        print(f"append_frames: {spent / len(frames) * 1e9:.0f} ns a frame, in reads of {FRAMES_A_READ}; "
              f"commit: {commit / len(frames) * 1e9:.0f} ns CPU a frame")  # fmt: skip


def main() -> None:
    """Print all figures as tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=150_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    frames = make_frames(chosen.frames, 2_000, chosen.seed)
    print(f"{platform.machine()}, Python {sys.version.split()[0]}, {chosen.frames:,} frames of "
          f"{sum(map(len, frames)) / len(frames):.0f} bytes, seed {chosen.seed}\n")  # fmt: skip
    show_append(frames)
    ways = {
        "bare raw blocks": run_raw,
        "bare zstd-1 blocks": run_zstd,
        "SQLite WAL, FULL": run_sqlite,
        "the journal": run_journal,
    }
    for commit_frames, share in ((1_500, 1), (30, 10)):
        print(f"\nA commit every {commit_frames:,} frames:\n")
        print("| container | CPU us a record | elapsed us a record | bytes a record |\n|---|---|---|---|")
        for name, way in ways.items():
            one = measure(name, way, frames[: len(frames) // share], commit_frames)
            print(f"| {one.name} | {one.cpu_us:.2f} | {one.wall_us:.2f} | {one.bytes_a_record:.1f} |")
    print("\nSealed:\n\n| | | | |\n|---|---|---|---|")
    for markets in (200, 2_000, 10_000):
        show_sealing(make_frames(chosen.frames, markets, chosen.seed), markets)


if __name__ == "__main__":
    main()
