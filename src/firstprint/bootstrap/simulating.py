"""The simulated venue, joined with a real clock."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from math import inf
from pathlib import Path

import msgspec

from firstprint.domain.errors import ConfigurationError
from firstprint.net.clock import SystemClock
from firstprint.sim.kalshi.server import SimulatedKalshi
from firstprint.sim.kalshi.settings import SimSettings

MARKETS_MIN, MARKETS_MAX = 1, 100_000


class SimOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a user can choose about a simulated venue. Rates per second."""

    port: int = 0
    markets: int = 200
    seed: int = 1
    rate_per_s: float = 500.0
    created_per_s: float = 1.0
    compression: float = 60.0
    faults: str = "none"
    truth: Path | None = None


class SimAddresses(msgspec.Struct, frozen=True):
    """Where a simulated venue is, and the key that it accepts."""

    rest_url: str
    ws_url: str
    key_id: str
    key_path: str


@asynccontextmanager
async def simulated_kalshi(options: SimOptions, keys: Path) -> AsyncIterator[SimAddresses]:
    """Run a simulated Kalshi. Raises ConfigurationError for options that make no sense."""
    if not MARKETS_MIN <= options.markets <= MARKETS_MAX:
        raise ConfigurationError(f"--markets is {options.markets}: it must be from {MARKETS_MIN} to {MARKETS_MAX:,}")
    if options.faults not in ("none", "standard") and not os.path.isfile(options.faults):  # noqa: ASYNC240, PTH113 one look, before anything runs
        raise ConfigurationError(f"--faults is {options.faults!r}: it must be none, standard, or a JSON file")
    for name, value in (("--rate", options.rate_per_s), ("--created", options.created_per_s)):
        if not 0 <= value < inf:
            raise ConfigurationError(f"{name} is {value}: it must be a number of at least 0")
    if not 0 < options.compression < inf:
        raise ConfigurationError(f"--compression is {options.compression}: it must be a number above 0")
    settings = SimSettings(
        seed=options.seed,
        markets=options.markets,
        rate_per_s=options.rate_per_s,
        created_per_s=options.created_per_s,
        compression=options.compression,
    )
    try:
        venue = SimulatedKalshi(
            settings, SystemClock(), keys, faults=options.faults, truth=options.truth, port=options.port
        )
    except (ValueError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the fault script {options.faults} cannot be read: {error}") from error
    async with AsyncExitStack() as running:
        try:
            await running.enter_async_context(venue)
        except OSError as error:
            raise ConfigurationError(f"the simulated venue cannot start: {error}") from error
        yield SimAddresses(venue.rest_url, venue.ws_url, venue.key_id, str(venue.key_path))
