"""What the world tells, and to whom: the seam between what happens and how it is said."""

from typing import Protocol

from firstprint.sim.kalshi.books import Change
from firstprint.sim.kalshi.listings import SimEvent
from firstprint.sim.kalshi.market import SimMarket, SimTrade


class WorldListener(Protocol):
    """Hears what happens in the world, at the time it happens."""

    def on_change(self, market: SimMarket, change: Change, at_ns: int) -> None:
        """Take a change of one level."""
        ...

    def on_trade(self, market: SimMarket, trade: SimTrade) -> None:
        """Take a trade; the change of the book follows."""
        ...

    def on_life(self, market: SimMarket, what: str, at_ns: int) -> None:
        """Take a step of a market's life, those without a message (`opened`, `closed`) included."""
        ...

    def on_event(self, event: SimEvent, what: str, at_ns: int) -> None:
        """Take `event_lifecycle` or `event_fee_update`."""
        ...
