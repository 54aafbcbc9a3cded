"""What every sync has in common: its ports, its run from opening to report, and going on where another stopped."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from random import Random
from typing import Any

import msgspec

from firstprint.app.secmaster.folding import RunFold
from firstprint.app.secmaster.ports import (
    ListReader,
    RunJournal,
    RunOpened,
    RunProgress,
    RunRow,
    SecurityMaster,
    VenueLists,
)
from firstprint.app.secmaster.report import SyncReport, report_of
from firstprint.app.secmaster.running import SyncRun
from firstprint.domain.clock import NS_PER_S, Clock
from firstprint.domain.errors import FirstprintError
from firstprint.domain.happenings import RestRequest

RESUME_AGE_S_MAX = 900
"""How old the last progress of an interrupted run may be: its cursors and its times are as old."""
RUNS_LOOKED_AT = 50


class SyncPorts(msgspec.Struct, kw_only=True):
    """Everything outside that a sync needs.

    `begin` opens the journal of a new run; `earlier` gives the answers kept by a run that nobody works on any more,
    None when somebody does or when they are not on this machine.
    """

    lists: Any
    reader: Any
    master: Any
    begin: Callable[[RunOpened], AbstractContextManager[Any]]
    earlier: Callable[[str], Iterable[tuple[RestRequest, bytes]] | None]
    new_run_id: Callable[[], str]
    clock: Any
    random: Random
    software: str
    on_progress: Callable[[RunProgress], None] = lambda _: None


class Sync:
    """The common half of the syncs."""

    kind = ""

    def __init__(self, ports: SyncPorts) -> None:
        self._ports = ports
        self._lists: VenueLists = ports.lists
        self._reader: ListReader = ports.reader
        self._master: SecurityMaster = ports.master
        self._clock: Clock = ports.clock

    def _now_ns(self) -> int:
        return self._clock.now().wall_ns

    def _opened(self, mode: str, scope: dict[str, Any], plan: dict[str, Any], resumes: RunRow | None) -> RunOpened:
        return RunOpened(
            run=self._ports.new_run_id(),
            venue=self._reader.name,
            kind=self.kind,
            mode=mode,
            scope=scope,
            plan=plan,
            started_ns=self._now_ns() if resumes is None else resumes.started_ns,
            software=self._ports.software,
            resumes=None if resumes is None else resumes.run,
        )

    def _interrupted(self, mode: str, scope: dict[str, Any]) -> RunRow | None:
        """Find the last run that asked for the same and stopped on its way, not long ago."""
        for row in self._master.runs(kind=self.kind, limit=RUNS_LOOKED_AT):
            if (row.venue, row.mode, row.scope) != (self._reader.name, mode, scope):
                continue
            fresh = self._now_ns() - row.progressed_ns <= RESUME_AGE_S_MAX * NS_PER_S
            return row if fresh and row.outcome in ("running", "failed", "interrupted") else None
        return None

    async def _conduct(self, opened: RunOpened, fold: RunFold, work: "Work") -> SyncReport:
        """Run a sync from its opening to its report, whatever happens on the way."""
        started_ns = self._clock.now().mono_ns
        with self._ports.begin(opened) as journal:
            run = SyncRun(self._lists, self._reader, journal, fold, self._ports.random, self._ports.on_progress)
            await run.persist(lambda: self._master.open_run(opened))
            try:
                details = await work(run)
            except FirstprintError as error:
                return await self._end(opened, run, journal, started_ns, "failed", str(error))
            except BaseException:
                self._master.close_run(opened.run, run.spent, self._now_ns(), "interrupted")
                raise
            outcome = "incomplete" if run.problems else "done"
            return await self._end(opened, run, journal, started_ns, outcome, None, details)

    async def _end(
        self,
        opened: RunOpened,
        run: SyncRun,
        journal: RunJournal,
        started_ns: int,
        outcome: str,
        error: str | None,
        details: dict[str, Any] | None = None,
    ) -> SyncReport:
        progress = run.spent
        await run.persist(lambda: self._master.close_run(opened.run, progress, self._now_ns(), outcome, error))
        report = report_of(
            opened.run,
            opened.mode,
            outcome,
            progress,
            seconds=round((self._clock.now().mono_ns - started_ns) / NS_PER_S, 3),
            gone=run.fold.gone,
            resumed=opened.resumes,
            problems=(*run.problems, *run.fold.unreadable[:5], *([error] if error else [])),
            details=details or {},
        )
        journal.finish(outcome, msgspec.to_builtins(report))
        return report


def plain(asked: msgspec.Struct) -> dict[str, Any]:
    """Give a record as it reads when it comes back from the database, so that the two can be compared."""
    said: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(asked))
    return said


Work = Callable[[SyncRun], Any]
"""What a sync does between its opening and its end; gives the details of its report."""
