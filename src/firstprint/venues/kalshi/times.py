"""Kalshi's times, of three units, as Unix nanoseconds. A time that cannot be read is None: none is invented."""

from datetime import UTC, datetime

from firstprint.domain.clock import NS_PER_MS, NS_PER_S

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS_LENGTH = len("2026-08-07T06:46:28.978710Z")
_BEHIND_SECONDS = frozenset({".", "Z"})
_NS_MAX = 2**63 - 1
"""The last nanosecond that the tables can hold, in the year 2262; a time beyond it is as good as never."""
MS_MAX = _NS_MAX // NS_PER_MS
_SECONDS_MAX = _NS_MAX // NS_PER_S


def _microseconds_ns(text: str) -> int | None:
    """Convert a time of at most six fraction digits, as nearly all are: it is read at one go."""
    try:
        passed = datetime.fromisoformat(text) - _EPOCH
    except (ValueError, TypeError):  # no time, or one without a zone
        return None
    time_ns = (passed.days * 86_400 + passed.seconds) * NS_PER_S + passed.microseconds * 1_000
    return time_ns if 0 <= time_ns <= _NS_MAX else None


def rfc3339_ns(text: str | None) -> int | None:
    """Convert `2026-08-07T06:46:28.97871Z` (0 to 9 fraction digits, UTC or an offset) into Unix nanoseconds.

    None for anything else, and for a time before 1970 or after 2262.
    """
    if not text:
        return None
    if len(text) <= _MICROSECONDS_LENGTH and text[19:20] in _BEHIND_SECONDS:
        return _microseconds_ns(text)
    head, dot, rest = text.partition(".")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    zone = rest[len(digits) :]
    try:
        moment = datetime.fromisoformat(head + zone if dot else text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    passed = moment - _EPOCH
    whole_ns = (passed.days * 86_400 + passed.seconds) * NS_PER_S + passed.microseconds * 1_000
    time_ns = whole_ns + int(digits[:9].ljust(9, "0"))
    return time_ns if 0 <= time_ns <= _NS_MAX else None


def seconds_ns(value: object) -> int | None:
    """Convert whole Unix seconds into nanoseconds; None for anything else, or a year after 2262."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _SECONDS_MAX:
        return None
    return value * NS_PER_S


def millis_ns(value: int | None) -> int | None:
    """Convert Unix milliseconds into nanoseconds; None for none, for a negative one, or a year after 2262."""
    return value * NS_PER_MS if value is not None and 0 <= value <= MS_MAX else None
