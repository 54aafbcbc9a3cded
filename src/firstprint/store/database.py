"""Opens the database: pragmas, permissions, time limits, schema version. The only place that makes an engine."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError

from firstprint.domain.errors import ConfigurationError, DataFolderError
from firstprint.store.address import DatabaseAddress
from firstprint.store.errors import StoreUnavailable, first_line
from firstprint.store.migrate import check_version, migrate

__all__ = ["DatabaseAddress", "open_for_reading", "open_store", "sqlite_engine"]

BUSY_TIMEOUT_MS = 5_000
CONNECT_TIMEOUT_S = 5
STATEMENT_TIMEOUT_MS = 60_000
CONNECTIONS_MAX = 8
CACHE_KIB = 32_768
"""Pages of SQLite kept in memory: an index of 100,000 tickers fits, so that its inserts do not go to the disk."""
CHECKPOINT_PAGES = 4_000
"""How many pages the write-ahead log of SQLite gathers before they are copied home: each is then copied less often."""
PRIMARY_CODE = 0xFF
"""The part of SQLite's extended error code that says what it is; the rest are its details."""
BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
PASSING = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL})
CLOSED = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH})


def open_store(address: DatabaseAddress | Path, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Engine:
    """Open the database for writing, creating its tables or bringing them to this version.

    A SQLite file is readable by its owner only. `busy_timeout_ms` bounds the wait for a lock. Raises DataFolderError
    when it belongs to a newer firstprint, is no database at all or cannot be written, StoreUnavailable when its server
    is away or its file locked.
    """
    address = DatabaseAddress.of(address)
    if address.path is None:
        engine = postgresql_engine(address, busy_timeout_ms)
    else:
        _make_private(address.path)
        engine = sqlite_engine(address.path, "BEGIN IMMEDIATE", busy_timeout_ms)
    return _ready(engine, address, lambda: migrate(engine, str(address)))


def open_for_reading(address: DatabaseAddress | Path) -> Engine:
    """Open an existing database for queries beside its writers.

    Raises DataFolderError when there is none, it is of another version or cannot be opened here, StoreUnavailable when
    its server is away or its file locked.
    """
    address = DatabaseAddress.of(address)
    if address.path is None:
        engine = postgresql_engine(address, BUSY_TIMEOUT_MS, read_only=True)
    else:
        if not address.path.exists():
            raise DataFolderError(
                f"{address}: no database here yet. Record something first (firstprint run), find games (firstprint "
                "discover), or sync what is listed (firstprint series sync)"
            )
        engine = sqlite_engine(address.path, "BEGIN", BUSY_TIMEOUT_MS)
        event.listen(engine, "connect", _query_only)
    return _ready(engine, address, lambda: check_version(engine, str(address)))


def sqlite_engine(path: Path, begin: str, busy_timeout_ms: int) -> Engine:
    """Make an engine whose transactions are real ones: WAL, full sync, foreign keys, and `begin` as their start."""
    engine = create_engine(DatabaseAddress.of(path).url)

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={busy_timeout_ms}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"cache_size=-{CACHE_KIB}",
            f"wal_autocheckpoint={CHECKPOINT_PAGES}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def postgresql_engine(address: DatabaseAddress, lock_timeout_ms: int, *, read_only: bool = False) -> Engine:
    """Make an engine whose connections are tried before use, and whose waits are bounded.

    Raises ConfigurationError when the driver is not installed.
    """
    try:
        engine = create_engine(
            address.url,
            pool_pre_ping=True,
            pool_size=CONNECTIONS_MAX,
            max_overflow=0,
            pool_timeout=CONNECT_TIMEOUT_S,
            hide_parameters=True,
            connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "firstprint"},
        )
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"{address}: the PostgreSQL driver is not installed: pip install 'firstprint[postgres]'"
        ) from error

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _: Any) -> None:
        with connection.cursor() as cursor:
            for setting in (
                f"lock_timeout = {lock_timeout_ms}",
                f"statement_timeout = {STATEMENT_TIMEOUT_MS}",
                f"idle_in_transaction_session_timeout = {STATEMENT_TIMEOUT_MS}",
                f"default_transaction_read_only = {'on' if read_only else 'off'}",
            ):
                cursor.execute(f"SET {setting}")
        connection.commit()

    return engine


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(0o600)
    except OSError as error:
        raise DataFolderError(
            f"{path} cannot be used: {error.strerror}. Give a folder that you may write to"
        ) from error


def _query_only(connection: sqlite3.Connection, _: Any) -> None:
    connection.execute("PRAGMA query_only=ON")


def _ready(engine: Engine, address: DatabaseAddress, check: Any) -> Engine:
    try:
        check()
    except DatabaseError as error:
        engine.dispose()
        raise _unusable(address, error) from error
    except InterfaceError as error:
        engine.dispose()
        raise StoreUnavailable(f"{address}: {first_line(error)}") from error
    except DataFolderError:
        engine.dispose()
        raise
    return engine


def _unusable(address: DatabaseAddress, error: DatabaseError) -> DataFolderError | StoreUnavailable:
    if address.path is None and isinstance(error, OperationalError):
        return StoreUnavailable(f"{address}: {first_line(error)}")
    if address.path is None:
        return DataFolderError(f"{address}: its tables cannot be used ({first_line(error)})")
    return _unusable_file(address.path, error)


def _unusable_file(path: Path, error: DatabaseError) -> DataFolderError | StoreUnavailable:
    """Tell a file that is broken from one that is sound and cannot be had: only the former may be given up."""
    code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & PRIMARY_CODE
    if code in BROKEN:
        return DataFolderError(
            f"{path}: not a usable database ({error.orig}). It is only a projection of the journal: move it away, then "
            "run `firstprint rebuild`"
        )
    if code in PASSING:
        return StoreUnavailable(f"{path}: {first_line(error)}")
    if code in CLOSED:
        return DataFolderError(
            f"{path} cannot be opened: {error.orig}. SQLite writes beside the file even to read it: make the folder "
            f"{path.parent} writable for you, or copy it whole to where you may write, and give the copy"
        )
    return DataFolderError(f"{path} cannot be used ({first_line(error)}). Give another data folder")
