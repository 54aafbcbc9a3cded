"""A second reading of the venue's frames, for the proof alone: plain json and integers, slow and obvious.

The proof may not trust the code it judges. So nothing here comes from `venues` or `books`: what a frame's number is,
and what it does to a book, is worked out once more in the simplest way. It reads both generations of Kalshi's wire.
"""

import json
import re
from functools import lru_cache
from typing import Any, NamedTuple

from firstprint.domain.marketdata import Side

SEQ_MAX = 2**53
DOLLAR_E6 = 1_000_000
CENT_E6 = 10_000
TEXTS_REMEMBERED_MAX = 65_536
TERMINAL_CODES = frozenset({7, 10, 17, 25})
"""Errors that end a subscription."""
COUNTED_CHANNELS = frozenset({"orderbook_delta", "trade", "market_lifecycle_v2"})
_NUMBER = re.compile(rb'"sid":(\d{1,19}),"seq":(\d{1,19}),')
SNAPSHOT, DELTA = "orderbook_snapshot", "orderbook_delta"


class Heard(NamedTuple):
    """What stands in a frame. `sid` and `seq` are None unless they are whole numbers that can be counted with."""

    kind: str
    sid: int | None
    seq: int | None
    body: dict[str, Any]

    @property
    def market(self) -> str | None:
        """The market the frame speaks of, if it is about one."""
        ticker = self.body.get("market_ticker")
        return ticker if isinstance(ticker, str) else None


def read(raw: bytes) -> Heard | None:
    """Read a frame; None when it is not a JSON object in UTF-8 with a type."""
    try:
        message = json.loads(raw.decode())
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return None
    body = message.get("msg")
    return Heard(
        message["type"],
        _counted(message.get("sid")),
        _counted(message.get("seq")),
        body if isinstance(body, dict) else {},
    )


def torn_number(raw: bytes) -> tuple[int, int] | None:
    """Find sid and seq in a frame that cannot be read; None when they do not stand there whole."""
    found = _NUMBER.search(raw)
    return (int(found[1]), int(found[2])) if found is not None else None


def _counted(value: object) -> int | None:
    return value if type(value) is int and 0 < value <= SEQ_MAX else None


@lru_cache(maxsize=TEXTS_REMEMBERED_MAX)
def millionths(text: str) -> int:
    """Convert a plain decimal text; raise ValueError for anything else, or for more than six decimals."""
    whole, _, fraction = text.partition(".")
    value = int(whole.lstrip("-") + fraction[:6].ljust(6, "0"))
    if fraction[6:].strip("0"):
        raise ValueError(f"more than six decimals: {text!r}")
    return -value if whole.startswith("-") else value


class NaiveBook:
    """One market's bids as two plain dicts of 1e-6 dollars to 1e-6 contracts, since a snapshot's number."""

    __slots__ = ("sides", "since")

    def __init__(self, snapshot: Heard) -> None:
        self.since = snapshot.seq or 0
        self.sides: dict[Side, dict[int, int]] = {
            "yes": _levels(snapshot.body, "yes"),
            "no": _levels(snapshot.body, "no"),
        }

    def after(self, side: Side, price_e6: int, delta_e6: int) -> int:
        """Work out the size that a change would leave. Nothing is changed."""
        return self.sides[side].get(price_e6, 0) + delta_e6

    def apply(self, side: Side, price_e6: int, delta_e6: int) -> None:
        """Make a change."""
        size_e6 = self.after(side, price_e6, delta_e6)
        if size_e6:
            self.sides[side][price_e6] = size_e6
        else:
            self.sides[side].pop(price_e6, None)

    @property
    def crossed(self) -> bool:
        """Tell whether the best bids of both sides together reach a dollar."""
        yes, no = max(self.sides["yes"], default=0), max(self.sides["no"], default=0)
        return bool(yes and no and yes + no >= DOLLAR_E6)


def change_of(frame: Heard) -> tuple[Side, int, int]:
    """Read side, price (1e-6 dollars) and signed size (1e-6 contracts) of a delta; raise ValueError or KeyError."""
    body = frame.body
    side: Side = "yes" if body["side"] == "yes" else "no"
    if body.get("price_dollars") is not None:
        return side, millionths(body["price_dollars"]), millionths(body["delta_fp"])
    return side, body["price"] * CENT_E6, body["delta"] * DOLLAR_E6


def _levels(body: dict[str, Any], side: Side) -> dict[int, int]:
    return {price_e6: size_e6 for price_e6, size_e6 in level_list(body, side) if size_e6}


def level_list(body: dict[str, Any], side: Side) -> list[tuple[int, int]]:
    """Read one side of a snapshot as it stands there, repeated prices included; an absent side is empty."""
    texts = body.get(f"{side}_dollars_fp") or body.get(f"{side}_dollars")
    if texts:
        return [(millionths(price), millionths(size)) for price, size in texts]
    return [(price * CENT_E6, size * DOLLAR_E6) for price, size in body.get(side) or ()]
