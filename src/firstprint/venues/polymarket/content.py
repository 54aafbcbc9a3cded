"""Polymarket's messages, applied: to books, to the listener, to the counts, to the gaps. Pure.

Each frame is counted once (invariant I01). An array of messages is one frame: quarantined when one of them cannot be
read, else applied when one of them was, else a duplicate when one of them was, else control.
"""

from collections.abc import Iterable

from firstprint.books.book import BookShelf
from firstprint.books.gaps import GapLedger
from firstprint.books.ladder import LevelFault
from firstprint.books.state import InvalidReason
from firstprint.domain.feed import FeedListener
from firstprint.domain.gaps import GapReason
from firstprint.domain.instruments import PriceGrid, PriceRange
from firstprint.domain.marketdata import BookDelta, BookSnapshot, FrameStamp
from firstprint.domain.units import DOLLAR_E6
from firstprint.venues.polymarket import parse
from firstprint.venues.polymarket.assets import Assets
from firstprint.venues.polymarket.broadcasts import Broadcasts
from firstprint.venues.polymarket.commands import CHANNEL
from firstprint.venues.polymarket.conversation import MUST_ASK, Conversation
from firstprint.venues.polymarket.messages import (
    BookFrame,
    Message,
    NewMarketFrame,
    PriceChangeFrame,
    ResolvedFrame,
    TickSizeFrame,
    TouchFrame,
    TradeFrame,
)
from firstprint.venues.polymarket.watch import Watch

FINEST_GRID = PriceGrid((PriceRange(0, DOLLAR_E6, 100),))
"""Every tick the venue has ever used lies on it: what a market's tick is now may be known too late (REST is cached)."""


class FrameCounts:
    """What became of a connection's frames; their sum is the number received.

    Beside them, of the changes inside the frames: `changes` set a level, `mirrors` were the second asset's, `late` were
    older than what stood, `ignored` came while their book was not there.
    """

    __slots__ = ("applied", "changes", "control", "duplicate", "ignored", "late", "mirrors", "quarantined")

    def __init__(self) -> None:
        self.applied = self.control = self.duplicate = self.quarantined = 0
        self.changes = self.mirrors = self.late = self.ignored = 0

    @property
    def frames(self) -> int:
        """All frames received."""
        return self.applied + self.control + self.duplicate + self.quarantined


class Content:
    """Applies the messages of one connection and opens the gaps that they reveal."""

    def __init__(
        self,
        talk: Conversation,
        shelf: BookShelf,
        gaps: GapLedger,
        listener: FeedListener,
        assets: Assets,
        broadcasts: Broadcasts,
    ) -> None:
        self._talk = talk
        self._shelf = shelf
        self._gaps = gaps
        self._listener = listener
        self._assets = assets
        self._broadcasts = broadcasts
        self.counts = FrameCounts()
        self._crossed: dict[str, Watch] = {}

    def apply(self, message: Message, raw: bytes, stamp: FrameStamp) -> str:
        """Apply one message; give the count it belongs to. Raises MalformedMessage when its content cannot be read."""
        if isinstance(message, BookFrame):
            return self._book(message, stamp)
        if isinstance(message, PriceChangeFrame):
            return self._changes(message, stamp)
        if isinstance(message, NewMarketFrame | ResolvedFrame):
            return self._broadcast(message, raw, stamp)
        if isinstance(message, TickSizeFrame):
            return self._tick_size(message, raw, stamp)
        return self._summary(message, stamp)

    def _watch(self, asset: str, market: str) -> Watch | None:
        """Give the watch of a first asset; None for a second one, and for what is not kept here."""
        watch = self._talk.watches.get(market)
        return watch if watch is not None and watch.asset == asset else None

    # -- whole books ---------------------------------------------------------------------------------------------

    def _book(self, frame: BookFrame, stamp: FrameStamp) -> str:
        watch = self._watch(frame.asset_id, frame.market) or self._talk.place(frame.asset_id, frame.market)
        if watch is None:
            return "control"
        snapshot, at_ms = parse.snapshot(frame), parse.millis(frame.timestamp)
        watch.heard_mono_ns = stamp.mono_ns
        mine = watch.book.valid and watch.book.feed is self._talk.mark
        if mine and at_ms < watch.latest_ms:
            return self._late_book(watch, snapshot, at_ms, stamp)
        if not mine and at_ms < watch.ignored_ms and not watch.strike(differs=True):
            self.counts.late += 1
            return "duplicate"
        if not self._talk.is_elsewhere(watch.book):
            self._load(watch, snapshot, at_ms, stamp)
        self._listener.on_snapshot(stamp, snapshot)
        return "applied"

    def _late_book(self, watch: Watch, snapshot: BookSnapshot, at_ms: int, stamp: FrameStamp) -> str:
        """Leave a book that is older than what stands, and see whether it knows of a change that we do not."""
        self.counts.late += 1
        if not watch.agrees(snapshot, at_ms):
            self.lose((watch,), GapReason.RECONCILE_DIFFERS, InvalidReason.RECONCILE_DIFFERS, stamp)
        return "duplicate"

    def _load(self, watch: Watch, snapshot: BookSnapshot, at_ms: int, stamp: FrameStamp) -> None:
        book, mark = watch.book, self._talk.mark
        was_valid = book.valid
        fault = book.load(mark, None, snapshot.yes, snapshot.no, stamp.mono_ns)
        if fault is LevelFault.OFF_GRID and self._widen(watch):
            fault = book.load(mark, None, snapshot.yes, snapshot.no, stamp.mono_ns)
        if fault is not None:
            watch.give_up()
            if was_valid:
                self._gap(GapReason.MALFORMED_FRAME, (watch.market,), stamp)
            self._talk.waiting[watch.asset] = stamp.mono_ns
            return
        watch.begin(at_ms, stamp.mono_ns)
        self._talk.waiting.pop(watch.asset, None)
        self._gaps.market_repaired(CHANNEL, watch.market, stamp, "snapshot")
        self.note_crossing(watch, stamp.mono_ns)

    def _widen(self, watch: Watch) -> bool:
        """Take a price that our grid does not hold as news of a finer one; False when the grid was the finest."""
        before = watch.book.grid
        self._shelf.set_grid(watch.market, FINEST_GRID)
        return watch.book.grid is not before

    # -- changes -------------------------------------------------------------------------------------------------

    def _changes(self, frame: PriceChangeFrame, stamp: FrameStamp) -> str:
        """Apply changes that the fast path leaves: old forms, late ones, and those whose book is not there."""
        at_ms, told = parse.millis(frame.timestamp), parse.spots(frame)
        market = frame.market or next((known.market for asset, _ in told if (known := self._assets.of(asset))), "")
        watch = self._talk.watches.get(market)
        mine = [words for asset, words in told if watch is not None and asset == watch.asset]
        self.counts.mirrors += len(told) - len(mine)
        if watch is None or not mine:
            return "control"
        spots = [parse.spot(*words) for words in mine]
        watch.heard_mono_ns = stamp.mono_ns
        if not (watch.book.valid and watch.book.feed is self._talk.mark):
            watch.ignore(at_ms)
            self.counts.ignored += len(spots)
            return "control"
        return self._set_all(watch, spots, at_ms, stamp)

    def _set_all(self, watch: Watch, spots: list[parse.Spot], at_ms: int, stamp: FrameStamp) -> str:
        taken = 0
        for one in spots:
            if at_ms < watch.book_ms:
                self.counts.late += 1
            elif at_ms < watch.level_ms.get(_key(one), 0):
                self.counts.late += 1
                if one.size_e6 != _standing_e6(watch, one):
                    self.lose((watch,), GapReason.DUPLICATE_DIFFERS, InvalidReason.DUPLICATE_DIFFERS, stamp)
                    return "duplicate"
            elif self.set_level(watch, one, at_ms, stamp):
                taken += 1
            else:
                return "applied"
        watch.latest_ms = max(watch.latest_ms, at_ms)
        return "applied" if taken else "duplicate"

    def set_level(self, watch: Watch, one: parse.Spot, at_ms: int, stamp: FrameStamp) -> bool:
        """Set one level of a VALID book; False when the price is off every grid and the book had to be given up."""
        ladder, side, price_e6 = watch.book.ladder, one.side, one.price_e6
        delta_e6 = one.size_e6 - _standing_e6(watch, one)
        watch.level_ms[_key(one)] = at_ms
        self.counts.changes += 1
        if not delta_e6:
            return True
        fault = ladder.add(side, price_e6, delta_e6, watch.book.grid)
        if fault is LevelFault.OFF_GRID and self._widen(watch):
            fault = ladder.add(side, price_e6, delta_e6, watch.book.grid)
        if fault is not None:
            self.lose((watch,), GapReason.OFF_GRID, InvalidReason.OFF_GRID, stamp)
        elif ladder.crossed or watch.book.crossed_since_mono_ns is not None:
            self.note_crossing(watch, stamp.mono_ns)
        if self._listener.wants_market_data:
            row = BookDelta(watch.market, side, price_e6, delta_e6, None, None, at_ms * parse.NS_PER_MS)
            self._listener.on_delta(stamp, row, applied=fault is None)
        return fault is None

    # -- what is no book -----------------------------------------------------------------------------------------

    def _summary(self, message: TradeFrame | TouchFrame, stamp: FrameStamp) -> str:
        watch = self._talk.watches.get(message.market)
        if watch is None:
            return "control"
        first = watch.asset == message.asset_id
        watch.heard_mono_ns = stamp.mono_ns if first else watch.heard_mono_ns
        if isinstance(message, TradeFrame):
            self._listener.on_trade(stamp, parse.trade(message, first=first))
        elif not first:
            return "control"
        elif self._listener.wants_market_data:
            self._listener.on_ticker(stamp, parse.ticker(message))
        return "applied"

    def _tick_size(self, frame: TickSizeFrame, raw: bytes, stamp: FrameStamp) -> str:
        """Give a book up whose grid changes; the venue tells it of both assets, and once is enough."""
        watch = self._watch(frame.asset_id, frame.market)
        if watch is None:
            return "control"
        event = parse.regrid(frame, raw)
        self.lose((watch,), GapReason.TICK_SIZE_CHANGED, InvalidReason.TICK_SIZE_CHANGED, stamp)
        self._listener.on_lifecycle(stamp, event)
        return "applied"

    def _broadcast(self, message: NewMarketFrame | ResolvedFrame, raw: bytes, stamp: FrameStamp) -> str:
        tokens = tuple(message.assets_ids or ())
        if len(tokens) == 2:
            self._assets.learn(message.market, tokens)
        if isinstance(message, NewMarketFrame):
            event = parse.created(message, raw)
        else:
            event = parse.resolved(message, self._assets.first(message.market), raw)
        if not self._broadcasts.is_new(event.event_type, message.market, message.timestamp):
            return "duplicate"
        self._listener.on_lifecycle(stamp, event)
        return "applied"

    def count(self, word: str) -> None:
        """Count a frame as applied, control or duplicate."""
        setattr(self.counts, word, getattr(self.counts, word) + 1)

    # -- what is lost --------------------------------------------------------------------------------------------

    def quarantine(self, stamp: FrameStamp, reason: str, detail: str, raw: bytes) -> None:
        """Keep a frame that cannot be read as it is, and count it."""
        self.counts.quarantined += 1
        self._listener.on_quarantined(stamp, reason, detail, raw)

    def lose(self, watches: Iterable[Watch], reason: GapReason, invalid: InvalidReason, stamp: FrameStamp) -> None:
        """Give up books: INVALID, one gap for those that were VALID, and each of them is asked for anew."""
        lost: list[str] = []
        for watch in watches:
            if self._talk.is_elsewhere(watch.book):
                continue
            if watch.book.valid:
                lost.append(watch.market)
                watch.give_up()
                self._talk.waiting[watch.asset] = MUST_ASK
            watch.book.invalidate(invalid, stamp.mono_ns)
        if lost:
            self._talk.holes += 1
            self._gap(reason, lost, stamp)

    def end(self, reason: GapReason, stamp: FrameStamp) -> None:
        """Give up all books at the end of the connection: one gap with every market it had, waiting ones too."""
        ours = [watch for watch in self._talk.watches.values() if not self._talk.is_elsewhere(watch.book)]
        for watch in ours:
            watch.book.invalidate(InvalidReason.DISCONNECTED, stamp.mono_ns)
        if ours:
            self._gap(reason, [watch.market for watch in ours], stamp)

    def _gap(self, reason: GapReason, markets: Iterable[str], stamp: FrameStamp) -> None:
        self._gaps.add(reason, stamp, channel=CHANNEL, markets=markets)

    def note_crossing(self, watch: Watch, mono_ns: int) -> None:
        """Remember a book that is crossed: it may be so only for a short while."""
        watch.book.note_crossing(mono_ns)
        if watch.book.crossed_since_mono_ns is not None:
            self._crossed[watch.market] = watch

    def drop_crossed(self, stamp: FrameStamp) -> None:
        """Give up the books that have been crossed for longer than a venue's book can be (F32)."""
        for market, watch in tuple(self._crossed.items()):
            book = watch.book
            if not (book.valid and book.ladder.crossed and book.feed is self._talk.mark):
                del self._crossed[market]
            elif book.crossed_too_long(stamp.mono_ns):
                self.lose((watch,), GapReason.CROSSED, InvalidReason.CROSSED, stamp)


def _key(one: parse.Spot) -> int:
    return one.price_e6 if one.side == "yes" else -one.price_e6


def _standing_e6(watch: Watch, one: parse.Spot) -> int:
    ladder = watch.book.ladder
    return (ladder.yes if one.side == "yes" else ladder.no).get(one.price_e6, 0)
