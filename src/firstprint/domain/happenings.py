"""The payloads of journal records that are not frames, as JSON structs. Fields may be added, never renamed."""

from typing import Any

import msgspec


class SessionOpened(msgspec.Struct, kw_only=True):
    """A recorder started. `previous` names the session before it, `previous_end_wall_ns` its last durable moment.

    `venues` are all that are recorded, `venue` the first of them; empty where there is no other.
    """

    session: str
    venue: str
    venues: list[str] = []
    software: str
    settings: dict[str, Any] = {}
    previous: str | None = None
    previous_outcome: str | None = None
    previous_end_wall_ns: int | None = None


class SessionClosed(msgspec.Struct, kw_only=True):
    """A recorder stopped by its own will. A session without this record crashed."""

    outcome: str = "clean"
    report: dict[str, Any] = {}
    """What a sync run counted; empty for a recorder's session."""


class ConnectionOpened(msgspec.Struct, kw_only=True):
    """A WebSocket was opened. `headers` are the response headers of the upgrade, names in lower case.

    `venue` is whose it is; empty: the session's first venue, as in journals of one venue.
    """

    url: str
    purpose: str
    venue: str = ""
    headers: dict[str, str] = {}


class ConnectionClosed(msgspec.Struct, kw_only=True):
    """A WebSocket ended. `cause` is a GapReason value; `by` is `venue`, `us` or `network`."""

    code: int | None = None
    reason: str = ""
    cause: str = "DISCONNECTED"
    by: str = "venue"


class RestRequest(msgspec.Struct, kw_only=True):
    """What a REST body answered: the path below the API's root, the query, and what came with the body.

    `venue` is who answered; empty: the session's first venue. `api` says which of its APIs, where it has several.
    """

    path: str
    query: list[tuple[str, str]] = []
    status: int = 200
    signed: bool = False
    venue: str = ""
    api: str = ""


class ClockStep(msgspec.Struct, kw_only=True):
    """The wall clock moved against the monotonic one by `step_ns`."""

    step_ns: int


class Loss(msgspec.Struct, kw_only=True):
    """Frames that reached us and are not in the journal: how many, since when, and why (a GapReason value)."""

    cause: str
    frames: int
    bytes: int
    since_wall_ns: int


class Stall(msgspec.Struct, kw_only=True):
    """Our process did not run for `stalled_ns` (a suspend, a stop signal, a blocked loop)."""

    stalled_ns: int
