"""Kalshi's WebSocket protocol on one connection, without a socket: frames in, understanding out. Pure.

The procedure, in the order in which a frame goes through it:

1. Decode. What cannot be decoded goes to quarantine. If its sid and seq can still be read for certain, its number is
   taken and its content is a gap; if not, every subscription of the connection is in doubt until its next frame.
2. Continuity, on every frame that carries sid and seq, before its type is looked at: acknowledgements take numbers too.
3. A hole makes every book of the subscription INVALID and opens one gap; each market is VALID again at its own new
   snapshot, and the gap closes with the last of them.
4. Only then the content: books, trades, tickers, lifecycle.

The same object serves live recording and replay: it decides nothing by itself and asks for nothing. What it needs is
there to be read (`talk.uncertain`, `talk.failures`), and who records acts on it.

Source: DESIGN.md 5 and docs/venues/kalshi.md; Kalshi's own words: https://docs.kalshi.com/websockets/orderbook-updates.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from firstprint.books.book import BookShelf
from firstprint.books.gaps import GapLedger
from firstprint.books.sequence import REMEMBERED, Step, Verdict
from firstprint.books.state import InvalidReason
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.feed import FeedListener
from firstprint.domain.gaps import GapReason
from firstprint.domain.marketdata import BookSnapshot, FrameStamp
from firstprint.venues.kalshi import parse
from firstprint.venues.kalshi.commands import BOOKS, LIFECYCLE, TICKERS, TRADES, Command
from firstprint.venues.kalshi.content import Content, FrameCounts
from firstprint.venues.kalshi.conversation import TERMINAL_CODES, UNKNOWN_SID, Conversation
from firstprint.venues.kalshi.messages import (
    ControlFrame,
    DeltaFrame,
    Envelope,
    ErrorFrame,
    Message,
    OkFrame,
    SnapshotFrame,
    SubscribedFrame,
    TickerFrame,
    TradeFrame,
    UnsubscribedFrame,
    decode_envelope,
    decode_message,
)
from firstprint.venues.kalshi.subscription import Arrival, Subscription

SEQ_MAX = 2**53
_CONTROL = (SubscribedFrame, OkFrame, UnsubscribedFrame, ErrorFrame)
_MASK = REMEMBERED - 1
_HEAD = re.compile(rb'\{"type":"(\w{1,64})"(?:,"id":\d{1,19})?,"sid":(\d{1,19}),"seq":(\d{1,19}),')
_HEAD_TYPE = re.compile(rb'\{"type":"(\w{1,64})"[,}]')
_UNSEQUENCED = frozenset({"ticker", "subscribed"})
"""Types without a number that end nothing: one that cannot be read casts no doubt. An error may end a subscription."""
_NOT_FOR_THE_FAST_PATH = (KeyError, ValueError, TypeError)
_UNDECODABLE = (msgspec.MsgspecError, ValueError, RecursionError)


class Asked(NamedTuple):
    """What a sent command asks of the recording: markets that join the books, markets that leave them."""

    joining: tuple[str, ...]
    leaving: tuple[str, ...]


class KalshiFeed:
    """The observing side of one connection: folds what came and went into subscriptions, books, gaps and counts."""

    def __init__(
        self, connection: int, shelf: BookShelf, gaps: GapLedger, listener: FeedListener, *, from_start: bool = False
    ) -> None:
        self.connection = connection
        self._shelf = shelf
        self._listener = listener
        self.talk = Conversation(connection, shelf, gaps, from_start=from_start)
        self._content = Content(self.talk, shelf, gaps, listener)
        self._wall_minus_mono_ns = 0
        self.last_data_mono_ns = 0

    @property
    def stirred(self) -> tuple[int, ...]:
        """Figures that differ whenever the connection may need steering."""
        counts, talk = self._content.counts, self.talk
        return (counts.control, counts.quarantined, len(talk.uncertain), talk.holes, len(talk.failures))

    @property
    def counts(self) -> FrameCounts:
        """What became of this connection's frames."""
        return self._content.counts

    def receive(self, frames: Sequence[bytes], first: FrameStamp) -> None:
        """Take frames that were received together, in order.

        `first` stamps the first of them; the others follow one record and one nanosecond apart. A delta that is due, on
        a VALID book, is applied here without a detour: this loop is the path that nearly every frame takes.
        """
        self._wall_minus_mono_ns = first.wall_ns - first.mono_ns
        self.last_data_mono_ns = first.mono_ns
        subscriptions, shelf = self.talk.subscriptions, self._shelf
        prices, sizes, rows = parse.prices, parse.sizes, self._listener.wants_market_data
        applied = 0
        for place, raw in enumerate(frames):
            try:
                message = decode_message(raw)
            except _UNDECODABLE as error:
                self._unreadable(raw, error, self._stamp_at(first, place))
                continue
            if type(message) is not DeltaFrame or message.msg.price is not None or message.msg.delta is not None:
                self._arrive(message, raw, self._stamp_at(first, place))
                continue
            body, seq = message.msg, message.seq
            try:
                sub, book = subscriptions[message.sid], shelf[body.market_ticker]
                price_e6 = prices[body.price_dollars]  # type: ignore[index] # None is refused by the parser
                delta_e6 = sizes[body.delta_fp]  # type: ignore[index] # None is refused by the parser
            except _NOT_FOR_THE_FAST_PATH:
                self._arrive(message, raw, self._stamp_at(first, place))
                continue
            order = sub.order
            if seq != order.due or not book.valid or book.feed is not sub.mark:
                self._arrive(message, raw, self._stamp_at(first, place))
                continue
            order.due = seq + 1
            order.memory[seq & _MASK] = raw
            applied += 1
            fault = book.ladder.add(body.side, price_e6, delta_e6, book.grid)
            if fault is None:
                book.seq = seq
            if fault is not None or book.ladder.crossed:
                self._content.look_closer(sub, book, fault, seq, self._stamp_at(first, place))
            if rows:
                delta = parse.book_delta(message, price_e6, delta_e6)
                self._listener.on_delta(self._stamp_at(first, place), delta, applied=fault is None)
        self._content.counts.applied += applied

    def _stamp_at(self, first: FrameStamp, place: int) -> FrameStamp:
        return FrameStamp(first.record + place, self.connection, first.mono_ns + place, first.wall_ns + place)

    def _stamp(self, arrival: Arrival) -> FrameStamp:
        wall_ns = arrival.mono_ns + self._wall_minus_mono_ns
        return FrameStamp(arrival.record, self.connection, arrival.mono_ns, wall_ns)

    def _arrive(self, message: Message, raw: bytes, stamp: FrameStamp) -> None:
        """Take a decoded frame to its subscription's order, or straight to its content when it has none."""
        try:
            if isinstance(message, SubscribedFrame):
                self._count_control(duplicate=not self.talk.subscribed(message, stamp))
                return
            seq = message.seq if not isinstance(message, TickerFrame) else None
            sub = None if message.sid is None else self.talk.subscription(message.sid, _channel_of(message))
        except MalformedMessage as error:
            self._content.quarantine(stamp, error.reason, error.detail, raw)
            return
        if sub is None or seq is None:
            self._understand(sub, message, raw, stamp)
        elif not 0 < seq <= SEQ_MAX:
            self._content.quarantine(stamp, "BAD_SEQ", f"seq {seq}", raw)
            sub.cast_doubt(GapReason.MALFORMED_FRAME, stamp.mono_ns)
        else:
            opens = not isinstance(message, DeltaFrame) or sub.order.next_seq is not None
            self._offer(sub, seq, Arrival(message, raw, stamp.record, stamp.mono_ns), opens=opens)

    def _offer(self, sub: Subscription, seq: int, arrival: Arrival, *, opens: bool = True) -> None:
        """Let the order judge a frame and do what it says; then see whether the subscription is still in doubt."""
        steps = sub.order.offer(seq, arrival.raw, arrival, may_open=opens, doubt=sub.doubt is not None)
        if sub.mark.ended:
            steps = [*steps, *sub.order.release()]  # nothing is waited for any more
        self._follow(sub, steps)
        self._settle(sub, steps, arrival.mono_ns)

    def _settle(self, sub: Subscription, steps: list[Step[Arrival]], mono_ns: int) -> None:
        """Let a held frame cast doubt on its subscription's books; only a frame in order clears doubt."""
        if sub.order.holds:
            if sub.mark.doubt_since_mono_ns is None:
                sub.mark.doubt_since_mono_ns = mono_ns
        elif any(step.verdict is Verdict.IN_ORDER for step in steps):
            sub.clear_doubt()
        elif sub.doubt is not None:
            sub.order.stop_trusting()

    def _follow(self, sub: Subscription, steps: list[Step[Arrival]]) -> None:
        """Do what the order says, in order. A gap is stamped with the frame that revealed it."""
        for place, step in enumerate(steps):
            arrival = step.item
            if arrival is None:
                revealing = next(later.item for later in steps[place:] if later.item is not None)
                self._hole(sub, step, self._stamp(revealing))
            elif step.verdict is Verdict.IN_ORDER:
                self._take(sub, arrival, step.seq)
            elif arrival.message is None:
                pass  # it was counted and kept when it came: it has nothing to repeat or to contradict
            elif step.verdict is Verdict.DUPLICATE:
                self._content.counts.duplicate += 1
            else:
                self._contradiction(sub, step, arrival)

    def _hole(self, sub: Subscription, step: Step[Arrival], stamp: FrameStamp) -> None:
        if sub.mark.ended:
            return
        if step.verdict is Verdict.RESTART:
            self._content.open_gap(sub, GapReason.SEQ_RESTART, InvalidReason.SEQ_RESTART, stamp, None, None)
            return
        reason = sub.doubt or GapReason.SEQ_GAP
        self._content.open_gap(sub, reason, InvalidReason.SEQ_GAP, stamp, step.seq, step.seq_to)

    def _contradiction(self, sub: Subscription, step: Step[Arrival], arrival: Arrival) -> None:
        stamp = self._stamp(arrival)
        self._content.quarantine(stamp, f"SEQ_{step.verdict.name}", f"seq {step.seq} came again or late", arrival.raw)
        if step.verdict is Verdict.DIFFERS:
            self._content.open_gap(sub, GapReason.DUPLICATE_DIFFERS, InvalidReason.DUPLICATE_DIFFERS, stamp, None, None)

    def _take(self, sub: Subscription, arrival: Arrival, seq: int) -> None:
        message, stamp = arrival.message, self._stamp(arrival)
        if message is not None:
            self._understand(sub, message, arrival.raw, stamp)
        elif not sub.mark.ended:
            self._content.content_lost(sub, stamp, seq, None)

    def _understand(self, sub: Subscription | None, message: Message, raw: bytes, stamp: FrameStamp) -> None:
        """Take a frame for what it says; its number, if it has one, has been seen to."""
        if isinstance(message, _CONTROL):
            self._control(message, stamp)
        elif sub is None or sub.mark.ended:
            self._content.quarantine(stamp, "AFTER_END", "data on a subscription that has ended", raw)
        else:
            self._content.apply(sub, message, stamp, raw)

    def _control(self, message: ControlFrame, stamp: FrameStamp) -> None:
        self._count_control(duplicate=False)
        if isinstance(message, OkFrame):
            self.talk.ok(message, stamp)
        elif isinstance(message, UnsubscribedFrame):
            self.talk.unsubscribed(message, stamp)
        elif isinstance(message, ErrorFrame):
            self._refused(message, stamp)

    def _count_control(self, *, duplicate: bool) -> None:
        if duplicate:
            self._content.counts.duplicate += 1
        else:
            self._content.counts.control += 1

    def _refused(self, frame: ErrorFrame, stamp: FrameStamp) -> None:
        """Take an error. A terminal one that names no subscription may have ended any: all are in doubt."""
        failure = self.talk.refused(frame, stamp)
        if failure.code not in TERMINAL_CODES and failure.code != UNKNOWN_SID:
            return
        sub = self.talk.subscriptions.get(failure.sid) if failure.sid is not None else None
        if sub is not None:
            self._end(sub, GapReason.SUBSCRIPTION_ENDED, InvalidReason.SUBSCRIPTION_ENDED, stamp)
        elif failure.sid is None and failure.code in TERMINAL_CODES:
            self.doubt(GapReason.SUBSCRIPTION_ENDED, stamp.mono_ns)

    def _end(self, sub: Subscription, reason: GapReason, invalid: InvalidReason, stamp: FrameStamp) -> None:
        self._follow(sub, sub.order.release())
        if sub.mark.ended:
            return
        if sub.markets or sub.channel != BOOKS:
            self._content.open_gap(sub, reason, invalid, stamp, sub.order.next_seq, None)
        self.talk.end(sub)

    def _unreadable(self, raw: bytes, error: Exception, stamp: FrameStamp) -> None:
        """Keep a frame that does not decode, and find out what it may have cost."""
        envelope = _envelope(raw)
        strange = envelope.type is not None and _is_unknown_type(error)
        self._content.quarantine(stamp, "UNKNOWN_TYPE" if strange else parse.reason_of(error), str(error)[:200], raw)
        sid, seq = envelope.sid, envelope.seq
        if sid is not None and seq is not None and 0 < seq <= SEQ_MAX and self.talk.has_room_for(sid):
            sub = self.talk.subscription(sid, None)
            self._offer(sub, seq, Arrival(None, raw, stamp.record, stamp.mono_ns))
        elif envelope.type not in _UNSEQUENCED:
            self.doubt(GapReason.MALFORMED_FRAME, stamp.mono_ns)

    def doubt(self, reason: GapReason, mono_ns: int) -> None:
        """Put every numbered subscription in doubt: something came, or was lost, that may have been of any of them."""
        for sub in self.talk.subscriptions.values():
            if sub.order.next_seq is not None:
                sub.cast_doubt(reason, mono_ns)

    def checked(self, stamp: FrameStamp, book: BookSnapshot) -> None:
        """Do nothing: the numbers of the frames prove the book, and REST may be 15 s behind."""

    def sent(self, payload: bytes, stamp: FrameStamp) -> Asked:
        """Take note of a command that went out on this connection; say which markets it brings in or lets go."""
        command = self.talk.sent(payload, stamp.mono_ns)
        if command.action == "delete_markets":
            return Asked((), command.markets if self._is_books(command) else ())
        joins = command.cmd == "subscribe" or command.action == "add_markets"
        return Asked(command.markets if joins and self._is_books(command) else (), ())

    def _is_books(self, command: Command) -> bool:
        if command.channel is not None or command.sid is None:
            return command.channel == BOOKS
        sub = self.talk.subscriptions.get(command.sid)
        return sub is not None and sub.channel == BOOKS

    def hears(self, channel: str) -> set[str] | None:
        """Give the markets subscribed to on a channel; None where the venue has not confirmed a subscription."""
        sub = self.talk.on_channel(channel)
        return set(sub.markets) if sub is not None and sub.announced else None

    @property
    def reordered(self) -> int:
        """How many frames came one too early and were put in their place, on the subscriptions that are open."""
        return sum(sub.order.reordered for sub in self.talk.subscriptions.values())

    def give_up_waiting(self, stamp: FrameStamp) -> None:
        """Take the frames that wait for one before them: nothing will come any more."""
        for sub in tuple(self.talk.subscriptions.values()):
            if sub.order.holds:
                steps = sub.order.release()
                self._follow(sub, steps)
                self._settle(sub, steps, stamp.mono_ns)

    def tick(self, stamp: FrameStamp) -> None:
        """Let time pass: what was held for a late frame is given up, and a book crossed for too long is INVALID."""
        self._wall_minus_mono_ns = stamp.wall_ns - stamp.mono_ns
        self.give_up_waiting(stamp)
        for sub in tuple(self.talk.subscriptions.values()):
            if sub.channel == BOOKS:
                self._content.drop_crossed(sub, stamp)

    def closed(self, reason: GapReason | None, stamp: FrameStamp) -> None:
        """Take the end of the connection: one gap for each subscription, or none when the recording itself ended."""
        self._wall_minus_mono_ns = stamp.wall_ns - stamp.mono_ns
        for sub in tuple(self.talk.subscriptions.values()):
            if reason is None:
                self._follow(sub, sub.order.release())
                self._content.unsubscribe(sub, stamp)
            else:
                self._end(sub, reason, InvalidReason.DISCONNECTED, stamp)
        self.talk.disconnected()


def _channel_of(message: Message) -> str | None:
    """Tell a subscription's channel from what comes on it, for recordings that begin in the middle."""
    if isinstance(message, DeltaFrame | SnapshotFrame):
        return BOOKS
    if isinstance(message, TradeFrame):
        return TRADES
    if isinstance(message, TickerFrame):
        return TICKERS
    return None if isinstance(message, _CONTROL) else LIFECYCLE


def _is_unknown_type(error: Exception) -> bool:
    return isinstance(error, msgspec.ValidationError) and str(error).endswith("at `$.type`")


def _envelope(raw: bytes) -> Envelope:
    """Read what is certain of a frame that does not decode: the head of a torn one ends at a comma, so it is whole."""
    try:
        return decode_envelope(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass
    head = _HEAD.match(raw)
    if head is not None:
        return Envelope(head[1].decode(), int(head[2]), int(head[3]))
    kind = _HEAD_TYPE.match(raw)
    return Envelope(kind[1].decode()) if kind is not None else Envelope()
