"""The columnar projection: snapshots, deltas, trades and tickers as Parquet files.

A file lies at `<table>/date=<UTC date of receipt>/venue=<venue>/<session>-<first record>-<last record>.parquet`. It is
written whole, then named in the manifest in the same transaction as the offset. Readers go by the manifest, so a file
that a crash left behind is never read, and the next start removes it.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from firstprint.domain.errors import Advice, DataFolderError, FirstprintError
from firstprint.domain.happenings import SessionOpened
from firstprint.domain.marketdata import BookDelta, BookSnapshot, FrameStamp, Level, Ticker, Trade
from firstprint.journal.files import Files
from firstprint.sinks.columns import ABSENT, DELTAS, SNAPSHOTS, TABLES, TICKER_NUMBERS, TICKERS, TRADES
from firstprint.sinks.compaction import Compactor
from firstprint.sinks.gathering import UNSTORABLE, Gathered
from firstprint.sinks.ledger import Batch, Ledger, Row
from firstprint.sinks.offsets import OffsetSink
from firstprint.sinks.segment import SegmentWriter

NAME = "parquet"
NS_PER_DAY = 86_400 * 10**9
SESSION_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}")
VENUE_ID = re.compile(r"[a-z][a-z0-9]{0,31}")
DETAIL_CHARS_MAX = 500
NO_LEVEL: list[tuple[str | None, Level]] = [(None, Level(ABSENT, ABSENT))]
POISON_BYTES_MAX = 16_384
POISON_PART = -1_000_000
"""Where this sink's rows in quarantine begin, away from those of other sinks."""


class SinkUnavailable(FirstprintError):  # noqa: N818 it names a state that passes
    """Files cannot be written now: a full disk, a folder that is away. Nothing is lost; try again."""

    advice = Advice.RETRY

    def __init__(self, detail: str) -> None:
        super().__init__(f"Parquet files cannot be written now: {detail}")


class ParquetSink(OffsetSink):
    """Gathers rows of market data and writes them as files."""

    name = NAME
    holds = tuple(table.name for table in TABLES)

    def __init__(
        self, folder: Path, ledger: Ledger, files: Files, *, rows_max: int = 100_000, age_s_max: float = 60.0
    ) -> None:
        self.rows_max = rows_max
        self.age_s_max = age_s_max
        self._folder = folder
        super().__init__(ledger)
        self._files = files
        self._writer = SegmentWriter(files)
        self._compactor = Compactor(folder, ledger, files, self._writer, rows_max)
        self._gathered: dict[str, list[Gathered]] = {}
        self._start("")

    @property
    def pending(self) -> int:
        """How many rows the fullest file would have."""
        return max(gathered.rows for tables in self._gathered.values() for gathered in tables)

    def prepare(self) -> None:
        """Remove what a crash left behind: files that the manifest does not name."""
        self._compactor.remove_orphans()

    def open(self, session: str) -> int:
        """Turn to a session as every sink does. Raises DataFolderError for an id that could not name its files."""
        if not SESSION_ID.fullmatch(session):
            raise DataFolderError(f"not a session id that can name a file: {session[:80]!a}")
        return super().open(session)

    def flush(self, record: int, *, complete: bool = False) -> None:
        """Write the gathered rows as files and commit them with the offset; safe to repeat."""
        try:
            for venue, tables in self._gathered.items():
                for gathered in tables:
                    place = venue, gathered.table.name
                    if gathered.rows and place not in self._written:
                        self._written[place] = list(self._write(venue, gathered))
        except OSError as error:
            raise SinkUnavailable(str(error)) from error
        for rows in self._written.values():
            self._batch.puts.extend((record, "parquet_files", row) for row in rows)
        self._ledger.commit(NAME, self._session, self._committed, record, self._batch, complete=complete)
        self._forget_gathered()
        self._committed = max(self._committed, record)
        self._compact(whole=complete)

    def forget(self) -> None:
        """Remove every file this sink has made: first from the manifest, then from the disk."""
        self._ledger.forget(NAME, ["parquet_files"])
        self._start("")
        self._compactor.remove_orphans()

    def _compact(self, *, whole: bool) -> None:
        try:
            self._compactor.compact(self._session, whole=whole)
        except OSError as error:
            raise SinkUnavailable(str(error)) from error

    def _write(self, venue: str, gathered: Gathered) -> Iterator[Row]:
        """Write one table's rows of a venue, a file for each UTC date of receipt."""
        rows = gathered.array()
        days = rows["recv_wall_ns"] // NS_PER_DAY
        for day in np.unique(days):
            chosen = rows[days == day]
            date = datetime.fromtimestamp(int(day) * 86_400, UTC).date().isoformat()
            first, last = int(chosen["record"].min()), int(chosen["record"].max())
            table = gathered.table.name
            path = f"{table}/date={date}/venue={venue}/{self._session}-{first}-{last}.parquet"
            written = self._writer.write(gathered.table, self._session, chosen, gathered.texts, self._folder / path)
            yield {
                "path": path,
                "table_name": table,
                "date": date,
                "venue": venue,
                "session": self._session,
                "first_record": first,
                "last_record": last,
                "rows": len(chosen),
                "bytes": written.bytes,
                "sha256": written.sha256,
            }

    def _start(self, session: str) -> None:
        self._session = session
        self._committed = 0
        self._place = (0, -1)
        self._gathered.clear()
        self._gather_for("")
        self._forget_gathered()

    def _forget_gathered(self) -> None:
        for tables in self._gathered.values():
            for gathered in tables:
                gathered.clear()
        self._batch = Batch()
        self._written: dict[tuple[str, str], list[Row]] = {}

    def _gather_for(self, venue: str) -> None:
        """Gather what comes now as rows of a venue."""
        tables = self._gathered.get(venue)
        if tables is None:
            tables = self._gathered[venue] = [Gathered(table) for table in TABLES]
        self._snapshots, self._deltas, self._trades, self._tickers = tables

    def on_session_opened(self, stamp: FrameStamp, opened: SessionOpened) -> None:
        """Learn the first venue, which names the folders."""
        self.on_venue(opened.venue)

    def on_venue(self, venue: str) -> None:
        """Learn whose rows the next calls bring."""
        if not VENUE_ID.fullmatch(venue):
            raise DataFolderError(f"not a venue that can name a folder: {venue[:80]!a}")
        self._gather_for(venue)

    def on_delta(self, stamp: FrameStamp, delta: BookDelta, *, applied: bool) -> None:
        """Gather a level change."""
        record = stamp.record
        if self._passed(record):
            return
        rows = self._deltas
        numbers = rows.numbers
        try:
            rows.packed += rows.pack(
                record,
                self._part(record),
                stamp.connection,
                ABSENT if delta.sid is None else delta.sid,
                ABSENT if delta.seq is None else delta.seq,
                numbers.get(delta.market) or rows.number(delta.market),
                numbers.get(delta.side) or rows.number(delta.side),
                delta.price_e6,
                delta.delta_e6,
                applied,
                ABSENT if delta.venue_ns is None else delta.venue_ns,
                stamp.wall_ns,
                stamp.wall_ns - stamp.mono_ns,
            )
        except UNSTORABLE as error:
            self._poison(stamp, DELTAS.name, delta, error)

    def on_snapshot(self, stamp: FrameStamp, snapshot: BookSnapshot) -> None:
        """Gather a book, a row for each level; one row without a level when it has none."""
        if self._passed(stamp.record):
            return
        rows, start = self._snapshots, len(self._snapshots.packed)
        levels: list[tuple[str | None, Level]] = [("yes", level) for level in snapshot.yes]
        levels += [("no", level) for level in snapshot.no]
        try:
            for side, (price_e6, size_e6) in levels or NO_LEVEL:
                rows.packed += rows.pack(
                    stamp.record,
                    self._part(stamp.record),
                    stamp.connection,
                    _or_absent(snapshot.sid),
                    _or_absent(snapshot.seq),
                    rows.number(snapshot.market),
                    rows.number(snapshot.market_id),
                    rows.number(side),
                    rows.number(snapshot.source),
                    price_e6,
                    size_e6,
                    stamp.wall_ns,
                    stamp.wall_ns - stamp.mono_ns,
                )
        except UNSTORABLE as error:
            rows.cut(start)
            self._poison(stamp, SNAPSHOTS.name, snapshot, error)

    def on_trade(self, stamp: FrameStamp, trade: Trade) -> None:
        """Gather a trade."""
        if self._passed(stamp.record):
            return
        rows = self._trades
        try:
            rows.packed += rows.pack(
                stamp.record,
                self._part(stamp.record),
                stamp.connection,
                _or_absent(trade.sid),
                _or_absent(trade.seq),
                rows.number(trade.market),
                rows.number(trade.trade_id),
                trade.yes_price_e6,
                trade.size_e6,
                rows.number(trade.taker_side),
                rows.number(trade.source),
                _or_absent(trade.is_block),
                _or_absent(trade.venue_ns),
                stamp.wall_ns,
                stamp.wall_ns - stamp.mono_ns,
            )
        except UNSTORABLE as error:
            self._poison(stamp, TRADES.name, trade, error)

    def on_ticker(self, stamp: FrameStamp, ticker: Ticker) -> None:
        """Gather a ticker."""
        if self._passed(stamp.record):
            return
        rows = self._tickers
        try:
            rows.packed += rows.pack(
                stamp.record,
                self._part(stamp.record),
                stamp.connection,
                _or_absent(ticker.sid),
                ABSENT,
                rows.number(ticker.market),
                *(_or_absent(getattr(ticker, name)) for name in TICKER_NUMBERS),
                _or_absent(ticker.venue_ns),
                stamp.wall_ns,
                stamp.wall_ns - stamp.mono_ns,
            )
        except UNSTORABLE as error:
            self._poison(stamp, TICKERS.name, ticker, error)

    def _part(self, record: int) -> int:
        """Give the place of one more row of this record, from 0."""
        last_record, last = self._place
        part = last + 1 if record == last_record else 0
        self._place = (record, part)
        return part

    def _poison(self, stamp: FrameStamp, table: str, what: object, error: Exception) -> None:
        """Put a row that no file can hold into quarantine."""
        raw = ascii(what).encode()
        row = {
            "session": self._session,
            "record": stamp.record,
            "part": POISON_PART + self._part(stamp.record),
            "connection": stamp.connection,
            "recv_wall_ns": stamp.wall_ns,
            "reason": "POISON_ROW",
            "detail": f"{table}: {type(error).__name__}: {error}"[:DETAIL_CHARS_MAX],
            "raw_bytes": len(raw),
            "raw": raw[:POISON_BYTES_MAX],
        }
        self._batch.puts.append((stamp.record, "quarantine", row))


def _or_absent(value: int | None) -> int:
    return ABSENT if value is None else value
