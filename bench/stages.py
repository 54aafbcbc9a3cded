"""The benchmarks one by one: each runs what it needs and gives its figures."""

import re
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import linear_cost
import memory_path
from children import HERE, WORK, answer, child, scratch
from figure import Figure, at_least, at_most, best_and_median, thousands
from frames import Traffic, mean_bytes, polymarket_changes, polymarket_openings
from journal_containers import run_journal
from linked_stages import discover, linkage, polymarket
from rivals.environments import RIVALS, Missing, Rival, python_of
from scale import Scale

from firstprint.journal.sealing import seal_session
from firstprint.journal.sessions import summarize

SESSION = "bench"
SOCKET_PATH = "/trade-api/ws/v2"


def write_frames(traffic: Traffic, path: Path, frames: int) -> list[bytes]:
    """Write a subscription's frames to a file for other processes; give its deltas."""
    opening, deltas = traffic.opening(), list(traffic.deltas(frames))
    path.write_bytes(b"".join(opening + deltas))
    return deltas


def rival_rates(scale: Scale) -> tuple[dict[str, float], list[Figure]]:
    """Measure the rivals in memory; give the best messages a CPU-second of each, and who is missing."""
    if not scale.rivals:
        return {}, []
    rates, missing = {}, []
    with scratch() as folder:
        kalshi, polymarket = folder / "kalshi.jsonl", folder / "polymarket.jsonl"
        write_frames(Traffic(memory_path.MARKETS, 1), kalshi, scale.rival_frames)
        traffic = Traffic(memory_path.MARKETS, 1)
        lines = [*polymarket_openings(traffic), *polymarket_changes(traffic, scale.rival_frames, 1)]
        polymarket.write_text("\n".join(lines) + "\n")
        for rival in RIVALS:
            file = polymarket if rival.name == "nautilus_trader" else kalshi
            try:
                said = answer(rival.script, "memory", file, scale.runs, python=python_of(rival, WORK))
            except (Missing, RuntimeError) as reason:
                missing.append(Figure(f"{rival.requirement}, in memory", f"missing: {reason}"))
            else:
                rates[f"{rival.name} {said['version']} on Python {said['python']}"] = max(said["rates"])
    return rates, missing


def decode(scale: Scale) -> list[Figure]:
    """Frames in memory to books, beside the rivals."""
    rates, missing = rival_rates(scale)
    return memory_path.measure(scale.frames, scale.runs, rates) + missing


def recorded(frames: int, rate: float) -> dict[str, Any]:
    """Record frames from a loopback socket once; `rate` 0 is as fast as it goes."""
    with scratch() as folder:
        file, tickers = folder / "frames.jsonl", folder / "tickers.txt"
        traffic = Traffic(memory_path.MARKETS, 1)
        write_frames(traffic, file, frames)
        tickers.write_text("\n".join(traffic.tickers))
        with child("blaster.py", file, "--subscriptions", 3, "--rate", rate) as blaster:
            url = f"ws://127.0.0.1:{blaster.json()['port']}{SOCKET_PATH}"
            said = answer("socket_recorder.py", url, tickers, frames)
    if said["dropped"] or said["gaps"] or said["valid"] != memory_path.MARKETS:
        raise RuntimeError(f"the recorder lost something: {said}")
    return said


def rival_over_socket(rival: Rival, frames: int) -> float:
    """Run a rival's own client against the same socket; give messages a CPU-second."""
    python = python_of(rival, WORK)
    with scratch() as folder:
        write_frames(Traffic(memory_path.MARKETS, 1), folder / "frames.jsonl", frames)
        with child("blaster.py", folder / "frames.jsonl", "--subscriptions", 1) as blaster:
            url = f"ws://127.0.0.1:{blaster.json()['port']}{SOCKET_PATH}"
            said = answer(rival.script, "socket", url, frames, memory_path.MARKETS, python=python)
    return float(said["messages"] / said["cpu_s"])


def socket(scale: Scale) -> list[Figure]:
    """Loopback socket to books, with all checks and the journal durable."""
    runs = [recorded(scale.frames, 0) for _ in range(scale.socket_runs)]
    best, median = best_and_median([run["messages"] / run["cpu_s"] for run in runs])
    name = "socket to book, all checks, journal durable, a CPU-second of the recorder"
    figures = [at_least(name, best, 300_000, "messages/s", f" (median {thousands(median)})")]
    if not scale.rivals:
        return figures
    rival = RIVALS[0]
    try:
        theirs = max(rival_over_socket(rival, scale.frames // 4) for _ in range(2))
    except (Missing, RuntimeError) as reason:
        return [*figures, Figure(f"{rival.requirement}, socket to book", f"missing: {reason}")]
    ratio = best / theirs
    return [
        *figures,
        Figure(f"{rival.requirement}, socket to book, nothing recorded", f"{thousands(theirs)} messages/s"),
        Figure("firstprint to kalshi-sdk, socket to book", f"{ratio:.1f} x", ">= 5 x", ratio >= 5),
    ]


def latency(scale: Scale) -> list[Figure]:
    """From receipt to durable, at a steady rate."""
    rate = 5_000
    runs = [recorded(max(100, int(rate * scale.paced_s / scale.socket_runs)), rate) for _ in range(scale.socket_runs)]
    p50, p99 = (statistics.median(run[name] for run in runs) for name in ("p50_ms", "p99_ms"))
    longest = max(run["longest_ms"] for run in runs)
    cpu = statistics.median(run["cpu_s"] / run["wall_s"] for run in runs)
    note = f" (p50 {p50:.1f}, longest {longest:.0f})"
    return [
        at_most("receipt to durable, p99, at 5,000 messages/s", p99, 20, "ms", note),
        Figure("CPU of the recorder at 5,000 messages/s", f"{cpu:.0%} of a core"),
    ]


def created(scale: Scale) -> list[Figure]:
    """From `created` to the first snapshot, with many markets at once."""
    runs = []
    for _ in range(scale.socket_runs):
        with child("venue.py", "--spare", scale.created) as venue:
            where = venue.json()
            with child("whole_recorder.py", "created", where["rest_url"], where["ws_url"], scale.created) as recorder:
                recorder.line()
                venue.tell(f"create {scale.created}")
                runs.append(recorder.json())
    p50, p99 = (statistics.median(run[name] for run in runs) for name in ("p50_ms", "p99_ms"))
    durable = statistics.median(run["durable_p99_ms"] for run in runs)
    name = f"`created` to first snapshot, p99, {scale.created} markets at once"
    return [at_most(name, p99, 100, "ms", f" (p50 {p50:.1f}; durable at most {durable:.0f} later)")]


def memory(scale: Scale) -> list[Figure]:
    """Memory of a recorder with many deep books."""
    with child("venue.py", "--markets", scale.markets, "--levels", 40) as venue:
        where = venue.json()
        arguments = ("memory", where["rest_url"], where["ws_url"], scale.markets, scale.deltas)
        with child("whole_recorder.py", *arguments) as recorder:
            recorder.line()
            venue.tell(f"flow {scale.deltas // max(1, scale.markets // 200) + 1}")
            said = recorder.json()
    name = f"{scale.markets:,} markets, 40 levels a side, recorded: highest resident memory"
    note = f" ({said['connections']} connections; {said['empty_mb']:.0f} MB before the first market)"
    return [at_most(name, said["highest_mb"], 400, "MB", note)]


def size(scale: Scale) -> list[Figure]:
    """Bytes on disk for each delta."""
    done = subprocess.run(
        [sys.executable, str(HERE / "parquet_size.py"), str(scale.rows)], capture_output=True, text=True, check=True
    )
    found = re.search(r"([\d.]+) bytes per delta", done.stdout)
    if found is None:
        raise RuntimeError("parquet_size.py did not say how many bytes a delta takes")
    figures = [at_most("Parquet, bytes per delta", float(found[1]), 8, "bytes")]
    for markets in (memory_path.MARKETS, scale.markets):
        live, sealed, raw = journal_bytes(markets, scale.rows // 2)
        note = f" ({live:.0f} before sealing; the frame itself {raw:.0f})"
        figures.append(at_most(f"journal, sealed, bytes per delta, {markets:,} markets", sealed, 40, "bytes", note))
    return figures


def journal_bytes(markets: int, frames: int) -> tuple[float, float, float]:
    """Record and seal; give bytes a record before and after, and the mean length of a frame."""
    deltas = list(Traffic(markets, 1).deltas(frames))
    with scratch() as folder:
        live = run_journal(folder, deltas, 1_500)
        seal_session(folder / SESSION, finished=True)
        return live / frames, summarize(folder / SESSION).bytes / frames, mean_bytes(deltas)


def linear(scale: Scale) -> list[Figure]:
    """Cost for a message and for a market, at ten and a hundred times the markets."""
    figures, before, before_markets = [], dict[str, float](), 0
    for markets in scale.sizes:
        with scratch() as folder:
            file = folder / "frames.jsonl"
            linear_cost.write_file(file, markets, scale.frames)
            runs = [answer("linear_cost.py", file) for _ in range(scale.socket_runs)]
        now = {name: min(run[name] for run in runs) for name in ("cpu_ns", "market_bytes")}
        name = f"{markets:,} markets: CPU a message; memory a market"
        shown = f"{now['cpu_ns']:,.0f} ns; {now['market_bytes'] / 1024:.2f} KB"
        if not before:
            figures.append(Figure(name, shown))
        else:
            cpu, held = (now[part] / before[part] for part in ("cpu_ns", "market_bytes"))
            both = f"{shown}; {cpu:.2f} x and {held:.2f} x those of {before_markets:,}"
            figures.append(Figure(name, both, "<= 1.10 x each", max(cpu, held) <= 1.1))
        before_markets = markets
        before = now
    return figures


def master(scale: Scale) -> list[Figure]:
    """Sync a master of the real size, on SQLite and on PostgreSQL, at the basic tier's rate."""
    size = ("--markets", scale.listed, "--series", scale.series)
    own = answer("syncing.py", *size)
    server = answer("syncing.py", *size, "--postgres")
    figures = [
        at_most(
            f"series sync of all categories, {own['series_seen']:,} rows, {own['series_requests']} requests",
            own["series_s"], 5, "s",
        ),
        at_most(f"full sync of {own['first_seen']:,} markets into an empty SQLite", own["first_s"], 15, "s"),
        at_most("requests of that full sync", own["first_requests"], 110, "requests"),
        at_most(f"the same again, {own['again_changed']:,} markets changed", own["again_s"], 8, "s"),
        at_most(f"incremental sync, {own['incremental_requests']} requests", own["incremental_s"], 1, "s"),
        at_most("highest resident memory of the syncs", own["peak_mb"], 300, "MB"),
        Figure("journals of these four runs", f"{own['journals_mb']} MB"),
    ]  # fmt: skip
    for name in ("first", "again"):
        ratio = server[f"{name}_s"] / own[f"{name}_s"]
        figures.append(at_most(f"{name} full sync into PostgreSQL, to SQLite", ratio, 1.5, "x"))
    return figures


def api(scale: Scale) -> list[Figure]:
    """Ask the HTTP API 200 times a second."""
    found = answer("serving.py", "--markets", scale.listed, "--seconds", scale.served_s)
    return [
        at_most(f"{name} at 200 requests/s, p99", found[f"{key}_p99_ms"], 20, "ms", f" (p50 {found[f'{key}_p50_ms']})")
        for name, key in (
            ("/v1/series?category=Sports&games_only=true", "series"), ("/v1/markets?series=", "markets"),
        )
    ]  # fmt: skip


STAGES: dict[str, Callable[[Scale], list[Figure]]] = {
    "decode": decode,
    "socket": socket,
    "latency": latency,
    "created": created,
    "memory": memory,
    "size": size,
    "linear": linear,
    "master": master,
    "api": api,
    "linkage": linkage,
    "discover": discover,
    "polymarket": polymarket,
}
