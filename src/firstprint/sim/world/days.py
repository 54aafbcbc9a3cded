"""Days and clock times in US Eastern, which is how leagues and Kalshi count them. Moments are Unix ns."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from firstprint.sim.world.contests import NS_PER_S

EASTERN = ZoneInfo("America/New_York")
MINUTE_NS = 60 * NS_PER_S
HOUR_NS = 60 * MINUTE_NS
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def utc(at_ns: int) -> datetime:
    """Turn a moment into a datetime in UTC, cut to whole seconds."""
    return _EPOCH + timedelta(seconds=at_ns // NS_PER_S)


@lru_cache(maxsize=16_384)
def eastern(at_ns: int) -> datetime:
    """Turn a moment into a datetime in US Eastern."""
    return utc(at_ns).astimezone(EASTERN)


def eastern_day(at_ns: int) -> date:
    """Give the US Eastern day of a moment."""
    return eastern(at_ns).date()


def moment(day: date, hour: int, minute: int) -> int:
    """Give the moment of a clock time in US Eastern."""
    return int(datetime.combine(day, time(hour, minute), EASTERN).timestamp()) * NS_PER_S


def clock_text(at: datetime) -> str:
    """Write a clock time as people do: `8:20 PM`."""
    return f"{at.hour % 12 or 12}:{at:%M %p}"


def day_text(at: datetime) -> str:
    """Write a day as Kalshi's rules do: `Aug 9, 2026`."""
    return f"{at:%b} {at.day}, {at.year}"
