"""A recorder of two venues: Kalshi by its lists, Polymarket as far as it is wanted; neither stops the other."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from recording_kit import MemoryJournal
from second_venue_kit import FIRST, MARKET, book, change, market_body, rest_books
from tests.net.virtual_loop import run_virtual
from tests.simulation.venue import Pump, SimDialer, SimHttp, SimWire, VirtualClock

from firstprint.app.record import Recorder
from firstprint.app.recorder_ports import RecorderPorts, VenuePorts
from firstprint.app.settings import RecorderSettings
from firstprint.books.state import Valid
from firstprint.domain.errors import VenueRefused, VenueUnavailable
from firstprint.domain.happenings import ConnectionOpened, RestRequest, SessionOpened
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
from firstprint.venues.polymarket.commands import PING, read_command
from firstprint.venues.polymarket.messages import PONG
from firstprint.venues.polymarket.rest import Answer
from firstprint.venues.polymarket.venue import PolymarketVenue

UNKNOWN = "0x" + "cd" * 32
BIDS, ASKS = [("0.48", "30")], [("0.52", "25")]


class Polymarket:
    """A small Polymarket without a socket: one market, its book, and moods. Dialer, wire and lookup in one."""

    url = "wss://polymarket"

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.refusing = self.both_refusing = self.away = self.closed = False
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.bids = list(BIDS)
        self.wires: list[PolymarketWire] = []

    async def dial(self, listener: Any) -> "PolymarketWire":
        if self.refusing:
            raise VenueRefused("handshake", 403, "refused", "not from where you are")
        self.wires.append(PolymarketWire(self, listener))
        return self.wires[-1]

    def now(self) -> int:
        return self._clock.now().mono_ns

    def at_ms(self) -> int:
        return self._clock.now().wall_ns // 1_000_000

    def trade(self, size: str) -> None:
        """Let a level of bids change, and tell those who listen."""
        self.bids = [*BIDS, ("0.40", size)]
        for wire in self.wires:
            if wire.hears_books:
                wire.say(change("0.40", size, "BUY", ("0.48", "0.52"), self.at_ms()))

    def markets(self, markets: Sequence[str]) -> AsyncIterator[Answer]:
        facts = (
            {"closed": True, "outcomePrices": '["1", "0"]', "umaResolutionStatus": "resolved"} if self.closed else {}
        )
        return self._answer("markets", markets, RestRequest(path="/markets/keyset", api="gamma"), market_body(**facts))

    def books(self, markets: Sequence[str]) -> AsyncIterator[Answer]:
        told = rest_books(self.bids, ASKS, self.at_ms())
        return self._answer("books", markets, RestRequest(path="/books", api="clob"), told)

    async def _answer(
        self, what: str, markets: Sequence[str], request: RestRequest, body: bytes
    ) -> AsyncIterator[Answer]:
        self.asked.append((what, tuple(markets)))
        if self.away:
            raise VenueUnavailable(what, 503, "maintenance")
        if MARKET in markets:
            yield Answer(request, body)


class PolymarketWire:
    """One open connection of it."""

    def __init__(self, venue: Polymarket, listener: Any) -> None:
        self.response_headers: Mapping[str, str] = {}
        self._venue = venue
        self._listener = listener
        self._over = self.hears_books = False

    def send(self, payload: bytes) -> None:
        command = read_command(payload)
        if payload == PING:
            self.say(PONG)
        elif command is not None and command.subscribes and FIRST in command.assets and not command.broadcasts_only:
            self.hears_books = True
            self.say(book(self._venue.bids, ASKS, self._venue.at_ms()))

    def say(self, frame: bytes) -> None:
        asyncio.get_running_loop().call_later(0.05, self._hear, frame)

    def _hear(self, frame: bytes) -> None:
        if not self._over:
            self._listener.frames([frame], self._venue.now())

    def close(self, code: int, reason: str) -> None:
        self._over = True
        asyncio.get_running_loop().call_soon(self._listener.closed, code, reason, "us")


class MoodyDialer:
    """Kalshi's dialer, that refuses while both venues are told to."""

    def __init__(self, inner: SimDialer, polymarket: Polymarket) -> None:
        self.url = inner.url
        self._inner = inner
        self._polymarket = polymarket

    async def dial(self, listener: Any) -> SimWire:
        if self._polymarket.both_refusing:
            raise VenueRefused("handshake", 401, "refused", "not now")
        return await self._inner.dial(listener)


class Stage:
    """Both venues, a recorder of them, and what a test does to them."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.journal, random = VirtualClock(), MemoryJournal(), Random(1)
        key, keys = generate_key(folder, kind="ed25519"), KeyRing()
        keys.add(key.key_id, key.public_key)
        world = SimSettings(markets=12, combos=0, rate_per_s=20.0, created_per_s=0.2)
        exchange = Exchange(world, self.clock.venue_ns(), keys, FaultScript.none(), TruthLog(lambda _: None))
        self.pump = Pump(exchange, self.clock)
        self.polymarket = Polymarket(self.clock)
        signer = Signer(key.key_id, load_private_key(key.path.read_bytes()))
        http: Any = SimHttp(self.pump, Limiter(rate_per_s=200, capacity=400, random=random))
        kalshi = VenuePorts(
            venue=KalshiVenue(),
            directory=KalshiRest(http, clock=self.clock, random=random, signer=signer),
            dialer=MoodyDialer(SimDialer(self.pump, signer), self.polymarket),
        )
        other = VenuePorts(venue=PolymarketVenue(), dialer=self.polymarket, lookup=self.polymarket)
        ports = RecorderPorts(
            venues=[kalshi, other], journal=self.journal, clock=self.clock, patience=lambda: Backoff(random)
        )
        opened = SessionOpened(session="s", venue="kalshi", venues=["kalshi", "polymarket"], software="test")
        self.recorder = Recorder(ports, RecorderSettings(market_facts_s=60.0), opened)
        self.other = self.recorder.venues["polymarket"]

    def frames_of(self, venue: str) -> int:
        """Count the frames recorded on a venue's connections."""
        opened = self.journal.of(Kind.CONNECTION_OPENED)
        mine = {
            one.connection for one in opened if msgspec.json.decode(one.payload, type=ConnectionOpened).venue == venue
        }
        return sum(one.connection in mine for one in self.journal.of(Kind.FRAME_IN))

    def valid(self, market: str) -> bool:
        """Tell whether a market's book is VALID now."""
        return isinstance(self.recorder.capture.shelf.book(market).state(self.clock.now().mono_ns), Valid)

    async def play(self, act: Callable[["Stage"], Awaitable[None]]) -> None:
        """Record while something happens, and close the session."""
        self.pump.turn()
        try:
            async with Supervisor(Random(2)) as supervisor:
                supervisor.start("recorder", lambda: self.recorder.run(supervisor, asyncio.Event()), vital=True)
                await act(self)
                self.recorder.close()
                supervisor.stop()
        finally:
            self.pump.stop()


def _stage(folder: Path, act: Callable[[Stage], Awaitable[None]]) -> Stage:
    async def run() -> Stage:
        stage = Stage(folder)
        await stage.play(act)
        return stage

    return run_virtual(run())


def test_a_wanted_market_is_looked_up_recorded_and_let_go(tmp_path: Path) -> None:
    """What is wanted is asked for at once, its book becomes VALID, and it leaves when nobody wants it any more."""

    async def act(stage: Stage) -> None:
        await asyncio.sleep(5.0)
        assert stage.polymarket.asked == []
        stage.other.want([MARKET, UNKNOWN])
        await asyncio.sleep(5.0)
        assert stage.polymarket.asked[0] == ("markets", (MARKET, UNKNOWN))
        assert stage.valid(MARKET)
        assert UNKNOWN not in stage.recorder.capture.attendance.present
        stage.other.unwant([MARKET])
        await asyncio.sleep(5.0)
        assert MARKET not in stage.recorder.capture.attendance.present

    stage = _stage(tmp_path, act)
    kalshi = stage.recorder.venues["kalshi"].lanes
    assert kalshi is not None
    assert MARKET not in kalshi.placement, "the other venue's markets are none of Kalshi's"
    assert len(kalshi.placement) > 10


def test_records_name_their_venue(tmp_path: Path) -> None:
    """B3: one journal; each connection and each REST body says whose it is, and the session names both."""

    async def act(stage: Stage) -> None:
        stage.other.want([MARKET])
        await asyncio.sleep(10.0)

    journal = _stage(tmp_path, act).journal
    opened = {
        msgspec.json.decode(one.payload, type=ConnectionOpened).venue for one in journal.of(Kind.CONNECTION_OPENED)
    }
    assert opened == {"kalshi", "polymarket"}
    heads = [one.payload.partition(b"\n")[0] for one in journal.of(Kind.REST_BODY)]
    assert {msgspec.json.decode(head, type=RestRequest).venue for head in heads} == {"kalshi", "polymarket"}
    assert msgspec.json.decode(journal.records[0].payload, type=SessionOpened).venues == ["kalshi", "polymarket"]


def test_a_venue_that_refuses_us_stops_no_other(tmp_path: Path) -> None:
    """A9: refused handshakes pause that venue's lanes alone; it is counted, shown, and recorded once it lets us in."""

    async def act(stage: Stage) -> None:
        stage.polymarket.refusing = True
        stage.other.want([MARKET])
        await asyncio.sleep(200.0)
        before = stage.frames_of("kalshi")
        assert stage.other.failures >= 2
        assert "403" in stage.other.failing["refused"]
        assert stage.recorder.venues["kalshi"].failing == {}
        await asyncio.sleep(20.0)
        assert stage.frames_of("kalshi") > before + 100
        stage.polymarket.refusing = False
        await asyncio.sleep(120.0)
        assert stage.valid(MARKET)
        assert "refused" not in stage.other.failing

    _stage(tmp_path, act)


def test_two_venues_that_refuse_us_from_the_start_are_waited_for(tmp_path: Path) -> None:
    """A9: with more than one venue no refusal ends the session: what is refused today may be let in tomorrow."""

    async def act(stage: Stage) -> None:
        stage.polymarket.refusing = stage.polymarket.both_refusing = True
        stage.other.want([MARKET])
        await asyncio.sleep(100.0)
        assert stage.recorder.capture.counts == {}
        assert {name for name, one in stage.recorder.venues.items() if "refused" in one.failing} == {
            "kalshi",
            "polymarket",
        }
        stage.polymarket.refusing = stage.polymarket.both_refusing = False
        await asyncio.sleep(130.0)
        assert stage.valid(MARKET)
        assert stage.frames_of("kalshi") > 100

    _stage(tmp_path, act)


def test_a_venue_that_does_not_answer_is_asked_again(tmp_path: Path) -> None:
    """A9: lookups that fail are shown and repeated, and the other venue goes on meanwhile."""

    async def act(stage: Stage) -> None:
        stage.polymarket.away = True
        stage.other.want([MARKET])
        await asyncio.sleep(30.0)
        assert stage.other.failures >= 3
        assert "503" in stage.other.failing["markets"]
        assert stage.frames_of("kalshi") > 100
        stage.polymarket.away = False
        await asyncio.sleep(10.0)
        assert stage.valid(MARKET)
        assert stage.other.failing == {}

    _stage(tmp_path, act)


def test_a_market_that_is_over_leaves_though_the_stream_never_said_so(tmp_path: Path) -> None:
    """The venue's lists are asked again and again what became of what is wanted; what is over is recorded no more."""

    async def act(stage: Stage) -> None:
        stage.other.want([MARKET])
        await asyncio.sleep(10.0)
        assert MARKET in stage.recorder.capture.attendance.present
        stage.polymarket.closed = True
        await asyncio.sleep(80.0)
        assert MARKET not in stage.recorder.capture.attendance.present
        assert stage.other.wanted is not None
        assert MARKET not in stage.other.wanted

    _stage(tmp_path, act)


def test_books_are_compared_with_rest_when_the_connection_asks(tmp_path: Path) -> None:
    """A book that no frame can prove is asked for by REST, recorded, and confirmed."""

    async def act(stage: Stage) -> None:
        stage.other.want([MARKET])
        for size in range(1, 200):
            await asyncio.sleep(5.0)
            stage.polymarket.trade(str(size))
        assert ("books", (MARKET,)) in stage.polymarket.asked
        assert stage.valid(MARKET)

    stage = _stage(tmp_path, act)
    bodies = [one.payload.partition(b"\n")[0] for one in stage.journal.of(Kind.REST_BODY)]
    asked = [msgspec.json.decode(head, type=RestRequest) for head in bodies]
    assert any(one.path == "/books" and one.venue == "polymarket" for one in asked)


@pytest.mark.parametrize("twice", [1, 2])
def test_to_want_twice_is_to_want_once(tmp_path: Path, twice: int) -> None:
    """Wanting is a set: a market wanted again is not asked for again, and one word of farewell is enough."""

    async def act(stage: Stage) -> None:
        for _ in range(twice):
            stage.other.want([MARKET])
            await asyncio.sleep(5.0)
        assert stage.polymarket.asked.count(("markets", (MARKET,))) == 1
        stage.other.unwant([MARKET])
        await asyncio.sleep(2.0)
        assert MARKET not in stage.recorder.capture.attendance.present

    _stage(tmp_path, act)
