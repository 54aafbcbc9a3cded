"""Which market is recorded on which connection: first fit under a bound, so that few connections carry many. Pure."""

from collections.abc import Callable, Iterable


class Placement:
    """Markets spread over numbered places. `room` says how many markets a place may hold."""

    def __init__(self, room: Callable[[int], int], places_max: int) -> None:
        self._room = room
        self._places_max = places_max
        self._place_of: dict[str, int] = {}
        self.places: dict[int, set[str]] = {}
        self.refused: set[str] = set()
        self.homeless: set[str] = set()

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
                self.homeless.add(market)
                continue
            self.homeless.discard(market)
            self.places.setdefault(place, set()).add(market)
            self._place_of[market] = place
            changed.add(place)
        return changed

    def remove(self, markets: Iterable[str]) -> set[int]:
        """Take markets away; give the places that changed."""
        changed: set[int] = set()
        for market in markets:
            self.homeless.discard(market)
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
