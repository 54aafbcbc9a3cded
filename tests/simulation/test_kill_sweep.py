"""The power goes at every single sync of a short run, right before it and right after it."""

from pathlib import Path

import pytest

from tests.simulation.run import Plan, simulate

SYNCS = 120
SYNCS_PER_TEST = 20


def cut(at: float) -> Plan:
    """Plan a short run whose power goes at a sync."""
    return Plan(11, virtual_s=1.6, markets=6, rate_per_s=400.0, faults="none", mishap="power_cut", cut_at=at)


@pytest.mark.parametrize("first", range(1, SYNCS + 1, SYNCS_PER_TEST))
def test_a_kill_at_any_sync_loses_nothing_acknowledged(first: int, tmp_path: Path) -> None:
    """Nothing acknowledged is lost, nothing stands twice, and the downtime is a gap row (F58, I12, I14)."""
    for number in range(first, first + SYNCS_PER_TEST):
        for at in (float(number), number + 0.5):
            outcome = simulate(cut(at), tmp_path)
            assert outcome.ok, f"power cut at sync {at}: {outcome.problems}"
            told = "RECORDER_DOWN" in outcome.gap_reasons
            assert told == (len(outcome.reports) > 1), f"power cut at sync {at}: gaps {outcome.gap_reasons}"
