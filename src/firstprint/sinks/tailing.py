"""The journal as the projector reads it: sessions by name, each followed from its first record."""

from collections.abc import Iterator
from pathlib import Path

from firstprint.domain.record import Kind
from firstprint.journal.acknowledged import read_acknowledged
from firstprint.journal.block import Block
from firstprint.journal.files import DiskFiles, Files
from firstprint.journal.follower import Follower


class JournalSessions:
    """The sessions below a journal folder. Their names sort by time."""

    def __init__(self, folder: Path, files: Files | None = None) -> None:
        self._folder = folder
        self._files = files or DiskFiles()

    def sessions(self) -> list[str]:
        """List the sessions, oldest first."""
        return [name for name in self._files.names(self._folder) if (self._folder / name).is_dir()]

    def tail(self, session: str) -> "FollowedSession":
        """Start to read a session from its first record."""
        return FollowedSession(self._folder / session, self._files)


class FollowedSession:
    """One session's durable blocks, as they come."""

    def __init__(self, folder: Path, files: Files) -> None:
        self.ended = False
        self._folder = folder
        self._files = files
        self._follower = Follower(folder, files)

    @property
    def durable(self) -> int:
        """The number of the last durable record."""
        return read_acknowledged(self._files, self._folder)

    def read(self) -> Iterator[Block]:
        """Give the durable blocks not given before; raise JournalDamaged where the record cannot be read."""
        while blocks := self._follower.poll():
            for block in blocks:
                kinds = block.columns.kinds
                self.ended = bool(kinds) and kinds[-1] == Kind.SESSION_CLOSED
                yield block
        self._follower.close()
