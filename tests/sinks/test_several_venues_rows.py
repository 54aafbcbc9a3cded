"""Rows of a session with several venues: each under its own venue, and without numbers where a venue has none."""

from pathlib import Path

import pytest
from projection_script import FIRST, MIDNIGHT_NS, Desk, ScriptedJournal
from sqlalchemy import text

from firstprint.domain.errors import DataFolderError
from firstprint.domain.happenings import SessionClosed, SessionOpened
from firstprint.domain.instruments import Market
from firstprint.domain.lifecycle import Cause
from firstprint.domain.marketdata import BookDelta, BookSnapshot, FrameStamp, Level
from firstprint.sinks.readers import ParquetReader

HELLO = SessionOpened(session=FIRST, venue="kalshi", venues=["kalshi", "polymarket"], software="x")


def stamp(record: int, connection: int = 1) -> FrameStamp:
    """Give a record's place."""
    return FrameStamp(record, connection, record, MIDNIGHT_NS + record)


def numbered(market: str, record: int) -> BookDelta:
    """Make a change of a venue that numbers its frames."""
    return BookDelta(market, "yes", 10_000, record, 3, record)


def plain(market: str, record: int) -> BookDelta:
    """Make a change of a venue that numbers nothing."""
    return BookDelta(market, "yes", 10_000, record, None, None, MIDNIGHT_NS)


def opened(folder: Path) -> Desk:
    """Open the columnar sink on a session of two venues."""
    desk = Desk(folder, ScriptedJournal())
    desk.columnar.open(FIRST)
    desk.columnar.on_session_opened(stamp(1, 0), HELLO)
    return desk


def test_market_data_lies_under_the_venue_that_told_it(tmp_path: Path) -> None:
    """One session, two venues: each venue's rows are in files of its own, whatever the order in which they came."""
    desk = opened(tmp_path)
    for record in range(2, 10):
        venue = ("kalshi", "polymarket")[record % 2]
        desk.columnar.on_venue(venue)
        told = numbered("KX", record) if venue == "kalshi" else plain("0xab", record)
        desk.columnar.on_delta(stamp(record, 1 + record % 2), told, applied=True)
    desk.columnar.on_snapshot(stamp(10, 2), BookSnapshot("0xab", (Level(1, 1),), ()))
    desk.columnar.flush(10)
    files = desk.ledger.parquet_files(FIRST)
    assert {(row["venue"], row["table_name"], row["rows"]) for row in files} == {
        ("kalshi", "orderbook_deltas", 4),
        ("polymarket", "orderbook_deltas", 4),
        ("polymarket", "orderbook_snapshots", 1),
    }
    assert all(f"venue={row['venue']}/" in row["path"] for row in files)
    reader = ParquetReader(desk.parquet, desk.ledger)
    assert [(row.record, row.sid, row.seq) for row in reader.deltas("KX")] == [(n, 3, n) for n in (2, 4, 6, 8)]
    assert [(row.record, row.sid, row.seq) for row in reader.deltas("0xab")] == [(n, None, None) for n in (3, 5, 7, 9)]
    desk.close()


def test_small_files_are_merged_within_their_venue(tmp_path: Path) -> None:
    """The end of a session merges what is small, and mixes no venues."""
    desk = opened(tmp_path)
    for record in range(2, 8):
        desk.columnar.on_venue(("kalshi", "polymarket")[record % 2])
        desk.columnar.on_delta(stamp(record), plain(("KX", "0xab")[record % 2], record), applied=True)
        desk.columnar.flush(record)
    desk.columnar.flush(8, complete=True)
    files = desk.ledger.parquet_files(FIRST)
    assert sorted((row["venue"], row["rows"]) for row in files) == [("kalshi", 3), ("polymarket", 3)]
    reader = ParquetReader(desk.parquet, desk.ledger)
    assert [row.record for row in reader.deltas("0xab")] == [3, 5, 7]
    desk.close()


def test_a_venue_that_cannot_name_a_folder_is_refused(tmp_path: Path) -> None:
    """A venue's name becomes a folder: nothing else may."""
    desk = opened(tmp_path)
    with pytest.raises(DataFolderError):
        desk.columnar.on_venue("../up")
    desk.close()


def test_markets_are_kept_under_the_venue_that_told_of_them(tmp_path: Path) -> None:
    """A market's row names its own venue, not the session's first."""
    desk = opened(tmp_path)
    desk.relational.open(FIRST)
    desk.relational.on_session_opened(stamp(1, 0), HELLO)
    desk.relational.on_market(stamp(2, 0), Market(ticker="KX"), Cause.REST)
    desk.relational.on_venue("polymarket")
    desk.relational.on_market(stamp(3, 0), Market(ticker="0xab"), Cause.REST)
    desk.relational.on_venue("kalshi")
    desk.relational.on_session_closed(stamp(4, 0), SessionClosed())
    desk.relational.flush(4)
    with desk.engine.connect() as database:
        rows = database.execute(text("SELECT ticker, venue FROM markets ORDER BY ticker")).all()
        session = database.execute(text("SELECT venue FROM capture_sessions")).scalar_one()
    assert [tuple(row) for row in rows] == [("0xab", "polymarket"), ("KX", "kalshi")]
    assert session == "kalshi"
    desk.close()
