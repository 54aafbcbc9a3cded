"""What was synced and recorded: `/v1/sync-runs`, `/v1/sessions`, `/v1/gaps`. None of it is under the revision."""

import msgspec
from litestar import Response, get

from firstprint.app.secmaster.ports import RunRow
from firstprint.domain.answers import GapPage, SessionPage, SyncRunPage
from firstprint.serve import parameters as p
from firstprint.serve import responses
from firstprint.serve.cursors import from_cursor, refused_cursor, to_cursor
from firstprint.serve.desk import Desk, TheDesk
from firstprint.serve.ports import GapPlace, GapQuery
from firstprint.serve.saying import gap_item, run_item, session_item

RUNS_MAX = 5_000
"""Sync runs that can be asked for: the newest ones."""


@get("/v1/sync-runs", responses=responses.OF_RECORD)
async def list_sync_runs(
    desk: TheDesk, kind: p.Kind = None, limit: p.Limit = p.PAGE_ROWS, cursor: p.Cursor = None
) -> Response[SyncRunPage]:
    """List sync runs, newest first: what was asked, how it ended, what it counted."""
    after = from_cursor(cursor)
    return await desk.record(lambda: _runs(desk, kind, after, limit))


@get("/v1/sessions", responses=responses.OF_RECORD)
async def list_sessions(desk: TheDesk, limit: p.Limit = p.PAGE_ROWS, cursor: p.Cursor = None) -> Response[SessionPage]:
    """List the recorder's sessions, newest first."""
    before = from_cursor(cursor)

    def read() -> SessionPage:
        rows = desk.readers.record.sessions(before=before, limit=limit)
        following = to_cursor(rows[-1].session) if len(rows) >= limit else None
        return SessionPage(sessions=tuple(map(session_item, rows)), next=following)

    return await desk.record(read)


@get("/v1/gaps", responses=responses.OF_RECORD)
async def list_gaps(
    desk: TheDesk,
    *,
    session: p.Session = None,
    market: p.Market = None,
    reason: p.Reason = None,
    open_only: p.OpenOnly = False,
    limit: p.Limit = p.PAGE_ROWS,
    cursor: p.Cursor = None,
) -> Response[GapPage]:
    """List the holes in the order in which they opened: when, where, why, and how each was repaired."""
    query = GapQuery(
        session=session, market=market, reason=reason, open_only=open_only, after=_place(cursor), limit=limit
    )
    return await desk.record(lambda: _gaps(desk, query))


def _runs(desk: Desk, kind: str | None, after: str | None, limit: int) -> SyncRunPage:
    rows = desk.readers.runs.runs(kind=kind, limit=limit if after is None else RUNS_MAX)
    if after is not None:
        rows = _behind(rows, after)[:limit]
    following = to_cursor(rows[-1].run) if len(rows) >= limit else None
    return SyncRunPage(sync_runs=tuple(map(run_item, rows)), next=following)


def _behind(rows: list[RunRow], run: str) -> list[RunRow]:
    places = [place for place, row in enumerate(rows) if row.run == run]
    return rows[places[0] + 1 :] if places else []


def _gaps(desk: Desk, query: GapQuery) -> GapPage:
    rows = desk.readers.record.gaps(query)
    following = None
    if len(rows) >= query.limit:
        last = GapPlace(rows[-1].session, rows[-1].opened_record, rows[-1].gap_id)
        following = to_cursor(msgspec.json.encode(last).decode())
    return GapPage(gaps=tuple(map(gap_item, rows)), next=following)


def _place(cursor: str | None) -> GapPlace | None:
    place = from_cursor(cursor)
    if place is None:
        return None
    try:
        return msgspec.json.decode(place, type=GapPlace)
    except msgspec.MsgspecError:
        raise refused_cursor(cursor or "") from None
