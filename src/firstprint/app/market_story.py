"""One market's life in a session, as what a plot of it needs: quotes, depth, trades, holes and turning points."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from firstprint.app.coverage import CoverageFold, CoverageState, Stretch
from firstprint.app.fold import Block
from firstprint.app.venues import Venues
from firstprint.books.book import Book
from firstprint.books.state import Valid
from firstprint.domain.instruments import Market
from firstprint.domain.lifecycle import Cause, Transition
from firstprint.domain.marketdata import BookDelta, BookSnapshot, FrameStamp, Trade

POINTS_MAX = 200_000
"""Quotes and trades kept of one market; when there are more, every other one is let go, again and again."""
DOLLAR_E6 = 1_000_000


class Quote(NamedTuple):
    """The top of a VALID book from a moment on: prices in 1e-6 dollars, None for an empty side.

    The ask is one dollar minus the best bid for `no`. Depth is all that is bid on a side, in 1e-6 contracts.
    """

    wall_ns: int
    bid_e6: int | None
    ask_e6: int | None
    yes_depth_e6: int
    no_depth_e6: int


class TradeSeen(NamedTuple):
    """A trade: wall nanoseconds, price in 1e-6 dollars, size in 1e-6 contracts, the taker's side."""

    wall_ns: int
    yes_price_e6: int
    size_e6: int
    taker_side: str | None


class MarketStory(msgspec.Struct, kw_only=True):
    """A market's recorded life. `thinned` says that points were let go for want of room."""

    market: str
    session: str
    title: str | None = None
    valid_share: float = 0.0
    quotes: list[Quote] = []
    trades: list[TradeSeen] = []
    transitions: list[Transition] = []
    stretches: list[Stretch] = []
    gaps: int = 0
    thinned: bool = False


class StoryFold(CoverageFold):
    """Folds a session into one market's story."""

    wants_market_data = True

    def __init__(self, venues: Venues, session: str, market: str) -> None:
        super().__init__(venues, session, market)
        self._market = market
        self._story = MarketStory(market=market, session=session, quotes=[], trades=[], transitions=[])
        self._stride = 1
        self._asked = 0

    def story(self, blocks: Iterable[Block]) -> MarketStory:
        """Fold all blocks and give the story."""
        told = self.fold(blocks)
        for row in told.markets:
            self._story.stretches, self._story.gaps = row.stretches, row.gaps
            self._story.valid_share = row.valid_share
        return self._story

    def _look(self, market: str, mono_ns: int) -> None:
        """See whether the state has changed; a book that is VALID again, after a pause say, is quoted as it stands."""
        before = self._present.get(market)
        super()._look(market, mono_ns)
        now = self._present.get(market)
        quoted_ns = self._story.quotes[-1].wall_ns if self._story.quotes else 0
        valid_again = now is not None and now is not before and now.state is CoverageState.VALID
        if valid_again and quoted_ns < mono_ns + (self._axis_ns or 0):
            self._quote(mono_ns)

    def on_snapshot(self, stamp: FrameStamp, snapshot: BookSnapshot) -> None:
        """Take the top of the new book."""
        super().on_snapshot(stamp, snapshot)
        if snapshot.market == self._market:
            self._quote(stamp.mono_ns)

    def on_delta(self, stamp: FrameStamp, delta: BookDelta, *, applied: bool) -> None:
        """Take the top of the changed book."""
        if applied and delta.market == self._market:
            self._quote(stamp.mono_ns)

    def _quote(self, mono_ns: int) -> None:
        self._asked += 1
        book: Book = self._capture.shelf.book(self._market)
        state = book.state(mono_ns)
        if not isinstance(state, Valid) or self._asked % self._stride:
            return
        yes, no = state.ladder.best("yes"), state.ladder.best("no")
        self._story.quotes.append(
            Quote(
                mono_ns + (self._axis_ns or 0),
                yes.price_e6 if yes is not None else None,
                DOLLAR_E6 - no.price_e6 if no is not None else None,
                sum(state.ladder.yes.values()),
                sum(state.ladder.no.values()),
            )
        )
        self._thin()

    def _thin(self) -> None:
        if len(self._story.quotes) > POINTS_MAX:
            self._story.quotes = self._story.quotes[::2]
            self._stride *= 2
            self._story.thinned = True

    def on_trade(self, stamp: FrameStamp, trade: Trade) -> None:
        """Take a trade."""
        if trade.market != self._market:
            return
        at_ns = stamp.mono_ns + (self._axis_ns or 0)
        self._story.trades.append(TradeSeen(at_ns, trade.yes_price_e6, trade.size_e6, trade.taker_side))
        if len(self._story.trades) > POINTS_MAX:
            self._story.trades = self._story.trades[::2]
            self._story.thinned = True

    def on_transition(self, transition: Transition) -> None:
        """Take a turning point of the market."""
        super().on_transition(transition)
        if transition.market == self._market:
            self._story.transitions.append(transition)

    def on_market(self, stamp: FrameStamp, market: Market, cause: Cause) -> None:
        """Learn the market's title."""
        if market.ticker == self._market and market.title is not None:
            self._story.title = market.title


def market_story(venues: Venues, session: str, blocks: Iterable[Block], market: str) -> MarketStory:
    """Work out a market's story from a session's journal."""
    return StoryFold(venues, session, market).story(blocks)
