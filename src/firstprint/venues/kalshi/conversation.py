"""What was asked on one connection and what Kalshi answered: commands in flight, subscriptions, repairs. Pure.

The rules (DESIGN.md 5, docs/venues/kalshi.md):

1. Answers come out of order and are found by id.
2. `subscribed` opens a sid. A further subscribe to the same channel merges into it and is answered `ok`.
3. An `ok` with a list of tickers states the whole subscription as it is at that sequence number.
4. Errors 10, 17 and 25 end the subscription they name, and 7 says that the one we named does not exist.
5. What comes on a sid after its end belongs to no subscription; a new `subscribed` opens the sid anew.
"""

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from firstprint.books.book import Book, BookShelf
from firstprint.books.gaps import GapLedger
from firstprint.books.state import InvalidReason
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.marketdata import FrameStamp
from firstprint.venues.kalshi.commands import BOOKS, SEQUENCED_FROM_ONE, TICKERS, Command, read_command
from firstprint.venues.kalshi.messages import ChannelBody, ErrorFrame, OkFrame, SubscribedFrame, UnsubscribedFrame
from firstprint.venues.kalshi.subscription import Subscription

TERMINAL_CODES = frozenset({10, 17, 25})
UNKNOWN_SID = 7
MARKET_CODES = frozenset({11, 16})
"""Errors that may name a market which cannot be subscribed to."""
OMITTED = -1
"""Stands for the code of a market that an `ok` left out of the list although the command named it."""
FAILURES_KEPT = 1_000
SUBSCRIPTIONS_MAX = 64
SID_MAX = 2**53
ENDED_KEPT = 16
MUST_ASK = 0


class Failure(NamedTuple):
    """A command that Kalshi refused, or (command None) an error that answers none of ours."""

    command: Command | None
    code: int
    text: str
    sid: int | None
    markets: tuple[str, ...]


class Conversation:
    """The control side of one connection.

    `uncertain` holds the markets of the book channel that wait for a snapshot, with the moment (monotonic ns) we last
    asked for one; MUST_ASK means that nobody has asked since the book became doubtful. `spoilt` are those of them whose
    last snapshot came and could not be used. `from_start` says that the connection is heard from its opening on: then
    every subscription on it counts from 1. `answered` counts what the venue has answered with anything but an error.
    """

    def __init__(self, connection: int, shelf: BookShelf, gaps: GapLedger, *, from_start: bool = False) -> None:
        self._first_due = 1 if from_start else None
        self._connection = connection
        self._shelf = shelf
        self._gaps = gaps
        self.subscriptions: dict[int, Subscription] = {}
        self.ended: dict[int, Subscription] = {}
        self.pending: dict[int, Command] = {}
        self.uncertain: dict[str, int] = {}
        self.spoilt: set[str] = set()
        self.answered = 0
        self.failures: deque[Failure] = deque(maxlen=FAILURES_KEPT)
        self.next_id = 1
        self.holes = 0
        self._snapshots_due: dict[int, set[str]] = {}

    def subscription(self, sid: int, channel: str | None) -> Subscription:
        """Give the subscription of a sid, an ended one too; one that data came for before `subscribed` is opened here.

        Raises MalformedMessage when that would be more subscriptions than a connection can have.
        """
        known = self.subscriptions.get(sid) or self.ended.get(sid)
        if known is None:
            if not self.has_room_for(sid):
                raise MalformedMessage("BAD_SID", f"sid {sid}, or more than {SUBSCRIPTIONS_MAX} on one connection")
            known = self.subscriptions[sid] = Subscription(self._connection, sid, channel, self._first_due)
        elif known.channel is None:
            known.channel = channel
        return known

    def has_room_for(self, sid: int) -> bool:
        """Tell whether a sid is known, or may be opened."""
        if not 0 <= sid <= SID_MAX:
            return False
        return sid in self.subscriptions or sid in self.ended or len(self.subscriptions) < SUBSCRIPTIONS_MAX

    def end(self, sub: Subscription) -> None:
        """Take note that nothing belongs to a subscription any more; the last few are remembered."""
        sub.mark.ended = True
        self.subscriptions.pop(sub.sid, None)
        self.ended.pop(sub.sid, None)
        self.ended[sub.sid] = sub
        if len(self.ended) > ENDED_KEPT:
            del self.ended[next(iter(self.ended))]

    def on_channel(self, channel: str) -> Subscription | None:
        """Give the connection's subscription of a channel; there is at most one."""
        return next((one for one in self.subscriptions.values() if one.channel == channel), None)

    def sent(self, payload: bytes, mono_ns: int) -> Command:
        """Take note of a command that went out."""
        command = read_command(payload, mono_ns)
        self.pending[command.id] = command
        self.next_id = max(self.next_id, command.id + 1)
        if self._brings_snapshots(command):
            for market in command.markets:
                book = self._shelf.book(market)
                book.home = self._connection
                book.invalidate(InvalidReason.NO_SNAPSHOT, mono_ns)
                self.uncertain[market] = mono_ns
        elif command.action == "get_snapshot":
            self._snapshots_due[command.id] = set(command.markets)
            for market in self.uncertain.keys() & set(command.markets):
                self.uncertain[market] = mono_ns
        return command

    def _brings_snapshots(self, command: Command) -> bool:
        if command.cmd == "subscribe":
            return command.channel == BOOKS
        if command.action != "add_markets" or command.sid is None:
            return False
        known = self.subscriptions.get(command.sid)
        return known is not None and known.channel == BOOKS

    def snapshot_answered(self, command_id: int, market: str) -> None:
        """Take a snapshot that answers a get_snapshot; the command is answered when its last market is."""
        due = self._snapshots_due.get(command_id)
        if due is None:
            return
        self.answered += 1
        due.discard(market)
        if not due:
            self.forget(command_id)

    def answered_in_part(self, command_id: int) -> bool:
        """Tell whether some of the snapshots that a command asked for have come, and some not."""
        command, due = self.pending.get(command_id), self._snapshots_due.get(command_id)
        return command is not None and due is not None and len(due) < len(set(command.markets))

    def forget(self, command_id: int) -> Command | None:
        """Wait no more for the answer to a command; give the command if we did."""
        self._snapshots_due.pop(command_id, None)
        return self.pending.pop(command_id, None)

    def answers_lost(self, sid: int) -> None:
        """Forget what was asked of a subscription: a hole in it may have swallowed the answers. It is asked again."""
        self.holes += 1
        for command in [one for one in self.pending.values() if one.sid == sid]:
            self.forget(command.id)

    def _answer(self, command_id: int | None) -> Command | None:
        command = self.forget(command_id) if command_id is not None else None
        self.answered += command is not None
        return command

    def subscribed(self, frame: SubscribedFrame, stamp: FrameStamp) -> bool:
        """Open a subscription; False when this very answer was already given. Raises MalformedMessage for too many."""
        sid, channel = frame.msg.sid, frame.msg.channel
        command = self._answer(frame.id)
        known = self.subscriptions.get(sid)
        if known is not None and known.channel == channel and known.announced and command is None:
            return False
        if known is None:
            if not self.has_room_for(sid):
                raise MalformedMessage("BAD_SID", f"sid {sid}, or more than {SUBSCRIPTIONS_MAX} on one connection")
            self.ended.pop(sid, None)
            first_due = 1 if channel in SEQUENCED_FROM_ONE else self._first_due
            known = self.subscriptions[sid] = Subscription(self._connection, sid, channel, first_due)
        known.channel = channel
        known.announced = True
        if command is not None:
            self._enter(known, command.markets, stamp)
        return True

    def _enter(self, sub: Subscription, markets: Iterable[str], stamp: FrameStamp) -> None:
        """Count markets among a subscription's. A ticker is a summary: to hear it again is all the repair there is."""
        sub.markets.update(markets)
        if sub.channel == TICKERS:
            for market in markets:
                self._gaps.market_repaired(TICKERS, market, stamp, "resubscribed")

    def ok(self, frame: OkFrame, stamp: FrameStamp) -> None:
        """Take the answer to a change of a subscription."""
        command = self._answer(frame.id)
        if isinstance(frame.msg, list):
            self._listed(frame.msg)
            return
        sid = frame.sid if frame.sid is not None or command is None else command.sid
        sub = self.subscriptions.get(sid) if sid is not None else None
        if sub is None:
            return
        asks = command is not None and (command.action == "add_markets" or command.cmd == "subscribe")
        asked = command.markets if command is not None and asks else ()
        stated = frame.msg.market_tickers if frame.msg is not None else None
        if stated is not None:
            self._leave(sub, sub.markets - set(stated), stamp)
            self._enter(sub, stated, stamp)
            self._omitted(sub, command, set(asked) - sub.markets, stamp)
        elif command is not None and command.action == "delete_markets":
            self._leave(sub, set(command.markets), stamp)
        else:
            self._enter(sub, asked, stamp)

    def _omitted(self, sub: Subscription, command: Command | None, markets: set[str], stamp: FrameStamp) -> None:
        """Take note of markets that a command named and that its `ok` says are not subscribed: they are refused."""
        if command is None or not markets:
            return
        self._let_go(sub.channel == BOOKS, markets, stamp, "refused")
        text = "not in the subscription that the answer states"
        self.failures.append(Failure(command, OMITTED, text, sub.sid, tuple(sorted(markets))))

    def _listed(self, channels: list[ChannelBody]) -> None:
        """Learn the channels of sids that are heard of but not known; a list opens no subscription."""
        for body in channels:
            known = self.subscriptions.get(body.sid)
            if known is not None and known.channel is None:
                known.channel = body.channel

    def _leave(self, sub: Subscription, markets: set[str], stamp: FrameStamp) -> None:
        sub.markets -= markets
        if sub.channel == TICKERS:
            for market in markets:
                self._gaps.market_repaired(TICKERS, market, stamp, "left")
        self._let_go(sub.channel == BOOKS, markets, stamp, "left")

    def _let_go(self, of_books: bool, markets: Iterable[str], stamp: FrameStamp, method: str) -> None:
        """Wait for no snapshot of markets any more, unless another connection has taken them over."""
        for market in markets if of_books else ():
            self.uncertain.pop(market, None)
            self.spoilt.discard(market)
            book = self._shelf.book(market)
            if self.is_elsewhere(book):
                continue
            book.unsubscribe(stamp.mono_ns)
            self._gaps.market_repaired(BOOKS, market, stamp, method)

    def is_elsewhere(self, book: Book) -> bool:
        """Tell whether a book belongs to another connection: the one that asked for it last, or that feeds it."""
        if book.home is not None:
            return book.home != self._connection
        return book.feed is not None and not book.feed.ended and book.feed.connection != self._connection

    def disconnected(self) -> None:
        """Take the end of the connection: no market is at home on it any more."""
        asked = [market for command in self.pending.values() for market in command.markets]
        heard = [market for sub in self.subscriptions.values() for market in sub.markets]
        for market in (*asked, *heard):
            book = self._shelf.get(market)
            if book is not None and book.home == self._connection:
                book.home = None
        for sub in tuple(self.subscriptions.values()):
            self.end(sub)
        self.pending.clear()

    def unsubscribed(self, frame: UnsubscribedFrame, stamp: FrameStamp) -> None:
        """Close a subscription that we ended. Its holes stay open until each market's next snapshot."""
        self._answer(frame.id)
        sub = self.subscriptions.get(frame.sid)
        if sub is None:
            return
        self.end(sub)
        for market in sub.markets if sub.channel == BOOKS else ():
            self.uncertain.pop(market, None)
            self.spoilt.discard(market)
            book = self._shelf.book(market)
            if book.feed is sub.mark:
                book.unsubscribe(stamp.mono_ns)

    def refused(self, frame: ErrorFrame, stamp: FrameStamp) -> Failure:
        """Take an error; the subscription it ends, if it ends one, is named in the failure's `sid`."""
        command = self.forget(frame.id) if frame.id is not None else None
        body = frame.msg
        markets = (body.market_ticker,) if body.market_ticker else tuple(body.market_tickers or ())
        sid = frame.sid if frame.sid is not None else (command.sid if command is not None else None)
        failure = Failure(command, body.code, body.msg, sid, markets)
        self.failures.append(failure)
        if command is not None and self._brings_snapshots(command):
            self._not_brought(command, failure, stamp)
        return failure

    def _not_brought(self, command: Command, failure: Failure, stamp: FrameStamp) -> None:
        """Undo what a refused command had announced: its markets are not subscribed; those named never will be."""
        sub = self.on_channel(BOOKS)
        inside = sub.markets if sub is not None else set[str]()
        outside = [market for market in command.markets if market not in inside]
        named = failure.markets or (outside if len(command.markets) == 1 else [])
        gone = [market for market in outside if market in named] if failure.code in MARKET_CODES else []
        self._let_go(True, gone, stamp, "refused")
        for market in outside:
            self.uncertain.pop(market, None)
