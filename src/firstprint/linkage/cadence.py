"""How soon two teams of a sport may meet again: what decides how far apart two stated starts of one contest may lie."""

from enum import Enum

from firstprint.domain.clock import NS_PER_S
from firstprint.domain.contests import StartWindow
from firstprint.linkage.windows import eastern_day, on_eastern_day

_HOUR_NS = 3_600 * NS_PER_S
CLOSE_NS_MAX = 15 * 60 * NS_PER_S
"""Starts this near are the same start: The Odds API's drift by minutes, and by more once a game is under way."""
TWICE_NS_MAX = 90 * 60 * NS_PER_S
"""In a sport with doubleheaders, what a start may be off: the second game never begins so soon."""
_DAY_NS_MAX = 25 * _HOUR_NS
LATE_NS_MAX = 3 * _HOUR_NS
WEEKLY_NS_MAX = 36 * _HOUR_NS
"""In a sport whose teams meet once a week at most, what a start may be off: a game moved by a day is the same game."""
_DAY_MOVED_NS_MAX = 24 * _HOUR_NS
_DAYS_MOVED_NS_MAX = 12 * _HOUR_NS
"""How far a start may lie from a stated day, and two stated days from each other: then too the game moved by a day."""


class Cadence(Enum):
    """How soon the same two teams may meet again."""

    TWICE = "twice"
    """Twice a day (baseball), or nobody knows: only stated times tell games apart."""
    DAILY = "daily"
    """On consecutive days at the soonest, and hardly ever then (basketball)."""
    NIGHTLY = "nightly"
    """On consecutive days, now and then (hockey's home-and-home): a day of unknown zone may be either."""
    WEEKLY = "weekly"
    """Days apart at the soonest (football, soccer; two tennis players meet once in a tournament, which rain moves)."""


_BY_SPORT = {
    "basketball": Cadence.DAILY,
    "hockey": Cadence.NIGHTLY,
    "football": Cadence.WEEKLY,
    "soccer": Cadence.WEEKLY,
    "mma": Cadence.WEEKLY,
    "boxing": Cadence.WEEKLY,
    "rugby": Cadence.WEEKLY,
    "australian_football": Cadence.WEEKLY,
    "tennis": Cadence.WEEKLY,
}


def cadence_of(sport: str) -> Cadence:
    """Give a sport's cadence; a sport nobody told us of has doubleheaders."""
    return _BY_SPORT.get(sport, Cadence.TWICE)


class Nearness(Enum):
    """How well two stated starts agree. The value is the confidence that it gives to a contest."""

    SAME_START = 0.99
    SAME_DAY = 0.97
    WITHIN = 0.95
    """One states a time, the other a day that holds it."""
    DAYS_AGREE = 0.9
    """Both state days only."""
    MOVED = 0.85
    """Near enough for a game that was moved, in a sport where nothing else it could be is near."""
    CANNOT_TELL = 0.5
    """The starts do not contradict, and would not either if these were two games of one day."""


def nearness(a: StartWindow | None, b: StartWindow | None, cadence: Cadence) -> Nearness | None:
    """Say how well two starts agree; None when they are of different contests."""
    if a is None or b is None:
        return Nearness.CANNOT_TELL
    apart_ns = max(a.earliest_ns - b.latest_ns, b.earliest_ns - a.latest_ns, 0)
    if a.exact and b.exact:
        return _of_times(a.earliest_ns, b.earliest_ns, apart_ns, cadence)
    if apart_ns == 0:
        return _of_days(a, b, cadence)
    near_ns = _DAY_MOVED_NS_MAX if a.exact or b.exact else _DAYS_MOVED_NS_MAX
    return Nearness.MOVED if cadence is Cadence.WEEKLY and apart_ns <= near_ns else None


def _of_times(a_ns: int, b_ns: int, apart_ns: int, cadence: Cadence) -> Nearness | None:
    if apart_ns <= CLOSE_NS_MAX:
        return Nearness.SAME_START
    if cadence is Cadence.TWICE:
        return Nearness.SAME_DAY if apart_ns <= TWICE_NS_MAX else None
    if apart_ns <= LATE_NS_MAX or eastern_day(a_ns) == eastern_day(b_ns):
        return Nearness.SAME_DAY
    return Nearness.MOVED if cadence is Cadence.WEEKLY and apart_ns <= WEEKLY_NS_MAX else None


def _of_days(a: StartWindow, b: StartWindow, cadence: Cadence) -> Nearness:
    if cadence is Cadence.TWICE:
        return Nearness.CANNOT_TELL
    vague = _vague(a) or _vague(b)
    if vague and cadence is Cadence.NIGHTLY:
        return Nearness.CANNOT_TELL
    if vague and cadence is Cadence.DAILY and not _overlap(_eastern_part(a), _eastern_part(b)):
        return Nearness.CANNOT_TELL
    return Nearness.WITHIN if (a.exact or b.exact) and not vague else Nearness.DAYS_AGREE


def _vague(window: StartWindow) -> bool:
    """Tell whether a window holds more than a day: the source's day may be UTC or US Eastern."""
    return window.latest_ns - window.earliest_ns > _DAY_NS_MAX


def _eastern_part(window: StartWindow) -> StartWindow:
    """Narrow a day of unknown zone to the US Eastern one."""
    return on_eastern_day(eastern_day(window.latest_ns)) if _vague(window) else window


def _overlap(a: StartWindow, b: StartWindow) -> bool:
    return a.earliest_ns <= b.latest_ns and b.earliest_ns <= a.latest_ns
