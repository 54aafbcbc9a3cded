"""Discovery by REST: the venue's own list, asked again and again, whatever the venue does."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

import msgspec
import pytest
from recording_kit import WALL_NS, Desk
from tests.net.virtual_loop import run_virtual

from firstprint.app.discovery import ONE_BY_ONE_MAX, OVERLAP_S, Discovery
from firstprint.app.lineage import Lineage
from firstprint.app.selection import Selection, Selector
from firstprint.app.settings import RecorderSettings
from firstprint.domain.clock import NS_PER_S
from firstprint.domain.errors import VenueRefused, VenueUnavailable
from firstprint.domain.happenings import RestRequest
from firstprint.domain.record import Kind
from firstprint.linkage.leagues import League

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
        self.away: set[str] = set()
        self.series_of: dict[str, str] = {}
        self.garbage = False
        self.asked: list[tuple[str, dict[str, str]]] = []

    async def _answer(self, path: str, query: dict[str, str], body: object) -> AsyncIterator[Page]:
        self.asked.append((path, query))
        outcome = self.script.pop(0) if self.script else None
        if outcome is not None:
            raise outcome
        if query.get("series_ticker") in self.away:
            raise AWAY
        yield Page(RestRequest(path=path, query=list(query.items()), signed=True), json.dumps(body).encode())

    def markets(self, *, status: str | None = None, **filters: str) -> AsyncIterator[Page]:
        query = filters | ({"status": status} if status else {})
        listed = [{"ticker": one, "status": self.status} for one in self.tickers if status in (None, "open")]
        return self._answer("/markets", query, {"markets": listed, "cursor": ""})

    def markets_by_ticker(self, tickers: Sequence[str]) -> AsyncIterator[Page]:
        return self.markets(tickers=",".join(tickers))

    def events(self, **filters: str) -> AsyncIterator[Page]:
        named = filters.get("tickers", "").split(",")
        rows = [{"event_ticker": one, "series_ticker": self.series_of[one]} for one in named if one in self.series_of]
        return self._answer("/events", filters, {"events": 5 if self.garbage else rows, "cursor": ""})

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
    assert desk.live.news["kalshi"].listed == ["KXA-1"]


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
    assert desk.live.news["kalshi"].listed == ["KXA-1"]


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
    assert desk.capture.trading == {"kalshi": True}


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
    assert desk.live.news["kalshi"].listed == ["KXA-1"]
    assert len(desk.journal.of(Kind.REST_BODY)) == 3


LEAGUE = League(code="NFL", game="KXNFLGAME", spread="KXNFLSPREAD")


def _of_leagues(desk: Desk, directory: Directory) -> Discovery:
    selector = Selector(Selection(leagues=(LEAGUE,)))
    return Discovery(
        desk.venue, directory, desk.scribe, desk.capture, desk.clock, RecorderSettings(), selector=selector
    )


def test_leagues_are_asked_for_one_series_at_a_time() -> None:
    """A2, A3: with leagues each series is read by itself, whole at first and then only what is new."""
    desk, directory = Desk(), Directory(["KXNFLGAME-1"])
    run_virtual(_for(25.0, _of_leagues(desk, directory).keep_looking(20.0)))
    first, later = directory.asked[:6], directory.asked[6:]
    assert [query["series_ticker"] for _, query in first] == ["KXNFLGAME"] * 3 + ["KXNFLSPREAD"] * 3
    assert [query.get("status") for _, query in first[:3]] == ["unopened", "open", "settled"]
    assert [sorted(query.keys() - {"series_ticker", "status"}) for _, query in later[:3]] == [
        ["min_created_ts"], ["min_updated_ts"], ["min_settled_ts"]
    ]  # fmt: skip
    assert all("series_ticker" in query for _, query in later)
    assert desk.capture.census.life("KXNFLGAME-1").facts.series_ticker is not None


def test_a_league_that_fails_is_named_and_the_others_go_on() -> None:
    """A3, A9: a series that the venue refuses or does not answer is told by its league's name; the next one is read."""
    desk, directory = Desk(), Directory()
    directory.script = [VenueRefused("GET /markets", 400, "bad_request", "no such series")]
    discovery = _of_leagues(desk, directory)
    run_virtual(_for(5.0, discovery.keep_looking(20.0)))
    assert list(discovery.failing) == ["NFL KXNFLGAME"]
    assert "no such series" in discovery.failing["NFL KXNFLGAME"]
    assert [query["series_ticker"] for _, query in directory.asked] == ["KXNFLGAME"] + ["KXNFLSPREAD"] * 3
    assert discovery.reconciled.is_set()


def test_a_series_that_was_not_answered_is_asked_again_whole_and_alone() -> None:
    """A9: what failed is asked again a tick later, from where it was left; what was answered is left alone."""
    desk, directory = Desk(), Directory()
    directory.script = [None, AWAY]
    discovery = _of_leagues(desk, directory)
    run_virtual(_for(5.0, discovery.keep_looking(20.0)))
    asked = [(query["series_ticker"], query.get("status")) for _, query in directory.asked]
    whole = ["unopened", "open", "settled"]
    assert asked[:2] == [("KXNFLGAME", "unopened"), ("KXNFLGAME", "open")]
    assert asked[2:] == [("KXNFLSPREAD", one) for one in whole] + [("KXNFLGAME", one) for one in whole]
    assert not discovery.failing


def test_a_series_that_never_answers_does_not_delay_the_looks_at_others() -> None:
    """A9, A1: one series is away for good, and the other is looked at once an interval all the same."""
    desk, directory = Desk(), Directory()
    directory.away = {"KXNFLGAME"}
    discovery = _of_leagues(desk, directory)
    run_virtual(_for(50.0, discovery.keep_looking(20.0)))
    news = [query for _, query in directory.asked if "min_created_ts" in query]
    assert [query["series_ticker"] for query in news] == ["KXNFLSPREAD"] * 2
    assert list(discovery.failing) == ["NFL KXNFLGAME"]


def test_a_key_that_is_refused_ends_the_first_look_with_leagues_too() -> None:
    """F06: a 401 is no failure of a league: it stops the recording."""
    directory = Directory()
    directory.script = [VenueRefused("GET /markets", 401, "unauthorized", "bad key")]
    with pytest.raises(VenueRefused, match="bad key"):
        run_virtual(_for(5.0, _of_leagues(Desk(), directory).keep_looking(20.0)))


def test_found_and_known_markets_are_counted() -> None:
    """A2: a market is found once, by whichever list names it first; named again it is known."""
    desk, directory = Desk(), Directory(["KXA-1", "KXA-2"])
    discovery = _discovery(desk, directory)

    async def look() -> None:
        await discovery.reconcile()
        directory.tickers.append("KXA-3")
        await discovery.reconcile()

    run_virtual(look())
    assert (discovery.found, discovery.known) == (3, 5)


def test_a_market_settled_while_nobody_recorded_gets_its_result() -> None:
    """B9: with leagues too, what settled since the last record is asked for from its end on."""
    desk, directory = Desk(), Directory()
    discovery = _of_leagues(desk, directory)
    discovery._missed_since_s = NOW_S - 86_400
    run_virtual(discovery.reconcile())
    settled = [query for _, query in directory.asked if query.get("status") == "settled"]
    assert [query["min_settled_ts"] for query in settled] == [str(NOW_S - 86_400)] * 2


def test_a_list_of_one_series_repairs_no_hole_of_the_stream() -> None:
    """Law 2: the lifecycle stream had told of all series; reading one of them again does not fill its hole."""
    desk, directory = Desk(), Directory()
    desk.capture.sweeps.repairable = lambda _: ["a gap"]  # type: ignore[method-assign,list-item,return-value] # seen if asked
    run_virtual(_of_leagues(desk, directory).reconcile())
    assert desk.capture.sweeps._begun == {}
    run_virtual(_discovery(desk, Directory())._read(Directory().markets(status="unopened")))
    assert desk.capture.sweeps._begun


def test_many_series_are_read_by_events_and_their_news_at_once() -> None:
    """C11, A2: above a few dozen series one walk of the events costs less than a request for each."""
    desk, directory = Desk(), Directory()
    chosen = tuple(f"KXS{n}" for n in range(ONE_BY_ONE_MAX + 1))
    selector = Selector(Selection(series=chosen))
    discovery = Discovery(
        desk.venue, directory, desk.scribe, desk.capture, desk.clock, RecorderSettings(), selector=selector
    )

    async def look() -> None:
        await discovery.reconcile()
        await discovery.reconcile()

    run_virtual(look())
    assert [path for path, _ in directory.asked] == ["/events", "/events", "/markets"] + ["/markets"] * 3
    assert not any("series_ticker" in query for _, query in directory.asked)


def test_an_empty_answer_is_normal() -> None:
    """Issue 3: a venue that lists nothing at all is looked at again, without an error and without a market."""
    desk, directory = Desk(), Directory()
    discovery = _of_leagues(desk, directory)
    run_virtual(_for(45.0, discovery.keep_looking(20.0)))
    assert (discovery.looks, discovery.failures, discovery.found) == (3, 0, 0)
    assert not desk.capture.census.lives


def test_events_are_looked_up_a_hundred_at_a_time_and_their_series_learnt() -> None:
    """A5: one request names at most a hundred events; a page that is none is kept by the fold and teaches nothing."""
    desk, directory = Desk(), Directory()
    lineage = Lineage({})
    discovery = Discovery(
        desk.venue, directory, desk.scribe, desk.capture, desk.clock, RecorderSettings(), lineage=lineage
    )
    directory.series_of = {f"E{n}": "KXA" for n in range(150)}
    run_virtual(discovery.look_up_events([f"E{n}" for n in range(150)]))
    assert [len(query["tickers"].split(",")) for _, query in directory.asked] == [100, 50]
    assert lineage.series_of_event("E149") == "KXA"
    directory.garbage = True
    run_virtual(discovery.look_up_events(["E150"]))
    assert lineage.series_of_event("E150") is None
    assert desk.live.quarantined


def test_books_are_polled_of_chosen_markets_alone() -> None:
    """D1, F2: without a key the books of markets that nobody chose are not read."""
    desk, directory = Desk(), Directory(["KXA-1", "KXB-1"])
    discovery = _discovery(desk, directory)
    discovery.wants = lambda market: market == "KXB-1"

    async def poll() -> None:
        await discovery.reconcile()
        await _for(20.0, discovery.poll_books())

    run_virtual(poll())
    polls = [query["tickers"] for path, query in directory.asked if path == "/markets/orderbooks"]
    assert polls == ["KXB-1"]
