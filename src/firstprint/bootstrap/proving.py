"""The proof, joined: a session's journal, its neighbours, its projections, and a simulator's truth."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec

from firstprint.app.verify import Verifier
from firstprint.app.verify_ports import ANCHORS, KEYS, Neighbours, RowKey
from firstprint.app.verify_report import VerifyReport
from firstprint.bootstrap.database import database_address
from firstprint.bootstrap.projecting import PARQUET_NAME, LoggedProgress, projector
from firstprint.bootstrap.reading import chosen_session, recorded_sessions
from firstprint.bootstrap.recorded import JournalSession
from firstprint.bootstrap.truth_logs import truth_logs
from firstprint.bootstrap.venues import every_venue
from firstprint.config import Config
from firstprint.domain.errors import DataFolderError
from firstprint.domain.happenings import SessionOpened
from firstprint.domain.record import Kind
from firstprint.journal.sessions import SessionSummary, read_records
from firstprint.sinks.parquet import ParquetSink
from firstprint.sinks.readers import ParquetReader
from firstprint.sinks.relational import RelationalSink
from firstprint.store.database import open_for_reading
from firstprint.store.ledger import SqlLedger
from firstprint.store.queries import StoreQueries


class _ParquetRows:
    """The columnar rows of one session (app.verify_ports.SinkRows)."""

    name = ParquetSink.name
    tables = tuple(table for table in ParquetSink.holds if table in KEYS)

    def __init__(self, reader: ParquetReader, queries: StoreQueries, session: str, offset: int) -> None:
        self._reader = reader
        self._queries = queries
        self._session = session
        self.offset = offset

    def rows(self, table: str, record_from: int, record_to: int) -> Iterable[RowKey]:
        """Give the rows between two records."""
        return self._reader.values(table, self._session, KEYS[table], record_from, record_to)

    def poisoned(self, record_from: int, record_to: int) -> Iterable[int]:
        """Give the records with a row that was set aside."""
        return self._queries.poisoned(self._session, record_from, record_to)


class _RelationalRows:
    """The relational rows of one session (app.verify_ports.SinkRows)."""

    name = RelationalSink.name
    tables = tuple(table for table in RelationalSink.holds if table in KEYS)

    def __init__(self, queries: StoreQueries, session: str, offset: int) -> None:
        self._queries = queries
        self._session = session
        self.offset = offset

    def rows(self, table: str, record_from: int, record_to: int) -> Iterable[RowKey]:
        """Give the rows between two records."""
        anchor = ANCHORS.get(table, "record")
        return self._queries.values(table, self._session, KEYS[table], anchor, record_from, record_to)

    def poisoned(self, record_from: int, record_to: int) -> Iterable[int]:
        """Give the records with a row that was set aside."""
        return self._queries.poisoned(self._session, record_from, record_to)


def _neighbours(folder: Path, summaries: list[SessionSummary], one: SessionSummary) -> Neighbours:
    place = summaries.index(one)
    previous = summaries[place - 1] if place else None
    after = summaries[place + 1] if place + 1 < len(summaries) else None
    closed_by = None
    if after is not None:
        first = read_records(folder, after.session, records_max=1)
        if first and first[0].kind is Kind.SESSION_OPENED:
            closed_by = msgspec.json.decode(first[0].payload, type=SessionOpened).previous
    return Neighbours(
        previous=previous.session if previous else None,
        previous_end_wall_ns=previous.last_wall_ns if previous else None,
        next=after.session if after else None,
        next_start_wall_ns=after.first_wall_ns if after else None,
        closed_by=closed_by,
    )


def catch_up(config: Config) -> str | None:
    """Bring the projections up to the journal's end; give why not when another process keeps them."""

    async def project() -> None:
        async with projector(config, LoggedProgress()) as work:
            await work.project(follow=False)

    try:
        asyncio.run(project())
    except DataFolderError as error:
        return str(error)
    return None


def verify(
    config: Config,
    session: str | None,
    truth: Path | Sequence[Path] | None,
    progress: Callable[[int], object] = lambda _: None,
) -> VerifyReport:
    """Prove a session, the latest by default, with a truth log of each simulated venue where there is one.

    Raises ConfigurationError for a session that is not there, and for a truth log that is not, or is not whole.
    """
    data = config.data
    one = chosen_session(data, session)
    truths = truth_logs([truth] if isinstance(truth, Path) else truth or ())
    behind = catch_up(config)
    summaries = [each for each in recorded_sessions(data) if each.last_record]
    with ExitStack() as stack, truths.unchanged():
        engine = open_for_reading(database_address(config))
        stack.callback(engine.dispose)
        queries = StoreQueries(engine)
        offsets = {row.sink: row.record for row in queries.offsets() if row.session == one.session}
        reader = ParquetReader(data / PARQUET_NAME, SqlLedger(engine))
        sinks = (
            _RelationalRows(queries, one.session, offsets.get(RelationalSink.name, 0)),
            _ParquetRows(reader, queries, one.session, offsets.get(ParquetSink.name, 0)),
        )
        report = Verifier(
            every_venue(),
            JournalSession(one.folder),
            truth=None if truths.numbered is None else truths.numbered.lines(),
            hash_truth=None if truths.hashed is None else truths.hashed.lines(),
            sinks=sinks,
            neighbours=_neighbours(
                one.folder.parent, summaries, next(s for s in summaries if s.session == one.session)
            ),
            progress=progress,
        ).verify()
    if behind is not None:
        report.notes.append(behind)
    return report
