"""The whole recorder, joined as `firstprint run` joins it, in a process of its own, against a venue that is told when.

`python bench/whole_recorder.py created REST_URL WS_URL MARKETS`: waits until it is at rest, prints `ready`, and waits
for the snapshots of MARKETS markets that are created then; prints how long each took, read from the journal afterwards.
`python bench/whole_recorder.py memory REST_URL WS_URL MARKETS DELTAS`: waits for all books, prints `ready`, waits for
DELTAS deltas, and prints its memory.
"""

# ruff: noqa: ASYNC110 counts are watched from outside, as the live view does: nothing in the recorder tells of them

import asyncio
import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import structlog
import uvloop
from children import scratch
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from firstprint.bootstrap.logs import configure_logs
from firstprint.bootstrap.recording import Recording, recording
from firstprint.config import Config
from firstprint.domain.clock import NS_PER_MS
from firstprint.domain.record import Kind
from firstprint.journal.folder import DataFolder
from firstprint.journal.reader import SessionReader

LOOK_EVERY_S = 0.02
WAIT_S_MAX = 120.0


def configured(folder: Path, rest_url: str, ws_url: str) -> Config:
    """Configure a recorder with a throw-away key."""
    key = folder / "key.pem"
    key.touch(mode=0o600)
    key.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return Config(
        data=folder / "data", kalshi_key_id="bench", kalshi_key_path=key, kalshi_rest_url=rest_url, kalshi_ws_url=ws_url
    )


def valid_books(under_way: Recording) -> int:
    """Count the books that can be read."""
    return sum(book.valid for book in under_way.recorder.capture.shelf.values())


def applied(under_way: Recording) -> int:
    """Count the data frames that were taken."""
    return sum(counts.applied for counts in under_way.recorder.capture.counts.values())


async def until_valid(under_way: Recording, books: int) -> None:
    """Wait until so many books can be read, and what told of them is durable."""
    async with asyncio.timeout(WAIT_S_MAX):
        while valid_books(under_way) < books or under_way.journal.durable < under_way.journal.appended:
            await asyncio.sleep(LOOK_EVERY_S)


async def until_listening(under_way: Recording) -> None:
    """Wait until the lifecycle stream is subscribed to and the venue's list was read."""
    recorder = under_way.recorder
    async with asyncio.timeout(WAIT_S_MAX):
        await recorder.discovery.reconciled.wait()
        while not any(counts.control for counts in recorder.capture.counts.values()):
            await asyncio.sleep(LOOK_EVERY_S)


def rss_mb() -> tuple[float, float]:
    """Give the resident memory of this process now and at its highest, in MB."""
    status = Path("/proc/self/status").read_text() if Path("/proc/self/status").exists() else ""
    now = next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)
    return now, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def record_created(config: Config, markets: int) -> dict[str, Any]:
    """Record markets that are created at once; say how long each took from `created` to its first snapshot."""
    async with recording(config) as under_way:
        await until_listening(under_way)
        print("ready", flush=True)
        await until_valid(under_way, markets)
        longest_ns = under_way.journal.latency.longest_ns
        durable_p99_ns = under_way.journal.latency.quantile_ns(0.99)
        session = under_way.session
    with DataFolder.open(config.data) as folder:
        waits = sorted(waits_ns(folder.journal / session))
    return {
        "markets": len(waits),
        "p50_ms": waits[len(waits) // 2] / NS_PER_MS,
        "p99_ms": waits[min(len(waits) - 1, len(waits) * 99 // 100)] / NS_PER_MS,
        "longest_ms": waits[-1] / NS_PER_MS,
        "durable_p99_ms": durable_p99_ns / NS_PER_MS,
        "durable_longest_ms": longest_ns / NS_PER_MS,
    }


class _Said(msgspec.Struct):
    market_ticker: str | None = None
    event_type: str | None = None


class _Frame(msgspec.Struct):
    type: str
    msg: _Said | None = None


def waits_ns(session: Path) -> Iterator[int]:
    """Read from a journal how long each created market waited for its first snapshot, receipt to receipt."""
    heard: dict[str, int] = {}
    for record in SessionReader(session).records():
        if record.kind is not Kind.FRAME_IN:
            continue
        head = record.payload[:40]
        if b"market_lifecycle_v2" not in head and b"orderbook_snapshot" not in head:
            continue
        frame = msgspec.json.decode(record.payload, type=_Frame)
        if frame.msg is None or frame.msg.market_ticker is None:
            continue
        if frame.msg.event_type == "created":
            heard[frame.msg.market_ticker] = record.mono_ns
        elif frame.type == "orderbook_snapshot" and frame.msg.market_ticker in heard:
            yield record.mono_ns - heard.pop(frame.msg.market_ticker)


async def record_memory(config: Config, markets: int, deltas: int) -> dict[str, Any]:
    """Record markets with their books, and then deltas; say what memory that takes."""
    empty, _ = rss_mb()
    async with recording(config) as under_way:
        await until_valid(under_way, markets)
        print("ready", flush=True)
        loaded, _ = rss_mb()
        before = applied(under_way)
        async with asyncio.timeout(WAIT_S_MAX):
            while applied(under_way) < before + deltas:
                await asyncio.sleep(LOOK_EVERY_S)
        now, highest = rss_mb()
        shelf = under_way.recorder.capture.shelf
        levels = sum(len(book.ladder.yes) + len(book.ladder.no) for book in shelf.values())
        return {
            "empty_mb": empty,
            "loaded_mb": loaded,
            "now_mb": now,
            "highest_mb": highest,
            "markets": len(shelf),
            "levels_a_side": levels / 2 / max(1, len(shelf)),
            "connections": len(under_way.recorder.lanes),
        }


def main() -> None:
    """Do what the arguments say."""
    configure_logs("error")
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    what, rest_url, ws_url, *numbers = sys.argv[1:]
    with scratch() as folder:
        config = configured(folder, rest_url, ws_url)
        work = record_created(config, int(numbers[0])) if what == "created" else record_memory(
            config, int(numbers[0]), int(numbers[1])
        )  # fmt: skip
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            print(json.dumps(runner.run(work)))


if __name__ == "__main__":
    main()
