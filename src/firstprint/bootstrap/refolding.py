"""The securities master, made again from the journals of its sync runs."""

from collections.abc import Callable, Iterable

import msgspec
from sqlalchemy import Engine

from firstprint.app.secmaster.cleaning import STALE
from firstprint.app.secmaster.folding import RunFold
from firstprint.app.secmaster.ports import RunOpened, RunProgress
from firstprint.bootstrap.database import master_of
from firstprint.bootstrap.venues import LIST_READERS
from firstprint.config import Config
from firstprint.domain.happenings import RestRequest, SessionClosed
from firstprint.domain.record import JournalRecord, Kind
from firstprint.journal.runs import RunJournals, read_answer
from firstprint.net.clock import SystemClock
from firstprint.store.ledger import SqlLedger
from firstprint.store.security_master import SqlSecurityMaster

MASTER_TABLES = ("series", "series_history", "sync_runs")
"""What the sync runs alone fill; events and markets are the recorder's projection too, which removes them."""


def forget_master(config: Config) -> None:
    """Remove what the sync runs have made, to make it again."""
    with master_of(config) as engine:
        SqlLedger(engine).forget("master", MASTER_TABLES)


def refold_all(config: Config) -> int:
    """Lay all sync runs over the master again; give how many there were."""
    with master_of(config) as engine:
        return refold_runs(config, engine)


def refold_runs(config: Config, engine: Engine, on_run: Callable[[str], None] = lambda _: None) -> int:
    """Lay the answers of all sync runs over the master again, the oldest run first; give how many runs there were."""
    runs = RunJournals(config.data, SystemClock()).runs()
    for session, records in runs:
        on_run(session.session)
        _refold(SqlSecurityMaster(engine), msgspec.convert(session.settings, RunOpened), records)
    return len(runs)


def _refold(master: SqlSecurityMaster, opened: RunOpened, records: Iterable[JournalRecord]) -> None:
    games_only = bool(opened.scope.get("games_only")) and opened.kind == "series"
    fold = RunFold(master, LIST_READERS[opened.venue](), opened.run, RunProgress(), games_only=games_only)
    master.open_run(opened)
    last_ns, outcome = opened.started_ns, "interrupted"
    for record in records:
        last_ns = record.wall_ns
        if record.kind is Kind.REST_BODY_PACKED:
            _reapply(fold, record, *read_answer(record))
        elif record.kind is Kind.SESSION_CLOSED:
            closed = msgspec.json.decode(record.payload, type=SessionClosed)
            outcome = closed.outcome
            _conclude(master, fold, opened, record, outcome)
            fold.progress = _told(closed, fold.progress)
    master.close_run(opened.run, fold.progress, last_ns, outcome)


def _reapply(fold: RunFold, record: JournalRecord, request: RestRequest, body: bytes) -> None:
    before = msgspec.structs.replace(fold.progress, requests=fold.progress.requests + 1)
    fold.apply(request, body, fold.source(record.number, record.wall_ns), before)


def _conclude(master: SqlSecurityMaster, fold: RunFold, opened: RunOpened, record: JournalRecord, outcome: str) -> None:
    """Do what a run did after its last answer."""
    if outcome != "done":
        return
    if opened.kind == "series":
        fold.finish_series(fold.source(record.number, record.wall_ns))
    elif opened.kind == "clean" and opened.mode == STALE:
        master.remove_stale(opened.venue, dry_run=False)
    elif opened.kind == "clean":
        master.remove_all(opened.venue, dry_run=False)


def _told(closed: SessionClosed, progress: RunProgress) -> RunProgress:
    """Take the counts that the run itself reported."""
    counts = {name: value for name, value in closed.report.items() if name in RunProgress.__struct_fields__}
    return msgspec.structs.replace(progress, **counts)
