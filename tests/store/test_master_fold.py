"""The fold of pages into the master, against a naive model: rows, history and counts are equal whatever comes."""

from typing import Any, NamedTuple

import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tests.postgres_server import NewDatabase

from firstprint.domain.entries import EventEntry, ListedPage, MarketEntry, SeriesEntry
from firstprint.domain.secmaster import PageCounts, RunOpened, RunProgress, SeriesChoice, Source
from firstprint.store.database import open_store
from firstprint.store.master_reader import SqlMasterReader
from firstprint.store.master_tables import event_history, events, market_history, markets, series, series_history
from firstprint.store.security_master import SqlSecurityMaster

FIELDS = {
    "series": ("title", "fee_type", "is_game", "active", "disabled_reason"),
    "events": ("series_ticker", "title", "strike_ns"),
    "markets": ("event_ticker", "series_ticker", "title", "status", "result", "close_ns", "gone_ns"),
}
OURS = ("is_game", "active", "disabled_reason", "gone_ns")
EMPTIED = ("strike_ns", "result", "disabled_reason", "gone_ns")
CLOSED = ("closed", "determined")
TABLES = {
    "series": (series, series_history),
    "events": (events, event_history),
    "markets": (markets, market_history),
}

maybe = st.one_of(st.none(), st.sampled_from(("a", "b")))
series_names, event_names, market_names = (st.sampled_from([f"{kind}{n}" for n in range(3)]) for kind in "SEM")
listed_series = st.builds(SeriesEntry, ticker=series_names, title=maybe, fee_type=maybe)
listed_events = st.builds(
    EventEntry,
    ticker=event_names,
    series_ticker=st.one_of(st.none(), series_names),
    title=maybe,
    strike_ns=st.one_of(st.none(), st.integers(1, 2)),
)
listed_markets = st.builds(
    MarketEntry,
    ticker=market_names,
    event_ticker=st.one_of(st.none(), event_names),
    series_ticker=st.one_of(st.none(), st.none(), series_names),
    title=maybe,
    status=st.sampled_from((None, "active", "closed", "determined", "finalized", "?")),
    result=maybe,
    close_ns=st.one_of(st.none(), st.integers(1, 2)),
)
chosen = st.builds(
    SeriesChoice, ticker=series_names, is_game=st.booleans(), disabled_reason=st.sampled_from((None, "excluded"))
)


class Step(NamedTuple):
    """A page as one of two runs received it, or markets found gone."""

    page: ListedPage
    choices: list[SeriesChoice]
    gone: list[str]
    run: str
    wall_ns: int


pages = st.builds(
    ListedPage,
    series=st.lists(listed_series, max_size=3),
    events=st.lists(listed_events, max_size=3),
    markets=st.lists(listed_markets, max_size=4),
)
steps = st.builds(
    Step,
    page=pages,
    choices=st.lists(chosen, max_size=2, unique_by=lambda one: one.ticker),
    gone=st.one_of(st.just([]), st.just([]), st.lists(market_names, max_size=2, unique=True)),
    run=st.sampled_from(("markets-1", "series-2")),
    wall_ns=st.integers(1, 6),
)


class Model:
    """The rules, said once more without any database."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in FIELDS}
        self.history: dict[str, dict[tuple[str, str, int, str], tuple[Any, Any]]] = {kind: {} for kind in FIELDS}
        self.changed = False

    def take(self, step: Step, source: Source) -> PageCounts:
        """Lay a page."""
        choices = {one.ticker: one for one in step.choices}
        done = {kind: [0, 0] for kind in FIELDS}
        moves: list[tuple[Any, Any]] = []
        for ticker, entry in {one.ticker: one for one in step.page.series}.items():
            said = msgspec.structs.asdict(entry)
            if ticker in choices:
                choice = choices[ticker]
                active = int(choice.disabled_reason is None)
                said |= {"is_game": int(choice.is_game), "active": active, "disabled_reason": choice.disabled_reason}
            self._lay("series", ticker, said, source, done["series"])
        for ticker, event in {one.ticker: one for one in step.page.events}.items():
            before = self.rows["events"].get(ticker, {}).get("series_ticker")
            self._lay("events", ticker, msgspec.structs.asdict(event), source, done["events"])
            after = self.rows["events"][ticker]["series_ticker"]
            if before is None and after is not None:
                self._inherit(ticker, after, source)
        for ticker, market in {one.ticker: one for one in step.page.markets}.items():
            known = self.rows["markets"].get(ticker, {})
            was = known.get("status")
            said = msgspec.structs.asdict(market) | {"gone_ns": None}
            if market.series_ticker is None and known.get("series_ticker") is None:
                said["series_ticker"] = self._series_of(step.page, market.event_ticker)
            self._lay("markets", ticker, said, source, done["markets"])
            if known:
                moves.append((was, self.rows["markets"][ticker]["status"]))
        subject = "series" if source.run.startswith("series") else "markets"
        named = {one.event_ticker for one in step.page.markets if one.event_ticker} - set(self.rows["events"])
        return PageCounts(
            seen=len({one.ticker for one in getattr(step.page, subject)}),
            new=done[subject][0],
            changed=done[subject][1],
            closed=sum(a in CLOSED and b not in (*CLOSED, "finalized") for b, a in moves),
            settled=sum(a == "finalized" != b for b, a in moves),
            orphans=tuple(sorted(named)),
        )

    def _series_of(self, page: ListedPage, event: str | None) -> str | None:
        listed = {one.ticker: one.series_ticker for one in page.events if one.series_ticker}
        return listed.get(event) or self.rows["events"].get(event or "", {}).get("series_ticker")

    def _inherit(self, event: str, series_ticker: str, source: Source) -> None:
        for ticker, row in self.rows["markets"].items():
            if row["event_ticker"] == event and row["series_ticker"] is None:
                self._lay("markets", ticker, {"series_ticker": series_ticker}, source, [0, 0])

    def gone(self, tickers: list[str], source: Source) -> None:
        """Mark markets."""
        for ticker in tickers:
            if ticker in self.rows["markets"] and self.rows["markets"][ticker]["gone_ns"] is None:
                self._lay("markets", ticker, {"gone_ns": source.wall_ns}, source, [0, 0])

    def _lay(self, kind: str, ticker: str, said: dict[str, Any], source: Source, done: list[int]) -> None:
        row = self.rows[kind].get(ticker)
        mark = (source.run, source.record, source.wall_ns)
        if row is None:
            given = {name: said.get(name) for name in FIELDS[kind]}
            if kind == "series" and "active" not in said:
                given |= {"is_game": 0, "active": 1}
            self.rows[kind][ticker] = given | {"first": mark, "last": mark}
            done[0] += 1
            self.changed = True
            return
        run, record, wall_ns = row["last"]
        older = source.record < record if run == source.run else source.wall_ns < wall_ns
        news = {}
        for name in FIELDS[kind]:
            if name not in said or said[name] == row[name]:
                continue
            fills = row[name] is None and name not in OURS
            if fills or (not older and (said[name] is not None or name in EMPTIED)):
                news[name] = said[name]
        for name, value in news.items():
            self.history[kind][ticker, source.run, source.record, name] = (row[name], value)
        if news:
            row.update(news, **({} if older else {"last": mark}))
            done[1] += 1
            self.changed = True


def check(new_database: NewDatabase, told: list[Step]) -> None:
    """Take the pages in the master and in the model, and compare all of both."""
    address = new_database()
    engine = open_store(address)
    master, reader, model = SqlSecurityMaster(engine), SqlMasterReader(engine), Model()
    for run in ("markets-1", "series-2"):
        opened = {"venue": "kalshi", "mode": "full", "scope": {}, "plan": {}, "started_ns": 1, "software": "x"}
        master.open_run(RunOpened(run=run, kind=run.partition("-")[0], **opened))
    for record, step in enumerate(told, 1):
        source = Source("kalshi", step.run, record, step.wall_ns)
        revision, model.changed = reader.revision(), False
        expected = model.take(step, source)
        assert master.take(step.page, source, RunProgress(), choices=step.choices) == expected
        assert reader.revision() == revision + model.changed
        if step.gone:
            master.gone(step.gone, source._replace(record=record))
            model.gone(step.gone, source)
    with engine.begin() as connection:
        for kind, (table, history) in TABLES.items():
            rows = {row.ticker: row._asdict() for row in connection.execute(select(table))}
            assert {ticker: shown(kind, row) for ticker, row in rows.items()} == model.rows[kind]
            found = {
                (row.ticker, row.session, row.record, row.field): (
                    msgspec.json.decode(row.value_before),
                    msgspec.json.decode(row.value_after),
                )
                for row in connection.execute(select(history))
            }
            assert found == model.history[kind]
    engine.dispose()
    new_database.drop(address)


def shown(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    """Give a row as the model has it."""
    marks = {
        part: tuple(row[f"{part}_{name}"] for name in ("session", "record", "wall_ns")) for part in ("first", "last")
    }
    return {name: row[name] for name in FIELDS[kind]} | marks


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ],  # a failure has few steps as it is, and shrinking takes minutes
)
@given(told=st.lists(steps, min_size=1, max_size=8))
def test_fold_equals_a_naive_model(new_database: NewDatabase, told: list[Step]) -> None:
    """C3: rows, history, counts and revision are those of the rules, whatever pages come in whatever order."""
    check(new_database, told)
