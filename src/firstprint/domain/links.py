"""Links: the finding that two listings are the same proposition, with reason and confidence; and what was refused."""

from enum import Enum

import msgspec


class Relation(Enum):
    """How what one outcome of a listing pays on stands to what another outcome of another listing pays on.

    A link is IDENTICAL: it names the outcome of B that pays when A's first pays. `explain` compares any two markets by
    their first outcomes, and may find any of these.
    """

    IDENTICAL = "identical"
    """Both pay on the same bet."""
    COMPLEMENT = "complement"
    """One pays exactly when the other does not."""
    SUBSET = "subset"
    """Whenever A's pays, B's pays; not the other way round."""
    SUPERSET = "superset"
    """Whenever B's pays, A's pays; not the other way round."""
    DISJOINT = "disjoint"
    """They never pay both."""
    UNRELATED = "unrelated"
    """About different contests or topics, or nothing can be said."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One difference in rules that matters: about what, and what each side says."""

    about: str
    a: str
    b: str


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """Two listings of different venues that settle on the same proposition.

    `token_id` is B's outcome that pays when A's first outcome (Kalshi's YES) pays, `other_token_id` the opposite one.
    `polarity` is `same` when that is B's first outcome, else `inverse`. `confidence` is from 0 to 1; `reason` one
    sentence that says what the link stands on. `decided_by` is `rule`, or `person` where somebody's decision made it.
    """

    id: str
    proposition: str
    contest: str | None
    a_venue: str
    a_market: str
    a_event: str | None
    b_venue: str
    b_market: str
    b_name: str
    b_event: str | None
    token_id: str | None
    other_token_id: str | None
    relation: Relation
    polarity: str
    reason: str
    confidence: float
    differences: tuple[Difference, ...] = ()
    decided_by: str = "rule"


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A listing, or an event, that was not linked: what, why, and what came near.

    `code` is for counting (`no_counterpart`, `ambiguous_contest`, `unread`, `two_listings_of_one_bet`, ...), `reason` a
    sentence. `candidates` are names of what it might be, best first. `work_item` groups refusals that one decision
    would resolve.
    """

    venue: str
    market: str | None
    event: str | None
    code: str
    reason: str
    work_item: str
    candidates: tuple[str, ...] = ()


class ContestLink(msgspec.Struct, frozen=True, kw_only=True):
    """A contest as each source names it: ids by source, one or more for each."""

    contest: str
    league: str
    title: str
    start_ns: int | None
    ids: dict[str, tuple[str, ...]]
    confidence: float
    reason: str


class Verdict(Enum):
    """What a person decided about a pair."""

    SAME = "same"
    INVERSE = "inverse"
    """The same bet, and A's first outcome pays when B's second does."""
    DIFFERENT = "different"


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A person's decision about two listings, kept for good: it wins over every rule.

    `a` and `b` are `venue:market`, or `source:id` for contests.
    """

    a: str
    b: str
    verdict: Verdict
    by: str
    note: str
    decided_wall_ns: int
