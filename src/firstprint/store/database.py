"""Opens the database: pragmas, permissions, schema version. The only place that makes an engine."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError

from firstprint.domain.errors import DataFolderError
from firstprint.store.migrate import migrate

BUSY_TIMEOUT_MS = 5_000


def open_store(path: Path, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Engine:
    """Open the database for the one process that writes it, creating it or bringing it to this version.

    The file is readable by its owner only. Raises DataFolderError when it belongs to a newer firstprint or is no
    database at all.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    engine = sqlite_engine(path, "BEGIN IMMEDIATE", busy_timeout_ms)
    try:
        migrate(engine, str(path))
    except DatabaseError as error:
        engine.dispose()
        raise _unusable(path, error) from error
    except DataFolderError:
        engine.dispose()
        raise
    return engine


def open_for_reading(path: Path) -> Engine:
    """Open an existing database for queries beside its writer; raise DataFolderError when there is none."""
    if not path.exists():
        raise DataFolderError(f"{path}: no database here yet. Record something first: firstprint run")
    engine = sqlite_engine(path, "BEGIN", BUSY_TIMEOUT_MS)

    @event.listens_for(engine, "connect")
    def _read_only(connection: sqlite3.Connection, _: Any) -> None:
        connection.execute("PRAGMA query_only=ON")

    return engine


def sqlite_engine(path: Path, begin: str, busy_timeout_ms: int) -> Engine:
    """Make an engine whose transactions are real ones: WAL, full sync, foreign keys, and `begin` as their start."""
    engine = create_engine(URL.create("sqlite", database=str(path)))

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={busy_timeout_ms}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _unusable(path: Path, error: DatabaseError) -> DataFolderError:
    return DataFolderError(
        f"{path}: not a usable database ({error.orig}). It is only a projection of the journal: move it away and run "
        "`firstprint rebuild`"
    )
