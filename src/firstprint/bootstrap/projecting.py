"""The projections, joined: the journal's sessions folded into SQLite and Parquet; and the journal's sealing."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog

from firstprint.app.capture import Capture
from firstprint.app.fold import fold_run
from firstprint.app.project import Projector
from firstprint.app.projection_ports import ProjectionProgress, ProjectionReport, SessionFold
from firstprint.bootstrap.database import database_address
from firstprint.bootstrap.venues import every_venue
from firstprint.config import Config
from firstprint.domain.broadcast import Broadcast
from firstprint.domain.errors import DataFolderError
from firstprint.journal.block import Block
from firstprint.journal.files import DiskFiles
from firstprint.journal.folder import DataFolder
from firstprint.journal.sealing import seal_session
from firstprint.journal.sessions import list_sessions
from firstprint.net.clock import SystemClock
from firstprint.sinks.parquet import ParquetSink
from firstprint.sinks.relational import RelationalSink
from firstprint.sinks.tailing import JournalSessions
from firstprint.store.database import open_store
from firstprint.store.ledger import SqlLedger
from firstprint.store.lock import only_projector

_log = structlog.get_logger(__name__)

PARQUET_NAME = "parquet"
PROJECTOR_LOCK_NAME = "projector.lock"
SEAL_EVERY_S = 5.0


class LoggedProgress:
    """A ProjectionReport that keeps the latest figures and logs what a person should know."""

    def __init__(self) -> None:
        self.latest: ProjectionProgress | None = None

    def progressed(self, progress: ProjectionProgress) -> None:
        """Keep the figures."""
        self.latest = progress

    def waiting(self, sink: str, why: str, delay_s: float) -> None:
        """Say that a sink is away."""
        _log.warning("sink_away", sink=sink, why=why, again_in_s=delay_s)


class _Fold:
    """Folds blocks run by run, telling the sinks how far the fold is."""

    def __init__(self, capture: Capture, sinks: Sequence[RelationalSink | ParquetSink]) -> None:
        self._capture = capture
        self._sinks = sinks

    def apply(self, block: Block) -> None:
        """Fold one block."""
        for run in block.runs():
            for sink in self._sinks:
                sink.advance(run.first_record + len(run.payloads) - 1)
            fold_run(self._capture, run)


@asynccontextmanager
async def projector(config: Config, report: ProjectionReport) -> AsyncIterator[Projector[Block]]:
    """Join a projector over a data folder. Raises DataFolderError for a folder that is none, or of another version."""
    with DataFolder.open(config.data) as folder, only_projector(folder.path / PROJECTOR_LOCK_NAME):
        engine = open_store(database_address(config))
        try:
            ledger = SqlLedger(engine)
            sinks = (RelationalSink(ledger), ParquetSink(folder.path / PARQUET_NAME, ledger, DiskFiles()))

            def fold(_session: str) -> SessionFold[Block]:
                return _Fold(Capture(every_venue(), Broadcast(*sinks)), sinks)

            yield Projector(JournalSessions(folder.journal), sinks, fold, SystemClock(), report)
        finally:
            engine.dispose()


async def seal_until(over: asyncio.Event, data: Path) -> None:
    """Seal what is finished, again and again: the segments behind the one being written, and closed sessions.

    Ends after a last look once `over` is set, so that never two look at the same time.
    """
    while not over.is_set():
        await asyncio.to_thread(seal_finished, data)
        with suppress(TimeoutError):
            async with asyncio.timeout(SEAL_EVERY_S):
                await over.wait()
    await asyncio.to_thread(seal_finished, data)


def seal_finished(data: Path) -> int:
    """Compress every finished segment of the journal; give how many were."""
    sealed = 0
    with DataFolder.open(data) as folder:
        summaries = list_sessions(folder.journal)
        for one in summaries:
            if one.segments == one.sealed_segments:
                continue
            over = one.closed or one is not summaries[-1]
            with suppress(FileNotFoundError, DataFolderError):
                sealed += seal_session(one.folder, finished=over)
    return sealed
