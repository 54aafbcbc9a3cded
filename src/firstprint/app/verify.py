"""The proof of a session: its journal, its fold and its projections against each other, and against the truth.

One pass over the journal. Each run of frames is first read by the naive second reading (`verify_reading`), which counts
numbers by itself; then it is folded by the product, and what the fold tells is judged. Frames of venues that number
nothing have a second reading of their own (`verify_plain`). Memory grows with the markets, holes and gaps of the
session, not with its frames.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from firstprint.app.capture import Capture
from firstprint.app.fold import Run, fold_run
from firstprint.app.venues import Venues
from firstprint.app.verify_books import BookChecks
from firstprint.app.verify_compared import note_truth
from firstprint.app.verify_gaps import GapChecks
from firstprint.app.verify_plain import PlainChecks
from firstprint.app.verify_plain_truth import HashTruth
from firstprint.app.verify_ports import Neighbours, RecordedSession, SinkRows
from firstprint.app.verify_report import VerifyReport
from firstprint.app.verify_session import Joining, SessionChecks, join_truth
from firstprint.app.verify_sinks import Expect, ExpectedRows, SinkCheck
from firstprint.app.verify_streams import Streams
from firstprint.app.verify_truth import Truth
from firstprint.domain.deaf import Deaf
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.gaps import Gap
from firstprint.domain.happenings import ConnectionOpened
from firstprint.domain.instruments import Market
from firstprint.domain.lifecycle import Cause, LifecycleEvent, Participation, Transition
from firstprint.domain.marketdata import BookDelta, BookSnapshot, FrameStamp, Ticker, Trade
from firstprint.domain.record import Kind

UNNUMBERED = frozenset({"polymarket"})
"""Venues whose frames have no numbers: order and completeness are then what the second reading of books shows."""


class _Judge(Deaf):
    """Hears the fold of the session and hands each finding to those who judge it."""

    def __init__(self, report: VerifyReport, expect: Expect) -> None:
        self._report = report
        self._rows = ExpectedRows(expect)
        self.streams: Streams
        self.books: BookChecks
        self.gaps: GapChecks
        self.plain: PlainChecks
        self.now = FrameStamp(0, 0, 0, 0)
        self.at_end = False

    def on_snapshot(self, stamp: FrameStamp, snapshot: BookSnapshot) -> None:
        """Judge a book that was loaded."""
        if stamp.connection in self.plain.connections or snapshot.source != "stream":
            self.plain.snapshot(stamp, snapshot)
        else:
            self.books.snapshot(stamp, snapshot)
        self._rows.on_snapshot(stamp, snapshot)

    def on_delta(self, stamp: FrameStamp, delta: BookDelta, *, applied: bool) -> None:
        """Judge a level that was changed."""
        if stamp.connection in self.plain.connections:
            self.plain.delta(stamp, delta, applied=applied)
        else:
            self.books.delta(stamp, delta)
        self._rows.on_delta(stamp, delta, applied=applied)

    def on_gap_opened(self, gap: Gap) -> None:
        """Judge a gap, and the books whose VALID time it ends."""
        if gap.connection in self.plain.connections:
            self._report.gaps += 1
            self.plain.opened(gap)
        else:
            self.gaps.opened(gap)
        for market in gap.markets:
            self.books.period_ended(market, self.now)
            self.plain.period_ended(market)
        if not self.at_end:
            self._rows.on_gap_opened(gap)

    def on_gap_closed(self, gap: Gap) -> None:
        """Count a repair."""
        self._report.repaired += 1

    def on_quarantined(self, stamp: FrameStamp, reason: str, detail: str, raw: bytes) -> None:
        """Take back the number of a frame that cannot be read."""
        if stamp.connection in self.plain.connections:
            self.plain.quarantined(stamp.record)
        elif self.gaps.kind is Kind.FRAME_IN:
            self.streams.refuse(stamp.connection, stamp.record, raw)
        self._rows.on_quarantined(stamp, reason, detail, raw)

    def on_market(self, stamp: FrameStamp, market: Market, cause: Cause) -> None:
        """Learn a market's grid."""
        self.books.learn(market)

    def on_trade(self, stamp: FrameStamp, trade: Trade) -> None:
        """Expect its row."""
        self._rows.on_trade(stamp, trade)

    def on_ticker(self, stamp: FrameStamp, ticker: Ticker) -> None:
        """Expect its row."""
        self._rows.on_ticker(stamp, ticker)

    def on_lifecycle(self, stamp: FrameStamp, event: LifecycleEvent) -> None:
        """Expect its row."""
        self._rows.on_lifecycle(stamp, event)

    def on_transition(self, transition: Transition) -> None:
        """Expect its row."""
        self._rows.on_transition(transition)

    def on_joined(self, participation: Participation) -> None:
        """Expect its row."""
        self._rows.on_joined(participation)

    def on_connection_opened(self, stamp: FrameStamp, opened: ConnectionOpened) -> None:
        """Expect its row."""
        self._rows.on_connection_opened(stamp, opened)


class Verifier:
    """Proves one session.

    `truth` are the lines of the truth log, None where there is none, `hash_truth` those of a venue without numbers.
    """

    def __init__(
        self,
        venues: Venues,
        journal: RecordedSession,
        *,
        truth: Iterable[bytes] | None = None,
        hash_truth: Iterable[bytes] | None = None,
        sinks: Sequence[SinkRows] = (),
        neighbours: Neighbours | None = None,
        progress: Callable[[int], object] = lambda _: None,
    ) -> None:
        self._journal = journal
        self._progress = progress
        self._report = report = VerifyReport(session=journal.session)
        joining = join_truth(journal, UNNUMBERED) if truth is not None else Joining({}, [])
        self._truth = Truth(truth, joining.numbers.values()) if truth is not None else None
        self._joining = joining
        self._sinks = [SinkCheck(sink, report) for sink in sinks]
        self._judge = _Judge(report, self._expect)
        self._capture = Capture(venues, self._judge)
        self._streams = Streams(report, self._truth, joining.numbers)
        self._books = BookChecks(report, self._streams, self._capture.shelf, self._truth)
        self._gaps = GapChecks(report, self._streams, self._books)
        self._hashes = HashTruth(hash_truth, report) if hash_truth is not None else None
        self._plain = self._judge.plain = PlainChecks(report, self._capture.shelf, self._hashes)
        self._judge.streams, self._judge.books, self._judge.gaps = self._streams, self._books, self._gaps
        self._session = SessionChecks(report, journal, neighbours or Neighbours())

    def _expect(self, table: str, anchor: int, key: tuple[int | str | None, ...]) -> None:
        for sink in self._sinks:
            sink.expect(table, anchor, key)

    def verify(self) -> VerifyReport:
        """Read the session once, from its first record to its last, and judge it."""
        for block in self._journal.blocks():
            for run in block.runs():
                self._take(run)
            self._progress(block.last_record)
        self._finish()
        return self._report

    def _take(self, run: Run) -> None:
        last = run.first_record + len(run.payloads) - 1
        self._judge.now = FrameStamp(last, run.connection, run.mono_ns + len(run.payloads) - 1, run.wall_ns)
        self._session.take(run)
        self._gaps.kind = self._plain.kind = run.kind
        for sink in self._sinks:
            sink.folding = last
        if run.kind is Kind.CONNECTION_OPENED:
            self._connection_opened(run)
        if run.kind is Kind.FRAME_IN:
            heard = self._plain if run.connection in self._plain.connections else self._streams
            heard.hear(run.connection, run.first_record, run.payloads)
        self._plain.note(run.kind)
        try:
            fold_run(self._capture, run)
        except MalformedMessage as error:
            self._report.found("damaged", f"a record of our own making cannot be read: {error}")
        self._streams.folded()
        self._plain.folded(self._judge.now)
        for sink in self._sinks:
            sink.folded(last)
        if run.kind is Kind.CONNECTION_CLOSED:
            self._connection_ended(run.connection)

    def _connection_opened(self, run: Run) -> None:
        """Learn of which venue a connection is, and so whether its frames are numbered."""
        opened = msgspec.json.decode(run.payloads[0], type=ConnectionOpened)
        venue = opened.venue or self._session.first_venue
        if venue and venue not in self._report.venues:
            self._report.venues.append(venue)
        if venue in UNNUMBERED:
            self._plain.connections.add(run.connection)
        else:
            self._streams.opened.add(run.connection)

    def _connection_ended(self, connection: int) -> None:
        self._plain.ended(connection)
        number = self._joining.numbers.get(connection)
        if self._truth is not None and number is not None:
            self._truth.forget(number)

    def _finish(self) -> None:
        self._books.finish(self._judge.now)
        self._plain.finish(self._judge.now)
        for sink in self._sinks:
            sink.finish(self._session.last_record)
        self._judge.at_end = True
        self._gaps.kind = Kind.TICK
        for feed in tuple(self._capture.feeds.values()):
            feed.give_up_waiting(self._judge.now)
        self._streams.finish()
        self._gaps.finish()
        self._session.finish(
            self._capture.counts, self._streams.frames | self._plain.frames, self._gaps.down_since_wall_ns
        )
        self._session.offsets(self._sinks)
        self._report.notes.extend(self._joining.notes)
        self._report.venues.sort()
        note_truth(self._report, UNNUMBERED, self._truth, self._hashes)
