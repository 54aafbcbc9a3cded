"""Frames in their right order, applied: to books, to the listener, to the counts. Pure.

Each frame is counted once: applied, control, duplicate or quarantined (invariant I01).
"""

from collections.abc import Iterable

from firstprint.books.book import Book, BookShelf
from firstprint.books.gaps import GapLedger
from firstprint.books.ladder import LevelFault
from firstprint.books.state import InvalidReason
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.feed import FeedListener
from firstprint.domain.gaps import GapReason
from firstprint.domain.marketdata import BookSnapshot, FrameStamp
from firstprint.venues.kalshi import parse
from firstprint.venues.kalshi.commands import BOOKS
from firstprint.venues.kalshi.conversation import MUST_ASK, Conversation
from firstprint.venues.kalshi.messages import (
    DeltaFrame,
    EventFeeFrame,
    EventLifecycleFrame,
    LifecycleFrame,
    SnapshotFrame,
    TickerFrame,
    TradeFrame,
)
from firstprint.venues.kalshi.subscription import Subscription

_FAULT_REASONS = {
    LevelFault.NEGATIVE_LEVEL: (InvalidReason.NEGATIVE_LEVEL, GapReason.NEGATIVE_LEVEL),
    LevelFault.OFF_GRID: (InvalidReason.OFF_GRID, GapReason.OFF_GRID),
    LevelFault.DUPLICATE_LEVEL: (InvalidReason.BAD_SNAPSHOT, GapReason.MALFORMED_FRAME),
}


class FrameCounts:
    """What became of a connection's frames. Their sum is the number of frames received."""

    __slots__ = ("applied", "control", "duplicate", "quarantined")

    def __init__(self) -> None:
        self.applied = 0
        self.control = 0
        self.duplicate = 0
        self.quarantined = 0

    @property
    def frames(self) -> int:
        """All frames received."""
        return self.applied + self.control + self.duplicate + self.quarantined


class Content:
    """Applies the frames of one connection and opens the gaps that their content reveals."""

    def __init__(self, talk: Conversation, shelf: BookShelf, gaps: GapLedger, listener: FeedListener) -> None:
        self._talk = talk
        self._shelf = shelf
        self._gaps = gaps
        self._listener = listener
        self.counts = FrameCounts()
        self._crossed: dict[str, Book] = {}

    def apply(self, sub: Subscription, message: object, stamp: FrameStamp, raw: bytes) -> None:
        """Apply one data frame that is in order; a frame whose content cannot be read goes to quarantine."""
        try:
            if isinstance(message, DeltaFrame):
                self._delta(sub, message, stamp)
            elif isinstance(message, SnapshotFrame):
                self._snapshot(sub, message, stamp)
            elif isinstance(message, TradeFrame):
                self._listener.on_trade(stamp, parse.trade(message))
            elif isinstance(message, TickerFrame):
                if self._listener.wants_market_data:
                    self._listener.on_ticker(stamp, parse.ticker(message))
            else:
                self._lifecycle(message, stamp)
            self.counts.applied += 1
        except (MalformedMessage, ValueError) as error:
            self.quarantine(stamp, parse.reason_of(error), str(error), raw)
            self._unusable(sub, message, stamp)

    def _unusable(self, sub: Subscription, message: object, stamp: FrameStamp) -> None:
        """See to a frame whose market can be read and whose content cannot: only that market has lost something."""
        market = message.msg.market_ticker if isinstance(message, DeltaFrame | SnapshotFrame | TradeFrame) else None
        if isinstance(message, DeltaFrame | SnapshotFrame):
            sub.markets.add(message.msg.market_ticker)
        self.content_lost(sub, stamp, getattr(message, "seq", None), market)
        if isinstance(message, SnapshotFrame):
            self._spoil(message.msg.market_ticker, message.id, stamp)

    def _spoil(self, market: str, command_id: int | None, stamp: FrameStamp) -> None:
        """Take note of a snapshot that came and cannot be used: it is asked for again, but not at once."""
        if command_id is not None:
            self._talk.snapshot_answered(command_id, market)
        self._talk.uncertain[market] = stamp.mono_ns
        self._talk.spoilt.add(market)

    def _lifecycle(self, message: object, stamp: FrameStamp) -> None:
        if isinstance(message, LifecycleFrame):
            event = parse.market_event(message.msg, message.sid, message.seq)
        elif isinstance(message, EventLifecycleFrame):
            event = parse.event_event("event_lifecycle", message.msg, message.sid, message.seq)
        elif isinstance(message, EventFeeFrame):
            event = parse.event_event("event_fee_update", message.msg, message.sid, message.seq)
        else:
            raise MalformedMessage("UNKNOWN_TYPE", f"a message of type {type(message).__name__}")
        self._listener.on_lifecycle(stamp, event)

    def _delta(self, sub: Subscription, frame: DeltaFrame, stamp: FrameStamp) -> None:
        price_e6, delta_e6 = parse.delta_numbers(frame)
        self.delta(sub, frame, price_e6, delta_e6, stamp)

    def delta(self, sub: Subscription, frame: DeltaFrame, price_e6: int, delta_e6: int, stamp: FrameStamp) -> None:
        """Apply a delta whose numbers are converted, to a book that may not be there, or not be VALID."""
        book = self._shelf.book(frame.msg.market_ticker)
        applied = book.valid and book.feed is sub.mark
        if applied:
            fault = book.ladder.add(frame.msg.side, price_e6, delta_e6, book.grid)
            if fault is not None:
                applied = False
                self.refuse_level(sub, book, fault, frame.seq, stamp)
            else:
                book.seq = frame.seq
                self._note_crossing(book, stamp.mono_ns)
        elif book.feed is not sub.mark and not self._talk.is_elsewhere(book):
            self.await_snapshot(sub, book, stamp.mono_ns)
        if self._listener.wants_market_data:
            self._listener.on_delta(stamp, parse.book_delta(frame, price_e6, delta_e6), applied=applied)

    def look_closer(self, sub: Subscription, book: Book, fault: LevelFault | None, seq: int, stamp: FrameStamp) -> None:
        """See to a delta that was refused, or that left its book crossed."""
        if fault is not None:
            self.refuse_level(sub, book, fault, seq, stamp)
        else:
            self._note_crossing(book, stamp.mono_ns)

    def _note_crossing(self, book: Book, mono_ns: int) -> None:
        book.note_crossing(mono_ns)
        if book.crossed_since_mono_ns is not None:
            self._crossed[book.market] = book

    def drop_crossed(self, sub: Subscription, stamp: FrameStamp) -> None:
        """Give up the books that have been crossed for longer than a venue's book can be (F32)."""
        for market, book in tuple(self._crossed.items()):
            if not (book.valid and book.ladder.crossed and book.feed is sub.mark):
                del self._crossed[market]
            elif book.crossed_too_long(stamp.mono_ns):
                self.open_gap(sub, GapReason.CROSSED, InvalidReason.CROSSED, stamp, None, None, (market,))

    def unsubscribe(self, sub: Subscription, stamp: FrameStamp) -> None:
        """Detach the books of a subscription that ended by our own will."""
        for market in sub.markets if sub.channel == BOOKS else ():
            book = self._shelf.book(market)
            if book.feed is sub.mark:
                book.unsubscribe(stamp.mono_ns)

    def await_snapshot(self, sub: Subscription, book: Book, mono_ns: int) -> None:
        """Take note of a market that sends deltas before its snapshot on this subscription (F29)."""
        book.feed = sub.mark
        book.invalidate(InvalidReason.NO_SNAPSHOT, mono_ns)
        sub.markets.add(book.market)
        self._talk.uncertain.setdefault(book.market, MUST_ASK)

    def refuse_level(
        self,
        sub: Subscription,
        book: Book,
        fault: LevelFault,
        seq: int,
        stamp: FrameStamp,
        *,
        was_valid: bool = True,
    ) -> None:
        """Give up a book whose change was refused: INVALID, a gap row, and a new snapshot (F30, F31).

        A book that has an open gap already keeps that one: a snapshot that is wrong again is not a hole more. A level
        below zero proves that an earlier message is missing, whose number nobody knows. A price off the grid is this
        message's own fault: its number is the hole.
        """
        invalid, reason = _FAULT_REASONS[fault]
        book.invalidate(invalid, stamp.mono_ns)
        self._talk.uncertain[book.market] = MUST_ASK
        if not was_valid and self._gaps.waits(BOOKS, book.market):
            return
        number = seq if fault is not LevelFault.NEGATIVE_LEVEL else None
        self._gaps.add(
            reason, stamp, channel=BOOKS, sid=sub.sid, seq_from=number, seq_to=number, markets=(book.market,)
        )

    def _snapshot(self, sub: Subscription, frame: SnapshotFrame, stamp: FrameStamp) -> None:
        snapshot = parse.snapshot(frame.msg, frame.sid, frame.seq)
        book = self._shelf.book(snapshot.market)
        sub.markets.add(book.market)
        if frame.id is not None:
            self._talk.snapshot_answered(frame.id, book.market)
        if book.home in (None, sub.mark.connection):
            self._load(sub, book, snapshot, frame, stamp)
        else:
            self._talk.uncertain.pop(book.market, None)
        self._listener.on_snapshot(stamp, snapshot)

    def _load(
        self, sub: Subscription, book: Book, snapshot: BookSnapshot, frame: SnapshotFrame, stamp: FrameStamp
    ) -> None:
        was_valid = book.valid
        fault = book.load(sub.mark, frame.seq, snapshot.yes, snapshot.no, stamp.mono_ns)
        if fault is not None:
            self.refuse_level(sub, book, fault, frame.seq, stamp, was_valid=was_valid)
            self._spoil(book.market, None, stamp)
            return
        self._talk.uncertain.pop(book.market, None)
        self._talk.spoilt.discard(book.market)
        self._gaps.market_repaired(BOOKS, book.market, stamp, "snapshot")
        self._note_crossing(book, stamp.mono_ns)

    def quarantine(self, stamp: FrameStamp, reason: str, detail: str, raw: bytes) -> None:
        """Keep a frame that cannot be read as it is, and count it."""
        self.counts.quarantined += 1
        self._listener.on_quarantined(stamp, reason, detail, raw)

    def content_lost(self, sub: Subscription, stamp: FrameStamp, seq: int | None, market: str | None) -> None:
        """Open the gap of a frame whose content is lost; `market` None means that it may have been any of them.

        A frame without a number (a ticker) is a summary that the next one replaces: it leaves no hole.
        """
        if seq is None:
            return
        markets = (market,) if market is not None else None
        self.open_gap(sub, GapReason.MALFORMED_FRAME, InvalidReason.UNREADABLE_FRAME, stamp, seq, seq, markets)

    def open_gap(
        self,
        sub: Subscription,
        reason: GapReason,
        invalid: InvalidReason,
        stamp: FrameStamp,
        seq_from: int | None,
        seq_to: int | None,
        markets: Iterable[str] | None = None,
    ) -> None:
        """Open a gap on a subscription and, if it feeds books, make those of the markets INVALID.

        `markets` None means all of them, and that answers to our commands may lie in the hole too.
        """
        touched = tuple(sub.markets if markets is None else markets)
        if sub.channel == BOOKS:
            touched = tuple(market for market in touched if not self._talk.is_elsewhere(self._shelf.book(market)))
        if markets is None:
            self._talk.answers_lost(sub.sid)
        if sub.channel == BOOKS:
            for market in touched:
                self._shelf.book(market).invalidate(invalid, stamp.mono_ns)
                self._talk.uncertain[market] = MUST_ASK
        self._gaps.add(
            reason, stamp, channel=sub.channel, sid=sub.sid, seq_from=seq_from, seq_to=seq_to, markets=touched
        )
