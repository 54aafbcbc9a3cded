"""Supervised tasks: the only place where tasks begin. Nothing dies silently.

A task that fails is logged and counted. A vital one then stops all the others, and its error leaves the supervisor;
any other is started anew after a back-off. Fault F60.
"""

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum
from random import Random
from types import TracebackType
from typing import Any, Self

import msgspec
import structlog

from firstprint.net.backoff import Backoff, BackoffPolicy

_log = structlog.get_logger(__name__)

Work = Callable[[], Awaitable[None]]


class TaskState(Enum):
    """Where a supervised task stands."""

    RUNNING = "running"
    WAITING = "waiting"
    """It failed, and waits to be started anew."""
    FAILED = "failed"
    """It was vital and failed: everything stops."""


class TaskHealth(msgspec.Struct):
    """What the supervisor knows of one task. `error` is the last failure, in one line."""

    name: str
    vital: bool
    state: TaskState = TaskState.RUNNING
    failures: int = 0
    error: str | None = None


class Supervisor:
    """An asyncio.TaskGroup whose tasks have names, are restarted, and can be looked at.

    Use it as `async with Supervisor(random) as supervisor`. Leaving waits for all tasks; an error in the block, a
    vital task's error or `stop` ends them. A single error leaves as itself, several as an ExceptionGroup.
    """

    def __init__(self, random: Random, *, policy: BackoffPolicy | None = None, tasks_max: int = 1024) -> None:
        self._random = random
        self._policy = policy
        self._tasks_max = tasks_max
        self._group = asyncio.TaskGroup()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._health: dict[str, TaskHealth] = {}

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._group.__aexit__(kind, error, trace)
        except BaseExceptionGroup as failures:
            if len(failures.exceptions) == 1:
                raise failures.exceptions[0] from None
            raise

    def start(self, name: str, work: Work, *, vital: bool = False) -> None:
        """Start a task under a name of its own. It may end by returning; its name is then free again.

        Raises ValueError when the name is in use or `tasks_max` tasks run.
        """
        if name in self._tasks or len(self._tasks) >= self._tasks_max:
            raise ValueError(f"cannot start task {name!r}: the name is in use, or {self._tasks_max} tasks run")
        health = self._health[name] = TaskHealth(name, vital)
        task = self._group.create_task(self._supervise(health, work), name=name)
        self._tasks[name] = task
        task.add_done_callback(self._forget)

    def stop(self, *names: str) -> None:
        """Cancel the named tasks, or all of them when none is named. Unknown names are no error: they have ended."""
        for name in names or tuple(self._tasks):
            if (task := self._tasks.get(name)) is not None:
                task.cancel()

    def health(self) -> list[TaskHealth]:
        """Give a copy of what is known of each task that has not ended well, in the order of their start."""
        return [msgspec.structs.replace(health) for health in self._health.values()]

    async def _supervise(self, health: TaskHealth, work: Work) -> None:
        backoff = Backoff(self._random, self._policy)
        loop = asyncio.get_running_loop()
        while True:
            health.state, began_s = TaskState.RUNNING, loop.time()
            try:
                return await work()
            except Exception as error:
                self._note(health, error)
                if health.vital:
                    health.state = TaskState.FAILED
                    raise
            health.state = TaskState.WAITING
            await asyncio.sleep(backoff.after(loop.time() - began_s).delay_s)

    def _note(self, health: TaskHealth, error: Exception) -> None:
        health.failures += 1
        health.error = f"{type(error).__name__}: {error}"[:500]
        _log.error("task failed", task=health.name, vital=health.vital, failures=health.failures, exc_info=error)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        del self._tasks[task.get_name()]
        if self._health[task.get_name()].state is not TaskState.FAILED:
            del self._health[task.get_name()]
