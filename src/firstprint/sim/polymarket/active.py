"""The markets that trade now, in a list of which one is drawn or taken out at no cost."""

import random

from firstprint.sim.polymarket.market import SimMarket


class ActiveMarkets:
    """A list in no order that matters: who leaves is replaced by the last. A market knows its slot."""

    def __init__(self) -> None:
        self._markets: list[SimMarket] = []

    def join(self, market: SimMarket) -> None:
        """Let a market trade, unless it does."""
        if market.slot < 0:
            market.slot = len(self._markets)
            self._markets.append(market)

    def leave(self, market: SimMarket) -> None:
        """Take a market out, if it is in."""
        if market.slot < 0:
            return
        last = self._markets.pop()
        if last is not market:
            self._markets[market.slot] = last
            last.slot = market.slot
        market.slot = -1

    def draw(self, rng: random.Random) -> SimMarket | None:
        """Draw one: those at the head of the list most often, as some are hot."""
        return self._markets[int(len(self._markets) * rng.random() ** 3)] if self._markets else None
