"""The database file: its pragmas, its permissions, its version."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import OperationalError

from firstprint.domain.errors import DataFolderError
from firstprint.domain.instruments import Market
from firstprint.store.database import open_for_reading, open_store
from firstprint.store.lock import only_projector
from firstprint.store.market_facts import FACTS
from firstprint.store.queries import StoreQueries
from firstprint.store.tables import markets, metadata


def test_migrations_make_exactly_the_tables(tmp_path: Path) -> None:
    """What the migrations build is what the tables say, so that neither can be changed alone."""
    engine = open_store(tmp_path / "a.sqlite")
    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
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
