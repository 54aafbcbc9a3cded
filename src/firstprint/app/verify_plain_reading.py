"""A second reading of frames without numbers, for the proof alone: plain json and integers, slow and obvious.

As in `verify_reading`, nothing here comes from `venues` or `books`. It reads Polymarket's market channel, where a size
is absolute: a book is the sizes last said, by the venue's own time, since the last whole book.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from firstprint.app.verify_reading import DOLLAR_E6, millionths
from firstprint.domain.marketdata import Side

FINEST_E6 = 100
"""The venue's finest step of prices, in 1e-6 dollars."""
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, OverflowError)
"""What reading raises at a content that is none."""


class Change(NamedTuple):
    """One level's new size, seen from the asset that it is told of; `touch` are the best prices told beside it."""

    asset: str
    side: Side
    price_e6: int
    size_e6: int
    touch: tuple[int, int] | None
    hash: str | None


class Said(NamedTuple):
    """One message about a market's book. `levels` is set for a whole book, `changes` for changes."""

    kind: str
    market: str
    asset: str | None
    at_ms: int
    levels: dict[Side, dict[int, int]] | None
    changes: tuple[Change, ...]
    hash: str | None
    impossible: bool


def read_all(raw: bytes) -> Iterator[Said]:
    """Give what a frame says of books; nothing where it is no JSON or says nothing of the kind."""
    try:
        frame = json.loads(raw.decode())
    except (ValueError, RecursionError):
        return
    for message in frame if isinstance(frame, list) else [frame]:
        try:
            said = _said(message)
        except UNREADABLE:
            continue
        if said is not None:
            yield said


def mirrored(side: Side, price_e6: int) -> tuple[Side, int]:
    """Give the level that a level of the other asset is, seen from the first."""
    return ("no" if side == "yes" else "yes"), DOLLAR_E6 - price_e6


def _said(message: dict[str, Any]) -> Said | None:
    kind = message["event_type"]
    if kind == "book":
        return _book(message)
    if kind == "price_change":
        return _changes(message)
    if kind == "tick_size_change":
        return Said(kind, _name(message["market"]), _name(message["asset_id"]), _time(message), None, (), None, False)
    return None


def _book(message: dict[str, Any]) -> Said:
    bids = message["bids"] if "bids" in message else message["buys"]
    asks = message["asks"] if "asks" in message else message["sells"]
    yes = [(millionths(one["price"]), millionths(one["size"])) for one in bids]
    no = [(DOLLAR_E6 - millionths(one["price"]), millionths(one["size"])) for one in asks]
    twice = any(len({price for price, _ in side}) < len(side) for side in (yes, no))
    off = any(not _on_grid(price) or size < 0 for price, size in (*yes, *no))
    sides: dict[Side, dict[int, int]] = {
        "yes": {price: size for price, size in yes if size},
        "no": {price: size for price, size in no if size},
    }
    market, asset, name = _name(message["market"]), _name(message["asset_id"]), _hash(message)
    return Said("book", market, asset, _time(message), sides, (), name, twice or off)


def _changes(message: dict[str, Any]) -> Said | None:
    """Read today's form of changes; the forms of before September 2025 come from old tapes alone."""
    if "price_changes" not in message:
        return None
    changes = tuple(_change(one) for one in message["price_changes"])
    impossible = any(not _on_grid(one.price_e6) or one.size_e6 < 0 for one in changes)
    return Said("price_change", _name(message["market"]), None, _time(message), None, changes, None, impossible)


def _change(one: dict[str, Any]) -> Change:
    price_e6, bought = millionths(one["price"]), {"BUY": True, "SELL": False}[one["side"]]
    touch = None
    if one.get("best_bid") is not None and one.get("best_ask") is not None:
        touch = millionths(one["best_bid"]), millionths(one["best_ask"])
    side: Side = "yes" if bought else "no"
    price_e6 = price_e6 if bought else DOLLAR_E6 - price_e6
    return Change(_name(one["asset_id"]), side, price_e6, millionths(one["size"]), touch, _hash(one))


def _on_grid(price_e6: int) -> bool:
    return 0 < price_e6 < DOLLAR_E6 and price_e6 % FINEST_E6 == 0


def _time(message: dict[str, Any]) -> int:
    return int(_name(message["timestamp"]))


def _name(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not a text: {value!r:.40}")
    return value


def _hash(message: dict[str, Any]) -> str | None:
    value = message.get("hash")
    return value if isinstance(value, str) else None
