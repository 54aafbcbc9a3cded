"""The data folder: everything firstprint keeps, in one place, of one version, with one recorder at a time.

    firstprint.json     the version of the folder
    recorder.lock       held by the recorder that runs; its process number is written in it
    journal/            the sessions
    syncs/              the runs of the securities master's syncs

The folder and what is made in it here can be read by its owner only.
"""

import errno
import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from firstprint.domain.errors import DataFolderError
from firstprint.journal.files import FILE_MODE, DiskFiles
from firstprint.journal.header import TEMPORARY_SUFFIX

FORMAT = 1
MARK_NAME = "firstprint.json"
LOCK_NAME = "recorder.lock"
TURN_NAME = "creating.lock"
JOURNAL_NAME = "journal"


class _Mark(msgspec.Struct):
    format: int


class DataFolder:
    """An open data folder. A recorder holds its lock until `close`; a reader holds nothing."""

    def __init__(self, path: Path, lock: int | None) -> None:
        self.path = path
        self.journal = path / JOURNAL_NAME
        self._lock = lock

    @classmethod
    def prepare(cls, path: Path) -> "DataFolder":
        """Open a data folder to write beside a recorder, creating it when it is not there; hold nothing.

        Raises DataFolderError as `open` does, and for a folder that is there and cannot be written.
        """
        try:
            _create_once(path)
            _refuse_unwritable(path)
        except OSError as error:
            raise _unusable(path, error) from error
        return cls.open(path)

    @classmethod
    def open(cls, path: Path, *, recorder: bool = False) -> "DataFolder":
        """Open a data folder; a recorder creates it when it is not there, and locks it.

        Raises DataFolderError when it is of another version, in use by another recorder, or cannot be used.
        """
        try:
            lock = _lock(path) if recorder else None
            try:
                if recorder:
                    _create(path)
                _check_version(path)
            except BaseException:
                _unlock(lock)
                raise
            return cls(path, lock)
        except OSError as error:
            raise _unusable(path, error) from error

    def close(self) -> None:
        """Give the lock back."""
        _unlock(self._lock)
        self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _create(path: Path) -> None:
    """Make what is missing of a data folder; a crash in here is made good by the next start."""
    files = DiskFiles()
    if MARK_NAME not in files.names(path):
        temporary = path / (MARK_NAME + TEMPORARY_SUFFIX)
        temporary.unlink(missing_ok=True)
        file = files.create(temporary)
        file.write(0, [msgspec.json.encode(_Mark(FORMAT)) + b"\n"])
        file.sync()
        file.close()
        files.rename(temporary, path / MARK_NAME)
        files.sync_folder(path)
    files.make_folder(path / JOURNAL_NAME)


def _create_once(path: Path) -> None:
    """Make a data folder when it is none; of several processes that want one, each finds it whole."""
    DiskFiles().make_folder(path)
    if MARK_NAME in DiskFiles().names(path):
        return
    _refuse_foreign(path)
    turn = os.open(path / TURN_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        _create(path)
    finally:
        os.close(turn)


def _unusable(path: Path, error: OSError) -> DataFolderError:
    return DataFolderError(
        f"the data folder {path} cannot be used: {error.strerror}. Give a folder that you may write to"
    )


def _refuse_unwritable(path: Path) -> None:
    """Find out before anything is begun: a folder made by another user, or on a read-only file system, looks whole."""
    if not os.access(path, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "it cannot be written")


def _refuse_foreign(path: Path) -> None:
    names = set(DiskFiles().names(path))
    if names - {LOCK_NAME, TURN_NAME, MARK_NAME + TEMPORARY_SUFFIX} and MARK_NAME not in names:
        raise DataFolderError(f"{path} holds files of something else: give an empty or a new folder")


def _check_version(path: Path) -> None:
    try:
        mark = msgspec.json.decode((path / MARK_NAME).read_bytes(), type=_Mark)
    except FileNotFoundError:
        raise DataFolderError(
            f"{path} is not a data folder of firstprint: give one, or record one with `firstprint run`"
        ) from None
    except msgspec.MsgspecError as error:
        raise DataFolderError(f"{path / MARK_NAME} cannot be read ({error}): restore it from a backup") from error
    if mark.format != FORMAT:
        raise DataFolderError(
            f"{path} is a data folder of format {mark.format}, and this program knows format {FORMAT}: "
            f"use a firstprint that knows it, or give another folder"
        )


def _lock(path: Path) -> int:
    DiskFiles().make_folder(path)
    _refuse_foreign(path)
    lock = os.open(path / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 32, 0).decode(errors="replace").strip() or "unknown"
        os.close(lock)
        raise DataFolderError(
            f"{path} is in use by another recorder, process {holder}: stop it, or give another data folder"
        ) from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, b"%d\n" % os.getpid(), 0)
    return lock


def _unlock(lock: int | None) -> None:
    if lock is not None:
        os.close(lock)
