"""Rows of the projections against the rows that the journal gives (invariants I16 and I17).

What is expected is gathered from the fold in windows of records, so that memory does not grow with the session. A row
that is told of late (a frame waited for the one before it) may belong to a window already compared: what was too many
there is kept, and taken back when it turns up.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Protocol

from firstprint.app.verify_ports import RowKey, SinkRows
from firstprint.app.verify_report import VerifyReport
from firstprint.domain.deaf import Deaf
from firstprint.domain.gaps import Gap
from firstprint.domain.happenings import ConnectionOpened
from firstprint.domain.lifecycle import LifecycleEvent, Participation, Transition
from firstprint.domain.marketdata import BookDelta, BookSnapshot, FrameStamp, Ticker, Trade

WINDOW_RECORDS = 100_000
UNMATCHED_MAX = 100_000
RECORD_MAX = 2**62


class Expect(Protocol):
    """Takes the row that a table must hold: the table, the record it comes from, and its key."""

    def __call__(self, table: str, anchor: int, key: RowKey, /) -> None:
        """Take one row."""
        ...


class Parts:
    """Numbers the rows that come from one record, from 0."""

    __slots__ = ("_last", "_record")

    def __init__(self) -> None:
        self._record = 0
        self._last = -1

    def next(self, record: int) -> int:
        """Give the place of one more row of this record."""
        self._last = self._last + 1 if record == self._record else 0
        self._record = record
        return self._last


class ExpectedRows(Deaf):
    """Says of everything the fold tells which row of which table it is."""

    def __init__(self, expect: Expect) -> None:
        self._expect = expect
        self._columnar = Parts()
        self._parts: dict[str, Parts] = defaultdict(Parts)

    def on_connection_opened(self, stamp: FrameStamp, opened: ConnectionOpened) -> None:
        """Expect a connection."""
        self._expect("connections", stamp.record, (stamp.connection,))

    def on_joined(self, participation: Participation) -> None:
        """Expect a stay."""
        record = participation.joined_record
        self._expect("market_participation", record, (participation.market, record))

    def on_lifecycle(self, stamp: FrameStamp, event: LifecycleEvent) -> None:
        """Expect a lifecycle event."""
        self._numbered("market_lifecycle_events", stamp.record, event.event_type)

    def on_transition(self, transition: Transition) -> None:
        """Expect a transition."""
        self._numbered("market_transitions", transition.record, transition.after.value)

    def on_quarantined(self, stamp: FrameStamp, reason: str, detail: str, raw: bytes) -> None:
        """Expect a frame in quarantine."""
        self._numbered("quarantine", stamp.record)

    def on_gap_opened(self, gap: Gap) -> None:
        """Expect a gap and its markets."""
        row = (gap.gap_id, gap.reason.value, gap.connection, gap.sid, gap.seq_from, gap.seq_to)
        self._expect("gaps", gap.opened_record, row)
        for market in gap.markets:
            self._expect("gap_markets", gap.opened_record, (gap.gap_id, market))

    def on_snapshot(self, stamp: FrameStamp, snapshot: BookSnapshot) -> None:
        """Expect a row for each level, or one row without a level."""
        levels: list[tuple[int | None, int | None]] = [*snapshot.yes, *snapshot.no]
        for price_e6, size_e6 in levels or [(None, None)]:
            key = (stamp.record, self._columnar.next(stamp.record), price_e6, size_e6)
            self._expect("orderbook_snapshots", stamp.record, key)

    def on_delta(self, stamp: FrameStamp, delta: BookDelta, *, applied: bool) -> None:
        """Expect a level change."""
        part = self._columnar.next(stamp.record)
        key = (stamp.record, part, delta.seq, delta.price_e6, delta.delta_e6)
        self._expect("orderbook_deltas", stamp.record, key)

    def on_trade(self, stamp: FrameStamp, trade: Trade) -> None:
        """Expect a trade."""
        self._expect("trades", stamp.record, (stamp.record, self._columnar.next(stamp.record), trade.trade_id))

    def on_ticker(self, stamp: FrameStamp, ticker: Ticker) -> None:
        """Expect a ticker."""
        self._expect("tickers", stamp.record, (stamp.record, self._columnar.next(stamp.record)))

    def _numbered(self, table: str, record: int, *values: str) -> None:
        self._expect(table, record, (record, self._parts[table].next(record), *values))


class _TableCheck:
    """One table of one sink: what is expected in the window at hand, and what did not match so far."""

    __slots__ = ("expected", "late", "unmatched")

    def __init__(self) -> None:
        self.expected: set[RowKey] = set()
        self.late: list[tuple[int, RowKey]] = []
        self.unmatched: set[RowKey] = set()


class SinkCheck:
    """Compares one sink with the fold. `folding` is the last record of what is being folded now."""

    def __init__(self, sink: SinkRows, report: VerifyReport) -> None:
        self._sink = sink
        self._report = report
        self._tables = {table: _TableCheck() for table in sink.tables}
        self._from = 1
        self.folding = 0

    @property
    def name(self) -> str:
        """The sink's name."""
        return self._sink.name

    @property
    def offset(self) -> int:
        """The last record it has committed."""
        return self._sink.offset

    def expect(self, table: str, anchor: int, key: RowKey) -> None:
        """Take a row that must be there, if the sink has come so far."""
        check = self._tables.get(table)
        if check is None or self.folding > self._sink.offset:
            return
        if anchor < self._from:
            check.late.append((anchor, key))
        else:
            check.expected.add(key)

    def folded(self, record: int) -> None:
        """Compare the window when everything up to `record` is folded and it is full."""
        if record - self._from + 1 >= WINDOW_RECORDS:
            self._compare(record)

    def finish(self, record: int) -> None:
        """Compare what is left, look for rows that nothing stands behind, and sum up.

        Of a session that is not closed its projection may be going on: rows above the offset read are then its right.
        """
        self._compare(record)
        if self._report.closed:
            self._compare(RECORD_MAX)
        for table, check in self._tables.items():
            if check.unmatched:
                self._wrong("sink_extra", table, check.unmatched, "stand there and do not follow from the journal")
        offset = self._sink.offset
        self._report.sinks_behind = max(self._report.sinks_behind, record - offset)

    def _compare(self, record: int) -> None:
        poisoned = set(self._sink.poisoned(1, record))
        for table, check in self._tables.items():
            found = self._found(table, record)
            self._settle_late(table, check, poisoned)
            missing = check.expected - found
            check.unmatched |= set(list(found - check.expected)[: UNMATCHED_MAX - len(check.unmatched)])
            self._missing(table, missing, lambda key: key[0] in poisoned)
            check.expected.clear()
        self._from = record + 1

    def _found(self, table: str, record: int) -> set[RowKey]:
        found: set[RowKey] = set()
        last = record if self._report.closed else min(record, self._sink.offset)
        for key in self._sink.rows(table, self._from, last):
            if table == "quarantine" and int(key[1] or 0) < 0:
                continue  # a row that was set aside: told by `poisoned`
            if key in found:
                self._wrong("duplicates", table, {key}, "stands twice")
            found.add(key)
        return found

    def _settle_late(self, table: str, check: _TableCheck, poisoned: set[int]) -> None:
        missing = {key: anchor for anchor, key in check.late if key not in check.unmatched}
        check.unmatched -= {key for _, key in check.late}
        check.late.clear()
        self._missing(table, set(missing), lambda key: missing[key] in poisoned)

    def _missing(self, table: str, keys: set[RowKey], set_aside: Callable[[RowKey], bool]) -> None:
        aside = {key for key in keys if set_aside(key)}
        self._report.sink_poisoned += len(aside)
        if keys - aside:
            self._wrong("sink_missing", table, keys - aside, "follow from the journal and are not there")

    def _wrong(self, figure: str, table: str, keys: set[RowKey], what: str) -> None:
        shown = ", ".join(map(repr, sorted(keys, key=repr)[:3]))
        self._report.found(figure, f"{self._sink.name} {table}: {len(keys)} rows {what}, such as {shown}", len(keys))
