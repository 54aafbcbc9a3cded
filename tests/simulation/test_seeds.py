"""Two hundred seeds of the whole recorder on virtual time, with random faults of the venue and mishaps of its own."""

from pathlib import Path

import pytest

from tests.simulation.run import plan_of, simulate

SEEDS = 200
SEEDS_PER_TEST = 10


@pytest.mark.parametrize("first", range(1, SEEDS + 1, SEEDS_PER_TEST))
def test_no_seed_leaves_a_silent_hole_or_a_wrong_book(first: int, tmp_path: Path) -> None:
    """Whatever venue and disk do, no hole is silent, no VALID book wrong, nothing acknowledged lost (G01, G02)."""
    for seed in range(first, first + SEEDS_PER_TEST):
        scratch = tmp_path / str(seed)
        scratch.mkdir()
        outcome = simulate(plan_of(seed), scratch)
        assert outcome.ok, f"repeat with: make simulate SEEDS=1 FIRST_SEED={seed}\n" + "\n".join(outcome.problems)


def test_a_seed_repeats_itself(tmp_path: Path) -> None:
    """The same seed gives the same proof, frame for frame (G21)."""
    first, second = (simulate(plan_of(7), tmp_path) for _ in range(2))
    assert first.reports == second.reports
