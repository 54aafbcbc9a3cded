"""Which database is used: PostgreSQL where one is configured, the data folder's SQLite otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from firstprint.config import Config
from firstprint.journal.folder import DataFolder
from firstprint.store.database import DatabaseAddress, open_store

STORE_NAME = "firstprint.sqlite"


def database_address(config: Config) -> DatabaseAddress:
    """Give the database of a configuration. Raises ConfigurationError for an address that is none."""
    return DatabaseAddress.of(config.database_url or config.data / STORE_NAME)


@contextmanager
def master_of(config: Config) -> Iterator[Engine]:
    """Open the database of the master for writing, creating the data folder when it is not there."""
    DataFolder.prepare(config.data)
    engine = open_store(database_address(config))
    try:
        yield engine
    finally:
        engine.dispose()
