"""The ledger: where a projection's rows and its offset are committed together, exactly once.

A commit is one transaction. When its outcome is unknown it is simply made again: the offset tells whether it had
happened, and every write is keyed by the journal record it comes from.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

from sqlalchemy import Connection, Engine, Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from firstprint.domain.entries import EventEntry
from firstprint.domain.errors import DataFolderError
from firstprint.domain.instruments import Market
from firstprint.store.errors import store_errors
from firstprint.store.event_facts import EventSighting, take_events
from firstprint.store.market_facts import MarketFacts, Sighting
from firstprint.store.poison import COLUMNS, POISON, Poison, cause_of
from firstprint.store.revision import move_revision, take_turn
from firstprint.store.tables import markets, metadata, quarantine, sink_offsets

Row: TypeAlias = Mapping[str, Any]


class Writes(Protocol):
    """What one commit writes, in words of tables and columns. Each write names the journal record it comes from."""

    @property
    def puts(self) -> Sequence[tuple[int, str, Row]]:
        """Rows (record, table, row) to insert, or to lay over the row with the same key."""
        ...

    @property
    def amends(self) -> Sequence[tuple[int, str, Row, Row]]:
        """Changes (record, table, where, values) of rows that are there."""
        ...

    @property
    def drops(self) -> Sequence[tuple[str, Row]]:
        """Rows (table, where) that are no longer so."""
        ...

    @property
    def events(self) -> Sequence[tuple[str, str, int, int, str, EventEntry]]:
        """What was said of events: (venue, session, record, wall_ns, cause, event)."""
        ...

    @property
    def sightings(self) -> Sequence[tuple[str, str, int, int, int, str, Market]]:
        """What was said of markets: (venue, session, record, part, wall_ns, cause, market)."""
        ...


class Progress(NamedTuple):
    """How far a sink has committed a session; `complete` when nothing more can come."""

    record: int
    complete: bool


class SqlLedger:
    """Commits projections to a database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def progress(self, sink: str, session: str) -> Progress:
        """Tell how far a sink has committed a session; record 0 for not at all. Raises StoreUnavailable."""
        with store_errors(), self._engine.begin() as connection:
            return _progress(connection, sink, session)

    def commit(
        self, sink: str, session: str, after: int, record: int, writes: Writes, *, complete: bool = False
    ) -> None:
        """Write what the records above `after` up to `record` gave, and the offset `record`, in one transaction.

        Does nothing when that is already committed. A row that can never be stored goes to quarantine and the rest
        is committed. Raises StoreUnavailable when the outcome is a failure or unknown (commit again), and
        DataFolderError when somebody else has moved the offset.
        """
        with store_errors(), self._engine.begin() as connection:
            found = _progress(connection, sink, session)
            if found.record >= record and (found.complete or not complete):
                return
            if found.record != after:
                raise DataFolderError(
                    f"the {sink} rows of session {session} are committed up to record {found.record}, not {after}: "
                    "another `firstprint project` works on this folder. Stop one of them"
                )
            _Commit(connection, session).write(writes)
            row = {"sink": sink, "session": session, "record": record, "complete": int(complete)}
            _upsert(connection, sink_offsets, [row])

    def replace(self, writes: Writes) -> None:
        """Write what follows from rows already committed (a compaction); no offset moves. Raises StoreUnavailable."""
        with store_errors(), self._engine.begin() as connection:
            _Commit(connection, "").write(writes)

    def parquet_files(self, session: str | None = None) -> list[dict[str, Any]]:
        """Read the manifest, of one session or of all, ordered by session, table and record; StoreUnavailable."""
        files = metadata.tables["parquet_files"]
        query = select(files).order_by(files.c.session, files.c.table_name, files.c.first_record, files.c.date)
        if session is not None:
            query = query.where(files.c.session == session)
        with store_errors(), self._engine.begin() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def forget(self, sink: str, tables: Sequence[str]) -> None:
        """Remove every row of the given tables and the sink's offsets, so that it can be built anew."""
        with store_errors(), self._engine.begin() as connection:
            if markets.name in tables:
                take_turn(connection)
                move_revision(connection)
            for table in reversed(metadata.sorted_tables):
                if table.name in tables:
                    connection.execute(delete(table))
            connection.execute(delete(sink_offsets).where(sink_offsets.c.sink == sink))


class _Commit:
    """The writes of one transaction, with the poison found in it."""

    def __init__(self, connection: Connection, session: str) -> None:
        self._connection = connection
        self._session = session
        self._poison_parts: dict[int, int] = defaultdict(int)

    def write(self, writes: Writes) -> None:
        if writes.sightings or writes.events:
            take_turn(self._connection)
        for table, where in writes.drops:
            self._connection.execute(_delete(metadata.tables[table], where))
        for table_, rows in _by_table(writes.puts):
            self._put(table_, rows)
        for record, table, where, values in writes.amends:
            self._amend(record, metadata.tables[table], where, values)
        for record, poison in take_events(self._connection, [EventSighting(*told) for told in writes.events]):
            self._quarantine(record, poison.table, {"row": poison.row}, poison.error)
        self._sight([Sighting(*sighting) for sighting in writes.sightings])

    def _put(self, table: Table, rows: Sequence[tuple[int, Row]]) -> None:
        """Insert rows, halving the batch around those that cannot be stored until only they are left out."""
        try:
            with self._connection.begin_nested():
                _upsert(self._connection, table, [row for _, row in rows])
        except POISON as error:
            cause = cause_of(error)
            if len(rows) == 1:
                self._quarantine(rows[0][0], table.name, rows[0][1], cause)
                return
            middle = len(rows) // 2
            self._put(table, rows[:middle])
            self._put(table, rows[middle:])

    def _amend(self, record: int, table: Table, where: Row, values: Row) -> None:
        try:
            with self._connection.begin_nested():
                self._connection.execute(_update(table, where, values))
        except POISON as error:
            self._quarantine(record, table.name, {**where, **values}, cause_of(error))

    def _sight(self, sightings: Sequence[Sighting]) -> None:
        facts = MarketFacts(self._connection, sightings)
        if facts.has_changes:
            move_revision(self._connection)
        for table, rows in _by_table(facts.puts()):
            self._put(table, rows)
        for sighting, error in facts.poison:
            self._quarantine(sighting.record, "markets", {"market": sighting.market}, error)

    def _quarantine(self, record: int, table: str, row: Row, error: Exception) -> None:
        self._poison_parts[record] -= 1
        poisoned = Poison(table, dict(row), error).as_row(self._session, record, self._poison_parts[record])
        _upsert(self._connection, quarantine, [dict(zip(COLUMNS, poisoned, strict=True))])


def _by_table(puts: Sequence[tuple[int, str, Row]]) -> list[tuple[Table, list[tuple[int, Row]]]]:
    """Group rows by table, parents first, keeping the order of rows within each."""
    groups: dict[str, list[tuple[int, Row]]] = defaultdict(list)
    for record, table, row in puts:
        groups[table].append((record, row))
    return [(table, groups[table.name]) for table in metadata.sorted_tables if table.name in groups]


def _progress(connection: Connection, sink: str, session: str) -> Progress:
    query = select(sink_offsets.c.record, sink_offsets.c.complete).where(
        sink_offsets.c.sink == sink, sink_offsets.c.session == session
    )
    row = connection.execute(query).one_or_none()
    return Progress(row.record, bool(row.complete)) if row else Progress(0, False)


def _upsert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows; one whose key is there already takes the new values."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    values = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    if values:
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values), [dict(r) for r in rows])
    else:
        connection.execute(statement.on_conflict_do_nothing(index_elements=keys), [dict(r) for r in rows])


def _update(table: Table, where: Row, values: Row) -> Any:
    return update(table).where(*(table.c[name] == value for name, value in where.items())).values(dict(values))


def _delete(table: Table, where: Row) -> Any:
    return delete(table).where(*(table.c[name] == value for name, value in where.items()))
