"""Writes Parquet files whole: under a temporary name first, fsynced, then renamed. DuckDB is the encoder."""

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
import numpy.typing as npt

from firstprint.journal.files import Files
from firstprint.sinks.columns import ColumnTable

TEMPORARY = ".tmp"
DICTIONARY_ENTRIES_MAX = 20_000
"""Order sizes repeat: up to so many different values a column is stored as a dictionary. Measured in bench."""
HASH_CHUNK_BYTES = 1 << 20
MEMORY_LIMIT = "512MB"
_OPTIONS = (
    "(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, ROW_GROUP_SIZE 122880, "
    f"DICTIONARY_SIZE_LIMIT {DICTIONARY_ENTRIES_MAX})"
)
ORDER = "connection, sid NULLS FIRST, record, part"
"""Rows lie in the order in which the venue counts them; sequence numbers then cost nothing."""


class WrittenFile(NamedTuple):
    """A file as it lies on the disk."""

    bytes: int
    sha256: str


def connect() -> duckdb.DuckDBPyConnection:
    """Open a DuckDB in memory: one thread, bounded memory, no network and no extensions from elsewhere."""
    return duckdb.connect(
        config={
            "threads": "1",
            "memory_limit": MEMORY_LIMIT,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )


class SegmentWriter:
    """Turns gathered rows, or several files, into one new file."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._duckdb = connect()

    def write(
        self, table: ColumnTable, session: str, rows: npt.NDArray[Any], texts: list[str | None], path: Path
    ) -> WrittenFile:
        """Write packed rows, given in order of record, as a file; `texts` are the numbered texts.

        Raises OSError when the disk refuses.
        """
        known = np.array(texts, dtype=object)
        rows = rows[np.lexsort((rows["sid"], rows["connection"]))]
        columns = {
            column.name: known[rows[column.name]] if column.kind == "text" else np.ascontiguousarray(rows[column.name])
            for column in table.columns
        }
        return self.write_columns(table.select, session, columns, path)

    def write_columns(self, select: str, session: str, columns: dict[str, Any], path: Path) -> WrittenFile:
        """Write columns of equal length as a file; `select` says what they become. Raises OSError as `write` does."""
        self._duckdb.register("gathered", columns)
        query = f"SELECT {select} FROM (SELECT $session AS session, * FROM gathered)"  # noqa: S608 our own column lists
        try:
            return self._copy(query, {"session": session}, path)
        finally:
            self._duckdb.unregister("gathered")

    def merge(self, paths: list[Path], path: Path) -> WrittenFile:
        """Write the rows of several files as one. Raises OSError when the disk refuses."""
        select = f"SELECT * FROM read_parquet($paths, hive_partitioning=false) ORDER BY {ORDER}"  # noqa: S608 no foreign text
        return self._copy(select, {"paths": [str(each) for each in paths]}, path)

    def _copy(self, select: str, values: dict[str, Any], path: Path) -> WrittenFile:
        self._files.make_folder(path.parent)
        unready = path.with_name(path.name + TEMPORARY)
        try:
            self._duckdb.execute(f"COPY ({select}) TO $target {_OPTIONS}", {**values, "target": str(unready)})
        except duckdb.IOException as error:
            raise OSError(str(error)) from error
        file = self._files.open(unready, writable=True)
        try:
            file.sync()
        finally:
            file.close()
        written = measure(unready)
        self._files.rename(unready, path)
        self._files.sync_folder(path.parent)
        return written


def measure(path: Path) -> WrittenFile:
    """Give a file's size and SHA-256."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(HASH_CHUNK_BYTES):
            digest.update(chunk)
    return WrittenFile(path.stat().st_size, digest.hexdigest())
