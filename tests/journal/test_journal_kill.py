"""SIGKILL at every fsync and at random moments: what was acknowledged over a pipe is in the journal."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from journal_kit import payloads, read_all

from firstprint.journal.recovery import recover

PROGRAM = """
import os, signal, sys, threading, time
from pathlib import Path
from firstprint.domain.clock import Instant
from firstprint.journal.committer import Committer
from firstprint.journal.files import DiskFile, DiskFiles
from firstprint.journal.journal import Journal
from firstprint.journal.limits import JournalLimits
from firstprint.journal.sealing import seal_session

root, kill_at, after = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "after"
syncs = 0

class KillingFile(DiskFile):
    def sync(self):
        global syncs
        syncs += 1
        if syncs == kill_at and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        super().sync()
        if syncs == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

class KillingFiles(DiskFiles):
    def create(self, path):
        return self.killing(super().create(path))
    def open(self, path, *, writable=False):
        return self.killing(super().open(path, writable=writable))
    def killing(self, file):
        killing = KillingFile(os.dup(file._descriptor))
        file.close()
        return killing

class Clock:
    def now(self): return Instant(time.monotonic_ns(), time.time_ns())

clock, files = Clock(), KillingFiles()
limits = JournalLimits(queue_bytes_max=20_000, control_bytes=1_000, segment_bytes_max=900 if kill_at > 0 else 20_000,
    reserve_bytes=4096, commit_interval_s=0.0005)
journal = Journal.create(root, "s", clock, files=files, limits=limits, on_durable=lambda n: os.write(1, b"%d\\n" % n))
committer = Committer(journal, clock, lambda error: os._exit(9))
if kill_at < 0:
    committer.start()
number = 0
while number < 60 or kill_at < 0:
    number += 1
    if journal.append_frames(1, [b"%d" % (2 * number - 1), b"%d" % (2 * number)], clock.now()) is None:
        number -= 1
    if kill_at >= 0 and number % 5 == 0:
        journal.commit()
    if kill_at >= 0 and number % 20 == 0:
        seal_session(root / "s", files, limits)
journal.close()
"""


def check(folder: Path, acknowledged: int) -> int:
    """Recover what was left, and see that it is a whole beginning of what was appended."""
    recover(folder)
    records = read_all(folder)
    assert len(records) >= acknowledged
    assert payloads(records) == [b"%d" % (i + 1) for i in range(len(records))]
    assert [record.number for record in records] == list(range(1, len(records) + 1))
    return len(records)


def last_acknowledged(text: bytes) -> int:
    """Read the last number that came over the pipe whole."""
    return max((int(line) for line in text.split(b"\n")[:-1]), default=0)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_sigkill_at_every_fsync_loses_nothing_acknowledged(tmp_path: Path, moment: str) -> None:
    """Killed right before or after any of its fsyncs, the journal holds all it acknowledged, once (F58, I14)."""
    for kill_at in range(1, 200):
        root = tmp_path / str(kill_at)
        command = [sys.executable, "-S", "-c", BOOT + PROGRAM, str(root), str(kill_at), moment]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False, timeout=60)
        kept = check(root / "s", last_acknowledged(done.stdout))
        if done.returncode == 0:
            assert kept == 120
            assert kill_at > 15
            return
        assert done.returncode == -signal.SIGKILL
    pytest.fail("the program never came to its end")


BOOT = f"import sys; sys.path[:0] = {[path for path in sys.path if path]!r}\n"
SEED = 20_261_121


def test_sigkill_at_random_moments_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """Killed while a thread commits, the journal holds all it acknowledged, once (F58, I14). The seed is SEED."""
    rng = random.Random(SEED)
    for round_number in range(6):
        root = tmp_path / str(round_number)
        command = [sys.executable, "-S", "-c", BOOT + PROGRAM, str(root), "-1", "never"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            heard = b""
            wanted = rng.randrange(1, 60)
            while heard.count(b"\n") < wanted:
                heard += os.read(process.stdout.fileno(), 65_536)
            os.kill(process.pid, signal.SIGKILL)
            heard += process.stdout.read()
        assert check(root / "s", last_acknowledged(heard)) > 0
