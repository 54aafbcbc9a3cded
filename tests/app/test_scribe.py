"""The scribe: first written, then folded; what cannot be written is neither, and is accounted for."""

import msgspec
from recording_kit import Desk

from firstprint.domain.clock import NS_PER_S
from firstprint.domain.gaps import GapReason
from firstprint.domain.happenings import ClockStep, ConnectionClosed, ConnectionOpened, Loss
from firstprint.domain.record import Kind

FRAME = b'{"type":"ok","id":1,"sid":1,"seq":1,"msg":{"market_tickers":[]}}'
OPENED = ConnectionOpened(url="wss://venue", purpose="books")


def test_dropped_frames_are_counted_and_one_loss_says_how_many_and_since_when() -> None:
    """Law 10: while the queue is full frames are dropped, and the first thing after it is a LOSS with their sum."""
    desk = Desk()
    desk.scribe.write(Kind.CONNECTION_OPENED, 1, OPENED)
    desk.journal.full = True
    since_ns = desk.clock.wall_ns
    assert not desk.scribe.frames(1, [FRAME, FRAME], desk.clock.mono_ns)
    desk.clock.pass_s(2)
    assert not desk.scribe.frames(1, [FRAME], desk.clock.mono_ns)
    assert desk.scribe.losing
    desk.journal.full = False
    assert desk.scribe.frames(1, [FRAME], desk.clock.mono_ns)
    assert desk.journal.kinds()[-2:] == [Kind.LOSS, Kind.FRAME_IN]
    loss = msgspec.json.decode(desk.journal.of(Kind.LOSS)[0].payload, type=Loss)
    assert (loss.frames, loss.bytes, loss.cause) == (3, 3 * len(FRAME), "OVERLOAD")
    assert loss.since_wall_ns == since_ns
    assert desk.scribe.dropped_frames == 3
    assert not desk.scribe.losing
    assert desk.live.gaps_opened == {"OVERLOAD": 1}


def test_a_loss_keeps_the_cause_it_began_with() -> None:
    """F65: what a full disk costs is called DISK_FULL, even when the record of it is written later."""
    desk = Desk()
    desk.scribe.loss_cause = GapReason.DISK_FULL
    desk.journal.full = True
    desk.scribe.frames(1, [FRAME], desk.clock.mono_ns)
    desk.scribe.loss_cause = GapReason.OVERLOAD
    desk.journal.full = False
    assert desk.scribe.write(Kind.TICK)
    assert desk.live.gaps_opened == {"DISK_FULL": 1}


def test_the_end_of_a_connection_is_owed_until_there_is_room() -> None:
    """Law 2: a connection that ends while nothing can be written is closed in the record before anything else is."""
    desk = Desk()
    desk.scribe.write(Kind.CONNECTION_OPENED, 1, OPENED)
    desk.journal.full = True
    desk.scribe.closed(1, ConnectionClosed(code=1006, by="network"))
    assert 1 in desk.capture.feeds
    assert not desk.scribe.write(Kind.TICK)
    desk.journal.full = False
    assert desk.scribe.write(Kind.TICK)
    assert desk.journal.kinds()[-2:] == [Kind.CONNECTION_CLOSED, Kind.TICK]
    assert 1 not in desk.capture.feeds


def test_a_step_of_the_wall_clock_is_a_record_and_drift_is_not() -> None:
    """F54: the wall clock moved by an hour is a CLOCK_STEP of an hour; a few milliseconds are drift."""
    desk = Desk()
    desk.clock.wall_ns += 10_000_000
    desk.scribe.follow_clock()
    assert not desk.journal.of(Kind.CLOCK_STEP)
    desk.clock.wall_ns -= 3600 * NS_PER_S
    desk.scribe.follow_clock()
    (step,) = desk.journal.of(Kind.CLOCK_STEP)
    assert msgspec.json.decode(step.payload, type=ClockStep).step_ns == -3600 * NS_PER_S
    desk.scribe.follow_clock()
    assert len(desk.journal.of(Kind.CLOCK_STEP)) == 1


def test_steps_while_nothing_can_be_written_are_recorded_afterwards() -> None:
    """F54: no step is lost to a full queue; several become their sum."""
    desk = Desk()
    desk.journal.full = True
    for _ in range(2):
        desk.clock.wall_ns += NS_PER_S
        desk.scribe.follow_clock()
    desk.journal.full = False
    desk.scribe.follow_clock()
    (step,) = desk.journal.of(Kind.CLOCK_STEP)
    assert msgspec.json.decode(step.payload, type=ClockStep).step_ns == 2 * NS_PER_S


def test_frames_carry_the_wall_time_of_their_receipt() -> None:
    """Law 4: a frame's wall time follows from when it was received, not from when it was written."""
    desk = Desk()
    received_ns = desk.clock.mono_ns
    wall_ns = desk.clock.wall_ns
    desk.clock.pass_s(3)
    desk.scribe.frames(1, [FRAME], received_ns)
    (frame,) = desk.journal.of(Kind.FRAME_IN)
    assert (frame.mono_ns, frame.wall_ns) == (received_ns, wall_ns)
