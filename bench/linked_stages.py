"""The benchmarks of linkage, of discovery, and of Polymarket as the second venue."""

from pathlib import Path
from typing import Any

from children import WORK, answer, child, scratch
from figure import Figure, at_least, at_most, best_and_median, thousands
from frames import Traffic, market_hash
from memory_path import MARKETS
from polymarket_frames import assets_of, books_of, changes, openings
from polymarket_path import rates
from rivals.environments import RIVALS, Missing, python_of
from scale import Scale

LINKED = ("kalshi", "polymarket", "espn")


def linkage(scale: Scale) -> list[Figure]:
    """Read and link listings, and one new market among them; and what decoding their bytes takes before it."""
    with scratch() as folder:
        answer("linked_payloads.py", folder / "payloads", scale.worlds)
        runs = [answer("linking.py", folder / "payloads", scale.new_markets) for _ in range(scale.socket_runs)]
    said = min(runs, key=_linked_s)
    of = f"{said['games']:,} games, {said['kalshi']:,} Kalshi and {said['polymarket']:,} Polymarket listings"
    parts = ", ".join(f"{source} {said['read_s'][source]:.2f}" for source in LINKED)
    new = min(runs, key=lambda run: float(run["new_p99_ms"]))
    note = f" (p50 {new['new_p50_ms']:.1f}, longest {new['new_longest_ms']:.1f})"
    return [
        _seconds(f"{of} linked", float(said["link_s"]), 0.5, f" ({said['links']:,} links)"),
        Figure("the same, read from their rows and linked", f"{_linked_s(said):.2f} s ({parts})"),
        Figure(f"before it, {said['bytes'] / 1e6:.0f} MB of answers decoded into rows", f"{said['decode_s']:.2f} s"),
        at_most(f"one new market among them, answer to board, p99 of {new['new']}", new["new_p99_ms"], 5, "ms", note),
    ]  # fmt: skip


def _linked_s(said: dict[str, Any]) -> float:
    return float(said["link_s"] + sum(said["read_s"][source] for source in LINKED))


def _seconds(name: str, value: float, goal: float, note: str) -> Figure:
    return Figure(name, f"{value:.2f} s{note}", f"<= {goal:g} s", value <= goal)


def discover(scale: Scale) -> list[Figure]:
    """Discover a whole simulated world over sockets, and see new links reach a Redis."""
    said = answer("discovering.py", scale.discovered, scale.discover_s)
    over = said["kalshi_throttled"] + said["polymarket_over"]
    spent = f"{said['round_s']:.1f} s, {said['round_cpu_s']:.1f} s CPU"
    first = f"{spent}, {said['answers']:,} answers, {said['pairs']:,} pairs"
    in_flight = f"{said['kalshi_in_flight_peak']} at Kalshi, {said['polymarket_in_flight_peak']} at Polymarket"
    figures = [
        Figure(f"discover, {said['games']} games at once: first round over everything", first),
        Figure("requests above a limit of the venues", str(over), "0", over == 0),
        Figure("requests open at once, at most, of answers 0.1 s away", in_flight),
        Figure("CPU of discover while it goes on", f"{said['cpu']:.0%} of a core"),
    ]
    if said["p99_ms"] is not None:
        name = f"listed by both venues to link in Redis, p99 of {said['published']} new pairs"
        note = f" (p50 {said['p50_ms']:,.0f}, longest {said['longest_ms']:,.0f})"
        figures.append(at_most(name, said["p99_ms"], 1_000, "ms", note))
    share = said["published"] / said["listed"] if said["listed"] else 1.0
    name = f"of {said['listed']} new pairs that are the same bet, linked and in Redis"
    return [*figures, Figure(name, f"{share:.1%}", ">= 95 %", share >= 0.95)]


def polymarket(scale: Scale) -> list[Figure]:
    """Polymarket's changes to books, in memory beside the rival that reads them, and from a socket, durable."""
    best, median = best_and_median(rates(scale.frames // 2, scale.runs))
    runs = [recorded_changes(scale.frames // 2) for _ in range(scale.socket_runs)]
    socket, socket_median = best_and_median([run["messages"] / run["cpu_s"] for run in runs])
    name = "Polymarket, socket to book, all checks, journal durable, a CPU-second of the recorder"
    return [
        at_least(name, socket, 150_000, "changes/s", f" (median {thousands(socket_median)}), each with its mirror"),
        Figure(
            f"Polymarket in memory, {MARKETS} markets, each change with its mirror",
            f"{thousands(best)} changes/s (median {thousands(median)})",
        ),
        *_beside_rival(scale),
    ]


def recorded_changes(frames: int) -> dict[str, Any]:
    """Record Polymarket's frames from a loopback socket once, as fast as it goes."""
    with scratch() as folder:
        file, markets = folder / "frames.jsonl", folder / "markets.txt"
        traffic = Traffic(MARKETS, 1)
        write_lines(file, [*openings(traffic), *changes(traffic, frames, 1)])
        markets.write_text("\n".join(f"{market_hash(one)} {' '.join(assets_of(one))}" for one in range(MARKETS)))
        with child("blaster.py", file, "--subscriptions", MARKETS, "--venue", "polymarket") as blaster:
            url = f"ws://127.0.0.1:{blaster.json()['port']}/ws/market"
            said = answer("socket_recorder.py", url, markets, frames)
    if said["dropped"] or said["gaps"] or said["valid"] != MARKETS:
        raise RuntimeError(f"the recorder lost something: {said}")
    return said


def write_lines(path: Path, frames: list[bytes]) -> None:
    """Write frames to a file, one a line."""
    path.write_bytes(b"\n".join(frames) + b"\n")


def _beside_rival(scale: Scale) -> list[Figure]:
    """Measure the rival that has an adapter for Polymarket, on the same changes without their mirrors."""
    if not scale.rivals:
        return []
    rival = next(one for one in RIVALS if one.name == "nautilus_trader")
    traffic = Traffic(MARKETS, 1)
    lines = [book.encode() for book in books_of(traffic)]
    lines += changes(traffic, scale.rival_frames, 1, mirrored=False)
    with scratch() as folder:
        write_lines(folder / "frames.jsonl", lines)
        try:
            said = answer(rival.script, "memory", folder / "frames.jsonl", scale.runs, python=python_of(rival, WORK))
        except (Missing, RuntimeError) as reason:
            return [Figure(f"{rival.requirement}, Polymarket in memory", f"missing: {reason}")]
    theirs, ours = max(said["rates"]), max(rates(scale.rival_frames, scale.runs, mirrored=False))
    name = f"{rival.name} {said['version']} on Python {said['python']}, the same without mirrors"
    return [Figure(name, f"{thousands(theirs)} changes/s; firstprint {thousands(ours)}, {ours / theirs:.1f} x")]
