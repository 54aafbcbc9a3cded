"""The appointed times of markets: most live for weeks, some for minutes, some are over when the world begins."""

import random

from firstprint.sim.kalshi.listings import Batch
from firstprint.sim.kalshi.market import Times
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.texts import NS_PER_S
from firstprint.sim.world.contests import SimContest

_DAY_S = 86_400


class Lifetimes:
    """Draws times. Those of long lives are real; those of short ones are divided by the compression."""

    def __init__(self, rng: random.Random, settings: SimSettings, start_ns: int) -> None:
        self._rng = rng
        self._settings = settings
        self._start_ns = start_ns

    def long(self, *, opened: bool) -> Times:
        """Give times of a market listed long ago that closes long after."""
        rng, start = self._rng, self._start_ns
        created = start - rng.randrange(3_600, 30 * _DAY_S) * NS_PER_S
        opening = created + 600 * NS_PER_S if opened else start + rng.randrange(2, 600) * NS_PER_S
        close = start + rng.randrange(_DAY_S, 60 * _DAY_S) * NS_PER_S
        return Times(created, opening, close, close + 300 * NS_PER_S, close + 600 * NS_PER_S)

    def short(self, batch: Batch, now_ns: int, *, opened: bool) -> Times:
        """Give times of a market that lives no longer than what it is about, compressed."""
        rng = self._rng
        length, lead = self.compressed_ns(batch.length_s), self.compressed_ns(min(batch.lead_s, 300.0))
        opening = now_ns - rng.randrange(1, 3_600) * NS_PER_S if opened else now_ns + max(lead, NS_PER_S)
        close = max(now_ns, opening) + (int(length * (0.1 + rng.random())) if opened else length)
        determine = close + self.compressed_ns(rng.uniform(5, 60))
        settle = determine + self.compressed_ns(rng.uniform(5, 300))
        created = opening - 3_600 * NS_PER_S if opened else now_ns
        return Times(created, opening, close, determine, settle)

    def game(self, contest: SimContest, now_ns: int, *, opened: bool) -> Times:
        """Give times of a market about a contest: it closes when that is over, or is known to be cancelled."""
        rng = self._rng
        wait_s = rng.randrange(2, 600) if now_ns == self._start_ns else 300 / self._settings.compression
        opening = now_ns - rng.randrange(3_600, 5 * _DAY_S) * NS_PER_S if opened else now_ns + int(wait_s * NS_PER_S)
        end = contest.start_ns + contest.length_ns
        close = max(end if contest.cancelled_ns is None else contest.cancelled_ns, max(opening, now_ns) + NS_PER_S)
        determine = close + self.compressed_ns(rng.uniform(5, 60))
        settle = determine + self.compressed_ns(rng.uniform(5, 300))
        created = opening - 600 * NS_PER_S if now_ns == self._start_ns else now_ns
        return Times(min(created, now_ns), opening, close, determine, settle)

    def past(self, *, settled: bool) -> Times:
        """Give times of a market that closed in the last day: settled since, or waiting for its result for days."""
        rng, start = self._rng, self._start_ns
        close = start - rng.randrange(1_200, _DAY_S) * NS_PER_S
        created = close - rng.randrange(_DAY_S, 20 * _DAY_S) * NS_PER_S
        determine = close + 300 * NS_PER_S if settled else start + rng.randrange(1, 5 * _DAY_S) * NS_PER_S
        return Times(created, created + 600 * NS_PER_S, close, determine, determine + 600 * NS_PER_S)

    def compressed_ns(self, real_s: float) -> int:
        """Give how long something takes here that takes so many seconds in the world."""
        return int(real_s * NS_PER_S / self._settings.compression)

    def creation_pause_ns(self, markets: int) -> int:
        """Give how long after listing so many markets the next are listed."""
        return int(markets * NS_PER_S / self._settings.created_per_s)
