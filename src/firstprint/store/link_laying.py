"""Lays what linkage found over what is stored: only what differs is written, and only that moves the revision."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from firstprint.domain.clock import NS_PER_S
from firstprint.domain.link_changes import LaidCounts, LinkChanges
from firstprint.domain.links import Link
from firstprint.store import link_rows as rows
from firstprint.store.columns import is_text, storable
from firstprint.store.driver import Row, among, ask, do, put_rows
from firstprint.store.link_decisions import is_forbidden, newest_verdicts
from firstprint.store.link_rows import LINKS, LISTINGS, ODDS, REFUSALS, REFUSED, SIGHTINGS, Shape, json_text, rows_of
from firstprint.store.linkage_tables import LINKS as REVISION
from firstprint.store.linkage_tables import link_history
from firstprint.store.revision import move_revision, revision_of

HISTORY_COLUMNS = ("link", "revision", "field", "value_before", "value_after", "cause", "wall_ns")
NAMES_PER_STATEMENT = 2_000
SEEN_EVERY_NS = 60 * NS_PER_S
"""How often it is written that a refusal is seen again: a pass that finds nothing new then writes nothing."""
NOT_TOLD = "its contest has it no more"
_LISTINGS = REFUSALS.facts.index("listings")
_COUNTED = """
    SELECT work_item, venue, market, event, code, reason, candidates, listings, place FROM (
        SELECT refused_listings.*, COUNT(*) OVER (PARTITION BY work_item) AS listings,
               ROW_NUMBER() OVER (PARTITION BY work_item ORDER BY market, event, venue) AS place
        FROM refused_listings WHERE {0}
    ) AS counted WHERE place = 1
"""


class Change(NamedTuple):
    """A row that was written: what its facts were, None for a new one, and what they are."""

    before: Row | None
    after: Row


class LinkLaying:
    """One pass of linkage laid over the database, within a transaction whose turn it is."""

    def __init__(self, connection: Connection, cause: str, wall_ns: int) -> None:
        self._connection = connection
        self._cause = cause
        self._wall_ns = wall_ns
        self._moved = False
        self.counts = LaidCounts()

    def lay(self, changes: LinkChanges) -> LaidCounts:
        """Lay everything; give what changed."""
        counts = self.counts
        counts.contests = self._contests(changes)
        counts.propositions = len(self._rows(rows.PROPOSITIONS, changes.propositions, rows.proposition_row))
        counts.listings = len(self._rows(LISTINGS, changes.listings, rows.listing_row)) + self._gone(changes)
        counts.links = len(self._links(changes.links))
        counts.retired = self.retire(self._retired(changes))
        counts.refusals = self._refusals(changes)
        counts.odds = self._odds(changes)
        self.finish()
        return counts

    def finish(self) -> None:
        """Move the revision if anything changed."""
        if self._moved:
            move_revision(self._connection, REVISION)

    def retire(self, reasons: Iterable[tuple[str, str]]) -> int:
        """Say of links that they stand no more, and why; give how many stood until now."""
        given = dict(reasons)
        place = LINKS.facts.index("retired_wall_ns")
        stood = {key[0]: row for key, row in self._stored(LINKS, given).items() if row[place] is None}
        retired = [(*row[:place], self._wall_ns, storable(given[key])) for key, row in stood.items()]
        self._history(self._put(LINKS, retired))
        return len(retired)

    def _contests(self, changes: LinkChanges) -> int:
        laid, sports = changes.contests, changes.sports
        told = self._rows(rows.CONTESTS, laid, lambda one: rows.contest_row(one, sports.get(one.league)))
        pairs = [(one.id, sighting) for one in laid for sighting in one.sightings]
        seen = self._rows(SIGHTINGS, pairs, lambda pair: rows.sighting_row(*pair))
        kept = {(sighting.id, sighting.source) for _, sighting in pairs}
        self._remove(SIGHTINGS, "contest", [one.id for one in laid], kept)
        return len({row.after[0] for row in told} | {row.after[2] for row in seen})

    def _gone(self, changes: LinkChanges) -> int:
        told = {(one.listing.market, one.listing.venue) for one in changes.listings}
        given = {(key.market, key.venue) for key in changes.gone}
        given |= self._keys(LISTINGS, "contest", changes.complete)
        place = LISTINGS.facts.index("gone_wall_ns")
        stored = self._stored(LISTINGS, [market for market, _ in given - told])
        gone = [
            (*row[:place], self._wall_ns)
            for key, row in stored.items()
            if key in given and key not in told and row[place] is None
        ]
        return len(self._put(LISTINGS, gone))

    def _links(self, links: Sequence[Link]) -> list[Change]:
        verdicts = newest_verdicts(self._connection)
        allowed = [link for link in links if not is_forbidden(link, verdicts)]
        self.counts.overruled = len(links) - len(allowed)
        changes = self._rows(LINKS, allowed, rows.link_row)
        self._history(changes)
        return changes

    def _retired(self, changes: LinkChanges) -> Iterator[tuple[str, str]]:
        told = {link.id for link in changes.links}
        for (link,) in self._keys(LINKS, "contest", changes.complete):
            if link not in told:
                yield link, NOT_TOLD
        yield from ((key, reason) for key, reason in changes.retired.items() if key not in told)

    def _odds(self, changes: LinkChanges) -> int:
        told = self._rows(ODDS, changes.odds, rows.odds_row)
        kept = {(one.contest, json_text(one.bet)) for one in changes.odds}
        return len(told) + self._remove(ODDS, "contest", changes.complete, kept)

    def _refusals(self, changes: LinkChanges) -> int:
        touched = {one.work_item for one in changes.refusals}
        members = self._rows(REFUSED, changes.refusals, rows.refused_row)
        moved = {change.before[3] for change in members if change.before is not None}
        moved |= {change.after[3] for change in members}
        moved |= self._resolved(changes)
        self._count(moved)
        self._seen(touched)
        return len(members)

    def _resolved(self, changes: LinkChanges) -> set[str]:
        """Take away what is refused no longer; give the work items that it was counted in."""
        sides = [side for link in changes.links for side in _sides(link)]
        named = {(one.market, one.venue) for one in (*changes.resolved, *changes.gone)}
        markets = named | {(market, venue) for venue, market, _ in sides}
        markets |= {(one.listing.market, one.listing.venue) for one in changes.listings}
        events = named | {(event, venue) for venue, _, event in sides if event}
        told = {rows.as_row((one.market or "", one.event or "", one.venue)) for one in changes.refusals}
        stored = self._stored(REFUSED, [market for market, _ in markets])
        stored |= self._stored(REFUSED, [event for event, _ in events], by="event")
        gone = {
            key: row
            for key, row in stored.items()
            if ((key[0], key[2]) in markets or (not key[0] and key[1:] in events)) and key not in told
        }
        self._delete(REFUSED, gone)
        return {row[3] for row in gone.values()}

    def _count(self, items: Collection[str]) -> None:
        """Write anew the work items whose listings changed: how many they are, and one of them."""
        found: dict[str, Row] = {}
        for names in _chunks(items):
            condition, value = among(self._connection, "work_item", names)
            found |= {row[0]: row for row in ask(self._connection, _COUNTED.format(condition), (value,))}
        told = [
            (item, venue, market or None, event or None, *why, listings, None)
            for item, venue, market, event, *why, listings, _ in found.values()
        ]
        empty = self._stored(REFUSALS, [item for item in items if item not in found])
        told += [(*_facts(REFUSALS, row)[:-2], 0, self._wall_ns) for row in empty.values() if row[_LISTINGS]]
        self._put(REFUSALS, told)

    def _seen(self, items: Collection[str]) -> None:
        for names in _chunks(items):
            condition, value = among(self._connection, "work_item", names)
            statement = f"UPDATE link_refusals SET last_wall_ns = ? WHERE {condition} AND last_wall_ns < ?"  # noqa: S608 names of this package
            seen = do(self._connection, statement, (self._wall_ns, value, self._wall_ns - SEEN_EVERY_NS))
            self._moved = self._moved or seen > 0

    def _rows(self, shape: Shape, records: Sequence[Any], make: Any) -> list[Change]:
        made, unstorable = rows_of(records, make)
        self.counts.unstorable += unstorable
        return self._put(shape, made)

    def _put(self, shape: Shape, given: Sequence[Row]) -> list[Change]:
        """Write those rows that differ from what is stored; of several with one key, the last."""
        by_key = {row[: shape.keys]: row for row in given}
        place = shape.facts.index(shape.sought)
        stored = self._stored(shape, [row[place] for row in by_key.values()])
        stored_facts = {key: _facts(shape, row) for key, row in stored.items()}
        changes = [Change(stored.get(key), row) for key, row in by_key.items() if stored_facts.get(key) != row]
        written = [(*one.after, one.before[-2] if one.before else self._wall_ns, self._wall_ns) for one in changes]
        put_rows(self._connection, shape.table, shape.columns, written)
        self._moved = self._moved or bool(changes)
        return [Change(one.before and _facts(shape, one.before), one.after) for one in changes]

    def _stored(self, shape: Shape, sought: Iterable[str], *, by: str | None = None) -> dict[Row, Row]:
        found: dict[Row, Row] = {}
        for names in _chunks(sought):
            condition, value = among(self._connection, by or shape.sought, names)
            query = f"SELECT {', '.join(shape.columns)} FROM {shape.table.name} WHERE {condition}"  # noqa: S608 names of this package
            found |= {row[: shape.keys]: tuple(row) for row in ask(self._connection, query, (value,))}
        return found

    def _keys(self, shape: Shape, column: str, values: Iterable[str]) -> set[Row]:
        """List the keys of rows one of whose columns has one of these values."""
        found: set[Row] = set()
        for names in _chunks(values):
            condition, value = among(self._connection, column, names)
            query = f"SELECT {', '.join(shape.facts[: shape.keys])} FROM {shape.table.name} WHERE {condition}"  # noqa: S608 names of this package
            found |= {tuple(row) for row in ask(self._connection, query, (value,))}
        return found

    def _remove(self, shape: Shape, column: str, values: Iterable[str], kept: set[Any]) -> int:
        """Delete the rows of these values that are not kept; give how many."""
        gone = self._keys(shape, column, values) - {rows.as_row(key) for key in kept}
        self._delete(shape, gone)
        return len(gone)

    def _delete(self, shape: Shape, keys: Iterable[Row]) -> None:
        where = " AND ".join(f"{name} = ?" for name in shape.facts[: shape.keys])
        for key in keys:
            do(self._connection, f"DELETE FROM {shape.table.name} WHERE {where}", key)  # noqa: S608 names of this package
            self._moved = True

    def _history(self, changes: Sequence[Change]) -> None:
        revision = revision_of(self._connection, REVISION) + 1
        told = [
            (one.after[0], revision, name, json_text(before), json_text(after), self._cause, self._wall_ns)
            for one in changes
            if one.before is not None
            for name, before, after in zip(LINKS.facts, one.before, one.after, strict=True)
            if before != after
        ]
        put_rows(self._connection, link_history, HISTORY_COLUMNS, told)


def _sides(link: Link) -> tuple[tuple[str, str, str | None], tuple[str, str, str | None]]:
    return (link.a_venue, link.a_market, link.a_event), (link.b_venue, link.b_market, link.b_event)


def _facts(shape: Shape, row: Row) -> Row:
    return row[: len(shape.facts)]


def _chunks(names: Iterable[str]) -> Iterator[list[str]]:
    """Cut names, as they are stored, into bounded lists; what cannot be stored is nowhere to be found."""
    ordered = sorted({storable(one) for one in names if is_text(one)})
    for start in range(0, len(ordered), NAMES_PER_STATEMENT):
        yield ordered[start : start + NAMES_PER_STATEMENT]
