"""A simulated Kalshi, Polymarket, ESPN and Odds API of one world on loopback, in a process of their own.

`python bench/simulated_sources.py MARKETS CREATED_PER_S` prints the environment that points a discovery at them, and
stays until its standard input ends. At every line it reads it prints what is true now: for each pair of markets that is
the same bet when the later of the two was listed (Unix ns), and what the venues were asked.
"""

import asyncio
import json
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple

import uvloop
from children import scratch

from firstprint.net.clock import SystemClock
from firstprint.sim.espn.server import SimulatedEspn
from firstprint.sim.kalshi.server import SimulatedKalshi
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.oddsapi.api import OddsSettings
from firstprint.sim.oddsapi.server import SimulatedOddsApi
from firstprint.sim.polymarket.server import SimulatedPolymarket
from firstprint.sim.polymarket.settings import PolymarketSettings
from firstprint.sim.world.shared import SharedWorld

LEAGUES = "NBA,NFL,NHL,MLB,WNBA,NCAAF,NCAAB,NCAAWB,EPL,LALIGA,MLS,UCL"
ODDS = OddsSettings(credits=100_000)
SEED = 1
REST_LATENCY_S = 0.1
"""How long the venues' answers are under way, as over the internet."""


class Sources(NamedTuple):
    """The servers."""

    kalshi: SimulatedKalshi
    polymarket: SimulatedPolymarket
    espn: SimulatedEspn
    odds: SimulatedOddsApi

    @property
    def environment(self) -> dict[str, str]:
        """Give the settings that point at them."""
        return {
            "KALSHI_REST_URL": self.kalshi.rest_url,
            "KALSHI_WS_URL": self.kalshi.ws_url,
            "KALSHI_KEY_ID": self.kalshi.key_id,
            "KALSHI_PRIVATE_KEY_PATH": str(self.kalshi.key_path),
            "POLYMARKET_GAMMA_URL": self.polymarket.gamma_url,
            "POLYMARKET_CLOB_URL": self.polymarket.clob_url,
            "POLYMARKET_WS_URL": self.polymarket.ws_url,
            "ESPN_URL": self.espn.url,
            "ODDS_API_URL": self.odds.url,
            "ODDS_API_KEY": ODDS.key,
            "LEAGUES": LEAGUES,
        }

    def told(self) -> dict[str, Any]:
        """Say what is true, and what was asked."""
        kalshi, polymarket = self.kalshi.exchange, self.polymarket.exchange
        created = {market.ticker: market.times.created_ns for market in kalshi.world.plain_markets()}
        listed = {market.condition: market.listed_ns for market in polymarket.world.directory.markets}
        return {
            "listed_ns": {
                f"{one.kalshi_ticker} {one.token_id}": max(created[one.kalshi_ticker], listed[one.condition_id])
                for one in polymarket.true_links(created)
            },
            "sources_cpu_s": time.process_time(),
            "kalshi_throttled": kalshi.rest_throttled,
            "polymarket_over": polymarket.counts.over + polymarket.counts.refused,
            "polymarket_requests": polymarket.counts.requests,
            "kalshi_in_flight_peak": self.kalshi.in_flight_peak,
            "polymarket_in_flight_peak": polymarket.counts.in_flight_peak,
        }


async def serve(folder: Path, markets: int, created_per_s: float) -> None:
    """Serve until standard input ends."""
    clock = SystemClock()
    shared = SharedWorld(SEED, clock.now().wall_ns)
    settings = SimSettings(
        seed=SEED, markets=markets, rate_per_s=0, created_per_s=created_per_s, combos=0, tier="prestige",
        rest_latency_s=REST_LATENCY_S,
    )  # fmt: skip
    polymarket = PolymarketSettings(seed=SEED, rate_per_s=0, rest_latency_s=REST_LATENCY_S)
    async with AsyncExitStack() as open_:
        sources = Sources(
            await open_.enter_async_context(SimulatedKalshi(settings, clock, folder, shared=shared)),
            await open_.enter_async_context(SimulatedPolymarket(polymarket, clock, shared)),
            await open_.enter_async_context(SimulatedEspn(shared, clock)),
            await open_.enter_async_context(SimulatedOddsApi(shared, clock, settings=ODDS)),
        )
        print(json.dumps(sources.environment), flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(sources.told()), flush=True)


def main() -> None:
    """Serve the world that the arguments ask for."""
    with scratch() as folder, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(folder, int(sys.argv[1]), float(sys.argv[2])))


if __name__ == "__main__":
    main()
