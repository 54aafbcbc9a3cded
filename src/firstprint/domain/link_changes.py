"""What linkage tells the database, and what the database tells back: changes, counts, rows, questions.

Times are Unix nanoseconds. Lists are pages in the order of the id: `after` is the last id of the page before, and a
full page may have more behind it.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from firstprint.domain.contests import Contest, ContestState
from firstprint.domain.links import Link, Refusal
from firstprint.domain.odds import Consensus
from firstprint.domain.propositions import Listing, Proposition


class PlacedListing(NamedTuple):
    """A listing with the proposition that it settles on, and the contest of that; None for a topic."""

    listing: Listing
    proposition: str
    contest: str | None


class MarketKey(NamedTuple):
    """A market of a venue."""

    venue: str
    market: str


class LinkChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What a pass of linkage found: laid over what is stored, all of it or nothing.

    What is not told stays as it is, but for the contests in `complete`: their links, listings and odds that are not
    told are no more. `retired` says why, by id, other links are no more; `gone` are listings that their venue lists no
    more. What stood in the review list leaves it when it is `resolved`, gone, or told here as a listing or in a link
    and not refused again. `sports` gives the sport of a league.
    """

    contests: tuple[Contest, ...] = ()
    sports: Mapping[str, str] = {}
    propositions: tuple[Proposition, ...] = ()
    listings: tuple[PlacedListing, ...] = ()
    links: tuple[Link, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    odds: tuple[Consensus, ...] = ()
    complete: tuple[str, ...] = ()
    retired: Mapping[str, str] = {}
    gone: tuple[MarketKey, ...] = ()
    resolved: tuple[MarketKey, ...] = ()


class LaidCounts(msgspec.Struct, kw_only=True):
    """How many rows a pass changed.

    `overruled` links were not laid because a person decided otherwise; `unstorable` records hold what no database can.
    """

    contests: int = 0
    propositions: int = 0
    listings: int = 0
    links: int = 0
    retired: int = 0
    refusals: int = 0
    odds: int = 0
    overruled: int = 0
    unstorable: int = 0


class LinkRow(msgspec.Struct, frozen=True, kw_only=True):
    """A stored link; `retired_ns` says since when it stands no more, and why."""

    link: Link
    retired_ns: int | None
    retired_reason: str | None
    created_ns: int
    updated_ns: int


class LinkChange(msgspec.Struct, frozen=True, kw_only=True):
    """One changed field of a link, its values as JSON; `cause` is the run that changed it, or `decision`."""

    link: str
    revision: int
    field: str
    value_before: str
    value_after: str
    cause: str
    wall_ns: int


class ReviewItem(msgspec.Struct, frozen=True, kw_only=True):
    """Refusals that one decision would resolve: how many listings, one of them, and what came near.

    `seen_ns` is when it was last refused, to the minute. `resolved_ns` is None while it waits for somebody.
    """

    work_item: str
    venue: str
    market: str | None
    event: str | None
    code: str
    reason: str
    candidates: tuple[str, ...]
    listings: int
    created_ns: int
    seen_ns: int
    resolved_ns: int | None


class GameQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which games. None means all; starts are bounds, both inclusive, in ns. `linked` keeps those with a link."""

    league: str | None = None
    sport: str | None = None
    state: ContestState | None = None
    starts_from_ns: int | None = None
    starts_to_ns: int | None = None
    linked: bool | None = None
    after: str | None = None
    limit: int = 1_000


class LinkQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which links. `venue` and `market` are those of either side; `gone` adds links that stand no more."""

    venue: str | None = None
    market: str | None = None
    contest: str | None = None
    gone: bool = False
    after: str | None = None
    limit: int = 1_000


class RefusalQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which work items, by work item. `gone` adds those that are resolved."""

    venue: str | None = None
    gone: bool = False
    after: str | None = None
    limit: int = 1_000


class PairQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which pairs of markets. `kind` is a BetKind's value."""

    league: str | None = None
    kind: str | None = None
    contest: str | None = None
    after: str | None = None
    limit: int = 1_000
