"""Polymarket's frames and bodies for tests of what several venues share; one market, written by hand."""

import json
from collections.abc import Sequence

MARKET = "0x" + "ab" * 32
FIRST, SECOND = "1" * 77, "2" * 77
Levels = Sequence[tuple[str, str]]


def _levels(levels: Levels) -> list[dict[str, str]]:
    return [{"price": price, "size": size} for price, size in levels]


def book(bids: Levels, asks: Levels, at_ms: int, name: str = "b1", asset: str = FIRST) -> bytes:
    """Say a whole book, as the first frame after a subscription does: in an array."""
    told = {
        "event_type": "book",
        "asset_id": asset,
        "market": MARKET,
        "bids": _levels(bids),
        "asks": _levels(asks),
        "timestamp": str(at_ms),
        "hash": name,
    }
    return json.dumps([told]).encode()


def change(price: str, size: str, side: str, touch: tuple[str, str], at_ms: int, name: str = "c1") -> bytes:
    """Say one level's new size, and the best prices after it."""
    one = {"asset_id": FIRST, "price": price, "size": size, "side": side, "hash": name}
    one |= {"best_bid": touch[0], "best_ask": touch[1]}
    told = {"event_type": "price_change", "market": MARKET, "price_changes": [one], "timestamp": str(at_ms)}
    return json.dumps(told).encode()


def market_body(**facts: object) -> bytes:
    """Say a market as Gamma lists it."""
    listed = {
        "id": "1",
        "conditionId": MARKET,
        "question": "Lakers vs. Celtics",
        "slug": "nba-lal-bos-2026-11-21",
        "outcomes": json.dumps(["Lakers", "Celtics"]),
        "clobTokenIds": json.dumps([FIRST, SECOND]),
        "active": True,
        "closed": False,
        "acceptingOrders": True,
        "enableOrderBook": True,
        "orderPriceMinTickSize": 0.01,
    }
    return json.dumps({"markets": [listed | facts]}).encode()


def rest_books(bids: Levels, asks: Levels, at_ms: int) -> bytes:
    """Say a book as the CLOB's REST does."""
    told = {"market": MARKET, "asset_id": FIRST, "timestamp": str(at_ms), "hash": "r1"}
    told |= {"bids": _levels(bids), "asks": _levels(asks)}
    return json.dumps([told]).encode()
