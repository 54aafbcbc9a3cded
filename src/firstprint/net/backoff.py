"""Back-off: how long to wait before trying again, decided by what went before. Pure: no clock, no sleeping.

    attempt   1          2        3        4        5         6 and more
    delay     0..0.25 s  1..2 s   1..4 s   1..8 s   1..16 s   1..30 s     (drawn evenly: full jitter)

The count starts anew only after a session that lasted for `healthy_s_min`. A venue that accepts and hangs up at once
is left alone for longer (quarantine) after three short sessions in a row. Faults F01, F09, F15.
"""

from random import Random
from typing import NamedTuple

import msgspec


class BackoffPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of a back-off; all times in seconds. `floor_s` bounds every delay but the first from below."""

    first_s_max: float = 0.25
    floor_s: float = 1.0
    cap_s: float = 30.0
    healthy_s_min: float = 60.0
    short_s_max: float = 5.0
    short_sessions_max: int = 3
    quarantine_s: float = 60.0

    def ceiling_s(self, attempt: int) -> float:
        """Give the longest delay before retry number `attempt` (from 1), in seconds."""
        if attempt <= 1:
            return self.first_s_max
        return min(self.cap_s, self.floor_s * 2.0 ** min(attempt - 1, 32))


class Delay(NamedTuple):
    """How long to wait before the next try, its number since the last healthy session, and whether in quarantine."""

    delay_s: float
    attempt: int
    quarantined: bool


class Backoff:
    """The back-off of one thing that is tried again and again: a connection, a task."""

    def __init__(self, random: Random, policy: BackoffPolicy | None = None) -> None:
        self._random = random
        self._policy = policy or BackoffPolicy()
        self._attempt = 0
        self._short_sessions = 0

    def after(self, lasted_s: float | None) -> Delay:
        """Decide the wait after an end: of a session that lasted `lasted_s`, or of a try that never began (None)."""
        policy = self._policy
        if lasted_s is not None and lasted_s >= policy.healthy_s_min:
            self._attempt = 0
        if lasted_s is not None:
            self._short_sessions = self._short_sessions + 1 if lasted_s < policy.short_s_max else 0
        self._attempt += 1
        if self._short_sessions >= policy.short_sessions_max:
            return Delay(self._random.uniform(policy.quarantine_s / 2, policy.quarantine_s), self._attempt, True)
        low_s = 0.0 if self._attempt == 1 else min(policy.floor_s, policy.cap_s)
        return Delay(self._random.uniform(low_s, policy.ceiling_s(self._attempt)), self._attempt, False)
