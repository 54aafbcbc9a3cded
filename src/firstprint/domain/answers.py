"""What the HTTP API says, as both of its ends read it: the server writes these records, the client reads them.

Times are RFC 3339 in UTC, to the nanosecond, without trailing zeros; money is decimal dollars as text, exact.
`first_seen_time` and `last_changed_time` are ours; all other times are the venue's. Text comes from outside and is
hostile.
"""

from typing import Any

import msgspec


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all answers. Fields that a reader does not know are skipped."""


class ErrorBody(Answer, frozen=True, kw_only=True):
    """What is wrong: a code for programs, a sentence for people, and what both may need to mend it."""

    code: str
    message: str
    details: dict[str, Any]


class ErrorAnswer(Answer, frozen=True, kw_only=True):
    """The one shape of all errors."""

    error: ErrorBody


class SeriesItem(Answer, frozen=True, kw_only=True):
    """A series in a list."""

    ticker: str
    title: str | None
    category: str | None
    tags: tuple[str, ...]
    is_game: bool


class SeriesPage(Answer, frozen=True, kw_only=True):
    """Series by ticker; `next` is the cursor of the page that follows, None at the end."""

    series: tuple[SeriesItem, ...]
    next: str | None


class SeriesAnswer(Answer, frozen=True, kw_only=True):
    """Every stored field of one series."""

    series: dict[str, Any]


class EventItem(Answer, frozen=True, kw_only=True):
    """An event in a list."""

    venue: str
    ticker: str
    series_ticker: str | None
    title: str | None
    sub_title: str | None
    category: str | None
    mutually_exclusive: bool | None
    competition: str | None
    competition_scope: str | None
    strike_time: str | None
    first_seen_time: str
    last_changed_time: str


class EventPage(Answer, frozen=True, kw_only=True):
    """Events by ticker."""

    events: tuple[EventItem, ...]
    next: str | None


class EventAnswer(Answer, frozen=True, kw_only=True):
    """Every stored field of one event."""

    event: dict[str, Any]


class MarketItem(Answer, frozen=True, kw_only=True):
    """A market in a list. `gone_time` says since when the venue lists it no more."""

    venue: str
    ticker: str
    event_ticker: str | None
    series_ticker: str | None
    title: str | None
    yes_sub_title: str | None
    no_sub_title: str | None
    status: str | None
    result: str | None
    settlement_value_dollars: str | None
    created_time: str | None
    open_time: str | None
    close_time: str | None
    expected_expiration_time: str | None
    settled_time: str | None
    strike_type: str | None
    floor_strike: str | None
    cap_strike: str | None
    price_level_structure: str | None
    gone_time: str | None
    first_seen_time: str
    last_changed_time: str


class MarketPage(Answer, frozen=True, kw_only=True):
    """Markets by ticker."""

    markets: tuple[MarketItem, ...]
    next: str | None


class MarketAnswer(Answer, frozen=True, kw_only=True):
    """Every stored field of one market."""

    market: dict[str, Any]


class ChangeItem(Answer, frozen=True, kw_only=True):
    """One changed field, and where the change is known from: the session or sync run, and the record in its journal."""

    field: str
    before: Any
    after: Any
    cause: str
    session: str
    record: int
    time: str


class HistoryAnswer(Answer, frozen=True, kw_only=True):
    """The changes of a market, oldest first. `more` says that there are more than were asked for."""

    ticker: str
    history: tuple[ChangeItem, ...]
    more: bool


class SeriesCountItem(Answer, frozen=True, kw_only=True):
    """How many events and markets of a series the master has, markets by the venue's statuses."""

    ticker: str
    title: str | None
    category: str | None
    is_game: bool
    events: int
    markets: int
    by_status: dict[str, int]


class SeriesCountPage(Answer, frozen=True, kw_only=True):
    """Counts by series ticker."""

    series: tuple[SeriesCountItem, ...]
    next: str | None


class MarketCountAnswer(Answer, frozen=True, kw_only=True):
    """How many events and markets there are, of a series or of all (`series` is None)."""

    series: str | None
    events: int
    markets: int
    by_status: dict[str, int]


class SyncProgress(Answer, frozen=True, kw_only=True):
    """What a sync run has counted."""

    step: int
    requests: int
    throttled: int
    seen: int
    new: int
    changed: int
    closed: int
    settled: int
    errors: int


class SyncRunItem(Answer, frozen=True, kw_only=True):
    """A sync run. `outcome` is `running`, `done`, `failed` or `interrupted`."""

    run: str
    venue: str
    kind: str
    mode: str
    scope: dict[str, Any]
    plan: dict[str, Any]
    software: str
    resumes: str | None
    started_time: str
    progressed_time: str
    ended_time: str | None
    outcome: str
    error: str | None
    progress: SyncProgress


class SyncRunPage(Answer, frozen=True, kw_only=True):
    """Sync runs, newest first."""

    sync_runs: tuple[SyncRunItem, ...]
    next: str | None


class SessionItem(Answer, frozen=True, kw_only=True):
    """A run of the recorder. `outcome` is `open`, `clean` or `crashed`."""

    session: str
    venue: str
    software: str
    settings: Any
    opened_time: str
    closed_time: str | None
    outcome: str
    previous: str | None


class SessionPage(Answer, frozen=True, kw_only=True):
    """Sessions, newest first."""

    sessions: tuple[SessionItem, ...]
    next: str | None


class GapItem(Answer, frozen=True, kw_only=True):
    """A hole in what was recorded, and its repair; the sequence bounds are inclusive."""

    session: str
    gap_id: str
    connection: int | None
    sid: int | None
    channel: str | None
    seq_from: int | None
    seq_to: int | None
    reason: str
    opened_record: int
    opened_time: str
    repaired_record: int | None
    repaired_time: str | None
    method: str | None
    markets: tuple[str, ...]


class GapPage(Answer, frozen=True, kw_only=True):
    """Gaps in the order in which they opened."""

    gaps: tuple[GapItem, ...]
    next: str | None


class HealthAnswer(Answer, frozen=True, kw_only=True):
    """The database answers; `revision` moves whenever something in the master changes."""

    status: str
    revision: int


class EndpointItem(Answer, frozen=True, kw_only=True):
    """A path of the API, and what is there."""

    path: str
    what: str


class EndpointsAnswer(Answer, frozen=True, kw_only=True):
    """What the API has."""

    name: str
    version: str
    endpoints: tuple[EndpointItem, ...]
