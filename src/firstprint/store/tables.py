"""The tables, once, for every database that serves them.

Every row is a function of the journal: no column holds when it was written or by which attempt. Rows are named by
(session, record), and by `part`, the place among several rows of one record. Times are Unix nanoseconds, prices 1e-6
dollars, sizes 1e-6 contracts. What a venue said in its own words is kept as JSON text.
"""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, LargeBinary

from firstprint.store import linkage_tables as _linkage  # noqa: F401 its tables join the metadata
from firstprint.store.columns import StoredText, integer, metadata, table, text
from firstprint.store.master_tables import market_history, markets, revisions

__all__ = [
    "capture_sessions",
    "connections",
    "gap_markets",
    "gaps",
    "market_history",
    "market_lifecycle_events",
    "market_participation",
    "market_transitions",
    "markets",
    "metadata",
    "parquet_files",
    "quarantine",
    "revisions",
    "sink_offsets",
]


def _session(*, key: bool = True) -> Column[str]:
    return Column("session", StoredText, ForeignKey("capture_sessions.session"), nullable=False, primary_key=key)


capture_sessions = table(
    "capture_sessions",
    text("session", key=True),
    text("venue"),
    text("software"),
    text("settings"),
    integer("opened_wall_ns"),
    integer("opened_mono_ns"),
    integer("closed_wall_ns", null=True),
    text("outcome"),
    text("previous", null=True),
)

connections = table(
    "connections",
    _session(),
    integer("connection", key=True),
    text("url"),
    text("purpose"),
    text("headers"),
    integer("opened_record"),
    integer("opened_wall_ns"),
    integer("closed_record", null=True),
    integer("closed_wall_ns", null=True),
    integer("code", null=True),
    text("reason", null=True),
    text("cause", null=True),
    text("closed_by", null=True),
)

market_participation = table(
    "market_participation",
    _session(),
    text("market", key=True),
    integer("joined_record", key=True),
    text("entry"),
    integer("joined_ns"),
    integer("left_record", null=True),
    integer("left_ns", null=True),
    text("left_reason", null=True),
    Index("market_participation_by_market", "market"),
)

market_lifecycle_events = table(
    "market_lifecycle_events",
    _session(),
    integer("record", key=True),
    integer("part", key=True),
    integer("connection"),
    integer("sid", null=True),
    integer("seq", null=True),
    text("event_type"),
    text("market", null=True),
    text("event_ticker", null=True),
    integer("venue_ns", null=True),
    integer("recv_wall_ns"),
    integer("recv_mono_ns"),
    text("raw"),
    Index("market_lifecycle_events_by_market", "market"),
)

market_transitions = table(
    "market_transitions",
    _session(),
    integer("record", key=True),
    integer("part", key=True),
    text("market"),
    text("state_before"),
    text("state_after"),
    text("cause"),
    integer("wall_ns"),
    Index("market_transitions_by_market", "market"),
)

gaps = table(
    "gaps",
    _session(),
    text("gap_id", key=True),
    integer("connection", null=True),
    integer("sid", null=True),
    text("channel", null=True),
    integer("seq_from", null=True),
    integer("seq_to", null=True),
    text("reason"),
    integer("opened_record"),
    integer("opened_mono_ns"),
    integer("opened_wall_ns"),
    integer("repaired_record", null=True),
    integer("repaired_wall_ns", null=True),
    text("method", null=True),
)

gap_markets = table(
    "gap_markets",
    text("session", key=True),
    text("gap_id", key=True),
    text("market", key=True),
    ForeignKeyConstraint(["session", "gap_id"], ["gaps.session", "gaps.gap_id"]),
    Index("gap_markets_by_market", "market"),
)

quarantine = table(
    "quarantine",
    text("session", key=True),
    integer("record", key=True),
    integer("part", key=True),
    integer("connection", null=True),
    integer("recv_wall_ns", null=True),
    text("reason"),
    text("detail"),
    integer("raw_bytes"),
    Column("raw", LargeBinary, nullable=False),
)
"""No foreign key: what cannot be stored elsewhere must find room here. `raw` may be cut, `raw_bytes` is whole."""

sink_offsets = table(
    "sink_offsets",
    text("sink", key=True),
    text("session", key=True),
    integer("record"),
    integer("complete"),
)
"""How far each projection has committed, in the same transaction as its rows. `complete` is 1 when no more can come."""

parquet_files = table(
    "parquet_files",
    text("path", key=True),
    text("table_name"),
    text("date"),
    text("venue"),
    text("session"),
    integer("first_record"),
    integer("last_record"),
    integer("rows"),
    integer("bytes"),
    text("sha256"),
    Index("parquet_files_by_session", "session", "table_name"),
)
"""The Parquet files that exist for readers; a file not named here is an orphan. `path` is below the Parquet folder."""
