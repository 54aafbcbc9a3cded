"""Records of linkage as rows of its tables, and back. What is not filtered by is JSON text."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec
from sqlalchemy import Table

from firstprint.domain.contests import Contest, ContestState, Sighting
from firstprint.domain.link_changes import LinkRow, PlacedListing, ReviewItem
from firstprint.domain.links import Difference, Link, Refusal, Relation
from firstprint.domain.odds import Consensus
from firstprint.domain.propositions import Bet, BetKind, Listing, Outcome, Period, Polarity, Proposition, Terms, Topic
from firstprint.store import linkage_tables as tables
from firstprint.store.columns import INT64_MAX, storable
from firstprint.store.driver import Row
from firstprint.store.linkage_tables import SPAN

RecordT = TypeVar("RecordT")
UNSTORABLE = (UnicodeError, OverflowError, msgspec.MsgspecError)
"""What is raised for a record that no database can hold: half a character, a number beyond 64 bits."""


class Shape(NamedTuple):
    """A table with the columns that its records fill; the first `keys` of them are its key.

    Rows are looked up by the one of them that is `sought`.
    """

    table: Table
    keys: int
    facts: tuple[str, ...]
    sought: str

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns."""
        return (*self.facts, *SPAN)


def _shape(table: Table, keys: str, sought: str) -> Shape:
    first = tuple(keys.split())
    rest = tuple(column.name for column in table.columns if column.name not in (*first, *SPAN))
    return Shape(table, len(first), (*first, *rest), sought)


CONTESTS = _shape(tables.contests, "id", "id")
SIGHTINGS = _shape(tables.sightings, "id source", "id")
PROPOSITIONS = _shape(tables.propositions, "id", "id")
LISTINGS = _shape(tables.listings, "market venue", "market")
LINKS = _shape(tables.links, "id", "id")
REFUSED = _shape(tables.refused_listings, "market event venue", "market")
REFUSALS = _shape(tables.link_refusals, "work_item", "work_item")
ODDS = _shape(tables.odds_latest, "contest bet", "contest")


def as_row(values: Sequence[Any]) -> Row:
    """Make values storable: NUL is written as text. Raises one of UNSTORABLE where that is not possible."""
    return tuple(map(_storable, values))


def contest_row(contest: Contest, sport: str | None) -> Row:
    """Give a contest's row in the order of CONTESTS."""
    start_ns, state = contest.start_ns, contest.state.value
    return as_row((contest.id, contest.league, sport, *contest.teams, contest.home, start_ns, state))


def sighting_row(contest: str, sighting: Sighting) -> Row:
    """Give a sighting's row in the order of SIGHTINGS."""
    return as_row((sighting.id, sighting.source, contest, json_text(sighting)))


def proposition_row(proposition: Proposition) -> Row:
    """Give a proposition's row in the order of PROPOSITIONS."""
    bet = proposition.bet
    named = (bet.kind.value, bet.period.value, bet.side, bet.line_e6, bet.stat, bet.subject)
    return as_row((proposition.id, proposition.about, *named))


def listing_row(placed: PlacedListing) -> Row:
    """Give a listing's row in the order of LISTINGS; one that is told is not gone."""
    one, live = placed.listing, placed.listing.live
    texts = (json_text(one.about), json_text(one.outcomes), json_text(one.terms), json_text(one.evidence))
    named = (one.market, one.venue, one.name, one.event, one.title)
    placed_in = (placed.proposition, placed.contest, one.polarity.value, None if live is None else int(live))
    return as_row((*named, *placed_in, *texts, None))


def link_row(link: Link) -> Row:
    """Give a link's row in the order of LINKS; one that is told stands."""
    fields = msgspec.structs.asdict(link)
    fields |= {"relation": link.relation.value, "differences": json_text(link.differences)}
    fields |= {"retired_wall_ns": None, "retired_reason": None}
    return as_row([fields[name] for name in LINKS.facts])


def refused_row(refusal: Refusal) -> Row:
    """Give a refused listing's row in the order of REFUSED."""
    named = (refusal.market or "", refusal.event or "", refusal.venue)
    return as_row((*named, refusal.work_item, refusal.code, refusal.reason, json_text(refusal.candidates)))


def odds_row(consensus: Consensus) -> Row:
    """Give a consensus' row in the order of ODDS."""
    return as_row((consensus.contest, json_text(consensus.bet), json_text(consensus)))


def read_contest(row: Row, sightings: Sequence[Sighting]) -> Contest:
    """Read a row of CONTESTS."""
    key, league, _, team_a, team_b, home, start_ns, state = row
    return Contest(
        id=key,
        league=league,
        teams=(team_a, team_b),
        home=home,
        start_ns=start_ns,
        state=ContestState(state),
        sightings=tuple(sightings),
    )


def read_link(row: Row) -> LinkRow:
    """Read a row of all columns of LINKS."""
    fields = dict(zip(LINKS.columns, row, strict=True))
    retired_ns, reason = fields.pop("retired_wall_ns"), fields.pop("retired_reason")
    first_ns, last_ns = (fields.pop(name) for name in SPAN)
    fields["relation"] = Relation(fields["relation"])
    fields["differences"] = msgspec.json.decode(fields["differences"], type=tuple[Difference, ...])
    return LinkRow(
        link=Link(**fields), retired_ns=retired_ns, retired_reason=reason, created_ns=first_ns, updated_ns=last_ns
    )


def read_review(row: Row) -> ReviewItem:
    """Read a row of all columns of REFUSALS."""
    fields = dict(zip(REFUSALS.columns, row, strict=True))
    first_ns, last_ns = (fields.pop(name) for name in SPAN)
    fields["candidates"] = msgspec.json.decode(fields["candidates"], type=tuple[str, ...])
    resolved_ns = fields.pop("resolved_wall_ns")
    return ReviewItem(**fields, created_ns=first_ns, seen_ns=last_ns, resolved_ns=resolved_ns)


BET_COLUMNS = ("kind", "period", "side", "line_e6", "stat", "subject")


def read_bet(row: Row) -> Bet:
    """Read a row of BET_COLUMNS."""
    kind, period, side, line_e6, stat, subject = row
    return Bet(kind=BetKind(kind), period=Period(period), side=side, line_e6=line_e6, stat=stat, subject=subject)


LISTING_COLUMNS = (
    *("venue", "market", "name", "event", "title", "polarity", "live", "about", "outcomes", "terms", "evidence"),
)
_JSON_KINDS: dict[str, Any] = {
    "about": dict[str, Any],
    "outcomes": tuple[Outcome, ...],
    "terms": Terms,
    "evidence": tuple[str, ...],
}


def read_listing(row: Row) -> Listing:
    """Read a row of LISTING_COLUMNS and BET_COLUMNS."""
    fields = dict(zip(LISTING_COLUMNS, row[: len(LISTING_COLUMNS)], strict=True))
    for name, kind in _JSON_KINDS.items():
        fields[name] = msgspec.json.decode(fields[name], type=kind)
    about = fields["about"]
    fields["about"] = msgspec.convert(about, Sighting if "source" in about else Topic)
    live = fields["live"]
    fields |= {"polarity": Polarity(fields["polarity"]), "live": None if live is None else bool(live)}
    return Listing(**fields, bet=read_bet(row[len(LISTING_COLUMNS) :]))


def json_text(value: Any) -> str:
    """Write a value as JSON, the same for equal values."""
    return msgspec.json.encode(value, order="deterministic").decode()


def rows_of(records: Sequence[RecordT], make: Callable[[RecordT], Row]) -> tuple[list[Row], int]:
    """Make the rows of records; give them, and how many records no database can hold."""
    rows: list[Row] = []
    for record in records:
        try:
            rows.append(make(record))
        except UNSTORABLE:
            continue
    return rows, len(records) - len(rows)


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        value.encode()
        return storable(value)
    if isinstance(value, int) and abs(value) > INT64_MAX:
        raise OverflowError(f"{value} takes more than 64 bits")
    return value
