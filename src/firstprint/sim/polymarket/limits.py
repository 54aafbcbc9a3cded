"""Rate limits over sliding windows of ten seconds, and the counts by which tests see that a client obeys.

Source: the venue's page on rate limits, October 2026: above them requests are delayed rather than refused.
"""

from collections import deque

import msgspec

from firstprint.sim.polymarket.settings import Throttle
from firstprint.sim.polymarket.texts import NS_PER_S
from firstprint.sim.venue.requests import OpenRequests

WINDOW_NS = 10 * NS_PER_S
LIMITS = {
    "gamma": 4_000, "gamma/events": 500, "gamma/markets": 300, "gamma/listings": 900, "gamma/tags": 200,
    "clob": 9_000, "clob/book": 1_500, "clob/books": 500, "clob/tick-size": 200, "clob/ok": 100,
}  # fmt: skip
_LISTINGS = frozenset({"gamma/events", "gamma/markets"})
_KEPT_MAX = 100_000


class WindowCount(msgspec.Struct):
    """What one limit saw: requests in all, those above it, and the most within any ten seconds."""

    limit: int
    requests: int = 0
    over: int = 0
    peak: int = 0


class Counts(OpenRequests):
    """What the venue was asked, by limit."""

    def __init__(self) -> None:
        super().__init__()
        self.windows = {name: WindowCount(limit) for name, limit in LIMITS.items()}
        self.refused = 0

    @property
    def over(self) -> int:
        """How many requests came above any limit."""
        return sum(window.over for window in self.windows.values())

    @property
    def requests(self) -> int:
        """How many requests came, to both hosts."""
        return self.windows["gamma"].requests + self.windows["clob"].requests


def windows_of(host: str, path: str) -> list[str]:
    """Name the limits that a request counts against."""
    own = f"{host}/{path.strip('/').partition('/')[0]}"
    names = [host, own] if own in LIMITS else [host]
    return [*names, "gamma/listings"] if own in _LISTINGS else names


class Limiter:
    """Sliding windows: when requests came, and when those that had to wait were let in."""

    def __init__(self, throttle: Throttle, counts: Counts) -> None:
        self._throttle = throttle
        self._counts = counts
        self._came: dict[str, deque[int]] = {name: deque(maxlen=_KEPT_MAX) for name in LIMITS}
        self._let_in: dict[str, deque[int]] = {name: deque(maxlen=limit) for name, limit in LIMITS.items()}

    def delay_ns(self, host: str, path: str, now_ns: int) -> int | None:
        """Count a request; give how long it has to wait, None when it is refused."""
        names = windows_of(host, path)
        above = [self._count(name, now_ns) for name in names]
        if self._throttle == "refuse" and any(above):
            self._counts.refused += 1
            return None
        if self._throttle != "wait":
            return 0
        free_ns = max(now_ns, *(self._free_ns(name) for name in names))
        for name in names:
            self._let_in[name].append(free_ns)
        return free_ns - now_ns

    def _free_ns(self, name: str) -> int:
        """Give when a window has room again."""
        let_in = self._let_in[name]
        return let_in[0] + WINDOW_NS if len(let_in) == LIMITS[name] else 0

    def _count(self, name: str, now_ns: int) -> bool:
        """Count a request in one window; say whether it is above its limit."""
        came, count = self._came[name], self._counts.windows[name]
        while came and came[0] <= now_ns - WINDOW_NS:
            came.popleft()
        came.append(now_ns)
        count.requests += 1
        count.peak = max(count.peak, len(came))
        above = len(came) > count.limit
        count.over += above
        return above
