"""`firstprint project` and `firstprint rebuild`: the projections, fed from the journal."""

import asyncio
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from firstprint.app.projection_ports import ProjectionProgress
from firstprint.bootstrap import children, projecting, refolding, relinking
from firstprint.bootstrap.logs import configure_logs
from firstprint.cli.configured import with_flags
from firstprint.cli.output import program, say, say_json
from firstprint.cli.signals import stop_on_signals
from firstprint.config import Config


class _SpokenProgress(projecting.LoggedProgress):
    """Prints progress as it comes: JSON lines for a parent process, sentences for a person."""

    def __init__(self, *, json: bool) -> None:
        super().__init__()
        self._json = json

    def progressed(self, progress: ProjectionProgress) -> None:
        """Print it."""
        super().progressed(progress)
        if self._json:
            say_json(progress._asdict())
        else:
            say(
                f"{progress.session}: record {progress.record:,}, {progress.records_behind:,} behind, "
                f"{progress.records_per_s:,.0f} records/s"
            )


def project(
    *,
    data: Path | None = None,
    follow: bool = False,
    json: bool = False,
    end_with_stdin: Annotated[bool, Parameter(show=False)] = False,
) -> int:
    """Bring the projections (SQLite and Parquet) up to date with the journal, exactly once.

    Parameters
    ----------
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    follow
        Go on as the journal grows, until stopped. `firstprint run` does this by itself.
    json
        Print progress as JSON lines.
    end_with_stdin
        End when standard input closes, so that no projector outlives the recorder that started it; at a line on it,
        end as soon as everything is taken in.
    """
    config = with_flags(data)
    configure_logs(config.log_level)
    return asyncio.run(_project(config, follow=follow, json=json, end_with_stdin=end_with_stdin))


async def _project(config: Config, *, follow: bool, json: bool, end_with_stdin: bool) -> int:
    stop = asyncio.Event()
    stop_on_signals(stop)
    async with projecting.projector(config, _SpokenProgress(json=json)) as projector:

        async def until_told() -> None:
            alone = (stop.wait,)
            await children.first_of(
                *((*alone, lambda: children.stdin_closed(projector.finish)) if end_with_stdin else alone)
            )
            projector.stop()

        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            told = group.create_task(until_told())
            if follow:
                group.create_task(projecting.seal_until(over, config.data))
            await projector.project(follow=follow)
            told.cancel()
            over.set()
    if not follow:
        await asyncio.to_thread(projecting.seal_finished, config.data)
    return 0


def rebuild(*, data: Path | None = None, yes: bool = False) -> int:
    """Remove all projections and make them again from the journal. The journal itself is not touched.

    Parameters
    ----------
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    yes
        Do it; without this, only say what would be removed.
    """
    config = with_flags(data)
    configure_logs(config.log_level)
    return asyncio.run(_rebuild(config, yes=yes))


async def _rebuild(config: Config, *, yes: bool) -> int:
    if yes:
        relinking.check_no_discovery(config)
    async with projecting.projector(config, _SpokenProgress(json=False)) as projector:
        for sink, tables in projector.removes().items():
            say(f"{'Removing' if yes else 'Would remove'} from {sink}: {', '.join(tables)}")
        say(f"{'Removing' if yes else 'Would remove'} from the securities master: {', '.join(refolding.MASTER_TABLES)}")
        say(f"{'Removing' if yes else 'Would remove'} from linkage: {', '.join(relinking.LINK_TABLES)}, odds files")
        if not yes:
            say(f"Nothing was changed. To do it: {program()} rebuild --data {config.data} --yes")
            return 0
        refolding.forget_master(config)
        relinking.forget_links(config)
        await projector.rebuild()
        runs = await asyncio.to_thread(refolding.refold_all, config)
        found = await asyncio.to_thread(relinking.relink_all, config)
    runs_said = f"from {runs} runs of the securities master's syncs"
    say(f"Rebuilt from the journal, {runs_said}, and from {found} discoveries and decisions.")
    return 0
