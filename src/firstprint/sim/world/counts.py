"""What a simulated source was asked: how much, how fast and how much at once. Tests hold clients to limits by it."""

from collections import deque

from firstprint.sim.world.contests import NS_PER_S

_KEPT_MAX = 100_000


class Counts:
    """Counts requests. `per_s_peak` is the most within any second, `in_flight_peak` the most that were open at once."""

    def __init__(self) -> None:
        self.requests = 0
        self.refused = 0
        self.in_flight = 0
        self.in_flight_peak = 0
        self.per_s_peak = 0
        self.by_path: dict[str, int] = {}
        self._recent: deque[int] = deque(maxlen=_KEPT_MAX)

    def began(self, path: str, now_ns: int) -> int:
        """Count a request that begins now; give how many began within the last second, this one included."""
        self.requests += 1
        self.by_path[path] = self.by_path.get(path, 0) + 1
        self.in_flight += 1
        self.in_flight_peak = max(self.in_flight_peak, self.in_flight)
        while self._recent and self._recent[0] <= now_ns - NS_PER_S:
            self._recent.popleft()
        self._recent.append(now_ns)
        self.per_s_peak = max(self.per_s_peak, len(self._recent))
        return len(self._recent)

    def ended(self, status: int) -> None:
        """Count its end; an answer of 400 or more was a refusal."""
        self.in_flight -= 1
        self.refused += status >= 400
