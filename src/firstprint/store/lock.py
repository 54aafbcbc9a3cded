"""Keeps a data folder to one projector: an advisory lock that the system releases however its holder ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from firstprint.domain.errors import DataFolderError


@contextmanager
def only_projector(path: Path) -> Iterator[None]:
    """Hold the lock file at `path`; raise DataFolderError at once when another process holds it, or nobody can."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DataFolderError(
            f"the data folder {path.parent} cannot be used: {error.strerror}. Give a folder that you may write to"
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise DataFolderError(
            f"{path}: another firstprint projects this folder (firstprint run starts one of its own). Stop it first"
        ) from error
    try:
        yield
    finally:
        os.close(descriptor)
