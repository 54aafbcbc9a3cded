"""Ladders against a naive book of dicts: levels, best bids and crossing after every change."""

from hypothesis import given, settings
from hypothesis import strategies as st

from firstprint.books.ladder import ANY_PRICE, GridMemo, Ladder, LevelFault
from firstprint.domain.instruments import PriceGrid, PriceRange
from firstprint.domain.marketdata import Level

PRICES = st.sampled_from([100_000, 500_000, 600_000])
CHANGES = st.tuples(st.sampled_from(["yes", "no"]), PRICES, st.sampled_from([-1, -1, 0, 1, 1, 2]))


@given(st.lists(CHANGES, min_size=10, max_size=60))
@settings(max_examples=300)
def test_a_ladder_is_what_a_naive_book_is(changes: list[tuple[str, int, int]]) -> None:
    """After each change levels, best bids and crossing are a plain dict's; a refused one changes nothing (I08)."""
    ladder, naive = Ladder(), {"yes": {}, "no": {}}
    crossings = 0
    for side, price, size in changes:
        level = naive[side].get(price, 0) + size
        fault = ladder.add(side, price, size, ANY_PRICE)
        assert fault is (LevelFault.NEGATIVE_LEVEL if level < 0 else None)
        was = crossed(naive)
        if level >= 0:
            naive[side][price] = level
            naive[side] = {p: s for p, s in naive[side].items() if s}
        crossings += crossed(naive) and not was
        assert (ladder.yes, ladder.no, ladder.crossed) == (naive["yes"], naive["no"], crossed(naive))
        for one in ("yes", "no"):
            assert ladder.best(one) == max((Level(*item) for item in naive[one].items()), default=None)
    assert ladder.crossings == crossings


def crossed(naive: dict[str, dict[int, int]]) -> bool:
    """Tell whether the best bids reach a dollar together."""
    return bool(naive["yes"] and naive["no"]) and max(naive["yes"]) + max(naive["no"]) >= 1_000_000


def test_a_snapshot_with_a_price_twice_is_refused_whole() -> None:
    """A level named twice leaves the ladder as it was."""
    ladder = Ladder()
    ladder.load([Level(400_000, 1)], [], ANY_PRICE)
    assert ladder.load([Level(300_000, 1), Level(300_000, 1)], [], ANY_PRICE) is LevelFault.DUPLICATE_LEVEL
    assert ladder.yes == {400_000: 1}


def test_a_grid_remembers_only_its_own_prices() -> None:
    """However many wrong prices are asked for, the memory of a grid is bounded by the grid (law 10)."""
    memo = GridMemo(PriceGrid((PriceRange(0, 1_000_000, 10_000),)))
    assert [memo[price] for price in (10_000, 15_000, 0, 1_000_000, -10_000)] == [True, False, False, False, False]
    assert list(memo) == [10_000]
