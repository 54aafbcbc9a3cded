"""Reading what was recorded: sessions and gaps as typed rows, from the projections through a port."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from firstprint.domain.errors import ConfigurationError

ROWS_MAX = 10_000


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One run of the recorder. `outcome` is `clean`, `crashed`, or `open`. Wall nanoseconds."""

    session: str
    venue: str
    software: str
    opened_wall_ns: int
    closed_wall_ns: int | None
    outcome: str
    previous: str | None
    markets: int
    gaps: int


class GapRow(msgspec.Struct, frozen=True, kw_only=True):
    """One hole. Sequence bounds are inclusive, None where no number is known. Wall nanoseconds."""

    session: str
    gap_id: str
    connection: int | None
    sid: int | None
    seq_from: int | None
    seq_to: int | None
    reason: str
    opened_wall_ns: int
    repaired_wall_ns: int | None
    method: str | None
    markets: int


class CaptureStore(Protocol):
    """The relational projection, as readers see it."""

    def sessions(self, rows_max: int) -> Sequence[SessionRow]:
        """Give the newest sessions, the oldest of them first."""
        ...

    def gaps(self, session: str | None, market: str | None, rows_max: int) -> Sequence[GapRow]:
        """Give the newest gaps, of one session, one market or all, the oldest of them first."""
        ...


def list_sessions(store: CaptureStore, rows_max: int = ROWS_MAX) -> Sequence[SessionRow]:
    """List the newest sessions, oldest first. Raises ConfigurationError for a bound out of range."""
    return store.sessions(_bounded(rows_max))


def list_gaps(
    store: CaptureStore, session: str | None = None, market: str | None = None, rows_max: int = ROWS_MAX
) -> Sequence[GapRow]:
    """List the newest gaps, oldest first. Raises ConfigurationError for a bound out of range."""
    return store.gaps(session, market, _bounded(rows_max))


def _bounded(rows_max: int) -> int:
    if not 1 <= rows_max <= ROWS_MAX:
        raise ConfigurationError(f"between 1 and {ROWS_MAX} rows can be asked for, not {rows_max}")
    return rows_max
