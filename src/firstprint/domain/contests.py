"""Contests: sporting contests in the world, and what one source or venue tells of one. Times are Unix nanoseconds.

A *sighting* is read on its own, from one listing of one source: nothing in it was taken from another source. Two
sightings are the same contest only by what linkage finds in them: league, both teams, and when it starts.
"""

from enum import Enum
from typing import NamedTuple

import msgspec


class StartWindow(NamedTuple):
    """When a contest starts, as far as a source says it: between two moments, both inclusive.

    A stated time is a window of no width. A stated day is that day where the source counts days; a day that may be
    UTC or US Eastern is a window that holds both.
    """

    earliest_ns: int
    latest_ns: int

    @property
    def exact(self) -> bool:
        """Tell whether the source stated a time, not only a day."""
        return self.earliest_ns == self.latest_ns


class ContestState(Enum):
    """Where a contest stands. UNKNOWN is a state, never a default for a word we do not know."""

    UNKNOWN = "unknown"
    SCHEDULED = "scheduled"
    LIVE = "live"
    OVER = "over"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """What one source tells of one contest.

    `id` is the source's own id of it: Kalshi's event ticker, Polymarket's event slug, ESPN's and The Odds API's event
    id. `league` is a league's code of ours, `teams` two team keys in alphabetical order, whoever is at home: sources
    disagree about that. `home` is the team that this source has at home, None where it does not say. `start` is None
    where the source tells neither time nor day. `game` is the number of the game in a doubleheader, where stated.
    `same_as` are further names by which this source knows the same contest (another event of it, a data feed's id):
    two sightings that share one are of one contest.
    """

    source: str
    id: str
    league: str
    teams: tuple[str, str]
    home: str | None = None
    start: StartWindow | None = None
    game: int | None = None
    state: ContestState = ContestState.UNKNOWN
    title: str | None = None
    same_as: tuple[str, ...] = ()
    rescheduled: bool = False
    """The source says that the contest was moved from another day."""


class Contest(msgspec.Struct, frozen=True, kw_only=True):
    """A contest, joined from the sightings of it. `id` is ours: stable as long as league, teams and day stand.

    `start_ns` is the best stated start (None while only days are known), `sightings` at most one for each source and
    id.
    """

    id: str
    league: str
    teams: tuple[str, str]
    home: str | None = None
    start_ns: int | None = None
    state: ContestState = ContestState.UNKNOWN
    sightings: tuple[Sighting, ...] = ()
