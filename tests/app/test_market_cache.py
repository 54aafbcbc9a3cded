"""The market cache and the gate before it: metadata from REST, prices from the stream, chosen series alone."""

import json
import sys
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recording_kit import HandClock, MemoryJournal

from firstprint.app.actors import Actors
from firstprint.app.capture import Capture
from firstprint.app.gate import GateCounts
from firstprint.app.lineage import Lineage
from firstprint.app.market_cache import CachedMarket, MarketCache
from firstprint.app.scribe import Scribe
from firstprint.app.selection import Selection, Selector
from firstprint.app.settings import RecorderSettings
from firstprint.app.venues import Venues
from firstprint.domain.entries import MarketEntry
from firstprint.domain.happenings import ConnectionOpened, RestRequest, SessionOpened
from firstprint.domain.marketdata import FrameStamp, Ticker
from firstprint.domain.record import Kind
from firstprint.venues.kalshi.rest import Answer
from firstprint.venues.kalshi.venue import KalshiVenue

STAMP = FrameStamp(1, 1, 5, 1_000)


class Booth:
    """Actors behind a capture whose frames a test makes."""

    def __init__(self, selection: Selection, sports: frozenset[str] = frozenset()) -> None:
        self.clock, self.venue = HandClock(), KalshiVenue()
        settings = RecorderSettings(selection=selection, market_cache=True)
        self.selector = Selector(selection, sports)
        self.actors = Actors(self.venue, self.clock, settings, self.selector)
        self.journal = MemoryJournal()
        self.capture = Capture(Venues(self.venue), self.actors.listener, self.actors.census)
        self.scribe = Scribe(self.journal, self.capture, self.clock)
        self.scribe.write(Kind.SESSION_OPENED, 0, SessionOpened(session="s", venue="kalshi", software="test"))
        self.scribe.write(Kind.CONNECTION_OPENED, 1, ConnectionOpened(url="u", purpose="books"))
        assert self.actors.cache is not None
        assert self.actors.gate is not None
        self.cache, self.gate = self.actors.cache, self.actors.gate

    def frame(self, kind: str, msg: dict[str, Any], **rest: Any) -> None:
        self.scribe.frames(1, [json.dumps({"type": kind, "sid": 9, **rest, "msg": msg}).encode()], 5)

    def ticker(self, market: str, **prices: str) -> None:
        self.frame("ticker", {"market_ticker": market, **prices})

    def event(self, event: str, series: str) -> None:
        self.frame("event_lifecycle", {"event_ticker": event, "series_ticker": series})

    def created(self, market: str, event: str) -> None:
        details = {"event_ticker": event, "title": "T", "yes_sub_title": "Denver"}
        self.frame(
            "market_lifecycle_v2",
            {"market_ticker": market, "event_type": "created", "additional_metadata": details},
        )

    def listed(self, *rows: dict[str, Any]) -> None:
        body = json.dumps({"markets": rows, "cursor": ""}).encode()
        page = Answer(request=RestRequest(path="/markets"), body=body)
        assert self.scribe.rest(page.request, page.body)
        self.actors.take_page(page)

    def cached(self, market: str) -> CachedMarket:
        found = self.cache.get(market)
        assert found is not None
        return found


def test_metadata_comes_from_rest_and_prices_from_the_stream() -> None:
    """D3: a listed market has its words and no prices; its tickers bring those, and each source has its time."""
    booth = Booth(Selection())
    booth.listed({
        "ticker": "M", "event_ticker": "E", "title": "Who wins?", "yes_sub_title": "Denver", "status": "active",
        "yes_bid_dollars": "0.1000",
    })  # fmt: skip
    listed = booth.cached("M")
    assert (listed.event, listed.title, listed.subtitle, listed.status) == ("E", "Who wins?", "Denver", "active")
    assert (listed.yes_bid_e6, listed.stream_wall_ns) == (None, None)
    booth.clock.pass_s(1.0)
    booth.scribe.follow_clock()
    booth.ticker("M", yes_bid_dollars="0.4300", yes_ask_dollars="0.4500", volume_fp="12.50")
    priced = booth.cached("M")
    assert (priced.yes_bid_e6, priced.yes_ask_e6) == (430_000, 450_000)
    assert (priced.no_bid_e6, priced.no_ask_e6) == (550_000, 570_000)
    assert (priced.volume_e6, priced.title, priced.rest_wall_ns) == (12_500_000, "Who wins?", listed.rest_wall_ns)
    assert priced.stream_wall_ns is not None
    assert listed.yes_bid_e6 is None, "an entry that somebody holds has changed"


def test_a_price_that_the_venue_leaves_out_is_not_known() -> None:
    """Law 6: a missing or empty price is None, never the one before and never zero."""
    booth = Booth(Selection())
    booth.ticker("M", yes_bid_dollars="0.4300", yes_ask_dollars="0.4500")
    booth.ticker("M", yes_bid_dollars="", yes_ask_dollars="0.4500")
    assert (booth.cached("M").yes_bid_e6, booth.cached("M").no_ask_e6) == (None, None)
    assert booth.cached("M").no_bid_e6 == 550_000


def test_created_closed_and_settled_markets_come_and_go() -> None:
    """D3: a created market is there with its words at once, follows its life, and leaves when it is settled."""
    booth = Booth(Selection(series=("KXNFLGAME",)))
    booth.event("E", "KXNFLGAME")
    booth.created("M", "E")
    entry = booth.cached("M")
    assert (entry.series, entry.subtitle, entry.status) == ("KXNFLGAME", "Denver", "initialized")
    booth.frame("market_lifecycle_v2", {"market_ticker": "M", "event_type": "determined", "result": "yes"})
    assert booth.cached("M").status == "determined"
    booth.frame("market_lifecycle_v2", {"market_ticker": "M", "event_type": "settled"})
    assert booth.cache.get("M") is None


def test_sports_only_counts_what_comes_and_turns_the_rest_away() -> None:
    """D1: each message is checked: sports are processed, others rejected as such, unknown ones as unknown."""
    booth = Booth(Selection(sports_only=True), sports=frozenset({"KXNFLGAME"}))
    booth.selector.take(frozenset({"KXNFLGAME", "KXNBAGAME"}))
    for event, series in (("N", "KXNFLGAME"), ("B", "KXBTC15M")):
        booth.event(event, series)
        booth.created(f"{event}-1", event)
        booth.ticker(f"{event}-1", yes_bid_dollars="0.4300")
    booth.ticker("STRANGER-1", yes_bid_dollars="0.4300")
    booth.actors.note_cached()
    assert booth.gate.counts == GateCounts(
        markets_discovered=1,
        markets_cached=1,
        messages_received=7,
        messages_processed=3,
        rejected_non_sports=3,
        rejected_unknown=1,
    )
    assert booth.cache.get("B-1") is None
    assert len(booth.journal.of(Kind.FRAME_IN)) == 7, "the record is not whole"


@given(st.lists(st.tuples(st.sampled_from("NBX"), st.sampled_from(("ticker", "created", "event"))), max_size=30))
def test_every_message_is_processed_or_rejected(happenings: list[tuple[str, str]]) -> None:
    """D1: whatever comes in whatever order, received = processed + rejected, and no other market is cached."""
    booth = Booth(Selection(sports_only=True))
    booth.selector.take(frozenset({"KXN"}))
    heard = [(event, what) for event, what in happenings if (event, what) != ("X", "event")]
    for event, what in heard:
        if what == "ticker":
            booth.ticker(f"{event}-1", yes_bid_dollars="0.4300")
        elif what == "created":
            booth.created(f"{event}-1", event)
        else:
            booth.event(event, f"KX{event}")
    counts = booth.gate.counts
    assert counts.messages_received == len(heard)
    assert counts.messages_received == (
        counts.messages_processed + counts.rejected_non_sports + counts.rejected_unknown
    )
    assert {one.ticker for one in booth.cache.all()} <= {"N-1"}
    assert counts.markets_discovered <= 1


def test_a_series_that_is_chosen_later_passes_from_then_on() -> None:
    """C6: a finding against a market is forgotten when the choice of series grows."""
    booth = Booth(Selection(category="Sports"))
    booth.selector.take(frozenset({"KXOTHER"}))
    booth.event("E", "KXNEW")
    booth.created("M", "E")
    booth.ticker("M", yes_bid_dollars="0.1000")
    assert booth.cache.get("M") is None
    booth.selector.take(frozenset({"KXNEW"}))
    booth.ticker("M", yes_bid_dollars="0.1000")
    assert booth.cached("M").series == "KXNEW"


def test_nobody_listens_unless_asked() -> None:
    """D1: without cache and sports only there is no gate, and no row of market data is built."""
    actors = Actors(KalshiVenue(), HandClock(), RecorderSettings(), Selector())
    assert actors.listener is actors.live
    assert not actors.listener.wants_market_data


def test_a_page_that_cannot_be_read_spoils_nothing() -> None:
    """E7: what is no list is left to the quarantine; rows that can be read are taken."""
    booth = Booth(Selection())
    broken = Answer(request=RestRequest(path="/markets"), body=b'{"markets": 3}')
    booth.actors.take_page(broken)
    booth.actors.take_page(Answer(request=RestRequest(path="/exchange/status"), body=b"{}"))
    booth.listed({"ticker": "M", "status": "active"}, {"ticker": 5})
    assert [one.ticker for one in booth.cache.all()] == ["M"]


def test_a_full_cache_lets_the_oldest_go() -> None:
    """Law 10: the cache is bounded, and says how many it let go."""
    cache = MarketCache({}, Lineage({}), markets_max=2)
    cache.take_listed([MarketEntry(ticker=name) for name in "ABC"], 1)
    assert ([one.ticker for one in cache.all()], cache.evicted) == (["B", "C"], 1)


@pytest.mark.skipif(sys.gettrace() is not None, reason="a tracer's own memory would be counted")
def test_a_thousand_markets_take_far_less_than_fifty_megabytes() -> None:
    """D10: 1,000 markets with words and prices stay under 5 MB, a tenth of what is allowed."""
    cache = MarketCache({}, Lineage({}))
    tracemalloc.start()
    for number in range(1_000):
        name = f"KXNFLGAME-26SEP14DENKC{number}-KC"
        cache.take_listed(
            [MarketEntry(ticker=name, title=f"{name} wins?" * 3, yes_sub_title=f"Kansas {number}")], number
        )
        price_e6 = 1_000 * (number % 900 + 1)
        cache.on_ticker(
            STAMP, Ticker(market=name, yes_bid_e6=price_e6, yes_ask_e6=price_e6 + 1, volume_e6=number + 300)
        )
    held_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(cache) == 1_000
    assert held_bytes < 5 << 20
