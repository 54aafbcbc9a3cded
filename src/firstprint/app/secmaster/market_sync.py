"""The market sync: events and markets, at the cost of as few requests as what is asked for takes. C3, C4, C11, C12.

After the lists of the plan come the look-ups by name: events that markets belong to and nobody has listed, markets
whose status the clock must have changed, and markets that the master holds for live and that no list told. What is
found in neither the present nor the old list is gone.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import msgspec

from firstprint.app.secmaster.choosing import check_names, chosen_series
from firstprint.app.secmaster.folding import EVENTS_PATH, MARKETS_PATH, OLD_MARKETS_PATH, RunFold
from firstprint.app.secmaster.planning import (
    DAY_S,
    MARKETS_PER_PAGE,
    NAMES_PER_LOOKUP,
    Allowance,
    Expected,
    Plan,
    plan_markets,
)
from firstprint.app.secmaster.ports import RunProgress, RunRow
from firstprint.app.secmaster.report import SyncReport
from firstprint.app.secmaster.requests import MarketRequest
from firstprint.app.secmaster.running import SyncRun
from firstprint.app.secmaster.sync import Sync, plain
from firstprint.domain.clock import NS_PER_S
from firstprint.domain.errors import ConfigurationError

COMPLETE = ("full", "incremental")
"""The modes after which the master is complete: an incremental sync goes on from the start of the last of them."""


class PlannedSync(msgspec.Struct, kw_only=True):
    """A market sync that is planned: what was asked for, the series it is about, and the run it goes on from."""

    request: MarketRequest
    plan: Plan
    series: tuple[str, ...]
    resumes: RunRow | None


class MarketSync(Sync):
    """Keeps events and markets current."""

    kind = "markets"

    def plan(self, request: MarketRequest) -> PlannedSync:
        """Plan what is asked for. Raises ConfigurationError for tags or categories that the master does not know."""
        series = self._series(request) if request.mode == "by-series" else ()
        scope = plain(request)
        since_ns = self._complete_since_ns()
        expected = self._expected(series or None, since_ns)
        allowance = Allowance(self._lists.rate_per_s, self._lists.burst)
        plan = plan_markets(request, series, expected, allowance, self._now_ns(), since_ns)
        resumes = self._interrupted(plan.mode, scope)
        if resumes is not None:
            plan = msgspec.convert(resumes.plan, Plan)
        return PlannedSync(request=request, plan=plan, series=series, resumes=resumes)

    async def run(self, planned: PlannedSync) -> SyncReport:
        """Carry out a plan. What fails on the way is told in the report; nothing is half applied."""
        resumes = planned.resumes
        earlier = None if resumes is None else self._ports.earlier(resumes.run)
        if resumes is not None and earlier is None:
            planned = msgspec.structs.replace(planned, resumes=None)
            resumes = None
        scope, plan = plain(planned.request), plain(planned.plan)
        opened = self._opened(planned.plan.mode, scope, plan, resumes)
        start = RunProgress() if resumes is None else resumes.progress
        fold = RunFold(self._master, self._reader, opened.run, start)
        for request, body in earlier or ():
            fold.recall(request, body)

        async def work(run: SyncRun) -> dict[str, Any]:
            await run.walk(planned.plan.steps, start.step, start.cursor)
            await self._look_up_events(run)
            await self._look_up_markets(run, await self._in_doubt(run, planned))
            await self._look_up_events(run)
            return {}

        return await self._conduct(opened, fold, work)

    def _series(self, request: MarketRequest) -> tuple[str, ...]:
        known = self._master.known_series(self._reader.name)
        if not known:
            raise ConfigurationError("the master has no series yet. Run first: firstprint series sync")
        tags = check_names("tag", request.tags, {tag for one in known for tag in one.tags})
        categories = check_names("category", request.categories, {one.category for one in known if one.category})
        chosen = chosen_series(known, tags=tags, categories=categories, games_only=request.games_only)
        return tuple(one.ticker for one in chosen)

    def _complete_since_ns(self) -> int | None:
        """Say when the last sync began after which the master was complete; None when there was none."""
        for row in self._master.runs(kind=self.kind, limit=1_000):
            if row.venue == self._reader.name and row.outcome == "done" and row.mode in COMPLETE:
                return row.started_ns
        return None

    def _expected(self, series: Collection[str] | None, since_ns: int | None) -> Expected:
        """Expect what the master holds, where it is complete, and the venue's usual size where it is not."""
        overdue = len(self._master.overdue(self._reader.name, series, self._now_ns()))
        if since_ns is None:
            return Expected(overdue=overdue)
        sizes = self._master.sizes(self._reader.name, None, self._now_ns() - DAY_S * NS_PER_S)
        return Expected(
            events=sizes.events,
            unopened=sizes.unopened,
            closed_per_day=sizes.closed,
            settled_per_day=sizes.settled,
            overdue=overdue,
        )

    async def _in_doubt(self, run: SyncRun, planned: PlannedSync) -> set[str]:
        """Give the markets whose stored status may be wrong although no list said so."""
        venue, series = self._reader.name, planned.series or None
        if planned.plan.mode == "by-series" and series is None:
            return set()
        overdue = await run.persist(lambda: set(self._master.overdue(venue, series, self._now_ns())))
        if planned.plan.mode in ("full", "by-series"):
            overdue |= await run.persist(lambda: self._master.live_markets(venue, series))
        elif planned.plan.mode == "incremental":
            overdue |= await run.persist(lambda: self._master.paused(venue))
        return overdue - run.fold.seen

    async def _look_up_events(self, run: SyncRun) -> None:
        orphans = sorted(run.fold.orphans)
        for names in chunks(orphans):
            await run.ask(EVENTS_PATH, {"tickers": ",".join(names), "limit": "200"})
        run.fold.orphans.clear()

    async def _look_up_markets(self, run: SyncRun, tickers: Collection[str]) -> None:
        for names in chunks(sorted(tickers)):
            filters = {"tickers": ",".join(names), "limit": str(MARKETS_PER_PAGE)}
            missing: Sequence[str] = ()
            for answer in await run.ask(MARKETS_PATH, filters):
                missing = run.fold.missing(answer.request)
            if missing:
                await run.ask(OLD_MARKETS_PATH, {**filters, "tickers": ",".join(missing)})


def chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut names into what one request may name."""
    for start in range(0, len(names), NAMES_PER_LOOKUP):
        yield names[start : start + NAMES_PER_LOOKUP]
