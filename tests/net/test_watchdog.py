"""The watchdog: frozen loops, frozen heartbeats, and a frozen watchdog. No test waits longer than its condition."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from firstprint.domain.clock import Instant
from firstprint.net.clock import SystemClock
from firstprint.net.watchdog import EXIT_STALLED, Watchdog, WatchdogLimits

LIMITS = WatchdogLimits(round_s=0.01, stall_s=0.2, exit_s=0.5, lost_s=0.3)


class Witness:
    """Remembers what the watchdog said, from either thread."""

    def __init__(self) -> None:
        self.said: list[tuple[str, int]] = []
        self.news = threading.Condition()

    def _say(self, what: str, ns: int) -> None:
        with self.news:
            self.said.append((what, ns))
            self.news.notify_all()

    def on_stalled(self, stalled_ns: int) -> None:
        self._say("stalled", stalled_ns)

    def on_resumed(self, stalled_ns: int) -> None:
        self._say("resumed", stalled_ns)

    def on_late(self, name: str, age_ns: int) -> None:
        self._say(name, age_ns)

    def on_watchdog_lost(self, silent_ns: int) -> None:
        self._say("lost", silent_ns)

    def exited(self, code: int) -> None:
        self._say("exit", code)

    def words(self) -> list[str]:
        return [what for what, _ in self.said]

    def block_until(self, what: str) -> None:
        """Freeze the calling thread until a word was said."""
        with self.news:
            assert self.news.wait_for(lambda: what in self.words(), 20), self.said

    async def hear(self, what: str) -> int:
        """Let the loop run until a word was said, and give its number."""
        async with asyncio.timeout(20):
            while what not in self.words():  # noqa: ASYNC110 the words come from another thread
                await asyncio.sleep(0.01)
        return dict(self.said)[what]


async def test_a_frozen_loop_is_reported_and_then_ended() -> None:
    """A loop that stands still is reported from the thread, and the process is ended at the hard limit (F18, G31)."""
    witness = Witness()
    watchdog = Watchdog(SystemClock(), witness, LIMITS, witness.exited)
    watchdog.start()
    witness.block_until("exit")
    said = list(witness.said)
    resumed_ns = await witness.hear("resumed")
    watchdog.stop()
    assert said[0][0] == "stalled"
    assert ("exit", EXIT_STALLED) in said
    assert resumed_ns > 0.5e9


async def test_a_stall_that_ends_is_told_with_its_length() -> None:
    """After a stall the loop hears how long it stood still, once (F63)."""
    witness = Witness()
    watchdog = Watchdog(SystemClock(), witness, WatchdogLimits(round_s=0.01, stall_s=0.1, exit_s=1e6), witness.exited)
    watchdog.start()
    began_ns = SystemClock().now().mono_ns
    witness.block_until("stalled")
    blocked_ns = SystemClock().now().mono_ns - began_ns
    assert abs(await witness.hear("resumed") - blocked_ns) < 5e9
    watchdog.stop()
    assert witness.words() == ["stalled", "resumed"]


async def test_a_missed_heartbeat_is_told_once_until_it_beats_again() -> None:
    """A part of the work that stops beating is named, once for each lapse (G31)."""
    witness = Witness()
    watchdog = Watchdog(SystemClock(), witness, WatchdogLimits(round_s=0.005, stall_s=1e6, exit_s=1e6), witness.exited)
    beat = watchdog.heartbeat("journal", 0.05)
    watchdog.start()
    await witness.hear("journal")
    beat.beat()
    async with asyncio.timeout(20):
        while witness.words().count("journal") < 2:  # noqa: ASYNC110 the words come from another thread
            await asyncio.sleep(0.01)
    watchdog.forget("journal")
    watchdog.stop()
    assert set(witness.words()) == {"journal"}


class FreezingClock:
    """A clock that stops whoever asks from another thread than its own."""

    def __init__(self) -> None:
        self.frozen = threading.Event()
        self.thaw = threading.Event()
        self._home = threading.get_ident()

    def now(self) -> Instant:
        if self.frozen.is_set() and threading.get_ident() != self._home:
            self.thaw.wait(30)
        return SystemClock().now()


async def test_a_frozen_watchdog_is_noticed_by_the_loop() -> None:
    """A watchdog thread that stands still is itself reported, by the loop it watches (G31)."""
    witness, clock = Witness(), FreezingClock()
    watchdog = Watchdog(clock, witness, WatchdogLimits(round_s=0.01, stall_s=5, exit_s=1e6, lost_s=0.1), witness.exited)
    watchdog.start()
    clock.frozen.set()
    assert await witness.hear("lost") > 0.1e9
    clock.thaw.set()
    watchdog.stop()
    assert witness.words() == ["lost"]


SLEEPER = """
import asyncio, sys
from firstprint.net.clock import SystemClock
from firstprint.net.watchdog import Watchdog, WatchdogLimits

class Tell:
    def on_stalled(self, ns): print("stalled", flush=True)
    def on_resumed(self, ns): print("resumed", ns, flush=True)
    def on_late(self, name, ns): print("late", name, flush=True)
    def on_watchdog_lost(self, ns): print("lost", flush=True)

async def main():
    dog = Watchdog(SystemClock(), Tell(), WatchdogLimits(round_s=0.05, stall_s=0.5, exit_s=0.6))
    dog.start()
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    dog.stop()

asyncio.run(main())
"""


@pytest.mark.skipif(os.name != "posix", reason="needs stop signals")
def test_a_stopped_process_survives_and_tells_its_stall() -> None:
    """A process stopped for longer than the hard limit is not ended at resume, and reports the stall (F18, F57)."""
    with subprocess.Popen(
        [sys.executable, "-c", SLEEPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout.readline() == "ready\n"
        os.kill(child.pid, signal.SIGSTOP)
        time.sleep(1.2)
        os.kill(child.pid, signal.SIGCONT)
        word, stalled_ns = child.stdout.readline().split()
        child.stdin.write("\n")
        child.stdin.close()
        assert child.wait(20) == 0
    assert word == "resumed"
    assert int(stalled_ns) > 1.0e9
