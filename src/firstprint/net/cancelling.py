"""Calls to libraries that may lose a cancellation, made so that none is lost.

Until Python 3.12 `asyncio.wait_for` gives its result, and forgets that it was cancelled, when both happen in the same
turn of the event loop; redis-py sends every command with it. A loop that was cancelled in that moment would go on for
ever, and whoever waits for its end would too.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def heeding_cancellation() -> Iterator[None]:
    """Raise CancelledError at the end of the block when its task was cancelled within, and the block lost it.

    A task that had been cancelled before, and is cleaning up, is left to do so. Nothing happens outside of tasks.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task is not None else 0
    try:
        yield
    except Exception:
        if task is not None and task.cancelling() > before:
            raise asyncio.CancelledError from None
        raise
    if task is not None and task.cancelling() > before:
        raise asyncio.CancelledError
