"""`firstprint secmaster`: events and markets, kept current; and the clean-up."""

import asyncio
import sys
from math import inf
from pathlib import Path
from typing import Annotated, Any

import cyclopts
from cyclopts import Parameter

from firstprint.app.secmaster.cleaning import ALL, STALE, CleanUp, summary
from firstprint.app.secmaster.market_sync import MarketSync
from firstprint.app.secmaster.planning import Plan
from firstprint.app.secmaster.ports import Removal, RunProgress
from firstprint.app.secmaster.report import SyncReport
from firstprint.app.secmaster.requests import CLOSE_WITHIN_H, MarketRequest, SeriesRequest, SyncMode
from firstprint.app.secmaster.series_sync import SeriesSync
from firstprint.bootstrap.logs import configure_logs
from firstprint.bootstrap.syncing import syncing
from firstprint.cli.configured import with_flags
from firstprint.cli.output import complain, program, say, say_json, say_table
from firstprint.cli.signals import stop_on_signals, told_to_stop
from firstprint.config import Config
from firstprint.domain.errors import Advice, ConfigurationError, FirstprintError

secmaster = cyclopts.App(name="secmaster", help="The securities master: every event and market, kept current.")

Names = Annotated[list[str] | None, Parameter(negative="")]
TICKERS_SHOWN = 10


@secmaster.command
def sync(  # noqa: PLR0913 one argument for each option of the command
    *,
    by_series: bool = False,
    active_only: bool = False,
    full: bool = False,
    tag: Names = None,
    category: Names = None,
    games_only: bool = False,
    close_within_hours: int | None = None,
    plan: bool = False,
    dry_run: bool = False,
    every: float | None = None,
    data: Path | None = None,
    kalshi_url: str | None = None,
    json: bool = False,
) -> int:
    """Sync events and markets. Without a mode: what changed since the last complete sync, or all when there was none.

    Parameters
    ----------
    by_series
        The markets of the active series: open, closed and settled within the last 24 hours.
    active_only
        The markets that close soon, whatever their series.
    full
        Everything that the venue lists and that is not yet settled, and what settled meanwhile.
    tag
        With --by-series: only series with this tag. May be given several times.
    category
        With --by-series: only series of this category. May be given several times.
    games_only
        With --by-series: only games.
    close_within_hours
        With --active-only: how far ahead to look (default 48).
    plan
        Print the plan before it is carried out: its requests, and its seconds at the account's rate.
    dry_run
        Print the plan and do nothing.
    every
        Sync again and again, so many seconds after each end, until Ctrl-C. A sync that fails is told; the next follows.
    data
        Data folder (FIRSTPRINT_DATA, default ./data). With DATABASE_URL the tables are in that PostgreSQL database.
    kalshi_url
        Address of Kalshi's REST API, or of a simulator's (KALSHI_REST_URL).
    json
        Print one JSON document.
    """
    config = with_flags(data, kalshi_url)
    configure_logs(config.log_level if config.log_level != "info" else "warning")
    request = MarketRequest(
        mode=_mode(by_series=by_series, active_only=active_only, full=full),
        tags=tuple(tag or ()),
        categories=tuple(category or ()),
        games_only=games_only,
        close_within_h=CLOSE_WITHIN_H if close_within_hours is None else close_within_hours,
    )
    _check(request, close_within_hours)
    if every is not None and not 0 < every < inf:
        raise ConfigurationError(f"--every is {every}: give a number of seconds above 0")
    return asyncio.run(_sync_again(config, request, every, plan=plan, dry_run=dry_run, json=json))


def _mode(*, by_series: bool, active_only: bool, full: bool) -> SyncMode:
    chosen: list[SyncMode] = []
    chosen += ["by-series"] if by_series else []
    chosen += ["active-only"] if active_only else []
    chosen += ["full"] if full else []
    if len(chosen) > 1:
        raise ConfigurationError(f"--{' and --'.join(chosen)} exclude each other: give one")
    return chosen[0] if chosen else "incremental"


def _check(request: MarketRequest, close_within_hours: int | None) -> None:
    if request.mode != "by-series" and (request.tags or request.categories or request.games_only):
        raise ConfigurationError("--tag, --category and --games-only choose series: give them with --by-series")
    if request.mode != "active-only" and close_within_hours is not None:
        raise ConfigurationError("--close-within-hours belongs to --active-only")
    if not 0 < request.close_within_h <= 24 * 366:
        raise ConfigurationError(f"--close-within-hours is {request.close_within_h}: give 1 to {24 * 366}")


async def _sync_again(
    config: Config, request: MarketRequest, every_s: float | None, *, plan: bool, dry_run: bool, json: bool
) -> int:
    code = await _sync(config, request, plan=plan, dry_run=dry_run, json=json)
    if every_s is None:
        return code
    stop = asyncio.Event()
    stop_on_signals(stop)
    while not await told_to_stop(stop, every_s):
        try:
            await _sync(config, request, plan=plan, dry_run=dry_run, json=json)
        except FirstprintError as error:
            if error.advice is not Advice.RETRY:
                raise
            complain(str(error))
    return 0


async def _sync(config: Config, request: MarketRequest, *, plan: bool, dry_run: bool, json: bool) -> int:
    meter = _Meter(shown=not json and sys.stderr.isatty())
    async with syncing(config, on_progress=meter.show) as ports:
        if request.mode == "by-series" and not ports.master.known_series(ports.reader.name):
            say_quietly("The master has no series yet: they are synced first.", json=json)
            first = await SeriesSync(ports).run(SeriesRequest())
            if first.outcome != "done":
                return _tell(first, None, json=json)
        market_sync = MarketSync(ports)
        planned = market_sync.plan(request)
        if (plan or dry_run) and not json:
            _show_plan(planned.plan)
        if dry_run:
            if json:
                say_json({"plan": planned.plan})
            return 0
        report = await market_sync.run(planned)
    meter.clear()
    return _tell(report, planned.plan if plan else None, json=json)


def say_quietly(text: str, *, json: bool) -> None:
    """Say something to a person; a program that reads JSON gets it on standard error."""
    if json:
        sys.stderr.write(text + "\n")
    else:
        say(text)


class _Meter:
    """One line on standard error that says how far the sync is."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown

    def show(self, progress: RunProgress) -> None:
        """Say how far a run is."""
        if self._shown:
            text = f"{progress.requests} requests, {progress.seen} seen, {progress.new} new, {progress.changed} changed"
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Remove the line."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")


def _show_plan(plan: Plan) -> None:
    say(f"Plan ({plan.mode}): {plan.why}.")
    steps: dict[tuple[str, str], int] = {}
    for step in plan.steps:
        key = (step.path, step.why.partition(", ")[0])
        steps[key] = steps.get(key, 0) + step.pages
    rows = [(path, why, pages) for (path, why), pages in steps.items()]
    say_table(("list", "what", "requests"), [*rows, ("by name", "look-ups", plan.lookups)])
    say(f"About {plan.requests} requests, at least {plan.seconds:.1f} s at this account's rate.")


def _tell(report: SyncReport, plan: Plan | None, *, json: bool) -> int:
    if json:
        figures = {name: getattr(report, name) for name in report.__struct_fields__ if name != "details"}
        say_json({**figures, **({"plan": plan} if plan is not None else {})})
    else:
        resumed = "" if report.resumed is None else f", going on from {report.resumed}"
        say(
            f"{report.mode} sync {report.outcome}{resumed}: {report.requests} requests in {report.seconds:.1f} s, "
            f"{report.throttled} throttled; {report.seen} markets seen, {report.new} new, {report.changed} changed, "
            f"{report.closed} closed, {report.settled} settled, {report.gone} gone; {report.errors} errors."
        )
    for problem in report.problems:
        complain(problem)
    if report.outcome == "done":
        return 0
    complain("the sync is not complete. What was taken in is kept; the same command goes on where this one stopped")
    return 1


@secmaster.command
def clean(
    *,
    stale: bool = False,
    resync: bool = False,
    yes: bool = False,
    data: Path | None = None,
    kalshi_url: str | None = None,
    json: bool = False,
) -> int:
    """Remove what is stale, or everything to sync it anew. Without --yes, only say what would be removed.

    Parameters
    ----------
    stale
        Remove markets that the venue lists no more, and events and markets whose series is not in the master.
    resync
        Remove every series, event and market, and sync them anew.
    yes
        Do it.
    data
        Data folder (FIRSTPRINT_DATA, default ./data). With DATABASE_URL the tables are in that PostgreSQL database.
    kalshi_url
        Address of Kalshi's REST API, or of a simulator's (KALSHI_REST_URL).
    json
        Print one JSON document.
    """
    if stale is resync:
        raise ConfigurationError("give one of --stale and --resync")
    config = with_flags(data, kalshi_url)
    configure_logs(config.log_level if config.log_level != "info" else "warning")
    return asyncio.run(_clean(config, STALE if stale else ALL, yes=yes, json=json))


async def _clean(config: Config, mode: str, *, yes: bool, json: bool) -> int:
    async with syncing(config) as ports:
        clean_up = CleanUp(ports)
        if not yes:
            _show_removal(clean_up.preview(mode), mode, config, done=False, json=json)
            return 0
        report, removal = await clean_up.run(mode)
        _show_removal(removal, mode, config, done=report.outcome == "done", json=json)
        if report.outcome != "done":
            return _tell(report, None, json=False)
        if mode == STALE:
            return 0
        synced = await SeriesSync(ports).run(SeriesRequest())
        if synced.outcome != "done":
            return _tell(synced, None, json=json)
        market_sync = MarketSync(ports)
        return _tell(await market_sync.run(market_sync.plan(MarketRequest(mode="full"))), None, json=json)


def _show_removal(removal: Removal, mode: str, config: Config, *, done: bool, json: bool) -> None:
    counts = summary(removal)
    if json:
        said: dict[str, Any] = {"removed" if done else "would_remove": counts}
        if not done:
            said["markets"], said["events"] = removal.markets[:1_000], removal.events[:1_000]
        say_json(said)
        return
    verb = "Removed" if done else "Would remove"
    say(f"{verb} {counts['series']} series, {counts['events']} events, {counts['markets']} markets and "
        f"{counts['history']} rows of their history.")  # fmt: skip
    for name in (*removal.events[:TICKERS_SHOWN], *removal.markets[:TICKERS_SHOWN]):
        say(f"  {name}")
    if not done:
        flag = "stale" if mode == STALE else "resync"
        say(f"Nothing was changed. To do it: {program()} secmaster clean --{flag} --yes --data {config.data}")
