"""What a sync run reports to its user."""

from typing import Any

import msgspec

from firstprint.app.secmaster.ports import RunProgress


class SyncReport(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a run, those of the runs it went on from included.

    `seen` to `settled` count rows of what the run is about: markets, or series for a series sync. `errors` counts what
    could not be read, stored or had. `outcome` is `done`, `incomplete` (some lists were refused) or `failed`.
    """

    run: str
    mode: str
    outcome: str
    requests: int
    seconds: float
    throttled: int
    seen: int
    new: int
    changed: int
    closed: int
    settled: int
    errors: int
    gone: int = 0
    resumed: str | None = None
    problems: tuple[str, ...] = ()
    details: dict[str, Any] = {}


def report_of(run: str, mode: str, outcome: str, progress: RunProgress, **more: Any) -> SyncReport:
    """Make a report from how far a run came."""
    counts = {name: getattr(progress, name) for name in progress.__struct_fields__ if name not in ("step", "cursor")}
    return SyncReport(run=run, mode=mode, outcome=outcome, **counts, **more)
