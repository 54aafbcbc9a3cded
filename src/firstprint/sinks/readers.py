"""Reads rows back from the Parquet files that the manifest names. DuckDB does the work; SQL takes parameters only."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

import duckdb

from firstprint.sinks.columns import DELTAS, SNAPSHOTS, TABLES, VENUE_NS
from firstprint.sinks.segment import connect

ATTEMPTS_MAX = 5
"""A file may be merged into another between reading the manifest and opening it: then the manifest is read anew."""

_DELTA_COLUMNS = (
    "session, record, part, connection, sid, seq, market, side, price_e6, delta_e6, applied, "
    f"{VENUE_NS} AS venue_ns, recv_wall_ns, recv_wall_ns - wall_minus_mono_ns"
)
_LEVEL_COLUMNS = (
    "session, record, part, connection, sid, seq, market, market_id, source, side, price_e6, size_e6, "
    "recv_wall_ns, recv_wall_ns - wall_minus_mono_ns"
)
_FROM_MARKET = (
    "FROM read_parquet($paths, hive_partitioning=false) "
    "WHERE market = $market AND recv_wall_ns BETWEEN $from_wall_ns AND $to_wall_ns "
    "AND ($session IS NULL OR session = $session) ORDER BY session, record, part"
)
_SELECT_DELTAS = f"SELECT {_DELTA_COLUMNS} {_FROM_MARKET}"
_SELECT_LEVELS = f"SELECT {_LEVEL_COLUMNS} {_FROM_MARKET}"
_COUNT = (
    "SELECT session, count(*), count(DISTINCT (record, part)), min(record), max(record) "
    "FROM read_parquet($paths, hive_partitioning=false) GROUP BY session ORDER BY session"
)
_KEYS = (
    "SELECT record, part FROM read_parquet($paths, hive_partitioning=false) WHERE session = $session "
    "ORDER BY record, part"
)
_BETWEEN_RECORDS = (
    "FROM read_parquet($paths, hive_partitioning=false) "
    "WHERE session = $session AND record BETWEEN $record_from AND $record_to"
)
WALL_NS_MAX = 2**63 - 1

RowT = TypeVar("RowT", bound=tuple[Any, ...])


class DeltaRow(NamedTuple):
    """A level change as recorded; `venue_ns` is None where the venue gave no time."""

    session: str
    record: int
    part: int
    connection: int
    sid: int | None
    seq: int | None
    market: str
    side: str
    price_e6: int
    delta_e6: int
    applied: bool
    venue_ns: int | None
    recv_wall_ns: int
    recv_mono_ns: int


class LevelRow(NamedTuple):
    """One level of a snapshot; side, price and size are None on the only row of a book without levels."""

    session: str
    record: int
    part: int
    connection: int
    sid: int | None
    seq: int | None
    market: str
    market_id: str | None
    source: str
    side: str | None
    price_e6: int | None
    size_e6: int | None
    recv_wall_ns: int
    recv_mono_ns: int


class TableCount(NamedTuple):
    """A session's rows in one table: rows above `keys` are duplicates."""

    session: str
    rows: int
    keys: int
    first_record: int
    last_record: int


class Manifest(Protocol):
    """Knows which files exist for readers."""

    def parquet_files(self, session: str | None = None) -> list[dict[str, Any]]:
        """Read the manifest, of one session or of all."""
        ...


class ParquetReader:
    """Reads the columnar tables."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._folder = folder
        self._manifest = manifest
        self._duckdb = connect()

    def deltas(
        self, market: str, *, session: str | None = None, from_wall_ns: int = 0, to_wall_ns: int = WALL_NS_MAX
    ) -> list[DeltaRow]:
        """Read a market's level changes received in a stretch of time (both ends included), in order of record."""
        values = self._values(market, session, from_wall_ns, to_wall_ns)
        return self._select(DeltaRow, DELTAS.name, _SELECT_DELTAS, session, values)

    def levels(
        self, market: str, *, session: str | None = None, from_wall_ns: int = 0, to_wall_ns: int = WALL_NS_MAX
    ) -> list[LevelRow]:
        """Read a market's snapshots received in a stretch of time, level by level, in order of record."""
        values = self._values(market, session, from_wall_ns, to_wall_ns)
        return self._select(LevelRow, SNAPSHOTS.name, _SELECT_LEVELS, session, values)

    def counts(self, session: str | None = None) -> dict[str, list[TableCount]]:
        """Count rows and different keys of every table by session."""
        return {table.name: self._select(TableCount, table.name, _COUNT, session, {}) for table in TABLES}

    def keys(self, table: str, session: str) -> list[tuple[int, int]]:
        """List the keys (record, part) of a session's rows in a table, in order; a duplicate stands twice."""
        return self._select(_pair, table, _KEYS, session, {"session": session})

    def values(
        self, table: str, session: str, columns: Sequence[str], record_from: int, record_to: int
    ) -> list[tuple[Any, ...]]:
        """Read columns of a session's rows with records between the two, both included.

        Raises KeyError for a table or a column that is none of ours: nothing else reaches the query.
        """
        known = next(one for one in TABLES if one.name == table)
        names = {column.name for column in known.columns}
        chosen = ", ".join(column for column in columns if column in names)
        if chosen != ", ".join(columns):
            raise KeyError(f"{table} has no columns {set(columns) - names}")
        query = f"SELECT {chosen} {_BETWEEN_RECORDS}"
        limits = {"session": session, "record_from": record_from, "record_to": record_to}
        return self._select(lambda *row: row, table, query, session, limits)

    def _select(
        self, kind: Callable[..., RowT], table: str, query: str, session: str | None, values: dict[str, Any]
    ) -> list[RowT]:
        for attempt in range(1, ATTEMPTS_MAX + 1):
            files = [row for row in self._manifest.parquet_files(session) if row["table_name"] == table]
            if not files:
                return []
            paths = [str(self._folder / row["path"]) for row in files]
            try:
                return [kind(*row) for row in self._duckdb.execute(query, {"paths": paths, **values}).fetchall()]
            except duckdb.IOException:
                if attempt == ATTEMPTS_MAX:
                    raise
        raise AssertionError("the last attempt returns or raises")

    @staticmethod
    def _values(market: str, session: str | None, from_wall_ns: int, to_wall_ns: int) -> dict[str, Any]:
        return {"market": market, "session": session, "from_wall_ns": from_wall_ns, "to_wall_ns": to_wall_ns}


def _pair(record: int, part: int) -> tuple[int, int]:
    return record, part
