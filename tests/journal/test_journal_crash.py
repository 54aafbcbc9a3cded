"""Power cuts: whatever state the disk is left in, what was acknowledged is there."""

import errno
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_kit import SMALL, HandClock, append_history, payloads, read_all
from memory_files import CrashFiles, CrashState, MemoryFiles

from firstprint.domain.record import Kind
from firstprint.journal.journal import Journal
from firstprint.journal.reader import SessionReader
from firstprint.journal.recovery import recover
from firstprint.journal.sealing import seal_session

ROOT = Path("/data/journal")
FOLDER = ROOT / "s"


def journal_on(files: CrashFiles, clock: HandClock) -> Journal:
    """Begin a session that notes what it acknowledged in the log of the disk."""
    return Journal.create(ROOT, "s", clock, files=files, limits=SMALL, on_durable=files.acknowledge)


def check_state(state: CrashState, appended: list[bytes]) -> None:
    """Recover a crash state, and see that the record holds what it must and nothing else."""
    files = MemoryFiles(state.content)
    recovery = recover(FOLDER, files)
    assert not recovery.damage
    records = read_all(FOLDER, files)
    assert len(records) >= state.acknowledged
    assert payloads(records) == appended[: len(records)]
    assert [record.number for record in records] == list(range(1, len(records) + 1))
    assert recovery.last_record == len(records)
    again = recover(FOLDER, files)
    assert again == recovery._replace(torn=())


def check_all(files: CrashFiles, appended: list[bytes]) -> int:
    """Check every crash state; give how many there were."""
    states = 0
    for state in files.crash_states():
        states += 1
        try:
            check_state(state, appended)
        except Exception as error:
            sizes = {path.name: len(data) for path, data in state.content.items()}
            error.add_note(f"after operation {state.after_operations}, acknowledged {state.acknowledged}: {sizes}")
            raise
    return states


def test_every_crash_state_of_a_rolling_session_recovers() -> None:
    """After any power cut while segments are written and rolled, each acknowledged record is there once (F62, I15)."""
    files, clock = CrashFiles(), HandClock()
    journal = journal_on(files, clock)
    appended = append_history(journal, clock, 12)
    journal.append(Kind.SESSION_CLOSED, 0, b"{}", clock.now())
    journal.close()
    assert len([name for name in files.names(FOLDER) if name.endswith(".live")]) >= 3
    assert check_all(files, [*appended, b"{}"]) > 1_000


def test_every_crash_state_of_a_commit_of_many_blocks_recovers() -> None:
    """Blocks of one commit may reach the disk in any order: none is taken behind a hole (F62, I15)."""
    files, clock = CrashFiles(), HandClock()
    journal = journal_on(files, clock)
    written = append_history(journal, clock, 1)
    for i in range(4):
        texts = [b"burst %d.%d" % (i, k) * 20 for k in range(2)]
        journal.append_frames(1, texts, clock.move(10))
        written += texts
    journal.close()
    assert check_all(files, written) > 200


def test_every_crash_state_of_sealing_recovers() -> None:
    """A power cut in the middle of sealing loses nothing and doubles nothing (F62, I14)."""
    files, clock = CrashFiles(), HandClock()
    journal = journal_on(files, clock)
    written = append_history(journal, clock, 8)
    journal.close()
    assert seal_session(FOLDER, files, SMALL, finished=True) >= 2
    assert check_all(files, written) > 500


@pytest.mark.parametrize("fails_at", range(1, 9))
def test_every_crash_state_behind_a_failed_sync_recovers(fails_at: int) -> None:
    """The records that were written twice, because a sync failed, are read once after any power cut (F67, I14)."""
    files, clock = CrashFiles(), HandClock()
    syncs = 0

    def fail(what: str, path: Path) -> None:
        nonlocal syncs
        syncs += what == "sync"
        if what == "sync" and syncs == fails_at:
            raise OSError(errno.EIO, "injected")

    journal = journal_on(files, clock)
    files.before = fail
    written = append_history(journal, clock, 4)
    journal.close()
    assert check_all(files, written) > 100


def test_a_crash_during_recovery_is_recovered_from() -> None:
    """Recovery itself may be cut off at any operation, and run again (law 11)."""
    files, clock = CrashFiles(), HandClock()
    journal = journal_on(files, clock)
    written = append_history(journal, clock, 5)
    seal_session(FOLDER, files, SMALL)
    checked = 0
    for state in list(files.crash_states(tears=1))[::7]:
        second = CrashFiles(state.content)
        recover(FOLDER, second)
        for inner in second.crash_states(tears=1):
            check_state(inner._replace(acknowledged=state.acknowledged), written)
            checked += 1
    assert checked > 50


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.booleans(), st.integers(0, 90)), min_size=1, max_size=7))
def test_crash_states_of_any_short_history_recover(steps: list[tuple[int, bool, int]]) -> None:
    """Any mix of appends and commits, cut at any place, leaves a record that holds what was acknowledged (I14, I15)."""
    files, clock = CrashFiles(), HandClock()
    journal, written = journal_on(files, clock), []
    for number, (count, commits, length) in enumerate(steps):
        texts = [b"%d.%d" % (number, i) + b"y" * length for i in range(count)]
        journal.append_frames(1, texts, clock.move(7))
        written += texts
        if commits:
            journal.commit()
    journal.close()
    assert payloads(read_all(FOLDER, files)) == written
    check_all(files, written)


def test_a_torn_tail_is_reported_once_with_its_place() -> None:
    """What is cut off the end is named: file, offset and bytes (I15)."""
    files, clock = CrashFiles(), HandClock()
    journal = journal_on(files, clock)
    append_history(journal, clock, 2)
    path = FOLDER / files.names(FOLDER)[0]
    whole = len(files.nodes[path].data)
    files.nodes[path].data.extend(b"FPBK half a block")
    reader = SessionReader(FOLDER, files)
    assert len(list(reader.records())) == 8
    assert reader.torn == [(path, whole, 17)]
    assert recover(FOLDER, files).torn == ((path, whole, 17),)
    assert len(files.nodes[path].data) == whole
