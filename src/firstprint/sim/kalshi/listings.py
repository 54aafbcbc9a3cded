"""What the venue lists: series, events and markets as values, before the world gives them a life."""

from typing import Any, NamedTuple

from firstprint.sim.kalshi.grids import LINEAR_CENT, Grid
from firstprint.sim.kalshi.texts import uuid_of


class SimSeries(NamedTuple):
    """A series. `scope` is the product metadata's word: Game, Spread, Point Total, ..."""

    ticker: str
    title: str
    category: str
    frequency: str
    tags: tuple[str, ...] | None
    scope: str | None
    competition: str | None
    fee_type: str = "quadratic"
    fee_multiplier: float = 1


class SimEvent(NamedTuple):
    """An event. `exclusive` means that at most one of its markets settles yes; `contest` groups a game's events."""

    ticker: str
    series: SimSeries
    title: str
    sub_title: str
    exclusive: bool
    start_ns: int
    contest: str | None = None


class Strike(NamedTuple):
    """A market's strike: the venue's type, and a floor or a team."""

    type: str
    floor: float | None = None
    team: str | None = None

    def rows(self) -> dict[str, Any]:
        """Give the wire's strike fields."""
        rows: dict[str, Any] = {"strike_type": self.type}
        if self.floor is not None:
            rows["floor_strike"] = self.floor
        if self.team is not None:
            rows["custom_strike"] = {"team": uuid_of(f"team/{self.team}")}
        return rows


class Plan(NamedTuple):
    """A market to be listed: how it is called and how it will end (`outcome` is yes, no or scalar)."""

    ticker: str
    event: SimEvent
    yes_sub_title: str
    strike: Strike
    outcome: str
    grid: Grid = LINEAR_CENT
    legs: tuple[str, ...] = ()


class Batch(NamedTuple):
    """Markets listed together, with their real (not compressed) lead before opening and length, in seconds."""

    plans: tuple[Plan, ...]
    lead_s: float
    length_s: float
