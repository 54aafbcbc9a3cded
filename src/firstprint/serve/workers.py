"""Threads for blocking reads, so that the event loop never waits for a database. Bounded in number, queue and time."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, TypeVar

from firstprint.serve.errors import ApiError

ResultT = TypeVar("ResultT")


class Workers:
    """Runs reads in threads. More than `reads_max` under way, or one beyond `read_s_max`, is a 503."""

    def __init__(self, *, threads_max: int = 4, reads_max: int = 128, read_s_max: float = 20.0) -> None:
        self._pool = ThreadPoolExecutor(threads_max, thread_name_prefix="serve")
        self._reads_max = reads_max
        self._read_s_max = read_s_max
        self._under_way: set[Future[Any]] = set()

    async def run(self, read: Callable[[], ResultT]) -> ResultT:
        """Run a read and give what it gives. Raises what it raises, and ApiError when there is no room or no time.

        A read that has begun goes on in its thread when nobody waits for it any more; it counts until it ends.
        """
        if len(self._under_way) >= self._reads_max:
            raise ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "busy", "too many requests are waiting for the database")
        future = self._pool.submit(read)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        try:
            async with asyncio.timeout(self._read_s_max):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            message = f"the database did not answer within {self._read_s_max:g} s"
            raise ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "too_slow", message) from None

    def close(self) -> None:
        """Let go of the threads; reads that have not begun never do."""
        self._pool.shutdown(wait=False, cancel_futures=True)
