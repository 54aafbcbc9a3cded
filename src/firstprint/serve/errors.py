"""Errors as the API says them: one shape, `{"error": {"code", "message", "details"}}`, whatever went wrong.

What is our own fault or the database's is logged whole and said in general: an answer never shows how we are made.
"""

from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from firstprint.domain.answers import ErrorAnswer, ErrorBody
from firstprint.domain.errors import Advice, FirstprintError
from firstprint.serve.accepted import ACCEPTED

_log = structlog.get_logger(__name__)
RETRY_AFTER_S = 2
SHOWN_CHARACTERS = 100


class ApiError(Exception):
    """An error with the status, code and details that the client is told."""

    def __init__(self, status: HTTPStatus, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    def body(self) -> bytes:
        """Render it."""
        return error_body(self.code, self.message, self.details)

    def headers(self) -> dict[str, str]:
        """Give the headers that go with it."""
        return {"retry-after": str(RETRY_AFTER_S)} if self.status == HTTPStatus.SERVICE_UNAVAILABLE else {}


def error_body(code: str, message: str, details: dict[str, Any]) -> bytes:
    """Render an error."""
    return msgspec.json.encode(ErrorAnswer(error=ErrorBody(code=code, message=message, details=details)))


def bad_parameter(name: str, given: str, accepted: str) -> ApiError:
    """Make the error for a parameter whose value cannot be used."""
    return ApiError(
        HTTPStatus.BAD_REQUEST, "bad_parameter", f"{name} cannot be used: give {accepted}",
        parameter=name, given=given[:SHOWN_CHARACTERS], accepted=accepted,
    )  # fmt: skip


def not_found(what: str, ticker: str, list_path: str) -> ApiError:
    """Make the error for a ticker that the master does not have."""
    shown = ticker[:SHOWN_CHARACTERS]
    message = f"the master has no {what} {shown!r}. List what it has: {list_path}?text="
    return ApiError(HTTPStatus.NOT_FOUND, "not_found", message, ticker=shown)


def not_linked(game: str) -> ApiError:
    """Make the error for a game that is not known."""
    shown = game[:SHOWN_CHARACTERS]
    return ApiError(
        HTTPStatus.NOT_FOUND, "not_found", f"no game {shown!r} is known. List those that are: /v1/games", game=shown
    )


def unavailable(reason: str) -> ApiError:
    """Make the error for a database that does not answer."""
    return ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", reason)


def said_api_error(_: Request[Any, Any, Any], error: ApiError) -> Response[bytes]:
    """Answer with an error of our own."""
    return Response(error.body(), status_code=error.status, headers=error.headers(), media_type="application/json")


def said_validation(request: Request[Any, Any, Any], error: ValidationException) -> Response[bytes]:
    """Say which parameter cannot be used, and what is accepted; the first one, where there are several."""
    found = next((one for one in error.extra if isinstance(one, dict)), {}) if isinstance(error.extra, list) else {}
    name = str(found.get("key", "a parameter"))
    given = str(request.query_params.get(name, request.path_params.get(name, "")))
    return said_api_error(request, bad_parameter(name, given, ACCEPTED.get(name, "what the documentation says")))


def said_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Answer what Litestar refuses: an unknown path, a method that a path does not have."""
    status = HTTPStatus(error.status_code)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return said_failure(request, error)
    message = f"{status.phrase}: {request.method} {request.scope['path'][:SHOWN_CHARACTERS]}. See / for all paths"
    refusal = ApiError(status, status.name.lower(), message)
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    return Response(refusal.body(), status_code=status, headers=headers, media_type="application/json")


def said_failure(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer an error that nobody meant for the client: 503 when trying again may help, 500 otherwise."""
    if isinstance(error, FirstprintError) and error.advice is Advice.RETRY:
        return said_api_error(request, unavailable(str(error)))
    _log.error("request failed", path=request.scope["path"][:SHOWN_CHARACTERS], exc_info=error)
    failure = ApiError(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "something went wrong here; the log says what")
    return said_api_error(request, failure)
