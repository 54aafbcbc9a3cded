"""One simulated WebSocket connection and its subscriptions."""

from typing import TYPE_CHECKING

from firstprint.sim.kalshi.texts import NS_PER_S
from firstprint.sim.venue.connection import Connection

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


class SimConnection(Connection):
    """A connection with its subscriptions by sid, and the count of its commands."""

    def __init__(self, exchange: "Exchange", number: int, frames_max: int) -> None:
        super().__init__(exchange, number, frames_max)
        self.subscriptions: dict[int, Subscription] = {}
        self.sids_given = 0
        self.swapped: tuple[Subscription, bytes] | None = None
        self._commands_in_second = 0
        self._second = 0

    @property
    def overfull(self) -> bool:
        """Say whether not even replies fit."""
        return len(self._out) >= self._frames_max + _CONTROL_ROOM

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
