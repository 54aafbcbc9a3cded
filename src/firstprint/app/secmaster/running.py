"""A sync run under way: lists are fetched by the plan's steps, each answer is kept, and then laid over the master.

While one answer is laid over the master the next is fetched. The database may be away for a while: the same answer is
tried again, and when that does not help the run fails where it is, with nothing half applied.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from random import Random
from typing import TypeVar

import msgspec
import structlog

from firstprint.app.ports import RestAnswer
from firstprint.app.secmaster.folding import RunFold
from firstprint.app.secmaster.planning import Step
from firstprint.app.secmaster.ports import ListReader, RunJournal, RunProgress, Source, VenueLists
from firstprint.domain.errors import Advice, FirstprintError, VenueRefused

_log = structlog.get_logger(__name__)

STORE_DELAYS_S = (0.1, 0.3, 1.0, 2.0, 4.0, 8.0)
"""How long to wait before each further try of a database that is away."""
PROBLEMS_MAX = 20

T = TypeVar("T")


class SyncRun:
    """Drives one run. `on_progress` hears how far it is after each page."""

    def __init__(
        self,
        lists: VenueLists,
        reader: ListReader,
        journal: RunJournal,
        fold: RunFold,
        random: Random,
        on_progress: Callable[[RunProgress], None] = lambda _: None,
    ) -> None:
        self.fold = fold
        self.problems: list[str] = []
        self.last_source: Source | None = None
        self._lists = lists
        self._reader = reader
        self._journal = journal
        self._random = random
        self._on_progress = on_progress
        self._spent_before = (fold.progress.requests, fold.progress.throttled)
        self._sent_at_start = (lists.requests, lists.throttled)

    async def walk(self, steps: Sequence[Step], first: int = 0, cursor: str | None = None) -> None:
        """Read lists to their ends, from a step and a cursor on. A list that is refused, or has no end, is noted."""
        for index, step in enumerate(steps):
            if index < first:
                continue
            circles = self._lists.cursors_repeated
            try:
                await self._read(step, index, cursor if index == first else None)
            except VenueRefused as error:
                self._note(f"{step.why}: {error}")
            if self._lists.cursors_repeated > circles:
                self._note(f"{step.why}: the list did not end, its cursors repeat; what it told until then is kept")
            self.fold.progress = msgspec.structs.replace(self.fold.progress, step=index + 1, cursor=None)

    async def _read(self, step: Step, index: int, cursor: str | None) -> None:
        pages = self._lists.pages(step.path, step.filters, cursor)
        answer = await _following(pages)
        while answer is not None:
            laid, following = await asyncio.gather(
                self.lay(answer, index), _following(pages), return_exceptions=True
            )  # both are over before either's error is told: nothing is left running
            if isinstance(laid, BaseException):
                raise laid
            if isinstance(following, BaseException):
                raise following
            answer = following

    async def ask(self, path: str, filters: dict[str, str]) -> list[RestAnswer]:
        """Read a list to its end, lay it over the master, and give its pages."""
        answers = []
        pages = self._lists.pages(path, filters)
        while (answer := await _following(pages)) is not None:
            await self.lay(answer, self.fold.progress.step)
            answers.append(answer)
        return answers

    async def lay(self, answer: RestAnswer, step: int) -> None:
        """Keep one answer, then lay it over the master."""
        record, wall_ns = await asyncio.to_thread(self._journal.keep, answer.request, answer.body)
        source = self.last_source = self.fold.source(record, wall_ns)
        before = self._spent(step, self._reader.next_cursor(answer.body))
        await self.persist(lambda: self.fold.apply(answer.request, answer.body, source, before))
        self._on_progress(self.fold.progress)

    def _spent(self, step: int, cursor: str | None) -> RunProgress:
        requests = self._spent_before[0] + self._lists.requests - self._sent_at_start[0]
        throttled = self._spent_before[1] + self._lists.throttled - self._sent_at_start[1]
        done = step + 1 if cursor is None else step
        return msgspec.structs.replace(
            self.fold.progress, step=done, cursor=cursor, requests=requests, throttled=throttled
        )

    @property
    def spent(self) -> RunProgress:
        """Give how far the run is, with the requests of this moment."""
        progress = self.fold.progress
        return msgspec.structs.replace(
            self._spent(progress.step, progress.cursor), step=progress.step, cursor=progress.cursor
        )

    async def persist(self, write: Callable[[], T]) -> T:
        """Do a write in a thread, again while the database is away; raise its last error when it stays away."""
        for delay_s in STORE_DELAYS_S:
            try:
                return await asyncio.to_thread(write)
            except FirstprintError as error:
                if error.advice is not Advice.RETRY:
                    raise
                _log.warning("store_away", why=str(error), again_in_s=delay_s)
                await asyncio.sleep(delay_s * self._random.uniform(0.5, 1.0))
        return await asyncio.to_thread(write)

    def _note(self, problem: str) -> None:
        """Take note of what could not be had; the rest goes on."""
        _log.error("list_not_whole", why=problem)
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(problem)
        self.fold.progress = msgspec.structs.replace(self.fold.progress, errors=self.fold.progress.errors + 1)


async def _following(pages: AsyncIterator[RestAnswer]) -> RestAnswer | None:
    return await anext(pages, None)
