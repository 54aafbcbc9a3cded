"""What the venue lists: series, events and markets as values, before the world gives them a life."""

from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from firstprint.sim.kalshi.grids import LINEAR_CENT, Grid
from firstprint.sim.kalshi.texts import uuid_of
from firstprint.sim.world.contests import SimContest
from firstprint.sim.world.meetings import Meeting


class SimSeries(msgspec.Struct, eq=False):
    """A series. `scope` is the product metadata's word: Game, Spread, Point Total, ...; `also` are more categories.

    The title may change while the world runs; `updated_ns` is when it did last, Unix ns, 0 for before the start.
    """

    ticker: str
    title: str
    category: str
    frequency: str
    tags: tuple[str, ...] | None
    scope: str | None
    competition: str | None
    fee_type: str = "quadratic"
    fee_multiplier: float = 1
    sources: tuple[tuple[str, str], ...] | None = None
    also: tuple[str, ...] = ()
    updated_ns: int = 0

    @property
    def categories(self) -> tuple[str, ...]:
        """Give every category that lists the series, its own first."""
        return (self.category, *self.also)


class SimEvent(msgspec.Struct, eq=False):
    """An event. `exclusive` means that at most one of its markets settles yes; `contest` groups a game's events.

    The title may change; `updated_ns` is when the event itself did last, Unix ns: its markets have times of their own.
    `number` counts the events of the world. `game` is the shared world's contest that it is about, and `kind` what
    about it (GAME, SPREAD, TOTAL, ...); `meeting` is the meeting of the Federal Reserve.
    """

    ticker: str
    series: SimSeries
    title: str
    sub_title: str
    exclusive: bool
    start_ns: int
    contest: str | None = None
    updated_ns: int = 0
    number: int = -1
    kind: str = ""
    game: SimContest | None = None
    meeting: Meeting | None = None

    @property
    def combo(self) -> bool:
        """Say whether it is an event of combos, which the venue lists apart."""
        return self.series.ticker.startswith("KXMVE")


class Strike(NamedTuple):
    """A market's strike: the venue's type, and a floor or a team, or a cap.

    `target` names a team of the shared world: its kind and its uuid among the structured targets.
    """

    type: str
    floor: float | None = None
    team: str | None = None
    cap: float | None = None
    target: tuple[str, str] | None = None

    def rows(self) -> dict[str, Any]:
        """Give the wire's strike fields."""
        rows: dict[str, Any] = {"strike_type": self.type}
        if self.floor is not None:
            rows["floor_strike"] = self.floor
        if self.cap is not None:
            rows["cap_strike"] = self.cap
        if self.target is not None:
            rows["custom_strike"] = {self.target[0]: self.target[1]}
        elif self.team is not None:
            rows["custom_strike"] = {"team": _team_id(self.team)}
        return rows


@lru_cache(maxsize=4_096)
def _team_id(team: str) -> str:
    return uuid_of(f"team/{team}")


class Plan(NamedTuple):
    """A market to be listed: how it is called and how it will end (`outcome` is yes, no or scalar).

    `title` is its own where it is not its event's. `side` is who wins (`home`, `away`, `draw`) or what is decided.
    `chance` is how likely yes is, where the shared world knows.
    """

    ticker: str
    event: SimEvent
    yes_sub_title: str
    strike: Strike
    outcome: str
    grid: Grid = LINEAR_CENT
    legs: tuple[str, ...] = ()
    title: str | None = None
    side: str = ""
    chance: float | None = None


class Batch(NamedTuple):
    """Markets listed together, with their real (not compressed) lead before opening and length, in seconds."""

    plans: tuple[Plan, ...]
    lead_s: float
    length_s: float

    @property
    def game(self) -> SimContest | None:
        """Give the contest that all of its markets are about, if there is one."""
        return self.plans[0].event.game if self.plans else None
