"""`firstprint run`: the main job with its live view."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from math import inf
from pathlib import Path
from typing import Annotated

import msgspec
import uvloop
from cyclopts import Parameter
from rich.console import Console

from firstprint.app.projection_ports import ProjectionProgress
from firstprint.bootstrap import children
from firstprint.bootstrap.discovering import Discovering
from firstprint.bootstrap.linked import linked
from firstprint.bootstrap.logs import configure_logs
from firstprint.bootstrap.recording import Recording, check_free, recording
from firstprint.cli.games_view import in_order
from firstprint.cli.live_view import Figures, LiveView, Meter, one_line, sports_line
from firstprint.cli.output import complain, program, say
from firstprint.cli.signals import stop_on_signals, wait_for_stop
from firstprint.cli.simulated import EVERY_VENUE, SIMULATED_DATA, simulated_world
from firstprint.config import Config, read_config
from firstprint.domain.errors import ConfigurationError
from firstprint.domain.games import Game

PROJECTOR_AGAIN_S = 2.0


def run(
    *,
    simulated: bool = False,
    seed: int = 1,
    markets: int = 200,
    rate: float = 500.0,
    faults: str = "none",
    for_: Annotated[float | None, Parameter(name="--for")] = None,
    data: Path | None = None,
) -> int:
    """Record every market from its creation to its settlement, until Ctrl-C.

    Without a key (KALSHI_KEY_ID, KALSHI_PRIVATE_KEY_PATH) what is public is recorded by REST. LEAGUES=NFL,NBA,
    SPORTS_SERIES_TICKERS, SPORTS_CATEGORY_FILTER, SPORTS_TAGS or SPORTS_ONLY=1 record only those series.
    VENUES=kalshi,polymarket links games on both venues, and records Polymarket's side of each linked market too;
    REDIS_URL publishes what is linked, ODDS_API_KEY adds odds.

    Parameters
    ----------
    simulated
        Start simulated venues and sources, and record those: no account, no internet.
    seed
        Seed of the simulated world.
    markets
        Open markets of the simulated world at the start.
    rate
        Book messages per second of the simulated world.
    faults
        What the simulated venue does wrong: none, standard, or a JSON file with a fault script.
    for_
        Stop by itself after so many seconds.
    data
        Data folder (FIRSTPRINT_DATA, default ./data; ./data-simulated with --simulated).
    """
    config = read_config()
    configure_logs(config.log_level if config.log_level != "info" else "warning")
    if for_ is not None and not 0 < for_ < inf:
        raise ConfigurationError(f"--for is {for_}: give a number of seconds above 0")
    folder = data or (SIMULATED_DATA if simulated else config.data)
    config = msgspec.structs.replace(config, data=folder, venues=EVERY_VENUE if simulated else config.venues)
    simulation = ["--seed", str(seed), "--markets", str(markets), "--rate", str(rate), "--faults", faults]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_run(config, simulation if simulated else None, for_))


async def _run(config: Config, simulation: list[str] | None, for_s: float | None) -> int:
    stop = asyncio.Event()
    stop_on_signals(stop)
    check_free(config)  # before a simulator writes its truth over that of a recording under way
    async with simulated_world(config, simulation) as (pointed, truths):
        return await _record(pointed, for_s, stop, truths)


class _Projections:
    """The projector beside the recording: started again when it dies, watched for how far behind it is."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._projector: children.Child | None = None
        self._finishing = False
        self.behind: int | None = None

    async def keep(self) -> None:
        """Keep a projector running, until it has taken in all there is after `finish`."""
        while not await self._project():
            if self._finishing:
                complain("the projections are not up to date; what is recorded is safe. Try: firstprint project")
                return
            complain("the projector ended; recording goes on, and it is started again")
            await asyncio.sleep(PROJECTOR_AGAIN_S)

    async def _project(self) -> bool:
        """Run one projector to its end; tell whether it took in everything."""
        finishing = self._finishing
        command = ["project", *([] if finishing else ["--follow"]), "--json", "--data", str(self._data)]
        async with children.child(command) as projector:
            self._projector = projector
            if self._finishing:
                projector.tell(b"finish")
            while line := await projector.line():
                self._heard(line)
            self._projector = None
            ended_well = await projector.ended() == 0
        return ended_well and (finishing or self._finishing)

    def finish(self) -> None:
        """Let the projector take in the last records and end."""
        self._finishing = True
        if self._projector is not None:
            self._projector.tell(b"finish")

    def _heard(self, line: bytes) -> None:
        try:
            progress = msgspec.json.decode(line, type=dict[str, str | int | float])
            self.behind = int(ProjectionProgress(**progress).records_behind)  # type: ignore[arg-type]
        except (msgspec.MsgspecError, TypeError):
            complain("the projector said something that is no progress")


async def _record(config: Config, for_s: float | None, stop: asyncio.Event, truths: Sequence[Path]) -> int:
    projections = _Projections(config.data)
    found: Discovering | None = None
    async with asyncio.TaskGroup() as group:
        async with recording(config, venues=config.venues) as under_way, AsyncExitStack() as beside:
            if len(config.venues) > 1:
                found = await beside.enter_async_context(linked(under_way))
            group.create_task(projections.keep())
            meter = Meter(under_way, lambda: projections.behind)
            await _watch(under_way, meter, found, for_s, stop)
            last = meter.take()
        projections.finish()
    _say_figures(last)
    where = f" --data {config.data}"
    say(f"Recorded session {under_way.session} in {config.data}.")
    say(f"Prove it:  {program()} verify{where}{''.join(f' --truth {truth}' for truth in truths)}")
    say(f"See it:    {program()} coverage{where} --plot coverage.png")
    say(f"Ask it:    {program()} serve{where}")
    if found is not None:
        links = sum(1 for _ in found.discovery.state.linker.links())
        say(f"Linked {links} pairs of markets:  {program()} games{where}, {program()} links{where}")
    return 0


def _say_figures(last: Figures) -> None:
    say(one_line(last))
    if last.sports is not None:
        say(f"Sports only: {sports_line(last.sports)}")


async def _watch(
    under_way: Recording, meter: Meter, found: Discovering | None, for_s: float | None, stop: asyncio.Event
) -> None:
    """Show the recording, and what is discovered beside it, until it is to stop, or cannot go on."""
    _greet(under_way)
    for notice in found.notices if found is not None else ():
        say(notice)
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_show(under_way, meter, found)),
            group.create_task(_stop_on_failure(under_way, stop)),
        ]
        await wait_for_stop(stop, for_s)
        for task in tasks:
            task.cancel()


def _greet(under_way: Recording) -> None:
    config = under_way.config
    addresses = ", ".join(one.address for one in under_way.venues)
    say(f"Recording {addresses} into {config.data} as session {under_way.session}.")
    if not config.recorder.selection.everything:
        asked = (
            f", named by {config.master_url}" if config.master_url and config.recorder.selection.asks_directory else ""
        )
        say(f"Recording {config.recorder.selection}{asked}; what else the venue tells is kept and not subscribed to.")
    if config.recorder.dry_run:
        say("DRY_RUN: nothing places an order.")
    for name, error in under_way.away.items():
        say(f"Not recorded: {name}. {error}")
    for one in under_way.venues:
        if one.notice is not None:
            say(one.notice)


async def _show(under_way: Recording, meter: Meter, found: Discovering | None) -> None:
    def games() -> Sequence[Game]:
        return () if found is None else in_order(found.discovery.state.board.games.values())

    with LiveView(under_way, meter, Console(), games) as view:
        while True:
            await asyncio.sleep(1.0)
            view.show()


async def _stop_on_failure(under_way: Recording, stop: asyncio.Event) -> None:
    await under_way.stop.wait()
    stop.set()
