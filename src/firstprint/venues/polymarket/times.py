"""Polymarket's times as Unix nanoseconds. A time that cannot be read is None: none is invented."""

from datetime import UTC, datetime
from functools import lru_cache

from firstprint.domain.clock import NS_PER_S

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_MAX = (2**63 - 1) // NS_PER_S
TEXT_LENGTH_MAX = 40


def moment_ns(text: str | None) -> int | None:
    """Convert `2026-01-10T03:30:00Z`, with or without a fraction, or `2026-01-10 03:30:00+00` into Unix nanoseconds.

    None for anything else, for a time without a zone, and for one before 1970 or after 2262.
    """
    return _moment_ns(text) if text and len(text) <= TEXT_LENGTH_MAX else None


@lru_cache(maxsize=4_096)
def _moment_ns(text: str) -> int | None:
    """Convert a time of bounded length; all markets of a game state the same ones."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    passed = moment - _EPOCH
    seconds = passed.days * 86_400 + passed.seconds
    return seconds * NS_PER_S + passed.microseconds * 1_000 if 0 <= seconds < _SECONDS_MAX else None
