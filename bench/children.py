"""Other processes of a benchmark: each runs one script of this folder and speaks JSON lines."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
WORK = ROOT / "build" / "bench"
"""Scratch: rivals' environments and frames on disk. It may be removed at any time."""
RUN_S_MAX = 240.0
END_S_MAX = 10.0


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder that is gone afterwards, on the disk of this checkout: a sync in memory would prove nothing."""
    WORK.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        yield Path(folder)


class Child:
    """A running script."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def line(self) -> str:
        """Read the next line it prints. Raises RuntimeError when it has ended."""
        assert self._process.stdout is not None  # noqa: S101 it was started with pipes
        line = self._process.stdout.readline().strip()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended with {self._process.wait()} and said nothing")
        return line

    def json(self) -> dict[str, Any]:
        """Read the next line as JSON."""
        said: dict[str, Any] = json.loads(self.line())
        return said

    def tell(self, line: str) -> None:
        """Write a line to its standard input."""
        assert self._process.stdin is not None  # noqa: S101 it was started with pipes
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()


@contextmanager
def child(script: str, *arguments: object, python: Path | str = sys.executable) -> Iterator[Child]:
    """Run a script of this folder; when the block is left its standard input closes, and it is given time to end."""
    command: Sequence[str] = [str(python), str(HERE / script), *map(str, arguments)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Child(process)
    except BaseException:
        process.terminate()
        raise
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(END_S_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def answer(script: str, *arguments: object, python: Path | str = sys.executable) -> dict[str, Any]:
    """Run a script to its end; give the JSON object it prints last. Raises RuntimeError when it fails."""
    command = [str(python), str(HERE / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=RUN_S_MAX, check=False)
    if done.returncode:
        raise RuntimeError(f"{script} failed: {done.stderr.strip()[-400:]}")
    said: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return said
