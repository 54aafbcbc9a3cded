"""The limiter: one token bucket that all requests to a venue share, and a bound on how many are under way.

aiolimiter was considered. It is a leaky bucket with a fixed rate: it cannot be paused after a 429, nor be given the
account's own rate once that is known, and it wakes waiters in an order of its own. The three together are these lines.
Time is the event loop's, so the limiter runs on a virtual-time loop as on asyncio's and uvloop's.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from firstprint.domain.errors import VenueUnavailable

AHEAD_PAUSE_S = 0.005
"""How long those who wait stand aside for one who goes first, and look again."""
ENOUGH = 1e-9
"""Tokens that may be missing: below this, what is missing is rounding."""


class Limiter:
    """A token bucket, first come first served, that can be paused and re-rated.

    In any stretch of t seconds it grants at most capacity + rate * t tokens. More than `waiting_max` callers at once
    are turned away with VenueUnavailable.
    """

    def __init__(
        self,
        *,
        rate_per_s: float,
        capacity: float,
        random: Random,
        in_flight_max: int = 8,
        waiting_max: int = 10_000,
    ) -> None:
        self.rate_per_s = rate_per_s
        self.capacity = capacity
        self.waiting = 0
        self.pauses = 0
        self._random = random
        self._waiting_max = waiting_max
        self._in_flight = asyncio.Semaphore(in_flight_max)
        self._turn = asyncio.Lock()
        self._ahead = 0
        self._tokens = capacity
        self._filled_at_s: float | None = None
        self._paused_until_s = 0.0

    @asynccontextmanager
    async def request(self, cost: float) -> AsyncIterator[None]:
        """Hold a place for one request of `cost` tokens: wait for a place and the tokens, free the place at exit."""
        if self.waiting >= self._waiting_max:
            raise VenueUnavailable("limiter", None, f"{self.waiting} requests are waiting already")
        self.waiting += 1
        try:
            await self._in_flight.acquire()
        finally:
            self.waiting -= 1
        try:
            await self.acquire(cost)
            yield
        finally:
            self._in_flight.release()

    async def acquire(self, cost: float) -> None:
        """Wait for `cost` tokens, behind everybody who came before, and take them.

        Raises ValueError when the bucket can never hold so many.
        """
        async with self._turn:
            while (wait_s := self._wait_s(cost)) > 0 or self._ahead:  # noqa: ASYNC110 the wait is computed, not polled
                await asyncio.sleep(max(wait_s, AHEAD_PAUSE_S))
            self._tokens -= cost

    @asynccontextmanager
    async def first(self, cost: float) -> AsyncIterator[None]:
        """Do as `request`, ahead of everybody who waits there, and beyond the places: for what is small and urgent."""
        self._ahead += 1
        try:
            while (wait_s := self._wait_s(cost)) > 0:  # noqa: ASYNC110 the wait is computed, not polled
                await asyncio.sleep(wait_s)
            self._tokens -= cost
        finally:
            self._ahead -= 1
        yield

    def rerate(self, *, rate_per_s: float, capacity: float) -> None:
        """Take the account's own limits; tokens already there stay, up to the new capacity."""
        self._fill()
        self.rate_per_s, self.capacity = rate_per_s, capacity
        self._tokens = min(self._tokens, capacity)

    def too_many(self, cost: float, retry_after_s: float | None = None) -> None:
        """Take note of a 429: the venue's bucket is empty, so empty ours and grant nothing for a while.

        The pause is what `cost` tokens take to flow in, once to twice over by chance, or `retry_after_s` if longer.
        """
        self._fill()
        self._tokens = min(self._tokens, 0.0)
        pause_s = cost / self.rate_per_s * self._random.uniform(1.0, 2.0)
        now_s = asyncio.get_running_loop().time()
        self._paused_until_s = max(self._paused_until_s, now_s + max(pause_s, retry_after_s or 0.0))
        self.pauses += 1

    def _fill(self) -> float:
        now_s = asyncio.get_running_loop().time()
        if self._filled_at_s is not None:
            self._tokens = min(self.capacity, self._tokens + (now_s - self._filled_at_s) * self.rate_per_s)
        self._filled_at_s = now_s
        return now_s

    def _wait_s(self, cost: float) -> float:
        if cost > self.capacity:
            raise ValueError(f"a request of {cost} tokens never fits into a bucket of {self.capacity}")
        now_s = self._fill()
        missing = cost - self._tokens
        flow_s = missing / self.rate_per_s if missing > ENOUGH else 0.0
        return max(flow_s, self._paused_until_s - now_s)
