"""The securities master in a database: what a sync writes, and what it asks before it does."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from firstprint.domain.entries import ListedPage
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
from firstprint.store import master_questions as questions
from firstprint.store import removal, sync_runs
from firstprint.store.driver import among, ask, is_postgresql
from firstprint.store.errors import store_errors
from firstprint.store.laying import Laying, Statement
from firstprint.store.page_taking import PageTaking, choice_facts, known_events
from firstprint.store.revision import move_revision, take_turn
from firstprint.store.shapes import MARKETS, SERIES, UNSAID, Shape

ANALYZED_ROWS = 1_000
"""After so many new rows PostgreSQL counts anew, so that it uses the indexes at once."""


class SqlSecurityMaster:
    """A SecurityMaster on SQLite or PostgreSQL. Every call is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with store_errors(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._transaction() as connection:
            take_turn(connection)
            yield connection

    def open_run(self, opened: RunOpened) -> None:
        """Store a run that begins; the run that it resumes becomes `interrupted`. A run stored before begins anew."""
        with self._transaction() as connection:
            sync_runs.open_run(connection, opened)

    def take(
        self, page: ListedPage, source: Source, progress: RunProgress, *, choices: Sequence[SeriesChoice] = ()
    ) -> PageCounts:
        """Lay a page over the master, and store how far the run is. Rows no database can hold go to quarantine."""
        with self._writing() as connection:
            return PageTaking(connection, source).take(page, progress, choices)

    def disable(self, choices: Sequence[SeriesChoice], source: Source) -> int:
        """Store decisions on series already in the master; give how many rows changed."""
        unsaid = (UNSAID,) * len(SERIES.fields)
        statements = {choice.ticker: Statement((*unsaid, *choice_facts(choice)), None) for choice in choices}
        with self._writing() as connection:
            return _change(connection, SERIES, statements, source)

    def gone(self, markets: Sequence[str], source: Source) -> int:
        """Mark markets that the venue does not list any more; give how many were not marked before."""
        facts = (*(UNSAID,) * len(MARKETS.fields), source.wall_ns)
        with self._writing() as connection:
            condition, value = among(connection, "ticker", markets)
            query = f"SELECT ticker FROM markets WHERE venue = ? AND gone_ns IS NULL AND {condition}"  # noqa: S608 names of this package
            unmarked = [row[0] for row in ask(connection, query, (source.venue, value))]
            return _change(connection, MARKETS, {ticker: Statement(facts, None) for ticker in unmarked}, source)

    def advance(self, run: str, progress: RunProgress, wall_ns: int) -> None:
        """Store how far a run is, where no page says it."""
        with self._transaction() as connection:
            sync_runs.advance_run(connection, run, progress, wall_ns)

    def close_run(self, run: str, progress: RunProgress, ended_ns: int, outcome: str, error: str | None = None) -> None:
        """Store the end of a run."""
        with self._transaction() as connection:
            sync_runs.close_run(connection, run, progress, ended_ns, outcome, error)
            if progress.new >= ANALYZED_ROWS and is_postgresql(connection):
                connection.exec_driver_sql("ANALYZE series, events, markets")

    def runs(self, *, kind: str | None = None, limit: int = 100) -> list[RunRow]:
        """List runs, newest first."""
        with self._transaction() as connection:
            return sync_runs.list_runs(connection, kind, limit)

    def known_series(self, venue: str) -> list[KnownSeries]:
        """List every series of a venue, disabled ones too."""
        with self._transaction() as connection:
            return questions.list_series(connection, venue)

    def known_events(self, venue: str, tickers: Collection[str]) -> set[str]:
        """Tell which of these events the master has."""
        with self._transaction() as connection:
            return known_events(connection, venue, set(tickers))

    def sizes(self, venue: str, series: Collection[str] | None, since_ns: int) -> MasterSizes:
        """Count what the master holds of some series, or of all."""
        with self._transaction() as connection:
            return questions.count_sizes(connection, venue, series, since_ns)

    def live_markets(self, venue: str, series: Collection[str] | None) -> set[str]:
        """List the markets whose stored status is not yet closed, unknown statuses among them; gone ones left out."""
        with self._transaction() as connection:
            return questions.list_live(connection, venue, series)

    def overdue(self, venue: str, series: Collection[str] | None, now_ns: int) -> list[str]:
        """List the markets that, by the clock, have another status than the one stored."""
        with self._transaction() as connection:
            return questions.list_overdue(connection, venue, series, now_ns)

    def paused(self, venue: str) -> set[str]:
        """List the markets whose stored status is `inactive`; gone ones left out."""
        with self._transaction() as connection:
            return questions.list_paused(connection, venue)

    def remove_stale(self, venue: str, *, dry_run: bool) -> Removal:
        """Remove markets that are gone, and events and markets whose series the master does not have.

        While it has no series at all, nothing is judged by its series.
        """
        with self._writing() as connection:
            removed = removal.remove_stale(connection, venue, dry_run=dry_run)
            return _told(connection, removed, dry_run=dry_run)

    def remove_all(self, venue: str, *, dry_run: bool) -> Removal:
        """Remove every series, event, market and their history."""
        with self._writing() as connection:
            removed = removal.remove_all(connection, venue, dry_run=dry_run)
            return _told(connection, removed, dry_run=dry_run)


def _change(connection: Connection, shape: Shape, statements: dict[str, Statement], source: Source) -> int:
    """Lay statements over those rows that are there; give how many changed."""
    condition, value = among(connection, "ticker", statements)
    query = f"SELECT ticker FROM {shape.table.name} WHERE venue = ? AND {condition}"  # noqa: S608 names of this package
    there = {row[0] for row in ask(connection, query, (source.venue, value))}
    laying = Laying(connection, shape, source)
    laying.lay({ticker: one for ticker, one in statements.items() if ticker in there}, there)
    if laying.changes:
        move_revision(connection)
    return len(laying.changes)


def _told(connection: Connection, removed: Removal, *, dry_run: bool) -> Removal:
    if not dry_run and (removed.series or removed.events or removed.markets):
        move_revision(connection)
    return removed
