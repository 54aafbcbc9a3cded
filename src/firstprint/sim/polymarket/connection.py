"""One simulated WebSocket connection: the assets it asked for, and the frames waiting to be read."""

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firstprint.sim.polymarket.exchange import Exchange


class Stray:
    """What still comes of a market after its assets were unsubscribed: so many messages, up to a time."""

    __slots__ = ("left", "until_ns")

    def __init__(self, left: int, until_ns: int) -> None:
        self.left = left
        self.until_ns = until_ns


class SimConnection:
    """A connection as the shell sees it: frames in, frames out, and how it ended.

    `closed` is (code, reason) once the venue or the client ended it; 1006 is a reset without a close frame.
    """

    def __init__(self, exchange: "Exchange", number: int, frames_max: int) -> None:
        self.number = number
        self.response_headers = {"x-sim-connection": str(number)}
        self.closed: tuple[int, str] | None = None
        self.begun = False
        self.custom = False
        self.assets: dict[str, bool] = {}
        """Assets asked for, and whether each is among those that get a first book."""
        self.strays: dict[str, Stray] = {}
        self.held_until_ns = 0
        self.frozen_until_ns = 0
        self.frozen_markets: dict[str, int] = {}
        self.swapped: bytes | None = None
        self._exchange = exchange
        self._frames_max = frames_max
        self._out: deque[bytes] = deque()

    def receive(self, raw: bytes, now_ns: int) -> None:
        """Take one frame of the client."""
        if self.closed is None:
            self._exchange.command(self, raw, now_ns)

    def take(self, now_ns: int) -> list[bytes]:
        """Give the frames due for delivery, and forget them."""
        if now_ns < self.held_until_ns or not self._out:
            return []
        frames = list(self._out)
        self._out.clear()
        return frames

    def close(self, code: int, reason: str, now_ns: int) -> None:
        """End the connection from the client's side."""
        self._exchange.close(self, code, reason, now_ns)

    @property
    def waiting(self) -> int:
        """Give the number of frames waiting to be read."""
        return len(self._out)

    @property
    def full(self) -> bool:
        """Say whether nothing more fits: the client reads too slowly."""
        return len(self._out) >= self._frames_max

    def put(self, raw: bytes) -> None:
        """Queue one frame."""
        self._out.append(raw)

    def discard(self) -> None:
        """Forget what was queued: the socket is gone."""
        self._out.clear()
