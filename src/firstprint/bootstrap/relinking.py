"""Links, odds and decisions, made again from the journals of discoveries and of people's decisions.

What stands is the same as before, and so are the odds. What a decision has forbidden is not made first and retired
then, so that the history of such links is shorter.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

import msgspec

from firstprint.bootstrap.database import master_of
from firstprint.bootstrap.deciding import DECISION_PATH
from firstprint.bootstrap.linking import new_fold, odds_history
from firstprint.bootstrap.projecting import PARQUET_NAME
from firstprint.config import Config
from firstprint.domain.errors import DataFolderError, MalformedMessage
from firstprint.domain.links import Decision
from firstprint.domain.record import JournalRecord, Kind
from firstprint.journal.runs import DECISIONS_NAME, DISCOVERIES_NAME, RunJournals, read_answer
from firstprint.net.clock import SystemClock
from firstprint.sinks.odds_parquet import TABLES as ODDS_TABLES
from firstprint.store.ledger import SqlLedger
from firstprint.store.link_store import SqlLinkStore

LINK_TABLES = (
    "contests", "sightings", "propositions", "listings", "links", "link_history", "link_refusals", "refused_listings",
    "odds_latest",
)  # fmt: skip
"""What discoveries fill. Decisions stay: they are people's, and are laid again over what is there."""


class _Run(NamedTuple):
    """A run with its records after the opening; `first_wall_ns` is the time of the first of them."""

    first_wall_ns: int
    name: str
    kind: str
    records: Iterable[JournalRecord]


def check_no_discovery(config: Config) -> None:
    """Refuse while a discovery is under way: what it found by then would be missing. Raises DataFolderError."""
    under_way = RunJournals(config.data, SystemClock(), DISCOVERIES_NAME).under_way()
    if under_way:
        raise DataFolderError(
            f"a discovery is under way in {config.data}, run {under_way[0]}: stop it first, its journal is not whole"
        )


def forget_links(config: Config) -> None:
    """Remove what discoveries have made, to make it again."""
    with master_of(config) as engine:
        SqlLedger(engine).forget("links", LINK_TABLES)
    for table in ODDS_TABLES:
        for path in (config.data / PARQUET_NAME / table.name).glob("date=*/sport=*/*.parquet"):
            path.unlink()


def relink_all(config: Config) -> int:
    """Lay all discoveries and decisions over the database again, in the order of their first answers; give how many."""
    runs = sorted(_runs(config), key=lambda run: run.first_wall_ns)
    with master_of(config) as engine:
        store = SqlLinkStore(engine)
        for run in runs:
            if run.kind == DECISIONS_NAME:
                _decide_again(store, run.records)
            else:
                _discover_again(config, store, run.name, run.records)
    return len(runs)


def _runs(config: Config) -> Iterator[_Run]:
    for kind in (DECISIONS_NAME, DISCOVERIES_NAME):
        for opened, records in RunJournals(config.data, SystemClock(), kind).runs():
            first = next(records, None)
            if first is not None:
                yield _Run(first.wall_ns, opened.session, kind, chain((first,), records))


def _decide_again(store: SqlLinkStore, records: Iterable[JournalRecord]) -> None:
    for record in records:
        if record.kind is Kind.REST_BODY_PACKED:
            request, body = read_answer(record)
            if request.path == DECISION_PATH:
                store.decide(_read_decision(body))


def _read_decision(body: bytes) -> Decision:
    try:
        return msgspec.json.decode(body, type=Decision)
    except msgspec.MsgspecError as error:
        raise MalformedMessage("BAD_RECORD", f"a decision cannot be read: {error}") from error


def _discover_again(config: Config, store: SqlLinkStore, run: str, records: Iterable[JournalRecord]) -> None:
    history = odds_history(config, run)
    fold = new_fold(config, history)
    waiting = store.decisions()
    for record in records:
        while waiting and waiting[0].decided_wall_ns <= record.wall_ns:
            fold.state.linker.decide(waiting.pop(0))
        if record.kind is Kind.REST_BODY_PACKED:
            request, body = read_answer(record)
            settled = fold.apply(request.venue, request, body, record=record.number, wall_ns=record.wall_ns)
            if settled is not None:
                store.lay(settled.changes, cause=run, wall_ns=settled.wall_ns)
    history.flush()
