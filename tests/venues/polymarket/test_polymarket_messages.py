"""Polymarket's messages and bodies in our words: what was recorded, what cannot be read, and anything at all."""

import contextlib
import gzip
import json
from collections import Counter
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polymarket_kit import RECORDINGS, TOKENS, A, Bench, book, change, needs_recordings, wire

from firstprint.domain.errors import MalformedMessage
from firstprint.domain.happenings import RestRequest
from firstprint.domain.rest import RestFacts
from firstprint.venues.polymarket import parse
from firstprint.venues.polymarket.assets import Assets
from firstprint.venues.polymarket.venue import PolymarketVenue


def gamma(body: Any, venue: PolymarketVenue | None = None, path: str = "/events/keyset") -> RestFacts:
    """Read a body of Gamma's."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return (venue or PolymarketVenue()).told(RestRequest(path=path, api="gamma"), raw)


def market(**more: Any) -> dict[str, Any]:
    """Make a market as Gamma lists it."""
    flags = {"active": True, "closed": False, "acceptingOrders": True, "orderPriceMinTickSize": 0.01}
    texts = {"question": "Lakers?", "clobTokenIds": '["a1", "a2"]', "outcomePrices": '["0.4", "0.6"]'}
    return {"conditionId": A, **texts, **flags, **more}


EVENT = {"slug": "e", "seriesSlug": "s"}
WHOLE = {**EVENT, "markets": [market()]}
RESOLVED = {"closed": True, "umaResolutionStatus": "resolved"}


# -- recordings ------------------------------------------------------------------------------------------------------


@needs_recordings
def test_every_recorded_frame_is_read() -> None:
    """Each sample of the stream is understood; what comes before its market's book is ignored."""
    names = ("ws_book", "ws_price_change", "ws_best_bid_ask", "ws_new_market", "ws_resolved")
    frames = [(RECORDINGS / f"{name}.json").read_bytes() for name in names]
    frames += [line for name in ("clob-book", "clob-last-trade")
               for line in (RECORDINGS / f"{name}.jsonl").read_bytes().splitlines()]  # fmt: skip
    bench = Bench(from_start=False).hear(*frames)
    assert (bench.heard.quarantined, sum(bench.counts)) == ([], 15)
    assert (len(bench.heard.snapshots), len(bench.valid)) == (6, 6)
    assert [event.event_type for event in bench.heard.lifecycle] == ["created", "determined"]


@needs_recordings
def test_a_recorded_book_has_its_best_prices_last_and_all_its_levels() -> None:
    """Every level of the recorded books stands in ours, the asks as complements."""
    for line in (RECORDINGS / "clob-book.jsonl").read_bytes().splitlines():
        told = json.loads(line)
        ladder = Bench(from_start=False).hear(line).shelf[told["market"]].ladder
        assert len(ladder.yes) == len(told["bids"])
        assert len(ladder.no) == len(told["asks"])
        best_ask = min((float(one["price"]) for one in told["asks"]), default=1.0)
        assert ladder.best_prices[1] == round((1 - best_ask) * 1_000_000)


@needs_recordings
def test_every_recorded_listing_gives_its_facts_and_its_assets() -> None:
    """738 markets of 50 games: all with their assets; those that are resolved have their outcome."""
    venue = PolymarketVenue()
    facts = gamma(gzip.decompress((RECORDINGS / "gamma_nba_events_2026-01-09.json.gz").read_bytes()), venue, "/events")
    assert (len(facts.markets), facts.unreadable) == (738, [])
    assert Counter(one.status for one in facts.markets) == {"active": 510, "finalized": 218, "inactive": 10}
    assert Counter(one.result for one in facts.markets) == {None: 520, "no": 130, "yes": 88}
    assert all(venue.assets.first(one.ticker) for one in facts.markets)
    assert {one.series_ticker for one in facts.markets} == {"nba-2026"}


# -- Gamma -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [
    {"events": [WHOLE]}, [WHOLE], WHOLE, {"markets": [market(events=[EVENT])]},
    market(events=[EVENT], clobTokenIds=["a1", "a2"]),
])  # fmt: skip
def test_all_of_gammas_shapes_are_read(body: Any) -> None:
    """Keyset pages, bare lists and single objects, markets in events and events in markets, lists as text or not."""
    venue = PolymarketVenue()
    [told] = gamma(body, venue).markets
    assert (told.ticker, told.event_ticker, told.series_ticker, told.status) == (A, "e", "s", "active")
    assert (venue.assets.first(A), venue.assets.of("a2").first) == ("a1", False)
    assert told.grid.ranges[0].step_e6 == 10_000


@pytest.mark.parametrize(("more", "status", "result"), [
    ({}, "active", None), ({"acceptingOrders": False}, "inactive", None), ({"active": False}, "initialized", None),
    ({"umaResolutionStatus": "proposed"}, "inactive", None), ({"closed": True}, "closed", None),
    ({"closed": True, "umaResolutionStatus": "proposed", "outcomePrices": '["1", "0"]'}, "closed", None),
    ({**RESOLVED, "outcomePrices": '["1", "0"]'}, "finalized", "yes"),
    ({**RESOLVED, "outcomePrices": '["0", "1"]'}, "finalized", "no"),
    ({**RESOLVED, "outcomePrices": '["0.5", "0.5"]'}, "finalized", "half"),
    ({**RESOLVED, "outcomePrices": '["0.4", "0.6"]'}, "closed", None),
    ({"closed": None}, None, None),
])  # fmt: skip
def test_a_market_is_final_only_when_it_is_resolved(more: Any, status: Any, result: Any) -> None:
    """Closed is not final, nor is a proposed outcome; half and half is an outcome too."""
    [told] = gamma({"markets": [market(**more)]}).markets
    assert (told.status, told.result) == (status, result)


def test_no_end_is_taken_from_a_nominal_end_date() -> None:
    """`endDate` may lie in the past while the market trades: the clock must not close it."""
    assert gamma({"markets": [market(endDate="2020-01-01T00:00:00Z")]}).markets[0].close_ns is None


@pytest.mark.parametrize("bad", [
    {"conditionId": ""}, {"conditionId": 5}, {"clobTokenIds": "["}, {"clobTokenIds": "[1, 2]"},
    {"orderPriceMinTickSize": "tick"}, {**RESOLVED, "outcomePrices": '["x", "0"]'},
    {"events": ["e"]},
])  # fmt: skip
def test_a_row_that_cannot_be_read_is_kept_and_the_others_are_taken(bad: Any) -> None:
    """One bad market costs itself alone."""
    facts = gamma({"markets": [market(**bad), market(conditionId="0xb", clobTokenIds=None)]})
    assert ([one.ticker for one in facts.markets], len(facts.unreadable)) == (["0xb"], 1)


@pytest.mark.parametrize("body", [b"<html>", b"", b'"x"', b"[", b"\xff"])
def test_what_is_no_answer_of_gammas_is_refused(body: bytes) -> None:
    """HTML, text and torn JSON are said to be what they are."""
    with pytest.raises(MalformedMessage, match="BAD_BODY"):
        gamma(body)


# -- the CLOB --------------------------------------------------------------------------------------------------------


def clob(body: Any, path: str = "/books") -> RestFacts:
    """Read a body of the CLOB's, where A's assets are known."""
    venue = PolymarketVenue()
    venue.assets.learn(A, TOKENS[A])
    return venue.told(RestRequest(path=path, api="clob"), json.dumps(body).encode())


def rest_book(**more: Any) -> dict[str, Any]:
    """Make a book as REST gives it: the stream's without a type."""
    told = {**book(100, bids=[["0.40", "10"]], asks=[["0.55", "7"]]), **more}
    del told["event_type"]
    return told


def test_a_book_by_rest_has_its_time_and_hash() -> None:
    """That of the second asset is told as the first's mirror."""
    [first] = clob([rest_book()]).books
    assert (first.yes, first.no) == (((400_000, 10_000_000),), ((450_000, 7_000_000),))
    assert (first.source, first.venue_ns, first.venue_hash) == ("rest", 100_000_000, "h")
    [second] = clob(rest_book(asset_id="a2"), "/book").books
    assert (second.yes, second.no) == (((450_000, 7_000_000),), ((400_000, 10_000_000),))


@pytest.mark.parametrize("bad", [{"asset_id": "z"}, {"market": "0xz"}, {"timestamp": "now"}, {"bids": None}])
def test_a_book_that_cannot_be_placed_or_read_is_kept_aside(bad: Any) -> None:
    """A book of an asset nobody told of may be either side's: it is none."""
    facts = clob([rest_book(**bad), rest_book()])
    assert (len(facts.books), len(facts.unreadable)) == (1, 1)


def test_a_body_of_another_path_tells_nothing() -> None:
    """What is not for a recorder is left unread."""
    assert gamma(b'{"id":1}', path="/sports") == RestFacts()
    assert clob([rest_book()], "/prices") == RestFacts()


# -- the directory of assets -----------------------------------------------------------------------------------------


def test_the_first_word_on_an_asset_stands() -> None:
    """A message that gives a known asset to another market, or turns a market round, changes nothing."""
    assets = Assets()
    assets.learn(A, ("a1",))
    assets.learn(A, ("a1", "a2"))
    assets.learn(A, ("a2", "a1"))
    assets.learn("0xz", ("a1", "z2"))
    assert (assets.first(A), assets.of("a2"), assets.first("0xz")) == ("a1", (A, False), None)


def test_the_directory_is_bounded() -> None:
    """The oldest markets are forgotten, with their assets."""
    assets = Assets(markets_max=2)
    for number in range(5):
        assets.learn(f"0x{number}", (f"{number}a", f"{number}b"))
    assert [assets.first(f"0x{number}") for number in range(5)] == [None, None, None, "3a", "4a"]
    assert (assets.of("0b"), assets.latest()) == (None, "4a")


# -- anything --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("raw", "at_ns"), [
    (wire(change(5)), 5_000_000), (wire([book(3), book(4)]), 4_000_000), (b"PONG", None), (b"[]", None), (b"{", None),
    (wire(change(5)).replace(b'"5"', b'"x"'), None),
])  # fmt: skip
def test_the_venues_time_of_a_frame(raw: bytes, at_ns: int | None) -> None:
    """Milliseconds of its last message; None where it has none."""
    assert PolymarketVenue().frame_ns(raw) == at_ns


@given(st.one_of(st.binary(max_size=80), st.text(max_size=40).map(str.encode)), st.sampled_from(["gamma", "clob", ""]),
       st.sampled_from(["/events/keyset", "/markets/1", "/books", "/book", "/x"]))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_no_body_raises_anything_else(body: bytes, api: str, path: str) -> None:
    """Arbitrary bytes are MalformedMessage or nothing, and have no time that raises."""
    venue = PolymarketVenue()
    venue.frame_ns(body)
    for read in (lambda: venue.told(RestRequest(path=path, api=api), body), lambda: venue.next_cursor(body)):
        with contextlib.suppress(MalformedMessage):
            read()


WIRE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.sampled_from(["0.4", '["1"]']),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["conditionId", "slug", "events", "markets", "clobTokenIds", "outcomePrices", "closed",
                         "orderPriceMinTickSize", "asset_id", "market", "timestamp", "bids", "asks", "next_cursor"]),
        inner,
    ),
    max_leaves=10,
)  # fmt: skip


@given(WIRE, st.sampled_from(["gamma", "clob"]))
@settings(max_examples=300, deadline=None)
def test_no_json_raises_anything_else(told: Any, api: str) -> None:
    """Arbitrary JSON in the venue's own words is facts, rows kept aside, or MalformedMessage."""
    path = "/events" if api == "gamma" else "/books"
    try:
        facts = PolymarketVenue().told(RestRequest(path=path, api=api), msgspec.json.encode(told))
    except MalformedMessage:
        return
    assert isinstance(facts, RestFacts)


@given(st.integers(1, 999_999), st.integers(0, 10**15))
def test_both_assets_say_the_same_of_a_level(price_e6: int, size_e6: int) -> None:
    """A bid for one at p is an ask for the other at 1 - p: both lead to one level of ours."""
    price, mirror = f"0.{price_e6:06}", f"0.{1_000_000 - price_e6:06}"
    size = f"{size_e6 // 10**6}.{size_e6 % 10**6:06}"
    assert parse.spot("BUY", price, size) == parse.spot("SELL", mirror, size, first=False) == ("yes", price_e6, size_e6)
    assert parse.spot("SELL", mirror, size) == parse.spot("BUY", price, size, first=False) == ("no", price_e6, size_e6)
