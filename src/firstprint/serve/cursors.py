"""Cursors: where the next page begins, opaque to those who send them back, and checked when they do."""

import base64
import binascii

from firstprint.serve.accepted import ACCEPTED
from firstprint.serve.errors import ApiError, bad_parameter

CURSOR_LENGTH_MAX = 1_024
_ACCEPTED = ACCEPTED["cursor"]


def to_cursor(place: str) -> str:
    """Make a cursor of the last place of a page."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def from_cursor(cursor: str | None) -> str | None:
    """Read a cursor's place; None for none. Raises ApiError for one that we did not make."""
    if cursor is None:
        return None
    try:
        place = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise bad_parameter("cursor", cursor, _ACCEPTED) from None
    if not place or "\0" in place or to_cursor(place) != cursor:
        raise bad_parameter("cursor", cursor, _ACCEPTED)
    return place


def refused_cursor(cursor: str) -> ApiError:
    """Make the error for a cursor of another list."""
    return bad_parameter("cursor", cursor, _ACCEPTED)
