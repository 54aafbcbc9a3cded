"""One market's book on one connection: what was heard of it when, and what speaks against it. Pure."""

from collections.abc import Iterable

from firstprint.books.book import Book
from firstprint.domain.marketdata import BookSnapshot, Level
from firstprint.domain.units import PriceE6, SizeE6
from firstprint.venues.polymarket.parse import NS_PER_MS

STRIKES_MAX = 3
"""So often in a row the venue's best prices may differ from the book's before the book is given up; and so often, while
there is none, a book may come that is too old before it is believed: then it was a time that was wrong."""


class Watch:
    """A market that this connection subscribed to, by its first asset.

    Times ending in `_ms` are the venue's, those ending in `_mono_ns` ours. `level_ms` says when each level was set last
    since the book came (a `no` level under its negative price), so that a change that comes late can be told from what
    is newer. `ignored_ms` is the latest change that came while no book was there to take it. `held` is a book
    by REST that differs and waits for what may still be under way; `unsettled` says that one could not be compared.
    """

    __slots__ = ("asset", "book", "book_ms", "compared_mono_ns", "confirmed_mono_ns", "heard_mono_ns", "held",
                 "held_mono_ns", "ignored_ms", "latest_ms", "level_ms", "market", "strikes", "unsettled")  # fmt: skip

    def __init__(self, asset: str, book: Book) -> None:
        self.asset = asset
        self.market = book.market
        self.book = book
        self.book_ms = 0
        self.latest_ms = 0
        self.ignored_ms = 0
        self.level_ms: dict[PriceE6, int] = {}
        self.strikes = 0
        self.heard_mono_ns = 0
        self.confirmed_mono_ns = 0
        self.compared_mono_ns = 0
        self.held: BookSnapshot | None = None
        self.held_mono_ns = 0
        self.unsettled = False

    def begin(self, at_ms: int, mono_ns: int) -> None:
        """Start anew from a book of the venue."""
        self.book_ms = self.latest_ms = at_ms
        self.ignored_ms = 0
        self.level_ms.clear()
        self.strikes = 0
        self.heard_mono_ns = mono_ns
        self.confirm(mono_ns)

    def confirm(self, mono_ns: int) -> None:
        """Take note that the book is the venue's."""
        self.confirmed_mono_ns = mono_ns
        self.held, self.unsettled = None, False

    def give_up(self) -> None:
        """Take note that the book is lost: one that comes now must hold what the lost one had taken."""
        self.ignore(self.latest_ms)
        self.strikes = 0

    def ignore(self, at_ms: int) -> None:
        """Take note of a change that no book was there to take."""
        self.ignored_ms = max(self.ignored_ms, at_ms)

    def strike(self, *, differs: bool) -> bool:
        """Take a comparison with what the venue says; tell whether it differed too often in a row."""
        self.strikes = self.strikes + 1 if differs else 0
        return self.strikes >= STRIKES_MAX

    def compare(self, told: BookSnapshot, mono_ns: int) -> None:
        """Compare with a book by REST: confirm ours, or keep the other until what is under way has come."""
        self.compared_mono_ns = mono_ns
        if self.equals(told):
            self.confirm(mono_ns)
        elif _at_ms(told) < self.book_ms:
            self.unsettled = True
        else:
            self.held, self.held_mono_ns = told, mono_ns

    def refuted(self, mono_ns: int) -> bool:
        """Decide on the book by REST that was held; tell whether it shows ours to be wrong."""
        told, self.held = self.held, None
        if told is None or not self.agrees(told, _at_ms(told)):
            return told is not None
        self.confirm(mono_ns)
        return False

    def equals(self, told: BookSnapshot) -> bool:
        """Tell whether a book has the same levels as ours."""
        return _levels(told.yes) == self.book.ladder.yes and _levels(told.no) == self.book.ladder.no

    def agrees(self, told: BookSnapshot, at_ms: int) -> bool:
        """Tell whether a book has the same levels as ours, but for those that were set after it.

        Sizes are absolute, so a level that was set later is right whatever was missed before. Of a book that is older
        than the one we began with, nothing can be said: it agrees.
        """
        ladder = self.book.ladder
        if at_ms < self.book_ms:
            return True
        for sign, theirs, ours in ((1, _levels(told.yes), ladder.yes), (-1, _levels(told.no), ladder.no)):
            for price_e6 in theirs.keys() | ours.keys():
                unset = self.level_ms.get(sign * price_e6, 0) <= at_ms
                if unset and theirs.get(price_e6, 0) != ours.get(price_e6, 0):
                    return False
        return True


def _levels(side: Iterable[Level]) -> dict[PriceE6, SizeE6]:
    return {one.price_e6: one.size_e6 for one in side if one.size_e6}


def _at_ms(told: BookSnapshot) -> int:
    return (told.venue_ns or 0) // NS_PER_MS
