"""Linkage, joined to what is kept of it: the fold of a discovery's answers, the history of odds, what was stored."""

from collections.abc import Iterator
from contextlib import contextmanager

from firstprint.app.linking.fold import AnswerFold
from firstprint.app.linking.state import LinkState
from firstprint.bootstrap.database import database_address
from firstprint.bootstrap.payloads import PayloadFiles, linker_of, new_linker, payload_readers
from firstprint.bootstrap.projecting import PARQUET_NAME
from firstprint.config import Config
from firstprint.journal.files import DiskFiles
from firstprint.linkage.linker import Linker
from firstprint.sinks.odds_parquet import OddsHistory
from firstprint.store.database import open_for_reading
from firstprint.store.link_reader import SqlLinkReader


def odds_history(config: Config, run: str) -> OddsHistory:
    """Open the history of odds in the data folder's Parquet files."""
    history = OddsHistory(config.data / PARQUET_NAME, DiskFiles(), run)
    history.prepare()
    return history


def new_fold(config: Config, history: OddsHistory) -> AnswerFold:
    """Make the fold of a discovery's answers."""
    state = LinkState(new_linker(config.leagues), config.leagues, config.consensus)
    return AnswerFold(payload_readers(config.leagues), state, history, config.consensus)


def linker(config: Config, files: PayloadFiles) -> Linker:
    """Give a linker that knows the markets of files, or what `discover` stored when none are given."""
    return linker_of(config, files) if files else stored_linker(config)


@contextmanager
def stored(config: Config) -> Iterator[SqlLinkReader]:
    """Open what `discover` stored. Raises DataFolderError when there is nothing."""
    engine = open_for_reading(database_address(config))
    try:
        yield SqlLinkReader(engine)
    finally:
        engine.dispose()


def stored_linker(config: Config) -> Linker:
    """Give a linker that knows what is stored: sightings, listings and decisions."""
    linker = new_linker(config.leagues)
    with stored(config) as links:
        for decision in links.decisions():
            linker.decide(decision)
        linker.take(links.sightings())
        linker.take(links.listings())
    linker.resolve()
    return linker
