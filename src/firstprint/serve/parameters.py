"""The parameters of the API: declared once, read by Litestar, documented by OpenAPI, and refused when unknown."""

from collections import Counter
from http import HTTPStatus
from typing import Annotated, Any, Literal, TypeAlias

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.params import PathParameter, QueryParameter
from rapidfuzz import process

from firstprint.app.secmaster.reading import PAGE_ROWS_MAX
from firstprint.serve.accepted import ACCEPTED, TEXT_LENGTH_MAX
from firstprint.serve.cursors import CURSOR_LENGTH_MAX
from firstprint.serve.errors import SHOWN_CHARACTERS, ApiError, bad_parameter
from firstprint.serve.moments import read_moment

PAGE_ROWS = 1_000
"""Rows of a page where the client does not say."""


def _query(name: str, *, max_length: int | None = None, ge: float | None = None, le: float | None = None) -> Any:
    return QueryParameter(description=ACCEPTED[name], max_length=max_length, ge=ge, le=le)


Ticker: TypeAlias = Annotated[str, PathParameter(description=ACCEPTED["ticker"], max_length=TEXT_LENGTH_MAX)]
Category: TypeAlias = Annotated[str | None, _query("category", max_length=TEXT_LENGTH_MAX)]
Tag: TypeAlias = Annotated[str | None, _query("tag", max_length=TEXT_LENGTH_MAX)]
Text: TypeAlias = Annotated[str | None, _query("text", max_length=TEXT_LENGTH_MAX)]
IsGame: TypeAlias = Annotated[bool | None, _query("is_game")]
GamesOnly: TypeAlias = Annotated[bool, _query("games_only")]
Active: TypeAlias = Annotated[Literal["true", "false", "any"], _query("active")]
Series: TypeAlias = Annotated[str | None, _query("series", max_length=TEXT_LENGTH_MAX)]
Event: TypeAlias = Annotated[str | None, _query("event", max_length=TEXT_LENGTH_MAX)]
Status: TypeAlias = Annotated[str | None, _query("status", max_length=TEXT_LENGTH_MAX)]
ClosesAfter: TypeAlias = Annotated[str | None, _query("closes_after", max_length=TEXT_LENGTH_MAX)]
ClosesBefore: TypeAlias = Annotated[str | None, _query("closes_before", max_length=TEXT_LENGTH_MAX)]
Gone: TypeAlias = Annotated[bool, _query("gone")]
Session: TypeAlias = Annotated[str | None, _query("session", max_length=TEXT_LENGTH_MAX)]
Market: TypeAlias = Annotated[str | None, _query("market", max_length=TEXT_LENGTH_MAX)]
Reason: TypeAlias = Annotated[str | None, _query("reason", max_length=TEXT_LENGTH_MAX)]
OpenOnly: TypeAlias = Annotated[bool, _query("open_only")]
Kind: TypeAlias = Annotated[str | None, _query("kind", max_length=TEXT_LENGTH_MAX)]
League: TypeAlias = Annotated[str | None, _query("league", max_length=TEXT_LENGTH_MAX)]
Sport: TypeAlias = Annotated[str | None, _query("sport", max_length=TEXT_LENGTH_MAX)]
GameState: TypeAlias = Annotated[
    Literal["unknown", "scheduled", "live", "over", "postponed", "cancelled"] | None, _query("game_state")
]
Linked: TypeAlias = Annotated[bool | None, _query("linked")]
StartsAfter: TypeAlias = Annotated[str | None, _query("starts_after", max_length=TEXT_LENGTH_MAX)]
StartsBefore: TypeAlias = Annotated[str | None, _query("starts_before", max_length=TEXT_LENGTH_MAX)]
Game: TypeAlias = Annotated[str, PathParameter(description=ACCEPTED["game"], max_length=TEXT_LENGTH_MAX)]
Contest: TypeAlias = Annotated[str | None, _query("contest", max_length=TEXT_LENGTH_MAX)]
Venue: TypeAlias = Annotated[str | None, _query("venue", max_length=TEXT_LENGTH_MAX)]
Refused: TypeAlias = Annotated[bool, _query("refused")]
BetKind: TypeAlias = Annotated[
    Literal["winner", "result", "margin", "total", "team_total", "both_score", "stat", "topic"] | None, _query("bet")
]
Limit: TypeAlias = Annotated[int, _query("limit", ge=1, le=PAGE_ROWS_MAX)]
Cursor: TypeAlias = Annotated[str | None, _query("cursor", max_length=CURSOR_LENGTH_MAX)]


def moment_ns(name: str, text: str | None) -> int | None:
    """Read a parameter that is a time, as Unix nanoseconds. Raises ApiError for one that is none."""
    if text is None:
        return None
    try:
        return read_moment(text)
    except ValueError:
        raise bad_parameter(name, text, ACCEPTED[name]) from None


class KnownParameters:
    """A guard: a parameter that a path does not have, or that is given twice, is an error and never passed over."""

    def __init__(self) -> None:
        self._known: dict[object, frozenset[str]] = {}

    def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Raise ApiError for the first parameter that is unknown or repeated."""
        given = Counter(name for name, _ in connection.query_params.multi_items())
        if not given:
            return
        known = self._known_to(handler)
        for name, times in given.items():
            if name not in known:
                raise _unknown(name, known)
            if times > 1:
                raise ApiError(
                    HTTPStatus.BAD_REQUEST, "bad_parameter", f"{name} is given {times} times: give it once",
                    parameter=name, accepted=ACCEPTED[name],
                )  # fmt: skip

    def _known_to(self, handler: BaseRouteHandler) -> frozenset[str]:
        known = self._known.get(handler.fn)
        if known is None:
            fields = handler.parsed_fn_signature.parameters.values()
            known = frozenset(one.name for one in fields if isinstance(one.kwarg_definition, QueryParameter))
            self._known[handler.fn] = known
        return known


def _unknown(name: str, known: frozenset[str]) -> ApiError:
    shown = name[:SHOWN_CHARACTERS]
    nearest = process.extractOne(shown, sorted(known), score_cutoff=50)
    hint = f"Did you mean {nearest[0]}?" if nearest else "There are none here."
    if known and not nearest:
        hint = f"There are: {', '.join(sorted(known))}."
    return ApiError(
        HTTPStatus.BAD_REQUEST, "unknown_parameter", f"there is no parameter {shown!r} here. {hint}",
        parameter=shown, nearest=nearest[0] if nearest else None, accepted=sorted(known),
    )  # fmt: skip
