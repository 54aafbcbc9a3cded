"""The markets that trade now, in a list of which one is drawn or taken out at no cost."""

import random
from typing import Generic, Protocol, TypeVar


class Slotted(Protocol):
    """A market as the list needs it; `slot` is negative while it is not in."""

    slot: int


MarketT = TypeVar("MarketT", bound=Slotted)


class ActiveMarkets(Generic[MarketT]):
    """A list in no order that matters: who leaves is replaced by the last. A market knows its slot."""

    def __init__(self) -> None:
        self._markets: list[MarketT] = []

    def join(self, market: MarketT) -> None:
        """Let a market trade, unless it does."""
        if market.slot < 0:
            market.slot = len(self._markets)
            self._markets.append(market)

    def leave(self, market: MarketT) -> None:
        """Take a market out, if it is in."""
        if market.slot < 0:
            return
        last = self._markets.pop()
        if last is not market:
            self._markets[market.slot] = last
            last.slot = market.slot
        market.slot = -1

    def draw(self, rng: random.Random) -> MarketT | None:
        """Draw one: those at the head of the list most often, as some are hot."""
        return self._markets[int(len(self._markets) * rng.random() ** 3)] if self._markets else None
