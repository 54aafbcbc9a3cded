"""The accuracy that is promised: no wrong link, no wrong token, at least 95 % found, every miss explained."""

import pytest
from tests.recordings import RECORDINGS, needs_recordings
from tests.score.labelled import score_recordings
from tests.score.worlds import score_world


@needs_recordings
def test_real_labelled_pairs_are_found_and_lookalikes_are_not() -> None:
    """Kalshi's markets are linked to the labelled tokens and contests; what merely looks alike is left alone."""
    scores = {one.name: one for one in score_recordings(RECORDINGS)}
    assert scores["kalshi_polymarket_nba"].listed >= 30
    assert scores["kalshi_espn"].listed == 20
    assert scores["kalshi_oddsapi_mlb_2026-08-07"].listed >= 8
    assert scores["lookalikes_not_pairs_unlabelled"].labelled == 12
    for one in scores.values():
        assert one.wrong == 0, one.misses
        assert one.right >= 0.95 * one.listed, one.misses


@pytest.mark.parametrize("seed", range(1, 7))
def test_a_simulated_world_is_linked_as_it_truly_is(seed: int) -> None:
    """Hundreds of pairs with awkward names, dates and lines: none wrong, few missed, none unexplained."""
    score = score_world(seed)
    assert score.true > 200
    assert score.wrong == []
    assert score.contests_wrong == []
    assert score.unexplained == []
    assert score.contests_unexplained == []
    assert score.right >= 0.95 * score.true, score.missed_by
    assert score.contests_right >= 0.95 * score.contests_true
