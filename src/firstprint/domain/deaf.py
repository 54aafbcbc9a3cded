"""A listener that hears everything and keeps nothing, for those that want only some of what a fold tells."""

from firstprint.domain.gaps import Gap
from firstprint.domain.happenings import ConnectionClosed, ConnectionOpened, SessionClosed, SessionOpened
from firstprint.domain.instruments import Market
from firstprint.domain.lifecycle import Cause, LifecycleEvent, Participation, Transition
from firstprint.domain.marketdata import BookDelta, BookSnapshot, FrameStamp, Ticker, Trade


class Deaf:
    """A CaptureListener that ignores every call; its heirs override those they have a use for."""

    wants_market_data = True

    def on_venue(self, venue: str) -> None:
        """Ignore of which venue the next calls speak."""

    def on_session_opened(self, stamp: FrameStamp, opened: SessionOpened) -> None:
        """Ignore the start of a session."""

    def on_session_closed(self, stamp: FrameStamp, closed: SessionClosed) -> None:
        """Ignore the end of a session."""

    def on_connection_opened(self, stamp: FrameStamp, opened: ConnectionOpened) -> None:
        """Ignore a new connection."""

    def on_connection_closed(self, stamp: FrameStamp, closed: ConnectionClosed) -> None:
        """Ignore the end of a connection."""

    def on_joined(self, participation: Participation) -> None:
        """Ignore a market that entered."""

    def on_left(self, participation: Participation) -> None:
        """Ignore a market that left."""

    def on_market(self, stamp: FrameStamp, market: Market, cause: Cause) -> None:
        """Ignore what was said of a market."""

    def on_transition(self, transition: Transition) -> None:
        """Ignore a market's change of state."""

    def on_snapshot(self, stamp: FrameStamp, snapshot: BookSnapshot) -> None:
        """Ignore a whole book."""

    def on_delta(self, stamp: FrameStamp, delta: BookDelta, *, applied: bool) -> None:
        """Ignore a level change."""

    def on_trade(self, stamp: FrameStamp, trade: Trade) -> None:
        """Ignore a trade."""

    def on_ticker(self, stamp: FrameStamp, ticker: Ticker) -> None:
        """Ignore a ticker."""

    def on_lifecycle(self, stamp: FrameStamp, event: LifecycleEvent) -> None:
        """Ignore a lifecycle message."""

    def on_gap_opened(self, gap: Gap) -> None:
        """Ignore a hole."""

    def on_gap_closed(self, gap: Gap) -> None:
        """Ignore a repair."""

    def on_quarantined(self, stamp: FrameStamp, reason: str, detail: str, raw: bytes) -> None:
        """Ignore a frame that cannot be read."""
