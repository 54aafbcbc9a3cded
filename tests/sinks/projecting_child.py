"""A process that projects a scripted journal, to be killed: projecting_child.py FOLDER SEED DATABASE."""

import asyncio
import sys
from pathlib import Path

from projection_script import Desk, two_sessions

from firstprint.store.database import DatabaseAddress

desk = Desk(Path(sys.argv[1]), two_sessions(int(sys.argv[2]), records=300), database=DatabaseAddress.of(sys.argv[3]))
flush = desk.columnar.flush


def tell(record: int, *, complete: bool = False) -> None:
    """Say that a commit is about to begin and that it is done."""
    sys.stdout.write("begin\n")
    sys.stdout.flush()
    flush(record, complete=complete)
    sys.stdout.write("done\n")
    sys.stdout.flush()


desk.columnar.flush = tell  # type: ignore[method-assign]
asyncio.run(desk.projector.project(follow=False))
