"""A master and a record in memory, and a real server over them on loopback."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import aiohttp
import msgspec

from firstprint.app.secmaster.ports import RunProgress, RunRow
from firstprint.app.secmaster.reading import (
    EventQuery,
    EventRow,
    MarketChange,
    MarketCounts,
    MarketQuery,
    MarketRow,
    SeriesCount,
    SeriesQuery,
    SeriesRow,
)
from firstprint.domain.errors import Advice, FirstprintError
from firstprint.domain.games import Game, GameMapping, MarketPair
from firstprint.domain.link_changes import GameQuery, LinkQuery, LinkRow, PairQuery, RefusalQuery, ReviewItem
from firstprint.net.clock import SystemClock
from firstprint.serve.app import make_app
from firstprint.serve.gate import Bounds
from firstprint.serve.ports import GapQuery, Readers, RecordedGap, RecordedSession
from firstprint.serve.rendered import RenderedAnswers
from firstprint.serve.server import listening, serving
from firstprint.serve.workers import Workers

AT_NS = 1_700_000_000_500_000_000
PAGES_MAX = 100
AT = "2023-11-14T22:13:20.5Z"


class Away(FirstprintError):  # noqa: N818 a state that passes
    """A database that is away."""

    advice = Advice.RETRY


def a_series(ticker: str, **fields: Any) -> SeriesRow:
    """Make a series."""
    known: dict[str, Any] = {
        "venue": "kalshi", "ticker": ticker, "title": f"Title of {ticker}", "category": "Sports", "tags": ("Soccer",),
        "is_game": True, "active": True, "disabled_reason": None, "scope": "Game", "frequency": "custom",
        "fee_type": "quadratic", "fee_multiplier": "1", "created_ns": AT_NS, "updated_ns": AT_NS,
    }  # fmt: skip
    return SeriesRow(**known | fields)


def an_event(ticker: str, **fields: Any) -> EventRow:
    """Make an event."""
    known: dict[str, Any] = {
        "venue": "kalshi", "ticker": ticker, "series_ticker": ticker.partition("-")[0], "title": f"Title of {ticker}",
        "sub_title": None, "category": "Sports", "mutually_exclusive": True, "competition": None,
        "competition_scope": "Game", "strike_ns": None, "created_ns": AT_NS, "updated_ns": AT_NS,
    }  # fmt: skip
    return EventRow(**known | fields)


def a_market(ticker: str, **fields: Any) -> MarketRow:
    """Make a market."""
    known: dict[str, Any] = dict.fromkeys(MarketRow.__struct_fields__) | {
        "venue": "kalshi", "ticker": ticker, "event_ticker": ticker.rpartition("-")[0],
        "series_ticker": ticker.partition("-")[0], "title": f"Title of {ticker}", "status": "active",
        "open_ns": AT_NS, "close_ns": AT_NS, "created_ns": AT_NS, "updated_ns": AT_NS,
    }  # fmt: skip
    return MarketRow(**known | fields)


def a_run(run: str, **fields: Any) -> RunRow:
    """Make a sync run."""
    known: dict[str, Any] = {
        "run": run, "venue": "kalshi", "kind": "markets", "mode": "full", "scope": {}, "plan": {"steps": []},
        "software": "firstprint", "resumes": None, "started_ns": AT_NS, "progressed_ns": AT_NS, "ended_ns": AT_NS,
        "outcome": "done", "error": None, "progress": RunProgress(requests=3, seen=10),
    }  # fmt: skip
    return RunRow(**known | fields)


def a_session(session: str) -> RecordedSession:
    """Make a session."""
    return RecordedSession(
        session=session, venue="kalshi", software="firstprint", settings='{"tick_s": 1.0}', opened_wall_ns=AT_NS,
        closed_wall_ns=None, outcome="open", previous=None,
    )  # fmt: skip


def a_gap(session: str, record: int, **fields: Any) -> RecordedGap:
    """Make a gap."""
    known: dict[str, Any] = dict.fromkeys(RecordedGap.__struct_fields__) | {
        "session": session, "gap_id": f"g{record}", "reason": "SEQ_GAP", "opened_record": record,
        "opened_wall_ns": AT_NS, "markets": ("A-1",),
    }  # fmt: skip
    return RecordedGap(**known | fields)


class FakeMaster:
    """A master in memory. `broken` is raised by every call; `gate` is waited for by every call."""

    def __init__(self) -> None:
        self.all_series: list[SeriesRow] = []
        self.all_events: list[EventRow] = []
        self.all_markets: list[MarketRow] = []
        self.changes: list[MarketChange] = []
        self.number = 1
        self.calls: list[str] = []
        self.broken: Exception | None = None
        self.gate: threading.Event | None = None
        self.called = threading.Event()

    def _call(self, name: str) -> None:
        self.calls.append(name)
        self.called.set()
        if self.gate is not None:
            self.gate.wait(30)
        if self.broken is not None:
            raise self.broken

    def revision(self) -> int:
        self._call("revision")
        return self.number

    def series(self, query: SeriesQuery) -> list[SeriesRow]:
        self._call("series")
        return _page(self.all_series, query, lambda row: _series_wanted(row, query))

    def events(self, query: EventQuery) -> list[EventRow]:
        self._call("events")
        return _page(
            self.all_events,
            query,
            lambda row: _same(query.series, row.series_ticker) and _has(query.text, row.ticker, row.title),
        )

    def markets(self, query: MarketQuery) -> list[MarketRow]:
        self._call("markets")
        return _page(self.all_markets, query, lambda row: _market_wanted(row, query))

    def market(self, ticker: str) -> dict[str, Any] | None:
        self._call("market")
        found = _one(self.all_markets, ticker)
        return None if found is None else found | {"grid": '{"ranges":[[0,1000000,10000]]}'}

    def one_series(self, ticker: str) -> dict[str, Any] | None:
        self._call("one_series")
        return _one(self.all_series, ticker)

    def event(self, ticker: str) -> dict[str, Any] | None:
        self._call("event")
        return _one(self.all_events, ticker)

    def history(self, ticker: str, *, limit: int = 1_000) -> list[MarketChange]:
        self._call("history")
        return [change for change in self.changes if change.ticker == ticker][:limit]

    def series_counts(self, query: SeriesQuery) -> list[SeriesCount]:
        self._call("series_counts")
        rows = _page(self.all_series, query, lambda row: _series_wanted(row, query))
        return [
            SeriesCount(
                ticker=row.ticker, title=row.title, category=row.category, is_game=row.is_game, events=1,
                markets=len(found), by_status=_statuses(found),
            )
            for row in rows
            if (found := [one for one in self.all_markets if one.series_ticker == row.ticker]) is not None
        ]  # fmt: skip

    def market_counts(self, series: str | None = None) -> MarketCounts:
        self._call("market_counts")
        found = [one for one in self.all_markets if _same(series, one.series_ticker)]
        return MarketCounts(series=series, markets=len(found), events=1, by_status=_statuses(found))

    def categories(self) -> dict[str, tuple[str, ...]]:
        self._call("categories")
        return {}


def _page(rows: list[Any], query: Any, wanted: Callable[[Any], bool]) -> list[Any]:
    after = query.after or ""
    found = [row for row in sorted(rows, key=lambda row: row.ticker) if row.ticker > after and wanted(row)]
    return found[: query.limit]


def _series_wanted(row: SeriesRow, query: SeriesQuery) -> bool:
    return (
        _same(query.category, row.category)
        and (query.tag is None or query.tag in row.tags)
        and query.is_game in (None, row.is_game)
        and query.active in (None, row.active)
        and _has(query.text, row.ticker, row.title)
    )


def _market_wanted(row: MarketRow, query: MarketQuery) -> bool:
    close_ns = row.close_ns or 0
    return (
        _same(query.series, row.series_ticker)
        and _same(query.event, row.event_ticker)
        and _same(query.status, row.status)
        and _has(query.text, row.ticker, row.title)
        and (query.gone or row.gone_ns is None)
        and (query.closes_from_ns is None or close_ns >= query.closes_from_ns)
        and (query.closes_to_ns is None or close_ns <= query.closes_to_ns)
    )


def _same(wanted: str | None, value: str | None) -> bool:
    return wanted is None or wanted == value


def _has(wanted: str | None, *texts: str | None) -> bool:
    return wanted is None or any(wanted.lower() in (text or "").lower() for text in texts)


def _one(rows: list[Any], ticker: str) -> dict[str, Any] | None:
    return next((msgspec.structs.asdict(row) for row in rows if row.ticker == ticker), None)


def _statuses(rows: list[MarketRow]) -> dict[str, int]:
    words = [row.status or "" for row in rows]
    return {word: words.count(word) for word in words}


class FakeRecord:
    """What was recorded and synced, in memory."""

    def __init__(self) -> None:
        self.all_sessions: list[RecordedSession] = []
        self.all_gaps: list[RecordedGap] = []
        self.all_runs: list[RunRow] = []

    def sessions(self, *, before: str | None, limit: int) -> list[RecordedSession]:
        newest = sorted(self.all_sessions, key=lambda one: one.session, reverse=True)
        return [one for one in newest if before is None or one.session < before][:limit]

    def gaps(self, query: GapQuery) -> list[RecordedGap]:
        found = [one for one in self.all_gaps if query.after is None or _place(one) > query.after]
        if query.open_only:
            found = [one for one in found if one.repaired_record is None]
        return sorted(found, key=_place)[: query.limit]

    def open_gaps(self) -> int:
        return sum(one.repaired_record is None for one in self.all_gaps)

    def runs(self, *, kind: str | None = None, limit: int = 100) -> list[RunRow]:
        return [one for one in self.all_runs if kind in (None, one.kind)][:limit]


class FakeLinks:
    """What is linked, in memory. `broken` is raised by every call."""

    def __init__(self) -> None:
        self.all_games: list[tuple[Game, GameMapping]] = []
        self.all_links: list[LinkRow] = []
        self.all_refusals: list[ReviewItem] = []
        self.all_pairs: list[MarketPair] = []
        self.number = 1
        self.calls: list[str] = []
        self.queries: list[Any] = []
        self.broken: Exception | None = None

    def _call(self, name: str, query: Any = None) -> None:
        self.calls.append(name)
        self.queries.append(query)
        if self.broken is not None:
            raise self.broken

    def revision(self) -> int:
        self._call("revision")
        return self.number

    def games(self, query: GameQuery) -> list[Game]:
        self._call("games", query)
        found = [game for game, _ in self.all_games if _same(query.league, game.league)]
        return _after(found, lambda game: game.game_id, query)

    def game(self, game: str) -> tuple[Game, GameMapping] | None:
        self._call("game")
        return next((one for one in self.all_games if one[0].game_id == game), None)

    def links(self, query: LinkQuery) -> list[LinkRow]:
        self._call("links", query)
        found = [
            row
            for row in self.all_links
            if query.venue in (None, row.link.a_venue, row.link.b_venue)
            and _same(query.contest, row.link.contest)
            and (query.gone or row.retired_ns is None)
        ]
        return _after(found, lambda row: row.link.id, query)

    def refusals(self, query: RefusalQuery) -> list[ReviewItem]:
        self._call("refusals", query)
        found = [item for item in self.all_refusals if _same(query.venue, item.venue)]
        return _after(found, lambda item: item.work_item, query)

    def pairs(self, query: PairQuery) -> list[MarketPair]:
        self._call("pairs", query)
        found = [pair for pair in self.all_pairs if _same(query.league, pair.league) and _same(query.kind, pair.kind)]
        return _after(found, lambda pair: pair.id, query)


def _after(rows: list[Any], key: Callable[[Any], str], query: Any) -> list[Any]:
    return [row for row in sorted(rows, key=key) if key(row) > (query.after or "")][: query.limit]


def _place(gap: RecordedGap) -> tuple[str, int, str]:
    return gap.session, gap.opened_record, gap.gap_id


class Api:
    """A server under test: what it reads from, and how to ask it."""

    def __init__(
        self, master: FakeMaster, record: FakeRecord, links: FakeLinks, url: str, http: aiohttp.ClientSession
    ) -> None:
        self.master = master
        self.record = record
        self.links = links
        self.url = url
        self.http = http

    async def get(self, path: str, status: int = 200, **headers: str) -> Any:
        """GET a path; check its status and that it is JSON; give the document."""
        async with self.http.get(self.url + path, headers=headers) as answer:
            body = await answer.read()
            assert answer.status == status, body
            assert answer.content_type == "application/json"
            return msgspec.json.decode(body)

    async def all_of(self, path: str, name: str, limit: int) -> list[Any]:
        """Follow a list to its end."""
        found: list[Any] = []
        cursor = ""
        for _ in range(PAGES_MAX):
            joint = "&" if "?" in path else "?"
            page = await self.get(f"{path}{joint}limit={limit}&cursor={cursor}")
            found += page[name]
            if page["next"] is None:
                return found
            cursor = page["next"]
        raise AssertionError(f"{path} goes on for more than {PAGES_MAX} pages")


@asynccontextmanager
async def api(
    master: FakeMaster | None = None,
    record: FakeRecord | None = None,
    links: FakeLinks | None = None,
    *,
    workers: Workers | None = None,
    bounds: Bounds | None = None,
    rendered: RenderedAnswers | None = None,
) -> AsyncIterator[Api]:
    """Serve a fake master on loopback."""
    master, record, workers = master or FakeMaster(), record or FakeRecord(), workers or Workers()
    links = links or FakeLinks()
    readers = Readers(master, record, record, links, "test")
    with listening("127.0.0.1", 0) as listener:
        app = make_app(readers, SystemClock(), workers, hosts=listener.hosts, bounds=bounds, rendered=rendered)
        async with serving(app, listener), aiohttp.ClientSession() as http:
            yield Api(master, record, links, listener.url, http)
    workers.close()


@contextmanager
def in_thread(master: FakeMaster, record: FakeRecord, links: FakeLinks | None = None) -> Iterator[str]:
    """Serve from a thread with an event loop of its own, for clients that block; give the address."""
    address: Future[str] = Future()
    loop, stop = asyncio.new_event_loop(), asyncio.Event()

    async def run() -> None:
        async with api(master, record, links) as served:
            address.set_result(served.url)
            await stop.wait()

    def work() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(run())

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield address.result(30)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
