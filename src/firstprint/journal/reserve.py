"""Disk space set aside for the day the disk is full."""

from contextlib import suppress
from pathlib import Path

from firstprint.journal.files import Files

RESERVE_NAME = "reserve"


class Reserve:
    """A file that only holds space, given back to the disk when the journal must write and nothing else is left.

    With a size of 0 there is no file, and nothing to give back.
    """

    def __init__(self, files: Files, folder: Path, size_bytes: int) -> None:
        self._files = files
        self._path = folder / RESERVE_NAME
        self._size_bytes = size_bytes
        self.held = False

    def take(self, spare_bytes: int = 0) -> bool:
        """Set the space aside; False when the disk does not have it and `spare_bytes` more."""
        if not self.held:
            self.held = not self._size_bytes or self._exists() or self._allocate(spare_bytes)
        return self.held

    def release(self) -> None:
        """Give the space back to the disk. Raises OSError."""
        if self._size_bytes and self._exists():
            self._files.unlink(self._path)
        self.held = False

    def _exists(self) -> bool:
        try:
            file = self._files.open(self._path)
        except FileNotFoundError:
            return False
        size_bytes = file.size_bytes()
        file.close()
        if size_bytes >= self._size_bytes:
            return True
        self._files.unlink(self._path)
        return False

    def _allocate(self, spare_bytes: int) -> bool:
        if self._files.free_bytes(self._path.parent) < self._size_bytes + spare_bytes:
            return False
        file = self._files.create(self._path)
        try:
            file.allocate(self._size_bytes)
            file.sync()
        except OSError:
            with suppress(OSError):  # an empty reserve is found too small, and removed, at the next try
                self._files.unlink(self._path)
            return False
        finally:
            file.close()
        return True
