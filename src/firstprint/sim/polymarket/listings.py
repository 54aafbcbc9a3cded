"""What the venue lists: events with their markets, as they are planned before they are entered into the world."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from firstprint.sim.world.contests import SimContest


class Tag(NamedTuple):
    """A label with its number, such as (745, "NBA", "nba")."""

    number: int
    label: str
    slug: str


class Plan(NamedTuple):
    """A market to be listed. `worth` gives what token 0 is worth at a moment, `result` is what it is paid: 0, 0.5 or 1.

    `kind` is `sportsMarketType`; `flaw` makes a child that cannot be traded: `closed` or `inactive`.
    """

    slug: str
    question: str
    outcomes: tuple[str, str]
    description: str
    worth: Callable[[int], float]
    result: float
    kind: str = ""
    line: float | None = None
    group: str = ""
    tick_e4: int = 100
    other: bool = False
    flaw: str = ""


class EventPlan(msgspec.Struct, frozen=True, kw_only=True):
    """An event to be listed. Times are Unix ns; `starts_ns` is a game's start as the venue knows it when it lists it.

    `ends_ns` is when the result is known; None where the world does not live that long. `zombie` is an event whose
    result was proposed long ago and never settled.
    """

    slug: str
    title: str
    description: str
    listed_ns: int
    deadline_ns: int
    ends_ns: int | None
    tags: tuple[Tag, ...]
    plans: tuple[Plan, ...]
    source: str = ""
    series: tuple[int, str] | None = None
    neg_risk: bool = False
    starts_ns: int | None = None
    contest: SimContest | None = None
    parent_slug: str | None = None
    game: str | None = None
    clears: bool = False
    zombie: bool = False
