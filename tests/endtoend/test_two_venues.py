"""Two simulated venues recorded in one session over real sockets, projected, and proved with the truth of both."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from firstprint.books.state import Valid
from firstprint.bootstrap import proving
from firstprint.bootstrap.reading import book, session_coverage
from firstprint.bootstrap.recording import recording
from firstprint.config import Config
from firstprint.net.clock import SystemClock
from firstprint.sim.kalshi.server import SimulatedKalshi
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.polymarket.server import SimulatedPolymarket
from firstprint.sim.polymarket.settings import PolymarketSettings
from firstprint.sim.world.shared import SharedWorld

MARKETS = 40
DUE_S = 60.0


async def _record(folder: Path, faults: str, frames: int) -> tuple[Config, str]:
    """Record both venues until each has sent so many frames; give the configuration and a market of Polymarket."""
    clock = SystemClock()
    world = SharedWorld(1, clock.now().wall_ns)
    world.populate(10)
    kalshi = SimulatedKalshi(SimSettings(markets=20, rate_per_s=200.0), clock, folder / "keys", faults=faults,
                             truth=folder / "kalshi.truth")  # fmt: skip
    polymarket = SimulatedPolymarket(PolymarketSettings(rate_per_s=400.0), clock, world, faults=faults,
                                     truth=folder / "polymarket.truth")  # fmt: skip
    async with kalshi, polymarket:
        config = Config(
            data=folder / "data",
            kalshi_rest_url=kalshi.rest_url,
            kalshi_ws_url=kalshi.ws_url,
            kalshi_key_id=kalshi.key_id,
            kalshi_key_path=Path(kalshi.key_path),
            polymarket_gamma_url=polymarket.gamma_url,
            polymarket_clob_url=polymarket.clob_url,
            polymarket_ws_url=polymarket.ws_url,
        )
        wanted = [market.condition for market in polymarket.exchange.world.directory.markets[:MARKETS]]
        async with recording(config, venues=("kalshi", "polymarket")) as under_way, asyncio.timeout(DUE_S):
            capture = under_way.recorder.capture
            under_way.recorder.venues["polymarket"].want(wanted)
            heard: Counter[str] = Counter()
            valid = ""
            while not valid or min(heard["kalshi"], heard["polymarket"]) < frames:
                await asyncio.sleep(0.2)
                heard.clear()
                for (name, _), lane in under_way.recorder.lanes.items():
                    counts = capture.counts.get(lane.connection)
                    heard[name] += counts.applied if counts is not None else 0
                now_ns = clock.now().mono_ns
                valid = next((m for m in wanted if isinstance(capture.shelf.book(m).state(now_ns), Valid)), "")
    return config, valid


@pytest.mark.parametrize("faults", ["none", "standard"])
def test_a_session_of_two_venues_is_proved_with_the_truth_of_both(tmp_path: Path, faults: str) -> None:
    """B3: one session, one journal; frames, gaps, rows and books of both venues are right, faults or none."""
    config, market = asyncio.run(_record(tmp_path, faults, 300))
    report = proving.verify(config, None, [tmp_path / "kalshi.truth", tmp_path / "polymarket.truth"])
    assert report.ok, report.problems
    assert report.notes == []
    assert report.books_checked > 300
    if faults == "none":
        assert (report.gaps, report.books_unproved) == (0, 0)
    venues = {path.name.removeprefix("venue=") for path in (config.data / "parquet").glob("*/*/venue=*")}
    assert venues == {"kalshi", "polymarket"}
    covered = session_coverage(config.data, None, market)
    assert covered.markets[0].valid_ns > 0
    at_ns = covered.markets[0].stretches[0].to_wall_ns - 1
    shown = book(config.data, market, str(at_ns))
    assert (shown.market, shown.sid, shown.seq) == (market, None, None)
