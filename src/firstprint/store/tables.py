"""The tables, once, for every database that serves them.

Every row is a function of the journal: no column holds when it was written or by which attempt. Rows are named by
(session, record), and by `part`, the place among several rows of one record. Times are Unix nanoseconds, prices 1e-6
dollars, sizes 1e-6 contracts. What a venue said in its own words is kept as JSON text.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.types import TypeEngine

Int64: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit integer; SQLite's INTEGER is one, and STRICT tables know no other name for it."""

metadata = MetaData()


def _table(name: str, *parts: Any) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True)


def _text(name: str, *, null: bool = False, key: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null, primary_key=key)


def _int(name: str, *, null: bool = False, key: bool = False) -> Column[int]:
    return Column(name, Int64, nullable=null, primary_key=key, autoincrement=False)


def _session(*, key: bool = True) -> Column[str]:
    return Column("session", Text, ForeignKey("capture_sessions.session"), nullable=False, primary_key=key)


capture_sessions = _table(
    "capture_sessions",
    _text("session", key=True),
    _text("venue"),
    _text("software"),
    _text("settings"),
    _int("opened_wall_ns"),
    _int("opened_mono_ns"),
    _int("closed_wall_ns", null=True),
    _text("outcome"),
    _text("previous", null=True),
)

connections = _table(
    "connections",
    _session(),
    _int("connection", key=True),
    _text("url"),
    _text("purpose"),
    _text("headers"),
    _int("opened_record"),
    _int("opened_wall_ns"),
    _int("closed_record", null=True),
    _int("closed_wall_ns", null=True),
    _int("code", null=True),
    _text("reason", null=True),
    _text("cause", null=True),
    _text("closed_by", null=True),
)

market_participation = _table(
    "market_participation",
    _session(),
    _text("market", key=True),
    _int("joined_record", key=True),
    _text("entry"),
    _int("joined_ns"),
    _int("left_record", null=True),
    _int("left_ns", null=True),
    _text("left_reason", null=True),
    Index("market_participation_by_market", "market"),
)

market_lifecycle_events = _table(
    "market_lifecycle_events",
    _session(),
    _int("record", key=True),
    _int("part", key=True),
    _int("connection"),
    _int("sid", null=True),
    _int("seq", null=True),
    _text("event_type"),
    _text("market", null=True),
    _text("event_ticker", null=True),
    _int("venue_ns", null=True),
    _int("recv_wall_ns"),
    _int("recv_mono_ns"),
    _text("raw"),
    Index("market_lifecycle_events_by_market", "market"),
)

market_transitions = _table(
    "market_transitions",
    _session(),
    _int("record", key=True),
    _int("part", key=True),
    _text("market"),
    _text("state_before"),
    _text("state_after"),
    _text("cause"),
    _int("wall_ns"),
    Index("market_transitions_by_market", "market"),
)

gaps = _table(
    "gaps",
    _session(),
    _text("gap_id", key=True),
    _int("connection", null=True),
    _int("sid", null=True),
    _text("channel", null=True),
    _int("seq_from", null=True),
    _int("seq_to", null=True),
    _text("reason"),
    _int("opened_record"),
    _int("opened_mono_ns"),
    _int("opened_wall_ns"),
    _int("repaired_record", null=True),
    _int("repaired_wall_ns", null=True),
    _text("method", null=True),
)

gap_markets = _table(
    "gap_markets",
    _text("session", key=True),
    _text("gap_id", key=True),
    _text("market", key=True),
    ForeignKeyConstraint(["session", "gap_id"], ["gaps.session", "gaps.gap_id"]),
    Index("gap_markets_by_market", "market"),
)

quarantine = _table(
    "quarantine",
    _text("session", key=True),
    _int("record", key=True),
    _int("part", key=True),
    _int("connection", null=True),
    _int("recv_wall_ns", null=True),
    _text("reason"),
    _text("detail"),
    _int("raw_bytes"),
    Column("raw", LargeBinary, nullable=False),
)
"""No foreign key: what cannot be stored elsewhere must find room here. `raw` may be cut, `raw_bytes` is whole."""

markets = _table(
    "markets",
    _text("venue", key=True),
    _text("ticker", key=True),
    _text("event_ticker", null=True),
    _text("series_ticker", null=True),
    _text("title", null=True),
    _text("status", null=True),
    _text("result", null=True),
    _int("settlement_value_e6", null=True),
    _int("created_ns", null=True),
    _int("open_ns", null=True),
    _int("close_ns", null=True),
    _int("settled_ns", null=True),
    _text("grid", null=True),
    _text("first_session"),
    _int("first_record"),
    _int("first_wall_ns"),
    _text("last_session"),
    _int("last_record"),
    _int("last_wall_ns"),
)

market_history = _table(
    "market_history",
    _text("venue", key=True),
    _text("ticker", key=True),
    _text("session", key=True),
    _int("record", key=True),
    _int("part", key=True),
    _text("field", key=True),
    _text("value_before"),
    _text("value_after"),
    _text("cause"),
    _int("wall_ns"),
)
"""One row for each changed field; the values are JSON text, `null` for what was not known."""

sink_offsets = _table(
    "sink_offsets",
    _text("sink", key=True),
    _text("session", key=True),
    _int("record"),
    _int("complete"),
)
"""How far each projection has committed, in the same transaction as its rows. `complete` is 1 when no more can come."""

parquet_files = _table(
    "parquet_files",
    _text("path", key=True),
    _text("table_name"),
    _text("date"),
    _text("venue"),
    _text("session"),
    _int("first_record"),
    _int("last_record"),
    _int("rows"),
    _int("bytes"),
    _text("sha256"),
    Index("parquet_files_by_session", "session", "table_name"),
)
"""The Parquet files that exist for readers; a file not named here is an orphan. `path` is below the Parquet folder."""
