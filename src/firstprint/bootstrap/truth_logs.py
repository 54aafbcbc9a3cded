"""The truth logs given to the proof, each read once, whole, before it is believed.

A log that is empty, cut or damaged knows less than the venue did, and what it does not know cannot contradict a book:
the proof would then be of less than it seems. So such a log is refused, and so is one that changes while it is read.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from firstprint.app.verify_plain_truth import HashLine
from firstprint.app.verify_truth import TruthLine
from firstprint.domain.errors import ConfigurationError

HEAD_BYTES_MAX = 1 << 20
"""How much of a file is looked at for its first line: what is no truth log may have no lines at all."""
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What the decoder raises at bytes that are no such JSON."""


class _Head(msgspec.Struct):
    """The first line of a truth log. That of a venue with numbers says how its wire is written."""

    k: str
    wire: Any = None


class TruthLog(NamedTuple):
    """A truth log that is whole; `state` is the file's as it was then."""

    path: Path
    hashed: bool
    state: tuple[int, ...]

    def lines(self) -> Iterator[bytes]:
        """Give its lines."""
        return _lines(self.path)

    def refuse_change(self) -> None:
        """Raise ConfigurationError when the file is not what it was when it was found whole."""
        if _state(self.path) != self.state:
            raise ConfigurationError(
                f"the truth log {self.path} was written to while it was read: a simulator still runs on it. Stop the "
                "simulator and verify again; if it belonged to another session, that session's truth is lost"
            )


class TruthLogs(NamedTuple):
    """At most one log of a venue with numbers, and one of a venue whose states have hashes."""

    numbered: TruthLog | None = None
    hashed: TruthLog | None = None

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Read them in here. Raises ConfigurationError at the end, in place of any error, when one has changed."""
        try:
            yield
        finally:
            for log in self:
                if log is not None:
                    log.refuse_change()


def truth_logs(paths: Sequence[Path]) -> TruthLogs:
    """Read truth logs through and tell them apart. Raises ConfigurationError for what is none, or not whole."""
    found: dict[bool, TruthLog] = {}
    for path in paths:
        log = _whole(path)
        other = found.setdefault(log.hashed, log)
        if other is not log and path.samefile(other.path):
            raise ConfigurationError(f"the truth log {path} is given twice: give one file for each simulated venue")
        if other is not log:
            raise ConfigurationError(
                f"{other.path} and {path} are truth logs of the same venue: give the one of this session's simulator"
            )
    return TruthLogs(found.get(False), found.get(True))


def _whole(path: Path) -> TruthLog:
    state = _state(path)
    log = TruthLog(path, _head(path).wire is None, state)
    with TruthLogs(log).unchanged():
        _read_through(log)
    return log


def _read_through(log: TruthLog) -> None:
    kind: type[HashLine | TruthLine] = HashLine if log.hashed else TruthLine
    decode = msgspec.json.Decoder(kind).decode
    number, ended = 0, False
    for number, line in enumerate(log.lines(), 1):
        try:
            ended = _is_end(decode(line), behind_end=ended) if line.strip() else ended
        except UNREADABLE as error:
            if not line.endswith(b"\n"):
                break
            raise ConfigurationError(
                f"the truth log {log.path} is damaged in line {number} ({error}). Give an undamaged copy, or verify "
                "without it"
            ) from error
    if not ended:
        raise ConfigurationError(
            f"the truth log {log.path} breaks off in line {number}, before its end: it was cut, or its simulator still "
            "runs or was killed. Stop the simulator first, give the whole file, or verify without it"
        )


def _is_end(line: HashLine | TruthLine, *, behind_end: bool) -> bool:
    if behind_end:
        raise msgspec.DecodeError("it stands behind the end of the log")
    return line.k == "end"


def _head(path: Path) -> _Head:
    with _readable(path), path.open("rb") as file:
        first = file.readline(HEAD_BYTES_MAX)
    if not first:
        raise ConfigurationError(
            f"the truth log {path} is empty: give the file that the simulator wrote, or verify without it"
        )
    try:
        head = msgspec.json.decode(first, type=_Head)
    except UNREADABLE as error:
        raise _no_truth_log(path, str(error)) from error
    if head.k != "start":
        raise _no_truth_log(path, "its first line is not the start of one")
    return head


def _no_truth_log(path: Path, why: str) -> ConfigurationError:
    return ConfigurationError(f"{path} is not a truth log: {why}. Give the file that the simulator wrote")


def _lines(path: Path) -> Iterator[bytes]:
    with _readable(path), path.open("rb") as lines:
        yield from lines


def _state(path: Path) -> tuple[int, ...]:
    if not path.is_file():
        raise ConfigurationError(f"the truth log {path} is not there: give the file that the simulator wrote")
    with _readable(path):
        found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigurationError(f"the truth log {path} cannot be read: {error.strerror}") from error
