"""Kalshi as the use cases see it: a maker of protocol sessions, a reader of REST bodies and of its lists. Pure."""

import msgspec

from firstprint.books.book import BookShelf
from firstprint.books.gaps import GapLedger
from firstprint.domain.entries import ListedPage
from firstprint.domain.feed import FeedListener
from firstprint.domain.happenings import RestRequest
from firstprint.domain.rest import RestFacts
from firstprint.venues.kalshi import bodies, lists, parse
from firstprint.venues.kalshi.commands import BOOKS, LIFECYCLE, TICKERS, TRADES
from firstprint.venues.kalshi.messages import decode_message
from firstprint.venues.kalshi.session import KalshiFeed
from firstprint.venues.kalshi.steering import KalshiSteering
from firstprint.venues.kalshi.sweeps import placed

BOOK_CHANNELS = (BOOKS, TRADES, TICKERS)


class KalshiVenue:
    """The pure half of the Kalshi adapter."""

    name = "kalshi"
    book_channel = BOOKS
    ticker_channel = TICKERS
    trade_channel = TRADES
    lifecycle_channel = LIFECYCLE

    def feed(
        self, connection: int, shelf: BookShelf, gaps: GapLedger, listener: FeedListener, *, from_start: bool
    ) -> KalshiFeed:
        """Make the protocol session of a connection, heard from its opening on or from somewhere in the middle."""
        return KalshiFeed(connection, shelf, gaps, listener, from_start=from_start)

    def steering(self, feed: KalshiFeed, purpose: str) -> KalshiSteering:
        """Make what steers a connection: `lifecycle` listens to all markets' lifecycle, `books` to given markets."""
        if purpose == "lifecycle":
            return KalshiSteering(feed, (LIFECYCLE,), firehose=True)
        return KalshiSteering(feed, BOOK_CHANNELS)

    def frame_ns(self, payload: bytes) -> int | None:
        """Give the venue's own time of a frame, Unix nanoseconds; None when it has none."""
        try:
            return parse.message_ns(decode_message(payload))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None

    def told(self, request: RestRequest, body: bytes) -> RestFacts:
        """Read a REST body. Raises MalformedMessage."""
        return placed(request, bodies.told(request, body))

    def listed(self, request: RestRequest, body: bytes) -> ListedPage:
        """Read a page of series, events (with nested markets) or markets. Raises MalformedMessage."""
        return lists.listed(request, body)

    def next_cursor(self, body: bytes) -> str | None:
        """Read where the next page begins; None at the end. Raises MalformedMessage."""
        return lists.next_cursor(body)

    def tags_by_category(self, body: bytes) -> dict[str, tuple[str, ...]]:
        """Read the categories and the tags of each. Raises MalformedMessage."""
        return lists.tags_by_category(body)

    def sports(self, body: bytes) -> dict[str, tuple[str, ...]]:
        """Read the sports and the scopes of each. Raises MalformedMessage."""
        return lists.sports(body)
