"""What the use cases of the securities master need from outside."""

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any, Protocol

from firstprint.app.ports import RestAnswer
from firstprint.domain.entries import ListedPage
from firstprint.domain.happenings import RestRequest
from firstprint.domain.secmaster import (
    KnownSeries,
    MasterSizes,
    PageCounts,
    Removal,
    RunOpened,
    RunProgress,
    RunRow,
    SeriesChoice,
    Source,
)

__all__ = [
    "KnownSeries",
    "ListReader",
    "MasterSizes",
    "PageCounts",
    "Removal",
    "RunJournal",
    "RunOpened",
    "RunProgress",
    "RunRow",
    "SecurityMaster",
    "SeriesChoice",
    "Source",
    "VenueLists",
]


class SecurityMaster(Protocol):
    """The master's tables. Every call is one transaction: all of it is done, or nothing.

    Raises StoreUnavailable (advice RETRY) when the database is away or busy, and DataFolderError when it is of a newer
    version. A statement older than what a row was last changed by only fills in what nobody has said yet.
    """

    def open_run(self, opened: RunOpened) -> None:
        """Store a run that begins; the run that it resumes becomes `interrupted`."""
        ...

    def take(
        self, page: ListedPage, source: Source, progress: RunProgress, *, choices: Sequence[SeriesChoice] = ()
    ) -> PageCounts:
        """Lay a page over the master, with history of every changed field, and store how far the run is.

        Rows that cannot be read or stored go to quarantine under the run's id; they are counted by the caller.
        `progress` is what holds before this page; the page's own counts are added to it within the transaction.
        """
        ...

    def disable(self, choices: Sequence[SeriesChoice], source: Source) -> int:
        """Store decisions on series already in the master; give how many rows changed."""
        ...

    def gone(self, markets: Sequence[str], source: Source) -> int:
        """Mark markets that the venue does not list any more; give how many were not marked before."""
        ...

    def advance(self, run: str, progress: RunProgress, wall_ns: int) -> None:
        """Store how far a run is, where no page says it."""
        ...

    def close_run(self, run: str, progress: RunProgress, ended_ns: int, outcome: str, error: str | None = None) -> None:
        """Store the end of a run."""
        ...

    def runs(self, *, kind: str | None = None, limit: int = 100) -> list[RunRow]:
        """List runs, newest first."""
        ...

    def known_series(self, venue: str) -> list[KnownSeries]:
        """List every series of a venue, disabled ones too."""
        ...

    def known_events(self, venue: str, tickers: Collection[str]) -> set[str]:
        """Tell which of these events the master has."""
        ...

    def sizes(self, venue: str, series: Collection[str] | None, since_ns: int) -> MasterSizes:
        """Count what the master holds of some series, or of all."""
        ...

    def live_markets(self, venue: str, series: Collection[str] | None) -> set[str]:
        """List the markets whose stored status is not yet closed, of some series or of all; gone ones left out."""
        ...

    def overdue(self, venue: str, series: Collection[str] | None, now_ns: int) -> list[str]:
        """List the markets that, by the clock, have another status than the one stored.

        `initialized` and past their opening, `active` or `inactive` and past their close. Gone ones are left out.
        """
        ...

    def paused(self, venue: str) -> set[str]:
        """List the markets whose stored status is `inactive`."""
        ...

    def remove_stale(self, venue: str, *, dry_run: bool) -> Removal:
        """Remove markets that are gone, and events and markets whose series the master does not have."""
        ...

    def remove_all(self, venue: str, *, dry_run: bool) -> Removal:
        """Remove every series, event, market and their history."""
        ...


class RunJournal(Protocol):
    """The journal of one sync run: every answer of the venue, on disk before anything is done with it."""

    @property
    def run(self) -> str:
        """The run's id."""
        ...

    def keep(self, request: RestRequest, body: bytes) -> tuple[int, int]:
        """Write an answer and wait until it is durable; give its record number and our wall time, Unix ns.

        Raises JournalFailed when it cannot be kept.
        """
        ...

    def finish(self, outcome: str, report: dict[str, Any]) -> None:
        """Write the orderly end of the run, with what it counted."""
        ...


class VenueLists(Protocol):
    """A venue's lists, page by page, as raw answers. Errors are those of `MarketDirectory`."""

    @property
    def requests(self) -> int:
        """How many requests have been sent, repeated ones too."""
        ...

    @property
    def throttled(self) -> int:
        """How many were answered 429."""
        ...

    @property
    def cursors_repeated(self) -> int:
        """How many lists were left before their end because their cursors went in a circle."""
        ...

    @property
    def rate_per_s(self) -> float:
        """How many default-cost requests a second the account may send."""
        ...

    @property
    def burst(self) -> float:
        """How many default-cost requests it may send at once."""
        ...

    def pages(self, path: str, filters: dict[str, str], cursor: str | None = None) -> AsyncIterator[RestAnswer]:
        """Page through a list from a cursor on (None: from its beginning)."""
        ...


class ListReader(Protocol):
    """Reads a venue's lists. Pure."""

    @property
    def name(self) -> str:
        """The venue's name."""
        ...

    def listed(self, request: RestRequest, body: bytes) -> ListedPage:
        """Read a page of series, events (with nested markets) or markets. Raises MalformedMessage."""
        ...

    def next_cursor(self, body: bytes) -> str | None:
        """Read where the next page begins; None at the end."""
        ...

    def tags_by_category(self, body: bytes) -> dict[str, tuple[str, ...]]:
        """Read the categories and the tags of each. Raises MalformedMessage."""
        ...

    def sports(self, body: bytes) -> dict[str, tuple[str, ...]]:
        """Read the sports and the scopes of each. Raises MalformedMessage."""
        ...
