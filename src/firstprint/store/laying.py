"""Lays whole statements of a venue's lists over the rows of the master: only what differs is written.

1. A row whose digest equals the statement's is not even read.
2. A row that is not there is made; its first sight makes no history.
3. Of any other row, each fact that differs is a row of history, and the row takes the statement's digest.
4. A statement older than the row's last change only fills what nobody has said yet; the digest is then of no statement.

Of statements of one journal the record number tells which is older, of others our wall time.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from firstprint.domain.secmaster import Source
from firstprint.store.columns import NUL, storable
from firstprint.store.driver import Row, add_rows, among, ask, put_rows
from firstprint.store.poison import POISON, Poison, cause_of
from firstprint.store.shapes import UNSAID, Shape, as_stored, hashed

SYNC = "sync"
HISTORY_COLUMNS = (
    *("venue", "ticker", "session", "record", "part", "field"),
    *("value_before", "value_after", "cause", "wall_ns"),
)


class Statement(NamedTuple):
    """What is said of one row: its facts in the order of the shape, and their hash (None: no whole statement).

    `inherited` is a place and the value that stands there when nobody has said anything else. A `partial` statement
    leaves the hash of a row that it does not change as it is.
    """

    facts: Row
    digest: int | None
    inherited: tuple[int, Any] | None = None
    partial: bool = False


class Change(NamedTuple):
    """A row that changed: its facts before (None: it was not there) and after."""

    before: Row | None
    after: Row


class Known(NamedTuple):
    """A row as it is stored."""

    facts: Row
    digest: int | None
    provenance: Row

    def is_newer_than(self, source: Source) -> bool:
        """Tell whether the row was last changed by something later than the source."""
        session, record, wall_ns = self.provenance[3:]
        return bool(source.record < record if session == source.run else source.wall_ns < wall_ns)


class Laying:
    """Lays statements of one source, of one shape, within a transaction.

    `changes` are the rows that are new or differ, by ticker; `poison` what could not be stored.
    """

    def __init__(self, connection: Connection, shape: Shape, source: Source, cause: str = SYNC) -> None:
        self.changes: dict[str, Change] = {}
        self.poison: list[Poison] = []
        self._connection = connection
        self._shape = shape
        self._source = source
        self._cause = cause
        self._rows: dict[str, Row] = {}

    @property
    def fresh(self) -> list[str]:
        """Give the tickers of the rows that were not there before."""
        return [ticker for ticker, change in self.changes.items() if change.before is None]

    def state(
        self,
        entries: Iterable[Any],
        *,
        unhashed: int | None = None,
        more: Callable[[Any], Row] = lambda _: (),
        fill: Callable[[list[Any]], dict[str, Any]] = lambda _: {},
    ) -> None:
        """Lay entries over their rows; of several of one ticker the last one counts.

        `unhashed` is the place of a fact that not all lists state: it is compared apart from the digest, and where
        nobody has said it, `fill` gives it for those entries whose rows are read. `more` gives further facts.
        """
        stated = self._stated(entries, unhashed, more)
        digests = self._digests(stated, unhashed)
        suspects = {
            ticker: one
            for ticker, one in stated.items()
            if ticker not in digests or not _is_same(one, digests[ticker], unhashed)
        }
        filling = fill([one.entry for one in suspects.values()]) if suspects else {}
        statements = {
            ticker: Statement(
                self._shape.as_columns(one.facts, may_have_nul=one.may_have_nul),
                one.digest,
                (unhashed, filling[ticker]) if unhashed is not None and ticker in filling else None,
            )
            for ticker, one in suspects.items()
        }
        self.lay(statements, digests.keys())

    def _stated(self, entries: Iterable[Any], unhashed: int | None, more: Callable[[Any], Row]) -> "dict[str, _Stated]":
        stated = {}
        for entry in entries:
            facts = self._shape.stated(entry) + more(entry)
            apart = None if unhashed is None else facts[unhashed]
            whole = facts if unhashed is None else facts[:unhashed] + facts[unhashed + 1 :]
            try:
                entry.ticker.encode()
                digest, may_have_nul = hashed(_hashable(whole))
                stated[storable(entry.ticker)] = _Stated(entry, facts, digest, may_have_nul or NUL in (apart or ""))
            except (OverflowError, UnicodeError, TypeError) as error:
                self.poison.append(Poison(self._shape.table.name, entry, error))
        return stated

    def _digests(self, tickers: Collection[str], unhashed: int | None) -> dict[str, Row]:
        """Read the digest of each row that is there, and the fact that it does not cover."""
        if not tickers:
            return {}
        condition, value = among(self._connection, "ticker", tickers)
        apart = "NULL" if unhashed is None else self._shape.facts[unhashed]
        query = f"SELECT ticker, digest, {apart} FROM {self._shape.table.name} WHERE venue = ? AND {condition}"  # noqa: S608 names of this package
        return {row[0]: row for row in ask(self._connection, query, (self._source.venue, value))}

    def lay(self, statements: dict[str, Statement], among_known: Collection[str]) -> None:
        """Lay statements over their rows, of which those named are there; write rows and history."""
        known = self._known([ticker for ticker in statements if ticker in among_known])
        for ticker, statement in statements.items():
            if ticker in known:
                self._compare(ticker, known[ticker], statement)
            else:
                self._begin(ticker, statement)
        self._write()

    def _known(self, tickers: Collection[str]) -> dict[str, Known]:
        if not tickers:
            return {}
        shape, width = self._shape, len(self._shape.facts)
        condition, value = among(self._connection, "ticker", tickers)
        query = f"SELECT {', '.join(shape.columns)} FROM {shape.table.name} WHERE venue = ? AND {condition}"  # noqa: S608 names of this package
        found = ask(self._connection, query, (self._source.venue, value))
        return {
            row[0]: Known(tuple(map(as_stored, row[2 : 2 + width])), row[2 + width], tuple(row[3 + width :]))
            for row in found
        }

    def _begin(self, ticker: str, statement: Statement) -> None:
        facts = statement.facts
        if UNSAID in facts:
            pairs = zip(facts, self._shape.defaults, strict=True)
            facts = tuple(default if value is UNSAID else value for value, default in pairs)
        facts = _inheriting(facts, statement)
        self.changes[ticker] = Change(None, facts)
        source = (self._source.run, self._source.record, self._source.wall_ns)
        self._rows[ticker] = (ticker, self._source.venue, *facts, statement.digest, *source, *source)

    def _compare(self, ticker: str, known: Known, statement: Statement) -> None:
        older = known.is_newer_than(self._source)
        facts = _inheriting(self._after(known.facts, statement.facts, older=older), statement)
        provenance, digest = known.provenance, statement.digest
        if facts != known.facts:
            self.changes[ticker] = Change(known.facts, facts)
            source = (self._source.run, self._source.record, self._source.wall_ns)
            provenance = known.provenance if older else (*known.provenance[:3], *source)
        if older or statement.partial:
            digest = known.digest if facts == known.facts else None
        if digest != known.digest or ticker in self.changes:
            self._rows[ticker] = (ticker, self._source.venue, *facts, digest, *provenance)

    def _after(self, before: Row, stated: Row, *, older: bool) -> Row:
        """Give the facts after a statement. An older one fills in fields; our own findings it leaves as they are."""
        emptied, fields = self._shape.emptied, len(self._shape.fields)
        after = list(before)
        for place, value in enumerate(stated):
            if value is UNSAID or value == before[place]:
                continue
            fills = before[place] is None and place < fields
            if fills or (not older and (value is not None or place in emptied)):
                after[place] = value
        return tuple(after)

    def _write(self) -> None:
        fresh = set(self.fresh)
        rows = [self._rows[ticker] for ticker in sorted(self._rows)]
        refused = self._put(add_rows, [row for row in rows if row[0] in fresh])
        refused += self._put(put_rows, [row for row in rows if row[0] not in fresh])
        for ticker in refused:
            self.changes.pop(ticker, None)
        history = [row for ticker in sorted(self.changes) for row in self._history(ticker, self.changes[ticker])]
        put_rows(self._connection, self._shape.history, HISTORY_COLUMNS, history)
        self._rows = {}

    def _put(self, store: Callable[..., None], rows: Sequence[Row]) -> list[str]:
        """Store rows, halving around those that cannot be stored; give the tickers of these."""
        if not rows:
            return []
        try:
            with self._connection.begin_nested():
                store(self._connection, self._shape.table, self._shape.columns, rows)
        except POISON as error:
            cause = cause_of(error)
            if len(rows) == 1:
                self.poison.append(Poison(self._shape.table.name, rows[0], cause))
                return [rows[0][0]]
            middle = len(rows) // 2
            return self._put(store, rows[:middle]) + self._put(store, rows[middle:])
        return []

    def _history(self, ticker: str, change: Change) -> Iterable[Row]:
        if change.before is None:
            return
        source = self._source
        for fact, before, after in zip(self._shape.facts, change.before, change.after, strict=True):
            if before != after:
                values = (_value_text(before), _value_text(after))
                yield (source.venue, ticker, source.run, source.record, 0, fact, *values, self._cause, source.wall_ns)


class _Stated(NamedTuple):
    entry: Any
    facts: Row
    digest: int
    may_have_nul: bool


def _inheriting(facts: Row, statement: Statement) -> Row:
    if statement.inherited is None:
        return facts
    place, value = statement.inherited
    return facts if facts[place] is not None else (*facts[:place], value, *facts[place + 1 :])


def _is_same(one: _Stated, row: Row, unhashed: int | None) -> bool:
    if row[1] != one.digest:
        return False
    return unhashed is None or one.facts[unhashed] is None or one.facts[unhashed] == row[2]


def _hashable(facts: Row) -> Row:
    return tuple(None if value is UNSAID else value for value in facts) if UNSAID in facts else facts


def _value_text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
