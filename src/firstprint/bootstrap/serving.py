"""The HTTP API, joined with the database."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import NamedTuple

import msgspec
from sqlalchemy import Engine

from firstprint.bootstrap.database import database_address
from firstprint.config import Config
from firstprint.domain.clock import Clock
from firstprint.net.clock import SystemClock
from firstprint.serve.app import make_app
from firstprint.serve.gate import Bounds
from firstprint.serve.ports import GapQuery, Readers, RecordedGap, RecordedSession
from firstprint.serve.server import listening, serving
from firstprint.serve.workers import Workers
from firstprint.store.database import open_for_reading
from firstprint.store.errors import store_errors
from firstprint.store.link_reader import SqlLinkReader
from firstprint.store.master_reader import SqlMasterReader
from firstprint.store.queries import GapRow, SessionRow, StoreQueries
from firstprint.store.security_master import SqlSecurityMaster


class ServedAt(NamedTuple):
    """Where the API is. It has no authentication: `loopback` says whether only this machine can reach it."""

    url: str
    loopback: bool


@asynccontextmanager
async def http_api(
    config: Config, host: str, port: int, *, clock: Clock | None = None, bounds: Bounds | None = None
) -> AsyncIterator[ServedAt]:
    """Serve the database of a configuration until the block is left.

    Raises ConfigurationError for an address that cannot be listened on, and the errors of the database.
    """
    clock = clock or SystemClock()
    with listening(host, port) as listener, _engine(config) as engine, _workers() as workers:
        app = make_app(readers(engine, clock), clock, workers, hosts=listener.hosts, bounds=bounds)
        async with serving(app, listener):
            yield ServedAt(listener.url, listener.loopback)


def readers(engine: Engine, clock: Clock) -> Readers:
    """Join what the API reads from."""
    return Readers(
        master=SqlMasterReader(engine),
        runs=SqlSecurityMaster(engine),
        record=StoredRecord(StoreQueries(engine)),
        links=SqlLinkReader(engine),
        instance=str(clock.now().wall_ns),
    )


class StoredRecord:
    """The record as its projection has it. Implements `firstprint.serve.ports.RecordReader`."""

    def __init__(self, queries: StoreQueries) -> None:
        self._queries = queries

    def sessions(self, *, before: str | None, limit: int) -> list[RecordedSession]:
        """List sessions, newest first."""
        with store_errors():
            return [_session(row) for row in self._queries.sessions(before=before, limit=limit)]

    def gaps(self, query: GapQuery) -> list[RecordedGap]:
        """List gaps in the order in which they opened."""
        with store_errors():
            return [_gap(row) for row in self._queries.gaps(**msgspec.structs.asdict(query))]

    def open_gaps(self) -> int:
        """Count the gaps that are not repaired."""
        with store_errors():
            return self._queries.open_gaps()


def _session(row: SessionRow) -> RecordedSession:
    fields = row._asdict()
    return RecordedSession(**{name: fields[name] for name in RecordedSession.__struct_fields__})


def _gap(row: GapRow) -> RecordedGap:
    fields = row._asdict()
    return RecordedGap(**{name: fields[name] for name in RecordedGap.__struct_fields__})


@contextmanager
def _engine(config: Config) -> Iterator[Engine]:
    engine = open_for_reading(database_address(config))
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _workers() -> Iterator[Workers]:
    workers = Workers()
    try:
        yield workers
    finally:
        workers.close()
