"""When a contest starts, from what a source states: a time, a day in US Eastern, or a day of unknown zone."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from firstprint.domain.clock import NS_PER_S
from firstprint.domain.contests import StartWindow

EASTERN = ZoneInfo("America/New_York")
REMEMBERED_MAX = 1_024
"""Starts and days already reckoned; all markets of a game, and many games of a day, have the same."""


def _ns(moment: datetime) -> int:
    return int(moment.timestamp()) * NS_PER_S


def at_time(start_ns: int) -> StartWindow:
    """Make the window of a stated start."""
    return StartWindow(start_ns, start_ns)


@lru_cache(maxsize=REMEMBERED_MAX)
def at_eastern(moment: datetime) -> StartWindow:
    """Make the window of a start stated in US Eastern time, without a zone of its own."""
    return at_time(_ns(moment.replace(tzinfo=EASTERN)))


@lru_cache(maxsize=REMEMBERED_MAX)
def on_eastern_day(day: date) -> StartWindow:
    """Make the window of a start on a day in US Eastern: from its midnight to its last second."""
    first = datetime.combine(day, time.min, EASTERN)
    last = datetime.combine(day + timedelta(days=1), time.min, EASTERN)
    return StartWindow(_ns(first), _ns(last) - NS_PER_S)


def on_some_day(day: date) -> StartWindow:
    """Make the window of a start on a day that may be counted in UTC or in US Eastern: it holds both."""
    eastern = on_eastern_day(day)
    return StartWindow(_ns(datetime.combine(day, time.min, UTC)), eastern.latest_ns)


def eastern_day(start_ns: int) -> date:
    """Give the US Eastern day of a moment."""
    return datetime.fromtimestamp(start_ns / NS_PER_S, EASTERN).date()
