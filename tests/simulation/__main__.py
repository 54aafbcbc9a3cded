"""`make simulate SEEDS=n FIRST_SEED=k`: run seeds until all are done; print how to repeat each that fails."""

import argparse
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import structlog

from tests.simulation.run import Outcome, plan_of, simulate


def run_seed(seed: int) -> Outcome:
    """Run one seed in a process of the pool."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with tempfile.TemporaryDirectory() as scratch:
        return simulate(plan_of(seed), Path(scratch))


def main() -> int:
    """Run the seeds that were asked for; give 1 when any failed."""
    parser = argparse.ArgumentParser(prog="make simulate")
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=1)
    chosen = parser.parse_args()
    began_s, failed, frames, books = time.perf_counter(), 0, 0, 0
    gaps: Counter[str] = Counter()
    with ProcessPoolExecutor() as pool:
        for outcome in pool.map(run_seed, range(chosen.first, chosen.first + chosen.seeds), chunksize=4):
            frames += sum(report.frames for report in outcome.reports)
            books += sum(report.books_checked for report in outcome.reports)
            gaps.update(outcome.gap_reasons)
            if not outcome.ok:
                failed += 1
                print(f"seed {outcome.plan.seed} failed ({outcome.plan.mishap}, faults {outcome.plan.faults}):")
                for problem in outcome.problems[:5]:
                    print(f"    {problem}")
                print(f"    repeat it: make simulate SEEDS=1 FIRST_SEED={outcome.plan.seed}", flush=True)
    print(
        f"{chosen.seeds} seeds, {failed} failed; {frames:,} frames, {books:,} book states compared; "
        f"seeds with each kind of gap: {dict(sorted(gaps.items()))}; {time.perf_counter() - began_s:.0f} s"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
