"""Polymarket as the use cases see it: a maker of protocol sessions and a reader of REST bodies. Pure."""

from firstprint.books.book import BookShelf
from firstprint.books.gaps import GapLedger
from firstprint.domain.entries import ListedPage, MarketEntry
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.feed import FeedListener
from firstprint.domain.happenings import RestRequest
from firstprint.domain.rest import RestFacts
from firstprint.venues.polymarket import bodies, parse
from firstprint.venues.polymarket.assets import Assets
from firstprint.venues.polymarket.broadcasts import Broadcasts
from firstprint.venues.polymarket.commands import CHANNEL
from firstprint.venues.polymarket.messages import PONG, UNDECODABLE, decode_frame, decode_message
from firstprint.venues.polymarket.session import PolymarketFeed
from firstprint.venues.polymarket.steering import ASSETS_MAX, PolymarketSteering


class PolymarketVenue:
    """The pure half of the Polymarket adapter. One object serves one fold: `assets` fills from that fold's records.

    All that the stream tells comes on one channel; the other names are those of the messages that a hole in it loses
    too, and that nothing repairs apart from it.
    """

    name = "polymarket"
    book_channel = CHANNEL
    ticker_channel = "best_bid_ask"
    trade_channel = "last_trade_price"
    lifecycle_channel = "new_market"

    def __init__(self, assets: Assets | None = None, *, assets_max: int = ASSETS_MAX) -> None:
        self.assets = Assets() if assets is None else assets
        self._broadcasts = Broadcasts()
        self._assets_max = assets_max

    def feed(
        self, connection: int, shelf: BookShelf, gaps: GapLedger, listener: FeedListener, *, from_start: bool
    ) -> PolymarketFeed:
        """Make the protocol session of a connection, heard from its opening on or from somewhere in the middle."""
        return PolymarketFeed(connection, shelf, gaps, listener, self.assets, self._broadcasts, from_start=from_start)

    def steering(self, feed: PolymarketFeed, purpose: str) -> PolymarketSteering:
        """Make what steers a connection: `lifecycle` listens to broadcasts alone, `books` to given markets."""
        broadcasts_only = purpose == "lifecycle"
        return PolymarketSteering(feed, self.assets, broadcasts_only=broadcasts_only, assets_max=self._assets_max)

    def frame_ns(self, payload: bytes) -> int | None:
        """Give the venue's own time of a frame, Unix nanoseconds, of the last message in it; None when it has none."""
        if payload == PONG:
            return None
        try:
            told = decode_frame(payload)
            message = decode_message(told[-1]) if isinstance(told, list) and told else told
            return None if isinstance(message, list) else parse.millis(message.timestamp) * parse.NS_PER_MS
        except (*UNDECODABLE, MalformedMessage):
            return None

    def told(self, request: RestRequest, body: bytes) -> RestFacts:
        """Read a REST body, and learn the assets of the markets in it. Raises MalformedMessage."""
        return bodies.told(request, body, self.assets)

    def listed(self, request: RestRequest, body: bytes) -> ListedPage:
        """Read a page of Gamma's markets, with or without their events, as entries. Raises MalformedMessage."""
        facts, following = bodies.told(request, body, self.assets), bodies.next_cursor(body)
        markets = [
            MarketEntry(
                ticker=one.ticker,
                event_ticker=one.event_ticker,
                series_ticker=one.series_ticker,
                title=one.title,
                status=one.status,
                result=one.result,
                settlement_value_e6=one.settlement_value_e6,
                created_ns=one.created_ns,
                grid=one.grid,
            )
            for one in facts.markets
        ]
        return ListedPage(markets=markets, unreadable=facts.unreadable, last_page=following is None)

    def next_cursor(self, body: bytes) -> str | None:
        """Read where the next page begins; None at the end. Raises MalformedMessage."""
        return bodies.next_cursor(body)
