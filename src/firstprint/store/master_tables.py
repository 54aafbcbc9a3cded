"""The tables of the securities master, and of the sync runs that keep it current.

Every row says where it was first known from and what changed it last: the recorder's session or the sync run, the
record in its journal, our wall time in Unix nanoseconds. `digest` is a hash of the last whole statement that the row
equals, NULL when something else changed the row since: an unchanged statement is recognised without reading the row.
Yes and no are 1 and 0.
"""

from typing import Any

from sqlalchemy import Column, ColumnElement, Index, PrimaryKeyConstraint, Table

from firstprint.store.columns import Json, integer, metadata, table, text

PROVENANCE = ("first_session", "first_record", "first_wall_ns", "last_session", "last_record", "last_wall_ns")


def _provenance() -> list[Column[Any]]:
    return [integer(name) if name.endswith(("_record", "_ns")) else text(name) for name in PROVENANCE]


def _partial(name: str, where: ColumnElement[bool], *columns: Column[Any]) -> None:
    """Make an index of those rows alone that readers mostly ask for."""
    Index(name, *columns, sqlite_where=where, postgresql_where=where)


series = table(
    "series",
    text("ticker", key=True),
    text("venue", key=True),
    text("title", null=True),
    text("category", null=True),
    Column("categories", Json, nullable=True),
    Column("tags", Json, nullable=False),
    text("frequency", null=True),
    text("scope", null=True),
    text("fee_type", null=True),
    text("fee_multiplier", null=True),
    text("settlement_sources"),
    text("contract_url", null=True),
    text("contract_terms_url", null=True),
    integer("exchange_index", null=True),
    integer("updated_ns", null=True),
    integer("is_game"),
    integer("active"),
    text("disabled_reason", null=True),
    integer("digest", null=True),
    *_provenance(),
)
"""`active` is 0 for a series that is disabled, with `disabled_reason`; nothing is removed."""
_partial("series_by_category", series.c.active == 1, series.c.category, series.c.ticker)
_partial("series_by_category_game", series.c.active == 1, series.c.category, series.c.is_game, series.c.ticker)
Index("series_by_tags", series.c.tags, postgresql_using="gin", postgresql_where=series.c.active == 1).ddl_if(
    dialect="postgresql"
)

events = table(
    "events",
    text("ticker", key=True),
    text("venue", key=True),
    text("series_ticker", null=True),
    text("title", null=True),
    text("sub_title", null=True),
    text("category", null=True),
    text("collateral_return_type", null=True),
    integer("mutually_exclusive", null=True),
    text("competition", null=True),
    text("competition_scope", null=True),
    integer("strike_ns", null=True),
    text("strike_period", null=True),
    integer("exchange_index", null=True),
    integer("updated_ns", null=True),
    integer("digest", null=True),
    *_provenance(),
    Index("events_by_series", "series_ticker", "ticker"),
)

markets = table(
    "markets",
    text("ticker", key=True),
    text("venue", key=True),
    text("event_ticker", null=True),
    text("series_ticker", null=True),
    integer("digest", null=True),
    text("status", null=True),
    integer("gone_ns", null=True),
    text("market_type", null=True),
    text("title", null=True),
    text("subtitle", null=True),
    text("yes_sub_title", null=True),
    text("no_sub_title", null=True),
    text("result", null=True),
    integer("settlement_value_e6", null=True),
    text("expiration_value", null=True),
    integer("created_ns", null=True),
    integer("open_ns", null=True),
    integer("close_ns", null=True),
    integer("expected_expiration_ns", null=True),
    integer("latest_expiration_ns", null=True),
    integer("occurrence_ns", null=True),
    integer("settled_ns", null=True),
    integer("updated_ns", null=True),
    text("strike_type", null=True),
    text("floor_strike", null=True),
    text("cap_strike", null=True),
    text("functional_strike", null=True),
    text("custom_strike", null=True),
    text("price_level_structure", null=True),
    text("grid", null=True),
    integer("can_close_early", null=True),
    integer("settlement_timer_s", null=True),
    integer("notional_e6", null=True),
    integer("exchange_index", null=True),
    *_provenance(),
    text("early_close_condition", null=True),
    text("rules_primary", null=True),
    text("rules_secondary", null=True),
)
"""`gone_ns` says since when a venue lists it no more. Long texts come last: SQLite reads a row from its front."""
Index("markets_by_series", markets.c.series_ticker, markets.c.ticker, markets.c.status, markets.c.gone_ns)
Index("markets_by_event", markets.c.event_ticker, markets.c.ticker)
_partial("markets_by_status", markets.c.gone_ns.is_(None), markets.c.status, markets.c.close_ns)
_partial("markets_by_settlement", markets.c.settled_ns.is_not(None), markets.c.settled_ns)


def _history(name: str) -> Table:
    return table(
        name,
        text("venue", key=True),
        text("ticker", key=True),
        text("session", key=True),
        integer("record", key=True),
        integer("part", key=True),
        text("field", key=True),
        text("value_before"),
        text("value_after"),
        text("cause"),
        integer("wall_ns"),
        PrimaryKeyConstraint("venue", "ticker", "session", "record", "part", "field"),
    )


series_history = _history("series_history")
event_history = _history("event_history")
market_history = _history("market_history")
"""One row for each changed field; the values are JSON text, `null` for what was not known. The first sight of a row
makes no history. `cause` is `sync`, or what the recorder knew it by."""
for _one in (series_history, event_history, market_history):
    Index(f"{_one.name}_by_ticker", _one.c.ticker)

sync_runs = table(
    "sync_runs",
    text("run", key=True),
    text("venue"),
    text("kind"),
    text("mode"),
    text("scope"),
    text("plan"),
    text("software"),
    text("resumes", null=True),
    integer("started_ns"),
    integer("progressed_ns"),
    integer("ended_ns", null=True),
    text("outcome"),
    text("error", null=True),
    integer("step"),
    text("cursor", null=True),
    *(integer(name) for name in ("requests", "throttled", "seen", "new", "changed", "closed", "settled", "errors")),
    Index("sync_runs_by_start", "started_ns", "run"),
)

revisions = table("revisions", text("name", key=True), integer("revision"))
"""Counters that move in every transaction that changed something: `master` for series, events and markets.

On PostgreSQL its row is also the lock that writers of the master take first, as SQLite has one writer at a time.
"""
MASTER = "master"

__all__ = [
    "MASTER",
    "PROVENANCE",
    "event_history",
    "events",
    "market_history",
    "markets",
    "metadata",
    "revisions",
    "series",
    "series_history",
    "sync_runs",
]
