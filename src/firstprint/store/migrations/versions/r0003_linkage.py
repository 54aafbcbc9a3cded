"""Linkage: contests, sightings, propositions, listings, links with their history, refusals, decisions, newest odds."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""In the order of bytes, as in SQLite: pages come in the same order everywhere."""
REAL: Any = sa.Double().with_variant(sa.REAL, "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _contests()
    _listings()
    _links()
    _refusals()
    _create(
        "link_decisions", "a b", _ints("decided_wall_ns"), _texts("verdict decided_by note"), also="decided_wall_ns"
    )
    _create("odds_latest", "contest bet", _texts("body"), _span())
    op.execute("INSERT INTO revisions (name, revision) VALUES ('links', 1)")


def _create(name: str, keys: str, *parts: list[sa.Column[Any]], also: str = "") -> None:
    columns = [column for part in parts for column in part]
    primary = sa.PrimaryKeyConstraint(*keys.split(), *also.split())
    op.create_table(name, *_texts(keys), *columns, primary, sqlite_strict=True)


def _columns(names: str, kind: Any, *, null: bool) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=null) for name in names.split()]


def _texts(names: str, *, null: bool = False) -> list[sa.Column[Any]]:
    return _columns(names, TEXT, null=null)


def _ints(names: str, *, null: bool = False) -> list[sa.Column[Any]]:
    return _columns(names, INT64, null=null)


def _span() -> list[sa.Column[Any]]:
    return _ints("first_wall_ns last_wall_ns")


def _contests() -> None:
    _create(
        "contests",
        "id",
        _texts("league"),
        _texts("sport", null=True),
        _texts("team_a team_b"),
        _texts("home", null=True),
        _ints("start_ns", null=True),
        _texts("state"),
        _span(),
    )
    op.create_index("contests_by_league", "contests", ["league", "id"])
    op.create_index("contests_by_state", "contests", ["state", "id"])
    _create("sightings", "id source", _texts("contest body"), _span())
    op.create_index("sightings_by_contest", "sightings", ["contest"])


def _listings() -> None:
    _create(
        "propositions",
        "id",
        _texts("about kind period"),
        _texts("side", null=True),
        _ints("line_e6", null=True),
        _texts("stat subject", null=True),
        _span(),
    )
    op.create_index("propositions_by_about", "propositions", ["about"])
    _create(
        "listings",
        "market venue",
        _texts("name"),
        _texts("event title", null=True),
        _texts("proposition"),
        _texts("contest", null=True),
        _texts("polarity"),
        _ints("live", null=True),
        _texts("about outcomes terms evidence"),
        _ints("gone_wall_ns", null=True),
        _span(),
    )
    op.create_index("listings_by_proposition", "listings", ["proposition"])
    op.create_index("listings_by_contest", "listings", ["contest"])


def _links() -> None:
    _create(
        "links",
        "id",
        _texts("proposition"),
        _texts("contest", null=True),
        _texts("a_venue a_market"),
        _texts("a_event", null=True),
        _texts("b_venue b_market b_name"),
        _texts("b_event token_id other_token_id", null=True),
        _texts("relation polarity reason"),
        _columns("confidence", REAL, null=False),
        _texts("differences decided_by"),
        _ints("retired_wall_ns", null=True),
        _texts("retired_reason", null=True),
        _span(),
    )
    op.create_index("links_by_contest", "links", ["contest"])
    op.create_index("links_by_a", "links", ["a_market"])
    op.create_index("links_by_b", "links", ["b_market"])
    _create(
        "link_history",
        "link",
        _ints("revision"),
        _texts("field value_before value_after cause"),
        _ints("wall_ns"),
        also="revision field",
    )


def _refusals() -> None:
    _create(
        "link_refusals",
        "work_item",
        _texts("venue"),
        _texts("market event", null=True),
        _texts("code reason candidates"),
        _ints("listings"),
        _ints("resolved_wall_ns", null=True),
        _span(),
    )
    op.create_index("link_refusals_by_listings", "link_refusals", ["resolved_wall_ns", "listings"])
    _create("refused_listings", "market event venue", _texts("work_item code reason candidates"), _span())
    op.create_index("refused_listings_by_work_item", "refused_listings", ["work_item"])
