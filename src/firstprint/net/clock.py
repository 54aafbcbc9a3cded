"""The real clock: the only place in firstprint that asks the operating system for the time."""

import time

from firstprint.domain.clock import Instant


class SystemClock:
    """Reads the machine's monotonic and wall clocks. Implements `firstprint.domain.clock.Clock`."""

    def now(self) -> Instant:
        """Read both clocks, in integer nanoseconds, the monotonic one first."""
        return Instant(time.monotonic_ns(), time.time_ns())  # noqa: TID251 the clock port itself, behind it all others
