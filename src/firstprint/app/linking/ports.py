"""What linkage needs from venues and sources: their payloads read, each on its own."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from firstprint.domain.contests import Sighting
from firstprint.domain.odds import OddsEvent
from firstprint.domain.propositions import Listing, Unread
from firstprint.linkage.linker import Read


class ReadBody(NamedTuple):
    """What one payload holds. `unreadable` are rows that could not be read at all, each with the reason."""

    listings: list[Listing]
    sightings: list[Sighting]
    unread: list[Unread]
    unreadable: list[tuple[str, bytes]]
    odds: list[OddsEvent]

    @property
    def reads(self) -> Iterable[Read]:
        """Give everything that a linker takes."""
        yield from self.sightings
        yield from self.listings
        yield from self.unread


class PayloadReader(Protocol):
    """Reads one venue's or source's payloads. It may learn from one what helps with the next (Kalshi's milestones)."""

    source: str

    def learn(self, body: bytes) -> None:
        """Take from a payload what helps to read others. Raises MalformedMessage when it is none of the source's."""
        ...

    def read(self, body: bytes) -> ReadBody:
        """Read a payload's listings, sightings and quotes. Raises MalformedMessage when it is none of the source's."""
        ...
