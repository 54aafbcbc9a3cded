"""One market's book with its certainty: what is on it, and whether that may be believed."""

from collections.abc import Iterable

from firstprint.books.ladder import ANY_PRICE, GridMemo, Ladder, LevelFault
from firstprint.books.state import BookState, Invalid, InvalidReason, Paused, Valid
from firstprint.domain.clock import NS_PER_S
from firstprint.domain.instruments import PriceGrid
from firstprint.domain.marketdata import Level
from firstprint.domain.units import PriceE6

CROSSED_FOR_NS_MAX = NS_PER_S
"""A book that stays crossed for longer than this is wrong (faults F32)."""


class FeedMark:
    """Which subscription feeds a book, and whether something on it is in doubt.

    `doubt_since_mono_ns` is set while a frame that may belong to this subscription could not be read or stands out of
    order: every book on it is uncertain until the next frame in sequence clears it. One mark serves all books of a
    subscription, so that doubt costs the same for one market and for a thousand. `ended` is set when nothing will come
    on the subscription any more.
    """

    __slots__ = ("connection", "doubt_since_mono_ns", "ended", "sid")

    def __init__(self, connection: int, sid: int | None) -> None:
        self.connection = connection
        self.sid = sid
        self.doubt_since_mono_ns: int | None = None
        self.ended = False


class Book:
    """A ladder, the subscription that feeds it, and why it cannot be trusted if it cannot.

    `valid` is True from the market's own snapshot on its present feed until something makes it doubtful. Changes go
    through the protocol session that owns the feed; readers take `state`. `home` is the connection that asked for the
    market last, None when nobody is known to have: while a market moves, only its new home may load the book.
    """

    __slots__ = ("_crossing", "crossed_since_mono_ns", "feed", "grid", "home", "ladder", "market",
                 "paused_since_mono_ns", "reason", "seq", "since_mono_ns", "valid")  # fmt: skip

    def __init__(self, market: str) -> None:
        self.market = market
        self.ladder = Ladder()
        self.grid: dict[PriceE6, bool] = ANY_PRICE
        self.feed: FeedMark | None = None
        self.home: int | None = None
        self.seq: int | None = 0
        self.valid = False
        self.reason = InvalidReason.NOT_SUBSCRIBED
        self.since_mono_ns = 0
        self.paused_since_mono_ns: int | None = None
        self.crossed_since_mono_ns: int | None = None
        self._crossing = 0

    def state(self, now_mono_ns: int) -> BookState:
        """Say what may be believed of the book now; only `Valid` has a ladder to read."""
        feed = self.feed
        if not self.valid or feed is None:
            return Invalid(self.reason, self.since_mono_ns)
        if feed.doubt_since_mono_ns is not None:
            return Invalid(InvalidReason.UNREADABLE_FRAME, feed.doubt_since_mono_ns)
        if self.crossed_too_long(now_mono_ns):
            return Invalid(InvalidReason.CROSSED, self.crossed_since_mono_ns or now_mono_ns)
        if self.paused_since_mono_ns is not None:
            return Paused(self.paused_since_mono_ns)
        return Valid(self.ladder, feed.connection, feed.sid, self.seq)

    def crossed_too_long(self, now_mono_ns: int) -> bool:
        """Tell whether the book has been crossed for longer than a venue's book can be."""
        since = self.crossed_since_mono_ns
        return since is not None and self.ladder.crossed and now_mono_ns - since > CROSSED_FOR_NS_MAX

    def load(
        self, feed: FeedMark, seq: int | None, yes: Iterable[Level], no: Iterable[Level], mono_ns: int
    ) -> LevelFault | None:
        """Take a snapshot from a feed: the book is VALID from here, or INVALID with the fault that is given back."""
        self.feed = feed
        fault = self.ladder.load(yes, no, self.grid)
        if fault is not None:
            self.invalidate(InvalidReason.BAD_SNAPSHOT, mono_ns)
            return fault
        self.seq = seq
        self.valid = True
        self.note_crossing(mono_ns)
        return None

    def note_crossing(self, mono_ns: int) -> None:
        """Remember since when the book is crossed, without a break."""
        if not self.ladder.crossed:
            self.crossed_since_mono_ns = None
        elif self.crossed_since_mono_ns is None or self._crossing != self.ladder.crossings:
            self.crossed_since_mono_ns = mono_ns
            self._crossing = self.ladder.crossings

    def unsubscribe(self, mono_ns: int) -> None:
        """Detach the book from its feed: nothing is known of it from here on."""
        self.feed = None
        self.home = None
        self.valid = False
        self.reason = InvalidReason.NOT_SUBSCRIBED
        self.since_mono_ns = mono_ns
        self.crossed_since_mono_ns = None

    def invalidate(self, reason: InvalidReason, mono_ns: int) -> None:
        """Make the book unreadable, from when its feed fell into doubt if it did.

        The first reason stands until the next snapshot.
        """
        if self.valid or self.reason is InvalidReason.NOT_SUBSCRIBED:
            doubt_ns = self.feed.doubt_since_mono_ns if self.valid and self.feed is not None else None
            self.reason = reason
            self.since_mono_ns = mono_ns if doubt_ns is None else min(doubt_ns, mono_ns)
        self.valid = False
        self.crossed_since_mono_ns = None


class BookShelf(dict[str, Book]):
    """All books by market, of all venues (their names of markets never meet), and the grids they share."""

    def __init__(self) -> None:
        super().__init__()
        self._grids: dict[PriceGrid, GridMemo] = {}

    def book(self, market: str) -> Book:
        """Give the market's book, an unsubscribed one when it has none yet."""
        book = self.get(market)
        if book is None:
            book = self[market] = Book(market)
        return book

    def set_grid(self, market: str, grid: PriceGrid) -> None:
        """Put a market on a price grid; levels already standing keep their place."""
        self.book(market).grid = self._grids.setdefault(grid, GridMemo(grid))
