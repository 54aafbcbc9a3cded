"""The clean-up of the master: what is stale, or everything, to be synced anew. Requirement C9."""

from typing import Any

from firstprint.app.secmaster.folding import RunFold
from firstprint.app.secmaster.ports import Removal, RunProgress
from firstprint.app.secmaster.report import SyncReport
from firstprint.app.secmaster.running import SyncRun
from firstprint.app.secmaster.sync import Sync

STALE, ALL = "stale", "all"


class CleanUp(Sync):
    """Removes rows. It is a run of its own, so that the master made again from the journals is the same."""

    kind = "clean"

    def preview(self, mode: str) -> Removal:
        """Say what would be removed, and remove nothing."""
        return self._remove(mode, dry_run=True)

    def _remove(self, mode: str, *, dry_run: bool) -> Removal:
        venue = self._reader.name
        if mode == STALE:
            return self._master.remove_stale(venue, dry_run=dry_run)
        return self._master.remove_all(venue, dry_run=dry_run)

    async def run(self, mode: str) -> tuple[SyncReport, Removal]:
        """Remove what is stale, or all; give what was removed."""
        opened = self._opened(mode, {}, {}, None)
        fold = RunFold(self._master, self._reader, opened.run, RunProgress())
        removals: list[Removal] = []

        async def work(run: SyncRun) -> dict[str, Any]:
            removals.append(await run.persist(lambda: self._remove(mode, dry_run=False)))
            return summary(removals[0])

        report = await self._conduct(opened, fold, work)
        return report, removals[0] if removals else Removal(0, (), (), 0)


def summary(removal: Removal) -> dict[str, Any]:
    """Count what a clean-up removes."""
    return {
        "series": removal.series,
        "events": len(removal.events),
        "markets": len(removal.markets),
        "history": removal.history,
    }
