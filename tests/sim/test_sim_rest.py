"""REST: the filter table, pages, limits, errors, staleness, and agreement with the books."""

import pytest
from sim_kit import Venue

from firstprint.sim.kalshi.books import quote
from firstprint.sim.kalshi.faults import FaultRule


@pytest.mark.parametrize("status", ["unopened", "open", "paused", "closed", "settled"])
@pytest.mark.parametrize("family", ["created", "close", "settled", "updated"])
def test_each_family_of_times_goes_with_its_statuses_only(status: str, family: str) -> None:
    """min_*_ts is accepted with the statuses of the venue's table and answered 400 with all others."""
    allowed = {"created": {"unopened", "open"}, "close": {"closed"}, "settled": {"settled"}, "updated": set()}
    answer, body = Venue().get("/markets", f"status={status}&min_{family}_ts=1")
    assert answer == (200 if status in allowed[family] else 400)
    if answer == 400:
        assert body["error"]["code"] == "bad_request"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("min_updated_ts=1", 200),
        ("min_updated_ts=1&mve_filter=exclude", 200),
        ("min_updated_ts=1&mve_filter=exclude&series_ticker=KXFED", 200),
        ("min_updated_ts=1&series_ticker=KXFED", 400),
        ("min_updated_ts=1&event_ticker=X", 400),
        ("min_updated_ts=1&min_close_ts=1", 400),
        ("series_ticker=KXFED", 200),
        ("status=active", 400),
        ("status=finalized", 400),
        ("limit=1001", 400),
        ("limit=x", 400),
        ("cursor=nonsense", 400),
        ("mve_filter=some", 400),
    ],
)
def test_filters_are_accepted_or_refused_as_the_venue_does(query: str, expected: int) -> None:
    """A filter of another's words, or in wrong company, is answered 400 with a nested error."""
    status, body = Venue().get("/markets", query)
    assert status == expected
    if status == 400:
        assert set(body["error"]) == {"code", "message", "details"}


def test_pages_together_are_the_whole_list_once() -> None:
    """Following the cursor to the empty one gives every market once, combos only where they are wanted."""
    venue = Venue(tier="prestige")
    seen: list[str] = []
    cursor = ""
    while True:
        _, body = venue.get("/markets", f"limit=7&mve_filter=exclude&cursor={cursor}")
        seen += [row["ticker"] for row in body["markets"]]
        cursor = body["cursor"]
        if not cursor:
            break
    assert sorted(seen) == sorted(m.ticker for m in venue.exchange.world.plain_markets())
    _, everything = venue.get("/markets", "limit=1000")
    assert len(everything["markets"]) == 50


def test_rest_and_websocket_tell_one_state() -> None:
    """The quotes and books of REST are the books of the world, and asks are one dollar minus the other side's bid."""
    venue = Venue(rate_per_s=500)
    venue.run(2)
    (ticker,) = venue.open_tickers(1)
    book = venue.exchange.world.book(venue.exchange.world.by_ticker[ticker])
    _, one = venue.get(f"/markets/{ticker}/orderbook")
    assert one["orderbook_fp"]["yes_dollars"][-1][0] == f"{(book.best('yes') or 0) / 10_000:.4f}"
    _, many = venue.get("/markets/orderbooks", f"tickers={ticker}")
    assert many["orderbooks"] == [{"ticker": ticker, "orderbook_fp": one["orderbook_fp"]}]
    _, market = venue.get(f"/markets/{ticker}")
    assert market["market"]["yes_ask_dollars"] == f"{quote(book).ask_e4 / 10_000:.4f}"
    _, short = venue.get(f"/markets/{ticker}/orderbook", "depth=1")
    assert len(short["orderbook_fp"]["yes_dollars"]) <= 1


def test_unsigned_answers_are_up_to_fifteen_seconds_old() -> None:
    """Without a signature the first answer is repeated for fifteen seconds; with one the state is as it is."""
    venue = Venue(rate_per_s=2_000, markets=2, combos=0)
    path = f"/markets/{venue.open_tickers(1)[0]}/orderbook"
    first = venue.get(path, "", {})
    venue.run(14)
    assert venue.get(path, "", {}) == first
    assert venue.get(path) != first
    venue.run(16)
    assert venue.get(path, "", {}) != first


def test_the_read_bucket_runs_dry_with_a_plain_string_and_fills_again() -> None:
    """On Basic forty reads pass at once, the next is 429 with a string for an error; 50 ms buy another (F49)."""
    venue = Venue()
    assert {venue.get("/exchange/status")[0] for _ in range(40)} == {200}
    assert venue.get("/exchange/status") == (429, {"error": "too many requests"})
    venue.run(0.05)
    assert venue.get("/exchange/status")[0] == 200


def test_only_a_key_may_ask_for_its_limits() -> None:
    """/account/limits is 401 without a signature and tells the tier with one."""
    venue = Venue(tier="premier")
    assert venue.get("/account/limits", "", {})[0] == 401
    _, body = venue.get("/account/limits")
    assert body["usage_tier"] == "premier"
    assert body["read"] == {"refill_rate": 1000, "bucket_capacity": 1000}


@pytest.mark.parametrize(
    ("path", "query", "key"),
    [
        ("/exchange/status", "", "trading_active"),
        ("/exchange/schedule", "", "schedule"),
        ("/series", "category=Sports", "series"),
        ("/series/KXBTC15M", "", "series"),
        ("/events", "with_nested_markets=true&status=open", "events"),
        ("/search/tags_by_categories", "", "tags_by_categories"),
        ("/search/filters_by_sport", "", "filters_by_sports"),
        ("/account/endpoint_costs", "", "default_cost"),
        ("/historical/cutoff", "", "market_settled_ts"),
        ("/milestones", "limit=5", "milestones"),
        ("/structured_targets", "page_size=5", "structured_targets"),
        ("/markets/trades", "limit=5", "trades"),
    ],
)
def test_public_endpoints_answer_without_a_key(path: str, query: str, key: str) -> None:
    """Each public endpoint answers 200 with its own key in the body, unsigned."""
    status, body = Venue(markets=120).get(path, query, {})
    assert status == 200
    assert body[key] not in (None, [], {}) if key != "trades" else body[key] == []


def test_milestones_need_a_limit_and_unknown_things_are_404() -> None:
    """A missing required limit is 400; a market or path that does not exist is 404."""
    venue = Venue()
    assert venue.get("/milestones")[0] == 400
    assert venue.get("/markets/NOSUCH")[0] == 404
    assert venue.get("/nothing/here")[0] == 404


def test_injected_rest_faults_are_answers_of_a_third_kind() -> None:
    """A storm answers 429 until it is over, an error its status, and all stand in the truth log (F49, F50)."""
    venue = Venue(FaultRule(kind="rest_429", for_s=2), FaultRule(kind="rest_error", at_s=5, status=502))
    assert venue.get("/exchange/status")[0] == 429
    venue.run(1)
    assert venue.get("/exchange/status")[0] == 429
    venue.run(1.5)
    assert venue.get("/exchange/status")[0] == 200
    venue.run(3)
    assert venue.get("/exchange/status")[0] == 502
    assert [line.fault for line in venue.finished().faults] == ["rest_429", "rest_error"]


def test_listing_every_market_keeps_no_book_that_nobody_watches() -> None:
    """A walk over all markets shows quotes and leaves the books unmade: a hundred thousand would not fit."""
    venue = Venue(markets=500)
    _, body = venue.get("/markets", "limit=1000&mve_filter=exclude&status=open")
    assert any(row["yes_bid_size_fp"] != "0.00" for row in body["markets"])
    assert all(market.book is None for market in venue.exchange.world.markets)
    ticker = body["markets"][0]["ticker"]
    _, book = venue.get(f"/markets/{ticker}/orderbook")
    assert [body["markets"][0]["yes_bid_dollars"]] == [row[0] for row in book["orderbook_fp"]["yes_dollars"][-1:]]
