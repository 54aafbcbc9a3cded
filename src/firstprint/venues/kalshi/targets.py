"""Kalshi's own identities: milestones (contests, with start and teams) and structured targets (teams, players). Pure.

Source: https://docs.kalshi.com/openapi.yaml (3.31), GET /milestones and GET /structured_targets.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from firstprint.domain.errors import MalformedMessage
from firstprint.venues.kalshi.times import rfc3339_ns

T = TypeVar("T")
_HEAD_MAX = 200
EVENTS_MAX = 500
"""A milestone of more events than a contest can have is none of a contest."""


class Milestone(msgspec.Struct, frozen=True, kw_only=True):
    """A contest as Kalshi knows it. `home` and `away` are ids of structured targets, None where it does not say which.

    `source_id` is the data feed's id of it, `events` are the tickers of the events about it.
    """

    id: str
    start_ns: int | None
    home: str | None
    away: str | None
    source_id: str | None
    events: tuple[str, ...]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A team or a player as Kalshi knows it; `name` is its name there, `abbreviation` its code in tickers, mostly."""

    id: str
    name: str
    type: str | None = None
    abbreviation: str | None = None


class TargetsPage(msgspec.Struct, kw_only=True):
    """What a page of either list holds. `unreadable` has the rows that could not be read, each with the reason."""

    milestones: list[Milestone] = []
    targets: list[Target] = []
    cursor: str | None = None
    unreadable: list[tuple[str, bytes]] = []


class WireMilestone(msgspec.Struct):
    """A milestone, as GET /milestones lists it and GET /events does with_milestones.

    `{"id":"d22bb487-...","type":"football_game","category":"Sports","title":"Baltimore vs Kansas City",
    "start_date":"2024-09-06T00:20:00Z","end_date":null,"source_id":"95aa13a0-...","primary_event_tickers":["..."],
    "related_event_tickers":["..."],"details":{"away_team_id":"a69a57af-...","home_team_id":"64f72720-...",
    "league":"NFL","status":"inprogress"},...}`; tennis and fights have `first_competitor_id`, `second_competitor_id`.
    """

    id: str
    start_date: str | None = None
    source_id: str | None = None
    primary_event_tickers: list[str] | None = None
    related_event_tickers: list[str] | None = None
    details: dict[str, Any] | None = None


class WireTarget(msgspec.Struct):
    """A structured target, as GET /structured_targets lists it.

    `{"id":"00049ee0-...","name":"Toulouse FC","type":"soccer_team","source_id":"sr:competitor:1681",
    "details":{"abbreviation":"TFC","country":"FRA","gender":"male","short_name":"Toulouse"},...}`
    """

    id: str
    name: str
    type: str | None = None
    details: dict[str, Any] | None = None


class _Page(msgspec.Struct):
    milestones: list[msgspec.Raw] | None = None
    structured_targets: list[msgspec.Raw] | None = None
    cursor: str | None = None


_page = msgspec.json.Decoder(_Page).decode
_milestone = msgspec.json.Decoder(WireMilestone).decode
_target = msgspec.json.Decoder(WireTarget).decode


def read_targets(body: bytes) -> TargetsPage:
    """Read a page of GET /milestones or GET /structured_targets. Raises MalformedMessage for what is neither."""
    page = _read(body)
    if page.milestones is None and page.structured_targets is None:
        raise MalformedMessage("BAD_BODY", "neither milestones nor structured_targets in it")
    return _taken(page)


def targets_within(body: bytes) -> TargetsPage:
    """Read the milestones and structured targets of any page, of events too, which may have none.

    What is no JSON object has none. Raises MalformedMessage when they are no lists.
    """
    if body[:_HEAD_MAX].lstrip()[:1] != b"{":
        return TargetsPage()
    return _taken(_read(body))


def _taken(page: _Page) -> TargetsPage:
    found = TargetsPage(cursor=page.cursor or None)
    for raw in page.milestones or ():
        _take(found, raw, found.milestones, lambda row: _as_milestone(_milestone(row)))
    for raw in page.structured_targets or ():
        _take(found, raw, found.targets, lambda row: _as_target(_target(row)))
    return found


def _read(body: bytes) -> _Page:
    try:
        return _page(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessage("BAD_BODY", f"milestones or structured targets: {error}"[:300]) from error


def by_event(milestones: Iterable[Milestone]) -> Mapping[str, Milestone]:
    """Give the milestone of each event; an event that two milestones name has none."""
    found: dict[str, Milestone] = {}
    doubtful: set[str] = set()
    for milestone in milestones:
        for event in milestone.events:
            if found.setdefault(event, milestone).id != milestone.id:
                doubtful.add(event)
    return {event: milestone for event, milestone in found.items() if event not in doubtful}


def _take(found: TargetsPage, raw: msgspec.Raw, rows: list[T], read: Callable[[msgspec.Raw], T]) -> None:
    try:
        rows.append(read(raw))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        found.unreadable.append((str(error)[:300], bytes(raw)))


def _as_milestone(row: WireMilestone) -> Milestone:
    details = row.details or {}
    events = dict.fromkeys((*(row.primary_event_tickers or ()), *(row.related_event_tickers or ())))
    return Milestone(
        id=row.id,
        start_ns=rfc3339_ns(row.start_date),
        home=_text(details.get("home_team_id")),
        away=_text(details.get("away_team_id")),
        source_id=row.source_id or None,
        events=tuple(events) if len(events) <= EVENTS_MAX and _is_contest(details) else (),
    )


def _is_contest(details: Mapping[str, Any]) -> bool:
    """Tell a contest of two from a tournament, whose events are about many."""
    return any(_text(details.get(name)) for name in ("home_team_id", "first_competitor_id"))


def _as_target(row: WireTarget) -> Target:
    details = row.details or {}
    return Target(id=row.id, name=row.name, type=row.type or None, abbreviation=_text(details.get("abbreviation")))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
