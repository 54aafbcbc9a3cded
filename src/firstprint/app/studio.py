"""What the venues of one session record with, together: one journal, one fold, one clock."""

import asyncio
from itertools import count

from firstprint.app.capture import Capture
from firstprint.app.live import LiveListener
from firstprint.app.ports import Pulses, Tasks
from firstprint.app.recorder_ports import RecorderPorts
from firstprint.app.scribe import Scribe
from firstprint.app.venues import Venues
from firstprint.domain.clock import Clock
from firstprint.domain.errors import VenueRefused
from firstprint.domain.feed import CaptureListener
from firstprint.lifecycle.census import Census


class Studio:
    """The shared half of a recorder. `alone` says that one venue is recorded only: its refusal ends the session."""

    def __init__(self, ports: RecorderPorts, live: LiveListener, listener: CaptureListener, census: Census) -> None:
        self.clock: Clock = ports.clock
        self.patience = ports.patience
        self.live = live
        self.capture = Capture(Venues(*(one.venue for one in ports.venues)), listener, census)
        self.scribe = Scribe(ports.journal, self.capture, self.clock)
        self.alone = len(ports.venues) == 1
        self.started_wall_ns = self.clock.now().wall_ns
        self.pulses: Pulses | None = None
        self.stop = asyncio.Event()
        self.refusal: VenueRefused | None = None
        self._tasks: Tasks | None = None
        self._numbers = count(1)

    def begin(self, tasks: Tasks, stop: asyncio.Event) -> None:
        """Take what runs the session."""
        self._tasks, self.stop = tasks, stop

    @property
    def running(self) -> bool:
        """Tell whether the session has begun."""
        return self._tasks is not None

    @property
    def tasks(self) -> Tasks:
        """Give what starts work; there only while the session runs."""
        assert self._tasks is not None  # noqa: S101 work is started by a recorder that runs
        return self._tasks

    def next_connection(self) -> int:
        """Give a connection its number; numbers are never used twice in a session."""
        return next(self._numbers)

    def refuse(self, error: VenueRefused) -> None:
        """End the session because its only venue refuses us for good."""
        self.refusal = error
        self.stop.set()
