"""What the world tells, and to whom: the seam between what happens and how it is said."""

from typing import NamedTuple, Protocol

from firstprint.sim.polymarket.books import Change, Trade
from firstprint.sim.polymarket.market import SimMarket


class Step(NamedTuple):
    """One change of a book with what it led to: the number of the state, and the first token's best bid and ask."""

    change: Change
    number: int
    bid_e4: int
    ask_e4: int


class WorldListener(Protocol):
    """Hears what happens in the world, at the time it happens."""

    def on_fill(self, market: SimMarket, at_ns: int) -> None:
        """Take a book that came to be: nobody has looked at it before."""
        ...

    def on_steps(self, market: SimMarket, steps: list[Step], trade: Trade | None, at_ns: int) -> None:
        """Take changes of a book that belong together, and the trade that made them if one did."""
        ...

    def on_wipe(self, market: SimMarket, at_ns: int) -> None:
        """Take that every order is gone at once."""
        ...

    def on_opened(self, market: SimMarket, at_ns: int) -> None:
        """Take that a market has a book from now on."""
        ...

    def on_tick(self, market: SimMarket, old_e4: int, at_ns: int) -> None:
        """Take a change of the tick size."""
        ...

    def on_listed(self, market: SimMarket, at_ns: int) -> None:
        """Take a new market."""
        ...

    def on_stage(self, market: SimMarket, at_ns: int) -> None:
        """Take a step of a market's life: `proposed` or `resolved`."""
        ...
