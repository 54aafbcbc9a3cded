"""Real processes on loopback: commands with their output in files, simulators, and waiting for what shall come."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from firstprint.net.clock import SystemClock

DEADLINE_S = 90.0
WRONG = (
    "silent_gaps", "false_gaps", "books_wrong", "acknowledged_lost", "duplicates", "sink_missing", "sink_extra",
    "frames_unaccounted", "frames_altered", "order_broken", "damaged", "session_broken",
)  # fmt: skip
_CLOCK = SystemClock()


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Wait until something holds; fail with `what` after a generous deadline."""
    give_up_ns = _CLOCK.now().mono_ns + int(DEADLINE_S * 1e9)
    while not condition():
        assert _CLOCK.now().mono_ns < give_up_ns, f"in vain: {what}"
        time.sleep(0.02)


def clean_environment(**settings: str) -> dict[str, str]:
    """Give this process's environment without any setting of firstprint, and with the given ones."""
    ours = (
        "KALSHI_", "FIRSTPRINT_", "DISCOVERY_", "LIFECYCLE_", "RECORD_", "MARKETS_", "MARKET_", "SPORTS_", "LEAGUES",
        "DRY_RUN", "MASTER_URL", "DATABASE_URL",
    )  # fmt: skip
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | settings  # noqa: TID251 what a child inherits


class Command:
    """A firstprint command, or another script, under way."""

    def __init__(
        self, folder: Path, words: Sequence[str], env: Mapping[str, str] | None = None, pipe: int | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        number = len(list(folder.glob("*.out")))
        self.out, self.err = folder / f"{number}.out", folder / f"{number}.err"
        with self.out.open("wb") as out, self.err.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, *words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=clean_environment() if env is None else env,
                pass_fds=() if pipe is None else (pipe,),
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """Everything it printed."""
        return self.out.read_text() + self.err.read_text()

    def ended(self) -> int:
        """Wait for its end; give its exit code."""
        return self.process.wait(DEADLINE_S)

    def says(self, text: str) -> None:
        """Wait until it has printed something."""
        wait_until(lambda: text in self.said or self.process.poll() is not None, f"{text!r} in {self.said}")
        assert text in self.said

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)


@contextmanager
def running(folder: Path, *words: str, env: Mapping[str, str] | None = None) -> Iterator[Command]:
    """Run a firstprint command; kill it if it still runs at the end of the block."""
    with started(folder, "-m", "firstprint", *words, env=env) as command:
        yield command


@contextmanager
def started(
    folder: Path, *words: str, env: Mapping[str, str] | None = None, pipe: int | None = None
) -> Iterator[Command]:
    """Run Python with these words, and with a pipe; kill it if it still runs at the end of the block."""
    command = Command(folder, words, env, pipe)
    try:
        yield command
    finally:
        if command.process.poll() is None:
            command.process.kill()
            command.process.wait()


def firstprint(folder: Path, *words: str, env: Mapping[str, str] | None = None) -> Command:
    """Run a firstprint command to its end."""
    with running(folder, *words, env=env) as command:
        command.ended()
    return command


def answer(folder: Path, *words: str, code: int = 0) -> Any:
    """Run a firstprint command with --json; check its exit code and give what it says."""
    command = firstprint(folder, *words, "--json")
    assert command.process.returncode == code, command.said
    return json.loads(command.out.read_text())


class Simulator:
    """A simulated Kalshi in a process of its own."""

    def __init__(self, command: Command, folder: Path) -> None:
        wait_until(lambda: b"\n" in command.out.read_bytes() or command.process.poll() is not None, command.said)
        self.where: dict[str, str] = json.loads(command.out.read_text())
        self.truth = folder / "truth.jsonl"
        self.command = command

    @property
    def public(self) -> dict[str, str]:
        """The settings of a recorder without a key."""
        return {"KALSHI_REST_URL": self.where["rest_url"], "KALSHI_WS_URL": self.where["ws_url"]}

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a recorder with the simulator's key."""
        key = {"KALSHI_KEY_ID": self.where["key_id"], "KALSHI_PRIVATE_KEY_PATH": self.where["key_path"]}
        return self.public | key

    def stop(self) -> Path:
        """Stop it, and give its truth log, which is whole then."""
        self.command.signal(signal.SIGTERM)
        assert self.command.ended() == 0, self.command.said
        return self.truth


@contextmanager
def simulator(folder: Path, *options: str) -> Iterator[Simulator]:
    """Run a simulated Kalshi with 30 markets until the block is left."""
    folder.mkdir(parents=True, exist_ok=True)
    words = ("sim", "kalshi", "--markets", "30", "--rate", "200", *options)
    with running(folder, *words, "--truth", str(folder / "truth.jsonl"), "--keys", str(folder / "keys")) as command:
        yield Simulator(command, folder)


def processes_naming(text: str) -> list[str]:
    """List the command lines of all processes that have a text in theirs."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if text in line:
            found.append(line)
    return found


def expect_nobody_left(text: str) -> None:
    """Wait until no process has a text in its command line."""
    wait_until(lambda: not processes_naming(text), f"processes that outlive their parent: {processes_naming(text)}")


def assert_proved(report: Mapping[str, Any]) -> None:
    """Check that a proof found nothing wrong, and that it looked."""
    assert {name: report[name] for name in WRONG} == dict.fromkeys(WRONG, 0), report
    assert report["books_checked"] > 0
    assert report["frames"] > 0
