"""What a venue's protocol session tells the rest of firstprint, one call for each thing that happened.

A venue folder turns frames into these calls; the capture, the projections and the tests listen. Deltas and tickers are
told only where a listener asks for them (`wants_market_data`), so that live recording does not build rows that nobody
reads.
"""

from typing import Protocol

from firstprint.domain.gaps import Gap
from firstprint.domain.happenings import ConnectionClosed, ConnectionOpened, SessionClosed, SessionOpened
from firstprint.domain.instruments import Market
from firstprint.domain.lifecycle import Cause, LifecycleEvent, Participation, Transition
from firstprint.domain.marketdata import BookDelta, BookSnapshot, FrameStamp, Ticker, Trade


class FeedListener(Protocol):
    """Receives what a protocol session understood. All calls are synchronous and must not raise."""

    wants_market_data: bool

    def on_snapshot(self, stamp: FrameStamp, snapshot: BookSnapshot) -> None:
        """Take a whole book, in sequence."""
        ...

    def on_delta(self, stamp: FrameStamp, delta: BookDelta, *, applied: bool) -> None:
        """Take a level change, in sequence; `applied` is False when the book was not VALID."""
        ...

    def on_trade(self, stamp: FrameStamp, trade: Trade) -> None:
        """Take a trade."""
        ...

    def on_ticker(self, stamp: FrameStamp, ticker: Ticker) -> None:
        """Take a ticker."""
        ...

    def on_lifecycle(self, stamp: FrameStamp, event: LifecycleEvent) -> None:
        """Take a lifecycle message; made always, whatever `wants_market_data` says."""
        ...

    def on_gap_opened(self, gap: Gap) -> None:
        """Take a new hole."""
        ...

    def on_gap_closed(self, gap: Gap) -> None:
        """Take a hole that is repaired: every market it named is VALID again or has left."""
        ...

    def on_quarantined(self, stamp: FrameStamp, reason: str, detail: str, raw: bytes) -> None:
        """Take a frame that cannot be read, kept as it came."""
        ...


class CaptureListener(FeedListener, Protocol):
    """Receives everything that the fold of a session's journal finds out, market data included.

    The same calls come in the same order from the live fold and from every replay of the same journal.
    """

    def on_session_opened(self, stamp: FrameStamp, opened: SessionOpened) -> None:
        """Take the start of a session; always the first call. The next calls speak of its first venue."""
        ...

    def on_venue(self, venue: str) -> None:
        """Learn of which venue the calls that follow speak, until the next such call."""
        ...

    def on_session_closed(self, stamp: FrameStamp, closed: SessionClosed) -> None:
        """Take the orderly end of a session; never made for one that crashed."""
        ...

    def on_connection_opened(self, stamp: FrameStamp, opened: ConnectionOpened) -> None:
        """Take a new connection; its number is in the stamp."""
        ...

    def on_connection_closed(self, stamp: FrameStamp, closed: ConnectionClosed) -> None:
        """Take the end of a connection."""
        ...

    def on_joined(self, participation: Participation) -> None:
        """Take a market that entered the recording."""
        ...

    def on_left(self, participation: Participation) -> None:
        """Take a market that left the recording; the same participation, completed."""
        ...

    def on_market(self, stamp: FrameStamp, market: Market, cause: Cause) -> None:
        """Take what a message said of a market: only what it said, the rest None."""
        ...

    def on_transition(self, transition: Transition) -> None:
        """Take a market's move from one state to another."""
        ...
