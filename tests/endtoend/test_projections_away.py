"""Projections that die or are locked out never stop the recording, and catch up exactly once."""

import os
import signal
import sqlite3
from pathlib import Path

from processes import answer, assert_proved, running, wait_until

from firstprint.journal.folder import DataFolder
from firstprint.journal.sessions import list_sessions


def _projectors(data: Path) -> set[int]:
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"project" in words and str(data).encode() in words:
            found.add(int(folder.name))
    return found


def _recorded(data: Path) -> int:
    with DataFolder.open(data) as folder:
        return list_sessions(folder.journal)[-1].last_record


def _offset(data: Path) -> int:
    try:
        with sqlite3.connect(f"file:{data / 'firstprint.sqlite'}?mode=ro", uri=True) as store:
            (record,) = store.execute("select coalesce(max(record), 0) from sink_offsets").fetchone()
    except sqlite3.OperationalError:
        return 0
    finally:
        if "store" in locals():
            store.close()
    return int(record)


def test_recording_goes_on_while_its_projector_is_killed_and_its_store_locked(tmp_path: Path) -> None:
    """B13: a killed projector is started again, a locked store is waited for; nothing is lost, nothing stands twice."""
    data, logs = tmp_path / "data", tmp_path / "logs"
    with running(logs, "run", "--simulated", "--markets", "20", "--data", str(data)) as run:
        run.says("valid")
        wait_until(lambda: _offset(data) > 0, "a first commit of the projector")
        (projector,) = _projectors(data)
        os.kill(projector, signal.SIGKILL)
        run.says("the projector ended; recording goes on, and it is started again")
        wait_until(lambda: _projectors(data) - {projector}, "a new projector")

        store = sqlite3.connect(data / "firstprint.sqlite", isolation_level=None)
        store.execute("pragma busy_timeout = 60000")
        store.execute("begin immediate")
        before = _recorded(data)
        wait_until(lambda: _recorded(data) > before + 500, "recording while the store is locked")
        store.execute("rollback")
        store.close()

        run.signal(signal.SIGTERM)
        assert run.ended() == 0, run.said
    assert_proved(answer(logs, "verify", "--data", str(data), "--truth", str(tmp_path / "data-truth.jsonl")))
