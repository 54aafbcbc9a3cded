"""The venues that this version knows: of each its pure half, for every fold, and how it is joined for live use.

A further venue is one more folder in `venues`, one more file here that joins it, and one line in each of these tables.
"""

from collections.abc import Callable, Sequence

from firstprint.app.ports import Venue
from firstprint.app.secmaster.ports import ListReader
from firstprint.app.venues import Venues
from firstprint.bootstrap.joined import Joiner
from firstprint.bootstrap.kalshi import join_kalshi
from firstprint.bootstrap.polymarket import join_polymarket
from firstprint.domain.errors import ConfigurationError
from firstprint.venues.kalshi.venue import KalshiVenue
from firstprint.venues.polymarket.venue import PolymarketVenue

MAKERS: dict[str, Callable[[], Venue]] = {
    KalshiVenue.name: KalshiVenue,
    PolymarketVenue.name: PolymarketVenue,
}
"""Makes the pure half of a venue; each fold has its own."""

LIST_READERS: dict[str, Callable[[], ListReader]] = {KalshiVenue.name: KalshiVenue}
"""Reads the lists that the securities master is made of, of a venue that has such lists."""

JOINERS: dict[str, Joiner] = {KalshiVenue.name: join_kalshi, PolymarketVenue.name: join_polymarket}
"""Joins a venue for a recording."""


def every_venue(first: str = KalshiVenue.name) -> Venues:
    """Make the venues of one fold. `first` is that of records that name none; a session says its own.

    Raises ConfigurationError for a venue that this version does not know.
    """
    check_venues((first,))
    return Venues(MAKERS[first](), *(make() for name, make in MAKERS.items() if name != first))


def check_venues(names: Sequence[str]) -> None:
    """Refuse what this version does not know. Raises ConfigurationError."""
    for name in names:
        if name not in MAKERS:
            raise ConfigurationError(f"there is no venue {name[:80]!a}: it is one of {', '.join(sorted(MAKERS))}")
