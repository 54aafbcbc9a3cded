"""The tables of linkage: contests and what each source tells of them, propositions, listings, links, refusals.

Every row says when it was first known and when it changed last, by our wall clock in Unix nanoseconds. What nobody
filters by is JSON text: sightings, terms, outcomes, differences, odds.
"""

from sqlalchemy import REAL, Column, Double, Index, PrimaryKeyConstraint

from firstprint.store.columns import integer, table, text

LINKS = "links"
"""The revision that moves when anything in these tables changes."""
SPAN = ("first_wall_ns", "last_wall_ns")


def _span() -> list[Column[int]]:
    return [integer(name) for name in SPAN]


contests = table(
    "contests",
    text("id", key=True),
    text("league"),
    text("sport", null=True),
    text("team_a"),
    text("team_b"),
    text("home", null=True),
    integer("start_ns", null=True),
    text("state"),
    *_span(),
    Index("contests_by_league", "league", "id"),
    Index("contests_by_state", "state", "id"),
)

sightings = table(
    "sightings",
    text("id", key=True),
    text("source", key=True),
    text("contest"),
    text("body"),
    *_span(),
    Index("sightings_by_contest", "contest"),
)
"""A source's sighting belongs to one contest; a contest whose last sighting went to another is none any more."""

propositions = table(
    "propositions",
    text("id", key=True),
    text("about"),
    text("kind"),
    text("period"),
    text("side", null=True),
    integer("line_e6", null=True),
    text("stat", null=True),
    text("subject", null=True),
    *_span(),
    Index("propositions_by_about", "about"),
)

listings = table(
    "listings",
    text("market", key=True),
    text("venue", key=True),
    text("name"),
    text("event", null=True),
    text("title", null=True),
    text("proposition"),
    text("contest", null=True),
    text("polarity"),
    integer("live", null=True),
    text("about"),
    text("outcomes"),
    text("terms"),
    text("evidence"),
    integer("gone_wall_ns", null=True),
    *_span(),
    Index("listings_by_proposition", "proposition"),
    Index("listings_by_contest", "contest"),
)
"""`gone_wall_ns` says since when a venue lists it no more."""

links = table(
    "links",
    text("id", key=True),
    text("proposition"),
    text("contest", null=True),
    text("a_venue"),
    text("a_market"),
    text("a_event", null=True),
    text("b_venue"),
    text("b_market"),
    text("b_name"),
    text("b_event", null=True),
    text("token_id", null=True),
    text("other_token_id", null=True),
    text("relation"),
    text("polarity"),
    text("reason"),
    Column("confidence", Double().with_variant(REAL, "sqlite"), nullable=False),
    text("differences"),
    text("decided_by"),
    integer("retired_wall_ns", null=True),
    text("retired_reason", null=True),
    *_span(),
    Index("links_by_contest", "contest"),
    Index("links_by_a", "a_market"),
    Index("links_by_b", "b_market"),
)
"""A link that stands no more is kept, with `retired_wall_ns` and the reason."""

link_history = table(
    "link_history",
    text("link"),
    integer("revision"),
    text("field"),
    text("value_before"),
    text("value_after"),
    text("cause"),
    integer("wall_ns"),
    PrimaryKeyConstraint("link", "revision", "field"),
)
"""One row for each changed field; the values are JSON text. The first sight of a link makes no history."""

link_refusals = table(
    "link_refusals",
    text("work_item", key=True),
    text("venue"),
    text("market", null=True),
    text("event", null=True),
    text("code"),
    text("reason"),
    text("candidates"),
    integer("listings"),
    integer("resolved_wall_ns", null=True),
    *_span(),
    Index("link_refusals_by_listings", "resolved_wall_ns", "listings"),
)
"""One row for each work item, with one of its listings; `last_wall_ns` is when it was last refused, to the minute."""

refused_listings = table(
    "refused_listings",
    text("market", key=True),
    text("event", key=True),
    text("venue", key=True),
    text("work_item"),
    text("code"),
    text("reason"),
    text("candidates"),
    *_span(),
    Index("refused_listings_by_work_item", "work_item"),
)
"""What a work item counts; a market or event that is not stated is the empty text."""

link_decisions = table(
    "link_decisions",
    text("a", key=True),
    text("b", key=True),
    integer("decided_wall_ns", key=True),
    text("verdict"),
    text("decided_by"),
    text("note"),
)
"""What people decided about pairs, kept for good: the newest one of a pair holds. `a` comes before `b`."""

odds_latest = table(
    "odds_latest",
    text("contest", key=True),
    text("bet", key=True),
    text("body"),
    *_span(),
)
"""The newest consensus on each bet of a contest; `bet` is the bet as JSON. Its history is the Parquet table `odds`."""
