"""REST bodies: real ones of 2026 parse whole, and one bad row never spoils its page."""

import json

import msgspec
import pytest
import recorded

from firstprint.domain.errors import MalformedMessage
from firstprint.domain.happenings import RestRequest
from firstprint.domain.rest import RestFacts
from firstprint.venues.kalshi.bodies import told

RECORDINGS = recorded.RECORDINGS / "kalshi-rest"


def body_of(name: str) -> dict:
    """Read a recorded file."""
    return json.loads((RECORDINGS / name).read_text())


def read(path: str, body: object) -> RestFacts:
    """Read a body as the answer to a path."""
    return told(RestRequest(path=path), json.dumps(body).encode())


def recorded_markets() -> list[dict]:
    """Give all recorded market rows."""
    nested = [row for event in body_of("events_sports_nested_2026-08.json")["events"] for row in event["markets"]]
    one = body_of("market_and_orderbook_2026-08.json")["nested"]
    return [
        *body_of("markets_settled_2026-08.json")["markets"],
        *body_of("markets_mve_2026-08.json")["combos"],
        one,
        *nested,
    ]


@recorded.needs_recordings
def test_every_recorded_market_is_read_with_its_times_and_grid() -> None:
    """All recorded market rows parse, each with open and close time and price grid."""
    rows = recorded_markets()
    facts = read("/markets", {"markets": rows, "cursor": ""})
    assert (facts.unreadable, len(facts.markets), facts.last_page) == ([], len(rows), True)
    assert all(market.grid and market.open_ns and market.close_ns for market in facts.markets)
    assert [market.ticker for market in facts.markets] == [row["ticker"] for row in rows]


@recorded.needs_recordings
def test_the_recorded_exchange_status_says_that_it_trades() -> None:
    """Both flags together say whether the exchange trades now."""
    assert read("/exchange/status", body_of("exchange_status.json")["response"]).trading is True


def test_a_bad_row_is_counted_and_its_neighbours_are_kept() -> None:
    """A market, trade or book that cannot be read does not spoil its page (law 6)."""
    markets = read("/markets", {"markets": [{"ticker": "A"}, {"ticker": 5}, {"ticker": "B", "price_ranges": [1]}]})
    assert ([market.ticker for market in markets.markets], len(markets.unreadable)) == (["A"], 2)
    trade = {"trade_id": "1", "ticker": "A", "count_fp": "2.00", "yes_price_dollars": "0.4", "taker_side": "yes"}
    trades = read("/markets/trades", {"trades": [trade, {**trade, "count_fp": "x"}, {"trade_id": "3"}]})
    assert (len(trades.trades), len(trades.unreadable)) == (1, 2)
    book = {"ticker": "A", "orderbook_fp": {"yes_dollars": [["0.4", "1"]], "no_dollars": []}}
    books = read("/markets/orderbooks", {"orderbooks": [book, {**book, "orderbook_fp": {"yes_dollars": [["2", "1"]]}}]})
    assert (len(books.books), len(books.unreadable)) == (1, 1)


def test_one_market_is_told_like_a_list_of_one() -> None:
    """The body of a single lookup tells its market."""
    row = {"ticker": "A", "status": "active"}
    assert read("/markets/A", {"market": row}).markets == read("/markets", {"markets": [row]}).markets != []


def test_markets_nested_in_events_are_told_with_their_series() -> None:
    """Discovery by events finds the same markets as by markets, each with its event's series (A2)."""
    rows = [{"ticker": "A", "status": "active"}, {"ticker": 5}, {"ticker": "B", "event_ticker": "E"}]
    event = {"event_ticker": "E", "series_ticker": "S", "markets": rows}
    none = {"event_ticker": "F", "markets": None}
    facts = read("/events", {"events": [event, none, {"event_ticker": 5}], "cursor": "C"})
    assert [(one.ticker, one.event_ticker, one.series_ticker) for one in facts.markets] == [
        ("A", "E", "S"),
        ("B", "E", "S"),
    ]
    assert (len(facts.unreadable), facts.last_page) == (2, False)
    assert read("/events/E", {"event": event}).markets == facts.markets
    assert read("/events/E/metadata", {"event": event}).markets == []


@recorded.needs_recordings
def test_recorded_events_tell_the_markets_that_their_rows_tell() -> None:
    """A nested market is read like one of /markets, and has its series besides."""
    events = body_of("events_sports_nested_2026-08.json")
    nested = read("/events", events)
    flat = read("/markets", {"markets": [row for event in events["events"] for row in event["markets"]]})
    assert nested.unreadable == []
    assert [msgspec.structs.replace(one, series_ticker=None) for one in nested.markets] == flat.markets
    assert all(one.series_ticker and one.ticker.startswith(one.series_ticker) for one in nested.markets)


def test_trades_of_the_old_wire_are_read() -> None:
    """Integer cents and whole counts of before March 2026 mean the same as today's strings."""
    rows = [
        {
            "trade_id": "1",
            "ticker": "A",
            "count": 2,
            "yes_price": 40,
            "taker_side": "no",
            "created_time": "2026-01-01T00:00:00Z",
        }
    ]
    trade = read("/markets/trades", {"trades": rows}).trades[0]
    assert (trade.yes_price_e6, trade.size_e6, trade.taker_side) == (400_000, 2_000_000, "no")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"\xff", b'{"markets":' + b"[" * 10_000])
def test_a_body_that_is_not_json_is_malformed(body: bytes) -> None:
    """What is not what the path promises raises, and is nobody's answer (F50)."""
    with pytest.raises(MalformedMessage):
        told(RestRequest(path="/markets"), body)
