"""Supervised tasks: nothing dies silently."""

import asyncio
from random import Random

import pytest
from structlog.testing import capture_logs
from virtual_loop import run_virtual

from firstprint.net.tasks import Supervisor, TaskState


def failing(times: int, then: asyncio.Event):
    """Build a task that fails so often, and then sets an event and ends."""
    left = times

    async def work() -> None:
        nonlocal left
        if left:
            left -= 1
            raise RuntimeError("broken")
        then.set()

    return work


def test_a_failed_task_is_logged_counted_and_restarted() -> None:
    """A task that fails is started anew after a back-off, and its failures are logged with its name (F60)."""

    async def scenario() -> tuple[int, float]:
        done = asyncio.Event()
        async with Supervisor(Random(1)) as supervisor:
            supervisor.start("sink", failing(3, done))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            waiting = supervisor.health()[0]
            assert (waiting.name, waiting.state, waiting.failures) == ("sink", TaskState.WAITING, 1)
            assert waiting.error == "RuntimeError: broken"
            await done.wait()
        assert supervisor.health() == []
        return waiting.failures, asyncio.get_running_loop().time()

    with capture_logs() as logs:
        _, took_s = run_virtual(scenario())
    assert [line["task"] for line in logs] == ["sink"] * 3
    assert took_s > 2


def test_a_vital_task_takes_all_with_it() -> None:
    """A vital task's error stops the others and leaves the supervisor as itself; health shows who it was."""
    cancelled = []

    async def scenario() -> None:
        async def bystander() -> None:
            try:
                await asyncio.sleep(1e6)
            except asyncio.CancelledError:
                cancelled.append("bystander")
                raise

        supervisor = Supervisor(Random(1))
        try:
            async with supervisor:
                supervisor.start("bystander", bystander)
                supervisor.start("journal", failing(1, asyncio.Event()), vital=True)
        finally:
            assert [(h.name, h.state) for h in supervisor.health()] == [("journal", TaskState.FAILED)]

    with capture_logs(), pytest.raises(RuntimeError, match="broken"):
        run_virtual(scenario())
    assert cancelled == ["bystander"]


def test_stopping_ends_named_tasks_and_then_all() -> None:
    """A stopped task frees its name; stopping without a name lets the supervisor end."""

    async def scenario() -> list[str]:
        async def forever() -> None:
            await asyncio.Event().wait()

        async with Supervisor(Random(1)) as supervisor:
            supervisor.start("a", forever)
            supervisor.start("b", forever)
            await asyncio.sleep(0)
            supervisor.stop("a", "never heard of")
            await asyncio.sleep(1)
            left = [health.name for health in supervisor.health()]
            supervisor.start("a", forever)
            supervisor.stop()
        return left

    assert run_virtual(scenario()) == ["b"]


def test_names_and_numbers_are_bounded() -> None:
    """A name in use, or a task too many, is refused."""

    async def scenario() -> None:
        async def forever() -> None:
            await asyncio.Event().wait()

        async with Supervisor(Random(1), tasks_max=2) as supervisor:
            supervisor.start("a", forever)
            with pytest.raises(ValueError, match="'a'"):
                supervisor.start("a", forever)
            supervisor.start("b", forever)
            with pytest.raises(ValueError, match="2 tasks"):
                supervisor.start("c", forever)
            supervisor.stop()

    run_virtual(scenario())


def test_an_error_in_the_block_leaves_as_itself() -> None:
    """What the block raises comes out unwrapped, and the tasks are cancelled."""

    async def scenario() -> None:
        async with Supervisor(Random(1)) as supervisor:
            supervisor.start("a", asyncio.Event().wait)
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        run_virtual(scenario())
