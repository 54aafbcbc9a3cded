"""The database of a projector's tests: SQLite in the desk's folder, or one of PostgreSQL for each folder."""

from collections.abc import Iterator
from pathlib import Path

import projection_script
import pytest
from tests.postgres_server import NewDatabase

from firstprint.store.database import DatabaseAddress

_known: dict[Path, tuple[NewDatabase, DatabaseAddress]] = {}


@pytest.fixture(scope="session")
def every_database(new_database: NewDatabase) -> Iterator[str]:
    """Run the test once with each kind of database."""

    def address_of(folder: Path) -> DatabaseAddress:
        if folder not in _known:
            _known[folder] = new_database, new_database()
        return _known[folder][1]

    if new_database.kind == "postgresql":
        projection_script.database_of = address_of
    yield new_database.kind
    projection_script.database_of = projection_script.sqlite_in


@pytest.fixture(autouse=True)
def _drop_databases() -> Iterator[None]:
    yield
    while _known:
        _, (maker, address) = _known.popitem()
        maker.drop(address)
