"""The capture: a session as the fold of its journal, the same live, in replay and under simulation. Pure.

Every journal record is applied once, in order. What follows from it (books, gaps, lives, stays) is kept here and told
to the listener. The capture asks for nothing and decides nothing: who records reads it and acts.
"""

from collections.abc import Callable, Sequence

import msgspec

from firstprint.app.ports import Feed, FrameCounts, Venue
from firstprint.app.sweeps import Sweeps
from firstprint.app.venues import Venues
from firstprint.books.book import BookShelf
from firstprint.books.gaps import GapLedger
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.feed import CaptureListener
from firstprint.domain.gaps import Gap, GapReason
from firstprint.domain.happenings import (
    ConnectionClosed,
    ConnectionOpened,
    Loss,
    RestRequest,
    SessionClosed,
    SessionOpened,
    Stall,
)
from firstprint.domain.instruments import Market
from firstprint.domain.lifecycle import Cause, LifecycleEvent, MarketState, Transition
from firstprint.domain.marketdata import BookSnapshot, FrameStamp, Trade
from firstprint.domain.record import JournalRecord, Kind
from firstprint.domain.rest import RestFacts
from firstprint.lifecycle.attendance import Attendance
from firstprint.lifecycle.census import Census

TRADES_REMEMBERED_MAX = 200_000
_OVER = (MarketState.DETERMINED, MarketState.SETTLED)
STOPPED = "STOPPED"
"""The cause of a connection that we closed because the session ends: no hole, the session says so itself."""


class Capture:
    """One session's state. Give it records; read `shelf`, `gaps`, `census`, `attendance`, `feeds`, `sweeps`.

    The census may be given, empty, where the listener needs to read it. `trading` says of each venue whether it trades,
    where it has said so.
    """

    def __init__(self, venues: Venues, listener: CaptureListener, census: Census | None = None) -> None:
        self._venues = venues
        self._venue = venues.first
        self._venue_of: dict[int, Venue] = {}
        self._listener = listener
        self.wants_market_data = listener.wants_market_data
        self.on_delta = listener.on_delta
        self.on_ticker = listener.on_ticker
        self.on_gap_opened = listener.on_gap_opened
        self.on_gap_closed = listener.on_gap_closed
        self.on_quarantined = listener.on_quarantined
        self.session = ""
        self.shelf = BookShelf()
        self.gaps = GapLedger(self)
        self.census = Census() if census is None else census
        self.attendance = Attendance()
        self.feeds: dict[int, Feed] = {}
        self.counts: dict[int, FrameCounts] = {}
        self.markets_told = 0
        self.sweeps = Sweeps(self.gaps, self.feeds, self.attendance)
        self.trading: dict[str, bool] = {}
        self._down: Gap | None = None
        self._trades_seen: dict[str, None] = {}
        self._folds: dict[Kind, Callable[[FrameStamp, bytes], None]] = {
            Kind.SESSION_OPENED: self._session_opened,
            Kind.SESSION_CLOSED: self._session_closed,
            Kind.CONNECTION_OPENED: self._connection_opened,
            Kind.CONNECTION_CLOSED: self._connection_closed,
            Kind.FRAME_IN: lambda stamp, payload: self.apply_frames((payload,), stamp),
            Kind.FRAME_OUT: self._frame_out,
            Kind.REST_BODY: self._rest_body,
            Kind.TICK: lambda stamp, _: self._tick(stamp),
            Kind.CLOCK_STEP: lambda stamp, _: self._tick(stamp),
            Kind.LOSS: self._loss,
            Kind.STALL: self._stall,
        }

    def apply(self, record: JournalRecord) -> None:
        """Fold one record. Raises MalformedMessage when a record of our own making cannot be read."""
        stamp = FrameStamp(record.number, record.connection, record.mono_ns, record.wall_ns)
        try:
            self._folds[record.kind](stamp, record.payload)
        except msgspec.MsgspecError as error:
            raise MalformedMessage("BAD_RECORD", f"record {record.number} ({record.kind.name}): {error}") from error

    def apply_frames(self, frames: Sequence[bytes], first: FrameStamp) -> None:
        """Fold frames of one connection received together; they follow one record and 1 ns apart."""
        feed = self.feeds.get(first.connection)
        if feed is None:
            feed = self._open_feed(first.connection, self._venues.first, from_start=False)
        self._speak_of(self._venue_of[first.connection])
        feed.receive(frames, first)

    def _speak_of(self, venue: Venue) -> None:
        """Tell the listener of which venue the next calls speak, where it is another than before."""
        if venue is not self._venue:
            self._venue = venue
            self._listener.on_venue(venue.name)

    def _speak_of_connection(self, connection: int) -> None:
        self._speak_of(self._venue_of.get(connection, self._venues.first))

    def _open_feed(self, connection: int, venue: Venue, *, from_start: bool) -> Feed:
        feed: Feed = venue.feed(connection, self.shelf, self.gaps, self, from_start=from_start)
        self._venue_of[connection] = venue
        self.feeds[connection] = feed
        self.counts[connection] = feed.counts
        return feed

    def _session_opened(self, stamp: FrameStamp, payload: bytes) -> None:
        opened = msgspec.json.decode(payload, type=SessionOpened)
        self.session = opened.session
        self._venues.begin(opened.venue)
        self._venue = self._venues.first
        self.gaps.begin(opened.session)
        self.attendance.begin(opened.session)
        self._listener.on_session_opened(stamp, opened)
        if opened.previous_end_wall_ns is not None:
            self._down = self.gaps.add(
                GapReason.RECORDER_DOWN, stamp, channel="session", since_wall_ns=opened.previous_end_wall_ns
            )

    def _session_closed(self, stamp: FrameStamp, payload: bytes) -> None:
        closed = msgspec.json.decode(payload, type=SessionClosed)
        for market in tuple(self.attendance.present):
            self._leave(market, stamp, "session_end")
        self._listener.on_session_closed(stamp, closed)

    def _connection_opened(self, stamp: FrameStamp, payload: bytes) -> None:
        opened = msgspec.json.decode(payload, type=ConnectionOpened)
        venue = self._venues.named(opened.venue)
        self._speak_of(venue)
        self._open_feed(stamp.connection, venue, from_start=True)
        self._listener.on_connection_opened(stamp, opened)

    def _connection_closed(self, stamp: FrameStamp, payload: bytes) -> None:
        closed = msgspec.json.decode(payload, type=ConnectionClosed)
        self._speak_of_connection(stamp.connection)
        feed = self.feeds.pop(stamp.connection, None)
        if feed is not None:
            feed.closed(None if closed.cause == STOPPED else self._cause(closed.cause), stamp)
        self._listener.on_connection_closed(stamp, closed)

    def _cause(self, word: str) -> GapReason:
        """Tell why a connection ended: one that the venue drops while it trades nothing is part of its pause (F51)."""
        reason = _gap_reason(word)
        paused = self.trading.get(self._venue.name) is False
        return GapReason.PLANNED if reason is GapReason.DISCONNECTED and paused else reason

    def _frame_out(self, stamp: FrameStamp, payload: bytes) -> None:
        feed = self.feeds.get(stamp.connection)
        if feed is None:
            return
        self._speak_of_connection(stamp.connection)
        asked = feed.sent(payload, stamp)
        for market in asked.joining:
            self._join(market, stamp)
        for market in asked.leaving:
            self._leave(market, stamp, self.census.life(market).state.value)

    def _join(self, market: str, stamp: FrameStamp) -> None:
        stay, life = self.attendance.join(market, stamp), self.census.life(market)
        life.venue, grid = self._venue.name, life.facts.grid
        if grid is not None:
            self.shelf.set_grid(market, grid)
        self._pause_as_due(market, stamp.mono_ns)
        if stay is not None:
            self._listener.on_joined(stay)

    def _leave(self, market: str, stamp: FrameStamp, reason: str) -> None:
        stay = self.attendance.leave(market, stamp, reason)
        if stay is not None:
            self._listener.on_left(stay)

    def _rest_body(self, stamp: FrameStamp, payload: bytes) -> None:
        head, _, body = payload.partition(b"\n")
        request = msgspec.json.decode(head, type=RestRequest)
        venue = self._venues.named(request.venue)
        self._speak_of(venue)
        try:
            facts = venue.told(request, body)
        except MalformedMessage as error:
            self._listener.on_quarantined(stamp, error.reason, error.detail, body)
            return
        self._rest_facts(facts, stamp)

    def _rest_facts(self, facts: RestFacts, stamp: FrameStamp) -> None:
        self.sweeps.begin(facts)
        for detail, raw in facts.unreadable:
            self._listener.on_quarantined(stamp, "BAD_ROW", detail, raw)
        self.markets_told += len(facts.markets)
        for market in facts.markets:
            self._learn(market, Cause.REST, stamp)
        for trade in facts.trades:
            self.on_trade(stamp, trade)
        for book in facts.books:
            self._rest_book(book, stamp)
        if facts.trading is not None:
            self._pause_all(stamp, paused=not facts.trading)
        self.sweeps.end(facts, stamp)

    def _rest_book(self, book: BookSnapshot, stamp: FrameStamp) -> None:
        """Take a book that REST gave: a row always, a check where a connection feeds it, else a market recorded so.

        A venue that has had a connection records by its stream alone: a late answer brings no market back.
        """
        carrier = self._carrier(book.market)
        if carrier is None and book.market not in self.attendance.present and not self._streams():
            self._join(book.market, stamp)
        self._listener.on_snapshot(stamp, book)
        if carrier is not None:
            self.feeds[carrier].checked(stamp._replace(connection=carrier), book)

    def _carrier(self, market: str) -> int | None:
        """Give the connection that feeds a market's book, or that was asked for it last; None when there is none."""
        book = self.shelf.get(market)
        if book is None:
            return None
        fed = book.feed is not None and not book.feed.ended
        connection = book.feed.connection if book.feed is not None and fed else book.home
        return connection if connection in self.feeds else None

    def _streams(self) -> bool:
        """Tell whether the venue that is spoken of has had a connection in this session."""
        return any(venue is self._venue for venue in self._venue_of.values())

    def _pause_all(self, stamp: FrameStamp, *, paused: bool) -> None:
        if self.trading.get(self._venue.name) is (not paused):
            return
        self.trading[self._venue.name] = not paused
        for market in self.attendance.present:
            self._pause_as_due(market, stamp.mono_ns)

    def _pause_as_due(self, market: str, mono_ns: int) -> None:
        """Pause a book while the exchange or its market does; it stays paused since when it first was."""
        book, life = self.shelf.book(market), self.census.life(market)
        paused = self.trading.get(life.venue) is False or life.state is MarketState.INACTIVE
        if not paused:
            book.paused_since_mono_ns = None
        elif book.paused_since_mono_ns is None:
            book.paused_since_mono_ns = mono_ns

    def _learn(self, told: Market, cause: Cause, stamp: FrameStamp) -> None:
        """Take what a witness said of a market; tell the listener what is new in it."""
        life = self.census.life(told.ticker)
        life.venue, before = self._venue.name, life.facts
        transition = self.census.learn(told, cause, stamp.record, stamp.wall_ns)
        facts = life.facts
        if facts != before:
            self._listener.on_market(stamp, told, cause)
        if facts.grid != before.grid and facts.grid is not None and told.ticker in self.attendance.present:
            self.shelf.set_grid(told.ticker, facts.grid)
        if transition is not None:
            self._moved(transition, stamp)

    def _moved(self, transition: Transition, stamp: FrameStamp) -> None:
        if transition.market in self.attendance.present:
            self._pause_as_due(transition.market, stamp.mono_ns)
            if transition.after in _OVER:
                self._over(transition.market, stamp)
        self._listener.on_transition(transition)

    def _over(self, market: str, stamp: FrameStamp) -> None:
        """Let a market go whose life ended while no connection carried it; where one does, it is unsubscribed there."""
        feed, venue = self.shelf.book(market).feed, self._venues.named(self.census.life(market).venue)
        if feed is not None and not feed.ended and feed.connection in self.feeds:
            return
        self.gaps.market_repaired(venue.book_channel, market, stamp, "left")
        self.gaps.market_repaired(venue.ticker_channel, market, stamp, "left")
        self._leave(market, stamp, self.census.life(market).state.value)

    def _tick(self, stamp: FrameStamp) -> None:
        for connection, feed in tuple(self.feeds.items()):
            self._speak_of_connection(connection)
            feed.tick(stamp._replace(connection=connection))
        for transition in self.census.pass_time(stamp.record, stamp.wall_ns):
            self._speak_of(self._venues.named(self.census.life(transition.market).venue))
            self._moved(transition, stamp)

    def _loss(self, stamp: FrameStamp, payload: bytes) -> None:
        loss = msgspec.json.decode(payload, type=Loss)
        reason = _gap_reason(loss.cause)
        self.gaps.add(reason, stamp, channel="journal", since_wall_ns=loss.since_wall_ns)
        self.gaps.channel_repaired("journal", stamp, "resumed")
        for feed in self.feeds.values():
            feed.doubt(reason, stamp.mono_ns)

    def _stall(self, stamp: FrameStamp, payload: bytes) -> None:
        msgspec.json.decode(payload, type=Stall)
        for feed in self.feeds.values():
            feed.doubt(GapReason.SELF_STALL, stamp.mono_ns)

    def on_snapshot(self, stamp: FrameStamp, snapshot: BookSnapshot) -> None:
        """Pass a snapshot on; the first of a session ends the time in which no recorder ran."""
        if self._down is not None:
            self.gaps.channel_repaired("session", stamp, "snapshot")
            self._down = None
        self._listener.on_snapshot(stamp, snapshot)

    def on_trade(self, stamp: FrameStamp, trade: Trade) -> None:
        """Pass a trade on, once: a trade read again by REST, or sent twice, is known by its id."""
        if trade.trade_id in self._trades_seen:
            return
        if len(self._trades_seen) >= TRADES_REMEMBERED_MAX:
            del self._trades_seen[next(iter(self._trades_seen))]
        self._trades_seen[trade.trade_id] = None
        self._listener.on_trade(stamp, trade)

    def on_lifecycle(self, stamp: FrameStamp, event: LifecycleEvent) -> None:
        """Fold a lifecycle message into the market's life and pass it on."""
        self._listener.on_lifecycle(stamp, event)
        if event.facts is None:
            return
        if event.event_type == "created":
            self.attendance.heard_created(event.facts.ticker)
        self._learn(event.facts, Cause.STREAM, stamp)


def _gap_reason(word: str) -> GapReason:
    try:
        return GapReason(word)
    except ValueError as error:
        raise MalformedMessage("BAD_RECORD", f"a cause that this version does not know: {word!r}") from error
