"""`firstprint run`: the main job with its live view."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import inf
from pathlib import Path
from typing import Annotated

import msgspec
import uvloop
from cyclopts import Parameter
from rich.console import Console

from firstprint.app.projection_ports import ProjectionProgress
from firstprint.bootstrap import children
from firstprint.bootstrap.logs import configure_logs
from firstprint.bootstrap.recording import Recording, recording
from firstprint.bootstrap.simulating import SimAddresses
from firstprint.cli.live_view import Figures, LiveView, Meter, one_line, sports_line
from firstprint.cli.output import complain, program, say
from firstprint.cli.signals import stop_on_signals, wait_for_stop
from firstprint.config import Config, read_config
from firstprint.domain.errors import ConfigurationError

SIMULATED_DATA = Path("data-simulated")
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

    Parameters
    ----------
    simulated
        Start a simulated Kalshi and record that: no account, no internet.
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
    config = msgspec.structs.replace(config, data=folder)
    simulation = ["--seed", str(seed), "--markets", str(markets), "--rate", str(rate), "--faults", faults]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_run(config, simulation if simulated else None, for_))


async def _run(config: Config, simulation: list[str] | None, for_s: float | None) -> int:
    stop = asyncio.Event()
    stop_on_signals(stop)
    if simulation is None:
        return await _record(config, for_s, stop, None)
    async with _simulated(config, simulation) as (pointed, truth):
        return await _record(pointed, for_s, stop, truth)


@asynccontextmanager
async def _simulated(config: Config, options: list[str]) -> AsyncIterator[tuple[Config, Path]]:
    """Start a simulated venue and point the configuration at it; its truth log lies beside the data folder."""
    with tempfile.TemporaryDirectory(prefix="firstprint-sim-") as scratch:
        truth = config.data.with_name(config.data.name + "-truth.jsonl")
        truth.parent.mkdir(parents=True, exist_ok=True)
        command = ["sim", "kalshi", *options, "--truth", str(truth), "--keys", scratch]
        async with children.child(command) as venue:
            line = await venue.line()
            if not line:
                raise ConfigurationError("the simulated venue did not start; its reason stands above")
            where = msgspec.json.decode(line, type=SimAddresses)
            yield (
                msgspec.structs.replace(
                    config,
                    kalshi_rest_url=where.rest_url,
                    kalshi_ws_url=where.ws_url,
                    kalshi_key_id=where.key_id,
                    kalshi_key_path=Path(where.key_path),
                ),
                truth,
            )


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


async def _record(config: Config, for_s: float | None, stop: asyncio.Event, truth: Path | None) -> int:
    projections = _Projections(config.data)
    async with asyncio.TaskGroup() as group:
        async with recording(config) as under_way:
            group.create_task(projections.keep())
            meter = Meter(under_way, lambda: projections.behind)
            await _watch(under_way, meter, for_s, stop)
            last = meter.take()
        projections.finish()
    _say_figures(last)
    where = f" --data {config.data}"
    say(f"Recorded session {under_way.session} in {config.data}.")
    say(f"Prove it:  {program()} verify{where}{'' if truth is None else f' --truth {truth}'}")
    say(f"See it:    {program()} coverage{where} --plot coverage.png")
    say(f"Ask it:    {program()} serve{where}")
    return 0


def _say_figures(last: Figures) -> None:
    say(one_line(last))
    if last.sports is not None:
        say(f"Sports only: {sports_line(last.sports)}")


async def _watch(under_way: Recording, meter: Meter, for_s: float | None, stop: asyncio.Event) -> None:
    """Show the recording until it is to stop, or cannot go on."""
    _greet(under_way)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_show(under_way, meter)), group.create_task(_stop_on_failure(under_way, stop))]
        await wait_for_stop(stop, for_s)
        for task in tasks:
            task.cancel()


def _greet(under_way: Recording) -> None:
    config = under_way.config
    say(f"Recording {under_way.venue.hosts.rest_url} into {config.data} as session {under_way.session}.")
    if not config.recorder.selection.everything:
        asked = (
            f", named by {config.master_url}" if config.master_url and config.recorder.selection.asks_directory else ""
        )
        say(f"Recording {config.recorder.selection}{asked}; what else the venue tells is kept and not subscribed to.")
    if config.recorder.dry_run:
        say("DRY_RUN: nothing places an order.")
    if under_way.venue.notice is not None:
        say(under_way.venue.notice)


async def _show(under_way: Recording, meter: Meter) -> None:
    with LiveView(under_way, meter, Console()) as view:
        while True:
            await asyncio.sleep(1.0)
            view.show()


async def _stop_on_failure(under_way: Recording, stop: asyncio.Event) -> None:
    await under_way.stop.wait()
    stop.set()
