"""The securities master: series, events, sync runs, histories, revisions, and markets with all that a venue states.

`markets` is made anew with its rows, because its key begins with the ticker now: readers ask by ticker.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""In the order of bytes, as in SQLite: pages of tickers come in the same order everywhere."""
JSON = sa.Text().with_variant(JSONB, "postgresql")

PROVENANCE = ("first_session", "first_record", "first_wall_ns", "last_session", "last_record", "last_wall_ns")
OLD_MARKET = (
    *("venue", "ticker", "event_ticker", "series_ticker", "title", "status", "result", "settlement_value_e6"),
    *("created_ns", "open_ns", "close_ns", "settled_ns", "grid", *PROVENANCE),
)


def upgrade() -> None:
    """Create the tables; keep the markets that are there."""
    _series()
    _events()
    _markets()
    for name in ("series_history", "event_history"):
        _history(name)
    for name in ("series_history", "event_history", "market_history"):
        op.create_index(f"{name}_by_ticker", name, ["ticker"])
    _sync_runs()
    _revisions()


def _create(name: str, *parts: Any) -> None:
    op.create_table(name, *parts, sqlite_strict=True)


def _columns(names: str, kind: Any, *, null: bool) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=null) for name in names.split()]


def _texts(names: str, *, null: bool = True) -> list[sa.Column[Any]]:
    return _columns(names, TEXT, null=null)


def _ints(names: str, *, null: bool = True) -> list[sa.Column[Any]]:
    return _columns(names, INT64, null=null)


def _key() -> list[Any]:
    return [*_texts("ticker venue", null=False), sa.PrimaryKeyConstraint("ticker", "venue")]


def _provenance() -> list[sa.Column[Any]]:
    return [
        column
        for part in ("first", "last")
        for column in (
            *_texts(f"{part}_session", null=False),
            *_ints(f"{part}_record {part}_wall_ns", null=False),
        )
    ]


def _partial(name: str, table: str, columns: list[str], where: str, **more: Any) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where), **more)


def _series() -> None:
    _create(
        "series",
        *_key(),
        *_texts("title category"),
        sa.Column("categories", JSON, nullable=True),
        sa.Column("tags", JSON, nullable=False),
        *_texts("frequency scope fee_type fee_multiplier"),
        *_texts("settlement_sources", null=False),
        *_texts("contract_url contract_terms_url"),
        *_ints("exchange_index updated_ns"),
        *_ints("is_game active", null=False),
        *_texts("disabled_reason"),
        *_ints("digest"),
        *_provenance(),
    )
    _partial("series_by_category", "series", ["category", "ticker"], "active = 1")
    _partial("series_by_category_game", "series", ["category", "is_game", "ticker"], "active = 1")
    if op.get_context().dialect.name == "postgresql":
        _partial("series_by_tags", "series", ["tags"], "active = 1", postgresql_using="gin")


def _events() -> None:
    _create(
        "events",
        *_key(),
        *_texts("series_ticker title sub_title category collateral_return_type"),
        *_ints("mutually_exclusive"),
        *_texts("competition competition_scope"),
        *_ints("strike_ns"),
        *_texts("strike_period"),
        *_ints("exchange_index updated_ns digest"),
        *_provenance(),
    )
    op.create_index("events_by_series", "events", ["series_ticker", "ticker"])


def _markets() -> None:
    op.rename_table("markets", "markets_0001")
    _create(
        "markets",
        *_key(),
        *_texts("event_ticker series_ticker"),
        *_ints("digest"),
        *_texts("status"),
        *_ints("gone_ns"),
        *_texts("market_type title subtitle yes_sub_title no_sub_title result"),
        *_ints("settlement_value_e6"),
        *_texts("expiration_value"),
        *_ints("created_ns open_ns close_ns expected_expiration_ns latest_expiration_ns occurrence_ns settled_ns"),
        *_ints("updated_ns"),
        *_texts("strike_type floor_strike cap_strike functional_strike custom_strike price_level_structure grid"),
        *_ints("can_close_early settlement_timer_s notional_e6 exchange_index"),
        *_provenance(),
        *_texts("early_close_condition rules_primary rules_secondary"),
    )
    kept = ", ".join(OLD_MARKET)
    op.execute(f"INSERT INTO markets ({kept}) SELECT {kept} FROM markets_0001")  # noqa: S608 names of this module
    op.drop_table("markets_0001")
    op.create_index("markets_by_series", "markets", ["series_ticker", "ticker", "status", "gone_ns"])
    op.create_index("markets_by_event", "markets", ["event_ticker", "ticker"])
    _partial("markets_by_status", "markets", ["status", "close_ns"], "gone_ns IS NULL")
    _partial("markets_by_settlement", "markets", ["settled_ns"], "settled_ns IS NOT NULL")


def _history(name: str) -> None:
    _create(
        name,
        *_texts("venue ticker session", null=False),
        *_ints("record part", null=False),
        *_texts("field value_before value_after cause", null=False),
        *_ints("wall_ns", null=False),
        sa.PrimaryKeyConstraint("venue", "ticker", "session", "record", "part", "field"),
    )


def _sync_runs() -> None:
    _create(
        "sync_runs",
        *_texts("run venue kind mode scope plan software", null=False),
        *_texts("resumes"),
        *_ints("started_ns progressed_ns", null=False),
        *_ints("ended_ns"),
        *_texts("outcome", null=False),
        *_texts("error"),
        *_ints("step", null=False),
        *_texts("cursor"),
        *_ints("requests throttled seen new changed closed settled errors", null=False),
        sa.PrimaryKeyConstraint("run"),
    )
    op.create_index("sync_runs_by_start", "sync_runs", ["started_ns", "run"])


def _revisions() -> None:
    _create("revisions", *_texts("name", null=False), *_ints("revision", null=False), sa.PrimaryKeyConstraint("name"))
    op.execute("INSERT INTO revisions (name, revision) VALUES ('master', 1)")
