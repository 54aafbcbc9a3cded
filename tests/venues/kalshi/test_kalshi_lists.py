"""Kalshi's lists as entries: everything comes back as it was written, and nothing hostile does more than raise."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from listed_kit import Writer, event_entries, market_entries, series_entries

from firstprint.domain.entries import EventEntry, ListedPage, MarketEntry, SeriesEntry
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.happenings import RestRequest
from firstprint.domain.instruments import PriceGrid, PriceRange
from firstprint.venues.kalshi import lists
from firstprint.venues.kalshi.venue import KalshiVenue

VENUE = KalshiVenue()
LIST_OF = {"/series": "series", "/events": "events", "/markets": "markets", "/historical/markets": "markets"}
MARKET = {"ticker": "KXA-1-Y", "event_ticker": "KXA-1", "status": "active"}


def read(path: str, body: Any) -> ListedPage:
    """Read a body as the answer to a path."""
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return VENUE.listed(RestRequest(path=path), raw)


def market(**fields: Any) -> MarketEntry:
    """Read one market with these fields."""
    page = read("/markets", {"markets": [{"ticker": "KXA", **fields}]})
    assert page.unreadable == []
    return page.markets[0]


def refused(**fields: Any) -> str:
    """Give the reason why a market with these fields cannot be read."""
    page = read("/markets", {"markets": [{"ticker": "KXA", **fields}, MARKET]})
    assert [row.ticker for row in page.markets] == ["KXA-1-Y"]
    [(reason, raw)] = page.unreadable
    assert raw == msgspec.json.encode({"ticker": "KXA", **fields})
    return reason


@settings(max_examples=150, deadline=None)
@given(st.lists(market_entries, max_size=4), st.integers(0, 2), st.sampled_from(["", None, "CURSOR"]))
def test_markets_come_back_as_they_were_written(entries: list[MarketEntry], seed: int, cursor: str | None) -> None:
    """Whatever a market states is read exactly, and what it leaves out, states as null or as empty is None (C3)."""
    writer = Writer(seed)
    page = read("/markets", {"cursor": cursor, "markets": [writer.market(entry) for entry in entries]})
    assert page == ListedPage(markets=entries, last_page=not cursor)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(event_entries, st.lists(market_entries, max_size=3)), max_size=3), st.integers(0, 2))
def test_events_come_back_with_the_markets_nested_in_them(
    entries: list[tuple[EventEntry, list[MarketEntry]]], seed: int
) -> None:
    """Events and their markets are read exactly, and each market is given its event's series (C3)."""
    writer = Writer(seed)
    page = read("/events", {"events": [writer.event(event, markets) for event, markets in entries], "milestones": []})
    assert page.events == [event for event, _ in entries]
    assert page.markets == [
        msgspec.structs.replace(
            market, series_ticker=event.series_ticker, event_ticker=market.event_ticker or event.ticker
        )
        for event, markets in entries
        for market in markets
    ]
    assert page.unreadable == []


@settings(max_examples=100, deadline=None)
@given(st.lists(series_entries, max_size=4), st.integers(0, 2))
def test_series_come_back_as_they_were_written(entries: list[SeriesEntry], seed: int) -> None:
    """Whatever a series states is read exactly, null tags and sources included (C2)."""
    writer = Writer(seed)
    page = read("/series", {"series": [writer.series(entry) for entry in entries]})
    assert page == ListedPage(series=entries)


@settings(max_examples=60, deadline=None)
@given(event_entries, st.lists(market_entries, max_size=3), series_entries, st.integers(0, 2))
def test_row_by_row_is_what_is_read_at_one_go(
    event: EventEntry, markets: list[MarketEntry], series: SeriesEntry, seed: int
) -> None:
    """The two ways of reading a page say the same of a page without fault."""
    writer = Writer(seed)
    rows = {
        "/events": [writer.event(event, markets)],
        "/markets": [writer.market(one) for one in markets],
        "/series": [writer.series(series)],
    }
    for path, (at_one_go, row_by_row) in lists._LISTS.items():
        body = msgspec.json.encode({LIST_OF[path]: rows.get(path, rows["/markets"]), "cursor": "C"})
        assert at_one_go(body) == row_by_row(body)


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        (b"20.5", "20.5"), (b"4.25", "4.25"), (b"65499.99", "65499.99"), (b"0.1", "0.1"), (b"-3", "-3"),
        (b"20.50", "20.50"), (b"12345678901234567890.123456789", "12345678901234567890.123456789"),
        (b"1e3", "1000"), (b"1.5E-2", "0.015"), (b"null", None), (b'"7.5"', "7.5"), (b'""', None),
    ],
)  # fmt: skip
def test_strikes_are_the_digits_that_were_printed(printed: bytes, text: str | None) -> None:
    """A strike is no float on its way: the digits stay as they are, and only an exponent is written out."""
    page = read("/markets", b'{"markets":[{"ticker":"KXA","floor_strike":' + printed + b' ,"cap_strike":1}]}')
    assert (page.markets[0].floor_strike, page.markets[0].cap_strike) == (text, "1")


@pytest.mark.parametrize(
    "strike", [[1], {"a": 1}, True, "seven", "1e999", "nan", "1" * 99, "٣", "1_000", " 1"], ids=repr
)
def test_a_strike_that_is_no_number_spoils_its_row_alone(strike: Any) -> None:
    """A strike that is no decimal number is kept aside with its row, and its neighbours are entries (law 6)."""
    assert refused(floor_strike=strike).startswith("BAD_NUMBER")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"ticker": ""}, "BAD_FIELD"),
        ({"ticker": 5}, "BAD_FIELD"),
        ({"ticker": None}, "BAD_FIELD"),
        ({"ticker": "K" * 300}, "BAD_FIELD"),
        ({"title": 5}, "BAD_FIELD"),
        ({"custom_strike": [1]}, "BAD_FIELD"),
        ({"exchange_index": 2**64}, "BAD_FIELD"),
        ({"settlement_timer_seconds": 10**40}, "BAD_FIELD"),
        ({"settlement_value_dollars": "1.00000001"}, "BAD_NUMBER"),
        ({"settlement_value_dollars": "9" * 30}, "BAD_NUMBER"),
        ({"settlement_value": 10**18}, "BAD_NUMBER"),
        ({"price_ranges": [{"start": "0"}]}, "BAD_GRID"),
        ({"price_ranges": 5}, "BAD_GRID"),
        ({"price_ranges": [{"start": "0", "end": "1", "step": "0"}]}, "BAD_GRID"),
    ],
)
def test_a_row_that_cannot_be_read_is_kept_aside_with_the_reason(fields: dict[str, Any], reason: str) -> None:
    """One bad field costs its row, which is kept raw with a countable reason, and nothing else of its page (law 6)."""
    assert refused(**fields).startswith(reason)


def test_a_bad_market_leaves_its_event_and_a_bad_event_its_neighbours() -> None:
    """A nested market that cannot be read is kept aside alone; an event that cannot be read, with all its markets."""
    bad = {"event_ticker": "KXB", "title": 5, "markets": [MARKET]}
    good = {"event_ticker": "KXA-1", "series_ticker": "KXA", "markets": [{"ticker": 5}, MARKET]}
    page = read("/events", {"events": [bad, good, 7]})
    assert [event.ticker for event in page.events] == ["KXA-1"]
    assert [(one.ticker, one.series_ticker) for one in page.markets] == [("KXA-1-Y", "KXA")]
    assert [raw for _, raw in page.unreadable] == [msgspec.json.encode(bad), b'{"ticker":5}', b"7"]


def test_words_that_nobody_knows_are_kept() -> None:
    """Statuses, kinds and labels are open words: an unknown one is kept as it is, never mapped (law 6)."""
    words = {"status": "hibernating", "result": "scalar", "market_type": "ternary", "strike_type": "fuzzy",
             "price_level_structure": "banded_centi_cent"}  # fmt: skip
    entry = market(**words)
    assert {name: getattr(entry, name) for name in words} == words
    series = read("/series", {"series": [{"ticker": "KXA", "fee_type": "cubic", "frequency": "hourly"}]}).series[0]
    assert (series.fee_type, series.frequency) == ("cubic", "hourly")


def test_the_wire_of_whole_cents_means_the_same() -> None:
    """Before March 2026 values came as whole cents; where dollars are stated as well, they count."""
    old = market(settlement_value=100, notional_value=100, yes_bid=37, tick_size=1, risk_limit_cents=None, category="X")
    new = market(settlement_value_dollars="1.0000", notional_value_dollars="1.0000")
    both = market(settlement_value=1, settlement_value_dollars="1.0000", notional_value_dollars="1.0000")
    assert old == new == both
    assert (new.settlement_value_e6, new.notional_e6, old.grid) == (1_000_000, 1_000_000, None)


def test_times_that_cannot_be_read_are_none_and_seconds_are_read_where_the_venue_uses_them() -> None:
    """No time is invented from text that is none, and `last_updated_ts` is read as text and as whole seconds."""
    entry = market(open_time="soon", close_time="0001-01-01T00:00:00Z", created_time="2026-08-07T06:46:28.97871Z")
    assert (entry.open_ns, entry.close_ns, entry.created_ns) == (None, None, 1_786_085_188_978_710_000)
    told = [{"ticker": "KXA", "last_updated_ts": 1_786_085_188}, {"ticker": "KXB", "last_updated_ts": "1786085188"}]
    assert [one.updated_ns for one in read("/series", {"series": told}).series] == [1_786_085_188 * 10**9, None]


@pytest.mark.parametrize(
    "combo",
    [{"mve_collection_ticker": "KXMVE-R"}, {"event_ticker": "KXMVESPORTS-S1"}, {"series_ticker": "KXMVECROSS"}],
)
def test_combos_are_counted_and_no_entries(combo: dict[str, str]) -> None:
    """A combo that comes although the list was asked for without them is counted; in a page with a bad row as well."""
    rows: list[Any] = [{"ticker": "KXMVE1", **combo}, MARKET]
    page, spoilt = (read("/markets", {"markets": [*rows, *more]}) for more in ([], [3]))
    assert ([one.ticker for one in page.markets], page.combos) == (["KXA-1-Y"], 1)
    assert ([one.ticker for one in spoilt.markets], spoilt.combos, len(spoilt.unreadable)) == (["KXA-1-Y"], 1, 1)
    nested = read("/events", {"events": [{"event_ticker": "KXE", "markets": rows}]})
    assert (len(nested.events), len(nested.markets), nested.combos) == (1, 1, 1)


def test_one_series_event_or_market_is_read_like_a_list_of_one() -> None:
    """The bodies of single lookups are pages of one, with an event's markets within it or beside it."""
    assert read("/markets/KXA-1-Y", {"market": MARKET}) == read("/markets", {"markets": [MARKET]})
    assert read("/series/KXA", {"series": {"ticker": "KXA"}}) == ListedPage(series=[SeriesEntry(ticker="KXA")])
    event = {"event_ticker": "KXA-1", "series_ticker": "KXA"}
    within = read("/events/KXA-1", {"event": {**event, "markets": [MARKET]}})
    beside = read("/events/KXA-1", {"event": event, "markets": [MARKET]})
    assert within == beside == read("/events", {"events": [{**event, "markets": [MARKET]}]})
    assert len(read("/markets/KXA", {"market": {"ticker": 5}}).unreadable) == 1


@pytest.mark.parametrize(
    "path", ["/markets/trades", "/series/fee_changes", "/markets/A/orderbook", "/exchange/status", "/", ""]
)
def test_what_is_no_list_of_entries_is_not_read_as_one(path: str) -> None:
    """Other paths promise no entries: reading them as such raises."""
    with pytest.raises(MalformedMessage, match="UNKNOWN_LIST"):
        read(path, {"markets": []})


@pytest.mark.parametrize("path", LIST_OF)
@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"3", b"null", b"{}", b'{"error":"too many requests"}', b'{"markets":{}}', b"\xff",
     b'{"series":5,"events":5,"markets":5}', b"[" * 100_000, b'{"markets":[], "events":[], "series":[]',
     b'{"markets":[],"events":[],"series":[],"cursor":5}'],
    ids=lambda body: body[:24],
)  # fmt: skip
def test_a_page_that_is_no_page_raises(path: str, body: bytes) -> None:
    """A body without its list is not an empty list: whole series would seem to have vanished (F50, law 6)."""
    with pytest.raises(MalformedMessage):
        read(path, body)


@pytest.mark.parametrize("path", LIST_OF)
def test_an_empty_list_is_an_empty_page(path: str) -> None:
    """An empty list is an answer, and so is null: an empty active set is normal."""
    for rows in ([], None):
        assert read(path, {LIST_OF[path]: rows, "cursor": ""}) == ListedPage()


@pytest.mark.parametrize(
    ("body", "cursor"),
    [
        ({"cursor": "CgwI"}, "CgwI"), ({"cursor": ""}, None), ({"cursor": None}, None), ({}, None),
        ({"next_cursor": "N"}, "N"), ({"next_cursor": ""}, None), ({"cursor": "", "next_cursor": "N"}, "N"),
    ],
)  # fmt: skip
def test_cursors_end_lists_by_being_empty_null_or_absent(body: dict[str, Any], cursor: str | None) -> None:
    """The cursor is given as it came; an empty, a null and an absent one all end the list."""
    assert VENUE.next_cursor(json.dumps(body).encode()) == cursor


@pytest.mark.parametrize("body", [b"", b"[]", b'{"cursor":5}', b'{"cursor":["a"]}', b"\xff", b'{"a":' + b"[" * 99_999])
def test_a_cursor_is_not_read_from_what_is_no_page(body: bytes) -> None:
    """What is no JSON object, or has a cursor that is no text, raises instead of ending the list."""
    with pytest.raises(MalformedMessage):
        VENUE.next_cursor(body)


def test_tags_and_sports_are_read_with_nulls() -> None:
    """Categories without tags and sports without scopes have none; other keys are passed over (C2)."""
    tags = {"tags_by_categories": {"Sports": ["Soccer", "Tennis"], "Elections": None, "Empty": []}, "more": 1}
    assert VENUE.tags_by_category(json.dumps(tags).encode()) == {
        "Sports": ("Soccer", "Tennis"),
        "Elections": (),
        "Empty": (),
    }
    sports = {"filters_by_sports": {"Golf": {"scopes": ["Games"], "competitions": {}}, "Chess": {"scopes": None},
                                    "Darts": None}, "sport_ordering": ["Golf"]}  # fmt: skip
    assert VENUE.sports(json.dumps(sports).encode()) == {"Golf": ("Games",), "Chess": (), "Darts": ()}


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"tags_by_categories":[],"filters_by_sports":[]}', b"\xff"])
def test_tags_and_sports_are_not_read_from_something_else(body: bytes) -> None:
    """A body without the table is not a venue without categories."""
    for told in (VENUE.tags_by_category, VENUE.sports):
        with pytest.raises(MalformedMessage):
            told(body)


def test_a_key_given_twice_counts_as_given_last() -> None:
    """Duplicate keys are read as JSON readers do, alike in both ways of reading."""
    row = b'{"ticker":"KXA","status":"open","status":"closed","ticker":"KXB"}'
    for more in (b"", b",5"):
        page = read("/markets", b'{"markets":[' + row + more + b"]}")
        assert [(one.ticker, one.status) for one in page.markets] == [("KXB", "closed")]


def test_grids_are_read_once_for_all_markets_that_share_them() -> None:
    """Markets with the same ranges share one grid."""
    ranges = [{"start": "0.0000", "end": "1.0000", "step": "0.0100"}]
    one, other = (market(price_ranges=ranges) for _ in range(2))
    assert one.grid is other.grid
    assert one.grid == PriceGrid((PriceRange(0, 1_000_000, 10_000),))


SAMPLES = [
    (path, msgspec.json.encode({name: rows, "cursor": "C"}))
    for path, name, rows in (
        ("/markets", "markets", [{**MARKET, "floor_strike": 20.5, "custom_strike": {"a": "b"}, "open_time": "2026-05-20T19:10:00Z", "price_ranges": [{"start": "0", "end": "1", "step": "0.01"}]}]),  # noqa: E501 a sample reads best whole
        ("/events", "events", [{"event_ticker": "KXA-1", "series_ticker": "KXA", "markets": [MARKET, MARKET]}]),
        ("/series", "series", [{"ticker": "KXA", "tags": None, "fee_multiplier": 0.5, "product_metadata": {"scope": "Game"}}]),  # noqa: E501
    )
]  # fmt: skip
INSERTS = [b"null", b"-1", b"[]", b"{}", b"1e999", b'"', b"\\ud800", b"\\u0000", b"9" * 400, b"[" * 3_000, b"\xff",
           b",", b'"ticker":7,', b"true", b'{"ticker":"X"},', b"0.1e-9"]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw a page with bytes cut out, replaced or repeated."""
    path, sample = draw(st.sampled_from(SAMPLES))
    raw = bytearray(sample)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(raw)))
        end = draw(st.integers(start, min(len(raw), start + 12)))
        raw[start:end] = draw(st.one_of(st.binary(max_size=6), st.sampled_from(INSERTS)))
    return path, bytes(raw[: draw(st.sampled_from([len(raw), len(raw) // 2]))])


@settings(max_examples=1_500, deadline=None)
@given(mutated())
def test_hostile_bytes_are_entries_or_kept_aside_or_malformed(page: tuple[str, bytes]) -> None:
    """Whatever bytes come: they are read, or raise MalformedMessage, and nothing else ever happens (F50)."""
    path, body = page
    for told in (lambda raw: read(path, raw), VENUE.next_cursor, VENUE.tags_by_category, VENUE.sports):
        try:
            found = told(body)
        except MalformedMessage:
            continue
        if isinstance(found, ListedPage):
            assert all(reason and raw for reason, raw in found.unreadable)
            assert all(one.ticker for one in (*found.markets, *found.events, *found.series))
