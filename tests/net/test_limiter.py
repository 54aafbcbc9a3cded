"""The limiter on virtual time: what it grants, to whom, and when."""

import asyncio
from random import Random

import pytest
import uvloop
from hypothesis import given
from hypothesis import strategies as st
from virtual_loop import run_virtual

from firstprint.domain.errors import VenueUnavailable
from firstprint.net.limiter import Limiter


def limiter(rate: float = 200.0, capacity: float = 400.0, **more: int) -> Limiter:
    """Build a limiter with seeded jitter."""
    return Limiter(rate_per_s=rate, capacity=capacity, random=Random(1), **more)


async def grants_of(bucket: Limiter, asks: list[tuple[float, float]]) -> list[tuple[float, float, int]]:
    """Ask for (after s, cost) at once and give (granted at s, cost, asker) in order of granting."""
    loop, granted = asyncio.get_running_loop(), []

    async def ask(number: int, after_s: float, cost: float) -> None:
        await asyncio.sleep(after_s)
        await bucket.acquire(cost)
        granted.append((loop.time(), cost, number))

    async with asyncio.TaskGroup() as group:
        for number, (after_s, cost) in enumerate(asks):
            group.create_task(ask(number, after_s, cost))
    return granted


asks = st.lists(
    st.tuples(st.sampled_from([0.0, 0.0, 0.1, 1.0, 7.5]), st.sampled_from([1.0, 2.0, 10.0, 50.0])), max_size=80
)


@given(asks=asks, rate=st.sampled_from([7.0, 20.0, 200.0]), capacity=st.sampled_from([50.0, 100.0]))
def test_never_more_than_capacity_and_rate(asks: list[tuple[float, float]], rate: float, capacity: float) -> None:
    """In every stretch of t seconds at most capacity + rate * t tokens are granted."""
    granted = run_virtual(grants_of(limiter(rate, capacity), asks))
    assert len(granted) == len(asks)
    for first in range(len(granted)):
        total = 0.0
        for at_s, cost, _ in granted[first:]:
            total += cost
            assert total <= capacity + rate * (at_s - granted[first][0]) + 1e-6


@given(costs=st.lists(st.sampled_from([1.0, 10.0, 50.0]), min_size=1, max_size=60))
def test_first_come_first_served(costs: list[float]) -> None:
    """A cheap request never overtakes an expensive one that came before it."""
    granted = run_virtual(grants_of(limiter(20.0, 50.0), [(0.0, cost) for cost in costs]))
    assert [number for _, _, number in granted] == list(range(len(costs)))


@given(
    waiting=st.lists(st.sampled_from([1.0, 10.0, 50.0]), min_size=1, max_size=40),
    urgent=st.lists(st.tuples(st.sampled_from([0.0, 0.4, 3.0]), st.sampled_from([1.0, 10.0])), min_size=1, max_size=6),
)
def test_who_goes_first_waits_for_tokens_alone(waiting: list[float], urgent: list[tuple[float, float]]) -> None:
    """What is urgent passes everybody who waits in line, and all together never get more than the rate."""

    async def ask(bucket: Limiter) -> tuple[list[tuple[float, float]], list[float]]:
        loop, granted, late = asyncio.get_running_loop(), [], []

        async def wait(cost: float) -> None:
            await bucket.acquire(cost)
            granted.append((loop.time(), cost))

        async def hurry(after_s: float, cost: float) -> None:
            await asyncio.sleep(after_s)
            asked_s = loop.time()
            async with bucket.first(cost):
                granted.append((loop.time(), cost))
            late.append(loop.time() - asked_s)

        async with asyncio.TaskGroup() as group:
            for cost in waiting:
                group.create_task(wait(cost))
            for after_s, cost in urgent:
                group.create_task(hurry(after_s, cost))
        return granted, late

    granted, late = run_virtual(ask(limiter(20.0, 50.0)))
    assert len(granted) == len(waiting) + len(urgent)
    spent = sum(cost for _, cost in urgent)
    assert max(late) <= (spent + 50.0) / 20.0 + 0.1, "at most one request of the line, and the urgent ones, came before"
    start_s = granted[0][0]
    for at_s, _ in granted:
        assert sum(cost for when_s, cost in granted if when_s <= at_s) <= 50.0 + 20.0 * (at_s - start_s) + 1e-6


def test_basic_tier_rate() -> None:
    """Sixty requests of 10 tokens on the Basic tier: 40 at once, then 20 a second."""
    granted = run_virtual(grants_of(limiter(), [(0.0, 10.0)] * 60))
    assert [at_s for at_s, _, _ in granted[:40]] == [0.0] * 40
    assert granted[-1][0] == pytest.approx(1.0)


def test_after_a_429_nothing_is_granted_for_a_while() -> None:
    """A 429 empties the bucket and pauses for the cost's inflow, once to twice over, or for Retry-After (F49)."""

    async def scenario() -> tuple[float, float]:
        bucket, loop = limiter(), asyncio.get_running_loop()
        await bucket.acquire(10)
        bucket.too_many(10)
        await bucket.acquire(10)
        first_s = loop.time()
        bucket.too_many(10, retry_after_s=3.0)
        await bucket.acquire(10)
        return first_s, loop.time() - first_s

    short_s, long_s = run_virtual(scenario())
    assert 0.05 <= short_s <= 0.1
    assert long_s == pytest.approx(3.0)


def test_rerating_holds_for_those_who_wait() -> None:
    """The account's own rate holds from then on, for waiting callers too."""

    async def scenario() -> float:
        bucket, loop = limiter(10.0, 100.0), asyncio.get_running_loop()
        await bucket.acquire(100)
        async with asyncio.TaskGroup() as group:
            for _ in range(100):
                group.create_task(bucket.acquire(10))
            await asyncio.sleep(0)
            bucket.rerate(rate_per_s=1000.0, capacity=2000.0)
        return loop.time()

    assert run_virtual(scenario()) < 3.0


def test_more_than_the_bucket_holds_is_an_error() -> None:
    """A request that can never be granted raises at once instead of waiting for ever."""
    with pytest.raises(ValueError, match="never fits"):
        run_virtual(limiter(10.0, 50.0).acquire(51))


def test_requests_in_flight_and_waiting_are_bounded() -> None:
    """No more requests run than allowed, and callers beyond the waiting bound are turned away."""

    async def scenario() -> tuple[int, int]:
        bucket, running, most, turned_away = limiter(in_flight_max=3, waiting_max=4), 0, 0, 0

        async def ask() -> None:
            nonlocal running, most, turned_away
            try:
                async with bucket.request(10):
                    running += 1
                    most = max(most, running)
                    await asyncio.sleep(1)
                    running -= 1
            except VenueUnavailable:
                turned_away += 1

        async with asyncio.TaskGroup() as group:
            for _ in range(10):
                group.create_task(ask())
        return most, turned_away

    assert run_virtual(scenario()) == (3, 3)


def test_a_cancelled_caller_leaves_no_trace() -> None:
    """A caller that gives up while waiting takes no tokens and does not block those behind it."""

    async def scenario() -> float:
        bucket, loop = limiter(10.0, 10.0), asyncio.get_running_loop()
        await bucket.acquire(10)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await bucket.acquire(10)
        await bucket.acquire(10)
        return loop.time()

    assert run_virtual(scenario()) == pytest.approx(1.0)


def test_it_runs_on_uvloop() -> None:
    """The same limiter grants in order on uvloop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        granted = runner.run(grants_of(limiter(10_000.0, 100.0), [(0.0, 50.0)] * 8))
    assert [number for _, _, number in granted] == list(range(8))
