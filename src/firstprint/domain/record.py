"""The records of the journal: everything that reached us or left us, in the order in which it did.

A session is the fold of its records: whoever reads them in order, live or years later, comes to the same books, gaps
and states. So anything that may change a state, the passing of time included, is a record.
"""

from enum import IntEnum
from typing import NamedTuple


class Kind(IntEnum):
    """What a journal record holds. The numbers are on disk: never reuse one."""

    SESSION_OPENED = 1
    """Payload: JSON `SessionOpened`."""
    SESSION_CLOSED = 2
    """Payload: JSON `SessionClosed`."""
    CONNECTION_OPENED = 3
    """Payload: JSON `ConnectionOpened`."""
    CONNECTION_CLOSED = 4
    """Payload: JSON `ConnectionClosed`."""
    FRAME_IN = 5
    """Payload: the frame's bytes, as received."""
    FRAME_OUT = 6
    """Payload: the frame's bytes, as sent."""
    REST_BODY = 7
    """Payload: one line of JSON `RestRequest`, a newline, the body's bytes as received."""
    TICK = 8
    """No payload: time passed. Written every second, so that what happens by the clock happens again in a replay."""
    CLOCK_STEP = 9
    """Payload: JSON `ClockStep`."""
    LOSS = 10
    """Payload: JSON `Loss`: frames came that could not be kept."""
    STALL = 11
    """Payload: JSON `Stall`: our own process stood still."""
    REST_BODY_PACKED = 12
    """Payload: as REST_BODY, the body as one zstd frame. Only the journals of sync runs hold such records."""


class JournalRecord(NamedTuple):
    """One record: its number in the session (from 1), kind, connection (0 for none), our times in ns, and payload."""

    number: int
    kind: Kind
    connection: int
    mono_ns: int
    wall_ns: int
    payload: bytes
