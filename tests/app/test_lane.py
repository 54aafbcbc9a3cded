"""A lane keeps one connection up: it dials again with patience, and records each connection from opening to end."""

import asyncio
from collections.abc import Callable, Mapping
from itertools import count
from random import Random
from typing import Any

import msgspec
import pytest
from recording_kit import Desk
from tests.net.virtual_loop import run_virtual

from firstprint.app.capture import STOPPED
from firstprint.app.lane import DATA_DUE_S, Lane
from firstprint.domain.errors import VenueRefused, VenueUnavailable
from firstprint.domain.gaps import GapReason
from firstprint.domain.happenings import ConnectionClosed
from firstprint.domain.record import Kind
from firstprint.net.backoff import Backoff

REFUSED = VenueRefused("handshake", 401, "refused", "INCORRECT_API_KEY_SIGNATURE")
AWAY = VenueUnavailable("handshake", 503, "maintenance")


class FakeWire:
    """A socket that keeps what is sent and closes when told."""

    def __init__(self, listener: Any) -> None:
        self.response_headers: Mapping[str, str] = {}
        self.listener = listener
        self.sent: list[bytes] = []

    def send(self, payload: bytes) -> None:
        self.sent.append(payload)

    def close(self, code: int, reason: str) -> None:
        asyncio.get_running_loop().call_soon(self.listener.closed, code, reason, "us")


class FakeDialer:
    """Answers each dial with the next of a script: an error, or a wire for None; then with wires."""

    url = "wss://venue"

    def __init__(self, *script: Exception | None) -> None:
        self.script = list(script)
        self.dialled_s: list[float] = []
        self.wires: list[FakeWire] = []

    async def dial(self, listener: Any) -> FakeWire:
        self.dialled_s.append(asyncio.get_running_loop().time())
        outcome = self.script.pop(0) if self.script else None
        if outcome is not None:
            raise outcome
        self.wires.append(FakeWire(listener))
        return self.wires[-1]


def _lane(desk: Desk, dialer: FakeDialer) -> Lane:
    numbers = count(1)
    patience = Backoff(Random(1))
    return Lane("books", desk.venue, dialer, desk.scribe, desk.capture, desk.clock, patience, lambda: next(numbers))


def _run(lane: Lane, act: Callable[[], None], for_s: float = 1000.0, before_s: float = 1.0) -> None:
    """Keep a lane for so long on virtual time, and do something to it on the way."""

    async def keep() -> None:
        asyncio.get_running_loop().call_later(before_s, act)
        try:
            async with asyncio.timeout(for_s):
                await lane.keep()
        except TimeoutError:
            pass

    run_virtual(keep())


def test_a_venue_that_is_away_is_dialled_again_ever_more_slowly() -> None:
    """F09, F15: failures never end the lane; the first retry comes within 250 ms, the later ones at most 30 s apart."""
    desk, dialer = Desk(), FakeDialer(*[AWAY] * 20)
    _run(_lane(desk, dialer), lambda: None)
    pauses = [after - before for before, after in zip(dialer.dialled_s, dialer.dialled_s[1:], strict=False)]
    assert len(dialer.dialled_s) == 21
    assert pauses[0] <= 0.25
    assert all(1.0 <= pause <= 30.0 for pause in pauses[1:])
    assert max(pauses) > 8.0


def test_three_refusals_in_a_row_are_final() -> None:
    """F06: a handshake that is refused three times in a row is not hammered: the lane ends with the refusal."""
    dialer = FakeDialer(REFUSED, REFUSED, AWAY, REFUSED)
    with pytest.raises(VenueRefused, match="401"):
        _run(_lane(Desk(), dialer), lambda: None)
    assert len(dialer.dialled_s) == 4


def test_a_connection_between_refusals_starts_the_count_anew() -> None:
    """F06: refusals count only in a row."""
    desk, dialer = Desk(), FakeDialer(REFUSED, REFUSED, None, REFUSED, REFUSED)
    lane = _lane(desk, dialer)
    _run(lane, lambda: dialer.wires[0].listener.closed(None, "lost", "network"), before_s=10.0)
    assert len(dialer.wires) == 2


def test_each_connection_has_a_number_and_its_end_is_recorded() -> None:
    """Law 2: opened and closed records stand around what a connection said, with cause and side."""
    desk, dialer = Desk(), FakeDialer()
    lane = _lane(desk, dialer)
    _run(lane, lambda: dialer.wires[0].listener.closed(1012, "restart", "venue"), for_s=5)
    opened, closed = desk.journal.of(Kind.CONNECTION_OPENED), desk.journal.of(Kind.CONNECTION_CLOSED)
    assert [record.connection for record in opened] == [1, 2]
    end = msgspec.json.decode(closed[0].payload, type=ConnectionClosed)
    assert (end.code, end.reason, end.cause, end.by) == (1012, "restart", "DISCONNECTED", "venue")


def test_a_useless_connection_is_hung_up_with_its_cause() -> None:
    """F13: a connection that we give up is closed in the record as DATA_SILENCE, and another is dialled."""
    desk, dialer = Desk(), FakeDialer()
    lane = _lane(desk, dialer)
    _run(lane, lambda: lane.hang_up(GapReason.DATA_SILENCE), for_s=5)
    end = msgspec.json.decode(desk.journal.of(Kind.CONNECTION_CLOSED)[0].payload, type=ConnectionClosed)
    assert (end.cause, end.by) == ("DATA_SILENCE", "us")
    assert len(dialer.wires) == 2


def test_the_end_of_the_session_is_no_hole() -> None:
    """B3: a connection closed because the session ends is recorded once, as stopped."""
    desk, dialer = Desk(), FakeDialer()
    lane = _lane(desk, dialer)
    _run(lane, lane.stop, for_s=3)
    (record,) = desk.journal.of(Kind.CONNECTION_CLOSED)
    assert msgspec.json.decode(record.payload, type=ConnectionClosed).cause == STOPPED
    assert not desk.live.gaps_opened
    assert not lane.up


def test_a_command_is_in_the_record_before_it_is_sent() -> None:
    """Law 1: what goes out is journaled first; what cannot be recorded is not sent."""
    desk, dialer = Desk(), FakeDialer()
    lane = _lane(desk, dialer)
    lane.wanted = {"KXA-1"}
    _run(lane, lambda: None, for_s=3)
    sent = dialer.wires[0].sent
    assert sent
    assert [record.payload for record in desk.journal.of(Kind.FRAME_OUT)] == sent

    desk, dialer = Desk(), FakeDialer()
    lane = _lane(desk, dialer)

    def fill() -> None:
        desk.journal.full = True
        lane.wanted = {"KXA-1"}
        lane.steer()

    _run(lane, fill, for_s=3)
    assert dialer.wires[0].sent == []


def test_a_connection_that_cannot_be_recorded_is_not_kept() -> None:
    """Law 1: where the journal has no room for its opening, a connection is closed at once and dialled later."""
    desk, dialer = Desk(), FakeDialer()
    desk.journal.full = True
    lane = _lane(desk, dialer)

    def room() -> None:
        desk.journal.full = False

    _run(lane, room, for_s=120, before_s=5)
    assert len(dialer.wires) > 1
    assert len(desk.journal.of(Kind.CONNECTION_OPENED)) == 1
    assert lane.up


class FakePulses:
    """Remembers what is watched, and counts beats."""

    def __init__(self) -> None:
        self.watched: dict[str, float] = {}
        self.beats = 0

    def heartbeat(self, name: str, deadline_s: float) -> "FakePulses":
        self.watched[name] = deadline_s
        return self

    def forget(self, name: str) -> None:
        del self.watched[name]

    def beat(self) -> None:
        self.beats += 1


def test_data_is_watched_from_outside_the_loop_while_a_connection_stands() -> None:
    """Design 5.7: a ping proves the socket; data have a deadline of their own, kept by a thread of its own."""
    desk, dialer = Desk(), FakeDialer()
    lane, pulses = _lane(desk, dialer), FakePulses()
    lane.pulses = pulses
    seen: list[dict[str, float]] = []

    def act() -> None:
        dialer.wires[0].listener.frames([b'{"type":"ticker"}'], desk.clock.now().mono_ns)
        seen.append(dict(pulses.watched))
        dialer.wires[0].listener.closed(None, "lost", "network")
        seen.append(dict(pulses.watched))

    _run(lane, act, for_s=1.1)
    assert pulses.beats == 1
    assert seen == [{"data on connection 1 (books)": DATA_DUE_S}, {}]
