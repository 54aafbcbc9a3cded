"""The recorder as a whole, on virtual time against the simulated venue's engine."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from recording_kit import MemoryJournal
from tests.net.virtual_loop import run_virtual
from tests.simulation.venue import Pump, SimDialer, SimHttp, SimWire, VirtualClock

from firstprint.app.placement import Placement
from firstprint.app.record import Recorder
from firstprint.app.recorder_ports import RecorderPorts, VenuePorts
from firstprint.app.refusals import REFUSED_PAUSE_S
from firstprint.app.settings import RecorderSettings
from firstprint.domain.errors import VenueRefused
from firstprint.domain.happenings import SessionOpened
from firstprint.domain.record import Kind
from firstprint.net.backoff import Backoff
from firstprint.net.limiter import Limiter
from firstprint.net.tasks import Supervisor
from firstprint.sim.kalshi.exchange import Exchange
from firstprint.sim.kalshi.faults import FaultScript
from firstprint.sim.kalshi.keys import KeyRing, generate_key
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.truth import TruthLog
from firstprint.venues.kalshi.auth import Signer, load_private_key
from firstprint.venues.kalshi.rest import KalshiRest
from firstprint.venues.kalshi.venue import KalshiVenue

REFUSED = VenueRefused("handshake", 403, "refused", "not now")


class MoodyDialer:
    """A dialer that refuses while it is told to."""

    def __init__(self, inner: SimDialer) -> None:
        self.url = inner.url
        self.refusing = False
        self.refused = 0
        self._inner = inner

    async def dial(self, listener: Any) -> SimWire:
        if self.refusing:
            self.refused += 1
            raise REFUSED
        return await self._inner.dial(listener)


class Stage:
    """A world, a recorder in it, and what a test does to them."""

    def __init__(self, folder: Path, settings: RecorderSettings, **world: Any) -> None:
        self.clock, self.journal, random = VirtualClock(), MemoryJournal(), Random(1)
        key, keys = generate_key(folder, kind="ed25519"), KeyRing()
        keys.add(key.key_id, key.public_key)
        chosen = SimSettings(**({"markets": 12, "combos": 0, "rate_per_s": 20.0, "created_per_s": 0.2} | world))
        exchange = Exchange(chosen, self.clock.venue_ns(), keys, FaultScript.none(), TruthLog(lambda _: None))
        self.pump = Pump(exchange, self.clock)
        signer = Signer(key.key_id, load_private_key(key.path.read_bytes()))
        self.dialer = MoodyDialer(SimDialer(self.pump, signer))
        http: Any = SimHttp(self.pump, Limiter(rate_per_s=200, capacity=400, random=random))
        ports = RecorderPorts(
            venues=[
                VenuePorts(
                    venue=KalshiVenue(),
                    directory=KalshiRest(http, clock=self.clock, random=random, signer=signer),
                    dialer=self.dialer,
                )
            ],
            journal=self.journal,
            clock=self.clock,
            patience=lambda: Backoff(random),
        )
        opened = SessionOpened(session="s", venue="kalshi", software="test")
        self.recorder = Recorder(ports, settings, opened)

    @property
    def placement(self) -> Placement:
        """Where Kalshi's markets are."""
        lanes = self.recorder.venues["kalshi"].lanes
        assert lanes is not None
        return lanes.placement

    async def play(self, act: Callable[[], Awaitable[None]]) -> None:
        """Record while something happens, and close the session."""
        stop = asyncio.Event()
        self.pump.turn()
        try:
            async with Supervisor(Random(2)) as supervisor:
                supervisor.start("recorder", lambda: self.recorder.run(supervisor, stop), vital=True)
                await act()
                self.recorder.close()
                supervisor.stop()
        finally:
            self.pump.stop()


def _stage(act: Callable[[Stage], Awaitable[None]], folder: Path, settings: RecorderSettings, **world: Any) -> Stage:
    async def run() -> Stage:
        stage = Stage(folder, settings, **world)
        await stage.play(lambda: act(stage))
        return stage

    return run_virtual(run())


def test_markets_without_a_connection_get_one_when_another_market_ends(tmp_path: Path) -> None:
    """B7: with every place taken markets wait, and move in as soon as others are over; bounds hold throughout."""
    settings = RecorderSettings(markets_per_subscription=3, connections_max=3, record_open_at_start=False)
    waited: set[str] = set()
    placed: set[str] = set()

    async def act(stage: Stage) -> None:
        placement = stage.placement
        for _ in range(400):
            await asyncio.sleep(1.0)
            waited.update(placement.homeless)
            placed.update(*placement.places.values())
            assert len(placement) <= 6
            assert not placement.homeless or len(placement) == 6
            assert len(stage.pump.wires) <= 3

    _stage(act, tmp_path, settings, compression=600.0, created_per_s=2.0)
    assert waited & placed, "nobody who waited ever got a place"


def test_refused_from_the_start_the_recording_ends_with_the_refusal(tmp_path: Path) -> None:
    """F06, F07: three refused handshakes and no connection ever: the recorder stops and says why."""

    async def act(stage: Stage) -> None:
        stage.dialer.refusing = True
        await asyncio.sleep(3600.0)

    with pytest.raises(VenueRefused, match="403"):
        _stage(act, tmp_path, RecorderSettings())


def test_refused_later_the_recording_waits_and_goes_on(tmp_path: Path) -> None:
    """F06, A9: a venue that had let us in and then refuses for a while is asked a few times a minute, until it does."""

    async def act(stage: Stage) -> None:
        await asyncio.sleep(20.0)
        stage.dialer.refusing = True
        for wire in tuple(stage.pump.wires):
            wire.end(1008, "go away", "venue")
        await asyncio.sleep(5 * REFUSED_PAUSE_S)
        lanes = len(stage.recorder.lanes)
        assert 3 * lanes <= stage.dialer.refused <= 18 * lanes
        stage.dialer.refusing = False
        await asyncio.sleep(2 * REFUSED_PAUSE_S)
        assert all(lane.up for lane in stage.recorder.lanes.values())

    _stage(act, tmp_path, RecorderSettings())


def test_a_market_that_nobody_has_listed_is_looked_up_once(tmp_path: Path) -> None:
    """F29: a market that frames speak of and no list has told is asked for by name, once."""

    async def act(stage: Stage) -> None:
        await asyncio.sleep(5.0)
        stage.recorder.capture.shelf.book("KXUNHEARD-OF")
        await asyncio.sleep(30.0)

    stage = _stage(act, tmp_path, RecorderSettings(), created_per_s=0.0)
    asked = [record for record in stage.journal.of(Kind.REST_BODY) if b"KXUNHEARD-OF" in record.payload]
    assert len(asked) == 1


def test_a_session_is_closed_last_and_nothing_is_dialled_afterwards(tmp_path: Path) -> None:
    """B3: connections end before the session does, and its end is the last record."""

    async def act(stage: Stage) -> None:
        await asyncio.sleep(10.0)

    stage = _stage(act, tmp_path, RecorderSettings())
    assert stage.journal.kinds()[0] is Kind.SESSION_OPENED
    assert stage.journal.kinds()[-1] is Kind.SESSION_CLOSED
    opened, closed = stage.journal.of(Kind.CONNECTION_OPENED), stage.journal.of(Kind.CONNECTION_CLOSED)
    assert [one.connection for one in opened] == sorted(one.connection for one in closed)


@pytest.mark.parametrize(
    ("lifecycle", "key", "interval_s", "asked_every_s"),
    [
        (True, True, 900.0, 900.0),
        (True, True, 7200.0, 3600.0),
        (True, True, 0.0, 3600.0),
        (False, True, 7200.0, 7200.0),
        (False, True, 0.0, 0.0),
        (True, False, 0.0, 0.0),
    ],
)
def test_rest_is_asked_for_news_every_interval(
    tmp_path: Path, lifecycle: bool, key: bool, interval_s: float, asked_every_s: float
) -> None:
    """A1, B8: the interval holds in both modes; beside the stream REST is a safety net at least once an hour."""
    settings = RecorderSettings(lifecycle_discovery=lifecycle, discovery_interval_s=interval_s)
    looks: list[float] = []

    async def act(stage: Stage) -> None:
        listed = stage.recorder.venues["kalshi"].listed
        assert listed is not None
        if not key:
            listed._lanes = None
        looks.append(listed.interval_s)
        await asyncio.sleep(1.0)

    _stage(act, tmp_path, settings)
    assert looks == [asked_every_s]
