"""The writer of a session's record: bounded appends, group commits, and what to do when the disk says no.

disk full (ENOSPC, EDQUOT)  what is whole is kept, the torn block is cut away, the queue waits and is tried again
                            every second. When the queue had to refuse a frame, the reserve is given back, so that
                            the queue and the record of the loss can be written; frames are refused until the disk
                            has room for a new reserve.
file too big (EFBIG)        a new segment
EIO, or any failed sync     the segment is never touched again; its records that are not durable are written once
                            more, to a new segment; a reader takes them from there
anything else               JournalFailed
"""

import errno
import threading
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import NoReturn

from firstprint.domain.clock import NS_PER_S, Clock, Instant
from firstprint.domain.errors import DataFolderError, JournalFailed
from firstprint.domain.record import Kind
from firstprint.journal.acknowledged import ACKNOWLEDGED_NAME, Acknowledged
from firstprint.journal.files import DiskFiles, Files
from firstprint.journal.header import FIRST_CHAIN, SegmentHeader
from firstprint.journal.latency import LatencyHistogram
from firstprint.journal.limits import JournalLimits
from firstprint.journal.queue import Batch, BlockQueue
from firstprint.journal.reserve import Reserve
from firstprint.journal.writing import SegmentWriter

_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_TRY_ANEW = frozenset({errno.EIO, errno.EFBIG})


class JournalState(Enum):
    """How the writer is."""

    WRITING = "writing"
    DISK_FULL = "disk_full"
    FAILED = "failed"
    CLOSED = "closed"


def _no_wish() -> None:
    return


class Journal:
    """The record of one session being written. Appends come from one thread, commits from another or the same.

    `state` says whether the disk takes what is appended, `latency` how long it took from receipt to durable.
    `on_durable` is called with each new durable number, in the thread that commits, and must not raise. `on_pending`
    is called when something waits to be committed where nothing waited before.
    """

    def __init__(
        self,
        folder: Path,
        session: str,
        clock: Clock,
        *,
        files: Files,
        limits: JournalLimits,
        on_durable: Callable[[int], None] | None,
    ) -> None:
        self.folder = folder / session
        self.session = session
        self.limits = limits
        self.state = JournalState.WRITING
        self.durable = 0
        self.latency = LatencyHistogram()
        self.on_pending: Callable[[], None] = _no_wish
        self._clock = clock
        self._files = files
        self._on_durable = on_durable
        self._queue = BlockQueue(limits, self._tell_pending)
        self._reserve = Reserve(files, folder, limits.reserve_bytes)
        self._committing = threading.Lock()
        self._segment: SegmentWriter | None = None
        self._segments = 0
        self._chain = FIRST_CHAIN
        self._try_again_mono_ns = 0
        files.make_folder(self.folder)
        if not self._reserve.take():
            raise DataFolderError(
                f"the disk of {folder} has no {limits.reserve_bytes} bytes left to set aside for the day it is full: "
                "make room, or choose another data folder"
            )
        self._acknowledged = Acknowledged(files.create(self.folder / ACKNOWLEDGED_NAME))

    @classmethod
    def create(
        cls,
        folder: Path,
        session: str,
        clock: Clock,
        *,
        files: Files | None = None,
        limits: JournalLimits | None = None,
        on_durable: Callable[[int], None] | None = None,
    ) -> "Journal":
        """Begin the record of a new session in `folder`/`session`.

        Raises DataFolderError when the session is there already, has an unusable name, or the disk is full.
        """
        if not session or session.startswith(".") or session != Path(session).name or len(session.encode()) > 64:
            raise DataFolderError(f"a session's id must be a file name of at most 64 bytes: {session!r}")
        try:
            return cls(
                folder,
                session,
                clock,
                files=files or DiskFiles(),
                limits=limits or JournalLimits(),
                on_durable=on_durable,
            )
        except FileExistsError:
            raise DataFolderError(f"session {session} is there already in {folder}") from None
        except OSError as error:
            raise DataFolderError(f"the journal cannot be written in {folder}: {error.strerror}") from error

    @property
    def appended(self) -> int:
        """The number of the last record appended, durable or not."""
        return self._queue.appended

    @property
    def stamped(self) -> Instant:
        """The times that the first record of the last append was given: what every reader of it will see."""
        mono_ns = self._queue.stamp_mono_ns
        return Instant(mono_ns, mono_ns + self._queue.wall_offset_ns)

    @property
    def queued_bytes(self) -> int:
        """What waits to be durable, in bytes of memory."""
        return self._queue.cost_bytes

    @property
    def oldest_pending_mono_ns(self) -> int | None:
        """When the oldest record that is not durable was received; None when all are."""
        return self._queue.oldest_mono_ns()

    def append(self, kind: Kind, connection: int, payload: bytes, at: Instant) -> int | None:
        """Append one record; give its number, or None when the bounded queue is full and nothing was kept."""
        return self._queue.append(kind, connection, (payload,), at)

    def append_frames(self, connection: int, payloads: Sequence[bytes], first: Instant) -> int | None:
        """Append received frames, 1 ns apart from `first` on; give the first one's number, or None: all or nothing."""
        return self._queue.append(Kind.FRAME_IN, connection, payloads, first)

    def commit(self) -> int:
        """Make everything appended so far durable; give the number of the last durable record.

        With a full disk the number stays behind, and the next call tries again. Raises JournalFailed when the record
        cannot be written any more.
        """
        with self._committing:
            if self.state in (JournalState.FAILED, JournalState.CLOSED):
                raise JournalFailed(f"the journal of session {self.session} is {self.state.value}")
            if self._may_try():
                self._commit()
            return self.durable

    def close(self) -> None:
        """Commit what is left, with the reserve's help if need be, and close the files.

        Raises JournalFailed when something could not be written.
        """
        self._queue.close()
        try:
            if self.state is not JournalState.CLOSED:
                self.commit()
            left = self.appended - self.durable
            if left:
                raise JournalFailed(f"the disk is full: {left} records of session {self.session} were not written")
        finally:
            self._retire()
            self._acknowledged.close()
            self.state = JournalState.CLOSED

    def _tell_pending(self) -> None:
        self.on_pending()

    def _may_try(self) -> bool:
        if self.state is not JournalState.DISK_FULL or self._must_write():
            return True
        return self._clock.now().mono_ns >= self._try_again_mono_ns

    def _must_write(self) -> bool:
        return self._reserve.held and (self._queue.refused or self._queue.closed)

    def _commit(self) -> None:
        for tries_left in range(self.limits.rewrites_max, -1, -1):
            try:
                self._persist()
                self._welcome_frames()
            except OSError as error:
                if self._settle(error, tries_left):
                    continue
            return

    def _persist(self) -> None:
        self._announce()
        for batch in self._queue.take():
            self._segment_with_room().write(batch, self.durable)
        self._sync()

    def _segment_with_room(self) -> SegmentWriter:
        segment = self._segment
        if segment and not segment.spoiled and segment.size_bytes < self.limits.segment_bytes_max:
            return segment
        self._sync()
        self._retire()
        self._segments += 1
        header = SegmentHeader(self.session, self._segments, self.durable + 1, self._chain)
        self._segment = SegmentWriter(self._files, self.folder, header)
        return self._segment

    def _sync(self) -> None:
        segment = self._segment
        if segment is None or segment.spoiled or segment.last_record == self.durable:
            return
        segment.sync()
        self._chain = segment.chain
        self.durable = segment.last_record
        self._measure(self._queue.release(self.durable))
        self._announce()

    def _announce(self) -> None:
        if self._acknowledged.number != self.durable:
            self._acknowledged.store(self.durable)
            if self._on_durable:
                self._on_durable(self.durable)

    def _measure(self, released: list[Batch]) -> None:
        now_ns = self._clock.now().mono_ns
        for batch in released:
            for mono_ns, count in zip(batch.columns.monos_ns, batch.columns.counts, strict=True):
                self.latency.add(now_ns - mono_ns, count)

    def _retire(self) -> None:
        if self._segment:
            self._segment.close()
            self._segment = None

    def _settle(self, error: OSError, tries_left: int) -> bool:
        """Decide what a failure means; give whether to try again at once."""
        self._keep_whole_blocks(spoil=error.errno == errno.EIO)
        if error.errno in _DISK_FULL:
            return self._disk_is_full()
        if error.errno in _TRY_ANEW and tries_left:
            self._retire()
            return True
        return self._fail(error)

    def _fail(self, error: OSError) -> NoReturn:
        self.state = JournalState.FAILED
        self._queue.close()
        raise JournalFailed(f"the journal of session {self.session} cannot be written: {error.strerror}") from error

    def _keep_whole_blocks(self, *, spoil: bool) -> None:
        """Make durable what was written whole before the failure; what cannot be will be written again elsewhere."""
        if self._segment is None:
            return
        self._segment.spoiled |= spoil
        try:
            self._sync()
        except OSError:
            self._segment.spoiled = True

    def _disk_is_full(self) -> bool:
        if self.state is JournalState.WRITING:
            self.state = JournalState.DISK_FULL
            self._queue.refused = False
        if self._must_write():
            self._queue.welcome_frames(welcome=False)
            try:
                self._reserve.release()
            except OSError as error:
                self._fail(error)
            return True
        self._try_again_mono_ns = self._clock.now().mono_ns + int(self.limits.disk_retry_s * NS_PER_S)
        return False

    def _welcome_frames(self) -> None:
        """After a commit on a disk that was full: go back to normal once the reserve is whole again."""
        if self.state is not JournalState.DISK_FULL:
            return
        if self._reserve.take(spare_bytes=self.limits.queue_bytes_max):
            self.state = JournalState.WRITING
            self._queue.welcome_frames(welcome=True)
        else:
            self._try_again_mono_ns = self._clock.now().mono_ns + int(self.limits.disk_retry_s * NS_PER_S)
