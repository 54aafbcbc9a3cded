"""The data folder: one version, one recorder, for its owner's eyes."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from firstprint.domain.errors import DataFolderError
from firstprint.journal.folder import LOCK_NAME, MARK_NAME, DataFolder


def test_a_recorder_creates_the_folder_for_its_owner_only(tmp_path: Path) -> None:
    """A new data folder holds its version and the journal, and nobody else can read it."""
    with DataFolder.open(tmp_path / "a" / "data", recorder=True) as folder:
        assert folder.journal.is_dir()
        assert (folder.path / MARK_NAME).read_bytes() == b'{"format":1}\n'
        for path in (folder.path, folder.journal, folder.path / MARK_NAME, folder.path / LOCK_NAME):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_a_second_recorder_is_refused_and_told_which_process_is_first(tmp_path: Path) -> None:
    """Two recorders never share a folder (F61); a reader may look in at any time; a freed lock is free."""
    with DataFolder.open(tmp_path / "data", recorder=True):
        DataFolder.open(tmp_path / "data").close()
        with pytest.raises(DataFolderError, match=f"process {os.getpid()}"):
            DataFolder.open(tmp_path / "data", recorder=True)
    DataFolder.open(tmp_path / "data", recorder=True).close()


def test_the_lock_of_a_killed_recorder_is_free(tmp_path: Path) -> None:
    """A lock dies with its process, so a crash needs no tidying (law 11)."""
    program = (
        "import os, sys; from pathlib import Path; from firstprint.journal.folder import DataFolder\n"
        "folder = DataFolder.open(Path(sys.argv[1]), recorder=True); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(tmp_path / "d")], check=False).returncode == -9
    DataFolder.open(tmp_path / "d", recorder=True).close()


@pytest.mark.parametrize("mark", [b'{"format": 2}', b'{"format": 0}', b"not json", b""])
def test_another_version_is_refused_with_advice(tmp_path: Path, mark: bytes) -> None:
    """A folder of another version, or one whose mark cannot be read, is not touched (F64)."""
    (tmp_path / MARK_NAME).write_bytes(mark)
    for recorder in (True, False):
        with pytest.raises(DataFolderError, match=r"give another folder|restore"):
            DataFolder.open(tmp_path, recorder=recorder)
    assert (tmp_path / MARK_NAME).read_bytes() == mark


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    """A recorder does not settle among other people's files, and does not read what is not its own."""
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(DataFolderError, match="empty or a new folder"):
        DataFolder.open(tmp_path, recorder=True)
    with pytest.raises(DataFolderError, match="not a data folder"):
        DataFolder.open(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_creation_that_was_cut_off_is_finished_by_the_next_start(tmp_path: Path) -> None:
    """A crash between the folder and its mark needs no repair (law 11)."""
    (tmp_path / LOCK_NAME).touch()
    (tmp_path / (MARK_NAME + ".tmp")).write_bytes(b'{"for')
    DataFolder.open(tmp_path, recorder=True).close()
    with DataFolder.open(tmp_path) as folder:
        assert folder.journal.is_dir()


def test_a_path_that_cannot_be_a_folder_is_told(tmp_path: Path) -> None:
    """A file in the way is an error with advice, not a trace."""
    (tmp_path / "file").touch()
    with pytest.raises(DataFolderError, match="may write to"):
        DataFolder.open(tmp_path / "file" / "data", recorder=True)


def test_a_whole_folder_that_cannot_be_written_is_refused_to_writers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder on a read-only file system looks whole: who wants to write is told at once, a reader may go on."""
    DataFolder.prepare(tmp_path / "d").close()
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(DataFolderError, match=r"cannot be used: .*Give a folder that you may write to"):
        DataFolder.prepare(tmp_path / "d")
    DataFolder.open(tmp_path / "d").close()
