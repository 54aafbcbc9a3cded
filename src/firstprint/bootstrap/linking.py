"""Linkage, joined: the readers of every venue's and source's payloads, files of them, and what was stored."""

import gc
import gzip
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from firstprint.app.linking.fold import AnswerFold
from firstprint.app.linking.matching import Matched, Payloads
from firstprint.app.linking.ports import PayloadReader
from firstprint.app.linking.scoring import Scorer
from firstprint.app.linking.state import LinkState
from firstprint.bootstrap.database import database_address
from firstprint.bootstrap.projecting import PARQUET_NAME
from firstprint.config import Config
from firstprint.domain.errors import ConfigurationError, MalformedMessage
from firstprint.journal.files import DiskFiles
from firstprint.linkage.labels import read_labels
from firstprint.linkage.leagues import LeagueTable
from firstprint.linkage.linker import Linker
from firstprint.linkage.scoring import Score
from firstprint.linkage.teams import TeamTables
from firstprint.sinks.odds_parquet import OddsHistory
from firstprint.store.database import open_for_reading
from firstprint.store.link_reader import SqlLinkReader
from firstprint.venues.espn.payloads import EspnPayloads
from firstprint.venues.kalshi.payloads import KalshiPayloads
from firstprint.venues.oddsapi.payloads import OddsPayloads
from firstprint.venues.polymarket.payloads import PolymarketPayloads

PayloadFiles = Mapping[str, Sequence[Path]]


def payload_readers(leagues: LeagueTable) -> dict[str, PayloadReader]:
    """Make a reader for each venue and source, by its name."""
    teams = TeamTables.load()
    kinds = (KalshiPayloads, PolymarketPayloads, EspnPayloads, OddsPayloads)
    readers: list[PayloadReader] = [kind(leagues, teams) for kind in kinds]
    return {reader.source: reader for reader in readers}


def new_linker(leagues: LeagueTable) -> Linker:
    """Make a linker that knows each league's sport."""
    return Linker(lambda code: leagues.leagues[code].sport if code in leagues.leagues else "")


def odds_history(config: Config, run: str) -> OddsHistory:
    """Open the history of odds in the data folder's Parquet files."""
    history = OddsHistory(config.data / PARQUET_NAME, DiskFiles(), run)
    history.prepare()
    return history


def new_fold(config: Config, history: OddsHistory) -> AnswerFold:
    """Make the fold of a discovery's answers."""
    state = LinkState(new_linker(config.leagues), config.leagues, config.consensus)
    return AnswerFold(payload_readers(config.leagues), state, history, config.consensus)


def _payloads(config: Config) -> Payloads:
    return Payloads(payload_readers(config.leagues), new_linker(config.leagues))


def read_file(path: Path) -> bytes:
    """Read a file, unpacked when it is gzip. Raises ConfigurationError naming it."""
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (OSError, EOFError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error


def _take(payloads: Payloads, files: PayloadFiles) -> None:
    """Read files, one by one, so that one that cannot be read is named."""
    bodies = [(source, path, read_file(path)) for source, paths in files.items() for path in paths]
    with collector_paused():
        for source, path, body in bodies:
            with _naming(path, source):
                payloads.learn(source, body)
        for source, path, body in bodies:
            with _naming(path, source):
                payloads.read(source, body)
        payloads.linker.resolve()


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the garbage collector: nothing of what is read is garbage, and looking costs a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _naming(path: Path, source: str) -> Iterator[None]:
    try:
        yield
    except MalformedMessage as error:
        raise ConfigurationError(f"{path} is no payload of {source}: {error.detail}") from error


def match(config: Config, files: PayloadFiles) -> Matched:
    """Link files of payloads. Raises ConfigurationError naming the file that cannot be read."""
    payloads = _payloads(config)
    _take(payloads, files)
    return payloads.matched()


def linker(config: Config, files: PayloadFiles) -> Linker:
    """Give a linker that knows the markets of files, or what `discover` stored when none are given."""
    if files:
        payloads = _payloads(config)
        _take(payloads, files)
        return payloads.linker
    return stored_linker(config)


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


def score(config: Config, pairs: Sequence[Path], files: PayloadFiles) -> dict[Path, Score]:
    """Score linkage against files of labelled pairs. Raises ConfigurationError naming the file and what is wrong."""
    labels = {path: read_labels(_text(path), str(path)) for path in pairs}
    scores = {}
    for path, told in labels.items():
        payloads = _payloads(config)
        _take(payloads, files)
        scores[path] = Scorer(payloads, config.leagues).score(told.labels, ())
    return scores


def _text(path: Path) -> str:
    try:
        return read_file(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is no text: {error}") from error
