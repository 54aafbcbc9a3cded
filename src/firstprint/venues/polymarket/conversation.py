"""What was asked on one connection, and which books wait for an answer: nothing is ever acknowledged. Pure.

The rules:

1. A subscription is made by sending it. Each of its markets waits for its book, and for nothing else.
2. To name a subscribed asset again asks for its book anew; a book that can be trusted goes on being trusted.
3. An unsubscription takes effect when it is sent. What still comes for the asset is not ours.
4. The asset of a subscription is taken for its market's first, unless the directory says that it is the second.
"""

from firstprint.books.book import Book, BookShelf, FeedMark
from firstprint.books.gaps import GapLedger
from firstprint.books.state import InvalidReason
from firstprint.domain.marketdata import FrameStamp
from firstprint.venues.polymarket.assets import Assets
from firstprint.venues.polymarket.commands import CHANNEL, Command, read_command
from firstprint.venues.polymarket.watch import Watch

MUST_ASK = 0
LEFT_KEPT = 4_096
WATCHES_MAX = 1_000
"""Twice what the venue serves on one connection: more than that nobody subscribed to."""


class Conversation:
    """The control side of one connection.

    `watches` are its markets. `waiting` holds the assets without a usable book, with the moment (monotonic ns) we last
    asked for one; MUST_ASK means that nobody has asked since the book became doubtful. `unplaced` are assets that we
    subscribed to without knowing their market. `pinged_mono_ns` is when the PING went out that has no answer yet.
    """

    def __init__(
        self, connection: int, shelf: BookShelf, gaps: GapLedger, assets: Assets, *, from_start: bool = False
    ) -> None:
        self._connection = connection
        self._from_start = from_start
        self._shelf = shelf
        self._gaps = gaps
        self._assets = assets
        self.mark = FeedMark(connection, None)
        self.watches: dict[str, Watch] = {}
        self.waiting: dict[str, int] = {}
        self.unplaced: dict[str, int] = {}
        self.left: dict[str, None] = {}
        self.opened = False
        self.broadcasts_only = False
        self.pinged_mono_ns: int | None = None
        self.pongs = 0
        self.holes = 0

    @property
    def subscribed(self) -> dict[str, str | None]:
        """Give all assets subscribed to, each with its market."""
        placed: dict[str, str | None] = {watch.asset: market for market, watch in self.watches.items()}
        return placed | dict.fromkeys(self.unplaced)

    def sent(self, payload: bytes, stamp: FrameStamp) -> tuple[list[str], list[str]]:
        """Take note of a frame that went out; give the markets that join the recording by it, and those that leave."""
        command = read_command(payload)
        if command is None:
            if self.pinged_mono_ns is None:
                self.pinged_mono_ns = stamp.mono_ns
            return [], []
        self.opened = True
        if command.broadcasts_only:
            self.broadcasts_only = True
            return [], []
        if command.subscribes:
            return [market for asset in command.assets if (market := self._join(asset, stamp.mono_ns))], []
        return [], self._unsubscribed(command, stamp)

    def ponged(self) -> None:
        """Take the answer to our PINGs."""
        self.pinged_mono_ns = None
        self.pongs += 1

    def _join(self, asset: str, mono_ns: int) -> str | None:
        self.left.pop(asset, None)
        known = self._assets.of(asset)
        if known is None:
            self.unplaced[asset] = mono_ns
            return None
        if not known.first:
            return None
        watch = self.watches.get(known.market) or self.watch(asset, known.market)
        book = watch.book
        book.home = self._connection
        if not (book.valid and book.feed is self.mark):
            book.invalidate(InvalidReason.NO_SNAPSHOT, mono_ns)
            self.waiting[asset] = mono_ns
        return known.market

    def watch(self, asset: str, market: str) -> Watch:
        """Begin to keep a market's book on this connection."""
        watch = self.watches[market] = Watch(asset, self._shelf.book(market))
        return watch

    def place(self, asset: str, market: str) -> Watch | None:
        """Begin with an asset whose market its first frame told; None when it is not for us to keep.

        An asset that nobody subscribed to is taken only where the connection's beginning was not heard.
        """
        asked_mono_ns = self.unplaced.pop(asset, None)
        if asked_mono_ns is None and (self._from_start or asset in self.left or len(self.watches) >= WATCHES_MAX):
            return None
        self._assets.learn(market, (asset,))
        known = self._assets.of(asset)
        if known is None or known.market != market or not known.first or market in self.watches:
            return None
        watch = self.watch(asset, market)
        if asked_mono_ns is not None:
            watch.book.home = self._connection
        self.waiting[asset] = asked_mono_ns or MUST_ASK
        return watch

    def _unsubscribed(self, command: Command, stamp: FrameStamp) -> list[str]:
        if command.refetches:
            return []
        named = set(command.assets)
        for asset in command.assets:
            self.unplaced.pop(asset, None)
            self._remember_left(asset)
        unsubscribed = [market for market, watch in self.watches.items() if watch.asset in named]
        return [market for market in unsubscribed if self._let_go(market, stamp)]

    def _remember_left(self, asset: str) -> None:
        if len(self.left) >= LEFT_KEPT:
            del self.left[next(iter(self.left))]
        self.left[asset] = None

    def _let_go(self, market: str, stamp: FrameStamp) -> bool:
        """Keep a market's book no more; False when another connection has taken it over."""
        watch = self.watches.pop(market)
        self.waiting.pop(watch.asset, None)
        if self.is_elsewhere(watch.book):
            return False
        watch.book.unsubscribe(stamp.mono_ns)
        self._gaps.market_repaired(CHANNEL, market, stamp, "left")
        return True

    def is_elsewhere(self, book: Book) -> bool:
        """Tell whether a book belongs to another connection: the one that asked for it last, or that feeds it."""
        if book.home is not None:
            return book.home != self._connection
        return book.feed is not None and not book.feed.ended and book.feed.connection != self._connection

    def leave_all(self, stamp: FrameStamp) -> None:
        """Let go of the books that this connection feeds, because the recording ends."""
        for watch in self.watches.values():
            if watch.book.feed is self.mark:
                watch.book.unsubscribe(stamp.mono_ns)

    def disconnected(self) -> None:
        """Take the end of the connection: no market is at home on it any more."""
        self.mark.ended = True
        for watch in self.watches.values():
            if watch.book.home == self._connection:
                watch.book.home = None
        self.watches.clear()
        self.waiting.clear()
        self.unplaced.clear()
