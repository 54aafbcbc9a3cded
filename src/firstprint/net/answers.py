"""Which HTTP statuses are a "no", and how far our clock is from a server's.

A refusal is final; everything else that is not success is no answer at all (law 6: a 429, a 5xx or a timeout is never
a "no"). The same reading serves REST answers and refused WebSocket upgrades.
"""

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

from firstprint.domain.clock import NS_PER_S

DETAIL_CHARS_MAX = 300
ALWAYS_FINAL = frozenset({401, 403})
"""Refusals whatever the body looks like: a geo-block or a proxy's login page is HTML (F07)."""
NEVER_FINAL = frozenset({408, 425, 429})


def is_refusal(status: int, *, readable: bool) -> bool:
    """Tell whether a status is the venue's final no; `readable` says that the body was one of the venue's own errors.

    A redirect is a refusal too: it is never followed, because a signature covers the path.
    """
    if status in ALWAYS_FINAL or 300 <= status < 400:
        return True
    return readable and 400 <= status < 500 and status not in NEVER_FINAL


def excerpt(body: bytes) -> str:
    """Give the beginning of a body as one printable line."""
    text = " ".join(body[: DETAIL_CHARS_MAX * 4].decode("utf-8", "replace").split())
    return "".join(c if c.isprintable() else "?" for c in text)[:DETAIL_CHARS_MAX]


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Read a Retry-After header given in seconds; None when absent, a date, or senseless."""
    text = headers.get("retry-after", "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 5 else None


def clock_skew_s(headers: Mapping[str, str], wall_ns: int) -> int | None:
    """Tell by how many seconds our wall clock is ahead of the server's Date header (exact to about a second)."""
    try:
        date = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return round(wall_ns / NS_PER_S - date.timestamp())


def skew_sentence(headers: Mapping[str, str], wall_ns: int) -> str:
    """Say in words how our clock stands against the server's, for the message of a refused signature."""
    skew_s = clock_skew_s(headers, wall_ns)
    if skew_s is None:
        return "the server sent no Date header to compare our clock with"
    if abs(skew_s) <= 2:
        return "our clock agrees with the server's: check the key, and that it belongs to this environment"
    side = "ahead of" if skew_s > 0 else "behind"
    return f"our clock is {abs(skew_s)} s {side} the server's: synchronise it (NTP), signatures carry the time"
