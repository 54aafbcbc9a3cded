"""Handshakes that a venue refuses, with whatever status: those of the network in front of it included."""

from enum import IntEnum
from http import HTTPStatus
from typing import NamedTuple

from multidict import CIMultiDict
from picows import WSUpgradeResponse


class Refusal(NamedTuple):
    """A refused handshake, as an HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes


class _CloudStatus(IntEnum):
    """Answers of the network in front of a venue, which the standard library has no names for."""

    UNKNOWN_ERROR = 520
    SERVER_DOWN = 521
    CONNECTION_TIMED_OUT = 522

    @property
    def phrase(self) -> str:
        """Give the words of the status line."""
        return self.name.replace("_", " ").title()


_NAMED = frozenset(HTTPStatus)
_CLOUD = frozenset(_CloudStatus)


def refusing(refusal: Refusal) -> WSUpgradeResponse:
    """Make the answer to a handshake; a status that nobody has a name for becomes 502."""
    named = refusal.status if refusal.status in _NAMED else HTTPStatus.BAD_GATEWAY
    response: WSUpgradeResponse = WSUpgradeResponse.create_error_response(
        named, refusal.body, CIMultiDict(refusal.headers)
    )
    if refusal.status in _CLOUD:
        response.status = _CloudStatus(refusal.status)  # type: ignore[assignment] # all that is read is value and phrase
    return response
