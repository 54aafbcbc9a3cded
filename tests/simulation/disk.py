"""A disk whose power can be cut at any moment of a simulated run."""

import errno
import os
from pathlib import Path
from random import Random

from tests.journal.memory_files import MemoryFiles, Operation


class PowerCut(BaseException):
    """The power is gone: nothing may run on, so nothing may catch it by chance."""


class CutDisk(MemoryFiles):
    """Knows how much of each file is synced. `full` makes every write fail as a full disk does.

    `cut_at` is the sync at which the power goes: N + 0.0 right before the Nth, N + 0.5 right after it.
    """

    def __init__(self, content: dict[Path, bytes] | None = None, cut_at: float | None = None) -> None:
        super().__init__(content)
        self.syncs = 0
        self.cut_at = cut_at
        self.synced = {path: len(data) for path, data in (content or {}).items()}
        self.full = False
        self.before = self._refuse_when_full

    def _refuse_when_full(self, what: str, path: Path) -> None:
        if what == "sync":
            self.syncs += 1
            if self.cut_at == self.syncs:
                raise PowerCut
        if self.full and what in ("write", "allocate", "create"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def names(self, path: Path) -> list[str]:
        """List files and, as a real folder does, the folders below."""
        inside = {other.relative_to(path).parts[0] for other in self.nodes if path in other.parents}
        return sorted(inside)

    def log(self, operation: Operation) -> None:
        if operation.what == "sync" and operation.node is not None:
            self.synced[operation.path] = len(operation.node.data)
            if self.cut_at == self.syncs + 0.5:
                raise PowerCut

    def after_power_cut(self, random: Random) -> dict[Path, bytes]:
        """Give what is there afterwards: all that was synced, and of the rest as much as chance leaves."""
        left = {}
        for path, data in self.content().items():
            durable = self.synced.get(path, 0)
            left[path] = (
                data if path.name == "acknowledged" else data[: random.randint(durable, max(durable, len(data)))]
            )
        return left
