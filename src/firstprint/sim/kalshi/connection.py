"""One simulated WebSocket connection: its subscriptions, and the frames waiting to be read."""

from collections import deque
from typing import TYPE_CHECKING

from firstprint.sim.kalshi.texts import NS_PER_S

if TYPE_CHECKING:
    from firstprint.sim.kalshi.exchange import Exchange

_CONTROL_ROOM = 4_096


class Subscription:
    """One channel of one connection: a sid and its count. `tickers` is None for "all markets"."""

    __slots__ = ("alive", "channel", "connection", "seq", "sid", "tickers", "yes_price")

    def __init__(self, connection: "SimConnection", sid: int, channel: str) -> None:
        self.connection = connection
        self.sid = sid
        self.channel = channel
        self.seq = 0
        self.tickers: set[str] | None = set()
        self.yes_price = False
        self.alive = True

    def next_seq(self) -> int:
        """Count one more frame."""
        self.seq += 1
        return self.seq


class SimConnection:
    """A connection as the shell sees it: frames in, frames out, and how it ended.

    `closed` is (code, reason) once the venue or the client ended it; 1006 is a reset without a close frame.
    """

    def __init__(self, exchange: "Exchange", number: int, frames_max: int) -> None:
        self.number = number
        self.response_headers = {"x-sim-connection": str(number)}
        self.closed: tuple[int, str] | None = None
        self.subscriptions: dict[int, Subscription] = {}
        self.sids_given = 0
        self.held_until_ns = 0
        self.swapped: tuple[Subscription, bytes] | None = None
        self._exchange = exchange
        self._frames_max = frames_max
        self._out: deque[bytes] = deque()
        self._commands_in_second = 0
        self._second = 0

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
        """Say whether no more data fits: the client reads too slowly."""
        return len(self._out) >= self._frames_max

    @property
    def overfull(self) -> bool:
        """Say whether not even replies fit."""
        return len(self._out) >= self._frames_max + _CONTROL_ROOM

    def put(self, raw: bytes) -> None:
        """Queue one frame."""
        self._out.append(raw)

    def discard(self) -> None:
        """Forget what was queued: the socket is gone."""
        self._out.clear()

    def of_channel(self, channel: str) -> Subscription | None:
        """Give the subscription to a channel, None when there is none."""
        return next((sub for sub in self.subscriptions.values() if sub.channel == channel), None)

    def open_subscription(self, channel: str) -> Subscription:
        """Start a subscription with the next sid."""
        self.sids_given += 1
        sub = Subscription(self, self.sids_given, channel)
        self.subscriptions[sub.sid] = sub
        return sub

    def counts_command(self, now_ns: int, per_s_max: int) -> bool:
        """Count one command; say whether it is within the rate."""
        second = now_ns // NS_PER_S
        if second != self._second:
            self._second, self._commands_in_second = second, 0
        self._commands_in_second += 1
        return self._commands_in_second <= per_s_max
