"""How the venue writes prices, sizes and times."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DOLLAR_E4 = 10_000
NS_PER_MS = 1_000_000
NS_PER_S = 1_000_000_000
EASTERN = ZoneInfo("America/New_York")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _trimmed(whole: int, rest: str) -> str:
    rest = rest.rstrip("0")
    return f"{whole}.{rest}" if rest else str(whole)


PRICE_TEXTS: tuple[str, ...] = tuple(_trimmed(p // DOLLAR_E4, f"{p % DOLLAR_E4:04d}") for p in range(DOLLAR_E4 + 1))
"""Every price from 0 to 1 dollar as text without trailing zeros, by its number of 1e-4 dollars."""


@lru_cache(maxsize=65_536)
def size_text(size_e2: int) -> str:
    """Render 1e-2 shares as the venue does: up to two decimals, zeros trimmed."""
    return _trimmed(size_e2 // 100, f"{size_e2 % 100:02d}")


def number(text: str) -> float:
    """Turn a text of ours into the JSON number that Gamma says; numbers on the wire are its custom, not ours."""
    return float(text)


def utc(at_ns: int) -> datetime:
    """Turn Unix nanoseconds into a datetime, cut to microseconds."""
    return _EPOCH + timedelta(microseconds=at_ns // 1_000)


def eastern(at_ns: int) -> datetime:
    """Give the same moment by the clocks of New York."""
    return utc(at_ns).astimezone(EASTERN)


def micro_text(at_ns: int) -> str:
    """Render a time as `2026-01-03T15:06:04.241696Z`."""
    return f"{utc(at_ns):%Y-%m-%dT%H:%M:%S.%fZ}"


def second_text(at_ns: int) -> str:
    """Render a time as `2026-01-10T03:30:00Z`."""
    return f"{utc(at_ns):%Y-%m-%dT%H:%M:%SZ}"


def spaced_text(at_ns: int) -> str:
    """Render a time as `2026-01-10 03:30:00+00`, as `gameStartTime` is."""
    return f"{utc(at_ns):%Y-%m-%d %H:%M:%S}+00"


def day_text(at_ns: int) -> str:
    """Render the UTC day as `2026-01-10`."""
    return f"{utc(at_ns):%Y-%m-%d}"


def clock_text(at_ns: int) -> str:
    """Render a start in words, as rules do: `January 4 at 9:30 PM ET`."""
    local = eastern(at_ns)
    return f"{local:%B} {local.day} at {local.hour % 12 or 12}:{local:%M %p} ET"


def parse_time(text: str) -> int:
    """Read an ISO time of a query, UTC where it names no zone, into Unix ns. Raises ValueError."""
    read = datetime.fromisoformat(text)
    aware = read if read.tzinfo is not None else read.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(microseconds=1) * 1_000
