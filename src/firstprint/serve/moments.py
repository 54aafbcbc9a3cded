"""Times and money on the wire: RFC 3339 and decimal dollars out; RFC 3339 or Unix seconds in. Exact both ways."""

import re
from datetime import datetime, timedelta

from firstprint.domain.clock import NS_PER_S
from firstprint.domain.moments import EPOCH, rfc3339
from firstprint.domain.units import format_e6

__all__ = ["dollars", "dollars_or_none", "read_moment", "rfc3339", "rfc3339_or_none"]

NS_MAX = (1 << 63) - 1
"""What the tables can hold: the year 2262."""
_SECONDS = re.compile(r"(\d{1,11})(?:\.(\d{1,9}))?", re.ASCII)
_RFC_3339 = re.compile(r"(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def rfc3339_or_none(wall_ns: int | None) -> str | None:
    """Say a time that may be absent."""
    return None if wall_ns is None else rfc3339(wall_ns)


def read_moment(text: str) -> int:
    """Read RFC 3339 with a zone, or Unix seconds, as Unix nanoseconds. Raises ValueError for anything else."""
    if seconds := _SECONDS.fullmatch(text):
        return _within(int(seconds[1]) * NS_PER_S + _nanoseconds(seconds[2]))
    if parts := _RFC_3339.fullmatch(text):
        moment = datetime.fromisoformat(parts[1].upper() + parts[3].upper())
        return _within((moment - EPOCH) // timedelta(seconds=1) * NS_PER_S + _nanoseconds(parts[2]))
    raise ValueError(f"not a time: {text[:40]!r}")


def _nanoseconds(decimals: str | None) -> int:
    return int((decimals or "").ljust(9, "0"))


def _within(wall_ns: int) -> int:
    if not -NS_MAX <= wall_ns <= NS_MAX:
        raise ValueError("a time that no market has")
    return wall_ns


def dollars(value_e6: int) -> str:
    """Say millionths of a dollar as decimal dollars, with at least two decimals."""
    text = format_e6(value_e6)
    shorter = text.rstrip("0")
    return shorter + "0" * max(0, 2 - len(shorter.partition(".")[2]))


def dollars_or_none(value_e6: int | None) -> str | None:
    """Say an amount that may be absent."""
    return None if value_e6 is None else dollars(value_e6)
