"""Discovery by REST: the venue's own list, asked again and again, whatever the venue does."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

import msgspec
import pytest
from recording_kit import WALL_NS, Desk
from tests.net.virtual_loop import run_virtual

from firstprint.app.discovery import OVERLAP_S, Discovery
from firstprint.app.settings import RecorderSettings
from firstprint.domain.clock import NS_PER_S
from firstprint.domain.errors import VenueRefused, VenueUnavailable
from firstprint.domain.happenings import RestRequest
from firstprint.domain.record import Kind

NOW_S = WALL_NS // NS_PER_S
AWAY = VenueUnavailable("GET /markets", 502, "bad gateway")
REFUSED = VenueRefused("GET /markets", 403, "forbidden", "not from here")


class Page(NamedTuple):
    request: RestRequest
    body: bytes


class Directory:
    """A venue with a list of tickers that fails as its script says, one entry for each request."""

    signed = True

    def __init__(self, tickers: Sequence[str] = (), *, status: str = "active") -> None:
        self.tickers = list(tickers)
        self.status = status
        self.script: list[Exception | None] = []
        self.asked: list[tuple[str, dict[str, str]]] = []

    async def _answer(self, path: str, query: dict[str, str], body: object) -> AsyncIterator[Page]:
        self.asked.append((path, query))
        outcome = self.script.pop(0) if self.script else None
        if outcome is not None:
            raise outcome
        yield Page(RestRequest(path=path, query=list(query.items()), signed=True), json.dumps(body).encode())

    def markets(self, *, status: str | None = None, **filters: str) -> AsyncIterator[Page]:
        query = filters | ({"status": status} if status else {})
        listed = [{"ticker": one, "status": self.status} for one in self.tickers if status in (None, "open")]
        return self._answer("/markets", query, {"markets": listed, "cursor": ""})

    def markets_by_ticker(self, tickers: Sequence[str]) -> AsyncIterator[Page]:
        return self.markets(tickers=",".join(tickers))

    def orderbooks(self, tickers: Sequence[str]) -> AsyncIterator[Page]:
        return self._answer("/markets/orderbooks", {"tickers": ",".join(tickers)}, {"orderbooks": []})

    def trades_since(self, min_ts: int) -> AsyncIterator[Page]:
        return self._answer("/markets/trades", {"min_ts": str(min_ts)}, {"trades": [], "cursor": ""})

    def exchange_status(self) -> AsyncIterator[Page]:
        return self._answer("/exchange/status", {}, {"exchange_active": True, "trading_active": True})


def _discovery(desk: Desk, directory: Directory, **settings: float) -> Discovery:
    chosen = msgspec.structs.replace(RecorderSettings(), **settings)
    return Discovery(desk.venue, directory, desk.scribe, desk.capture, desk.clock, chosen)


async def _for(seconds: float, work: object) -> None:
    try:
        async with asyncio.timeout(seconds):
            await work  # type: ignore[misc] # a coroutine
    except TimeoutError:
        pass


def test_the_first_look_reads_unopened_open_and_settled_markets() -> None:
    """B9: the start compares with the venue's whole list, and with what settled while nobody recorded."""
    desk, directory = Desk(), Directory(["KXA-1"])
    discovery = Discovery(
        desk.venue, directory, desk.scribe, desk.capture, desk.clock, RecorderSettings(), missed_since_s=NOW_S - 7200
    )
    run_virtual(discovery.reconcile())
    assert [query.get("status") for _, query in directory.asked] == ["unopened", "open", "settled"]
    assert directory.asked[2][1]["min_settled_ts"] == str(NOW_S - 7200)
    assert discovery.reconciled.is_set()
    assert len(desk.journal.of(Kind.REST_BODY)) == 3
    assert desk.live.listed == ["KXA-1"]


def test_later_looks_ask_only_for_what_is_new_with_an_overlap() -> None:
    """A2: a look asks from the last one on, and two minutes before, because lists may be stale and clocks differ."""
    desk, directory = Desk(), Directory()
    discovery = _discovery(desk, directory)
    run_virtual(_for(45.0, discovery.keep_looking(20.0)))
    looks = [query for _, query in directory.asked[3:]]
    since = str(NOW_S - OVERLAP_S)
    assert looks[:3] == [{"min_created_ts": since}, {"min_updated_ts": since},
                         {"min_settled_ts": since, "status": "settled"}]  # fmt: skip
    assert len(looks) == 6


def test_an_interval_of_zero_switches_later_looks_off() -> None:
    """A1: with DISCOVERY_INTERVAL_MINS=0 the list is read once at the start and never again."""
    directory = Directory()
    run_virtual(_for(10_000.0, _discovery(Desk(), directory).keep_looking(0.0)))
    assert len(directory.asked) == 3


def test_a_venue_that_is_away_is_asked_until_it_answers() -> None:
    """A9, F49, F50: failures are counted and decide nothing; the look is made again from its beginning."""
    desk, directory = Desk(), Directory(["KXA-1"])
    directory.script = [AWAY, None, AWAY, None, None, None]
    discovery = _discovery(desk, directory)
    run_virtual(_for(60.0, discovery.keep_looking(1000.0)))
    assert discovery.failures == 2
    assert discovery.reconciled.is_set()
    assert desk.live.listed == ["KXA-1"]


def test_a_refusal_at_the_start_is_told_and_a_later_one_passes() -> None:
    """F07, A9: refused from the start we stop; refused later the recording goes on and asks an interval later."""
    directory = Directory()
    directory.script = [REFUSED]
    with pytest.raises(VenueRefused):
        run_virtual(_for(60.0, _discovery(Desk(), directory).keep_looking(10.0)))
    directory = Directory()
    directory.script = [None, None, None, REFUSED]
    discovery = _discovery(Desk(), directory)
    run_virtual(_for(25.0, discovery.keep_looking(10.0)))
    assert discovery.failures == 1
    assert len(directory.asked) == 7


def test_markets_are_looked_up_a_hundred_at_a_time() -> None:
    """F29: one request names at most a hundred markets."""
    directory = Directory()
    run_virtual(_discovery(Desk(), directory).look_up([f"KX-{n}" for n in range(250)]))
    assert [len(query["tickers"].split(",")) for _, query in directory.asked] == [100, 100, 50]


def test_books_are_polled_of_open_markets_and_one_failure_spoils_one_request() -> None:
    """F2, A9: without a key open books are read in hundreds; a request that fails leaves the others alone."""
    desk, directory = Desk(), Directory([f"KX-{n}" for n in range(150)])
    discovery = _discovery(desk, directory, rest_books_s=30.0)

    async def poll() -> None:
        await discovery.reconcile()
        directory.script = [AWAY]
        await _for(20.0, discovery.poll_books())

    run_virtual(poll())
    polls = [query for path, query in directory.asked if path == "/markets/orderbooks"]
    assert [len(query["tickers"].split(",")) for query in polls] == [100, 50]
    assert discovery.failures == 1


def test_books_of_markets_that_are_not_open_are_not_polled() -> None:
    """F2: a market that has not opened, or is over, has no book to read."""
    desk, directory = Desk(), Directory(["KXA-1"], status="closed")
    discovery = _discovery(desk, directory)

    async def poll() -> None:
        await discovery.reconcile()
        await _for(20.0, discovery.poll_books())

    run_virtual(poll())
    assert not [path for path, _ in directory.asked if path == "/markets/orderbooks"]


def test_the_exchange_is_watched_whatever_it_answers() -> None:
    """F51: a status that cannot be had is asked for again a minute later."""
    desk, directory = Desk(), Directory()
    directory.script = [AWAY]
    run_virtual(_for(130.0, _discovery(desk, directory).watch_exchange()))
    assert len(directory.asked) == 3
    assert desk.capture.trading is True


def test_an_answer_that_cannot_be_recorded_is_asked_for_again() -> None:
    """Law 1: what the journal has no room for is not believed; the look is made again until it is recorded."""
    desk, directory = Desk(), Directory(["KXA-1"])
    discovery = _discovery(desk, directory)
    desk.journal.full = True

    async def look() -> None:
        asyncio.get_running_loop().call_later(5.0, lambda: setattr(desk.journal, "full", False))
        await _for(60.0, discovery.keep_looking(1000.0))

    run_virtual(look())
    assert discovery.failures > 0
    assert desk.live.listed == ["KXA-1"]
    assert len(desk.journal.of(Kind.REST_BODY)) == 3
