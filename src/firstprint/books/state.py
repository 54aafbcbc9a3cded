"""The three states of a book, as types. Only a VALID one can be asked for a price."""

from enum import Enum
from typing import NamedTuple, TypeAlias

from firstprint.books.ladder import Ladder


class InvalidReason(Enum):
    """Why a book cannot be trusted."""

    NO_SNAPSHOT = "NO_SNAPSHOT"
    SEQ_GAP = "SEQ_GAP"
    UNREADABLE_FRAME = "UNREADABLE_FRAME"
    DUPLICATE_DIFFERS = "DUPLICATE_DIFFERS"
    SEQ_RESTART = "SEQ_RESTART"
    NEGATIVE_LEVEL = "NEGATIVE_LEVEL"
    OFF_GRID = "OFF_GRID"
    BAD_SNAPSHOT = "BAD_SNAPSHOT"
    CROSSED = "CROSSED"
    SUBSCRIPTION_ENDED = "SUBSCRIPTION_ENDED"
    DISCONNECTED = "DISCONNECTED"
    NOT_SUBSCRIBED = "NOT_SUBSCRIBED"
    TOUCH_DIFFERS = "TOUCH_DIFFERS"
    """The venue's own best prices are not those of the book."""
    RECONCILE_DIFFERS = "RECONCILE_DIFFERS"
    """The venue's REST book is not this one."""
    TICK_SIZE_CHANGED = "TICK_SIZE_CHANGED"
    """The market lies on another price grid now."""


class Valid(NamedTuple):
    """The book is what the venue's book was at (`sid`, `seq`) of its connection; None where it has no such numbers."""

    ladder: Ladder
    connection: int
    sid: int | None
    seq: int | None


class Invalid(NamedTuple):
    """Nothing is known of the book since `since_mono_ns`."""

    reason: InvalidReason
    since_mono_ns: int


class Paused(NamedTuple):
    """The venue has paused the market or the exchange; the book stands still."""

    since_mono_ns: int


BookState: TypeAlias = Valid | Invalid | Paused
