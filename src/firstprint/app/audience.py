"""Several listeners as one: each call goes to all of them, in order."""

from collections.abc import Sequence

from firstprint.domain.feed import CaptureListener
from firstprint.domain.gaps import Gap
from firstprint.domain.happenings import ConnectionClosed, ConnectionOpened, SessionClosed, SessionOpened
from firstprint.domain.instruments import Market
from firstprint.domain.lifecycle import Cause, LifecycleEvent, Participation, Transition
from firstprint.domain.marketdata import BookDelta, BookSnapshot, FrameStamp, Ticker, Trade


class Audience:
    """A CaptureListener that passes everything on. Deltas and tickers go only to those who want market data."""

    def __init__(self, listeners: Sequence[CaptureListener]) -> None:
        self._all = tuple(listeners)
        self._keen = tuple(one for one in listeners if one.wants_market_data)
        self.wants_market_data = bool(self._keen)

    def on_session_opened(self, stamp: FrameStamp, opened: SessionOpened) -> None:
        """Pass on the start of a session."""
        for one in self._all:
            one.on_session_opened(stamp, opened)

    def on_session_closed(self, stamp: FrameStamp, closed: SessionClosed) -> None:
        """Pass on the end of a session."""
        for one in self._all:
            one.on_session_closed(stamp, closed)

    def on_connection_opened(self, stamp: FrameStamp, opened: ConnectionOpened) -> None:
        """Pass on a new connection."""
        for one in self._all:
            one.on_connection_opened(stamp, opened)

    def on_connection_closed(self, stamp: FrameStamp, closed: ConnectionClosed) -> None:
        """Pass on the end of a connection."""
        for one in self._all:
            one.on_connection_closed(stamp, closed)

    def on_joined(self, participation: Participation) -> None:
        """Pass on a market that entered."""
        for one in self._all:
            one.on_joined(participation)

    def on_left(self, participation: Participation) -> None:
        """Pass on a market that left."""
        for one in self._all:
            one.on_left(participation)

    def on_market(self, stamp: FrameStamp, market: Market, cause: Cause) -> None:
        """Pass on what was said of a market."""
        for one in self._all:
            one.on_market(stamp, market, cause)

    def on_transition(self, transition: Transition) -> None:
        """Pass on a market's change of state."""
        for one in self._all:
            one.on_transition(transition)

    def on_snapshot(self, stamp: FrameStamp, snapshot: BookSnapshot) -> None:
        """Pass on a whole book."""
        for one in self._all:
            one.on_snapshot(stamp, snapshot)

    def on_delta(self, stamp: FrameStamp, delta: BookDelta, *, applied: bool) -> None:
        """Pass on a level change."""
        for one in self._keen:
            one.on_delta(stamp, delta, applied=applied)

    def on_trade(self, stamp: FrameStamp, trade: Trade) -> None:
        """Pass on a trade."""
        for one in self._all:
            one.on_trade(stamp, trade)

    def on_ticker(self, stamp: FrameStamp, ticker: Ticker) -> None:
        """Pass on a ticker."""
        for one in self._keen:
            one.on_ticker(stamp, ticker)

    def on_lifecycle(self, stamp: FrameStamp, event: LifecycleEvent) -> None:
        """Pass on a lifecycle message."""
        for one in self._all:
            one.on_lifecycle(stamp, event)

    def on_gap_opened(self, gap: Gap) -> None:
        """Pass on a hole."""
        for one in self._all:
            one.on_gap_opened(gap)

    def on_gap_closed(self, gap: Gap) -> None:
        """Pass on a repair."""
        for one in self._all:
            one.on_gap_closed(gap)

    def on_quarantined(self, stamp: FrameStamp, reason: str, detail: str, raw: bytes) -> None:
        """Pass on a frame that cannot be read."""
        for one in self._all:
            one.on_quarantined(stamp, reason, detail, raw)
