"""Gaps: holes in what we recorded, as values that become rows."""

from enum import Enum

import msgspec


class GapReason(Enum):
    """Why something is missing. The value is what the tables and the command line show."""

    SEQ_GAP = "SEQ_GAP"
    """A sequence number was skipped."""
    MALFORMED_FRAME = "MALFORMED_FRAME"
    """A frame with this sequence number came, and could not be read."""
    DUPLICATE_DIFFERS = "DUPLICATE_DIFFERS"
    """A sequence number came twice with different content."""
    SEQ_RESTART = "SEQ_RESTART"
    """The numbers began again at 1 without a new subscription."""
    NEGATIVE_LEVEL = "NEGATIVE_LEVEL"
    """A delta would have taken a level below zero, so an earlier one is missing."""
    OFF_GRID = "OFF_GRID"
    """A price that is not on the market's grid."""
    CROSSED = "CROSSED"
    """The book stayed crossed for longer than a venue's book can."""
    SUBSCRIPTION_ENDED = "SUBSCRIPTION_ENDED"
    """The venue ended the subscription with a terminal error."""
    DISCONNECTED = "DISCONNECTED"
    """The connection was lost or closed by the venue."""
    DATA_SILENCE = "DATA_SILENCE"
    """The connection was closed by us because no data came although data was due."""
    SELF_STALL = "SELF_STALL"
    """Our own process stood still."""
    OVERLOAD = "OVERLOAD"
    """Frames came faster than they could be made durable, and some were dropped."""
    DISK_FULL = "DISK_FULL"
    """The disk was full for longer than the queue could hold."""
    RECORDER_DOWN = "RECORDER_DOWN"
    """No recorder ran."""
    PLANNED = "PLANNED"
    """The venue dropped the connection while its exchange was paused."""
    TOUCH_DIFFERS = "TOUCH_DIFFERS"
    """The best prices that the venue states beside its changes are not those of our book: a change is missing."""
    RECONCILE_DIFFERS = "RECONCILE_DIFFERS"
    """The book that REST gave is not the one that the stream had led to: a change is missing."""
    TICK_SIZE_CHANGED = "TICK_SIZE_CHANGED"
    """The venue put the market on another price grid: the book is read anew on it."""


class Gap(msgspec.Struct, kw_only=True):
    """One hole: when, where, which sequence range, why, and how and when it was repaired.

    `opened_record` is the journal record that revealed it. `seq_from` and `seq_to` are both inclusive, and None where
    the hole has no known sequence range (a connection lost, a recorder that was down). `markets` are those whose books
    became uncertain; `pending` those that still wait for their repair. `channel` is the venue's name of the stream with
    the hole. Times are ours, in nanoseconds.
    """

    gap_id: str
    session: str
    connection: int | None
    sid: int | None
    seq_from: int | None
    seq_to: int | None
    reason: GapReason
    opened_record: int
    opened_mono_ns: int
    opened_wall_ns: int
    channel: str | None = None
    markets: tuple[str, ...] = ()
    pending: set[str] = msgspec.field(default_factory=set)
    repaired_record: int | None = None
    repaired_wall_ns: int | None = None
    method: str | None = None
