"""Retries as data: how often and how long apart an operation is tried again, and within what time.

Only VenueUnavailable is tried again: a refusal is an answer. stamina was considered: it draws its jitter from the
global random numbers and is switched off for a whole process, where this needs an injected source and a switch of its
own for each client (`NO_RETRY`).
"""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeVar

import msgspec

from firstprint.domain.errors import VenueUnavailable

T = TypeVar("T")


class RetrySchedule(msgspec.Struct, frozen=True):
    """The longest delay before each retry, and the time from the first try after which none begins; in seconds."""

    delays_s_max: tuple[float, ...] = (0.25, 1.0, 2.0, 4.0, 8.0)
    budget_s: float = 30.0

    async def run(self, operation: Callable[[], Awaitable[T]], random: Random) -> T:
        """Run an operation until it answers or refuses; raise the last VenueUnavailable when the schedule is used up.

        Each delay is drawn between half of its longest and its longest, and is never shorter than the venue asked for.
        """
        loop = asyncio.get_running_loop()
        give_up_at_s = loop.time() + self.budget_s
        for delay_s_max in self.delays_s_max:
            try:
                return await operation()
            except VenueUnavailable as error:
                delay_s = max(random.uniform(delay_s_max / 2, delay_s_max), error.retry_after_s or 0.0)
                if loop.time() + delay_s > give_up_at_s:
                    raise
            await asyncio.sleep(delay_s)
        return await operation()


NO_RETRY = RetrySchedule(())
"""Try once: for tests, and for callers that have a schedule of their own."""
