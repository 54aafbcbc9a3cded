"""The budget of requests to The Odds API: credits that end with the month, spread over what is left of it. Pure.

The source says after each answer how many credits remain. A part is kept in reserve; the rest flows in evenly until the
month ends, into a bucket from which questions are paid, the sport longest unasked first. While nothing is known of the
credits only what costs nothing may be asked: the list of sports, whose answer tells them.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from firstprint.domain.clock import NS_PER_S
from firstprint.domain.errors import ConfigurationError
from firstprint.domain.odds import Quota

SPORTS_MAX = 1000
RESET_DAY_MAX = 28


class BudgetPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How credits are spent: those kept back, those that may go at once, and the least time between two questions.

    `reset_day` is the day of the month (UTC) on which the credits of the account begin anew.
    """

    reserve: int = 25
    burst: int = 12
    interval_s_min: float = 300.0
    reset_day: int = 1


class OddsBudget:
    """Decides what may be asked, and when each sport is asked next. Times are Unix nanoseconds."""

    def __init__(self, plan: BudgetPlan | None = None) -> None:
        self.plan = plan or BudgetPlan()
        if not 1 <= self.plan.reset_day <= RESET_DAY_MAX or self.plan.reserve < 0 or self.plan.burst < 1:
            raise ConfigurationError(f"a plan for odds that cannot be: {self.plan}")
        self._quota = Quota()
        self._quota_until_ns = 0
        self._pending = 0
        self._bucket = float(self.plan.burst)
        self._filled_ns: int | None = None
        self._asked_ns: dict[str, int] = {}

    def quota(self, wall_ns: int) -> Quota:
        """Give what the last answer said of the credits; nothing once another month has begun."""
        return self._quota if wall_ns < self._quota_until_ns else Quota()

    def resets_ns(self, wall_ns: int) -> int:
        """Give when the credits begin anew."""
        now = datetime.fromtimestamp(wall_ns // NS_PER_S, UTC)
        this = datetime(now.year, now.month, self.plan.reset_day, tzinfo=UTC)
        after = datetime(now.year + now.month // 12, now.month % 12 + 1, self.plan.reset_day, tzinfo=UTC)
        return int((this if now < this else after).timestamp()) * NS_PER_S

    def may(self, cost: int, wall_ns: int) -> bool:
        """Tell whether a question of this cost leaves the reserve untouched, with all that is under way."""
        return cost == 0 or cost <= self._free(wall_ns)

    def due(self, costs: Mapping[str, int], wall_ns: int) -> tuple[str, ...]:
        """Give the sports to ask now, of those with their costs: the longest unasked first, while the bucket lasts."""
        self._fill(wall_ns)
        bucket, free, chosen = self._bucket, self._free(wall_ns), []
        for sport in sorted(costs, key=lambda one: (self._asked_ns.get(one, 0), one)):
            cost = costs[sport]
            if not self._rested(sport, wall_ns):
                continue
            if cost > free or min(cost, self.plan.burst) > bucket:
                break
            bucket, free = bucket - cost, free - cost
            chosen.append(sport)
        return tuple(chosen)

    def next_ns(self, sport: str, cost: int, wall_ns: int) -> int:
        """Give when a sport may be asked next, if nothing else is asked until then."""
        self._fill(wall_ns)
        if not self.may(cost, wall_ns):
            return self.resets_ns(wall_ns)
        missing = max(0.0, min(cost, self.plan.burst) - self._bucket)
        flowed_ns = wall_ns + round(missing / self._per_ns(wall_ns)) if missing else wall_ns
        return max(flowed_ns, self._rested_ns(sport))

    def begin(self, sport: str, cost: int, wall_ns: int) -> None:
        """Take note of a question that goes out; `end` must follow."""
        self._fill(wall_ns)
        self._bucket -= cost
        self._pending += cost
        if len(self._asked_ns) >= SPORTS_MAX:
            self._asked_ns.clear()
        self._asked_ns[sport] = wall_ns

    def end(self, cost: int, spent: int | None = None) -> None:
        """Take note that a question is answered, or will not be; what it did not spend flows back into the bucket."""
        self._pending -= cost
        if spent is not None:
            self._bucket = min(float(self.plan.burst), self._bucket + cost - spent)

    def learn(self, quota: Quota, wall_ns: int) -> None:
        """Take what an answer says of the credits. An answer that was overtaken by a later one teaches nothing.

        Such a one is behind by no more than what is under way; one that is further behind is from a new month.
        """
        known = self.quota(wall_ns)
        overtaken = quota.used is not None and known.used is not None and 0 < known.used - quota.used <= self._pending
        if quota.remaining is None or overtaken:
            return
        self._quota, self._quota_until_ns = quota, self.resets_ns(wall_ns)

    def exhaust(self, wall_ns: int) -> None:
        """Take note that the source refused to spend more: nothing is left until the month ends."""
        known = self.quota(wall_ns)
        self._quota = Quota(remaining=0, used=known.used, last_cost=known.last_cost)
        self._quota_until_ns = self.resets_ns(wall_ns)

    def _free(self, wall_ns: int) -> int:
        remaining = self.quota(wall_ns).remaining
        return 0 if remaining is None else max(0, remaining - self.plan.reserve - self._pending)

    def _per_ns(self, wall_ns: int) -> float:
        return self._free(wall_ns) / (self.resets_ns(wall_ns) - wall_ns)

    def _fill(self, wall_ns: int) -> None:
        if self._filled_ns is not None and wall_ns > self._filled_ns:
            flowed = (wall_ns - self._filled_ns) * self._per_ns(self._filled_ns)
            self._bucket = min(float(self.plan.burst), self._bucket + flowed)
        self._filled_ns = wall_ns

    def _rested(self, sport: str, wall_ns: int) -> bool:
        return wall_ns >= self._rested_ns(sport)

    def _rested_ns(self, sport: str) -> int:
        asked_ns = self._asked_ns.get(sport)
        return 0 if asked_ns is None else asked_ns + round(self.plan.interval_s_min * NS_PER_S)
