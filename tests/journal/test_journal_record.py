"""What is appended is what is read: numbers, kinds, times, bytes; live, sealed, and while it is written."""

import itertools
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_kit import SMALL, WALL_NS, HandClock, append_history, payloads, read_all
from memory_files import MemoryFiles

from firstprint.domain.clock import Instant
from firstprint.domain.errors import DataFolderError, JournalFailed
from firstprint.domain.record import JournalRecord, Kind
from firstprint.journal.acknowledged import read_acknowledged
from firstprint.journal.committer import Committer
from firstprint.journal.files import DiskFiles
from firstprint.journal.follower import Follower
from firstprint.journal.journal import Journal, JournalState
from firstprint.journal.latency import LatencyHistogram, bucket_end_ns, bucket_of
from firstprint.journal.limits import JournalLimits
from firstprint.journal.reader import SessionReader
from firstprint.journal.sealing import seal_session
from firstprint.journal.segment import segment_names
from firstprint.journal.sessions import list_sessions, read_records, summarize

ROOT = Path("/data/journal")

APPENDS = st.lists(
    st.tuples(
        st.sampled_from(list(Kind)),
        st.integers(0, 2**32 - 1),
        st.lists(st.binary(max_size=120), min_size=1, max_size=5),
        st.integers(-5, 10**10),
        st.sampled_from([0, 0, 0, 300_000, 2_000_000, -3_600_000_000_000]),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(APPENDS)
def test_what_is_appended_is_what_is_read_live_and_sealed(steps: list[tuple]) -> None:
    """Any appends come back whole and in order, with rising times (I02, I10), from live and sealed segments alike."""
    files, clock = MemoryFiles(), HandClock()
    journal = Journal.create(ROOT, "s", clock, files=files, limits=SMALL)
    expected: list[tuple] = []
    for kind, connection, texts, moved_ns, stepped_ns, commits in steps:
        clock.step_ns += stepped_ns
        at = clock.move(moved_ns)
        if kind is Kind.FRAME_IN:
            number = journal.append_frames(connection, texts, at)
        else:
            del texts[1:]
            number = journal.append(kind, connection, texts[0], at)
        assert number == len(expected) + 1
        assert journal.stamped.mono_ns >= at.mono_ns
        expected += [(kind, connection, text, at) for text in texts]
        if commits:
            assert journal.commit() == journal.appended == journal.durable
    journal.close()
    records = read_all(ROOT / "s", files)
    assert [(r.kind, r.connection, r.payload) for r in records] == [one[:3] for one in expected]
    assert [r.number for r in records] == list(range(1, len(records) + 1))
    assert all(before.mono_ns < after.mono_ns for before, after in itertools.pairwise(records))
    for record, (_, _, _, at) in zip(records, expected, strict=True):
        assert abs((record.wall_ns - record.mono_ns) - (at.wall_ns - at.mono_ns)) <= SMALL.wall_drift_ns_max
    seal_session(ROOT / "s", files, SMALL, finished=True)
    assert read_all(ROOT / "s", files) == records


def test_the_stamp_told_is_the_stamp_read() -> None:
    """The writer says which times an append was given, and a reader sees the same (I09)."""
    files, clock = MemoryFiles(), HandClock()
    journal = Journal.create(ROOT, "s", clock, files=files, limits=SMALL)
    told = []
    for drift_ns in (0, 900_000, -900_000, 1_500_000, 1_600_000):
        journal.append_frames(1, [b"a", b"b"], Instant(5_000, 5_000 + WALL_NS + drift_ns))
        told.append(journal.stamped)
    journal.close()
    assert [Instant(r.mono_ns, r.wall_ns) for r in read_all(ROOT / "s", files)[::2]] == told


def test_frames_of_one_read_are_a_nanosecond_apart() -> None:
    """Frames received together keep their order in their times (I10)."""
    files, clock = MemoryFiles(), HandClock()
    journal = Journal.create(ROOT, "s", clock, files=files, limits=SMALL)
    assert journal.append_frames(7, [b"a", b"b", b"c"], Instant(50, 50 + WALL_NS)) == 1
    assert journal.append_frames(7, [b"d"], Instant(51, 51 + WALL_NS)) == 4
    journal.close()
    assert [record.mono_ns for record in read_all(ROOT / "s", files)] == [50, 51, 52, 53]
    with pytest.raises(JournalFailed, match="closed"):
        journal.commit()


def test_reading_begins_anywhere() -> None:
    """Records above any number are the end of all records, whatever segment the number is in."""
    files, clock = MemoryFiles(), HandClock()
    journal = Journal.create(ROOT, "s", clock, files=files, limits=SMALL)
    append_history(journal, clock, 10)
    seal_session(ROOT / "s", files, SMALL)
    journal.close()
    records = read_all(ROOT / "s", files)
    for after in range(len(records) + 2):
        assert list(SessionReader(ROOT / "s", files).records(after)) == records[after:]


def test_nothing_fits_into_a_full_queue_but_the_word_that_it_was_full() -> None:
    """A full queue keeps nothing of a read, and has room left for the record of the loss (F66)."""
    files, clock = MemoryFiles(), HandClock()
    journal = Journal.create(ROOT, "s", clock, files=files, limits=SMALL)
    accepted = 0
    while journal.append_frames(1, [b"z" * 300, b"z" * 300], clock.move(10)) is not None:
        accepted += 2
    assert journal.queued_bytes <= SMALL.queue_bytes_max
    assert journal.appended == accepted
    assert journal.append(Kind.LOSS, 0, b"lost", clock.now()) == accepted + 1
    assert journal.oldest_pending_mono_ns == 1_010
    assert journal.commit() == accepted + 1
    assert journal.oldest_pending_mono_ns is None
    assert journal.queued_bytes == 0
    assert journal.append_frames(1, [b"again"], clock.now()) == accepted + 2


def test_a_read_larger_than_a_block_is_cut_between_frames() -> None:
    """Blocks stay within their bound; only a single larger record exceeds it."""
    files, clock = MemoryFiles(), HandClock()
    journal = Journal.create(ROOT, "s", clock, files=files, limits=SMALL)
    journal.append_frames(1, [b"%d" % i * 90 for i in range(10)], clock.now())
    journal.append(Kind.REST_BODY, 0, b"w" * 3_000, clock.now())
    journal.close()
    sizes = [sum(map(len, block.columns.payloads)) for block in SessionReader(ROOT / "s", files).blocks()]
    assert max(sizes[:-1]) <= SMALL.block_bytes_max
    assert sizes[-1] == 3_000


def test_an_append_of_nothing_is_a_mistake() -> None:
    """An empty read has no first record, so it is refused loudly."""
    journal = Journal.create(ROOT, "s", HandClock(), files=MemoryFiles(), limits=SMALL)
    with pytest.raises(ValueError, match="nothing"):
        journal.append_frames(1, [], Instant(1, 1))


def test_a_session_is_not_begun_twice() -> None:
    """A session's folder belongs to one run, and its id must be a file's name."""
    files = MemoryFiles()
    Journal.create(ROOT, "s", HandClock(), files=files, limits=SMALL)
    for session in ("s", "", "a/b", "..", "x" * 65):
        with pytest.raises(DataFolderError):
            Journal.create(ROOT, session, HandClock(), files=files, limits=SMALL)


def test_the_latency_from_receipt_to_durable_is_measured() -> None:
    """Each record counts once, with the time from its receipt to the end of its commit."""
    clock = HandClock()
    journal = Journal.create(ROOT, "s", clock, files=MemoryFiles(), limits=SMALL)
    journal.append_frames(1, [b"a"] * 9, clock.now())
    journal.append(Kind.TICK, 0, b"", clock.move(4_000_000))
    clock.move(1_000_000)
    journal.commit()
    assert journal.latency.total == 10
    assert journal.latency.longest_ns == 5_000_000
    assert 4_300_000 <= journal.latency.quantile_ns(0.5) <= 5_000_000
    assert 1_000_000 <= journal.latency.quantile_ns(0.1) <= 1_130_000


@given(st.integers(0, 2**50))
def test_a_bucket_holds_its_durations_and_is_narrow(value_ns: int) -> None:
    """A bucket's end is at or above each duration in it, by an eighth at most."""
    end_ns = bucket_end_ns(bucket_of(value_ns))
    assert value_ns <= end_ns <= value_ns + value_ns // 8
    assert LatencyHistogram().quantile_ns(0.99) == 0


@pytest.mark.parametrize("sealed_after", [None, 1, 3])
def test_a_follower_reads_what_became_durable_and_nothing_else(sealed_after: int | None) -> None:
    """A follower keeps up across rolls and across the sealing of what it reads, and never sees what is not durable."""
    files, clock = MemoryFiles(), HandClock()
    journal = Journal.create(ROOT, "s", clock, files=files, limits=SMALL)
    follower, seen = Follower(ROOT / "s", files), []
    for step in range(12):
        journal.append_frames(1, [b"%d" % step * 40, b"+"], clock.move(10))
        if step % 3 == 0:
            journal.commit()
        if sealed_after and step % sealed_after == 0:
            seal_session(ROOT / "s", files, SMALL)
        for block in follower.poll(blocks_max=2):
            seen += list(block.frames())
        assert len(seen) <= journal.durable
    journal.close()
    while blocks := follower.poll(blocks_max=1):
        seen += [record for block in blocks for record in block.frames()]
    assert seen == read_all(ROOT / "s", files)
    follower.close()


def test_a_follower_may_begin_in_the_middle() -> None:
    """A follower that starts late gives every record above its start."""
    files, clock = MemoryFiles(), HandClock()
    journal = Journal.create(ROOT, "s", clock, files=files, limits=SMALL)
    append_history(journal, clock, 9)
    records = read_all(ROOT / "s", files)
    for after in range(len(records) + 1):
        follower = Follower(ROOT / "s", files, after=after)
        got = [record for block in follower.poll() for record in block.frames(after)]
        assert got == records[after:]


class StepClock(HandClock):
    """A clock that moves a little at each look, for threads."""

    def now(self) -> Instant:
        return self.move(1_000)

    def move(self, by_ns: int) -> Instant:
        self.mono_ns += by_ns
        return Instant(self.mono_ns, self.mono_ns + WALL_NS)


def test_a_thread_commits_while_another_appends_and_a_third_follows_and_seals(tmp_path: Path) -> None:
    """With real files and threads, a follower beside the writer and the sealer sees each record once, in order."""
    limits = JournalLimits(segment_bytes_max=20_000, reserve_bytes=4_096, commit_interval_s=0.001)
    clock, failures, wake = StepClock(), [], threading.Event()
    journal = Journal.create(tmp_path, "s", clock, limits=limits, on_durable=lambda number: wake.set())
    committer = Committer(journal, clock, failures.append)
    committer.start()
    total, seen, errors = 3_000, [], []

    def follow() -> None:
        follower = Follower(tmp_path / "s")
        try:
            while len(seen) < total and not failures:
                wake.wait(1.0)
                wake.clear()
                seen.extend(record for block in follower.poll() for record in block.frames())
                seal_session(tmp_path / "s", limits=limits)
        except Exception as error:  # noqa: BLE001 the main thread looks at it
            errors.append(error)

    reader = threading.Thread(target=follow)
    reader.start()
    for i in range(total // 10):
        assert journal.append_frames(1, [b"%d" % (i * 10 + k) for k in range(10)], clock.now())
    while journal.durable < total:
        assert wake.wait(30.0) or journal.durable == total
        wake.clear()
        wake.set()
    reader.join(60.0)
    assert committer.stop()
    journal.close()
    assert not failures
    assert not errors
    assert [record.payload for record in seen] == [b"%d" % i for i in range(total)]
    assert journal.state is JournalState.CLOSED
    assert read_acknowledged(DiskFiles(), tmp_path / "s") == total
    assert list(SessionReader(tmp_path / "s").records()) == seen


def test_the_committer_hands_on_what_ended_it() -> None:
    """A failure of the thread is heard by whoever started it: it never dies silently (F60)."""
    files, clock, heard = MemoryFiles(), StepClock(), threading.Event()
    journal = Journal.create(ROOT, "s", clock, files=files, limits=SMALL)
    failures: list[Exception] = []

    def on_failure(error: Exception) -> None:
        failures.append(error)
        heard.set()

    def fail(what: str, path: Path) -> None:
        raise OSError(30, "read-only")

    committer = Committer(journal, clock, on_failure)
    committer.start()
    files.before = fail
    journal.append(Kind.TICK, 0, b"", clock.now())
    assert heard.wait(30.0)
    assert isinstance(failures[0], JournalFailed)
    assert journal.state is JournalState.FAILED
    assert journal.append(Kind.TICK, 0, b"", clock.now()) is None
    assert committer.stop()


def test_sessions_are_listed_with_their_ends() -> None:
    """The list says first and last record, last durable time, size, and whether the session was closed."""
    files, clock = MemoryFiles(), HandClock()
    for session in ("crashed", "closed", "empty"):
        journal = Journal.create(ROOT, session, clock, files=files, limits=SMALL)
        if session != "empty":
            append_history(journal, clock, 6)
        if session == "closed":
            journal.append(Kind.SESSION_CLOSED, 0, b"{}", clock.move(9))
        journal.commit()
    seal_session(ROOT / "closed", files, SMALL, finished=True)
    files.folders.add(ROOT)
    crashed, closed, empty = (summarize(ROOT / name, files) for name in ("crashed", "closed", "empty"))
    assert (crashed.first_record, crashed.last_record, crashed.closed) == (1, 24, False)
    assert (closed.last_record, closed.closed, closed.last_wall_ns) == (25, True, clock.now().wall_ns)
    assert closed.segments == closed.sealed_segments == len(segment_names(files, ROOT / "closed"))
    assert crashed.sealed_segments == 0
    assert (empty.last_record, empty.first_wall_ns, empty.closed) == (0, None, False)


def test_sessions_below_a_folder_come_oldest_first(tmp_path: Path) -> None:
    """Sessions on disk are listed in the order of their times, not of their names."""
    clock, limits = HandClock(), SMALL
    for session in ("b", "a"):
        journal = Journal.create(tmp_path, session, clock, limits=limits)
        journal.append(Kind.TICK, 0, b"", clock.move(10))
        journal.close()
    assert [one.session for one in list_sessions(tmp_path)] == ["b", "a"]
    assert payloads(read_records(tmp_path, "a")) == [b""]
    assert isinstance(read_records(tmp_path, "b")[0], JournalRecord)


def test_sealing_twice_is_sealing_once() -> None:
    """Sealing what is sealed does nothing, and the last segment of a live session is left alone."""
    files, clock = MemoryFiles(), HandClock()
    journal = Journal.create(ROOT, "s", clock, files=files, limits=SMALL)
    append_history(journal, clock, 9)
    live = len(segment_names(files, ROOT / "s"))
    assert seal_session(ROOT / "s", files, SMALL) == live - 1
    before = files.content()
    assert seal_session(ROOT / "s", files, SMALL) == 0
    assert files.content() == before
    append_history(journal, clock, 1)
    journal.close()
    assert len(read_all(ROOT / "s", files)) == 40
