"""A disk in memory: it can be full, it can fail, and its power can be cut between any two operations."""

import errno
import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

Hook = Callable[[str, Path], None]


class Node:
    """A file's content, whatever names it has."""

    def __init__(self) -> None:
        self.data = bytearray()


class Operation(NamedTuple):
    """One thing that was asked of the disk."""

    what: str
    path: Path
    node: Node | None = None
    offset: int = 0
    data: bytes = b""
    target: Path | None = None


def _no_hook(what: str, path: Path) -> None:
    return


class MemoryFile:
    """An open file of the disk in memory."""

    def __init__(self, files: "MemoryFiles", path: Path, node: Node) -> None:
        self._files = files
        self._path = path
        self._node = node

    def read(self, offset: int, size_bytes: int) -> bytes:
        return bytes(self._node.data[offset : offset + size_bytes])

    def write(self, offset: int, parts: Sequence[bytes]) -> None:
        data = b"".join(parts)
        try:
            self._files.before("write", self._path)
        except OSError:
            self._put(offset, data[: len(data) // 2])
            raise
        room = self._files.room_bytes() + max(0, len(self._node.data) - offset)
        self._put(offset, data[:room])
        if room < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def sync(self) -> None:
        self._files.before("sync", self._path)
        self._files.log(Operation("sync", self._path, self._node))

    def truncate(self, size_bytes: int) -> None:
        self._files.before("truncate", self._path)
        self._files.log(Operation("truncate", self._path, self._node, size_bytes))
        del self._node.data[size_bytes:]

    def allocate(self, size_bytes: int) -> None:
        self._files.before("allocate", self._path)
        if self._files.room_bytes() < size_bytes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._put(0, bytes(size_bytes))

    def size_bytes(self) -> int:
        return len(self._node.data)

    def close(self) -> None:
        return

    def _put(self, offset: int, data: bytes) -> None:
        self._files.log(Operation("write", self._path, self._node, offset, data))
        _apply(self._node.data, offset, data)


def _apply(content: bytearray, offset: int, data: bytes) -> None:
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(data)] = data


class MemoryFiles:
    """The disk. `before` may raise OSError for an operation; `capacity_bytes` bounds what all files hold together."""

    def __init__(self, content: dict[Path, bytes] | None = None, capacity_bytes: int | None = None) -> None:
        self.nodes: dict[Path, Node] = {}
        self.folders: set[Path] = set()
        self.capacity_bytes = capacity_bytes
        self.before: Hook = _no_hook
        self.operations: list[Operation] = []
        self.recording = False
        for path, data in (content or {}).items():
            self.nodes[path] = Node()
            self.nodes[path].data.extend(data)

    def log(self, operation: Operation) -> None:
        if self.recording:
            self.operations.append(operation)

    def room_bytes(self) -> int:
        held = sum(len(node.data) for node in self.nodes.values())
        return 10**12 if self.capacity_bytes is None else max(0, self.capacity_bytes - held)

    def content(self) -> dict[Path, bytes]:
        return {path: bytes(node.data) for path, node in self.nodes.items()}

    def make_folder(self, path: Path) -> None:
        self.folders.add(path)

    def create(self, path: Path) -> MemoryFile:
        self.before("create", path)
        if path in self.nodes:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        node = self.nodes[path] = Node()
        self.log(Operation("create", path, node))
        return MemoryFile(self, path, node)

    def open(self, path: Path, *, writable: bool = False) -> MemoryFile:
        if path not in self.nodes:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return MemoryFile(self, path, self.nodes[path])

    def rename(self, source: Path, target: Path) -> None:
        self.before("rename", source)
        self.log(Operation("rename", source, target=target))
        self.nodes[target] = self.nodes.pop(source)

    def unlink(self, path: Path) -> None:
        self.before("unlink", path)
        self.log(Operation("unlink", path))
        del self.nodes[path]

    def sync_folder(self, path: Path) -> None:
        self.before("sync_folder", path)
        self.log(Operation("sync_folder", path))

    def names(self, path: Path) -> list[str]:
        return sorted(other.name for other in self.nodes if other.parent == path)

    def free_bytes(self, path: Path) -> int:
        return self.room_bytes()


class CrashState(NamedTuple):
    """What could be on the disk after the power was cut, and what had been acknowledged by then."""

    after_operations: int
    acknowledged: int
    content: dict[Path, bytes]


class CrashFiles(MemoryFiles):
    """A disk in memory that remembers every operation and can tell what a power cut could have left of them.

    What was not synced may be there, missing, there in part (torn at a byte), there as zeros, or there without what
    was written before it. Names that were not synced may have changed or not, in any order.
    """

    def __init__(self, content: dict[Path, bytes] | None = None) -> None:
        super().__init__(content)
        self.before_all = dict(self.nodes)
        self.initial = {id(node): bytes(node.data) for node in self.nodes.values()}
        self.recording = True

    def acknowledge(self, number: int) -> None:
        """Note that everything up to a record was acknowledged."""
        self.log(Operation("acknowledge", Path(), offset=number))

    def crash_states(self, tears: int = 6) -> Iterator[CrashState]:
        """Enumerate what could be there after a power cut behind each operation, each state once."""
        seen: set[int] = set()
        for count in range(len(self.operations) + 1):
            done = self.operations[:count]
            acknowledged = max((one.offset for one in done if one.what == "acknowledge"), default=0)
            for names, contents in itertools.product(self._namings(done), self._contents(done, tears)):
                content = {
                    path: contents.get(id(node), self.initial.get(id(node), b"")) for path, node in names.items()
                }
                key = hash((acknowledged, frozenset(content.items())))
                if key not in seen:
                    seen.add(key)
                    yield CrashState(count, acknowledged, content)

    def _namings(self, done: list[Operation]) -> Iterator[dict[Path, Node]]:
        changes = [one for one in done if one.what in ("create", "rename", "unlink", "sync_folder")]
        durable = max((i + 1 for i, one in enumerate(changes) if one.what == "sync_folder"), default=0)
        settled, pending = changes[:durable], changes[durable:]
        for kept in range(len(pending) + 1):
            yield self._named(settled + pending[:kept])
        if len(pending) > 1:
            yield self._named(settled + pending[1:])

    def _named(self, changes: list[Operation]) -> dict[Path, Node]:
        names = dict(self.before_all)
        for one in changes:
            if one.what == "create" and one.node:
                names[one.path] = one.node
            elif one.what == "unlink":
                names.pop(one.path, None)
            elif one.what == "rename" and one.target and one.path in names:
                names[one.target] = names.pop(one.path)
        return names

    def _contents(self, done: list[Operation], tears: int) -> Iterator[dict[int, bytes]]:
        by_node: dict[int, list[Operation]] = {}
        for one in done:
            if one.node is not None:
                by_node.setdefault(id(one.node), []).append(one)
        variants = {node: list(self._variants(node, changes, tears)) for node, changes in by_node.items()}
        for others in (0, 1):  # the others: all that is surely there, or all that was written
            base = {node: kinds[min(others, len(kinds) - 1)] for node, kinds in variants.items()}
            yield base
            for node, kinds in variants.items():
                for kind in kinds:
                    yield {**base, node: kind}

    def _variants(self, node: int, changes: list[Operation], tears: int) -> Iterator[bytes]:
        durable = max((i + 1 for i, one in enumerate(changes) if one.what == "sync"), default=0)
        start = self.initial.get(node, b"")
        settled, pending = changes[:durable], changes[durable:]
        yield _written(start, settled)
        if not pending:
            return
        yield _written(start, changes)
        for kept, torn in enumerate(pending):
            whole = settled + pending[:kept]
            yield _written(start, whole)
            yield _written(start, settled + pending[:kept] + pending[kept + 1 :])
            if torn.what == "write":
                yield _written(start, [*whole, torn._replace(data=bytes(len(torn.data)))])
                for cut in _cuts(len(torn.data), tears):
                    yield _written(start, [*whole, torn._replace(data=torn.data[:cut])])
                    yield _written(start, [*whole, torn._replace(data=torn.data[:cut] + bytes(len(torn.data) - cut))])


def _cuts(size_bytes: int, tears: int) -> list[int]:
    return sorted({1, size_bytes - 1, *(size_bytes * i // (tears + 1) for i in range(1, tears + 1))} - {0, size_bytes})


def _written(start: bytes, changes: list[Operation]) -> bytes:
    content = bytearray(start)
    for one in changes:
        if one.what == "write":
            _apply(content, one.offset, one.data)
        elif one.what == "truncate":
            del content[one.offset :]
    return bytes(content)
