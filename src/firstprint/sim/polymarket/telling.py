"""Whole books as they are said, on the WebSocket and by REST, each entered into the truth log under its hash."""

from firstprint.sim.polymarket.market import SimMarket
from firstprint.sim.polymarket.texts import NS_PER_MS
from firstprint.sim.polymarket.truth import TruthLog
from firstprint.sim.polymarket.wire import book_text
from firstprint.sim.polymarket.world import World

_NO_HASHES = ("", "")


class BookTeller:
    """Renders books and remembers that it did."""

    def __init__(self, world: World, truth: TruthLog | None) -> None:
        self._world = world
        self._truth = truth

    def tell(self, market: SimMarket, index: int, at_ns: int, *, event: bool) -> tuple[str, str] | None:
        """Render a token's book and give it with its hash; None when it has none. `event` adds the event type."""
        book = self._world.book(market)
        if book is None:
            return None
        text, digest = book_text(market, book, index, event=event)
        market.said_ms = max(market.said_ms, market.changed_ns // NS_PER_MS)
        self.note(market, (digest, "") if index == 0 else ("", digest), at_ns)
        return text, digest

    def note(self, market: SimMarket, hashes: tuple[str, str] = _NO_HASHES, at_ns: int = 0) -> None:
        """Write a book's state into the truth log."""
        if self._truth is not None and market.book is not None:
            said = hashes, market.changed_ns // NS_PER_MS
            self._truth.book(market.condition, market.changes, said, market.book, at_ns)
