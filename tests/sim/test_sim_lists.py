"""The lists of REST at size: filters by index, pages, quotes without books, combos that nobody keeps, spoiled pages."""

import json
import random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sim_kit import START_NS, Venue

from firstprint.sim.kalshi.books import SimBook, fill, opening, quote
from firstprint.sim.kalshi.faults import FaultRule
from firstprint.sim.kalshi.grids import GRIDS, LINEAR_CENT
from firstprint.sim.kalshi.series import made_series
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.world import World

START_S = START_NS // 10**9
STATUSES = ("unopened", "open", "closed", "settled")


def large(*rules: FaultRule, **more: Any) -> Venue:
    """Make a venue with series by the thousand, some markets over, and time for many requests."""
    return Venue(*rules, **({"markets": 600, "series": 400, "tier": "prestige", "settled_recent": 60} | more))


def walk(venue: Venue, path: str, key: str, query: str = "", limit: int = 50) -> list[dict[str, Any]]:
    """Follow a list to its end; every cursor is a new one."""
    rows: list[dict[str, Any]] = []
    cursors = [""]
    while True:
        status, body = venue.get(path, f"{query}&limit={limit}&cursor={cursors[-1]}")
        assert status == 200, body
        rows += body[key]
        if not body["cursor"]:
            return rows
        assert body["cursor"] not in cursors
        cursors.append(body["cursor"])
        venue.now_ns += 10**7


@settings(max_examples=200)
@given(
    name=st.text(),
    label=st.sampled_from(sorted(GRIDS)),
    levels=st.integers(1, 30),
    whole=st.booleans(),
    chance=st.none() | st.floats(0, 1),
)
def test_the_quote_of_an_unmade_book_is_the_one_that_it_will_have(
    name: str, label: str, levels: int, whole: bool, chance: float | None
) -> None:
    """Whatever name, grid and chance, the quote read from the hash is the top of the book filled below it."""
    grid, book = GRIDS[label], SimBook()
    top = opening(name, grid, whole=whole, chance=chance)
    fill(book, grid, top, random.Random(name), levels, whole=whole)
    assert top.quote(grid) == quote(book)
    assert set(book.prices["yes"] + book.prices["no"]) <= set(grid.prices_e4)


def test_quotes_and_order_books_agree_for_every_market_whenever_they_are_asked() -> None:
    """For each market the quotes listed before and after its book is made are the tops of the order-book endpoint."""
    venue = large(rate_per_s=20, created_per_s=20, compression=300, seed=3)  # one whose grid changed, unlooked at
    venue.run(20, 0.5)
    assert any(m.grid != m.plan.grid and m.book is None for m in venue.exchange.world.markets if m.status == "active")
    rows = walk(venue, "/markets", "markets", "mve_filter=exclude&status=open", 1_000)
    venue.now_ns = venue.exchange.world.now_ns
    for row in rows:
        _, answer = venue.get(f"/markets/{row['ticker']}/orderbook")
        yes, no = answer["orderbook_fp"]["yes_dollars"], answer["orderbook_fp"]["no_dollars"]
        assert [row["yes_bid_dollars"], row["yes_bid_size_fp"]] == (yes[-1] if yes else ["0.0000", "0.00"])
        assert [row["no_bid_dollars"], row["yes_ask_size_fp"]] == (no[-1] if no else ["0.0000", "0.00"])


def test_lists_by_series_event_and_ticker_are_the_worlds_own() -> None:
    """Each filter gives the rows that a look at every market of the world gives, in pages of any size."""
    venue = large()
    known = list(venue.exchange.world.plain_markets())
    for series in {m.plan.event.series.ticker for m in known[::40]}:
        own = [m.ticker for m in known if m.plan.event.series.ticker == series]
        assert [row["ticker"] for row in walk(venue, "/markets", "markets", f"series_ticker={series}", 3)] == own
        events = list(dict.fromkeys(m.plan.event.ticker for m in known if m.plan.event.series.ticker == series))
        listed = walk(venue, "/events", "events", f"series_ticker={series}", 1)
        assert [row["event_ticker"] for row in listed] == events
    event = known[0].plan.event.ticker
    own = [m.ticker for m in known if m.plan.event.ticker == event]
    assert [row["ticker"] for row in walk(venue, "/markets", "markets", f"event_ticker={event}", 1)] == own
    some = [m.ticker for m in known[5:90:7]]
    assert [row["ticker"] for row in walk(venue, "/markets", "markets", f"tickers={','.join(some)},NOSUCH", 4)] == some
    chosen = list(dict.fromkeys(m.plan.event.ticker for m in known[::60]))
    assert [row["event_ticker"] for row in walk(venue, "/events", "events", f"tickers={','.join(chosen)}", 2)] == chosen


def test_every_event_has_one_status_and_brings_its_markets_along() -> None:
    """The four statuses share the events out; an event is open while any market is, and has all of its markets."""
    venue = large(closed_recent=20)
    world = venue.exchange.world
    by_status = {
        status: walk(venue, "/events", "events", f"status={status}&with_nested_markets=true") for status in STATUSES
    }
    tickers = [row["event_ticker"] for rows in by_status.values() for row in rows]
    assert sorted(tickers) == sorted(e.ticker for e in world.events.values() if not e.combo)
    assert all(by_status.values())
    for status, rows in by_status.items():
        for row in rows:
            assert [m["ticker"] for m in row["markets"]] == [m.ticker for m in world.event_markets[row["event_ticker"]]]
            assert (status == "open") == any(m["status"] in {"active", "inactive"} for m in row["markets"])
            assert not any("series_ticker" in m for m in row["markets"])
    mixed = [row for row in by_status["open"] if any(m["status"] == "finalized" for m in row["markets"])]
    assert mixed
    assert venue.get("/events", "status=paused")[0] == 400
    assert venue.get("/events", "limit=201")[0] == 400
    assert venue.get("/events", "limit=0")[0] == 400


def test_events_are_found_by_their_own_time_of_change_and_by_the_close_of_their_markets() -> None:
    """min_close_ts keeps events with a market that closes later; min_updated_ts looks at the event's time alone."""
    venue = large()
    world = venue.exchange.world
    bound = START_S + 30 * 86_400
    late = walk(venue, "/events", "events", f"min_close_ts={bound}")
    assert {row["event_ticker"] for row in late} == {
        t
        for t, ms in world.event_markets.items()
        if not world.events[t].combo and any(m.times.close_ns >= bound * 10**9 for m in ms)
    }
    assert 0 < len(late) < len(world.events)
    venue.run(2)
    world.touch(0.2)
    assert walk(venue, "/events", "events", f"min_updated_ts={START_S + 1}") == []


def test_series_are_filtered_and_tell_their_scope_only_when_asked() -> None:
    """A category matches any of a series' categories, a tag any of its tags, and the scope comes with the metadata."""
    venue = large()
    series = venue.exchange.world.catalogue.series.values()
    _, politics = venue.get("/series", "category=Politics")
    assert [row["ticker"] for row in politics["series"]] == [s.ticker for s in series if "Politics" in s.categories]
    assert {row["category"] for row in politics["series"]} == {"Politics", "Elections"}
    assert venue.get("/series", "category=politics")[1] == {"series": []}
    _, tagged = venue.get("/series", "tags=Soccer,Movies")
    assert {row["ticker"] for row in tagged["series"]} == {
        s.ticker for s in series if {"Soccer", "Movies"} & set(s.tags or ())
    }
    assert not any("product_metadata" in row for row in tagged["series"])
    _, told = venue.get("/series", "include_product_metadata=true")
    scopes = {row["ticker"]: row.get("product_metadata", {}).get("scope") for row in told["series"]}
    assert scopes == {s.ticker: s.scope for s in series}
    assert venue.get("/series/KXNBAGAME")[1]["series"]["product_metadata"] == {"scope": "Game"}
    assert venue.get("/series", f"min_updated_ts={START_S + 1}")[1] == {"series": []}
    assert {row["tags"] is None for row in told["series"]} == {True, False}
    assert {row["settlement_sources"] is None for row in told["series"]} == {True, False}
    assert len({(row["fee_type"], row["fee_multiplier"]) for row in told["series"]}) >= 6


def test_search_answers_have_the_shapes_of_the_venue() -> None:
    """At most six tags a category, null where it has none; scopes in the plural by sport and competition."""
    venue = large(series=3_000)
    _, tags = venue.get("/search/tags_by_categories")
    assert tags["tags_by_categories"]["Elections"] is None
    assert len(tags["tags_by_categories"]["Sports"]) == 6
    _, sports = venue.get("/search/filters_by_sport")
    assert sports["sport_ordering"] == list(sports["filters_by_sports"])
    assert sports["filters_by_sports"]["All sports"]["competitions"] == {}
    assert "Games" in sports["filters_by_sports"]["MMA"]["competitions"]["UFC"]["scopes"]


@settings(max_examples=20, deadline=None)
@given(count=st.integers(0, 20_000))
def test_any_number_of_series_can_be_made_and_none_is_named_twice(count: int) -> None:
    """About so many series are made, each with a ticker of its own, the same ones each time."""
    made = list(made_series(count, START_NS))
    assert abs(len(made) - count) <= 16
    assert len({s.ticker for s in made}) == len(made)
    assert [s.title for s in made] == [s.title for s in made_series(count, START_NS)]


def test_name_and_scope_disagree_as_at_the_venue() -> None:
    """Fights and races are games by scope alone, futures carry GAME or MATCH in their names, some have no scope."""
    made = [s for s in made_series(14_000, START_NS) if s.category == "Sports"]
    named = {s.ticker for s in made if "GAME" in s.ticker or "MATCH" in s.ticker}
    assert {"KXUFCFIGHT", "KXF1RACE"} <= {s.ticker for s in made if s.scope == "Game"} - named
    assert any(s.scope == "Future" for s in made if s.ticker in named)
    assert any(s.scope is None for s in made if s.ticker in named)
    assert 2_900 < len(made) < 3_100


def test_a_world_of_the_venues_size_has_its_shape() -> None:
    """96,000 markets over 14,000 series are some 11,000 events, mostly small, and about as open as at the venue."""
    world = World(SimSettings(markets=96_000, series=14_000, combo_ratio=25, created_per_s=0), START_NS)
    alive = [m for m in world.plain_markets() if m.status in {"active", "initialized"}]
    assert len(alive) == 96_000 - 1
    assert sum(m.status == "active" for m in alive) > 92_000
    assert abs(len(world.catalogue.series) - 14_000) < 50
    open_events = {m.plan.event.ticker for m in alive}
    assert 10_000 < len(open_events) < 12_500
    sizes = sorted(len(world.event_markets[ticker]) for ticker in open_events)
    assert sizes[len(sizes) // 2] <= 7
    assert 60 < sizes[-1] <= 100
    assert len({s.category for s in world.catalogue.series.values()}) == 16
    assert sum(m.status == "finalized" for m in world.markets) == 1_920
    assert len(world.by_ticker) == len(world.markets)


def test_combos_flood_the_list_of_markets_unless_they_are_left_out() -> None:
    """With 25 combos a market 96 rows of 100 are combos; `exclude` gives none, `only` nothing else, none are kept."""
    venue = large(markets=40, settled_recent=0, closed_recent=0, combo_ratio=25)
    world = venue.exchange.world
    kept = len(world.markets)
    everything = walk(venue, "/markets", "markets", "", 77)
    combos = [row for row in everything if "mve_selected_legs" in row]
    assert len(combos) == 40 * 25 + 10
    assert len({row["ticker"] for row in everything}) == len(everything) == 40 * 26 + 10
    assert not any("mve_selected_legs" in row for row in walk(venue, "/markets", "markets", "mve_filter=exclude"))
    assert walk(venue, "/markets", "markets", "mve_filter=only", 90) == combos
    opened = walk(venue, "/markets", "markets", "mve_filter=only&status=open", 100)
    settled = walk(venue, "/markets", "markets", "mve_filter=only&status=settled", 100)
    assert len(opened) + len(settled) == len(combos)
    assert len(world.markets) == kept
    assert all(leg["market_ticker"] in world.by_ticker for row in combos for leg in row["mve_selected_legs"])


def test_a_combo_that_nobody_keeps_is_found_by_its_names() -> None:
    """Its ticker finds it alone, among others and with its book; a ticker nearly the same finds nothing."""
    venue = large(combo_ratio=3)
    plain = venue.open_tickers(1)[0]
    _, page = venue.get("/markets", "mve_filter=only&limit=5")
    row = page["markets"][2]
    assert venue.get(f"/markets/{row['ticker']}")[1]["market"] == row
    _, two = venue.get("/markets", f"tickers={row['ticker']},{plain}")
    assert {one["ticker"] for one in two["markets"]} == {row["ticker"], plain}
    assert venue.get("/markets", f"event_ticker={row['event_ticker']}")[1]["markets"] == [row]
    _, book = venue.get(f"/markets/{row['ticker']}/orderbook")
    best = book["orderbook_fp"]["yes_dollars"][-1:]
    assert best == ([[row["yes_bid_dollars"], row["yes_bid_size_fp"]]] if best else [])
    assert venue.get(f"/markets/{row['ticker'][:-1]}Z")[0] == 404
    assert venue.get("/markets/KXMVESPORTSMULTIGAMEEXTENDED-SFFFFFFFFFFFF-0")[0] == 404


@settings(max_examples=30, deadline=None)
@given(
    family=st.sampled_from(["created", "updated", "close", "settled"]),
    low=st.integers(-40 * 86_400, 50 * 86_400),
    length=st.integers(0, 20 * 86_400),
)
@example(family="updated", low=-30 * 86_400 + 50 * 29 * 86_400 // 800 + 3_500, length=600)
def test_windows_of_time_find_the_same_combos_as_a_look_at_each(family: str, low: int, length: int) -> None:
    """Whatever the bounds, the combos within them are those that a walk over all combos keeps."""
    venue = large(markets=20, series=0, combos=0, settled_recent=0, combo_ratio=40)
    low, high = START_S + low, START_S + low + length
    query = f"min_{family}_ts={low}&max_{family}_ts={high}"
    found = {row["ticker"] for row in walk(venue, "/markets", "markets", query, 500) if "mve_selected_legs" in row}
    combos = venue.exchange.world.combos
    told = {"created": "created_ns", "close": "close_ns"}
    expected = set()
    for combo in map(combos.at, range(combos.count)):
        at_ns = getattr(combo.times, told[family]) if family in told else getattr(combo, f"{family}_ns")
        if at_ns is not None and low * 10**9 <= at_ns <= high * 10**9:
            expected.add(combo.ticker)
    assert found == expected


def test_bad_rows_spoil_a_page_once_and_leave_the_rest_of_it() -> None:
    """Every seventh row is no market any more, the page itself is read, and the next answer is whole."""
    venue = large(FaultRule(kind="bad_rows", path="/markets"))
    assert venue.get("/events", "limit=20")[0] == 200
    _, body = venue.get("/markets", "limit=70&mve_filter=exclude")
    _, whole = venue.get("/markets", "limit=70&mve_filter=exclude")
    spoiled = [at for at, row in enumerate(body["markets"]) if row != whole["markets"][at]]
    assert spoiled == list(range(0, 70, 7))
    assert body["markets"][0] is None
    assert [line.fault for line in venue.finished().faults] == ["bad_rows"]


def test_a_looping_cursor_is_the_one_that_was_asked_with() -> None:
    """The first page cannot loop; the first page asked with a cursor says that cursor again, and then no more."""
    venue = large(FaultRule(kind="cursor_loop"))
    _, first = venue.get("/markets", "limit=5")
    again = f"limit=5&cursor={first['cursor']}"
    _, second = venue.get("/markets", again)
    assert second["cursor"] == first["cursor"]
    assert venue.get("/markets", again)[1]["cursor"] != first["cursor"]


def test_a_rest_fault_can_be_kept_to_one_path() -> None:
    """An error for /series strikes no other path."""
    venue = Venue(FaultRule(kind="rest_error", path="/series", status=503))
    assert venue.get("/events")[0] == 200
    assert venue.get("/series")[0] == 503
    assert venue.get("/series")[0] == 200


def test_requests_and_refusals_are_counted_and_addresses_have_buckets_of_their_own() -> None:
    """Unsigned requests from one address share a bucket, another address has its own, and each answer is counted."""
    venue = Venue()
    path = "/trade-api/v2/exchange/status"
    codes = [venue.exchange.rest("GET", path, "", {}, venue.now_ns, "127.0.0.1").status for _ in range(42)]
    assert codes == [200] * 40 + [429] * 2
    other = venue.exchange.rest("GET", path, "", {}, venue.now_ns, "127.0.0.2")
    assert (other.status, json.loads(other.body)["trading_active"]) == (200, True)
    assert (venue.exchange.rest_requests, venue.exchange.rest_throttled) == (43, 2)


@pytest.mark.parametrize("status", STATUSES)
def test_markets_of_each_status_exist_at_the_start(status: str) -> None:
    """A world with series lists markets unopened, open, closed and settled from its first moment."""
    venue = large(closed_recent=10)
    rows = walk(venue, "/markets", "markets", f"status={status}&mve_filter=exclude", 1_000)
    assert rows
    assert venue.exchange.world.by_ticker[rows[0]["ticker"]].grid in {*GRIDS.values(), LINEAR_CENT}
