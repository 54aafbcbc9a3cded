"""Placement: first fit under a bound, nobody twice, nobody forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from firstprint.app.placement import Placement

MARKETS = [f"KX-{number}" for number in range(30)]
STEPS = st.lists(
    st.tuples(st.sampled_from(("add", "remove", "refuse", "settle")), st.lists(st.sampled_from(MARKETS), max_size=12)),
    max_size=25,
)


@given(STEPS, st.integers(1, 5), st.integers(1, 4))
def test_places_hold_no_more_than_they_may_and_nobody_twice(
    steps: list[tuple[str, list[str]]], room: int, places: int
) -> None:
    """Whatever happens, bounds hold, a market has one place, and who was added is placed, homeless or refused."""
    placement = Placement(lambda _: room, places)
    wanted: set[str] = set()
    refused: set[str] = set()
    for action, markets in steps:
        before = {place: set(held) for place, held in placement.places.items()}
        changed = placement.settle() if action == "settle" else getattr(placement, action)(markets)
        wanted = wanted | set(markets) if action == "add" else wanted
        wanted = wanted - set(markets) if action in ("remove", "refuse") else wanted
        refused |= set(markets) if action == "refuse" else set()
        wanted -= refused
        held = [market for place in placement.places.values() for market in place]
        assert len(held) == len(set(held)) == len(placement)
        assert all(len(one) <= room for one in placement.places.values())
        assert all(1 <= place <= places for place in placement.places)
        assert set(held) | set(placement.homeless) == wanted
        assert not set(held) & set(placement.homeless)
        assert changed == {place for place, held in placement.places.items() if before.get(place, set()) != held}
        if action == "settle" and placement.homeless:
            assert len(placement) == room * places


def test_the_first_place_with_room_is_taken() -> None:
    """Few connections carry many markets: a later place is used only when the earlier ones are full."""
    placement = Placement(lambda _: 2, 3)
    assert placement.add(["A", "B", "C"]) == {1, 2}
    placement.remove(["A"])
    assert placement.add(["D", "E"]) == {1, 2}
    assert placement.places == {1: {"B", "D"}, 2: {"C", "E"}}


def test_the_homeless_move_in_when_room_appears_the_oldest_first() -> None:
    """A market without a place waits, and gets the first one that becomes free, in the order of waiting."""
    placement = Placement(lambda _: 1, 1)
    placement.add(["A", "B", "C"])
    assert list(placement.homeless) == ["B", "C"]
    assert placement.settle() == set()
    placement.remove(["A"])
    assert placement.settle() == {1}
    assert placement.places == {1: {"B"}}
    assert list(placement.homeless) == ["C"]
