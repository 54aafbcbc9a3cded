"""The simulated venues and sources, joined with a real clock."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from math import inf
from pathlib import Path
from typing import cast, get_args

import msgspec

from firstprint.domain.errors import ConfigurationError
from firstprint.net.clock import SystemClock
from firstprint.sim.espn.server import SimulatedEspn
from firstprint.sim.kalshi.server import SimulatedKalshi
from firstprint.sim.kalshi.settings import SimSettings, Tier
from firstprint.sim.oddsapi.api import OddsSettings
from firstprint.sim.oddsapi.server import SimulatedOddsApi
from firstprint.sim.polymarket.server import SimulatedPolymarket
from firstprint.sim.polymarket.settings import PolymarketSettings
from firstprint.sim.world.shared import SharedWorld

MARKETS_MIN, MARKETS_MAX = 1, 100_000
SERIES_MAX = 20_000
COMBO_RATIO_MAX = 100
TIERS: tuple[str, ...] = get_args(Tier)


class SimOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a user can choose about a simulated venue. Rates per second."""

    port: int = 0
    markets: int = 200
    series: int = 0
    combo_ratio: int = 0
    tier: str = "basic"
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


def _checked(options: SimOptions) -> SimSettings:
    """Turn a user's choice into settings. Raises ConfigurationError."""
    _check_within("--markets", options.markets, MARKETS_MIN, MARKETS_MAX)
    _check_within("--series", options.series, 0, SERIES_MAX)
    _check_within("--combo-ratio", options.combo_ratio, 0, COMBO_RATIO_MAX)
    if options.tier not in TIERS:
        raise ConfigurationError(f"--tier is {options.tier!r}: it must be one of {', '.join(TIERS)}")
    if options.faults not in ("none", "standard") and not os.path.isfile(options.faults):  # noqa: PTH113 one look
        raise ConfigurationError(f"--faults is {options.faults!r}: it must be none, standard, or a JSON file")
    for name, value in (("--rate", options.rate_per_s), ("--created", options.created_per_s)):
        if not 0 <= value < inf:
            raise ConfigurationError(f"{name} is {value}: it must be a number of at least 0")
    if not 0 < options.compression < inf:
        raise ConfigurationError(f"--compression is {options.compression}: it must be a number above 0")
    return SimSettings(
        seed=options.seed,
        markets=options.markets,
        series=options.series,
        combo_ratio=options.combo_ratio,
        tier=cast("Tier", options.tier),
        rate_per_s=options.rate_per_s,
        created_per_s=options.created_per_s,
        compression=options.compression,
    )


def _check_within(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise ConfigurationError(f"{name} is {value}: it must be from {least} to {most:,}")


@asynccontextmanager
async def simulated_kalshi(options: SimOptions, keys: Path) -> AsyncIterator[SimAddresses]:
    """Run a simulated Kalshi. Raises ConfigurationError for options that make no sense."""
    settings = _checked(options)
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


class WorldAddresses(msgspec.Struct, frozen=True, kw_only=True):
    """Where the venues and sources of one simulated world are, and the keys that they accept."""

    kalshi: SimAddresses
    gamma_url: str
    clob_url: str
    polymarket_ws_url: str
    espn_url: str
    odds_url: str
    odds_key: str


@asynccontextmanager
async def simulated_world(
    options: SimOptions, keys: Path, *, polymarket_truth: Path | None = None
) -> AsyncIterator[WorldAddresses]:
    """Run Kalshi, Polymarket, ESPN and The Odds API over one world. Raises ConfigurationError as `simulated_kalshi`."""
    settings, clock = _checked(options), SystemClock()
    shared = SharedWorld(options.seed, clock.now().wall_ns, options.compression)
    odds = OddsSettings()
    polymarket = PolymarketSettings(seed=options.seed, rate_per_s=options.rate_per_s)
    named = options.faults if options.faults in ("none", "standard") else "none"
    async with AsyncExitStack() as running:
        try:
            kalshi = SimulatedKalshi(
                settings, clock, keys, faults=options.faults, truth=options.truth, port=options.port, shared=shared
            )
            await running.enter_async_context(kalshi)
            other = SimulatedPolymarket(polymarket, clock, shared, faults=named, truth=polymarket_truth)
            await running.enter_async_context(other)
            espn = await running.enter_async_context(SimulatedEspn(shared, clock))
            odds_api = await running.enter_async_context(SimulatedOddsApi(shared, clock, settings=odds))
        except (ValueError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"the fault script {options.faults} cannot be read: {error}") from error
        except OSError as error:
            raise ConfigurationError(f"the simulated world cannot start: {error}") from error
        yield WorldAddresses(
            kalshi=SimAddresses(kalshi.rest_url, kalshi.ws_url, kalshi.key_id, str(kalshi.key_path)),
            gamma_url=other.gamma_url,
            clob_url=other.clob_url,
            polymarket_ws_url=other.ws_url,
            espn_url=espn.url,
            odds_url=odds_api.url,
            odds_key=odds.key,
        )
