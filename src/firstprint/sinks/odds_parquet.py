"""The history of odds: what each book quoted, and what all of them together said, as Parquet files.

A file lies at `<table>/date=<UTC date of receipt>/sport=<sport>/<session>-<number>.parquet`, where the table is `odds`
(a row for each outcome of each quote) or `odds_consensus` (a row for each bet). It is written whole under a temporary
name and then renamed; what a crash left behind is removed by the next start.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from firstprint.domain.errors import DataFolderError
from firstprint.domain.odds import Consensus, OddsEvent
from firstprint.domain.propositions import Bet
from firstprint.journal.files import Files
from firstprint.sinks.columns import ABSENT, Column
from firstprint.sinks.parquet import NS_PER_DAY, SESSION_ID, SinkUnavailable
from firstprint.sinks.segment import TEMPORARY, SegmentWriter

SPORT = re.compile(r"[a-z0-9_]{1,64}", re.ASCII)
OTHER_SPORT = "other"
"""Where odds lie whose sport cannot name a folder."""
ROWS_MAX = 50_000


class OddsTable(NamedTuple):
    """A table: its columns with their kinds, in the order of its rows. Integers and floats may be absent."""

    name: str
    columns: tuple[Column, ...]

    @property
    def select(self) -> str:
        """What the columns of a file are."""
        return ", ".join(("session", *(_SELECTS[one.kind].format(one.name) for one in self.columns)))


_SELECTS = {
    "text": "{0}::VARCHAR AS {0}",
    "int": f"nullif({{0}}, {ABSENT}) AS {{0}}",
    "flag": "{0}",
    "float": "CASE WHEN isnan({0}) THEN NULL ELSE {0} END AS {0}",
}


def _columns(**kinds: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind) for kind, names in kinds.items() for name in names.split())


_BET = (*_columns(text="kind period side"), Column("line_e6"), *_columns(text="stat subject"))
ODDS = OddsTable(
    "odds",
    (
        *_columns(int="record recv_wall_ns", text="sport_key league source event contest"),
        *_columns(int="start_ns", text="book"),
        *_BET,
        *_columns(flag="pays_when_true", int="odds_e6 updated_ns"),
    ),
)
CONSENSUS = OddsTable(
    "odds_consensus",
    (
        *_columns(int="record computed_ns", text="contest"),
        *_BET,
        *_columns(float="probability"),
        *_columns(text="method", float="method_spread book_spread"),
        *_columns(text="books"),
    ),
)
"""`books` is JSON: each book's probability by each method, and its age in seconds."""
TABLES = (ODDS, CONSENSUS)


class OddsHistory:
    """Gathers odds and writes them as files.

    At most `rows_max` rows wait for `flush`; a row beyond is written first, or refused with SinkUnavailable. Calls
    block on the disk. `session` names the run whose records the rows come from.
    """

    def __init__(self, folder: Path, files: Files, session: str, *, rows_max: int = ROWS_MAX) -> None:
        if not SESSION_ID.fullmatch(session):
            raise DataFolderError(f"not a session id that can name a file: {session[:80]!a}")
        self._folder = folder
        self._files = files
        self._session = session
        self._rows_max = rows_max
        self._writer = SegmentWriter(files)
        self._rows: dict[tuple[OddsTable, str, str], list[tuple[Any, ...]]] = {}
        self._number = 0
        self.pending = 0

    def prepare(self) -> None:
        """Remove the unfinished files that a crash left behind."""
        for table in TABLES:
            for path in sorted(self._folder.glob(f"{table.name}/date=*/sport=*/*{TEMPORARY}")):
                self._files.unlink(path)

    def take(self, events: Iterable[OddsEvent], *, record: int, wall_ns: int, contests: dict[str, str]) -> None:
        """Take the quotes of an answer; `contests` names the contest of an event, by its source's id, where known."""
        for event in events:
            rows = list(_quote_rows(event, record, wall_ns, contests.get(event.sighting.id)))
            self._add(ODDS, event.sport_key, wall_ns, rows)

    def take_consensus(self, consensus: Iterable[Consensus], *, record: int, sport_key: str) -> None:
        """Take what the books together say."""
        for one in consensus:
            self._add(CONSENSUS, sport_key, one.computed_ns, [_consensus_row(one, record)])

    def flush(self) -> int:
        """Write what waits, a file for each table, date and sport; give how many. What is not written waits on."""
        written = 0
        for place in list(self._rows):
            self._write(*place, self._rows[place])
            self.pending -= len(self._rows.pop(place))
            written += 1
        return written

    def _add(self, table: OddsTable, sport: str, wall_ns: int, rows: list[tuple[Any, ...]]) -> None:
        if self.pending + len(rows) > self._rows_max:
            self.flush()
        date = datetime.fromtimestamp(wall_ns // NS_PER_DAY * 86_400, UTC).date().isoformat()
        folder = sport if SPORT.fullmatch(sport) else OTHER_SPORT
        self._rows.setdefault((table, date, folder), []).extend(rows)
        self.pending += len(rows)

    def _write(self, table: OddsTable, date: str, sport: str, rows: Sequence[tuple[Any, ...]]) -> None:
        path = self._folder / table.name / f"date={date}" / f"sport={sport}" / f"{self._session}-{self._number}.parquet"
        columns = {
            column.name: _packed(column.kind, values)
            for column, values in zip(table.columns, zip(*rows, strict=True), strict=True)
        }
        try:
            self._writer.write_columns(table.select, self._session, columns, path)
        except OSError as error:
            raise SinkUnavailable(str(error)) from error
        self._number += 1


def _quote_rows(event: OddsEvent, record: int, wall_ns: int, contest: str | None) -> Iterable[tuple[Any, ...]]:
    seen = event.sighting
    start_ns = seen.start.earliest_ns if seen.start is not None and seen.start.exact else None
    where = (record, wall_ns, event.sport_key, seen.league, seen.source, seen.id, contest, start_ns)
    for quote in event.quotes:
        for bet, polarity, odds_e6 in zip(quote.outcomes, quote.polarities, quote.odds_e6, strict=True):
            yield (*where, quote.book, *_bet(bet), polarity, odds_e6, quote.updated_ns)


def _consensus_row(one: Consensus, record: int) -> tuple[Any, ...]:
    books = msgspec.json.encode(one.books).decode()
    said = (one.probability, one.method, one.method_spread, one.book_spread, books)
    return (record, one.computed_ns, one.contest, *_bet(one.bet), *said)


def _bet(bet: Bet) -> tuple[Any, ...]:
    return bet.kind.value, bet.period.value, bet.side, bet.line_e6, bet.stat, bet.subject


def _packed(kind: str, values: Sequence[Any]) -> Any:
    if kind == "text":
        return np.array(values, dtype=object)
    if kind == "int":
        return np.array([ABSENT if value is None else value for value in values], dtype=np.int64)
    if kind == "flag":
        return np.array(values, dtype=np.bool_)
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
