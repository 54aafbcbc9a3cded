"""Polymarket's frames of the same books as Kalshi's (`frames.py`): each change with its mirror and the touch it makes.

The venue tells of each change twice in one frame, for both outcomes of a market: a bid at 0.43 for the first is an ask
at 0.57 for the second. Sizes are absolute, and each entry states the best prices after it.
"""

import random
from collections.abc import Iterator
from itertools import accumulate

from frames import PAUSE_US, START_US, MarketBook, Traffic, asset_id, market_hash

BOOKS_A_FRAME = 100
SECOND_ASSET = 500_000
"""What the number of a market's second asset is above that of its first."""


def assets_of(number: int) -> tuple[str, str]:
    """Name both assets of a market, the first outcome's first."""
    return asset_id(number), asset_id(number + SECOND_ASSET)


def openings(traffic: Traffic) -> list[bytes]:
    """Write the first frames after a subscription: the books of the first assets, a hundred in each."""
    books = list(books_of(traffic))
    chunks = (books[start : start + BOOKS_A_FRAME] for start in range(0, len(books), BOOKS_A_FRAME))
    return [f"[{','.join(chunk)}]".encode() for chunk in chunks]


def books_of(traffic: Traffic) -> Iterator[str]:
    """Write the books of the first assets, each by itself."""
    return (_book(number, book) for number, book in enumerate(traffic.books))


def changes(traffic: Traffic, count: int, seed: int, *, mirrored: bool = True) -> Iterator[bytes]:
    """Write frames of one change each, the second asset's mirror in the same frame; without it, for who reads none."""
    rng, now_us = random.Random(seed), START_US
    weights = list(accumulate(1 / (rank + 1) ** 0.8 for rank in range(len(traffic.books))))
    for number in rng.choices(range(len(traffic.books)), cum_weights=weights, k=count):
        book = traffic.books[number]
        side, price, _ = book.change(rng)
        now_us += 1 + int(rng.expovariate(1 / PAUSE_US))
        yield _change(number, book, side, price, now_us, mirrored)


def _change(number: int, book: MarketBook, side: str, price: int, now_us: int, mirrored: bool) -> bytes:
    size = f"{book.sides[side].get(price, 0) / 100:.2f}".rstrip("0").rstrip(".")
    bid, ask = max(book.sides["yes"], default=0), 100 - max(book.sides["no"], default=0)
    shown, word, other = (price, "BUY", "SELL") if side == "yes" else (100 - price, "SELL", "BUY")
    first, second = assets_of(number)
    entries = _entry(first, shown, size, word, bid, ask)
    if mirrored:
        entries += "," + _entry(second, 100 - shown, size, other, 100 - ask, 100 - bid)
    return (
        f'{{"market":"{market_hash(number)}","price_changes":[{entries}],"timestamp":"{now_us // 1000}",'
        f'"event_type":"price_change"}}'
    ).encode()


def _entry(asset: str, price: int, size: str, word: str, bid: int, ask: int) -> str:
    return (
        f'{{"asset_id":"{asset}","price":"{_cents(price)}","size":"{size}","side":"{word}",'
        f'"hash":"{int(asset[-9:]):040x}","best_bid":"{_cents(bid)}","best_ask":"{_cents(ask)}"}}'
    )


def _cents(price: int) -> str:
    """Write a price as the venue does: no zeros behind."""
    return f"{price / 100:.2f}".rstrip("0").rstrip(".")


def _book(number: int, book: MarketBook) -> str:
    bids = _levels(sorted(book.sides["yes"].items()))
    asks = _levels(sorted(((100 - price, size) for price, size in book.sides["no"].items()), reverse=True))
    return (
        f'{{"event_type":"book","market":"{market_hash(number)}","asset_id":"{assets_of(number)[0]}",'
        f'"timestamp":"{START_US // 1000}","hash":"{number:040x}","bids":[{bids}],"asks":[{asks}]}}'
    )


def _levels(levels: list[tuple[int, int]]) -> str:
    return ",".join(f'{{"price":"{_cents(price)}","size":"{size / 100:.2f}"}}' for price, size in levels)
