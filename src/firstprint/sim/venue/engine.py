"""A venue without sockets, as its server sees it."""

from collections.abc import Mapping
from typing import Protocol


class Answer(Protocol):
    """One HTTP answer."""

    @property
    def status(self) -> int:
        """Its status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Its headers."""
        ...

    @property
    def body(self) -> bytes:
        """Its body."""
        ...


class Timed(Protocol):
    """Something that has got as far as a certain time."""

    @property
    def now_ns(self) -> int:
        """How far it has come, Unix ns."""
        ...


class Engine(Protocol):
    """A venue without sockets, on whatever time it is given."""

    @property
    def world(self) -> Timed:
        """What exists, and how far it has come."""
        ...

    @property
    def next_due_ns(self) -> int:
        """When something is due next, Unix ns."""
        ...

    def advance(self, now_ns: int) -> None:
        """Let everything happen that is due by now."""
        ...

    def finish(self, now_ns: int) -> None:
        """Write the end of the truth log."""
        ...
