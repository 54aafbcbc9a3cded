"""What commands read from a data folder."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from firstprint.app.book_at import BookAt, book_at, parse_time
from firstprint.app.coverage import SessionCoverage, coverage
from firstprint.app.market_story import MarketStory, market_story
from firstprint.bootstrap.database import database_address
from firstprint.bootstrap.recorded import JournalSession
from firstprint.bootstrap.venues import every_venue
from firstprint.config import Config
from firstprint.domain.errors import ConfigurationError
from firstprint.journal.block import Block
from firstprint.journal.folder import DataFolder
from firstprint.journal.sessions import SessionSummary, list_sessions
from firstprint.store.database import open_for_reading
from firstprint.store.master_reader import SqlMasterReader
from firstprint.store.queries import StoreQueries


@contextmanager
def store(config: Config) -> Iterator[StoreQueries]:
    """Open the database of a data folder for queries. Raises DataFolderError when there is none."""
    with DataFolder.open(config.data):
        engine = open_for_reading(database_address(config))
        try:
            yield StoreQueries(engine)
        finally:
            engine.dispose()


@contextmanager
def master(config: Config) -> Iterator[SqlMasterReader]:
    """Open the securities master for queries. Raises DataFolderError when there is none."""
    engine = open_for_reading(database_address(config))
    try:
        yield SqlMasterReader(engine)
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


def session_coverage(data: Path, session: str | None, market: str | None) -> SessionCoverage:
    """Fold a session, the latest by default, into the coverage of its markets, or of one."""
    one = chosen_session(data, session)
    found = coverage(every_venue(), one.session, JournalSession(one.folder).blocks(), market)
    if market is not None and not found.markets:
        raise ConfigurationError(f"session {one.session} did not record {market!r}. See: firstprint coverage")
    return found


def story(data: Path, session: str | None, market: str) -> MarketStory:
    """Fold a session, the latest by default, into one market's life."""
    one = chosen_session(data, session)
    return market_story(every_venue(), one.session, JournalSession(one.folder).blocks(), market)


def book(data: Path, market: str, at: str) -> BookAt:
    """Give a market's book at a time, RFC 3339 or Unix nanoseconds; raise ConfigurationError for no time."""
    at_ns = parse_time(at)
    summaries = {one.session: one for one in recorded_sessions(data) if one.last_record}

    def blocks(session: str) -> Iterable[Block]:
        return JournalSession(summaries[session].folder).blocks()

    return book_at(every_venue, list(summaries.values()), blocks, market, at_ns)
