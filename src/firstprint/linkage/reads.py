"""What reading a payload gives: listings, sightings, quotes, and what could not be read."""

from collections.abc import Iterator

import msgspec

from firstprint.domain.contests import Sighting
from firstprint.domain.odds import OddsEvent
from firstprint.domain.propositions import Listing, Unread

Read = Listing | Unread | Sighting


class ReadBody(msgspec.Struct, kw_only=True):
    """What one payload holds. `unreadable` are rows that could not be read at all, each with the reason."""

    listings: list[Listing] = []
    sightings: list[Sighting] = []
    unread: list[Unread] = []
    odds: list[OddsEvent] = []
    unreadable: list[tuple[str, bytes]] = []

    @property
    def reads(self) -> Iterator[Read]:
        """Give everything that a linker takes."""
        yield from self.sightings
        yield from self.listings
        yield from self.unread

    def take(self, read: Read) -> None:
        """Sort one read thing in."""
        if isinstance(read, Listing):
            self.listings.append(read)
        elif isinstance(read, Unread):
            self.unread.append(read)
        else:
            self.sightings.append(read)
