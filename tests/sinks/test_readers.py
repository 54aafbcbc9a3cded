"""What is read back from Parquet is what was told."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from projection_script import FIRST, MIDNIGHT_NS, Desk, ScriptedJournal, two_sessions

from firstprint.domain.happenings import SessionOpened
from firstprint.domain.marketdata import BookDelta, BookSnapshot, FrameStamp, Level
from firstprint.sinks.readers import ParquetReader

int64 = st.integers(-(2**63) + 2, 2**63 - 1)


def opened(folder: Path) -> Desk:
    """Open the sinks on a new session."""
    desk = Desk(folder, ScriptedJournal())
    desk.columnar.open(FIRST)
    hello = SessionOpened(session=FIRST, venue="kalshi", software="x")
    desk.columnar.on_session_opened(FrameStamp(1, 0, 0, MIDNIGHT_NS), hello)
    return desk


@settings(max_examples=10, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["M", "N", "a\0'b", "\u202e"]),
            st.integers(1, 999_999),
            st.integers(-(10**18), 10**18),
            st.none() | st.integers(0, 2**62) | st.integers(-(10**15), 0),
            st.booleans(),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_deltas_come_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int, int, int | None, bool]]
) -> None:
    """F53, F56: markets, prices, sizes and the venue's time, far off or absent, are read back to the nanosecond."""
    desk = opened(tmp_path_factory.mktemp("deltas"))
    told = []
    for record, (market, price, size, venue_ns, applied) in enumerate(rows, 2):
        stamp = FrameStamp(record, 1, record * 7, MIDNIGHT_NS + record)
        desk.columnar.on_delta(stamp, BookDelta(market, "no", price, size, 3, record, venue_ns), applied=applied)
        told.append(
            (FIRST, record, 0, 1, 3, record, market, "no", price, size, applied, venue_ns, stamp.wall_ns, stamp.mono_ns)
        )
    desk.columnar.flush(len(rows) + 1)
    reader = ParquetReader(desk.parquet, desk.ledger)
    read = [row for market in {row[0] for row in rows} for row in reader.deltas(market)]
    assert sorted(read, key=lambda row: row.record) == told
    desk.close()


def test_empty_book_is_a_row(tmp_path: Path) -> None:
    """B10: a snapshot without any level is one row without side, price and size; others are one row for each level."""
    desk = opened(tmp_path)
    desk.columnar.on_snapshot(FrameStamp(2, 1, 5, MIDNIGHT_NS), BookSnapshot("M", (), (), sid=1, seq=1))
    book = BookSnapshot("M", (Level(10_000, 5),), (Level(20_000, 6), Level(30_000, 7)), source="rest")
    desk.columnar.on_snapshot(FrameStamp(3, 1, 6, MIDNIGHT_NS + 1), book)
    desk.columnar.flush(3)
    rows = ParquetReader(desk.parquet, desk.ledger).levels("M")
    assert [(row.record, row.part, row.side, row.price_e6, row.size_e6, row.sid) for row in rows] == [
        (2, 0, None, None, None, 1),
        (3, 0, "yes", 10_000, 5, None),
        (3, 1, "no", 20_000, 6, None),
        (3, 2, "no", 30_000, 7, None),
    ]
    desk.close()


def test_row_that_no_file_holds_is_quarantined(tmp_path: Path) -> None:
    """F69: a number beyond 64 bits or a text that is no text goes to quarantine, and the rest is written."""
    desk = opened(tmp_path)
    poison: list[dict[str, Any]] = [{"delta_e6": 2**63}, {"market": "\ud800"}, {}]
    for record, changed in enumerate(poison, 2):
        facts = {"market": "M", "side": "yes", "price_e6": 5, "delta_e6": 5, "sid": 1, "seq": record} | changed
        desk.columnar.on_delta(FrameStamp(record, 1, 5, MIDNIGHT_NS), BookDelta(**facts), applied=True)
    desk.columnar.flush(4)
    assert [row.record for row in ParquetReader(desk.parquet, desk.ledger).deltas("M")] == [4]
    assert [row[1] for row in desk.dump()["quarantine"]] == [2, 3]
    desk.close()


async def test_counts_find_duplicates_and_holes(tmp_path: Path) -> None:
    """I16, F75: counts and keys of every table and session are there to be compared with the journal."""
    journal = two_sessions(seed=11)
    desk = Desk(tmp_path, journal)
    await desk.projector.project(follow=False)
    reader = ParquetReader(desk.parquet, desk.ledger)
    for table, call in (("orderbook_deltas", "on_delta"), ("trades", "on_trade"), ("tickers", "on_ticker")):
        for count in reader.counts()[table]:
            told = [c[1][0].record for b in journal.blocks[count.session] for c in b.calls if c[0] == call]
            assert count.rows == count.keys == len(told)
            assert [record for record, _ in reader.keys(table, count.session)] == told
    desk.close()


def test_reader_survives_a_merge(tmp_path: Path) -> None:
    """F73: a file merged away between manifest and reading is looked for again, and each row is read once."""
    desk = opened(tmp_path)
    for record in (2, 3):
        delta = BookDelta("M", "yes", 5, 5, 1, record)
        desk.columnar.on_delta(FrameStamp(record, 1, 5, MIDNIGHT_NS), delta, applied=True)
        desk.columnar.flush(record)

    class Stale:
        """A manifest that is merged after its first reading."""

        def parquet_files(self, session: str | None = None) -> list[dict[str, Any]]:
            rows = desk.ledger.parquet_files(session)
            desk.columnar._compactor.compact(FIRST, whole=True)
            return rows

    assert [row.record for row in ParquetReader(desk.parquet, Stale()).deltas("M")] == [2, 3]
    desk.close()
