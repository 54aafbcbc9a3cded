"""Replay, joined: a journal in a folder of its own, which is gone afterwards."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from firstprint.app.replay import Replay, ReplayReport
from firstprint.bootstrap.venues import every_venue
from firstprint.journal.journal import Journal
from firstprint.journal.limits import MIB, JournalLimits
from firstprint.journal.reader import SessionReader
from firstprint.net.clock import SystemClock

SESSION = "replay"


def replay(files: Sequence[Path], checkpoint_every: int | None, venue: str = "kalshi") -> ReplayReport:
    """Replay recordings of one venue's frames. Raises ConfigurationError for a file that is no recording."""
    with tempfile.TemporaryDirectory(prefix="firstprint-replay-") as scratch:
        folder = Path(scratch)
        journal = Journal.create(folder, SESSION, SystemClock(), limits=JournalLimits(reserve_bytes=MIB))
        work = Replay(every_venue(venue), journal, checkpoint_every)
        work.write(files, journal.commit)
        journal.close()
        work.fold(SessionReader(folder / SESSION).records())
        return work.report()
