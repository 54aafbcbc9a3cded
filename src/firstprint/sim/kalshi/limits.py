"""Rate limits of REST: one token bucket a key, by tier; a request costs ten tokens."""

from typing import NamedTuple

from firstprint.sim.kalshi.settings import Tier
from firstprint.sim.kalshi.texts import NS_PER_S

COST = 10
_BUCKETS_MAX = 10_000


class Allowance(NamedTuple):
    """A bucket: how fast it fills, and how much it holds."""

    refill_per_s: int
    capacity: int


READ: dict[Tier, Allowance] = {
    "basic": Allowance(200, 400),
    "advanced": Allowance(300, 600),
    "expert": Allowance(600, 600),
    "premier": Allowance(1_000, 1_000),
    "paragon": Allowance(2_000, 2_000),
    "prime": Allowance(4_000, 4_000),
    "prestige": Allowance(10_000, 10_000),
}
WRITE: dict[Tier, Allowance] = {
    "basic": Allowance(100, 100),
    "advanced": Allowance(300, 600),
    "expert": Allowance(600, 1_200),
    "premier": Allowance(1_000, 2_000),
    "paragon": Allowance(2_000, 4_000),
    "prime": Allowance(4_000, 8_000),
    "prestige": Allowance(8_000, 16_000),
}


class Limiter:
    """Buckets by name; the oldest are forgotten when there are too many, and start full again."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._buckets: dict[str, tuple[float, int]] = {}

    def allows(self, name: str, now_ns: int) -> bool:
        """Take the cost of one request from a bucket; say whether there was enough."""
        tokens, since_ns = self._buckets.pop(name, (float(self._allowance.capacity), now_ns))
        tokens += self._allowance.refill_per_s * max(0, now_ns - since_ns) / NS_PER_S
        tokens = min(tokens, self._allowance.capacity)
        granted = tokens >= COST
        if len(self._buckets) >= _BUCKETS_MAX:
            del self._buckets[next(iter(self._buckets))]
        self._buckets[name] = (tokens - COST if granted else tokens, now_ns)
        return granted
