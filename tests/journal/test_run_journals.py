"""The journals of sync runs: kept before used, one writer, readable by whoever goes on or builds anew."""

import errno
from pathlib import Path

import msgspec
import pytest

from firstprint.domain.errors import DataFolderError, JournalFailed
from firstprint.domain.happenings import RestRequest, SessionClosed, SessionOpened
from firstprint.domain.record import Kind
from firstprint.journal.folder import DataFolder
from firstprint.journal.runs import RunJournals
from firstprint.journal.writing import SegmentWriter
from firstprint.net.clock import SystemClock

REQUEST = RestRequest(path="/markets", query=[("status", "open")])


def opened(run: str) -> SessionOpened:
    """Describe a run."""
    return SessionOpened(session=run, venue="kalshi", software="test", settings={"kind": "markets"})


def test_kept_answers_are_read_back_as_they_came(tmp_path: Path) -> None:
    """Every answer of a run is read again byte for byte, small and large, with the request it answered."""
    journals = RunJournals(tmp_path, SystemClock())
    bodies = [b"", b"{}", b'{"markets":["\n"]}', b"x" * 3_000_000]
    with journals.begin(opened("one")) as journal:
        numbers = [journal.keep(REQUEST, body)[0] for body in bodies]
        journal.finish("done", {"seen": 4})
    assert numbers == [2, 3, 4, 5]
    assert list(journals.earlier("one") or ()) == [(REQUEST, body) for body in bodies]
    ((session, records),) = journals.runs()
    told = list(records)
    assert session == opened("one")
    assert [one.kind for one in told] == [Kind.REST_BODY_PACKED] * 4 + [Kind.SESSION_CLOSED]
    closed = msgspec.json.decode(told[-1].payload, type=SessionClosed)
    assert closed == SessionClosed(outcome="done", report={"seen": 4})


def test_a_run_under_way_is_nobody_elses(tmp_path: Path) -> None:
    """While a run is written nobody goes on from it or builds from it; once its writer is gone, whoever wants may."""
    journals = RunJournals(tmp_path, SystemClock())
    with journals.begin(opened("one")) as journal:
        journal.keep(REQUEST, b"{}")
        assert journals.earlier("one") is None
        assert journals.runs() == []
    assert list(journals.earlier("one") or ()) == [(REQUEST, b"{}")]
    assert len(journals.runs()) == 1


def test_a_run_that_is_not_here_cannot_be_gone_on_from(tmp_path: Path) -> None:
    """The run of another machine, and a name that is no run's, give nothing."""
    journals = RunJournals(tmp_path, SystemClock())
    assert journals.earlier("20261121T000000Z-abcdef") is None
    assert journals.earlier("../syncs") is None


def test_a_full_disk_ends_a_run_with_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that the disk cannot take raises JournalFailed, so that nothing is done with what is not kept."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def record_on_a_full_disk() -> None:
        with RunJournals(tmp_path, SystemClock()).begin(opened("one")) as journal:
            monkeypatch.setattr(SegmentWriter, "write", full)
            journal.keep(REQUEST, b"{}")

    with pytest.raises(JournalFailed):
        record_on_a_full_disk()


def test_a_folder_is_prepared_once_by_many(tmp_path: Path) -> None:
    """Preparing a data folder makes it when it is not there, leaves it when it is, and refuses a foreign one."""
    folder = tmp_path / "data"
    assert DataFolder.prepare(folder).path == folder
    before = (folder / "firstprint.json").stat().st_mtime_ns
    DataFolder.prepare(folder)
    assert (folder / "firstprint.json").stat().st_mtime_ns == before
    with DataFolder.open(folder, recorder=True):
        DataFolder.prepare(folder)
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("mine")
    with pytest.raises(DataFolderError, match="holds files of something else"):
        DataFolder.prepare(foreign)
