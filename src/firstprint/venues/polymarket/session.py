"""Polymarket's market channel on one connection, without a socket: frames in, understanding out. Pure.

The venue numbers nothing, acknowledges nothing and repeats nothing. What makes a book certain is this procedure:

1. After a subscription the changes of an asset are ignored until its `book` has come: the book is INVALID until then.
   A book that is older than a change that came before it is of no use; the third such in a row is believed.
2. A change is applied when it is not older than the book. Sizes are absolute, so one that comes late is applied too,
   unless something later has set its level: then nobody knows whether its time or its place is wrong, and where they
   differ it is a gap, and the book anew. Within one millisecond the order of arrival counts.
3. After each message the book's best prices are compared with those that the venue states in it, and its levels with
   those of the second asset, which mirrors the first. Three messages in a row that differ: a gap, and the book anew.
4. Silence proves nothing, and an answer to PING does not either. A connection without data is asked for a book, and
   closed when none comes; a market that is silent is compared with REST.
5. So is every market from time to time. A book by REST with the same levels confirms ours. One that differs is kept
   for a second, for what may be under way, and compared again in all levels that nothing later has set: if one still
   differs, it is a gap, and the book anew. One older than the book we began with says nothing: it is asked for again.
6. A change of the tick size ends the book: it is read anew on the new grid.
7. `market_resolved` and `new_market` are told as lifecycle; they come on every connection and count once.
8. The end of the connection makes all its books INVALID: one gap with all its markets, because nobody knows what was
   missed. So does a frame that cannot be read, unless it says which market it is about.

The same object serves live recording and replay: it decides nothing by itself and asks for nothing. What it needs is
there to be read (`talk.waiting`, `talk.watches`), and who records acts on it.

Source: DESIGN.md 5 and docs/venues/polymarket.md; the venue's own words:
https://docs.polymarket.com/developers/CLOB/websocket/market-channel.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from firstprint.books.book import BookShelf
from firstprint.books.gaps import GapLedger
from firstprint.books.ladder import Ladder
from firstprint.books.state import InvalidReason
from firstprint.domain.clock import NS_PER_S
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.feed import FeedListener
from firstprint.domain.gaps import GapReason
from firstprint.domain.marketdata import BookDelta, BookSnapshot, FrameStamp, Side
from firstprint.venues.polymarket import parse
from firstprint.venues.polymarket.assets import Assets
from firstprint.venues.polymarket.broadcasts import Broadcasts
from firstprint.venues.polymarket.commands import CHANNEL
from firstprint.venues.polymarket.content import Content, FrameCounts
from firstprint.venues.polymarket.conversation import Conversation
from firstprint.venues.polymarket.messages import (
    PONG,
    UNDECODABLE,
    BookFrame,
    Message,
    PriceChange,
    PriceChangeFrame,
    TickSizeFrame,
    decode_change,
    decode_frame,
    decode_message,
)
from firstprint.venues.polymarket.torn import read_torn
from firstprint.venues.polymarket.watch import Watch

UNDER_WAY_NS = NS_PER_S
"""How long what REST knows already may still be on its way to us by the stream."""
_NOT_FOR_THE_FAST_PATH = (KeyError, ValueError, TypeError)
_WORST_FIRST = ("quarantined", "applied", "duplicate", "control")


class Asked(NamedTuple):
    """What a sent command asks of the recording: markets that join the books, markets that leave them."""

    joining: tuple[str, ...]
    leaving: tuple[str, ...]


class PolymarketFeed:
    """The observing side of one connection: folds what came and went into watches, books, gaps and counts."""

    def __init__(
        self,
        connection: int,
        shelf: BookShelf,
        gaps: GapLedger,
        listener: FeedListener,
        assets: Assets,
        broadcasts: Broadcasts,
        *,
        from_start: bool = False,
    ) -> None:
        self.connection = connection
        self._listener = listener
        self._gaps = gaps
        self._doubt: GapReason | None = None
        self.talk = Conversation(connection, shelf, gaps, assets, from_start=from_start)
        self._content = Content(self.talk, shelf, gaps, listener, assets, broadcasts)
        self.last_data_mono_ns = 0

    @property
    def stirred(self) -> tuple[int, ...]:
        """Figures that differ whenever the connection may need steering."""
        talk = self.talk
        return (talk.pongs, talk.holes, len(talk.waiting), self._content.counts.quarantined)

    @property
    def counts(self) -> FrameCounts:
        """What became of this connection's frames."""
        return self._content.counts

    @property
    def reordered(self) -> int:
        """How many frames came too early and were put in their place: without numbers, none can be told."""
        return 0

    # -- frames --------------------------------------------------------------------------------------------------

    def receive(self, frames: Sequence[bytes], first: FrameStamp) -> None:
        """Take frames that were received together, in order.

        `first` stamps the first of them; the others follow one record and one nanosecond apart. Changes that are not
        late, of a market whose book is VALID, are applied without a detour: nearly every frame takes that path.
        """
        self._settle_doubt(first)
        watches, mark, applied = self.talk.watches, self.talk.mark, 0
        for place, raw in enumerate(frames):
            if raw == PONG:
                self.talk.ponged()
                self._content.counts.control += 1
                continue
            self.last_data_mono_ns = first.mono_ns
            try:
                message = decode_change(raw)
            except UNDECODABLE:
                self._receive_other(raw, self._stamp_at(first, place))
                continue
            if message.price_changes:
                watch = watches.get(message.market)  # type: ignore[arg-type] # a frame without one finds none
                if watch is not None and watch.book.valid and watch.book.feed is mark:
                    try:
                        at_ms = int(message.timestamp)
                        if watch.latest_ms <= at_ms < parse.MILLIS_MAX:
                            applied += self._change(watch, message.price_changes, at_ms, first, place)
                            continue
                    except _NOT_FOR_THE_FAST_PATH:
                        pass
            self._arrive(message, raw, self._stamp_at(first, place))
        self._content.counts.applied += applied

    def _receive_other(self, raw: bytes, stamp: FrameStamp) -> None:
        """Take a frame that is no price_change of today's form."""
        try:
            message = decode_frame(raw)
        except UNDECODABLE as error:
            self._unreadable(raw, error, stamp)
        else:
            self._arrive(message, raw, stamp)

    def _change(self, watch: Watch, changes: list[PriceChange], at_ms: int, first: FrameStamp, place: int) -> bool:
        """Apply changes that are in time; tell whether one of them was of the first asset."""
        asset, ladder, grid, level_ms = watch.asset, watch.book.ladder, watch.book.grid, watch.level_ms
        bids, asks, sizes = parse.bids, parse.asks, parse.sizes
        last: PriceChange | None = None
        mine_seen = 0
        mirrors: dict[int, int] = {}
        for one in changes:
            size_e6 = sizes[one.size]
            mine = one.asset_id == asset
            if one.side == "BUY":
                key = bids[one.price] if mine else -bids[one.price]
            elif one.side == "SELL":
                key = -asks[one.price] if mine else asks[one.price]
            else:
                raise ValueError(one.side)
            if not mine:
                mirrors[key] = size_e6
                continue
            last = one
            mine_seen += 1
            level_ms[key] = at_ms
            delta_e6 = size_e6 - (ladder.yes.get(key, 0) if key > 0 else ladder.no.get(-key, 0))
            if delta_e6:
                if ladder.add("yes" if key > 0 else "no", abs(key), delta_e6, grid) is not None:
                    raise ValueError(one.price)
                if self._listener.wants_market_data:
                    self._tell(watch, key, delta_e6, at_ms, self._stamp_at(first, place))
        differs = (last is not None and _touch_differs(ladder, last)) or _mirror_differs(ladder, mirrors)
        watch.heard_mono_ns = first.mono_ns
        counts = self._content.counts
        counts.mirrors += len(changes) - mine_seen
        if last is not None:
            watch.latest_ms = at_ms
            counts.changes += mine_seen
            if ladder.crossed or watch.book.crossed_since_mono_ns is not None:
                self._content.note_crossing(watch, first.mono_ns + place)
        else:
            counts.control += 1
        if (differs or watch.strikes) and watch.strike(differs=differs):
            stamp = self._stamp_at(first, place)
            self._content.lose((watch,), GapReason.TOUCH_DIFFERS, InvalidReason.TOUCH_DIFFERS, stamp)
        return last is not None

    def _tell(self, watch: Watch, key: int, delta_e6: int, at_ms: int, stamp: FrameStamp) -> None:
        side: Side = "yes" if key > 0 else "no"
        row = BookDelta(watch.market, side, abs(key), delta_e6, None, None, at_ms * parse.NS_PER_MS)
        self._listener.on_delta(stamp, row, applied=True)

    def _stamp_at(self, first: FrameStamp, place: int) -> FrameStamp:
        return FrameStamp(first.record + place, self.connection, first.mono_ns + place, first.wall_ns + place)

    def _arrive(self, message: Message | list[msgspec.Raw], raw: bytes, stamp: FrameStamp) -> None:
        """Take a decoded frame, one message or many, and count it once."""
        if isinstance(message, list):
            told = [self._element(bytes(one), stamp) for one in message]
        else:
            told = [self._understand(message, raw, stamp)]
        worst = next((word for word in _WORST_FIRST if any(word == kind for kind, _ in told)), "control")
        if worst == "quarantined":
            reasons = [reason for kind, reason in told if kind == worst]
            self._content.quarantine(stamp, reasons[0][0], reasons[0][1], raw)
        else:
            self._content.count(worst)

    def _element(self, raw: bytes, stamp: FrameStamp) -> tuple[str, tuple[str, str]]:
        try:
            message = decode_message(raw)
        except UNDECODABLE as error:
            return "quarantined", (self._lost(raw, error, stamp), str(error)[:200])
        return self._understand(message, raw, stamp)

    def _understand(self, message: Message, raw: bytes, stamp: FrameStamp) -> tuple[str, tuple[str, str]]:
        """Apply a message; give its count and, for one whose content cannot be read, the reason."""
        try:
            return self._content.apply(message, raw, stamp), ("", "")
        except (MalformedMessage, ValueError) as error:
            if isinstance(message, BookFrame | PriceChangeFrame | TickSizeFrame):
                self._lost_of(message.market, stamp)
            return "quarantined", (parse.reason_of(error), str(error)[:200])

    def _unreadable(self, raw: bytes, error: Exception, stamp: FrameStamp) -> None:
        """Keep a frame that does not decode, and find out what it may have cost."""
        reason = self._lost(raw, error, stamp)
        self._content.quarantine(stamp, reason, str(error)[:200], raw)

    def _lost(self, raw: bytes, error: Exception, stamp: FrameStamp) -> str:
        """Give up the books that a message which does not decode may have been about; give why it does not."""
        torn = read_torn(raw, error)
        if torn.any_book or torn.market is not None:
            self._lost_of(torn.market, stamp)
        return torn.reason

    def _lost_of(self, market: str | None, stamp: FrameStamp) -> None:
        """Give up a market's book, or (None) all of them."""
        watch = self.talk.watches.get(market or "")
        lost = tuple(self.talk.watches.values()) if market is None else (watch,) if watch is not None else ()
        self._content.lose(lost, GapReason.MALFORMED_FRAME, InvalidReason.UNREADABLE_FRAME, stamp)

    def _lose_all(self, reason: GapReason, invalid: InvalidReason, stamp: FrameStamp) -> None:
        self._content.lose(tuple(self.talk.watches.values()), reason, invalid, stamp)

    # -- what is no frame of the venue ---------------------------------------------------------------------------

    def sent(self, payload: bytes, stamp: FrameStamp) -> Asked:
        """Take note of a command that went out; say which markets it brings in or lets go."""
        joining, leaving = self.talk.sent(payload, stamp)
        return Asked(tuple(joining), tuple(leaving))

    def hears(self, channel: str) -> set[str] | None:
        """Give the markets subscribed to; None for a channel of another name, and before anything was asked."""
        return set(self.talk.watches) if channel == CHANNEL and self.talk.opened else None

    def give_up_waiting(self, stamp: FrameStamp) -> None:
        """Do nothing: no message waits for another."""

    def doubt(self, reason: GapReason, mono_ns: int) -> None:
        """Distrust every book, for good: no number will show that nothing was missed. What comes next opens the gap."""
        self._doubt = reason
        if self.talk.mark.doubt_since_mono_ns is None:
            self.talk.mark.doubt_since_mono_ns = mono_ns

    def _settle_doubt(self, stamp: FrameStamp) -> None:
        """Open the gap of a doubt that was cast: every book is asked for anew."""
        if self._doubt is None:
            return
        reason, self._doubt = self._doubt, None
        self._lose_all(reason, InvalidReason.UNREADABLE_FRAME, stamp)
        self.talk.mark.doubt_since_mono_ns = None

    def checked(self, stamp: FrameStamp, book: BookSnapshot) -> None:
        """Compare a book that REST gave with ours (step 5 of the procedure)."""
        watch = self.talk.watches.get(book.market)
        if watch is not None and watch.book.valid and watch.book.feed is self.talk.mark:
            watch.compare(book, stamp.mono_ns)

    def tick(self, stamp: FrameStamp) -> None:
        """Let time pass: a book crossed for too long is INVALID, and so is one that a held book by REST refutes."""
        self._settle_doubt(stamp)
        self._content.drop_crossed(stamp)
        for watch in self.talk.watches.values():
            if watch.held is not None and stamp.mono_ns - watch.held_mono_ns >= UNDER_WAY_NS:
                self._decide(watch, stamp)

    def _decide(self, watch: Watch, stamp: FrameStamp) -> None:
        if not watch.book.valid or watch.book.feed is not self.talk.mark:
            watch.held = None
        elif watch.refuted(stamp.mono_ns):
            self._content.lose((watch,), GapReason.RECONCILE_DIFFERS, InvalidReason.RECONCILE_DIFFERS, stamp)

    def closed(self, reason: GapReason | None, stamp: FrameStamp) -> None:
        """Take the end of the connection: one gap with all its markets, or none when the recording itself ended."""
        self._settle_doubt(stamp)
        if reason is None:
            self.talk.leave_all(stamp)
        else:
            self._content.end(reason, stamp)
        self.talk.disconnected()


def _touch_differs(ladder: Ladder, told: PriceChange) -> bool:
    """Tell whether the best prices that a change states are others than the book's; False when it states none."""
    if told.best_bid is None or told.best_ask is None:
        return False
    return ladder.best_prices != (parse.touches[told.best_bid], parse.touch_asks[told.best_ask])


def _mirror_differs(ladder: Ladder, mirrors: dict[int, int]) -> bool:
    """Tell whether a level of the second asset is not the mirror of ours."""
    for key, size_e6 in mirrors.items():
        if (ladder.yes.get(key, 0) if key > 0 else ladder.no.get(-key, 0)) != size_e6:
            return True
    return False
