"""What can be chosen about a simulated Polymarket."""

from typing import Literal, TypeAlias

import msgspec

Throttle: TypeAlias = Literal["wait", "refuse", "off"]
"""What happens to a request above a rate limit: it waits for its turn as behind Cloudflare, gets 429, or passes."""


class PolymarketSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one simulated venue. The same settings, world and calls give the same bytes.

    `rate_per_s` counts changes of levels over all markets. A share is of one: 0.002 is one in five hundred.
    """

    seed: int = 1
    rate_per_s: float = 500.0
    levels: int = 20
    unrelated: int = 12
    """Events that have no counterpart: prices of coins, nominees, champions, and games of long ago."""
    throttle: Throttle = "wait"
    rest_latency_s: float = 0.0
    """How long every REST answer is under way; limits count when the request comes."""
    stale_s: float = 300.0
    """How old the prices in Gamma's answers may be; those of the CLOB are never."""
    book_after_s: float = 20.0
    """How long a market that is listed while the world runs has no book on the CLOB."""
    propose_after_s: float = 60.0
    resolve_after_s: float = 60.0
    resolved_lost_share: float = 0.1
    """How often `market_resolved` is never sent."""
    late_share: float = 0.002
    """How often a change's timestamp is some milliseconds before those of its forerunners."""
    crossed_share: float = 0.001
    """How often a book is crossed for a moment."""
    trade_share: float = 0.03
    assets_with_book_max: int = 500
    """Assets of one connection that get a first book; the rest get changes only."""
    books_per_frame: int = 100
    stray_frames_max: int = 4
    stray_ms_max: int = 73
    buffer_frames_max: int = 65_536
    connections_max: int = 500
