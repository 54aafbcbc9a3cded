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


class Valid(NamedTuple):
    """The book is what the venue's book was at (`sid`, `seq`) of its connection."""

    ladder: Ladder
    connection: int
    sid: int
    seq: int


class Invalid(NamedTuple):
    """Nothing is known of the book since `since_mono_ns`."""

    reason: InvalidReason
    since_mono_ns: int


class Paused(NamedTuple):
    """The venue has paused the market or the exchange; the book stands still."""

    since_mono_ns: int


BookState: TypeAlias = Valid | Invalid | Paused
