"""The seam to the operating system: the few file operations the journal is built on.

Nothing else in the journal touches a file, so that a test can stand in for the disk, fill it, break it, or cut its
power between any two operations. All errors are OSError, as the operating system gives them. Files and folders are
readable by their owner only.
"""

import fcntl
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

ALLOCATED_AT_ONCE_BYTES = 1 << 20
FILE_MODE = 0o600
FOLDER_MODE = 0o700


class OpenFile(Protocol):
    """A file that is open for reading and, when it was asked for, writing."""

    def read(self, offset: int, size_bytes: int) -> bytes:
        """Read up to `size_bytes` from `offset`; fewer only at the end of the file."""
        ...

    def write(self, offset: int, parts: Sequence[bytes]) -> None:
        """Write all parts, one behind the other, from `offset` on. Not durable before `sync`."""
        ...

    def sync(self) -> None:
        """Make everything written so far, and the size, durable."""
        ...

    def truncate(self, size_bytes: int) -> None:
        """Cut the file off at `size_bytes`."""
        ...

    def allocate(self, size_bytes: int) -> None:
        """Take `size_bytes` of disk for the file, so that they cannot be had by anybody else."""
        ...

    def size_bytes(self) -> int:
        """Give the size of the file."""
        ...

    def close(self) -> None:
        """Give the file back to the operating system."""
        ...


class Files(Protocol):
    """A disk: files and folders by path."""

    def make_folder(self, path: Path) -> None:
        """Create a folder and those above it, if they are not there."""
        ...

    def create(self, path: Path) -> OpenFile:
        """Create a file that is not there yet, and open it for writing."""
        ...

    def open(self, path: Path, *, writable: bool = False) -> OpenFile:
        """Open a file that is there."""
        ...

    def rename(self, source: Path, target: Path) -> None:
        """Give a file another name, replacing what had it."""
        ...

    def unlink(self, path: Path) -> None:
        """Remove a file."""
        ...

    def sync_folder(self, path: Path) -> None:
        """Make the names in a folder durable."""
        ...

    def names(self, path: Path) -> list[str]:
        """List the names in a folder, sorted; an absent folder has none."""
        ...

    def free_bytes(self, path: Path) -> int:
        """Give how much can still be written to the disk that holds `path`."""
        ...


class DiskFile:
    """A real file, by its descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def read(self, offset: int, size_bytes: int) -> bytes:
        """Read up to `size_bytes` from `offset`."""
        data = os.pread(self._descriptor, size_bytes, offset)
        while len(data) < size_bytes:
            more = os.pread(self._descriptor, size_bytes - len(data), offset + len(data))
            if not more:
                break
            data += more
        return data

    def write(self, offset: int, parts: Sequence[bytes]) -> None:
        """Write all parts from `offset` on, in one system call when the kernel takes them whole."""
        written = os.pwritev(self._descriptor, parts, offset)
        if written == sum(map(len, parts)):
            return
        rest = memoryview(b"".join(parts))[written:]
        while rest:
            offset += written
            written = os.pwrite(self._descriptor, rest, offset)
            rest = rest[written:]

    def sync(self) -> None:
        """Make the data and the size durable."""
        if sys.platform == "darwin":  # there, fsync leaves the data in the drive's own cache
            fcntl.fcntl(self._descriptor, fcntl.F_FULLFSYNC)
        else:
            os.fdatasync(self._descriptor)

    def truncate(self, size_bytes: int) -> None:
        """Cut the file off."""
        os.ftruncate(self._descriptor, size_bytes)

    def allocate(self, size_bytes: int) -> None:
        """Take disk space; where the system has no call for that, by writing."""
        if sys.platform == "darwin":
            for offset in range(0, size_bytes, ALLOCATED_AT_ONCE_BYTES):
                self.write(offset, [bytes(min(ALLOCATED_AT_ONCE_BYTES, size_bytes - offset))])
        else:
            os.posix_fallocate(self._descriptor, 0, size_bytes)

    def size_bytes(self) -> int:
        """Give the size of the file."""
        return os.fstat(self._descriptor).st_size

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self._descriptor)


class DiskFiles:
    """The real disk."""

    def make_folder(self, path: Path) -> None:
        """Create a folder and those above it, and make their names durable."""
        if path.is_dir():
            return
        self.make_folder(path.parent)
        path.mkdir(mode=FOLDER_MODE, exist_ok=True)
        self.sync_folder(path.parent)

    def create(self, path: Path) -> DiskFile:
        """Create a file; FileExistsError when it is there."""
        return DiskFile(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, FILE_MODE))

    def open(self, path: Path, *, writable: bool = False) -> DiskFile:
        """Open a file; FileNotFoundError when it is not there."""
        return DiskFile(os.open(path, (os.O_RDWR if writable else os.O_RDONLY) | os.O_CLOEXEC))

    def rename(self, source: Path, target: Path) -> None:
        """Rename a file."""
        source.replace(target)

    def unlink(self, path: Path) -> None:
        """Remove a file."""
        path.unlink()

    def sync_folder(self, path: Path) -> None:
        """Make the names in a folder durable."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def names(self, path: Path) -> list[str]:
        """List the names in a folder."""
        return sorted(entry.name for entry in path.iterdir()) if path.is_dir() else []

    def free_bytes(self, path: Path) -> int:
        """Give what is free for this user on the disk of `path`."""
        return shutil.disk_usage(path).free
