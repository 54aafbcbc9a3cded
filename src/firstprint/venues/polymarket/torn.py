"""What a message that cannot be read may have cost. Pure.

A message concerns one market: where that can still be read for certain, only that one has lost something. A type that
we do not know, a bare word, and a message that is about no book cost no book anything.
"""

import re
from typing import NamedTuple

import msgspec

from firstprint.venues.polymarket import parse
from firstprint.venues.polymarket.messages import Head, decode_head

_MARKET = re.compile(rb'"market"\s*:\s*"(0x[0-9a-fA-F]{1,64})"')
_WORD = re.compile(rb"[A-Za-z][A-Za-z ]{0,62}")
_TOUCHES_BOOKS = frozenset({"book", "price_change", "tick_size_change"})


class Torn(NamedTuple):
    """Why a message cannot be read, and whose book it may have been about: `market`'s, or (`any_book`) anyone's."""

    reason: str
    market: str | None = None
    any_book: bool = False


def read_torn(raw: bytes, error: Exception) -> Torn:
    """Find out what is certain of a message that did not decode."""
    head = _head(raw)
    kind = head.event_type if head is not None else None
    if kind is not None and isinstance(error, msgspec.ValidationError) and str(error).endswith("at `$.event_type`"):
        return Torn("UNKNOWN_TYPE")
    reason = parse.reason_of(error)
    if kind is not None and kind not in _TOUCHES_BOOKS:
        return Torn(reason)
    if _WORD.fullmatch(raw):
        return Torn("UNKNOWN_WORD")
    market = head.market if head is not None and head.market is not None else _market_in(raw)
    return Torn(reason, market, any_book=market is None)


def _head(raw: bytes) -> Head | None:
    try:
        return decode_head(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _market_in(raw: bytes) -> str | None:
    """Read the market of a torn object; an array speaks of several, and what is left may not name all of them."""
    found = _MARKET.search(raw) if raw.lstrip()[:1] == b"{" else None
    return found[1].decode() if found is not None else None
