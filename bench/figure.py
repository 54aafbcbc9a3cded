"""A measured figure: what was measured, its goal beside it, and how it is shown."""

import json
import os
import platform
import statistics
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
LIBRARIES = ("picows", "msgspec", "uvloop", "zstandard", "duckdb")


class Figure(NamedTuple):
    """One row of the table. `value` and `goal` are shown as they stand; `met` is None where there is no goal."""

    name: str
    value: str
    goal: str = ""
    met: bool | None = None
    only: str = ""

    @property
    def verdict(self) -> str:
        """Say in a word whether the goal is met."""
        return "" if self.met is None else "met" if self.met else "NOT met"


def thousands(value: float) -> str:
    """Show a rate."""
    return f"{value:,.0f}"


def at_least(name: str, value: float, goal: float, unit: str, note: str = "") -> Figure:
    """Make a figure whose goal is a minimum."""
    return Figure(name, f"{thousands(value)} {unit}{note}", f">= {thousands(goal)} {unit}", value >= goal)


def at_most(name: str, value: float, goal: float, unit: str, note: str = "") -> Figure:
    """Make a figure whose goal is a maximum."""
    return Figure(name, f"{value:,.1f} {unit}{note}", f"<= {goal:g} {unit}", value <= goal)


def times(ours: float, theirs: float) -> str:
    """Show a ratio."""
    return f"{ours / theirs:.1f} x" if theirs else "-"


def best_and_median(values: Sequence[float]) -> tuple[float, float]:
    """Give the highest of several rates and their median."""
    return max(values), statistics.median(values)


def machine() -> list[str]:
    """Say what this ran on."""
    model = next(
        (line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")), platform.processor()
    )
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return [
        (
            f"{platform.system()} {platform.release()}, {platform.machine()}, {model}, {os.cpu_count()} cores; "
            f"load average when it began: {load:.1f}"
        ),
        f"Python {sys.version.split()[0]} ({platform.python_implementation()}); {libraries}",
    ]


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def table(figures: Sequence[Figure]) -> str:
    """Lay figures out as Markdown."""
    rows = [("figure", "measured", "goal", "", "printed by")]
    rows += [
        (one.name, one.value, one.goal, one.verdict, f"`bench/run.py --only {one.only}`" if one.only else "")
        for one in figures
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(5)]
    padded = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in padded]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def as_json(figures: Sequence[Figure], about: Sequence[str]) -> str:
    """Give everything as one JSON object."""
    return json.dumps({"machine": list(about), "figures": [one._asdict() for one in figures]}, indent=2)


def write_docs(page: Path, figures: Sequence[Figure], about: Sequence[str]) -> None:
    """Put the table between the marks of a page. Raises ValueError when the page has no marks."""
    text = page.read_text()
    head, mark, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"{page} has no place for the table: {BEGIN} and {END}")
    body = "\n\n".join([*about, table(figures)])
    page.write_text(f"{head}{BEGIN}\n\n{body}\n\n{END}{tail}")
