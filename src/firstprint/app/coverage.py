"""Coverage: of each market's stay in a session, how long its book was VALID, INVALID, PAUSED or not subscribed.

The four times of a stay add up exactly to its length (invariant I11). They are measured on one axis, the session's wall
time at its first record plus monotonic time since, so that a step of the wall clock neither adds nor removes any. A
change is dated by the record that caused it; records that arrived together count as one moment.
"""

from collections.abc import Iterable
from enum import Enum

import msgspec

from firstprint.app.capture import Capture
from firstprint.app.fold import Block, Run, fold_run
from firstprint.app.venues import Venues
from firstprint.books.book import FeedMark
from firstprint.books.state import Invalid, InvalidReason, Paused
from firstprint.domain.deaf import Deaf
from firstprint.domain.gaps import Gap
from firstprint.domain.lifecycle import Participation, Transition
from firstprint.domain.marketdata import BookSnapshot, FrameStamp
from firstprint.domain.record import Kind

STRETCHES_MAX = 10_000
"""Stretches kept of one market; the times of further ones are still counted."""


class CoverageState(Enum):
    """What can be said of a market's book during a stretch of time."""

    VALID = "VALID"
    INVALID = "INVALID"
    PAUSED = "PAUSED"
    NOT_SUBSCRIBED = "NOT_SUBSCRIBED"


class Stretch(msgspec.Struct, frozen=True):
    """A time in one state, wall nanoseconds, the end excluded. `reason` is set where the state is INVALID."""

    state: CoverageState
    from_wall_ns: int
    to_wall_ns: int
    reason: str | None = None


class MarketCoverage(msgspec.Struct, kw_only=True):
    """One market's stays in a session. `present_ns` is the sum of the four times that follow it, exactly."""

    market: str
    joined_wall_ns: int
    left_wall_ns: int
    present_ns: int = 0
    valid_ns: int = 0
    invalid_ns: int = 0
    paused_ns: int = 0
    not_subscribed_ns: int = 0
    valid_share: float = 0.0
    gaps: int = 0
    stretches: list[Stretch] = []
    stretches_dropped: int = 0


class SessionCoverage(msgspec.Struct, kw_only=True):
    """A session's markets, the worst covered first, and their sums."""

    session: str
    from_wall_ns: int
    to_wall_ns: int
    present_ns: int = 0
    valid_ns: int = 0
    invalid_ns: int = 0
    paused_ns: int = 0
    not_subscribed_ns: int = 0
    valid_share: float = 0.0
    gaps: dict[str, int] = {}
    markets: list[MarketCoverage] = []


_TIMES = {
    CoverageState.VALID: "valid_ns",
    CoverageState.INVALID: "invalid_ns",
    CoverageState.PAUSED: "paused_ns",
    CoverageState.NOT_SUBSCRIBED: "not_subscribed_ns",
}


class _Now:
    """The state that a present market is in, and since when."""

    __slots__ = ("reason", "since_ns", "state")

    def __init__(self, state: CoverageState, reason: str | None, since_ns: int) -> None:
        self.state = state
        self.reason = reason
        self.since_ns = since_ns


class CoverageFold(Deaf):
    """Folds one session's journal into its coverage."""

    wants_market_data = False

    def __init__(self, venues: Venues, session: str, market: str | None = None) -> None:
        self._capture = Capture(venues, self)
        self._session = session
        self._only = market
        self._axis_ns: int | None = None
        self._first_ns = self._now_ns = 0
        self._present: dict[str, _Now] = {}
        self._rows: dict[str, MarketCoverage] = {}
        self._touched: set[str] = set()
        self._stirred: dict[int, tuple[int, ...]] = {}
        self._doubts: dict[int, dict[FeedMark, bool]] = {}
        self._gaps: dict[str, int] = {}

    def fold(self, blocks: Iterable[Block]) -> SessionCoverage:
        """Fold all blocks and give the coverage up to the last record."""
        for block in blocks:
            for run in block.runs():
                self.take(run)
        return self.report()

    def take(self, run: Run) -> None:
        """Fold one run, then see whose state has changed."""
        if self._axis_ns is None:
            self._axis_ns = run.wall_ns - run.mono_ns
            self._first_ns = run.wall_ns
        self._now_ns = max(self._now_ns, run.mono_ns + self._axis_ns)
        fold_run(self._capture, run)
        everywhere = self._moved(run)
        for market in tuple(self._present) if everywhere else tuple(self._touched):
            self._look(market, run.mono_ns)
        self._touched.clear()
        self._now_ns = max(self._now_ns, run.mono_ns + len(run.payloads) - 1 + self._axis_ns)

    def _moved(self, run: Run) -> bool:
        """Tell whether more markets may have changed than the calls have named."""
        if run.kind is not Kind.FRAME_IN:
            self._doubts.pop(run.connection if run.kind is Kind.CONNECTION_CLOSED else 0, None)
            return run.kind is not Kind.TICK or any(True in marks.values() for marks in self._doubts.values())
        feed = self._capture.feeds.get(run.connection)
        stirred = feed.stirred if feed is not None else ()
        moved = self._stirred.get(run.connection) != stirred
        self._stirred[run.connection] = stirred
        return self._doubted(run.connection) or moved

    def _doubted(self, connection: int) -> bool:
        moved = False
        marks = self._doubts.get(connection, {})
        for mark, was in marks.items():
            doubted = mark.doubt_since_mono_ns is not None
            moved = moved or doubted is not was
            marks[mark] = doubted
        return moved

    def _look(self, market: str, mono_ns: int) -> None:
        now = self._present.get(market)
        if now is None:
            return
        state, reason = self._state(market, mono_ns)
        if (state, reason) != (now.state, now.reason):
            self._end_stretch(market, now)
            self._present[market] = _Now(state, reason, self._now_ns)

    def _state(self, market: str, mono_ns: int) -> tuple[CoverageState, str | None]:
        book = self._capture.shelf.get(market)
        if book is None:
            return CoverageState.NOT_SUBSCRIBED, None
        feed = book.feed
        if feed is not None:
            self._doubts.setdefault(feed.connection, {}).setdefault(feed, feed.doubt_since_mono_ns is not None)
        state = book.state(mono_ns)
        if isinstance(state, Invalid):
            if state.reason is InvalidReason.NOT_SUBSCRIBED:
                return CoverageState.NOT_SUBSCRIBED, None
            return CoverageState.INVALID, state.reason.value
        return (CoverageState.PAUSED if isinstance(state, Paused) else CoverageState.VALID), None

    def _end_stretch(self, market: str, now: _Now) -> None:
        row, length_ns = self._rows[market], self._now_ns - now.since_ns
        row.present_ns += length_ns
        setattr(row, _TIMES[now.state], getattr(row, _TIMES[now.state]) + length_ns)
        row.left_wall_ns = self._now_ns
        if length_ns and len(row.stretches) < STRETCHES_MAX:
            row.stretches.append(Stretch(now.state, now.since_ns, self._now_ns, now.reason))
        elif length_ns:
            row.stretches_dropped += 1

    def report(self) -> SessionCoverage:
        """Sum up; markets still present are counted to the last record."""
        for market in tuple(self._present):
            self._end_stretch(market, self._present.pop(market))
        rows = sorted(self._rows.values(), key=lambda row: (row.valid_ns - row.present_ns, row.market))
        for row in rows:
            row.valid_share = row.valid_ns / row.present_ns if row.present_ns else 0.0
        total = SessionCoverage(
            session=self._session, from_wall_ns=self._first_ns, to_wall_ns=self._now_ns, markets=rows, gaps=self._gaps
        )
        for name in ("present_ns", *_TIMES.values()):
            setattr(total, name, sum(getattr(row, name) for row in rows))
        total.valid_share = total.valid_ns / total.present_ns if total.present_ns else 0.0
        return total

    def on_joined(self, participation: Participation) -> None:
        """Begin a market's time."""
        market = participation.market
        if self._only is not None and market != self._only:
            return
        if market not in self._rows:
            self._rows[market] = MarketCoverage(
                market=market, joined_wall_ns=self._now_ns, left_wall_ns=self._now_ns, stretches=[]
            )
        self._present[market] = _Now(CoverageState.NOT_SUBSCRIBED, None, self._now_ns)
        self._touched.add(market)

    def on_left(self, participation: Participation) -> None:
        """End a market's time."""
        now = self._present.pop(participation.market, None)
        if now is not None:
            self._end_stretch(participation.market, now)

    def on_snapshot(self, stamp: FrameStamp, snapshot: BookSnapshot) -> None:
        """Look at the market afterwards."""
        self._touched.add(snapshot.market)

    def on_transition(self, transition: Transition) -> None:
        """Look at the market afterwards."""
        self._touched.add(transition.market)

    def on_gap_opened(self, gap: Gap) -> None:
        """Count the gap, and look at its markets afterwards."""
        self._gaps[gap.reason.value] = self._gaps.get(gap.reason.value, 0) + 1
        for market in gap.markets:
            self._touched.add(market)
            if market in self._rows:
                self._rows[market].gaps += 1


def coverage(venues: Venues, session: str, blocks: Iterable[Block], market: str | None = None) -> SessionCoverage:
    """Work out a session's coverage from its journal, of all markets or of one."""
    return CoverageFold(venues, session, market).fold(blocks)
