"""What the command line and other readers ask of the database, as typed rows. Every list is bounded by `limit`."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Column, Engine, Select, Table, and_, func, select, tuple_

from firstprint.store import tables as t
from firstprint.store.errors import store_errors

ROWS_MAX = 10_000
GAPS_PER_QUERY = 250

RowT = TypeVar("RowT", bound=tuple[Any, ...])


class SessionRow(NamedTuple):
    """A run of the recorder. `outcome` is `open`, `clean` or `crashed`; wall times in nanoseconds."""

    session: str
    venue: str
    software: str
    settings: str
    opened_wall_ns: int
    opened_mono_ns: int
    closed_wall_ns: int | None
    outcome: str
    previous: str | None


class ConnectionRow(NamedTuple):
    """A WebSocket of a session, and how it ended."""

    session: str
    connection: int
    url: str
    purpose: str
    headers: str
    opened_record: int
    opened_wall_ns: int
    closed_record: int | None
    closed_wall_ns: int | None
    code: int | None
    reason: str | None
    cause: str | None
    closed_by: str | None


class GapRow(NamedTuple):
    """A hole and its repair; the sequence bounds are inclusive."""

    session: str
    gap_id: str
    connection: int | None
    sid: int | None
    channel: str | None
    seq_from: int | None
    seq_to: int | None
    reason: str
    opened_record: int
    opened_mono_ns: int
    opened_wall_ns: int
    repaired_record: int | None
    repaired_wall_ns: int | None
    method: str | None
    markets: tuple[str, ...] = ()


class ParticipationRow(NamedTuple):
    """A market's stay in a session."""

    session: str
    market: str
    joined_record: int
    entry: str
    joined_ns: int
    left_record: int | None
    left_ns: int | None
    left_reason: str | None


class LifecycleRow(NamedTuple):
    """A lifecycle event as its venue told it; `raw` is JSON."""

    session: str
    record: int
    part: int
    connection: int
    sid: int | None
    seq: int | None
    event_type: str
    market: str | None
    event_ticker: str | None
    venue_ns: int | None
    recv_wall_ns: int
    recv_mono_ns: int
    raw: str


class TransitionRow(NamedTuple):
    """A market's move from one state to another, and who told us."""

    session: str
    record: int
    part: int
    market: str
    state_before: str
    state_after: str
    cause: str
    wall_ns: int


class MarketRow(NamedTuple):
    """The latest known facts of a market; `grid` is JSON."""

    venue: str
    ticker: str
    event_ticker: str | None
    series_ticker: str | None
    title: str | None
    status: str | None
    result: str | None
    settlement_value_e6: int | None
    created_ns: int | None
    open_ns: int | None
    close_ns: int | None
    settled_ns: int | None
    grid: str | None
    first_session: str
    first_record: int
    first_wall_ns: int
    last_session: str
    last_record: int
    last_wall_ns: int


class MarketChangeRow(NamedTuple):
    """One changed field of a market; the values are JSON."""

    venue: str
    ticker: str
    session: str
    record: int
    part: int
    field: str
    value_before: str
    value_after: str
    cause: str
    wall_ns: int


class QuarantineRow(NamedTuple):
    """What could not be read or stored; `raw` is its beginning, `raw_bytes` its whole length."""

    session: str
    record: int
    part: int
    connection: int | None
    recv_wall_ns: int | None
    reason: str
    detail: str
    raw_bytes: int
    raw: bytes


class OffsetRow(NamedTuple):
    """How far a sink has committed a session."""

    sink: str
    session: str
    record: int
    complete: int


class ParquetFileRow(NamedTuple):
    """A Parquet file of the manifest; `path` is below the Parquet folder."""

    path: str
    table_name: str
    date: str
    venue: str
    session: str
    first_record: int
    last_record: int
    rows: int
    bytes: int
    sha256: str


class StoreQueries:
    """Asks the database. Each call is one read transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def sessions(self, *, before: str | None = None, limit: int = ROWS_MAX) -> list[SessionRow]:
        """List the sessions, newest first, from the one after `before` on."""
        s = t.capture_sessions
        query = select(s).order_by(s.c.session.desc()).limit(limit)
        if before is not None:
            query = query.where(s.c.session < before)
        return self._rows(SessionRow, query)

    def connections(self, session: str) -> list[ConnectionRow]:
        """List a session's connections in order."""
        c = t.connections
        return self._rows(ConnectionRow, select(c).where(c.c.session == session).order_by(c.c.connection))

    def gaps(
        self,
        *,
        session: str | None = None,
        market: str | None = None,
        reason: str | None = None,
        open_only: bool = False,
        after: tuple[str, int, str] | None = None,
        limit: int = ROWS_MAX,
    ) -> list[GapRow]:
        """List holes in the order in which they opened, each with its markets, by any of the filters.

        `after` is the session, the opening record and the id of the last one of the page before.
        """
        g, m = t.gaps, t.gap_markets
        query = select(g).order_by(g.c.session, g.c.opened_record, g.c.gap_id).limit(limit)
        if after is not None:
            query = query.where(tuple_(g.c.session, g.c.opened_record, g.c.gap_id) > tuple_(*after))
        if session is not None:
            query = query.where(g.c.session == session)
        if reason is not None:
            query = query.where(g.c.reason == reason)
        if open_only:
            query = query.where(g.c.repaired_record.is_(None))
        if market is not None:
            named = select(m.c.gap_id).where(m.c.session == g.c.session, m.c.gap_id == g.c.gap_id, m.c.market == market)
            query = query.where(named.exists())
        gaps = self._rows(GapRow, query)
        markets = self._markets_of(gaps)
        return [gap._replace(markets=tuple(markets[gap.session, gap.gap_id])) for gap in gaps]

    def open_gaps(self) -> int:
        """Count the holes that are not repaired."""
        query = select(func.count()).select_from(t.gaps).where(t.gaps.c.repaired_record.is_(None))
        with store_errors(), self._engine.begin() as connection:
            return connection.execute(query).scalar_one()

    def _markets_of(self, gaps: Sequence[GapRow]) -> dict[tuple[str, str], list[str]]:
        """Give the markets of each hole, by session and id, in order."""
        m = t.gap_markets
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        with store_errors(), self._engine.begin() as connection:
            for start in range(0, len(gaps), GAPS_PER_QUERY):
                keys = [(gap.session, gap.gap_id) for gap in gaps[start : start + GAPS_PER_QUERY]]
                query = select(m.c.session, m.c.gap_id, m.c.market).where(tuple_(m.c.session, m.c.gap_id).in_(keys))
                for session, gap_id, market in connection.execute(query.order_by(m.c.market)):
                    found[session, gap_id].append(market)
        return found

    def participation(
        self, *, session: str | None = None, market: str | None = None, limit: int = ROWS_MAX
    ) -> list[ParticipationRow]:
        """List stays of markets in sessions, in the order of joining."""
        p = t.market_participation
        query = select(p).order_by(p.c.session, p.c.joined_record, p.c.market).limit(limit)
        if session is not None:
            query = query.where(p.c.session == session)
        if market is not None:
            query = query.where(p.c.market == market)
        return self._rows(ParticipationRow, query)

    def lifecycle(self, market: str, *, limit: int = ROWS_MAX) -> list[LifecycleRow]:
        """List what was told of a market's life, in the order of receipt."""
        e = t.market_lifecycle_events
        query = select(e).where(e.c.market == market).order_by(e.c.session, e.c.record, e.c.part).limit(limit)
        return self._rows(LifecycleRow, query)

    def transitions(self, market: str, *, limit: int = ROWS_MAX) -> list[TransitionRow]:
        """List a market's moves from state to state, in order."""
        e = t.market_transitions
        query = select(e).where(e.c.market == market).order_by(e.c.session, e.c.record, e.c.part).limit(limit)
        return self._rows(TransitionRow, query)

    def markets(
        self, *, series: str | None = None, status: str | None = None, limit: int = ROWS_MAX
    ) -> list[MarketRow]:
        """List markets as last seen, by ticker."""
        m = t.markets
        query = select(*_columns_of(m, MarketRow)).order_by(m.c.venue, m.c.ticker).limit(limit)
        if series is not None:
            query = query.where(m.c.series_ticker == series)
        if status is not None:
            query = query.where(m.c.status == status)
        return self._rows(MarketRow, query)

    def market(self, ticker: str) -> list[MarketRow]:
        """Give a market's latest facts, one row for each venue that lists the ticker."""
        m = t.markets
        query = select(*_columns_of(m, MarketRow)).where(m.c.ticker == ticker).order_by(m.c.venue)
        return self._rows(MarketRow, query)

    def market_history(self, ticker: str, *, limit: int = ROWS_MAX) -> list[MarketChangeRow]:
        """List the changed fields of a market, in order."""
        h = t.market_history
        query = select(h).where(h.c.ticker == ticker)
        query = query.order_by(h.c.session, h.c.record, h.c.part, h.c.field).limit(limit)
        return self._rows(MarketChangeRow, query)

    def quarantine(self, *, session: str | None = None, limit: int = ROWS_MAX) -> list[QuarantineRow]:
        """List what could not be read or stored."""
        q = t.quarantine
        query = select(q).order_by(q.c.session, q.c.record, q.c.part).limit(limit)
        if session is not None:
            query = query.where(q.c.session == session)
        return self._rows(QuarantineRow, query)

    def offsets(self) -> list[OffsetRow]:
        """List how far each sink is in each session."""
        o = t.sink_offsets
        return self._rows(OffsetRow, select(o).order_by(o.c.session, o.c.sink))

    def parquet_files(self, *, table: str | None = None, session: str | None = None) -> list[ParquetFileRow]:
        """List the Parquet files that exist for readers, in the order of their rows."""
        f = t.parquet_files
        query = select(f).order_by(f.c.session, f.c.table_name, f.c.first_record, f.c.date)
        if table is not None:
            query = query.where(f.c.table_name == table)
        if session is not None:
            query = query.where(f.c.session == session)
        return self._rows(ParquetFileRow, query)

    def values(
        self, table: str, session: str, columns: Sequence[str], anchor: str, record_from: int, record_to: int
    ) -> list[tuple[Any, ...]]:
        """Read columns of a session's rows that come from records between the two, both included.

        `anchor` is the column with that record, in this table or (`other.column`) in the one it belongs to. Rows that
        stand for others that could not be stored (quarantine with a negative part) are left out.
        """
        source = t.metadata.tables[table]
        other, _, column = anchor.rpartition(".")
        query = select(*(source.c[name] for name in columns)).where(source.c.session == session)
        if other:
            parent = t.metadata.tables[other]
            shared = [parent.c[key.name] == source.c[key.name] for key in parent.primary_key.columns]
            query = query.join(parent, and_(*shared)).where(parent.c[column].between(record_from, record_to))
        else:
            query = query.where(source.c[column].between(record_from, record_to))
        if table == t.quarantine.name:
            query = query.where(source.c.part >= 0)
        with store_errors(), self._engine.begin() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def poisoned(self, session: str, record_from: int, record_to: int) -> list[int]:
        """List the records between the two of which a row could not be stored and stands in quarantine."""
        q = t.quarantine
        query = select(q.c.record).where(
            q.c.session == session, q.c.part < 0, q.c.record.between(record_from, record_to)
        )
        with store_errors(), self._engine.begin() as connection:
            return list(connection.execute(query).scalars())

    def counts(self, session: str) -> dict[str, int]:
        """Count the session's rows in each table that has sessions."""
        found = {}
        with store_errors(), self._engine.begin() as connection:
            for table in t.metadata.sorted_tables:
                if "session" in table.c:
                    query = select(func.count()).select_from(table).where(table.c.session == session)
                    found[table.name] = connection.execute(query).scalar_one()
        return found

    def _rows(self, kind: type[RowT], query: Select[Any]) -> list[RowT]:
        with store_errors(), self._engine.begin() as connection:
            return [kind(*row) for row in connection.execute(query)]


def _columns_of(table: Table, kind: type[Any]) -> list[Column[Any]]:
    """Choose the columns of a row type."""
    return [table.c[name] for name in kind._fields]
