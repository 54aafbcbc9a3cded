"""The benchmarks, run tiny: what they measure is their own affair, that they run is tested."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"
sys.path.insert(0, str(BENCH))

from figure import BEGIN, END, Figure, table, write_docs  # noqa: E402 bench is a folder of scripts, not a package
from frames import Traffic  # noqa: E402 as above

STAGES = ["decode", "socket", "latency", "created", "memory", "size", "linear", "linkage", "discover", "polymarket"]


@pytest.mark.parametrize("name", STAGES)
def test_each_benchmark_runs_and_gives_its_figures(name: str) -> None:
    """Every benchmark runs to its end, loses no frame, and prints its figures as JSON."""
    done = subprocess.run(
        [sys.executable, str(BENCH / "run.py"), "--small", "--json", "--only", name],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    figures = json.loads(done.stdout)["figures"]
    assert done.returncode == 0, (figures, done.stderr)
    assert figures
    assert all(one["only"] == name and one["value"] for one in figures)


def test_the_traffic_never_takes_a_level_below_zero() -> None:
    """Folding the frames by themselves gives books whose sizes are all above zero, and numbers without a hole."""
    traffic = Traffic(5, seed=3)
    frames = [json.loads(frame) for frame in [*traffic.opening()[1:], *traffic.deltas(2_000)]]
    assert [frame["seq"] for frame in frames] == list(range(1, len(frames) + 1))
    books: dict[tuple[str, str], dict[str, float]] = {}
    for frame in frames:
        body = frame["msg"]
        if frame["type"] == "orderbook_snapshot":
            for side in ("yes", "no"):
                books[body["market_ticker"], side] = {p: float(s) for p, s in body[f"{side}_dollars_fp"]}
            continue
        levels = books[body["market_ticker"], body["side"]]
        size = round(levels.get(body["price_dollars"], 0.0) + float(body["delta_fp"]), 2)
        assert size >= 0
        levels[body["price_dollars"]] = size
        if not size:
            del levels[body["price_dollars"]]


def test_the_table_of_the_page_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    """Writing the figures into a page changes what stands between the marks only."""
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    figures = [Figure("speed", "3 m/s", ">= 2 m/s", True, "decode")]
    write_docs(page, figures, ["a machine"])
    text = page.read_text()
    assert text.startswith(f"before\n{BEGIN}\n")
    assert text.endswith(f"{END}\nafter\n")
    assert table(figures) in text
    assert "old" not in text
