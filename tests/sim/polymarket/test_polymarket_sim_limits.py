"""Rate limits over ten seconds: what waits, what is refused, and what the counts say."""

import pytest
from polymarket_sim_kit import NS_PER_S, START_NS

from firstprint.sim.polymarket.limits import LIMITS, WINDOW_NS, Counts, Limiter, windows_of


@pytest.mark.parametrize(
    ("host", "path", "names"),
    [
        ("gamma", "/events/keyset", ["gamma", "gamma/events", "gamma/listings"]),
        ("gamma", "/markets/17", ["gamma", "gamma/markets", "gamma/listings"]),
        ("gamma", "/sports", ["gamma"]),
        ("clob", "/books", ["clob", "clob/books"]),
        ("clob", "/book", ["clob", "clob/book"]),
        ("clob", "/markets", ["clob"]),
    ],
)
def test_a_request_counts_against_its_own_limit_and_its_hosts(host: str, path: str, names: list[str]) -> None:
    """Every list of events counts as events, and as a listing."""
    assert windows_of(host, path) == names


def test_requests_above_a_limit_wait_until_the_window_has_room() -> None:
    """The 501st of ten seconds waits for the first to leave, the 502nd for the second."""
    counts = Counts()
    limiter = Limiter("wait", counts)
    limit = LIMITS["gamma/events"]
    step = NS_PER_S // 100
    delays = [limiter.delay_ns("gamma", "/events/keyset", START_NS + n * step) for n in range(limit + 2)]
    assert delays[:limit] == [0] * limit
    assert delays[limit:] == [WINDOW_NS - limit * step] * 2
    assert (counts.windows["gamma/events"].over, counts.windows["gamma/events"].peak) == (2, limit + 2)


def test_requests_that_waited_count_when_they_were_let_in() -> None:
    """A burst of three windows' worth is spread over three windows."""
    limiter = Limiter("wait", Counts())
    limit = LIMITS["clob/ok"]
    delays = [limiter.delay_ns("clob", "/ok", START_NS) for _ in range(3 * limit)]
    assert delays == [0] * limit + [WINDOW_NS] * limit + [2 * WINDOW_NS] * limit


def test_requests_above_a_limit_are_refused_where_that_is_chosen() -> None:
    """And refused ones count too, as on a network that is hammered."""
    counts = Counts()
    limiter = Limiter("refuse", counts)
    answers = [limiter.delay_ns("clob", "/ok", START_NS) for _ in range(LIMITS["clob/ok"] + 3)]
    assert answers.count(None) == counts.refused == counts.over == 3
    assert limiter.delay_ns("clob", "/ok", START_NS + WINDOW_NS) == 0


def test_who_obeys_is_never_above() -> None:
    """A client at the limit's own pace has no request above it, however long it goes on."""
    counts = Counts()
    limiter = Limiter("refuse", counts)
    limit = LIMITS["gamma/markets"]
    for number in range(5 * limit):
        limiter.delay_ns("gamma", "/markets/keyset", START_NS + number * WINDOW_NS // limit)
    assert (counts.over, counts.windows["gamma/markets"].peak) == (0, limit)
    assert counts.requests == 5 * limit


def test_without_limits_everything_passes_and_is_counted() -> None:
    """`off` still tells what would have been too much."""
    counts = Counts()
    limiter = Limiter("off", counts)
    assert {limiter.delay_ns("clob", "/ok", START_NS) for _ in range(200)} == {0}
    assert counts.over == 100
