"""Full disks, failing disks, damaged files: what the journal does and says."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from journal_kit import SMALL, HandClock, append_history, payloads, read_all
from memory_files import Hook, MemoryFiles

from firstprint.domain.errors import DataFolderError, JournalFailed
from firstprint.domain.record import Kind
from firstprint.journal.header import VERSION, Container, SegmentHeader, SegmentName, version_of
from firstprint.journal.journal import Journal, JournalState
from firstprint.journal.limits import JournalLimits
from firstprint.journal.reader import JournalDamaged, SessionReader
from firstprint.journal.recovery import recover
from firstprint.journal.reserve import RESERVE_NAME
from firstprint.journal.sealing import seal_session

ROOT = Path("/data/journal")
FOLDER = ROOT / "s"
SECOND_NS = 1_000_000_000
WITH_RESERVE = JournalLimits(
    queue_bytes_max=6_000, control_bytes=1_000, block_bytes_max=400, segment_bytes_max=700, reserve_bytes=9_000
)


def failing(what: str, number: int, code: int, times: int = 1, suffix: str = ".live") -> Hook:
    """Fail the operation of this kind from its n-th time on, so many times."""
    seen = 0

    def hook(operation: str, path: Path) -> None:
        nonlocal seen
        if operation == what and path.name.endswith(suffix):
            seen += 1
            if number <= seen < number + times:
                raise OSError(code, os.strerror(code))

    return hook


def test_a_short_full_disk_loses_nothing() -> None:
    """While the disk is full the queue waits; when room comes back within the queue's bound, all is recorded (F65)."""
    files, clock = MemoryFiles(), HandClock()
    journal = Journal.create(ROOT, "s", clock, files=files, limits=WITH_RESERVE)
    written = append_history(journal, clock, 2)
    files.capacity_bytes = sum(map(len, files.content().values())) + 30
    assert journal.append_frames(1, [b"waits" * 20], clock.move(10)) == 9
    assert journal.commit() == 8
    assert journal.state is JournalState.DISK_FULL
    reader = SessionReader(FOLDER, files)
    assert [record.number for record in reader.records()] == list(range(1, 9))
    assert reader.torn == []
    assert journal.append_frames(1, [b"also"], clock.move(10)) == 10
    files.capacity_bytes += 100_000
    assert journal.commit() == 8
    clock.move(SECOND_NS)
    assert journal.commit() == 10
    assert journal.state is JournalState.WRITING
    journal.close()
    assert payloads(read_all(FOLDER, files)) == [*written, b"waits" * 20, b"also"]


def test_the_reserve_holds_the_queue_and_the_record_of_the_loss() -> None:
    """A full queue on a full disk is written to the reserve, loss included; frames are welcome with a new one (F65)."""
    files, clock = MemoryFiles(), HandClock()
    journal = Journal.create(ROOT, "s", clock, files=files, limits=WITH_RESERVE)
    append_history(journal, clock, 1)
    files.capacity_bytes = sum(map(len, files.content().values())) + 30
    while journal.append_frames(1, [b"f" * 200], clock.move(10)) is not None:
        journal.commit()
    assert journal.append(Kind.LOSS, 0, b"lost", clock.now()) is not None
    assert journal.commit() == journal.appended
    assert journal.state is JournalState.DISK_FULL
    assert ROOT / RESERVE_NAME not in files.nodes
    assert read_all(FOLDER, files)[-1].kind is Kind.LOSS
    assert journal.append_frames(1, [b"not yet"], clock.now()) is None
    files.capacity_bytes += 100_000
    clock.move(SECOND_NS)
    journal.commit()
    assert journal.state is JournalState.WRITING
    assert ROOT / RESERVE_NAME in files.nodes
    assert journal.append_frames(1, [b"welcome"], clock.now()) is not None
    journal.close()
    assert read_all(FOLDER, files)[-1].payload == b"welcome"


def test_closing_on_a_full_disk_uses_the_reserve() -> None:
    """A recorder that stops on a full disk writes down what it holds."""
    files, clock = MemoryFiles(), HandClock()
    journal = Journal.create(ROOT, "s", clock, files=files, limits=WITH_RESERVE)
    files.capacity_bytes = sum(map(len, files.content().values())) + 10
    journal.append_frames(1, [b"f" * 200], clock.now())
    journal.commit()
    journal.close()
    assert payloads(read_all(FOLDER, files)) == [b"f" * 200]


def test_closing_says_when_something_was_not_written() -> None:
    """Without room and without a reserve, closing fails loudly instead of losing quietly."""
    files, clock = MemoryFiles(), HandClock()
    journal = Journal.create(ROOT, "s", clock, files=files, limits=SMALL)
    files.capacity_bytes = sum(map(len, files.content().values())) + 10
    journal.append_frames(1, [b"f" * 200], clock.now())
    with pytest.raises(JournalFailed, match="1 records"):
        journal.close()


def test_a_disk_that_is_full_at_the_start_is_told() -> None:
    """A recorder does not start on a disk that has no room for its reserve, and says what to do."""
    with pytest.raises(DataFolderError, match="make room"):
        Journal.create(ROOT, "s", HandClock(), files=MemoryFiles(capacity_bytes=5_000), limits=WITH_RESERVE)


@pytest.mark.parametrize("what", ["write", "sync", "create", "truncate"])
@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
@pytest.mark.parametrize("number", range(1, 7))
def test_any_single_failure_of_any_operation_loses_nothing(what: str, code: int, number: int) -> None:
    """Whichever operation fails once, and how, every record is written once (F65, F67)."""
    files, clock = MemoryFiles(), HandClock()
    journal = Journal.create(ROOT, "s", clock, files=files, limits=SMALL)
    files.before = failing(what, number, code)
    written = append_history(journal, clock, 6)
    clock.move(2 * SECOND_NS)
    assert journal.commit() == len(written)
    journal.close()
    assert payloads(read_all(FOLDER, files)) == written
    seal_session(FOLDER, files, SMALL, finished=True)
    assert payloads(read_all(FOLDER, files)) == written


def test_a_file_is_never_synced_again_after_its_sync_failed() -> None:
    """After EIO from a sync, the segment is left alone and its records go to a new one (F67)."""
    files, clock = MemoryFiles(), HandClock()
    journal = Journal.create(ROOT, "s", clock, files=files, limits=SMALL)
    append_history(journal, clock, 1)
    touched: list[tuple[str, str]] = []
    fail = failing("sync", 1, errno.EIO)

    def hook(what: str, path: Path) -> None:
        touched.append((what, path.name))
        fail(what, path)

    files.before = hook
    append_history(journal, clock, 1)
    first = SegmentName(1, Container.LIVE).file_name()
    after = touched[touched.index(("sync", first)) + 1 :]
    assert first not in {name for _, name in after}
    assert journal.durable == journal.appended == 8


def test_a_disk_that_keeps_failing_ends_the_journal() -> None:
    """EIO again and again, or an error of another kind, is JournalFailed; what was acknowledged is still there."""
    for hook in (failing("sync", 1, errno.EIO, times=99), failing("write", 1, errno.EROFS)):
        files, clock = MemoryFiles(), HandClock()
        journal = Journal.create(ROOT, "s", clock, files=files, limits=SMALL)
        written = append_history(journal, clock, 1)
        files.before = hook
        journal.append_frames(1, [b"x"], clock.move(5))
        with pytest.raises(JournalFailed):
            journal.commit()
        assert journal.state is JournalState.FAILED
        with pytest.raises(JournalFailed):
            journal.close()
        assert journal.durable == len(written)
        assert payloads(read_all(FOLDER, files))[: len(written)] == written


def history(files: MemoryFiles, *, sealed: bool) -> list[bytes]:
    """Write a session of fifteen records in several segments; give the payloads."""
    clock = HandClock()
    journal = Journal.create(ROOT, "s", clock, files=files, limits=SMALL)
    written = append_history(journal, clock, 5, frames=2)
    journal.close()
    if sealed:
        seal_session(FOLDER, files, SMALL, finished=True)
    return written


@pytest.mark.parametrize("sealed", [False, True])
def test_any_flipped_bit_is_found_with_its_range(*, sealed: bool) -> None:
    """Each single flipped bit of each segment is reported with the records it cost, and all others are read (F67)."""
    files = MemoryFiles()
    written = history(files, sealed=sealed)
    segments = [path for path in files.nodes if path.suffix in (".live", ".sealed")]
    assert len(segments) >= 2
    for path in segments:
        data = files.nodes[path].data
        for position in range(len(data)):
            bit = 1 << (position % 8)
            data[position] ^= bit
            reader = SessionReader(FOLDER, files, tolerant=True)
            found = {record.number: record.payload for record in reader.records()}
            missing = [n for damage in reader.damage for n in range(damage.record_from, damage.record_to + 1)]
            assert reader.damage, f"{path.name} byte {position}"
            assert any(damage.path == path for damage in reader.damage)
            assert not reader.torn
            assert sorted([*found, *missing]) == list(range(1, len(written) + 1))
            assert all(written[number - 1] == payload for number, payload in found.items())
            data[position] ^= bit


def test_damage_stops_a_strict_reader_with_the_exact_place() -> None:
    """Without tolerance a reader stops at damage and names file, bytes and records (F67)."""
    files = MemoryFiles()
    history(files, sealed=False)
    path = min(path for path in files.nodes if path.suffix == ".live")
    blocks = list(SessionReader(FOLDER, files).blocks())
    payload_at = files.nodes[path].data.find(b"frame 1.0")
    files.nodes[path].data[payload_at] ^= 1
    with pytest.raises(JournalDamaged, match="records 4 to 6 are lost") as caught:
        read_all(FOLDER, files)
    assert (caught.value.damage.record_from, caught.value.damage.record_to) == (
        blocks[1].first_record,
        blocks[1].last_record,
    )
    assert caught.value.damage.offset_from < payload_at < caught.value.damage.offset_to
    assert recover(FOLDER, files).torn == ()


def test_damage_at_the_end_is_not_taken_for_a_torn_tail() -> None:
    """A cut file whose records were acknowledged is damage, not a tail to be forgotten."""
    files = MemoryFiles()
    history(files, sealed=False)
    path = max(path for path in files.nodes if path.suffix == ".live")
    del files.nodes[path].data[-5:]
    recovery = recover(FOLDER, files)
    assert recovery.torn == ()
    assert [damage.record_to for damage in recovery.damage] == [15]


def test_a_missing_segment_is_damage() -> None:
    """A segment that was taken away is missed, in the middle and at the end."""
    for taken in (0, 1, -1):
        files = MemoryFiles()
        history(files, sealed=False)
        del files.nodes[sorted(path for path in files.nodes if path.suffix == ".live")[taken]]
        reader = SessionReader(FOLDER, files, tolerant=True)
        found = [record.number for record in reader.records()]
        missing = [n for damage in reader.damage for n in range(damage.record_from, damage.record_to + 1)]
        assert missing
        assert sorted(found + missing) == list(range(1, 16))


def test_a_segment_of_a_newer_version_is_refused_with_advice() -> None:
    """A journal written by a newer program is not guessed at (F64)."""
    files = MemoryFiles()
    history(files, sealed=False)
    path = min(path for path in files.nodes if path.suffix == ".live")
    files.nodes[path].data[8:12] = (VERSION + 1).to_bytes(2, "little") + ((VERSION + 1) ^ 0xFFFF).to_bytes(2, "little")
    with pytest.raises(DataFolderError, match="Upgrade firstprint"):
        read_all(FOLDER, files)
    assert version_of(b"short", path) is None


def test_a_session_id_too_long_for_a_header_is_refused() -> None:
    """A header has sixty-four bytes for the session's id."""
    with pytest.raises(ValueError, match="64"):
        SegmentHeader("x" * 65, 1, 1, bytes(16)).encode(Container.LIVE)


FILE_LIMIT_PROGRAM = """
import resource, sys
from pathlib import Path
from firstprint.domain.clock import Instant
from firstprint.journal.journal import Journal
from firstprint.journal.limits import JournalLimits
class Clock:
    def now(self): return Instant(1, 1)
journal = Journal.create(Path(sys.argv[1]), "s", Clock(), limits=JournalLimits(reserve_bytes=4096))
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
for i in range(60):
    journal.append_frames(1, [b"%d " % i + b"x" * 1_000], Instant(i + 1, i + 1))
    journal.commit()
journal.close()
print(journal.durable)
"""


def test_a_limit_on_the_size_of_files_only_makes_more_segments(tmp_path: Path) -> None:
    """With real files and a real limit (EFBIG), the torn block is cut away and a new segment takes it (F65)."""
    command = [sys.executable, "-c", FILE_LIMIT_PROGRAM, str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert done.stdout == b"60\n"
    assert [payload.split()[0] for payload in payloads(read_all(tmp_path / "s"))] == [b"%d" % i for i in range(60)]
    assert len(list((tmp_path / "s").glob("*.live"))) > 2
