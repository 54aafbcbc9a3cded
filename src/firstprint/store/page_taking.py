"""One page of a venue's lists, laid over the master within one transaction."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from firstprint.domain.entries import EventEntry, ListedPage, MarketEntry, SeriesEntry
from firstprint.domain.secmaster import PageCounts, RunProgress, SeriesChoice, Source
from firstprint.store.columns import is_text, storable
from firstprint.store.driver import Row, among, ask, put_rows
from firstprint.store.laying import Laying, Statement
from firstprint.store.poison import COLUMNS, RAW_BYTES_MAX, set_apart
from firstprint.store.revision import move_revision
from firstprint.store.shapes import EVENTS, MARKETS, SERIES, UNSAID, Shape
from firstprint.store.statuses import has_closed, has_settled
from firstprint.store.sync_runs import advance_run, kind_of_run
from firstprint.store.tables import quarantine

_SERIES_TICKER = MARKETS.place("series_ticker")
_EVENT_SERIES = EVENTS.place("series_ticker")
_STATUS = MARKETS.place("status")
_UNCHOSEN = (UNSAID, UNSAID, UNSAID)
SERIES_KIND = "series"


class PageTaking:
    """Takes one page: series, then events, then markets, so that a market finds its event's series."""

    def __init__(self, connection: Connection, source: Source) -> None:
        self._connection = connection
        self._source = source

    def take(self, page: ListedPage, progress: RunProgress, choices: Sequence[SeriesChoice]) -> PageCounts:
        """Lay the page, and store how far the run is with the page's own counts."""
        series = self._series(page.series, choices)
        events = self._events(page.events)
        filled = fill_markets(self._connection, self._source, events, self._laying(MARKETS))
        markets = self._markets(page.markets, page.events)
        layings = (series, events, filled, markets)
        poisoned = self._set_apart(page, layings)
        if any(laying.changes for laying in layings):
            move_revision(self._connection)
        about_series = kind_of_run(self._connection, self._source.run) == SERIES_KIND
        subject, entries = (series, page.series) if about_series else (markets, page.markets)
        counts = self._count(subject, markets, len({entry.ticker for entry in entries}))
        counts = counts._replace(orphans=self._orphans(page), errors=poisoned)
        advance_run(self._connection, self._source.run, _added(progress, counts), self._source.wall_ns)
        return counts

    def _laying(self, shape: Shape) -> Laying:
        return Laying(self._connection, shape, self._source)

    def _series(self, entries: Sequence[SeriesEntry], choices: Sequence[SeriesChoice]) -> Laying:
        chosen = {choice.ticker: choice_facts(choice) for choice in choices}
        laying = self._laying(SERIES)
        laying.state(entries, more=lambda entry: chosen.get(entry.ticker, _UNCHOSEN))
        return laying

    def _events(self, entries: Sequence[EventEntry]) -> Laying:
        laying = self._laying(EVENTS)
        laying.state(entries)
        return laying

    def _markets(self, entries: Sequence[MarketEntry], events: Sequence[EventEntry]) -> Laying:
        listed = {event.ticker: storable(event.series_ticker) for event in events if event.series_ticker is not None}
        laying = self._laying(MARKETS)
        laying.state(
            entries,
            unhashed=_SERIES_TICKER,
            more=lambda _: (None,),
            fill=lambda suspects: self._series_of(suspects, listed),
        )
        return laying

    def _series_of(self, entries: Sequence[Any], listed: dict[str, str]) -> dict[str, Any]:
        """Find the series of markets that do not say it, by their events."""
        silent = [one for one in entries if one.series_ticker is None and one.event_ticker is not None]
        unlisted = {storable(one.event_ticker) for one in silent if one.event_ticker not in listed}
        stored: dict[str, Any] = {}
        if unlisted:
            condition, value = among(self._connection, "ticker", unlisted)
            query = f"SELECT ticker, series_ticker FROM events WHERE venue = ? AND {condition}"  # noqa: S608 names of this package
            stored = {row[0]: row[1] for row in ask(self._connection, query, (self._source.venue, value))}
        found = {
            storable(one.ticker): listed.get(one.event_ticker, stored.get(storable(one.event_ticker))) for one in silent
        }
        return {ticker: series for ticker, series in found.items() if series is not None}

    def _orphans(self, page: ListedPage) -> tuple[str, ...]:
        listed = {event.ticker for event in page.events}
        named = {one.event_ticker for one in page.markets if one.event_ticker is not None} - listed
        named = {ticker for ticker in named if is_text(ticker)}
        return tuple(sorted(named - known_events(self._connection, self._source.venue, named)))

    def _set_apart(self, page: ListedPage, layings: Sequence[Laying]) -> int:
        rows = [_unreadable(self._source, part, reason, raw) for part, (reason, raw) in enumerate(page.unreadable)]
        put_rows(self._connection, quarantine, COLUMNS, rows)
        poisons = [poison for laying in layings for poison in laying.poison]
        return set_apart(self._connection, self._source.run, self._source.record, poisons)

    def _count(self, subject: Laying, markets: Laying, seen: int) -> PageCounts:
        moves = [
            (change.before[_STATUS], change.after[_STATUS])
            for change in markets.changes.values()
            if change.before is not None
        ]
        new = len(subject.fresh)
        return PageCounts(
            seen=seen,
            new=new,
            changed=len(subject.changes) - new,
            closed=sum(has_closed(*move) for move in moves),
            settled=sum(has_settled(*move) for move in moves),
        )


def fill_markets(connection: Connection, source: Source, events: Laying, markets: Laying) -> Laying:
    """Give markets whose series nobody knew that of their event, now that it is told; give the markets' laying."""
    told = {
        ticker: change.after[_EVENT_SERIES]
        for ticker, change in events.changes.items()
        if change.after[_EVENT_SERIES] is not None and (change.before is None or change.before[_EVENT_SERIES] is None)
    }
    if told:
        condition, value = among(connection, "event_ticker", told)
        query = f"SELECT ticker, event_ticker, digest FROM markets WHERE venue = ? AND {condition} AND series_ticker IS NULL"  # noqa: E501, S608 one statement of names of this package
        found = ask(connection, query, (source.venue, value))
        markets.lay({row[0]: Statement(_only_series(told[row[1]]), row[2]) for row in found}, {r[0] for r in found})
    return markets


def choice_facts(choice: SeriesChoice) -> Row:
    """Give the facts of a decision: whether the series is a game, whether it is active, why it is not."""
    return (int(choice.is_game), int(choice.disabled_reason is None), choice.disabled_reason)


def known_events(connection: Connection, venue: str, tickers: set[str]) -> set[str]:
    """Tell which of these events the master has."""
    if not tickers:
        return set()
    stored = {storable(ticker): ticker for ticker in tickers}
    condition, value = among(connection, "ticker", stored)
    query = f"SELECT ticker FROM events WHERE venue = ? AND {condition}"  # noqa: S608 names of this package
    return {stored[row[0]] for row in ask(connection, query, (venue, value))}


def _only_series(series: str) -> Row:
    return tuple(series if place == _SERIES_TICKER else UNSAID for place in range(len(MARKETS.facts)))


def _unreadable(source: Source, part: int, reason: str, raw: bytes) -> Row:
    code, _, detail = reason.partition(": ")
    return (source.run, source.record, part, storable(code), storable(detail), len(raw), raw[:RAW_BYTES_MAX])


def _added(before: RunProgress, counts: PageCounts) -> RunProgress:
    names = ("seen", "new", "changed", "closed", "settled", "errors")
    return msgspec.structs.replace(before, **{name: getattr(before, name) + getattr(counts, name) for name in names})
