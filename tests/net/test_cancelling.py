"""A cancellation that a library loses is found again; nothing else is changed."""

import asyncio

import pytest

from firstprint.net.cancelling import heeding_cancellation


async def _deaf(error: Exception | None = None) -> str:
    """Do as `asyncio.wait_for` of Python 3.11 does when it is done and cancelled at once."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        if error is not None:
            raise error from None
    return "done"


@pytest.mark.parametrize("error", [None, OSError("gone")])
async def test_a_lost_cancellation_is_raised(error: Exception | None) -> None:
    """Whether the library gives a result or an error in its stead."""

    async def work() -> str:
        with heeding_cancellation():
            return await _deaf(error)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(work())
        await asyncio.sleep(0)
        task.cancel()
    assert task.cancelled()


async def test_who_cleans_up_after_a_cancellation_may_do_so() -> None:
    """What was cancelled before the block is no news to it."""
    cleaned: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            with heeding_cancellation():
                await asyncio.sleep(0)
            cleaned.append("all")

    async with asyncio.TaskGroup() as group:
        task = group.create_task(work())
        await asyncio.sleep(0)
        task.cancel()
    assert cleaned == ["all"]
    assert task.cancelled()


async def test_errors_and_results_pass() -> None:
    """Without a cancellation the block's own end is its end."""
    with pytest.raises(OSError, match="gone"), heeding_cancellation():
        raise OSError("gone")
    with heeding_cancellation():
        found = await asyncio.sleep(0, "found")
    assert found == "found"
