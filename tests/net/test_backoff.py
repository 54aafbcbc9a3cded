"""Back-off as data."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from firstprint.net.backoff import Backoff, BackoffPolicy

seeds = st.integers(0, 2**32)


@given(seed=seeds, lasted=st.one_of(st.none(), st.floats(0, 1e6)))
def test_the_first_retry_is_quick(seed: int, lasted: float | None) -> None:
    """The first retry comes within 250 ms, whatever went before (F01)."""
    assert 0 <= Backoff(Random(seed)).after(lasted).delay_s <= 0.25


@given(seed=seeds, count=st.integers(2, 200))
def test_failed_dials_are_capped_and_at_least_a_second_apart(seed: int, count: int) -> None:
    """A venue that is away is asked at most once a second and at least every 30 s, without quarantine (F09)."""
    backoff = Backoff(Random(seed))
    delays = [backoff.after(None) for _ in range(count)]
    assert all(1.0 <= delay.delay_s <= 30.0 and not delay.quarantined for delay in delays[1:])


@given(seed=seeds, lengths=st.lists(st.floats(0, 4.99), min_size=3, max_size=50))
def test_three_short_sessions_bring_quarantine(seed: int, lengths: list[float]) -> None:
    """A venue that accepts and hangs up within 5 s is left alone for longer from the third time on (F15)."""
    backoff = Backoff(Random(seed))
    delays = [backoff.after(lasted_s) for lasted_s in lengths]
    assert [delay.quarantined for delay in delays] == [False, False] + [True] * (len(lengths) - 2)
    assert all(30 <= delay.delay_s <= 60 for delay in delays[2:])


@given(seed=seeds, lasted=st.floats(5, 59.9))
def test_only_a_healthy_session_resets(seed: int, lasted: float) -> None:
    """A session shorter than 60 s keeps the count; one of 60 s starts it anew."""
    backoff = Backoff(Random(seed))
    for _ in range(5):
        backoff.after(None)
    assert backoff.after(lasted).attempt == 6
    assert backoff.after(60.0).attempt == 1


def test_the_jitter_is_full() -> None:
    """Delays spread over the whole range, so that many recorders do not return in one moment (F16)."""
    policy = BackoffPolicy()
    delays = [Backoff(Random(seed), policy).after(None).delay_s for seed in range(500)]
    assert min(delays) < 0.02
    assert max(delays) > 0.23
