"""The answers that any path may give beside its own, for OpenAPI."""

from litestar.openapi.datastructures import ResponseSpec

from firstprint.domain.answers import ErrorAnswer


def _error(description: str) -> ResponseSpec:
    return ResponseSpec(ErrorAnswer, description=description, generate_examples=False)


_REFUSED = {
    400: _error("A parameter is unknown, repeated, or cannot be used; the error says what is accepted."),
    403: _error("The Host header names another machine (only where the API listens on loopback)."),
    413: _error("A body that is too large; none is read."),
    414: _error("The address is too long."),
    503: _error("The database does not answer, or too much is asked at once. Try again."),
}
_UNCHANGED = {304: ResponseSpec(None, description="The client has it: the ETag in If-None-Match is still right.")}

OF_RECORD = _REFUSED
OF_LIST = _REFUSED | _UNCHANGED
OF_ONE = OF_LIST | {404: _error("The master does not have it.")}
