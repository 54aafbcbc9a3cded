"""SIGKILL: what was acknowledged is kept, the time without a recorder is a hole, the next start needs no repair."""

import os
import random
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest
from processes import (
    answer,
    assert_proved,
    clean_environment,
    expect_nobody_left,
    firstprint,
    running,
    simulator,
    started,
    wait_until,
)

from firstprint.journal.acknowledged import read_acknowledged
from firstprint.journal.files import DiskFiles
from firstprint.journal.folder import DataFolder
from firstprint.journal.reader import SessionReader
from firstprint.journal.sessions import list_sessions

CHILD = str(Path(__file__).with_name("recording_child.py"))


def _kill_after(folder: Path, data: Path, env: dict[str, str], records: int) -> int:
    """Record until so many records are acknowledged, kill the recorder then, and give the last number it said."""
    heard, said = os.pipe()
    os.set_blocking(heard, False)
    numbers = b"0\n"

    def hear() -> bool:
        nonlocal numbers
        with suppress(BlockingIOError):
            numbers += os.read(heard, 1 << 16)
        return int(numbers[: numbers.rindex(b"\n")].split()[-1]) >= records

    with started(folder, CHILD, str(data), str(said), env=env, pipe=said) as child:
        wait_until(lambda: hear() or child.process.poll() is not None, f"{records} records acknowledged")
        assert child.process.poll() is None, child.said
        child.process.kill()
        child.process.wait()
    os.close(said)
    while chunk := os.read(heard, 1 << 16):
        numbers += chunk
    os.close(heard)
    return int(numbers[: numbers.rindex(b"\n")].split()[-1])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_killed_recorder_loses_nothing_it_acknowledged(tmp_path: Path, seed: int) -> None:
    """F58, I12, I13, I14: acknowledged is kept, the crashed session is closed by the next, downtime is a gap row."""
    data, logs = tmp_path / "data", tmp_path / "logs"
    with simulator(tmp_path / "venue", "--seed", str(seed), "--faults", "standard") as venue:
        env = clean_environment(**venue.settings)
        acknowledged = _kill_after(logs, data, env, random.Random(seed).randint(20, 800))
        with DataFolder.open(data) as folder:
            (killed,) = list_sessions(folder.journal)
        assert read_acknowledged(DiskFiles(), killed.folder) >= acknowledged

        second = firstprint(logs, "run", "--for", "3", "--data", str(data), env=env)
        assert second.process.returncode == 0, second.said
        truth = venue.stop()

    numbers = [record.number for record in SessionReader(killed.folder).records()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= acknowledged
    where = ("--data", str(data), "--truth", str(truth))
    sessions = answer(logs, "sessions", "--data", str(data))["sessions"]
    assert [one["outcome"] for one in sessions] == ["not closed", "clean"]
    for one in sessions:
        assert_proved(answer(logs, "verify", one["session"], *where))
    (down,) = answer(logs, "gaps", "--reason", "RECORDER_DOWN", "--data", str(data))["gaps"]
    assert down["session"] == sessions[1]["session"]
    assert down["repaired_record"] is not None
    with sqlite3.connect(data / "firstprint.sqlite") as store:
        outcomes = store.execute("select outcome from capture_sessions order by session").fetchall()
    store.close()
    assert outcomes == [("crashed",), ("clean",)]


def test_children_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    """F58: after a SIGKILL of `firstprint run --simulated` neither its simulator nor its projector stays behind."""
    data = tmp_path / "data"
    with running(tmp_path / "logs", "run", "--simulated", "--markets", "20", "--data", str(data)) as run:
        run.says("Recording")
        wait_until((data / "projector.lock").exists, "a projector")
        run.process.kill()
        run.process.wait()
        expect_nobody_left(str(data))
