"""Measure firstprint beside its rivals and print every figure with its goal: `make bench`.

    .venv/bin/python bench/run.py                    all figures
    .venv/bin/python bench/run.py --only socket      one of decode socket latency created memory size linear master
                                                     api linkage discover polymarket
    .venv/bin/python bench/run.py --json             as JSON
    .venv/bin/python bench/run.py --write-docs       and into the table of docs/performance.md

CPU is process CPU time of all threads. Rates are the best of several runs, with the median beside it; times are medians
of runs. On a machine that does other work at the same time, look at the best.
"""

import argparse
import sys
import time
from pathlib import Path

from children import ROOT
from figure import Figure, as_json, machine, table, write_docs
from scale import SMALL, Scale
from stages import STAGES

PAGE = ROOT / "docs" / "performance.md"


def say(text: str) -> None:
    """Tell the person who waits how far it is."""
    print(text, file=sys.stderr, flush=True)


def run(names: list[str], scale: Scale) -> list[Figure]:
    """Run the stages; one that fails is a figure that says so, and the others run."""
    figures: list[Figure] = []
    for name in names:
        began = time.monotonic()  # noqa: TID251 a benchmark measures real time
        say(f"{name} ...")
        try:
            figures += [one._replace(only=name) for one in STAGES[name](scale)]
        except Exception as error:  # noqa: BLE001 shown in the table, and the exit code says it too
            figures.append(Figure(name, f"FAILED: {type(error).__name__}: {error}"[:300], "", False, name))
        say(f"{name} took {time.monotonic() - began:.0f} s")  # noqa: TID251 as above
    return figures


def main() -> int:
    """Print the table; 1 when a benchmark could not run (a goal that is not met is a figure, not a failure)."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=list(STAGES), help="run this one; may be repeated")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--write-docs", action="store_true", help=f"put the table into {PAGE.relative_to(ROOT)}")
    parser.add_argument("--small", action="store_true", help="run everything tiny, only to see that it runs")
    chosen = parser.parse_args()
    if chosen.write_docs and (chosen.only or chosen.small):
        parser.error("--write-docs replaces the whole table: it needs all figures, at full size")
    about = machine()
    figures = run(chosen.only or list(STAGES), SMALL if chosen.small else Scale())
    print(as_json(figures, about) if chosen.json else "\n".join([*about, "", table(figures)]))
    if chosen.write_docs:
        write_docs(Path(PAGE), figures, about)
    return 1 if any(one.value.startswith("FAILED") for one in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
