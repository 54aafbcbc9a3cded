"""What commands read from a data folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from firstprint.bootstrap.projecting import STORE_NAME
from firstprint.domain.errors import ConfigurationError
from firstprint.journal.folder import DataFolder
from firstprint.journal.sessions import SessionSummary, list_sessions
from firstprint.store.database import open_for_reading
from firstprint.store.queries import StoreQueries


@contextmanager
def store(data: Path) -> Iterator[StoreQueries]:
    """Open the database of a data folder for queries. Raises DataFolderError when there is none."""
    with DataFolder.open(data) as folder:
        engine = open_for_reading(folder.path / STORE_NAME)
        try:
            yield StoreQueries(engine)
        finally:
            engine.dispose()


def recorded_sessions(data: Path) -> list[SessionSummary]:
    """List the sessions in the journal of a data folder, the oldest first."""
    with DataFolder.open(data) as folder:
        return list_sessions(folder.journal)


def chosen_session(data: Path, session: str | None) -> SessionSummary:
    """Give the session that was named, the latest one when none was; raise ConfigurationError when it is not there."""
    summaries = [one for one in recorded_sessions(data) if one.last_record]
    if not summaries:
        raise ConfigurationError(f"{data} has no recorded session. Record one: firstprint run --data {data}")
    if session is None:
        return summaries[-1]
    for one in summaries:
        if one.session == session:
            return one
    known = ", ".join(one.session for one in summaries[-5:])
    raise ConfigurationError(f"{data} has no session {session!r}. The latest are: {known}")
