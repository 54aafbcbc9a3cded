"""Polymarket's frames in memory to books, as `memory_path.py` does it for Kalshi's: how many changes a CPU-second."""

import time
from collections.abc import Sequence

from frames import Traffic, batches, market_hash
from memory_path import BATCH_FRAMES, CENTS, MARKETS
from polymarket_frames import assets_of, changes, openings

from firstprint.app.live import LiveListener
from firstprint.books.book import BookShelf
from firstprint.books.gaps import GapLedger
from firstprint.domain.marketdata import FrameStamp
from firstprint.venues.polymarket.commands import open_with
from firstprint.venues.polymarket.session import PolymarketFeed
from firstprint.venues.polymarket.venue import PolymarketVenue


def new_feed(shelf: BookShelf) -> PolymarketFeed:
    """Make a protocol session that has subscribed to all markets, with gaps of its own."""
    venue, listener = PolymarketVenue(), LiveListener()
    for number in range(MARKETS):
        venue.assets.learn(market_hash(number), assets_of(number))
        shelf.set_grid(market_hash(number), CENTS)
    ledger = GapLedger(listener)
    ledger.begin("bench")
    feed = venue.feed(1, shelf, ledger, listener, from_start=True)
    feed.sent(open_with([assets_of(number)[0] for number in range(MARKETS)]), FrameStamp(1, 1, 1, 1))
    return feed


def rate(opening: Sequence[bytes], reads: Sequence[list[bytes]]) -> float:
    """Apply all frames once; give changes a CPU-second. Raises RuntimeError when one was not applied."""
    shelf = BookShelf()
    feed = new_feed(shelf)
    feed.receive(opening, FrameStamp(2, 1, 2, 2))
    record, frames = len(opening) + 2, sum(map(len, reads))
    began = time.process_time()
    for read in reads:
        feed.receive(read, FrameStamp(record, 1, record, record))
        record += len(read)
    spent = time.process_time() - began
    if feed.counts.changes != frames or sum(book.valid for book in shelf.values()) != MARKETS:
        raise RuntimeError(f"{feed.counts.changes} changes of {frames} were applied")
    return frames / spent


def rates(frames: int, runs: int, *, mirrored: bool = True) -> list[float]:
    """Measure several times."""
    traffic = Traffic(MARKETS, 1)
    opening = openings(traffic)
    reads = batches(list(changes(traffic, frames, 1, mirrored=mirrored)), BATCH_FRAMES)
    return [rate(opening, reads) for _ in range(runs)]
