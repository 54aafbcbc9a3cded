"""`firstprint sim`: the simulated venues by themselves, for anybody's client."""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import cyclopts
import uvloop
from cyclopts import Parameter

from firstprint.bootstrap import children, simulating
from firstprint.bootstrap.logs import configure_logs
from firstprint.cli.output import say_json
from firstprint.cli.signals import stop_on_signals
from firstprint.config import read_config

sim = cyclopts.App(name="sim", help="Run simulated venues on loopback: real HTTP and WebSocket, a seeded world.")


@sim.command
def kalshi(  # noqa: PLR0913 one argument for each option of the command
    *,
    port: int = 0,
    markets: int = 200,
    series: int = 0,
    combo_ratio: int = 0,
    tier: str = "basic",
    seed: int = 1,
    rate: float = 500.0,
    created: float = 1.0,
    compression: float = 60.0,
    faults: str = "none",
    truth: Path | None = None,
    keys: Path | None = None,
    end_with_stdin: Annotated[bool, Parameter(show=False)] = False,
) -> int:
    """Run a simulated Kalshi until stopped; print one JSON line with its addresses and the path of its key.

    Parameters
    ----------
    port
        Port on 127.0.0.1; 0 takes a free one.
    markets
        Markets at the start that are open or about to be, 1 to 100,000.
    series
        Series in all, up to 20,000: about 14,000 are the venue's real size. 0 lists those that the markets need.
        With series, some markets closed or settled in the last day are listed besides.
    combo_ratio
        How many times as many combos as markets REST lists besides: 25 is real. Clients leave them out by mve_filter.
    tier
        The account's tier, which sets how fast REST may be asked: basic, advanced, expert, premier, paragon, prime or
        prestige.
    seed
        The same seed makes the same world.
    rate
        Book messages per second, over all markets.
    created
        New markets per second.
    compression
        How many times faster than in the world markets live and end.
    faults
        none, standard, or a JSON file with a fault script.
    truth
        Write what every book was at every sequence number into this file.
    keys
        Folder for the throw-away key; a temporary one when not given.
    end_with_stdin
        End when standard input closes, so that no simulator outlives whoever started it.
    """
    configure_logs(read_config().log_level)
    options = simulating.SimOptions(
        port=port, markets=markets, series=series, combo_ratio=combo_ratio, tier=tier, seed=seed, rate_per_s=rate,
        created_per_s=created, compression=compression, faults=faults, truth=truth,
    )  # fmt: skip
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(options, keys, end_with_stdin=end_with_stdin))


async def _serve(options: simulating.SimOptions, keys: Path | None, *, end_with_stdin: bool) -> int:
    stop = asyncio.Event()
    stop_on_signals(stop)
    with tempfile.TemporaryDirectory(prefix="firstprint-sim-") as scratch:
        async with simulating.simulated_kalshi(options, keys or Path(scratch)) as addresses:
            say_json(addresses)
            waits = (stop.wait, children.stdin_closed) if end_with_stdin else (stop.wait,)
            await children.first_of(*waits)
    return 0


@sim.command
def world(  # noqa: PLR0913 one argument for each option of the command
    *,
    markets: int = 200,
    seed: int = 1,
    rate: float = 500.0,
    created: float = 1.0,
    compression: float = 60.0,
    faults: str = "none",
    truth: Path | None = None,
    polymarket_truth: Path | None = None,
    keys: Path | None = None,
    end_with_stdin: Annotated[bool, Parameter(show=False)] = False,
) -> int:
    """Run a simulated Kalshi, Polymarket, ESPN and Odds API over one world; print one JSON line with their addresses.

    Parameters
    ----------
    markets
        Kalshi markets at the start that are open or about to be, 1 to 100,000.
    seed
        The same seed makes the same world.
    rate
        Book messages per second of each venue, over all markets.
    created
        New Kalshi markets per second.
    compression
        How many times faster than in the world markets live and end.
    faults
        none, standard, or a JSON file with a fault script for Kalshi.
    truth
        Write what every Kalshi book was at every sequence number into this file.
    polymarket_truth
        Write what every Polymarket book was after every message into this file.
    keys
        Folder for the throw-away key; a temporary one when not given.
    end_with_stdin
        End when standard input closes, so that no simulator outlives whoever started it.
    """
    configure_logs(read_config().log_level)
    options = simulating.SimOptions(
        markets=markets, seed=seed, rate_per_s=rate, created_per_s=created, compression=compression, faults=faults,
        truth=truth,
    )  # fmt: skip
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve_world(options, polymarket_truth, keys, end_with_stdin=end_with_stdin))


async def _serve_world(
    options: simulating.SimOptions, polymarket_truth: Path | None, keys: Path | None, *, end_with_stdin: bool
) -> int:
    stop = asyncio.Event()
    stop_on_signals(stop)
    with tempfile.TemporaryDirectory(prefix="firstprint-sim-") as scratch:
        world = simulating.simulated_world(options, keys or Path(scratch), polymarket_truth=polymarket_truth)
        async with world as addresses:
            say_json(addresses)
            waits = (stop.wait, children.stdin_closed) if end_with_stdin else (stop.wait,)
            await children.first_of(*waits)
    return 0
