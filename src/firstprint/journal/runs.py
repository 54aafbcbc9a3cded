"""The journals of runs: one for each, below `syncs/`, `discoveries/` or `decisions/`, locked while written.

    syncs/<run>/lock        held by the process that works on the run
    syncs/<run>/<segments>  the run's opening, every answer that it was given, and its end

A run waits for the disk with every answer: there is no queue to speak of, and no reserve. A full disk ends the run.
Answers are compressed one by one as they are written: a page of 3 MB takes 6 ms, less than writing it as it is would.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from zstandard import ZstdCompressor, ZstdDecompressor

from firstprint.domain.clock import Clock
from firstprint.domain.errors import JournalFailed
from firstprint.domain.happenings import RestRequest, SessionClosed, SessionOpened
from firstprint.domain.record import JournalRecord, Kind
from firstprint.journal.files import FILE_MODE, DiskFiles
from firstprint.journal.journal import Journal
from firstprint.journal.limits import MIB, JournalLimits
from firstprint.journal.reader import SessionReader
from firstprint.journal.recovery import recover
from firstprint.journal.sessions import list_sessions

SYNCS_NAME = "syncs"
DISCOVERIES_NAME = "discoveries"
DECISIONS_NAME = "decisions"
LOCK_NAME = "lock"
LIMITS = JournalLimits(queue_bytes_max=64 * MIB, reserve_bytes=0)
COMPRESSION_LEVEL = 1


class RunJournal:
    """The journal of a run under way. Calls may come from any thread, one at a time."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._compressor = ZstdCompressor(COMPRESSION_LEVEL)

    @property
    def run(self) -> str:
        """The run's id."""
        return self._journal.session

    def keep(self, request: RestRequest, body: bytes) -> tuple[int, int]:
        """Write an answer and wait until it is durable; give its record number and our wall time, Unix ns.

        Raises JournalFailed when it cannot be kept.
        """
        packed = msgspec.json.encode(request) + b"\n" + self._compressor.compress(body)
        return self._write(Kind.REST_BODY_PACKED, packed)

    def finish(self, outcome: str, report: dict[str, Any]) -> None:
        """Write the orderly end of the run, with what it counted."""
        self._write(Kind.SESSION_CLOSED, msgspec.json.encode(SessionClosed(outcome=outcome, report=report)))

    def open(self, opened: SessionOpened) -> None:
        """Write the beginning of the run."""
        self._write(Kind.SESSION_OPENED, msgspec.json.encode(opened))

    def _write(self, kind: Kind, payload: bytes) -> tuple[int, int]:
        number = self._journal.append(kind, 0, payload, self._clock.now())
        if number is None or self._journal.commit() < number:
            raise JournalFailed(f"an answer could not be kept in {self._journal.folder}: the disk is full. Make room")
        return number, self._journal.stamped.wall_ns


class RunJournals:
    """All runs of one kind of a data folder: syncs, discoveries, or decisions of people."""

    def __init__(self, data: Path, clock: Clock, name: str = SYNCS_NAME) -> None:
        self.folder = data / name
        self._clock = clock

    @contextmanager
    def begin(self, opened: SessionOpened) -> Iterator[RunJournal]:
        """Begin the journal of a run; at the end it is closed.

        Raises DataFolderError when it cannot be written.
        """
        files = DiskFiles()
        files.make_folder(self.folder)
        journal = Journal.create(self.folder, opened.session, self._clock, limits=LIMITS)
        lock = _lock(journal.folder)
        try:
            kept = RunJournal(journal, self._clock)
            kept.open(opened)
            try:
                yield kept
            finally:
                journal.close()
        finally:
            os.close(lock)

    def earlier(self, run: str) -> Iterator[tuple[RestRequest, bytes]] | None:
        """Give the answers of a run that nobody works on; None when somebody does, or when it is not here."""
        folder = self.folder / run
        if Path(run).name != run or not folder.is_dir() or not _is_free(folder):
            return None
        recover(folder)
        records = SessionReader(folder).records()
        return (read_answer(record) for record in records if record.kind is Kind.REST_BODY_PACKED)

    def under_way(self) -> list[str]:
        """Name the runs that somebody works on now."""
        folders = sorted(self.folder.iterdir()) if self.folder.is_dir() else []
        return [folder.name for folder in folders if (folder / LOCK_NAME).exists() and not _is_free(folder)]

    def runs(self) -> list[tuple[SessionOpened, Iterator[JournalRecord]]]:
        """Give every run that nobody works on, the oldest first, with its records after the first."""
        found = []
        for one in list_sessions(self.folder) if self.folder.is_dir() else []:
            if not one.last_record or not _is_free(one.folder):
                continue
            records = SessionReader(one.folder, tolerant=True).records()
            first = next(records)
            found.append((msgspec.json.decode(first.payload, type=SessionOpened), records))
        return found


def read_answer(record: JournalRecord) -> tuple[RestRequest, bytes]:
    """Read the request and the body of a REST record."""
    head, _, body = record.payload.partition(b"\n")
    return msgspec.json.decode(head, type=RestRequest), ZstdDecompressor().decompress(body)


def _lock(folder: Path) -> int:
    lock = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def _is_free(folder: Path) -> bool:
    lock = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
