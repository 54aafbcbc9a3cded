"""Time: the clock port, and the pair of readings that every record carries."""

from typing import NamedTuple, Protocol

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000


class Instant(NamedTuple):
    """One moment on both of our clocks, in integer nanoseconds.

    `mono_ns` never goes back within a session and orders things; `wall_ns` is Unix time and may step.
    """

    mono_ns: int
    wall_ns: int


class Clock(Protocol):
    """The only way to learn the time."""

    def now(self) -> Instant:
        """Read both clocks."""
        ...
