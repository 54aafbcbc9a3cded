"""Which series a category, tags or all sports mean: somebody is asked, and what was known stays known while he is away.

The securities master is asked first where one is configured, then the venue. Every answer that decides what is recorded
is in the journal.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import structlog

from firstprint.app.ports import RestAnswer
from firstprint.app.scribe import Scribe
from firstprint.app.selection import Selector, SeriesQuestion
from firstprint.domain.errors import MalformedMessage, VenueRefused, VenueUnavailable

_log = structlog.get_logger(__name__)


class SeriesFound(NamedTuple):
    """Series by ticker, and the answers that named them, for the record."""

    tickers: frozenset[str]
    answers: Sequence[RestAnswer]


class SeriesDirectory(Protocol):
    """Somebody who knows which series there are."""

    @property
    def name(self) -> str:
        """Say who it is, for people."""
        ...

    async def find(self, question: SeriesQuestion) -> SeriesFound:
        """Name series. Raises VenueUnavailable, VenueRefused, or MalformedMessage."""
        ...


class SeriesFinder:
    """Keeps the selector's series up to date from directories, the preferred one first."""

    def __init__(
        self, directories: Sequence[SeriesDirectory], selector: Selector, scribe: Scribe, venue: str = ""
    ) -> None:
        self._directories = directories
        self._selector = selector
        self._scribe = scribe
        self._venue = venue
        self.failures = 0
        self.source: str | None = None

    async def refresh(self) -> frozenset[str]:
        """Ask again; give the series that are new. While nobody answers, what is known stays.

        Directories after the first are asked only while nothing is known. While nothing is, raises VenueRefused when
        the last one refuses, and VenueUnavailable otherwise.
        """
        refusal: VenueRefused | None = None
        for directory in self._directories if not self._selector.ready else self._directories[:1]:
            try:
                return await self._ask(directory)
            except (VenueUnavailable, VenueRefused, MalformedMessage) as error:
                self.failures += 1
                refusal = error if isinstance(error, VenueRefused) else None
                _log.warning("series_not_found", asked=directory.name, error=str(error), failures=self.failures)
        if not self._selector.ready:
            raise refusal or VenueUnavailable("series", None, "nobody could say which series are meant; asked again")
        _log.warning("series_kept", series=len(self._selector.series or ()), why="nobody answered; what is known stays")
        return frozenset()

    async def _ask(self, directory: SeriesDirectory) -> frozenset[str]:
        found = await directory.find(self._selector.selection.query)
        if not all(self._scribe.rest(answer.request, answer.body, self._venue) for answer in found.answers):
            raise VenueUnavailable("series", None, "the journal has no room for the answer")
        if not found.tickers:
            _log.warning("no_series", asked=directory.name, question=str(self._selector.selection.query))
            if not self._selector.ready and directory is not self._directories[-1]:
                raise VenueUnavailable(directory.name, None, "it names no series at all, as one that was never synced")
        if directory is not self._directories[0] or self.source not in (None, directory.name):
            _log.warning("series_from", directory=directory.name, preferred=self._directories[0].name)
        self.source = directory.name
        return self._selector.take(found.tickers)
