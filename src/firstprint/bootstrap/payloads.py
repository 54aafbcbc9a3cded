"""Linkage of recorded payloads, joined: the readers of every venue's and source's payloads, and files of them.

Nothing here knows a database or a network: `firstprint link match` starts with as little.
"""

import gc
import gzip
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from firstprint.app.linking.matching import Matched, Payloads
from firstprint.app.linking.ports import PayloadReader
from firstprint.app.linking.scoring import Scorer
from firstprint.config import Config
from firstprint.domain.errors import ConfigurationError, MalformedMessage
from firstprint.linkage.labels import read_labels
from firstprint.linkage.leagues import LeagueTable
from firstprint.linkage.linker import Linker
from firstprint.linkage.scoring import Score
from firstprint.linkage.teams import TeamTables
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


def linker_of(config: Config, files: PayloadFiles) -> Linker:
    """Give a linker that knows the markets of files. Raises ConfigurationError naming the one that cannot be read."""
    payloads = _payloads(config)
    _take(payloads, files)
    return payloads.linker


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
