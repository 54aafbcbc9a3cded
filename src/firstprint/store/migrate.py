"""Brings a database to the version of this program, from code and without an ini file."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from firstprint.domain.errors import DataFolderError

LOCATION = "firstprint.store:migrations"
VERSION = "0003"
"""The newest migration: what this program reads and writes."""
LOCK_KEY = 0x6669_7273_7470
"""PostgreSQL's advisory lock of migrations: the ASCII of `firstp`."""
LOCK_TIMEOUT_MS = 60_000


def migrate(engine: Engine, name: str) -> None:
    """Run the migrations that are missing, in one transaction; of several processes, one does and the others wait.

    `name` is what to call the database in errors. Raises DataFolderError, before anything is touched, when the
    database was written by a newer firstprint.
    """
    with engine.begin() as connection:
        _wait_for_others(connection)
        found = _version(connection)
        if found == VERSION:
            return
        config = _config(connection)
        _refuse_unknown(found, config, name)
        command.upgrade(config, "head")


def check_version(engine: Engine, name: str) -> None:
    """Raise DataFolderError when a database is not of this program's version, and say what to do."""
    with engine.begin() as connection:
        found = _version(connection)
        if found == VERSION:
            return
        if found is None:
            raise DataFolderError(f"{name}: no tables here yet. Record something first: firstprint run")
        _refuse_unknown(found, _config(connection), name)
        raise DataFolderError(
            f"{name}: written by an older firstprint (schema {found}, this program reads {VERSION}). "
            "Any command that writes brings it up: firstprint series sync, firstprint project"
        )


def _wait_for_others(connection: Connection) -> None:
    """Hold the one right to migrate until the transaction ends; SQLite's transactions begin with it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK_KEY})")


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", LOCATION)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _refuse_unknown(found: str | None, config: Config, name: str) -> None:
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    if found is not None and found not in known:
        raise DataFolderError(
            f"{name}: written by a newer firstprint (schema {found}, this program knows up to {VERSION}). "
            "Upgrade firstprint, or use another database or data folder"
        )
