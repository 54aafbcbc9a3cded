"""Child processes of the main job: the projector, and the simulated venue. They end when their parent does."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

END_S_MAX = 30.0


class Child:
    """A process that runs a firstprint command and speaks JSON lines."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def line(self) -> bytes:
        """Read the next line it prints; empty when it has ended."""
        assert self._process.stdout is not None  # noqa: S101 it was started with a pipe
        return await self._process.stdout.readline()

    def tell(self, line: bytes) -> None:
        """Write a line to its standard input; one that has ended hears nothing."""
        if self._process.stdin is not None and self._process.returncode is None:
            self._process.stdin.write(line + b"\n")

    async def ended(self) -> int:
        """Wait for its end; give its exit code."""
        return await self._process.wait()


@asynccontextmanager
async def child(command: Sequence[str]) -> AsyncIterator[Child]:
    """Run `firstprint <command>` beside this process; it is asked to end when the block is left, and then made to.

    It does not hear the terminal's Ctrl-C, and ends by itself when its standard input closes: when we are gone.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "firstprint",
        *command,
        "--end-with-stdin",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield Child(process)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(END_S_MAX):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def stdin_closed(on_line: Callable[[], object] = lambda: None) -> None:
    """Wait until standard input closes: until whoever started us is gone. Each line that comes before is told."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():
        on_line()


async def first_of(*waits: Callable[[], Awaitable[object]]) -> None:
    """Wait until one of several waits is over, and give the others up."""
    async with asyncio.TaskGroup() as group:
        done = asyncio.Event()

        async def wait(one: Callable[[], Awaitable[object]]) -> None:
            await one()
            done.set()

        tasks = [group.create_task(wait(one)) for one in waits]
        await done.wait()
        for task in tasks:
            task.cancel()
