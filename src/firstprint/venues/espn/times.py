"""ESPN's times: `2026-08-10T00:20Z`, UTC to the minute, as Unix nanoseconds. What cannot be read is None."""

from datetime import date, datetime, timedelta

from firstprint.domain.clock import NS_PER_S
from firstprint.domain.contests import StartWindow
from firstprint.linkage.windows import at_time, eastern_day, on_eastern_day

_S_PER_DAY = 86_400
_S_MAX = (2**63 - 1) // NS_PER_S


def minute_ns(text: str | None) -> int | None:
    """Convert a time with its zone, with or without seconds; None for anything else, or outside of 1970 to 2262."""
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None:
        return None
    passed_s = int(moment.timestamp())
    return passed_s * NS_PER_S if 0 <= passed_s <= _S_MAX - 2 * _S_PER_DAY else None


def start_window(start_ns: int, *, time_known: bool) -> StartWindow:
    """Give when a contest starts: at the stated time, or on its day where ESPN says that the time is not known yet.

    ESPN counts days in US Eastern, and stands midnight there for a time that is not known. Where it stands midnight in
    UTC instead, the day may be counted in either zone.
    """
    if time_known:
        return at_time(start_ns)
    day = on_eastern_day(eastern_day(start_ns))
    if start_ns % (_S_PER_DAY * NS_PER_S):
        return day
    return StartWindow(day.earliest_ns, on_eastern_day(eastern_day(start_ns) + timedelta(days=1)).latest_ns)


def days_around(wall_ns: int) -> tuple[date, date]:
    """Give the days before and after today in US Eastern: scoreboards file late contests by that zone's day."""
    today = eastern_day(wall_ns)
    return today - timedelta(days=1), today + timedelta(days=1)
