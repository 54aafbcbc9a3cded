"""The tables of the first release: sessions, markets, gaps, quarantine, offsets and the Parquet manifest."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _capture_sessions()
    _market_history()
    _markets()
    _parquet_files()
    _quarantine()
    _sink_offsets()
    _connections()
    _gaps()
    _market_lifecycle_events()
    _market_participation()
    _market_transitions()
    _gap_markets()


def _create(name: str, *parts: Any) -> None:
    op.create_table(name, *parts, sqlite_strict=True)


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null)


def _int(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, INT64, nullable=null)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=False)


def _capture_sessions() -> None:
    _create(
        "capture_sessions",
        _text("session"),
        _text("venue"),
        _text("software"),
        _text("settings"),
        _int("opened_wall_ns"),
        _int("opened_mono_ns"),
        _int("closed_wall_ns", null=True),
        _text("outcome"),
        _text("previous", null=True),
        sa.PrimaryKeyConstraint("session"),
    )


def _market_history() -> None:
    _create(
        "market_history",
        _text("venue"),
        _text("ticker"),
        _text("session"),
        _int("record"),
        _int("part"),
        _text("field"),
        _text("value_before"),
        _text("value_after"),
        _text("cause"),
        _int("wall_ns"),
        sa.PrimaryKeyConstraint("venue", "ticker", "session", "record", "part", "field"),
    )


def _markets() -> None:
    _create(
        "markets",
        _text("venue"),
        _text("ticker"),
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
        sa.PrimaryKeyConstraint("venue", "ticker"),
    )


def _parquet_files() -> None:
    _create(
        "parquet_files",
        _text("path"),
        _text("table_name"),
        _text("date"),
        _text("venue"),
        _text("session"),
        _int("first_record"),
        _int("last_record"),
        _int("rows"),
        _int("bytes"),
        _text("sha256"),
        sa.PrimaryKeyConstraint("path"),
    )
    op.create_index("parquet_files_by_session", "parquet_files", ["session", "table_name"])


def _quarantine() -> None:
    _create(
        "quarantine",
        _text("session"),
        _int("record"),
        _int("part"),
        _int("connection", null=True),
        _int("recv_wall_ns", null=True),
        _text("reason"),
        _text("detail"),
        _int("raw_bytes"),
        _bytes("raw"),
        sa.PrimaryKeyConstraint("session", "record", "part"),
    )


def _sink_offsets() -> None:
    _create(
        "sink_offsets",
        _text("sink"),
        _text("session"),
        _int("record"),
        _int("complete"),
        sa.PrimaryKeyConstraint("sink", "session"),
    )


def _connections() -> None:
    _create(
        "connections",
        _text("session"),
        _int("connection"),
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
        sa.PrimaryKeyConstraint("session", "connection"),
        sa.ForeignKeyConstraint(["session"], ["capture_sessions.session"]),
    )


def _gaps() -> None:
    _create(
        "gaps",
        _text("session"),
        _text("gap_id"),
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
        sa.PrimaryKeyConstraint("session", "gap_id"),
        sa.ForeignKeyConstraint(["session"], ["capture_sessions.session"]),
    )


def _market_lifecycle_events() -> None:
    _create(
        "market_lifecycle_events",
        _text("session"),
        _int("record"),
        _int("part"),
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
        sa.PrimaryKeyConstraint("session", "record", "part"),
        sa.ForeignKeyConstraint(["session"], ["capture_sessions.session"]),
    )
    op.create_index("market_lifecycle_events_by_market", "market_lifecycle_events", ["market"])


def _market_participation() -> None:
    _create(
        "market_participation",
        _text("session"),
        _text("market"),
        _int("joined_record"),
        _text("entry"),
        _int("joined_ns"),
        _int("left_record", null=True),
        _int("left_ns", null=True),
        _text("left_reason", null=True),
        sa.PrimaryKeyConstraint("session", "market", "joined_record"),
        sa.ForeignKeyConstraint(["session"], ["capture_sessions.session"]),
    )
    op.create_index("market_participation_by_market", "market_participation", ["market"])


def _market_transitions() -> None:
    _create(
        "market_transitions",
        _text("session"),
        _int("record"),
        _int("part"),
        _text("market"),
        _text("state_before"),
        _text("state_after"),
        _text("cause"),
        _int("wall_ns"),
        sa.PrimaryKeyConstraint("session", "record", "part"),
        sa.ForeignKeyConstraint(["session"], ["capture_sessions.session"]),
    )
    op.create_index("market_transitions_by_market", "market_transitions", ["market"])


def _gap_markets() -> None:
    _create(
        "gap_markets",
        _text("session"),
        _text("gap_id"),
        _text("market"),
        sa.PrimaryKeyConstraint("session", "gap_id", "market"),
        sa.ForeignKeyConstraint(["session", "gap_id"], ["gaps.session", "gaps.gap_id"]),
    )
    op.create_index("gap_markets_by_market", "gap_markets", ["market"])
