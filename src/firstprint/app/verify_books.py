"""Books judged: whenever one is VALID it must be what the venue's book was at that number (I05, I06, I07, I08).

Two references: the naive second reading of the same journal, always; and the truth log, where there is one. After each
delta the touched level is compared; the whole book at each snapshot, at every FULL_EVERY-th delta, and at the end.
"""

from collections.abc import Mapping

from firstprint.app.verify_numbers import StreamKey
from firstprint.app.verify_reading import DELTA, Heard, NaiveBook, change_of, level_list
from firstprint.app.verify_report import VerifyReport
from firstprint.app.verify_streams import Streams
from firstprint.app.verify_truth import Truth
from firstprint.books.book import BookShelf
from firstprint.books.ladder import Ladder
from firstprint.books.state import Valid
from firstprint.domain.instruments import Market, PriceGrid
from firstprint.domain.marketdata import SIDES, BookDelta, BookSnapshot, FrameStamp, Side
from firstprint.domain.units import DOLLAR_E6

FULL_EVERY = 64
UNREADABLE = (KeyError, TypeError, ValueError)
"""What the naive reading raises at a content that is none."""


class _Known:
    """The naive book of a market on the subscription that last sent one, and how far it has been compared."""

    __slots__ = ("book", "deltas", "key", "seq", "valid")

    def __init__(self, key: StreamKey, book: NaiveBook) -> None:
        self.key = key
        self.book = book
        self.seq = book.since
        self.deltas = 0
        self.valid = False


class BookChecks:
    """Compares the product's books, as the fold changes them, with what they should be."""

    def __init__(self, report: VerifyReport, streams: Streams, shelf: BookShelf, truth: Truth | None) -> None:
        self._report = report
        self._streams = streams
        self._shelf = shelf
        self._truth = truth
        self._known: dict[str, _Known] = {}
        self._grids: dict[str, PriceGrid] = {}

    def learn(self, market: Market) -> None:
        """Take a market's grid."""
        if market.grid is not None:
            self._grids[market.ticker] = market.grid

    def snapshot(self, stamp: FrameStamp, snapshot: BookSnapshot) -> None:
        """Compare a book that was just loaded; one that came by REST feeds nothing and is passed over."""
        if snapshot.sid is None or snapshot.seq is None:
            return
        heard = self._streams.waiting.pop(stamp.record, None)
        if heard is None or heard.market != snapshot.market or heard.seq != snapshot.seq:
            self._wrong(snapshot.market, stamp, f"record {stamp.record} is not the snapshot that was told")
            return
        try:
            known = _Known((stamp.connection, snapshot.sid), NaiveBook(heard))
        except UNREADABLE as error:
            self._wrong(snapshot.market, stamp, f"record {stamp.record} cannot be a snapshot: {error!r}")
            return
        self._known[snapshot.market] = known
        self._compare(snapshot.market, known, stamp, None)

    def delta(self, stamp: FrameStamp, delta: BookDelta) -> None:
        """Compare the level that a delta has just changed."""
        heard = self._streams.waiting.pop(stamp.record, None)
        told = (delta.side, delta.price_e6, delta.delta_e6)
        if heard is None or heard.seq is None or (heard.market, heard.sid, heard.seq) != (
            delta.market, delta.sid, delta.seq,
        ):  # fmt: skip
            self._wrong(delta.market, stamp, f"record {stamp.record} is not the delta that was told")
            return
        said = _said(heard)
        if said != told:
            self._wrong(delta.market, stamp, f"record {stamp.record} says {said}, not {told}")
            return
        known = self._known.get(delta.market)
        if known is not None and known.key == (stamp.connection, delta.sid):
            known.book.apply(*told)
            known.seq = heard.seq
            known.deltas += 1
        touched = (delta.side, delta.price_e6) if known is None or known.deltas % FULL_EVERY else None
        self._compare(delta.market, known, stamp, touched)

    def _compare(self, market: str, known: _Known | None, stamp: FrameStamp, touched: tuple[Side, int] | None) -> None:
        state = self._shelf.book(market).state(stamp.mono_ns)
        if not isinstance(state, Valid):
            if known is not None:
                known.valid = False
            return
        self._report.books_checked += 1
        why = self._difference(market, known, state, touched)
        if why is not None:
            self._wrong(market, stamp, why)
        if known is not None:
            known.valid = why is None

    def _difference(
        self, market: str, known: _Known | None, state: Valid, touched: tuple[Side, int] | None
    ) -> str | None:
        """Say what is wrong with a VALID book, None when nothing is."""
        key = (state.connection, state.sid)
        if known is None or known.key != key:
            return "VALID before its own snapshot on this subscription"
        if known.seq != state.seq:
            return f"VALID at number {state.seq}, but the last frame of it was {known.seq}"
        if not self._streams.numbers[key].whole(known.book.since, state.seq, market):
            return f"VALID at number {state.seq}, although a number since its snapshot is missing"
        if not _agree(state.ladder, known.book.sides, touched):
            return f"differs at number {state.seq} from what the journal's frames add up to"
        return self._untrue(market, key, state, touched)

    def _untrue(self, market: str, key: StreamKey, state: Valid, touched: tuple[Side, int] | None) -> str | None:
        true = self._streams.true_key(key)
        if self._truth is None:
            return None
        self._truth.asked += 1
        if true is None or state.seq is None or not self._truth.knows(true, state.seq):
            return None
        self._truth.known += 1
        book = self._truth.after(true, state.seq, market)
        if book is None:
            return f"VALID at number {state.seq}, and the venue had sent no book of it"
        agrees = _agree(state.ladder, book.sides, touched)
        return None if agrees else f"differs at number {state.seq} from the venue's book"

    def _wrong(self, market: str, stamp: FrameStamp, why: str) -> None:
        self._report.found("books_wrong", f"{market} at record {stamp.record}: {why}")

    def period_ended(self, market: str, stamp: FrameStamp) -> None:
        """Compare the whole book once more where its VALID time has just ended.

        The ladder still stands as it was, unless the change that was refused has been made.
        """
        known, book = self._known.get(market), self._shelf.get(market)
        if known is None or book is None or not known.valid:
            return
        known.valid = False
        if not _agree(book.ladder, known.book.sides, None):
            self._wrong(market, stamp, f"differed at number {known.seq}, when its VALID time ended")
        true = self._streams.true_key(known.key)
        if self._truth is not None and true is not None and self._truth.knows(true, known.seq):
            truth = self._truth.after(true, known.seq, market)
            if truth is not None and not _agree(book.ladder, truth.sides, None):
                self._wrong(market, stamp, f"differed at number {known.seq} from the venue's book, whole")

    def finish(self, stamp: FrameStamp) -> None:
        """Compare every book that is VALID at the end, whole."""
        for market in self._known:
            book = self._shelf.get(market)
            if book is not None and isinstance(book.state(stamp.mono_ns), Valid):
                self.period_ended(market, stamp)

    def goes_below_zero(self, record: int, connection: int | None, sid: int | None) -> bool:
        """Tell whether the delta in a record takes a level below zero, by the naive reckoning."""
        heard = self._streams.waiting.get(record)
        known = self._known.get(heard.market or "") if heard is not None else None
        if heard is None or known is None or known.key != (connection, sid):
            return False
        said = _said(heard)
        return said is not None and known.book.after(*said) < 0

    def is_crossed(self, market: str) -> bool:
        """Tell whether a market's book is crossed, by the naive reckoning."""
        known = self._known.get(market)
        return known is not None and known.book.crossed

    def is_impossible(self, record: int) -> bool:
        """Tell whether a frame that was received cannot be true: off the grid, a level twice, or below zero."""
        heard = self._streams.waiting.get(record)
        if heard is None:
            return False
        grid = self._grids.get(heard.market or "")
        if heard.kind == DELTA:
            said = _said(heard)
            return said is None or _off_grid(said[1], grid)
        for side in SIDES:
            try:
                levels = level_list(heard.body, side)
            except UNREADABLE:
                return True
            if len({price_e6 for price_e6, _ in levels}) < len(levels):
                return True
            if any(size_e6 < 0 or _off_grid(price_e6, grid) for price_e6, size_e6 in levels):
                return True
        return False


def _said(heard: Heard) -> tuple[Side, int, int] | None:
    try:
        return change_of(heard)
    except UNREADABLE:
        return None


def _off_grid(price_e6: int, grid: PriceGrid | None) -> bool:
    return not (0 < price_e6 < DOLLAR_E6) or (grid is not None and not grid.holds(price_e6))


def _agree(ladder: Ladder, sides: Mapping[Side, dict[int, int]], touched: tuple[Side, int] | None) -> bool:
    """Compare one level, or (None) both sides whole."""
    mine: dict[Side, dict[int, int]] = {"yes": ladder.yes, "no": ladder.no}
    if touched is None:
        return mine["yes"] == sides["yes"] and mine["no"] == sides["no"]
    side, price_e6 = touched
    return mine[side].get(price_e6, 0) == sides[side].get(price_e6, 0)
