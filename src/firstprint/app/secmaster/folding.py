"""The fold of a sync run: each answer of the venue, once it is in the run's journal, laid over the master.

Live and rebuilt runs differ only in who hands in the answers. What a run concludes from what was *not* listed (a series
that vanished, a market that is gone) follows from the requests and answers alone too.
"""

from collections.abc import Iterable
from contextlib import suppress

import msgspec

from firstprint.app.secmaster.games import GameFinding, find_game, is_sports
from firstprint.app.secmaster.ports import (
    KnownSeries,
    ListReader,
    PageCounts,
    RunProgress,
    SecurityMaster,
    SeriesChoice,
    Source,
)
from firstprint.domain.entries import ListedPage, SeriesEntry
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.happenings import RestRequest

EXCLUDED, VANISHED = "excluded", "vanished"
SERIES_PATH, EVENTS_PATH, MARKETS_PATH = "/series", "/events", "/markets"
OLD_MARKETS_PATH = "/historical/markets"
LIST_PATHS = frozenset({SERIES_PATH, EVENTS_PATH, MARKETS_PATH, OLD_MARKETS_PATH})


class RunFold:
    """Lays one run's answers over the master, in the order of its journal.

    `progress` is how far the run is; `findings` what was found of each series, `orphans` the events that markets belong
    to and nobody has listed, `seen` the tickers of all markets that the run was told of.
    """

    def __init__(
        self, master: SecurityMaster, reader: ListReader, run: str, progress: RunProgress, *, games_only: bool = False
    ) -> None:
        self.progress = progress
        self.findings: dict[str, GameFinding] = {}
        self.orphans: set[str] = set()
        self.seen: set[str] = set()
        self.unreadable: list[str] = []
        self._master = master
        self._reader = reader
        self._run = run
        self.gone = 0
        self._unsure = False
        self._games_only = games_only
        self._asked_series: list[dict[str, str]] = []

    def source(self, record: int, wall_ns: int) -> Source:
        """Name a record of this run's journal as where something is known from."""
        return Source(self._reader.name, self._run, record, wall_ns)

    def apply(self, request: RestRequest, body: bytes, source: Source, before: RunProgress) -> PageCounts:
        """Lay one answer over the master. `before` says how far the run is after it, counts without this page's.

        An answer that cannot be read at all is an error that is counted. Raises what the master raises; then nothing of
        the answer is applied, and it may be applied again.
        """
        if request.path not in LIST_PATHS:
            self._master.advance(self._run, before, source.wall_ns)
            self.progress = before
            return PageCounts()
        try:
            page = self._reader.listed(request, body)
        except MalformedMessage as error:
            progress = msgspec.structs.replace(before, errors=before.errors + 1)
            self._master.advance(self._run, progress, source.wall_ns)
            self.unreadable.append(str(error))
            self.progress = progress
            return PageCounts()
        return self._lay(request, page, source, before)

    def _lay(self, request: RestRequest, page: ListedPage, source: Source, before: RunProgress) -> PageCounts:
        """Lay a page over the master first, and take note of it after: it may have to be laid again."""
        choices = [self._choose(series) for series in page.series]
        reasons = [reason for reason, _ in page.unreadable]
        before = msgspec.structs.replace(before, errors=before.errors + len(reasons))
        counts = self._master.take(page, source, before, choices=choices)
        self.unreadable += reasons
        self._unsure = bool(page.unreadable or page.combos)
        self.seen.update(market.ticker for market in page.markets)
        self.progress = counted(before, counts)
        if self.seen:
            self.progress = msgspec.structs.replace(self.progress, seen=len(self.seen))
        self.orphans = (self.orphans | set(counts.orphans)) - {event.ticker for event in page.events}
        if request.path == SERIES_PATH:
            self._asked_series.append(dict(request.query))
        if request.path == OLD_MARKETS_PATH and page.last_page:
            self._mark_gone(request, source)
        return counts

    def _mark_gone(self, request: RestRequest, source: Source) -> None:
        """Mark the markets asked for by name, in the old list last of all, that the venue does not have."""
        missing = self.missing(request)
        self.gone += self._master.gone(missing, source) if missing else 0

    def recall(self, request: RestRequest, body: bytes) -> None:
        """Take note of what an answer that was laid over the master before had told: what has been seen."""
        if request.path in LIST_PATHS:
            with suppress(MalformedMessage):
                self.seen.update(market.ticker for market in self._reader.listed(request, body).markets)

    def _choose(self, series: SeriesEntry) -> SeriesChoice:
        """Decide on one series: sports other than games are left out, and with games only everything but games."""
        finding = self.findings[series.ticker] = find_game(series)
        kept = finding.is_game or not (self._games_only or is_sports(series))
        return SeriesChoice(series.ticker, finding.is_game, None if kept else EXCLUDED)

    def finish_series(self, source: Source) -> int:
        """Disable the series that the venue lists no more, among those that the run asked for; give how many."""
        known = self._master.known_series(self._reader.name)
        vanished = [
            SeriesChoice(one.ticker, one.is_game, VANISHED)
            for one in known
            if one.ticker not in self.findings and one.disabled_reason != VANISHED and self._was_asked_for(one)
        ]
        return self._master.disable(vanished, source) if vanished else 0

    def _was_asked_for(self, one: KnownSeries) -> bool:
        return any(_covers(query, one) for query in self._asked_series)

    def missing(self, request: RestRequest) -> list[str]:
        """Give the markets that a request named and no answer of this run has told, unless it could not be read."""
        return [] if self._unsure else sorted(named(request) - self.seen)


def named(request: RestRequest) -> set[str]:
    """Give the tickers that a request names."""
    return {ticker for name, text in request.query if name == "tickers" for ticker in text.split(",") if ticker}


def counted(before: RunProgress, counts: PageCounts) -> RunProgress:
    """Add what one page did to what a run has counted."""
    return msgspec.structs.replace(
        before,
        seen=before.seen + counts.seen,
        new=before.new + counts.new,
        changed=before.changed + counts.changed,
        closed=before.closed + counts.closed,
        settled=before.settled + counts.settled,
        errors=before.errors + counts.errors,
    )


def disagreements(findings: Iterable[GameFinding]) -> list[GameFinding]:
    """Give the series whose name and scope say different things, by ticker."""
    return sorted((one for one in findings if one.disagrees), key=lambda one: one.ticker)


def _covers(query: dict[str, str], one: KnownSeries) -> bool:
    """Tell whether a request for series would have listed this one."""
    if "category" in query and one.category != query["category"]:
        return False
    return "tags" not in query or bool(set(query["tags"].split(",")) & set(one.tags))
