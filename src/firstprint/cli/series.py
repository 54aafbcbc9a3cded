"""`firstprint series`: which series there are, and how many markets each has."""

import asyncio
from pathlib import Path
from typing import Annotated

import cyclopts
from cyclopts import Parameter

from firstprint.app.secmaster.reading import SeriesQuery
from firstprint.app.secmaster.report import SyncReport
from firstprint.app.secmaster.requests import SeriesRequest
from firstprint.app.secmaster.series_sync import SeriesSync
from firstprint.bootstrap import reading
from firstprint.bootstrap.logs import configure_logs
from firstprint.bootstrap.syncing import syncing
from firstprint.cli.configured import row_limit, with_flags
from firstprint.cli.output import complain, program, say, say_json, say_table
from firstprint.config import Config

series = cyclopts.App(name="series", help="The series of the securities master: sync them, list and count them.")

Names = Annotated[list[str] | None, Parameter(negative="")]


@series.command
def sync(
    *,
    tag: Names = None,
    category: Names = None,
    games_only: bool = False,
    explain: bool = False,
    data: Path | None = None,
    kalshi_url: str | None = None,
    json: bool = False,
) -> int:
    """Sync the series: by category, or those of some tags; sports keep games alone, other categories keep all.

    Parameters
    ----------
    tag
        Only series with this tag, such as Soccer. May be given several times.
    category
        Only series of this category, such as Politics. May be given several times.
    games_only
        Keep games alone, in every category.
    explain
        List the series whose name and scope disagree on whether they are games.
    data
        Data folder (FIRSTPRINT_DATA, default ./data). With DATABASE_URL the tables are in that PostgreSQL database.
    kalshi_url
        Address of Kalshi's REST API, or of a simulator's (KALSHI_REST_URL).
    json
        Print one JSON document.
    """
    config = with_flags(data, kalshi_url)
    configure_logs(config.log_level if config.log_level != "info" else "warning")
    request = SeriesRequest(tags=tuple(tag or ()), categories=tuple(category or ()), games_only=games_only)
    report = asyncio.run(_sync(config, request))
    _tell(report, explain=explain, json=json)
    return 0 if report.outcome == "done" else 1


async def _sync(config: Config, request: SeriesRequest) -> SyncReport:
    async with syncing(config) as ports:
        return await SeriesSync(ports).run(request)


def _tell(report: SyncReport, *, explain: bool, json: bool) -> None:
    details = dict(report.details)
    disagreements = details.pop("disagreements", [])
    if json:
        figures = {name: getattr(report, name) for name in report.__struct_fields__ if name != "details"}
        say_json({**figures, **details, **({"disagreements": disagreements} if explain else {})})
        return
    say(
        f"{report.seen} series in {report.requests} requests and {report.seconds:.1f} s: {report.new} new, "
        f"{report.changed} changed, {details.get('games', 0)} games, {details.get('vanished', 0)} vanished, "
        f"{report.errors} errors."
    )
    for problem in report.problems:
        complain(problem)
    if explain:
        say_table(
            ("series", "title", "venue's scope", "game by name", "game by scope", "taken for a game"),
            [
                (one["ticker"], one["title"], one["scope"], one["by_name"], one["by_scope"], one["is_game"])
                for one in disagreements
            ],
        )
        say(f"{len(disagreements)} disagreements; the venue's scope wins.")
    elif disagreements:
        say(f"On {len(disagreements)} of them name and scope disagree. See: {program()} series sync --explain")


@series.command(name="list")
def list_(
    *,
    category: str | None = None,
    tag: str | None = None,
    games_only: bool = False,
    inactive: bool = False,
    text: str | None = None,
    limit: int = 1000,
    data: Path | None = None,
    kalshi_url: str | None = None,
    json: bool = False,
) -> int:
    """List the series of the master.

    Parameters
    ----------
    category
        Only those of this category.
    tag
        Only those with this tag.
    games_only
        Only games.
    inactive
        Those that are disabled, with the reason, instead of the active ones.
    text
        Only those with this text in ticker or title.
    limit
        At most so many.
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    kalshi_url
        Taken by every command of the master; this one asks the master alone.
    json
        Print one JSON document.
    """
    query = SeriesQuery(
        category=category, tag=tag, is_game=games_only or None, active=not inactive, text=text, limit=row_limit(limit)
    )
    with reading.master(with_flags(data, kalshi_url)) as master:
        found = master.series(query)
    if json:
        say_json({"series": found})
        return 0
    say_table(
        ("series", "title", "category", "tags", "game", "scope", "disabled"),
        [
            (one.ticker, one.title, one.category, " ".join(one.tags), _yes(one.is_game), one.scope, one.disabled_reason)
            for one in found
        ],
    )
    say(f"{len(found)} series" + _more(len(found), limit))
    return 0


@series.command
def stats(
    *,
    category: str | None = None,
    tag: str | None = None,
    games_only: bool = False,
    limit: int = 1000,
    data: Path | None = None,
    kalshi_url: str | None = None,
    json: bool = False,
) -> int:
    """Count events and markets by series.

    Parameters
    ----------
    category
        Only series of this category.
    tag
        Only series with this tag.
    games_only
        Only games.
    limit
        At most so many series.
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    kalshi_url
        Taken by every command of the master; this one asks the master alone.
    json
        Print one JSON document.
    """
    query = SeriesQuery(category=category, tag=tag, is_game=games_only or None, active=None, limit=row_limit(limit))
    with reading.master(with_flags(data, kalshi_url)) as master:
        found = master.series_counts(query)
    if json:
        say_json({"series": found})
        return 0
    say_table(
        ("series", "category", "game", "events", "markets", "by status"),
        [
            (one.ticker, one.category, _yes(one.is_game), one.events, one.markets, _counts(one.by_status))
            for one in found
        ],
    )
    say(f"{len(found)} series" + _more(len(found), limit))
    return 0


def _yes(flag: bool) -> str:
    return "yes" if flag else ""


def _more(found: int, limit: int) -> str:
    return f" (there may be more: --limit {limit * 10})" if found == limit else ""


def _counts(by_status: dict[str, int]) -> str:
    return ", ".join(f"{count} {status or 'unstated'}" for status, count in sorted(by_status.items()))
