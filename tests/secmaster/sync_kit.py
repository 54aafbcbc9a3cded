"""Syncs against the simulated venue's own engine: the real client, journals and database, and no sockets."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Engine

from firstprint.app.secmaster.market_sync import MarketSync
from firstprint.app.secmaster.report import SyncReport
from firstprint.app.secmaster.requests import MarketRequest, SeriesRequest
from firstprint.app.secmaster.series_sync import SeriesSync
from firstprint.app.secmaster.sync import SyncPorts
from firstprint.bootstrap.syncing import sync_ports
from firstprint.config import Config
from firstprint.domain.clock import Instant
from firstprint.domain.entries import MarketEntry
from firstprint.domain.errors import VenueUnavailable
from firstprint.journal.folder import DataFolder
from firstprint.net.http import HttpAnswer
from firstprint.net.limiter import Limiter
from firstprint.net.retry import NO_RETRY
from firstprint.sim.kalshi.exchange import Exchange
from firstprint.sim.kalshi.faults import FaultRule, FaultScript
from firstprint.sim.kalshi.keys import KeyRing
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.truth import TruthLog
from firstprint.store.database import open_store
from firstprint.venues.kalshi.lists_client import KalshiLists
from firstprint.venues.kalshi.rest import KalshiRest

NS_PER_S = 1_000_000_000
START_NS = 1_795_000_000 * NS_PER_S
API_ROOT = "/trade-api/v2"
FIELDS = tuple(name for name in MarketEntry.__struct_fields__ if name != "ticker")


class HandClock:
    """A clock that moves when told, and a little at every look, as clocks do."""

    def __init__(self) -> None:
        self.ns = START_NS

    def now(self) -> Instant:
        self.ns += 1_000
        return Instant(self.ns - START_NS, self.ns)

    def pass_s(self, seconds: float) -> None:
        self.ns += int(seconds * NS_PER_S)


class EngineHttp:
    """What KalshiRest needs of an HTTP client, answered by the engine at the clock's time.

    `on_request` may raise in the place of an answer: the network.
    """

    base_url = "https://simulated" + API_ROOT
    base_path = API_ROOT

    def __init__(self, exchange: Exchange, clock: HandClock) -> None:
        self.limiter = Limiter(rate_per_s=200.0, capacity=1e9, random=Random(1))
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.on_request: Callable[[str, dict[str, str]], None] = lambda *_: None
        self._exchange = exchange
        self._clock = clock

    async def get(
        self,
        path: str,
        query: Sequence[tuple[str, str]] = (),
        *,
        cost: float,
        headers: Callable[[], Mapping[str, str]] = dict,
    ) -> HttpAnswer:
        await asyncio.sleep(0)
        self.asked.append((path, dict(query)))
        self.on_request(path, dict(query))
        came = self._exchange.rest("GET", API_ROOT + path, urlencode(query), headers(), self._clock.now().wall_ns)
        names = {name.lower(): value for name, value in came.headers.items()}
        return HttpAnswer(came.status, names, came.body, self._clock.now().wall_ns)


class Bench:
    """One simulated world, one master, and the syncs between them."""

    def __init__(self, engine: Engine, folder: Path, *rules: FaultRule, **settings: Any) -> None:
        quiet = {
            "markets": 300, "combos": 20, "rate_per_s": 0, "created_per_s": 0, "tier": "prestige", "stale_s": 0.0,
        }  # fmt: skip
        self.clock = HandClock()
        self.engine = engine
        self.config = Config(data=folder)
        self.exchange = Exchange(
            SimSettings(**(quiet | settings)), START_NS, KeyRing(5_000), FaultScript(rules), TruthLog(lambda _: None)
        )
        self.world = self.exchange.world
        self.http = EngineHttp(self.exchange, self.clock)
        DataFolder.prepare(folder)

    def ports(self) -> SyncPorts:
        """Join a sync as the program does, over a fresh client."""
        rest = KalshiRest(self.http, clock=self.clock, random=Random(2), retry=NO_RETRY)  # type: ignore[arg-type]
        return sync_ports(self.config, self.engine, KalshiLists(rest), self.clock, Random(3))

    def series(self, **wishes: Any) -> SyncReport:
        """Run a series sync."""
        return asyncio.run(SeriesSync(self.ports()).run(SeriesRequest(**wishes)))

    def markets(self, mode: str, **wishes: Any) -> SyncReport:
        """Plan and run a market sync."""
        sync = MarketSync(self.ports())
        return asyncio.run(sync.run(sync.plan(MarketRequest(mode=mode, **wishes))))  # type: ignore[arg-type]

    def pass_s(self, seconds: float) -> None:
        """Let the world live on."""
        self.clock.pass_s(seconds)
        self.exchange.advance(self.clock.ns)


class Cut:
    """A network that is cut after so many requests, once."""

    def __init__(self, after: int) -> None:
        self._left = after

    def __call__(self, path: str, query: dict[str, str]) -> None:
        self._left -= 1
        if self._left == 0:
            raise VenueUnavailable(f"GET {path}", None, "the network is cut")


@contextmanager
def sqlite_engine(folder: Path) -> Iterator[Engine]:
    """Open an embedded database."""
    engine = open_store(folder / "firstprint.sqlite")
    try:
        yield engine
    finally:
        engine.dispose()
