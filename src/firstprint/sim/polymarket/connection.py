"""One simulated WebSocket connection and the assets it asked for."""

from typing import TYPE_CHECKING

from firstprint.sim.venue.connection import Connection

if TYPE_CHECKING:
    from firstprint.sim.polymarket.exchange import Exchange


class Stray:
    """What still comes of a market after its assets were unsubscribed: so many messages, up to a time."""

    __slots__ = ("left", "until_ns")

    def __init__(self, left: int, until_ns: int) -> None:
        self.left = left
        self.until_ns = until_ns


class SimConnection(Connection):
    """A connection with its assets, and what of them is lost on the way."""

    def __init__(self, exchange: "Exchange", number: int, frames_max: int) -> None:
        super().__init__(exchange, number, frames_max)
        self.begun = False
        self.custom = False
        self.assets: dict[str, bool] = {}
        """Assets asked for, and whether each is among those that get a first book."""
        self.strays: dict[str, Stray] = {}
        self.frozen_until_ns = 0
        self.frozen_markets: dict[str, int] = {}
        self.swapped: bytes | None = None
