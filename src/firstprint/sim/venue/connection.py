"""One simulated WebSocket connection: the frames waiting to be read, and how it ended."""

from collections import deque
from typing import Any, Protocol, Self, TypeVar

ABNORMAL = 1006
"""The code of a connection that ended without a close frame."""

ConnectionT_contra = TypeVar("ConnectionT_contra", contravariant=True)


class Hearer(Protocol[ConnectionT_contra]):
    """The exchange that a connection belongs to, as far as the connection speaks to it."""

    def command(self, connection: ConnectionT_contra, raw: bytes, now_ns: int) -> None:
        """Take a client's frame."""
        ...

    def close(self, connection: ConnectionT_contra, code: int, reason: str, now_ns: int) -> None:
        """End a connection."""
        ...


class Connection:
    """A connection as the server sees it: frames in, frames out, and how it ended.

    `closed` is (code, reason) once the venue or the client ended it; 1006 is a reset without a close frame.
    No frame is given before `held_until_ns`. A venue's own connection adds what was asked for on it.
    """

    def __init__(self, exchange: Hearer[Self], number: int, frames_max: int) -> None:
        self.number = number
        self.response_headers = {"x-sim-connection": str(number)}
        self.closed: tuple[int, str] | None = None
        self.held_until_ns = 0
        self._exchange: Hearer[Any] = exchange
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

    def end(self, code: int, reason: str) -> None:
        """Keep how it ended; a reset (1006) loses what was queued."""
        self.closed = (code, reason)
        if code == ABNORMAL:
            self._out.clear()

    @property
    def waiting(self) -> int:
        """Give the number of frames waiting to be read."""
        return len(self._out)

    @property
    def full(self) -> bool:
        """Say whether no more data fits: the client reads too slowly."""
        return len(self._out) >= self._frames_max

    def put(self, raw: bytes) -> None:
        """Queue one frame."""
        self._out.append(raw)
