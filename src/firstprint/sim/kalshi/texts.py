"""How the venue writes prices, sizes and times."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

DOLLAR_E4 = 10_000
NS_PER_MS = 1_000_000
NS_PER_S = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SIXTY = tuple(f"{n:02d}" for n in range(60))
_MINUTES = tuple(f"{n // 60:02d}:{n % 60:02d}" for n in range(1_440))
PRICE_TEXTS: tuple[str, ...] = tuple(f"{p // DOLLAR_E4}.{p % DOLLAR_E4:04d}" for p in range(DOLLAR_E4 + 1))
"""Every price from 0 to 1 dollar as text, by its number of 1e-4 dollars."""


@lru_cache(maxsize=65_536)
def size_text(size_e2: int) -> str:
    """Render 1e-2 contracts as the venue does: a sign when negative, two decimals."""
    if size_e2 < 0:
        return "-" + size_text(-size_e2)
    return f"{size_e2 // 100}.{size_e2 % 100:02d}"


def utc(at_ns: int) -> datetime:
    """Turn Unix nanoseconds into a datetime, cut to microseconds."""
    return _EPOCH + timedelta(microseconds=at_ns // 1_000)


def time_text(at_ns: int) -> str:
    """Render Unix nanoseconds as RFC 3339 with microseconds, trailing zeros trimmed, `Z` at the end."""
    second, rest_ns = divmod(at_ns, NS_PER_S)
    whole = f"{_day(second // 86_400)}T{_MINUTES[second % 86_400 // 60]}:{_SIXTY[second % 60]}"
    if not rest_ns:
        return whole + "Z"
    fraction = f"{rest_ns // 1_000:06d}".rstrip("0")
    return f"{whole}.{fraction}Z" if fraction else whole + "Z"


@lru_cache(maxsize=4_096)
def _day(day: int) -> str:
    return f"{_EPOCH + timedelta(days=day):%Y-%m-%d}"


def second_text(at_ns: int) -> str:
    """Render Unix nanoseconds as RFC 3339, cut to whole seconds."""
    return f"{utc(at_ns):%Y-%m-%dT%H:%M:%SZ}"


def uuid_of(text: str) -> str:
    """Derive the stable uuid of a name."""
    return str(UUID(bytes=sha256(text.encode()).digest()[:16], version=4))
