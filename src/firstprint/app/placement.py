"""Which market is recorded on which connection: first fit under a bound, so that few connections carry many. Pure.

A market without a place is `homeless` and stays so until `settle` finds room for it.
"""

from collections.abc import Callable, Iterable


class Placement:
    """Markets spread over numbered places. `room` says how many markets a place may hold."""

    def __init__(self, room: Callable[[int], int], places_max: int) -> None:
        self._room = room
        self._places_max = places_max
        self._place_of: dict[str, int] = {}
        self.places: dict[int, set[str]] = {}
        self.refused: set[str] = set()
        self.homeless: dict[str, None] = {}

    def __contains__(self, market: str) -> bool:
        return market in self._place_of

    def __len__(self) -> int:
        return len(self._place_of)

    def add(self, markets: Iterable[str]) -> set[int]:
        """Give each market a place; give the places that changed. Where no place is left it is `homeless`."""
        changed: set[int] = set()
        place = 1
        for market in markets:
            if market in self._place_of or market in self.refused:
                continue
            while place <= self._places_max and len(self.places.get(place, ())) >= self._room(place):
                place += 1
            if place > self._places_max:
                self.homeless[market] = None
                continue
            self.homeless.pop(market, None)
            self.places.setdefault(place, set()).add(market)
            self._place_of[market] = place
            changed.add(place)
        return changed

    def settle(self) -> set[int]:
        """Give places to the homeless where room appeared, those who waited longest first; give what changed."""
        return self.add(tuple(self.homeless)) if self.homeless else set()

    def remove(self, markets: Iterable[str]) -> set[int]:
        """Take markets away; give the places that changed."""
        changed: set[int] = set()
        for market in markets:
            self.homeless.pop(market, None)
            place = self._place_of.pop(market, None)
            if place is not None:
                self.places[place].discard(market)
                changed.add(place)
        return changed

    def refuse(self, markets: Iterable[str]) -> set[int]:
        """Take markets away for good: the venue does not know them."""
        named = set(markets)
        self.refused |= named
        return self.remove(named)
