"""A second reading of Kalshi's book frames, written apart from the product: json, Decimal and dicts, no cleverness.

It reads a clean stream line by line and remembers every book at every sequence number, so that whatever the product
believes can be held against it.
"""

import hashlib
import json
from bisect import bisect_right
from decimal import Decimal
from typing import NamedTuple

Side = dict[Decimal, Decimal]
NOTHING: tuple[Side, Side] = ({}, {})


class Numbered(NamedTuple):
    """A line of a stream: its subscription and number, None where it has none, and its market, None for control."""

    sid: int | None
    seq: int | None
    market: str | None
    kind: str


def describe(raw: bytes) -> Numbered:
    """Say what a readable frame is."""
    frame = json.loads(raw)
    body = frame.get("msg")
    market = body.get("market_ticker") if isinstance(body, dict) else None
    return Numbered(frame.get("sid"), frame.get("seq"), market, frame["type"])


def _price(text: str | None, cents: int | None) -> Decimal:
    return Decimal(text) if text is not None else Decimal(cents or 0) / 100


def _side(body: dict, side: str) -> Side:
    if body.get(f"{side}_dollars_fp"):
        return {Decimal(price): Decimal(size) for price, size in body[f"{side}_dollars_fp"]}
    return {Decimal(price) / 100: Decimal(size) for price, size in body.get(side) or []}


class NaiveBooks:
    """All books of a clean stream, now and at every number so far."""

    def __init__(self) -> None:
        self.books: dict[str, tuple[Side, Side]] = {}
        self._history: dict[str, tuple[list[int], list[tuple[Side, Side]]]] = {}

    def read(self, raw: bytes) -> None:
        """Take one frame of a clean stream."""
        frame = json.loads(raw)
        body = frame.get("msg")
        if frame["type"] == "orderbook_snapshot":
            self.books[body["market_ticker"]] = (_side(body, "yes"), _side(body, "no"))
        elif frame["type"] == "orderbook_delta":
            self._change(body)
        else:
            return
        yes, no = self.books[body["market_ticker"]]
        numbers, states = self._history.setdefault(body["market_ticker"], ([], []))
        numbers.append(frame["seq"])
        states.append((dict(yes), dict(no)))

    def _change(self, body: dict) -> None:
        yes, no = self.books[body["market_ticker"]]
        side = yes if body["side"] == "yes" else no
        price = _price(body.get("price_dollars"), body.get("price"))
        size = side.get(price, Decimal(0)) + Decimal(str(body.get("delta_fp", body.get("delta"))))
        assert size >= 0, "the clean stream is not clean"
        side[price] = size
        if not size:
            del side[price]

    def at(self, market: str, seq: int) -> tuple[Side, Side]:
        """Give a market's book as it was after a number of its subscription."""
        numbers, states = self._history[market]
        place = bisect_right(numbers, seq)
        return states[place - 1] if place else NOTHING

    def sha256(self) -> str:
        """Hash all books in the canonical form, written out once more by hand."""
        books = [
            [market, *([[f"{p:.4f}", f"{s:.2f}"] for p, s in sorted(side.items())] for side in self.books[market])]
            for market in sorted(self.books)
        ]
        return hashlib.sha256(json.dumps(books, separators=(",", ":")).encode()).hexdigest()
