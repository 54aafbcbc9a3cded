"""The watchdog: a thread with a clock of its own that sees when the event loop, or a part of the work, stands still.

    loop     ticks every `round_s`: how long since the last tick? a stall that is over -> `on_resumed` with its length
             has the thread made its rounds? -> `on_watchdog_lost`
    thread   makes a round every `round_s`: is the loop's last tick too old? -> `on_stalled`, then `hard_exit`
             is a heartbeat late? -> `on_late`

When the whole process was stopped (SIGSTOP, a suspend) the thread was late too: it forgives that time, so nobody is
shot for having slept, and the loop's tick reports the stall. Faults F18, F57, F63; goal G31. The thread calls
`on_stalled`, `on_late` and `hard_exit`; the loop calls `on_resumed` and `on_watchdog_lost`.
"""

import asyncio
import os
import threading
from collections.abc import Callable
from typing import Protocol

import msgspec
import structlog

from firstprint.domain.clock import NS_PER_S, Clock

_log = structlog.get_logger(__name__)

EXIT_STALLED = 70
"""The exit code of a process that its watchdog ended (EX_SOFTWARE)."""


class WatchdogLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How long what may stand still, in seconds."""

    round_s: float = 0.25
    stall_s: float = 2.0
    exit_s: float = 60.0
    lost_s: float = 10.0


class WatchdogListener(Protocol):
    """Hears of stalls. None of the calls may raise; the module's docstring says which thread makes them."""

    def on_stalled(self, stalled_ns: int) -> None:
        """Learn that the event loop has not run for so long and still does not."""
        ...

    def on_resumed(self, stalled_ns: int) -> None:
        """Learn that the event loop, or the whole process, stood still for so long and runs again."""
        ...

    def on_late(self, name: str, age_ns: int) -> None:
        """Learn that a heartbeat missed its deadline; once, until it beats again."""
        ...

    def on_watchdog_lost(self, silent_ns: int) -> None:
        """Learn that the watchdog thread has not made its rounds for so long."""
        ...


class Heartbeat:
    """The sign of life of one part of the work: call `beat` at least every `deadline_s` seconds."""

    def __init__(self, name: str, deadline_s: float, clock: Clock) -> None:
        self.name = name
        self.deadline_ns = round(deadline_s * NS_PER_S)
        self._clock = clock
        self.beat_ns = clock.now().mono_ns
        self.late = False

    def beat(self) -> None:
        """Say that this part of the work goes on."""
        self.beat_ns = self._clock.now().mono_ns


class Watchdog:
    """Watches one event loop and its named heartbeats from a thread. Start and stop it from that loop."""

    def __init__(
        self,
        clock: Clock,
        listener: WatchdogListener,
        limits: WatchdogLimits | None = None,
        hard_exit: Callable[[int], object] = os._exit,
    ) -> None:
        self._clock = clock
        self._listener = listener
        self._limits = limits or WatchdogLimits()
        self._hard_exit = hard_exit
        self._heartbeats: dict[str, Heartbeat] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._timer: asyncio.TimerHandle | None = None
        self._tick_ns = 0
        self._round_ns = 0
        self._forgiven_ns = 0
        self._stalled = False
        self._lost = False

    def heartbeat(self, name: str, deadline_s: float) -> Heartbeat:
        """Watch a part of the work from now on; it must beat at least every `deadline_s` seconds."""
        beat = self._heartbeats[name] = Heartbeat(name, deadline_s, self._clock)
        return beat

    def forget(self, name: str) -> None:
        """Watch a part of the work no longer."""
        self._heartbeats.pop(name, None)

    def start(self) -> None:
        """Start the thread, and watch the running event loop."""
        self._tick_ns = self._round_ns = self._clock.now().mono_ns
        self._timer = asyncio.get_running_loop().call_later(self._limits.round_s, self._tick)
        self._thread.start()

    def stop(self) -> None:
        """Stop watching. Does not wait for a thread that itself stands still."""
        self._stop.set()
        if self._timer is not None:
            self._timer.cancel()
        self._thread.join(timeout=self._limits.round_s * 4)

    def _watch(self) -> None:
        while not self._stop.wait(self._limits.round_s):
            now_ns = self._clock.now().mono_ns
            self._forgive(now_ns - self._round_ns)
            self._round_ns = now_ns
            self._look(now_ns)

    def _forgive(self, round_ns: int) -> None:
        """Take the time in which this thread did not run either from everybody's account."""
        late_ns = round_ns - round(self._limits.round_s * NS_PER_S)
        if late_ns > self._limits.stall_s * NS_PER_S / 2:
            self._forgiven_ns += late_ns
            for beat in tuple(self._heartbeats.values()):
                beat.beat_ns += late_ns

    def _look(self, now_ns: int) -> None:
        stalled_ns = now_ns - self._tick_ns - self._forgiven_ns
        if stalled_ns > self._limits.exit_s * NS_PER_S:
            _log.critical("event loop stands still, leaving", stalled_ns=stalled_ns)
            self._hard_exit(EXIT_STALLED)
        elif stalled_ns > self._limits.stall_s * NS_PER_S and not self._stalled:
            self._stalled = True
            self._listener.on_stalled(stalled_ns)
        for beat in tuple(self._heartbeats.values()):
            self._check(beat, now_ns - beat.beat_ns)

    def _check(self, beat: Heartbeat, age_ns: int) -> None:
        late, before = age_ns > beat.deadline_ns, beat.late
        beat.late = late
        if late and not before:
            self._listener.on_late(beat.name, age_ns)

    def _tick(self) -> None:
        now_ns = self._clock.now().mono_ns
        stalled_ns = now_ns - self._tick_ns
        self._tick_ns, self._forgiven_ns, self._stalled = now_ns, 0, False
        self._timer = asyncio.get_running_loop().call_later(self._limits.round_s, self._tick)
        if stalled_ns > self._limits.stall_s * NS_PER_S:
            self._listener.on_resumed(stalled_ns)
        else:
            self._check_thread(now_ns - self._round_ns)

    def _check_thread(self, silent_ns: int) -> None:
        lost, before = silent_ns > self._limits.lost_s * NS_PER_S, self._lost
        self._lost = lost
        if lost and not before:
            self._listener.on_watchdog_lost(silent_ns)
