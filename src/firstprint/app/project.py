"""Projecting: fold the journal's sessions into the sinks, exactly once, and catch up by itself.

The journal is the record, the sinks are functions of it. Each sink commits its rows together with the number of the
last record they come from. After a stop, or a crash, a session that is not finished is folded again from its first
record, and each sink passes over what it had committed: that costs some seconds for each million records, and no
checkpoint of the fold's state that could be wrong. When a sink is away, reading stops until it is back: nothing is
dropped, and memory stays bounded.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import chain, repeat
from typing import Generic, TypeVar

from firstprint.app.projection_ports import (
    Block,
    Projection,
    ProjectionProgress,
    ProjectionReport,
    SessionCatalogue,
    SessionFold,
    SessionTail,
)
from firstprint.domain.clock import NS_PER_S, Clock
from firstprint.domain.errors import Advice, FirstprintError

RETRY_DELAYS_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
"""How long to wait for a sink that is away; the last delay repeats."""
POLL_S = 0.1
"""How often to look for new records at the end of a growing session."""
REPORT_S = 1.0

Answer = TypeVar("Answer")


class Stopped(Exception):  # noqa: N818 it is a wish, not an error
    """The user wants to stop while a sink is away."""


class Projector(Generic[Block]):
    """Runs the projections over the journal. `fold` makes the fold of a session, with the sinks as its listeners."""

    def __init__(
        self,
        catalogue: SessionCatalogue[Block],
        projections: Sequence[Projection],
        fold: Callable[[str], SessionFold[Block]],
        clock: Clock,
        report: ProjectionReport,
        *,
        poll_s: float = POLL_S,
        retry_delays_s: Sequence[float] = RETRY_DELAYS_S,
    ) -> None:
        self._catalogue = catalogue
        self._projections = projections
        self._fold = fold
        self._clock = clock
        self._report = report
        self._poll_s = poll_s
        self._retry_delays_s = retry_delays_s
        self._stop = asyncio.Event()
        self._finishing = False
        self._complete: set[str] = set()

    def stop(self) -> None:
        """End soon: what is folded is committed, unless its sink is away."""
        self._stop.set()

    def finish(self) -> None:
        """End as soon as everything that is durable now is taken in."""
        self._finishing = True

    async def project(self, *, follow: bool) -> None:
        """Fold every session that is not finished; with `follow`, go on as the journal grows, until `stop` or `finish`.

        Raises errors that waiting cannot mend; those that pass are waited for.
        """
        with suppress(Stopped):
            for projection in self._projections:
                await self._insist(projection, projection.prepare)
            while True:
                last = self._finishing or not follow
                await self._sessions(follow=follow)
                if last or self._stop.is_set():
                    return
                await self._pause(self._poll_s)

    async def rebuild(self) -> None:
        """Remove everything the projections made and make it again from the journal.

        `removes` says beforehand what that is. Killed in between, the next start goes on from where it was.
        """
        with suppress(Stopped):
            for projection in self._projections:
                await self._insist(projection, projection.forget)
        self._complete.clear()
        await self.project(follow=False)

    def removes(self) -> dict[str, tuple[str, ...]]:
        """Tell which tables of which sink `rebuild` removes."""
        return {projection.name: tuple(projection.holds) for projection in self._projections}

    async def _sessions(self, *, follow: bool) -> None:
        for session in self._catalogue.sessions():
            if session not in self._complete and not self._stop.is_set():
                await self._session(session, follow=follow)

    async def _session(self, session: str, *, follow: bool) -> None:
        unfinished = [each for each in self._projections if not await self._is_complete(each, session)]
        if not unfinished:
            self._complete.add(session)
            return
        for projection in self._projections:
            await self._insist(projection, lambda sink=projection: sink.open(session))  # type: ignore[misc]
        run = _Run(session, self._catalogue.tail(session), self._fold(session), self._clock, self._report)
        while True:
            last = self._finishing or not follow
            if await self._catch_up(run) or last or self._stop.is_set():
                break
            await self._flush(run, only_aged=True)
            await self._pause(self._poll_s)
        await self._flush(run, complete=run.ended)
        run.report(always=True)
        if run.ended:
            self._complete.add(session)

    async def _is_complete(self, projection: Projection, session: str) -> bool:
        return await self._insist(projection, lambda: projection.is_complete(session))

    async def _catch_up(self, run: "_Run[Block]") -> bool:
        """Fold all that is durable now; tell whether the session is at its end."""
        followed = run.session != self._catalogue.sessions()[-1]
        for block in run.tail.read():
            run.apply(block)
            await self._flush(run, only_full=True)
            await asyncio.sleep(0)
            if self._stop.is_set():
                return False
        run.ended = followed or run.tail.ended
        return run.ended

    async def _flush(
        self, run: "_Run[Block]", *, only_full: bool = False, only_aged: bool = False, complete: bool = False
    ) -> None:
        for projection in self._projections:
            full = projection.pending >= projection.rows_max
            aged = run.age_s(projection.name) >= projection.age_s_max
            if (only_full and not full and not aged) or (only_aged and not (aged and run.moved(projection.name))):
                continue
            await self._insist(projection, lambda sink=projection: sink.flush(run.record, complete=complete))  # type: ignore[misc]
            run.flushed(projection.name)

    async def _insist(self, projection: Projection, call: Callable[[], Answer]) -> Answer:
        """Make a call until it succeeds, waiting while the sink is away; raise Stopped when told to stop meanwhile."""
        for delay_s in chain(self._retry_delays_s, repeat(self._retry_delays_s[-1])):
            try:
                return call()
            except FirstprintError as error:
                if error.advice is not Advice.RETRY:
                    raise
                self._report.waiting(projection.name, str(error), delay_s)
            await self._pause(delay_s)
            if self._stop.is_set():
                raise Stopped
        raise AssertionError("the delays repeat without end")

    async def _pause(self, delay_s: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), delay_s)


class _Run(Generic[Block]):
    """One session on its way through the fold, and what was flushed when."""

    def __init__(
        self, session: str, tail: SessionTail[Block], fold: SessionFold[Block], clock: Clock, report: ProjectionReport
    ) -> None:
        self.tail = tail
        self.record = 0
        self.ended = False
        self.session = session
        self._fold = fold
        self._clock = clock
        self._report = report
        self._started_ns = self._reported_ns = clock.now().mono_ns
        self._reported_record = 0
        self._flushes: dict[str, tuple[int, int]] = {}

    def apply(self, block: Block) -> None:
        self._fold.apply(block)
        self.record = block.last_record
        self.report()

    def flushed(self, name: str) -> None:
        self._flushes[name] = (self.record, self._clock.now().mono_ns)

    def moved(self, name: str) -> bool:
        return self.record > self._flushes.get(name, (0, 0))[0]

    def age_s(self, name: str) -> float:
        since_ns = self._flushes.get(name, (0, self._started_ns))[1]
        return (self._clock.now().mono_ns - since_ns) / NS_PER_S

    def report(self, *, always: bool = False) -> None:
        now_ns = self._clock.now().mono_ns
        elapsed_s = (now_ns - self._reported_ns) / NS_PER_S
        if elapsed_s < REPORT_S and not always:
            return
        pace = (self.record - self._reported_record) / elapsed_s if elapsed_s > 0 else 0.0
        behind = max(0, self.tail.durable - self.record)
        self._report.progressed(ProjectionProgress(self.session, self.record, behind, pace))
        self._reported_ns, self._reported_record = now_ns, self.record
