"""A disk that is full: recording waits, what is recorded stays, and what was missed is a gap row."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import answer, clean_environment, running, simulator, wait_until

from firstprint.journal.folder import DataFolder
from firstprint.journal.sessions import list_sessions

SIZE_MB = 110


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a small file system, where we may."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(folder)]
    if os.name != "posix" or os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def _recorded(data: Path) -> int:
    with DataFolder.open(data) as folder:
        return list_sessions(folder.journal)[-1].last_record


def test_a_full_disk_stops_neither_the_recorder_nor_its_record(tmp_path: Path, small_disk: Path) -> None:
    """F65: with no room left the recorder stays up, loses nothing it had, and goes on when there is room again."""
    data, logs = small_disk / "data", tmp_path / "logs"
    with simulator(tmp_path / "venue") as venue:
        env = clean_environment(**venue.settings)
        with running(logs, "run", "--data", str(data), env=env) as run:
            run.says("valid")
            wait_until(lambda: _recorded(data) > 300, "a first part of the record")
            ballast = small_disk / "ballast"
            with ballast.open("wb") as file:
                while os.statvfs(small_disk).f_bavail:
                    try:
                        file.write(b"\0" * 4096)
                        file.flush()
                    except OSError:
                        break
            before = _recorded(data)
            ballast.unlink(missing_ok=True)
            wait_until(lambda: _recorded(data) > before + 300, "recording after there is room again")
            run.signal(signal.SIGTERM)
            assert run.ended() == 0, run.said
        truth = venue.stop()
    report = answer(logs, "verify", "--data", str(data), "--truth", str(truth))
    assert (report["acknowledged_lost"], report["silent_gaps"], report["books_wrong"]) == (0, 0, 0), report
