"""One subscription (sid) of one connection: its channel, its markets, its order, and the doubt that may lie on it."""

from firstprint.books.book import FeedMark
from firstprint.books.sequence import Sequencer
from firstprint.domain.gaps import GapReason
from firstprint.venues.kalshi.messages import Message


class Arrival:
    """A decoded frame with where it came from, while its place in the order is being judged."""

    __slots__ = ("message", "mono_ns", "raw", "record")

    def __init__(self, message: Message | None, raw: bytes, record: int, mono_ns: int) -> None:
        self.message = message
        self.raw = raw
        self.record = record
        self.mono_ns = mono_ns


class Subscription:
    """A channel on a connection. Sequence numbers are its own; nothing is comparable across subscriptions.

    `doubt` is why the next hole in the sequence will be there: a frame that could not be read may have been of this
    subscription, or frames are known to be lost. One that has ended (`mark.ended`) is remembered for a while: what
    still comes on it is known for what it is.
    """

    __slots__ = ("announced", "channel", "doubt", "mark", "markets", "order", "sid")

    def __init__(self, connection: int, sid: int, channel: str | None, first_due: int | None) -> None:
        self.sid = sid
        self.channel = channel
        self.announced = False
        self.markets: set[str] = set()
        self.mark = FeedMark(connection, sid)
        self.order: Sequencer[Arrival] = Sequencer(first_due)
        self.doubt: GapReason | None = None

    def cast_doubt(self, reason: GapReason, mono_ns: int) -> None:
        """Let the next frame decide: until it comes, no book of this subscription can be read."""
        self.doubt = reason
        self.order.stop_trusting()
        if self.mark.doubt_since_mono_ns is None:
            self.mark.doubt_since_mono_ns = mono_ns

    def clear_doubt(self) -> None:
        """Take back the doubt: the sequence went on without a hole."""
        self.doubt = None
        self.mark.doubt_since_mono_ns = None
