"""Stopping: SIGINT and SIGTERM ask once, and a second one insists."""

import asyncio
import os
import signal

EXIT_INSISTED = 130


def stop_on_signals(stop: asyncio.Event) -> None:
    """Set the event at the first SIGINT or SIGTERM; leave at once at the second: the next start recovers."""
    loop = asyncio.get_running_loop()

    def heard() -> None:
        if stop.is_set():
            os._exit(EXIT_INSISTED)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, heard)


async def told_to_stop(stop: asyncio.Event, within_s: float) -> bool:
    """Wait for so many seconds; tell whether we were told to stop meanwhile, at once when we were."""
    try:
        async with asyncio.timeout(within_s):
            return await stop.wait()
    except TimeoutError:
        return False


async def wait_for_stop(stop: asyncio.Event, for_s: float | None) -> None:
    """Wait until told to stop, or for so many seconds."""
    try:
        async with asyncio.timeout(for_s):
            await stop.wait()
    except TimeoutError:
        stop.set()
