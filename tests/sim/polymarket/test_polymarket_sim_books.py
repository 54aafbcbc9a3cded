"""The books of the simulated venue: two tokens, one book, never crossed."""

import random

from hypothesis import given
from hypothesis import strategies as st

from firstprint.sim.polymarket.books import BookMover, SimBook, fill, mirrored, touch

SEEDS = st.integers(0, 1 << 32)


@given(SEEDS, st.integers(100, 9_900), st.sampled_from([10, 100]))
def test_the_second_token_is_the_mirror_of_the_first_after_every_change(seed: int, fair: int, tick: int) -> None:
    """Bids of one token at p are asks of the other at 1-p, of the same size, whatever happens."""
    rng = random.Random(seed)
    book, mirror = SimBook(), SimBook()
    fill(book, fair, tick, rng, 8)
    for side, sizes in book.sizes.items():
        for price, size in sizes.items():
            mirror.put("SELL" if side == "BUY" else "BUY", 10_000 - price, size)
    mover = BookMover(rng, 8)
    for _ in range(60):
        change = mirrored(mover.step(book, fair, tick))
        mirror.put(*change)
        bids, asks = book.levels(1)
        assert (bids, asks) == mirror.levels(0)
        assert touch(book, 1) == touch(mirror, 0)


@given(SEEDS, st.lists(st.integers(50, 9_950), min_size=1, max_size=12))
def test_a_book_follows_its_fair_price_and_is_never_crossed(seed: int, fairs: list[int]) -> None:
    """However the fair price jumps, the best bid stays below the best ask and all levels are on the grid."""
    rng = random.Random(seed)
    book, mover = SimBook(), BookMover(rng, 6)
    fill(book, fairs[0], 10, rng, 6)
    for fair in fairs:
        for _ in range(40):
            mover.step(book, fair, 10)
            bid, ask = touch(book, 0)
            assert bid < ask
        assert all(0 < price < 10_000 and price % 10 == 0 for side in book.prices.values() for price in side)
        assert all(side == sorted(side) for side in book.prices.values())


def test_the_best_price_is_last_on_both_sides() -> None:
    """Levels come in the live order: bids ascending, asks descending."""
    book = SimBook()
    fill(book, 4_800, 100, random.Random(3), 12)
    bids, asks = book.levels(0)
    assert bids == sorted(bids)
    assert asks == sorted(asks, reverse=True)
    assert (bids[-1][0], asks[-1][0]) == touch(book, 0)
