"""What happens to a market, as a venue's stream, its REST lists and the clock tell it."""

from enum import Enum
from typing import Any

import msgspec

from firstprint.domain.entries import EventEntry
from firstprint.domain.instruments import Market


class Cause(Enum):
    """Which of the three witnesses told us a fact."""

    STREAM = "stream"
    REST = "rest"
    CLOCK = "clock"


class MarketState(Enum):
    """Where a market stands in its life, in every venue's order. UNKNOWN is a state, never a default."""

    UNKNOWN = "unknown"
    INITIALIZED = "initialized"
    ACTIVE = "active"
    INACTIVE = "inactive"
    CLOSED = "closed"
    DETERMINED = "determined"
    SETTLED = "settled"


class LifecycleEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One lifecycle message of a venue, of any type, known or not.

    `event_type` is the venue's word. `venue_ns` is the event's own time in Unix nanoseconds where the message states
    one. `market` is set for messages about a market, `event_ticker` for those about an event. `facts` holds what the
    message says of the market in our words; `raw` everything it said, as decoded JSON.
    """

    event_type: str
    market: str | None = None
    event_ticker: str | None = None
    venue_ns: int | None = None
    sid: int | None = None
    seq: int | None = None
    facts: Market | None = None
    event: EventEntry | None = None
    """What the message says of an event, in part: a field that is None was not stated."""
    raw: dict[str, Any] = {}


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """A market moved from one state to another, and who told us."""

    market: str
    before: MarketState
    after: MarketState
    cause: Cause
    record: int
    wall_ns: int


class Entry(Enum):
    """How a market entered a session."""

    CREATED = "created"
    """Its creation was heard in this session."""
    MID_LIFE = "mid_life"
    """It existed before we first saw it."""


class Participation(msgspec.Struct, kw_only=True):
    """A market's stay in a session: from joining the recording to leaving it. Wall times, nanoseconds."""

    session: str
    market: str
    entry: Entry
    joined_record: int
    joined_ns: int
    left_record: int | None = None
    left_ns: int | None = None
    left_reason: str | None = None
