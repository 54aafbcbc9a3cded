"""The database: its address, its pragmas, its permissions, its version."""

import errno
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError
from tests.postgres_server import PostgresServer

from firstprint.domain.errors import ConfigurationError, DataFolderError
from firstprint.domain.instruments import Market
from firstprint.domain.secmaster_rows import MarketQuery
from firstprint.store import migrations
from firstprint.store.database import (
    DatabaseAddress,
    open_for_reading,
    open_store,
    postgresql_engine,
    sqlite_engine,
)
from firstprint.store.errors import StoreUnavailable
from firstprint.store.lock import only_projector
from firstprint.store.market_facts import FACTS
from firstprint.store.master_reader import SqlMasterReader
from firstprint.store.migrate import VERSION, _config
from firstprint.store.queries import StoreQueries
from firstprint.store.tables import markets, metadata


def is_for(dialect: str, kind: str, name: str | None) -> bool:
    """Tell whether a table or index is one of this database's: SQLite has no index of the elements of JSON."""
    return dialect == "postgresql" or (kind, name) != ("index", "series_by_tags")


def test_migrations_make_exactly_the_tables(database: DatabaseAddress) -> None:
    """C1: what the migrations build is what the tables say, so that neither can be changed alone."""
    engine = open_store(database)
    options = {"include_object": lambda _, name, kind, *__: is_for(engine.dialect.name, kind, name)}
    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
    engine.dispose()


def test_file_is_private_strict_and_durable(tmp_path: Path) -> None:
    """S21: the file is its owner's only, in WAL mode, fully synced, with foreign keys and STRICT tables."""
    path = tmp_path / "a.sqlite"
    engine = open_store(path)
    assert path.stat().st_mode & 0o777 == 0o600
    with engine.begin() as connection:
        ask = connection.exec_driver_sql
        assert ask("PRAGMA journal_mode").scalar() == "wal"
        assert ask("PRAGMA synchronous").scalar() == 2
        assert ask("PRAGMA foreign_keys").scalar() == 1
        created = dict(map(tuple, ask("SELECT name, sql FROM sqlite_master WHERE type = 'table'")))
        assert all(created[table].rstrip().endswith("STRICT") for table in metadata.tables)
    engine.dispose()


def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    """A database of this version is opened as it is."""
    open_store(tmp_path / "a.sqlite").dispose()
    before = (tmp_path / "a.sqlite").read_bytes()
    open_store(tmp_path / "a.sqlite").dispose()
    assert (tmp_path / "a.sqlite").read_bytes() == before


def test_newer_database_is_refused_untouched(tmp_path: Path) -> None:
    """A database of a newer firstprint is refused with what to do, and nothing in it is changed."""
    path = tmp_path / "a.sqlite"
    open_store(path).dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(DataFolderError, match=r"newer firstprint.*Upgrade"):
        open_store(path)
    assert path.read_bytes() == before


def test_foreign_file_is_refused(tmp_path: Path) -> None:
    """A file that is no database is refused with what to do."""
    path = tmp_path / "a.sqlite"
    path.write_bytes(b"not a database, and long enough to be looked at" * 40)
    with pytest.raises(DataFolderError, match="firstprint rebuild"):
        open_store(path)


def fails_with(monkeypatch: pytest.MonkeyPatch, code: int, text: str) -> None:
    """Let SQLite refuse every file in one way."""

    def connect(*_: object, **__: object) -> None:
        error = sqlite3.OperationalError(text)
        error.sqlite_errorcode = code
        raise error

    monkeypatch.setattr(sqlite3.dbapi2, "connect", connect)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (sqlite3.SQLITE_CANTOPEN, r"cannot be opened: unable.*make the folder .* writable for you, or copy it"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "cannot be opened"),
        (sqlite3.SQLITE_IOERR_READ, "cannot be used"),
    ],
)
def test_a_sound_file_that_cannot_be_had_is_never_to_be_moved_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, said: str
) -> None:
    """F5: on a read-only file system the advice is about the folder: the database itself is sound."""
    open_store(tmp_path / "a.sqlite").dispose()
    fails_with(monkeypatch, code, "unable")
    for opening in (open_store, open_for_reading):
        with pytest.raises(DataFolderError, match=said) as caught:
            opening(tmp_path / "a.sqlite")
        assert "move it away" not in str(caught.value)


def test_a_locked_file_is_tried_again(tmp_path: Path) -> None:
    """F5: a lock passes, so it is neither damage nor a folder that cannot be used."""
    open_store(tmp_path / "a.sqlite").dispose()
    with sqlite3.connect(tmp_path / "a.sqlite") as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            open_store(tmp_path / "a.sqlite", busy_timeout_ms=1)
    other.close()


def test_a_malformed_file_may_be_moved_away(tmp_path: Path) -> None:
    """F5: only when SQLite says that the file itself is broken is it to be given up."""
    path = tmp_path / "a.sqlite"
    open_store(path).dispose()
    path.write_bytes(path.read_bytes()[:4_096] + b"\xff" * 40_000)
    for opening in (open_store, open_for_reading):
        with pytest.raises(DataFolderError, match=r"malformed.*move it away.*firstprint rebuild"):
            opening(path)


def refused(*_: object, **__: object) -> None:
    """Do as a read-only file system does."""
    raise OSError(errno.EROFS, "Read-only file system")


def test_writers_on_a_read_only_file_system_are_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F5: where nothing can be written, the store and the projector's lock say which folder, and what to do."""
    monkeypatch.setattr(Path, "touch", refused)
    with pytest.raises(DataFolderError, match=r"Read-only file system. Give a folder that you may write to"):
        open_store(tmp_path / "a.sqlite")
    monkeypatch.setattr("os.open", refused)
    with pytest.raises(DataFolderError, match=r"Read-only file system. Give a folder that you may write to"):
        only_projector(tmp_path / "lock").__enter__()


def test_readers_cannot_write(tmp_path: Path) -> None:
    """An engine for reading refuses to write, and one without a database says what to do first."""
    with pytest.raises(DataFolderError, match="firstprint run"):
        open_for_reading(tmp_path / "a.sqlite")
    open_store(tmp_path / "a.sqlite").dispose()
    engine = open_for_reading(tmp_path / "a.sqlite")
    assert StoreQueries(engine).sessions() == []
    with pytest.raises(OperationalError, match="readonly"), engine.begin() as connection:
        connection.execute(markets.delete())
    engine.dispose()


def test_one_projector_a_folder(tmp_path: Path) -> None:
    """F74: a second projector is refused while the first holds the folder, and let in afterwards."""
    with only_projector(tmp_path / "lock"):
        second = only_projector(tmp_path / "lock")
        with pytest.raises(DataFolderError, match="Stop it first"):
            second.__enter__()
    with only_projector(tmp_path / "lock"):
        pass


def test_every_fact_of_a_market_has_a_column() -> None:
    """A field added to Market cannot be forgotten in the table."""
    assert set(FACTS) | {"ticker"} == set(Market.__struct_fields__)
    assert set(FACTS) <= set(markets.c.keys())


OLD_MARKET = (
    "INSERT INTO markets (venue, ticker, title, status, first_session, first_record, first_wall_ns, last_session, "
    "last_record, last_wall_ns) VALUES ('kalshi', 'M', 't', 'active', 's', 1, 2, 's', 3, 4)"
)


def at_first_release(address: DatabaseAddress) -> None:
    """Make a database as the first release left it, with a market."""
    if address.path is None:
        engine = postgresql_engine(address, 1_000)
    else:
        engine = sqlite_engine(address.path, "BEGIN IMMEDIATE", 1_000)
    with engine.begin() as connection:
        config = _config(connection)
        command.upgrade(config, "0001")
        connection.exec_driver_sql(OLD_MARKET)
    engine.dispose()


@pytest.fixture
def old_database(database: DatabaseAddress, request: pytest.FixtureRequest) -> Iterator[DatabaseAddress]:
    """Give a database of the first release."""
    if database.path is not None:
        at_first_release(database)
        yield database
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    address = server.new_database("template0")
    at_first_release(address)
    yield address
    server.drop(address)


def test_rows_of_the_first_release_are_kept(old_database: DatabaseAddress) -> None:
    """C3: a database of the first release is brought to this one with its rows, and only a writer does it."""
    with pytest.raises(DataFolderError, match="older firstprint"):
        open_for_reading(old_database)
    engine = open_store(old_database)
    assert [(row.ticker, row.title, row.last_wall_ns) for row in StoreQueries(engine).markets()] == [("M", "t", 4)]
    engine.dispose()
    engine = open_for_reading(old_database)
    assert SqlMasterReader(engine).markets(MarketQuery())[0].status == "active"
    engine.dispose()


def test_newer_database_is_refused(database: DatabaseAddress) -> None:
    """F5: a database of a newer firstprint is refused by writers and readers, with what to do."""
    engine = open_store(database)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    for opening in (open_store, open_for_reading):
        with pytest.raises(DataFolderError, match=r"newer firstprint.*Upgrade"):
            opening(database)


def test_processes_migrate_one_after_the_other(old_database: DatabaseAddress) -> None:
    """F1: of several that open an old database at once, one brings it up and all of them work."""
    with ThreadPoolExecutor(4) as threads:
        engines = list(threads.map(lambda _: open_store(old_database, busy_timeout_ms=30_000), range(4)))
    assert [len(StoreQueries(engine).markets()) for engine in engines] == [1] * 4
    for engine in engines:
        engine.dispose()


def test_version_is_that_of_the_newest_migration() -> None:
    """The version that this program reads cannot be forgotten when a migration is added."""
    assert ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head() == VERSION


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_passwords_are_never_shown(scheme: str) -> None:
    """F1, F5: the three ways to name PostgreSQL are one, and neither text nor error has the password."""
    address = DatabaseAddress.of(f"{scheme}://me:s3cret@127.0.0.1:1/db?connect_timeout=1")
    assert address.url.drivername == "postgresql+psycopg"
    assert "s3cret" not in f"{address} {address!r}"
    with pytest.raises(StoreUnavailable) as caught:
        open_store(address)
    assert "s3cret" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("text", ["mysql://me:s3cret@host/db", "postgresql://me:s3cret@host:port/db", "s3cret://"])
def test_addresses_of_nothing_known_are_refused(text: str) -> None:
    """F5: an address that cannot be used is refused with what is accepted, and shows no password."""
    with pytest.raises(ConfigurationError, match="SQLite file") as caught:
        DatabaseAddress.of(text)
    assert "me:s3cret" not in str(caught.value)


def test_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """F1, F5: without the PostgreSQL driver the error says how to install it."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationError, match=r"firstprint\[postgres\]"):
        open_store(DatabaseAddress.of("postgresql://me:s3cret@127.0.0.1:1/db"))


def test_empty_server_is_no_master_yet(postgres: PostgresServer) -> None:
    """F5: readers of a PostgreSQL database without tables are told what to do first."""
    address = postgres.new_database("template0")
    with pytest.raises(DataFolderError, match="no tables here yet"):
        open_for_reading(address)
    postgres.drop(address)
