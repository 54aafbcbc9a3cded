"""The rows of sync runs: what was asked, how far each is, how it ended."""

from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from firstprint.domain.secmaster import RunOpened, RunProgress, RunRow
from firstprint.store.columns import storable
from firstprint.store.driver import Row, ask, do, put_rows
from firstprint.store.master_tables import sync_runs

RUNNING, INTERRUPTED = "running", "interrupted"
PROGRESS: Final = RunProgress.__struct_fields__
COLUMNS = (
    *("run", "venue", "kind", "mode", "scope", "plan", "software", "resumes"),
    *("started_ns", "progressed_ns", "ended_ns", "outcome", "error"),
    *PROGRESS,
)
_SET_PROGRESS = ", ".join(f"{name} = ?" for name in PROGRESS)


def open_run(connection: Connection, opened: RunOpened) -> None:
    """Store a run that begins, or begins anew from its journal; what it resumes is over."""
    told = (opened.run, opened.venue, opened.kind, opened.mode, _json(opened.scope), _json(opened.plan))
    times = (opened.started_ns, opened.started_ns, None)
    row = (*told, opened.software, opened.resumes, *times, RUNNING, None, *msgspec.structs.astuple(RunProgress()))
    put_rows(connection, sync_runs, COLUMNS, [row])
    if opened.resumes is not None:
        ended = "UPDATE sync_runs SET outcome = ?, ended_ns = COALESCE(ended_ns, progressed_ns) WHERE run = ?"
        do(connection, ended, (INTERRUPTED, opened.resumes))


def advance_run(connection: Connection, run: str, progress: RunProgress, wall_ns: int) -> None:
    """Store how far a run is."""
    statement = f"UPDATE sync_runs SET progressed_ns = ?, {_SET_PROGRESS} WHERE run = ?"  # noqa: S608 names of this module
    do(connection, statement, (wall_ns, *_values(progress), run))


def close_run(
    connection: Connection, run: str, progress: RunProgress, ended_ns: int, outcome: str, error: str | None
) -> None:
    """Store the end of a run."""
    advance_run(connection, run, progress, ended_ns)
    text = None if error is None else storable(error)
    do(
        connection,
        "UPDATE sync_runs SET ended_ns = ?, outcome = ?, error = ? WHERE run = ?",
        (ended_ns, outcome, text, run),
    )


def list_runs(connection: Connection, kind: str | None, limit: int) -> list[RunRow]:
    """List runs, newest first."""
    where, values = ("", ()) if kind is None else ("WHERE kind = ?", (kind,))
    query = f"SELECT {', '.join(COLUMNS)} FROM sync_runs {where} ORDER BY started_ns DESC, run DESC LIMIT ?"  # noqa: S608 names of this module
    return [_run_row(row) for row in ask(connection, query, (*values, limit))]


def kind_of_run(connection: Connection, run: str) -> str | None:
    """Tell what a run is about; None for one that is not stored."""
    found = ask(connection, "SELECT kind FROM sync_runs WHERE run = ?", (run,))
    return str(found[0][0]) if found else None


def _run_row(row: Row) -> RunRow:
    named = dict(zip(COLUMNS, row, strict=True))
    progress = RunProgress(**{name: named.pop(name) for name in PROGRESS})
    named["scope"], named["plan"] = msgspec.json.decode(named["scope"]), msgspec.json.decode(named["plan"])
    return RunRow(**named, progress=progress)


def _values(progress: RunProgress) -> Row:
    values = msgspec.structs.astuple(progress)
    return tuple(storable(value) if isinstance(value, str) else value for value in values)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
