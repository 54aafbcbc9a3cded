"""A session's journal as the proof reads it."""

from collections.abc import Iterable
from pathlib import Path

from firstprint.journal.acknowledged import read_acknowledged
from firstprint.journal.block import Block
from firstprint.journal.files import DiskFiles, Files
from firstprint.journal.reader import SessionReader
from firstprint.journal.scan import Damage


class JournalSession:
    """Implements app.verify_ports.RecordedSession over a session's folder."""

    def __init__(self, folder: Path, files: Files | None = None) -> None:
        self._files = files or DiskFiles()
        self._reader = SessionReader(folder, self._files, tolerant=True)
        self.session = folder.name
        self.acknowledged = read_acknowledged(self._files, folder)

    def blocks(self) -> Iterable[Block]:
        """Give the blocks, in order."""
        return self._reader.blocks()

    @property
    def damage(self) -> list[Damage]:
        """What could not be read, known when the blocks have been given."""
        return self._reader.damage
