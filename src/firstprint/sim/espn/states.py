"""A contest's state in ESPN's words: only `completed` says that a score is final, and a postponed game is `post`.

Source: recorded scoreboards of 2022 and 2026, in which POSTPONED has state post with completed false.
"""

from typing import Any

from firstprint.sim.world.contests import Phase, SimContest
from firstprint.sim.world.course import progress
from firstprint.sim.world.days import clock_text, eastern

_HALVES = frozenset({"Basketball", "Football"})
_PERIODS = {"Basketball": 4, "Football": 4, "Hockey": 3, "Baseball": 9, "Soccer": 2}


def status_row(contest: SimContest, now_ns: int, told_ns: int) -> dict[str, Any]:
    """Render the status of a contest whose start is told as `told_ns`."""
    phase = contest.phase(now_ns)
    period = 0
    if phase is Phase.LIVE:
        period = 1 + int(progress(contest, now_ns) * _PERIODS[contest.league.sport])
        kind = _live(contest, now_ns)
    elif phase is Phase.OVER:
        period = _PERIODS[contest.league.sport]
        kind = _final(contest)
    else:
        kind = {
            Phase.POSTPONED: _type("6", "STATUS_POSTPONED", "post", "Postponed"),
            Phase.CANCELLED: _type("5", "STATUS_CANCELED", "post", "Canceled"),
        }.get(phase) or _type("1", "STATUS_SCHEDULED", "pre", "Scheduled", _when(told_ns))
    return {"clock": 0.0, "displayClock": "0:00", "period": period, "type": kind}


def scheduled_row(told_ns: int) -> dict[str, Any]:
    """Render the status of a contest that is simply to come."""
    kind = _type("1", "STATUS_SCHEDULED", "pre", "Scheduled", _when(told_ns))
    return {"clock": 0.0, "displayClock": "0:00", "period": 0, "type": kind}


def _live(contest: SimContest, now_ns: int) -> dict[str, Any]:
    done, sport = progress(contest, now_ns), contest.league.sport
    if sport in _HALVES | {"Soccer"} and 0.47 < done < 0.53:
        return _type("23", "STATUS_HALFTIME", "in", "Halftime")
    if sport == "Soccer":
        first = done < 0.5
        return _type(*(("25", "STATUS_FIRST_HALF") if first else ("26", "STATUS_SECOND_HALF")), "in", "In Progress")
    return _type("2", "STATUS_IN_PROGRESS", "in", "In Progress")


def _final(contest: SimContest) -> dict[str, Any]:
    if contest.league.sport == "Soccer":
        return _type("28", "STATUS_FULL_TIME", "post", "Full Time", completed=True)
    return _type("3", "STATUS_FINAL", "post", "Final", completed=True)


def _when(told_ns: int) -> str:
    at = eastern(told_ns)
    return f"{at.month}/{at.day} - {clock_text(at)} {at:%Z}"


def _type(
    number: str, name: str, state: str, words: str, detail: str | None = None, *, completed: bool = False
) -> dict[str, Any]:
    return {
        "id": number, "name": name, "state": state, "completed": completed, "description": words,
        "detail": detail or words, "shortDetail": detail or words,
    }  # fmt: skip
