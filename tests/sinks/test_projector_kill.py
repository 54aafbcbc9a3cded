"""A real process, killed with SIGKILL while it writes."""

import asyncio
import random
import subprocess
import sys
from pathlib import Path

import projection_script
import pytest
from projection_script import Desk, two_sessions

pytestmark = pytest.mark.usefixtures("every_database")

CHILD = Path(__file__).parent / "projecting_child.py"
SEED = 21


def killed_after(folder: Path, lines: int) -> None:
    """Start a projector and kill it at a line of its output, or let it end."""
    database = projection_script.database_of(folder).url.render_as_string(hide_password=False)
    command = [sys.executable, str(CHILD), str(folder), str(SEED), database]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        for _ in range(lines):
            if not child.stdout.readline():
                return
        child.kill()


def test_sigkill_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """F58, F73, I16: killed again and again in the middle of its writes, the projector ends with the right rows."""
    journal = two_sessions(SEED, records=300)
    whole = Desk(tmp_path / "whole", journal)
    asyncio.run(whole.projector.project(follow=False))
    rng = random.Random(SEED)
    for _ in range(3):
        killed_after(tmp_path / "killed", rng.randint(1, 20))
    desk = Desk(tmp_path / "killed", journal)
    asyncio.run(desk.projector.project(follow=False))
    desk.check_files()
    assert desk.dump() == whole.dump()
    whole.close()
    desk.close()
