"""Books of venues whose frames have no numbers, judged: whenever one is VALID it must be what the frames add up to.

The second reading follows every frame by itself: a book replaces, a change sets a level unless something later has set
it. What the fold tells is compared with it after each run: the touched levels, or the whole book at each snapshot, at
every FULL_EVERY-th change, and where its VALID time ends. Gaps are judged then too: what opened one must show in it.
"""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from firstprint.app.verify_plain_reading import Change, Said, mirrored, read_all
from firstprint.app.verify_plain_truth import HashTruth
from firstprint.app.verify_report import VerifyReport
from firstprint.books.book import BookShelf
from firstprint.books.state import Valid
from firstprint.domain.gaps import Gap, GapReason
from firstprint.domain.marketdata import SIDES, BookDelta, BookSnapshot, FrameStamp, Side
from firstprint.domain.record import Kind
from firstprint.domain.units import DOLLAR_E6

FULL_EVERY = 64

Spot = tuple[Side, int]
_ENDED = (GapReason.DISCONNECTED, GapReason.DATA_SILENCE, GapReason.PLANNED)
_ELSEWHERE = {
    GapReason.OVERLOAD: Kind.LOSS,
    GapReason.DISK_FULL: Kind.LOSS,
    GapReason.SELF_STALL: Kind.STALL,
}
"""Reasons whose ground is a record before the one that opens the gap: no number shows what was missed."""


class PlainBook:
    """One market's bids as plain dicts, on one connection; `asset` is the one whose bids are `yes` bids."""

    __slots__ = ("asset", "at_ms", "changes", "hash", "level_ms", "sides", "touched", "whole")

    def __init__(self, told: Said) -> None:
        self.asset = told.asset
        self.changes = 0
        self.level_ms: dict[Spot, int] = {}
        self.touched: set[Spot] = set()
        self.load(told)

    def load(self, told: Said) -> None:
        """Take a whole book."""
        self.at_ms, self.hash, self.whole = told.at_ms, told.hash, True
        levels = told.levels or {}
        self.sides: dict[Side, dict[int, int]] = {side: dict(levels.get(side, {})) for side in SIDES}
        self.level_ms.clear()

    def set(self, one: Change, at_ms: int) -> int:
        """Set a level, unless it is late; give by how much it changed."""
        spot = one.side, one.price_e6
        if at_ms < max(self.at_ms, self.level_ms.get(spot, 0)):
            return 0
        before = self.sides[one.side].pop(one.price_e6, 0)
        if one.size_e6:
            self.sides[one.side][one.price_e6] = one.size_e6
        self.level_ms[spot], self.hash = at_ms, one.hash
        self.touched.add(spot)
        self.changes += 1
        self.whole = self.whole or self.changes % FULL_EVERY == 0
        return one.size_e6 - before

    @property
    def touch(self) -> tuple[int, int]:
        """Best bid and best ask; 0 and a dollar where there is none."""
        return max(self.sides["yes"], default=0), DOLLAR_E6 - max(self.sides["no"], default=0)

    @property
    def crossed(self) -> bool:
        """Tell whether the best bids of both sides together reach a dollar."""
        bid, ask = self.touch
        return bool(self.sides["yes"] and self.sides["no"]) and bid >= ask


class _Frame(NamedTuple):
    record: int
    said: tuple[Said, ...]


class PlainChecks:
    """Judges what the fold tells of connections of such venues. `connections` are theirs."""

    def __init__(self, report: VerifyReport, shelf: BookShelf, truth: HashTruth | None) -> None:
        self._report = report
        self._shelf = shelf
        self._truth = truth
        self.connections: set[int] = set()
        self.frames: Counter[int] = Counter()
        self._books: dict[tuple[int, str], PlainBook] = {}
        self._run: list[_Frame] = []
        self._place = 0
        self._connection = 0
        self._told: Counter[tuple[int, str, Spot]] = Counter()
        self._moved: Counter[tuple[int, str, Spot]] = Counter()
        self._loaded: set[str] = set()
        self._differing: set[tuple[int, str]] = set()
        self._gaps: list[Gap] = []
        self._quarantined: set[int] = set()
        self._disputed: set[str] = set()
        self._seen: set[Kind] = set()
        self.kind = Kind.TICK

    def hear(self, connection: int, first_record: int, payloads: list[bytes]) -> None:
        """Read the frames of one run before they are folded."""
        self.frames[connection] += len(payloads)
        self._connection = connection
        self._run = [_Frame(record, tuple(read_all(raw))) for record, raw in enumerate(payloads, first_record)]
        self._place = 0

    def note(self, kind: Kind) -> None:
        """Remember what may be the ground of a later gap."""
        self._seen.add(kind)

    def _read_to(self, record: int) -> None:
        """Let the second reading take the frames of the run before a record."""
        while self._place < len(self._run) and self._run[self._place].record < record:
            frame = self._run[self._place]
            self._place += 1
            for said in frame.said:
                if said.kind == "price_change":
                    self._changes(frame.record, said)

    def _changes(self, record: int, said: Said) -> None:
        book = self._books.get((self._connection, said.market))
        if book is None:
            return
        mine: Change | None = None
        for one in said.changes:
            if one.asset == book.asset:
                mine = one
                self._moved[record, said.market, (one.side, one.price_e6)] += book.set(one, said.at_ms)
        if (mine is not None and mine.touch not in (None, book.touch)) or _unmirrored(book, said):
            self._differing.add((record, said.market))

    # -- what the fold tells -------------------------------------------------------------------------------------

    def snapshot(self, stamp: FrameStamp, snapshot: BookSnapshot) -> None:
        """Look for the book that was told in its frame; one by REST may dispute ours."""
        if snapshot.source != "stream":
            self._dispute(snapshot)
            return
        self._read_to(stamp.record)
        for said in self._at(stamp.record):
            if said.levels is not None and said.market == snapshot.market and _same(said, snapshot):
                self._load(stamp.connection, said)
                return
        self._wrong(snapshot.market, stamp.record, "the frame holds no such book")

    def _load(self, connection: int, said: Said) -> None:
        known = self._books.get((connection, said.market))
        if known is None or known.asset != said.asset:
            self._books[connection, said.market] = PlainBook(said)
        else:
            known.load(said)
        self._loaded.add(said.market)

    def _dispute(self, snapshot: BookSnapshot) -> None:
        book = self._shelf.get(snapshot.market)
        told = {side: {level.price_e6: level.size_e6 for level in getattr(snapshot, side)} for side in SIDES}
        if book is None or {"yes": book.ladder.yes, "no": book.ladder.no} != told:
            self._disputed.add(snapshot.market)
        else:
            self._disputed.discard(snapshot.market)

    def delta(self, stamp: FrameStamp, delta: BookDelta, *, applied: bool) -> None:
        """Remember a change that was told, to compare it with what the second reading makes of the same record."""
        if applied:
            self._told[stamp.record, delta.market, (delta.side, delta.price_e6)] += delta.delta_e6

    def quarantined(self, record: int) -> None:
        """Remember a frame that the fold could not read."""
        self._quarantined.add(record)

    def opened(self, gap: Gap) -> None:
        """Take a gap, to be judged when the run is folded."""
        self._gaps.append(gap)

    # -- after a run ---------------------------------------------------------------------------------------------

    def folded(self, stamp: FrameStamp) -> None:
        """Compare what the run has touched, and judge the gaps it opened."""
        self._read_to(stamp.record + 1)
        for (record, market, spot), delta_e6 in self._told.items():
            moved_e6 = self._moved[record, market, spot]
            if market not in self._loaded and moved_e6 != delta_e6:
                self._wrong(market, record, f"{spot} moved by {moved_e6}, not by {delta_e6}")
        touched = {market for _, market, _ in self._moved} | self._loaded
        for market in touched:
            self._compare(market, stamp)
        for gap in self._gaps:
            self._judge(gap)
        for gathered in (self._told, self._moved, self._loaded, self._differing, self._gaps, self._quarantined):
            gathered.clear()
        self._run = []

    def _compare(self, market: str, stamp: FrameStamp) -> None:
        known = self._books.get((self._connection, market))
        book = self._shelf.get(market)
        state = book.state(stamp.mono_ns) if book is not None else None
        if not isinstance(state, Valid) or state.connection != self._connection:
            return
        self._report.books_checked += 1
        if known is None:
            self._wrong(market, stamp.record, "VALID before its own book on this connection")
            return
        mine: dict[Side, dict[int, int]] = {"yes": state.ladder.yes, "no": state.ladder.no}
        whole, touched = known.whole, tuple(known.touched)
        agrees = (
            mine == known.sides
            if whole
            else all(mine[side].get(price, 0) == known.sides[side].get(price, 0) for side, price in touched)
        )
        if not agrees:
            self._wrong(market, stamp.record, "differs from what the journal's frames add up to")
        elif self._truth is not None and known.hash is not None:
            self._truth.compare(market, known.hash, known.sides, stamp)
        known.whole = False
        known.touched.clear()

    def _judge(self, gap: Gap) -> None:
        if not self._grounds(gap):
            what = f"gap {gap.gap_id} ({gap.reason.value}) of connection {gap.connection}"
            self._report.found("false_gaps", f"{what}: record {gap.opened_record} shows no such thing")

    def _grounds(self, gap: Gap) -> bool:
        if gap.reason in _ENDED:
            return self.kind is Kind.CONNECTION_CLOSED
        if gap.reason in _ELSEWHERE:
            return _ELSEWHERE[gap.reason] in self._seen
        said = self._at(gap.opened_record)
        shown: dict[GapReason, Callable[[], bool]] = {
            GapReason.TOUCH_DIFFERS: lambda: all((gap.opened_record, one) in self._differing for one in gap.markets),
            GapReason.RECONCILE_DIFFERS: lambda: all(one in self._disputed for one in gap.markets),
            GapReason.TICK_SIZE_CHANGED: lambda: any(one.kind == "tick_size_change" for one in said),
            GapReason.OFF_GRID: lambda: any(one.impossible for one in said),
            GapReason.MALFORMED_FRAME: lambda: (
                gap.opened_record in self._quarantined or any(one.impossible for one in said)
            ),
            GapReason.CROSSED: lambda: all(self._is_crossed(gap.connection or 0, one) for one in gap.markets),
        }
        ground = shown.get(gap.reason)
        return ground is not None and ground()

    def _is_crossed(self, connection: int, market: str) -> bool:
        known = self._books.get((connection, market))
        return known is not None and known.crossed

    def _at(self, record: int) -> tuple[Said, ...]:
        place = record - self._run[0].record if self._run else -1
        return self._run[place].said if 0 <= place < len(self._run) else ()

    def period_ended(self, market: str) -> None:
        """Have the whole book compared at the next look: its VALID time may begin again unseen."""
        for known in self._of(market):
            known.whole = True

    def _of(self, market: str) -> list[PlainBook]:
        return [book for connection in self.connections if (book := self._books.get((connection, market)))]

    def ended(self, connection: int) -> None:
        """Forget a connection that is gone."""
        for key in [key for key in self._books if key[0] == connection]:
            del self._books[key]

    def finish(self, stamp: FrameStamp) -> None:
        """Compare every book that is VALID at the end, whole."""
        for (connection, market), known in tuple(self._books.items()):
            self._connection, known.whole = connection, True
            self._compare(market, stamp)
        if self._truth is not None:
            self._truth.finish(stamp)

    def _wrong(self, market: str, record: int, why: str) -> None:
        self._report.found("books_wrong", f"{market} at record {record}: {why}")


def _same(said: Said, snapshot: BookSnapshot) -> bool:
    told = {side: {one.price_e6: one.size_e6 for one in getattr(snapshot, side) if one.size_e6} for side in SIDES}
    return told == said.levels


def _unmirrored(book: PlainBook, said: Said) -> bool:
    """Tell whether a level told of the other asset is not the mirror of ours, the last word on each level counting."""
    last = {mirrored(one.side, one.price_e6): one.size_e6 for one in said.changes if one.asset != book.asset}
    return any(book.sides[side].get(price, 0) != size for (side, price), size in last.items())
