"""The venues of one fold, by name. Pure.

Each fold has venues of its own: what a venue learns, it learns from the journal that is being folded.
"""

from collections.abc import Iterator

from firstprint.app.ports import Venue
from firstprint.domain.errors import MalformedMessage


class Venues:
    """Venues by name. Records that name no venue are of the first, until the session says which its first is."""

    def __init__(self, first: Venue, *others: Venue) -> None:
        self.first = first
        self._named = {venue.name: venue for venue in (first, *others)}

    def __iter__(self) -> Iterator[Venue]:
        return iter(self._named.values())

    def named(self, name: str) -> Venue:
        """Give a venue, the first for an empty name. Raises MalformedMessage for one that is not known."""
        if not name:
            return self.first
        venue = self._named.get(name)
        if venue is None:
            raise MalformedMessage("BAD_RECORD", f"a venue that this version does not know: {name[:80]!a}")
        return venue

    def begin(self, first: str) -> None:
        """Take the first venue of a session. Raises MalformedMessage for one that this version does not know."""
        self.first = self.named(first)
