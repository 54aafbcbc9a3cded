"""What moves a market's time of change and what does not; edits by hand; and the world's own list in plain values."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sim_kit import START_NS, Venue

from firstprint.sim.kalshi.plain import ListedMarket

NS_PER_S = 10**9
START_S = START_NS // NS_PER_S
MOVES = {"created", "close_date_updated", "metadata_updated", "price_level_structure_updated", "determined", "settled"}
STAYS = {"opened", "closed", "activated", "deactivated"}


def ns(text: str) -> int:
    """Read a time as the venue writes it."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    return int(datetime.fromisoformat(f"{whole}+00:00").timestamp()) * NS_PER_S + int(f"{fraction:0<9}")


def updated_since(venue: Venue, since_s: int) -> list[str]:
    """Ask REST which markets changed since then."""
    status, body = venue.get("/markets", f"mve_filter=exclude&limit=1000&min_updated_ts={since_s}")
    assert status == 200
    return [row["ticker"] for row in body["markets"]]


def test_only_changes_of_what_is_said_move_the_time_of_change() -> None:
    """Creation, edits, determination and settlement move updated_time; opening, closing, pausing and trading do not."""
    venue = Venue(markets=300, created_per_s=5, compression=900, rate_per_s=400)
    venue.run(60, 0.5)
    world = venue.exchange.world
    lives = [line for line in venue.finished().lives if not world.by_ticker[line.t or ""].combo]
    assert {line.what for line in lives} == MOVES | STAYS
    expected: dict[str, int] = {}
    for line in lives:
        if line.what in MOVES:
            expected[line.t or ""] = line.at or 0
    for market in world.plain_markets():
        assert market.updated_ns == expected.get(market.ticker, market.times.created_ns)
    assert any(market.volume_e2 and market.updated_ns < START_NS for market in world.markets)
    since = START_S + 30
    changed = {ticker for ticker, at_ns in expected.items() if at_ns >= since * NS_PER_S}
    listed = updated_since(venue, since)
    assert set(listed) == changed
    assert len(listed) == len(changed) > 20


def test_titles_of_events_and_series_change_now_and_then_and_say_so() -> None:
    """In a world that lists new markets some event and some series get new titles, found by their times of change."""
    venue = Venue(markets=100, created_per_s=20, compression=60)
    world = venue.exchange.world
    events = {ticker: event.title for ticker, event in world.events.items()}
    series = {one.ticker: one.title for one in world.catalogue.series.values()}
    venue.run(60, 0.5)
    changed = {t for t, title in events.items() if world.events[t].title != title}
    renamed = {t for t, title in series.items() if world.catalogue.series[t].title != title}
    assert changed
    assert renamed
    assert all(world.events[t].updated_ns > START_NS for t in changed)
    assert all(world.catalogue.series[t].updated_ns > START_NS for t in renamed)
    since = START_S + 10
    _, body = venue.get("/events", f"min_updated_ts={since}")
    late = [e.ticker for e in world.events.values() if e.updated_ns >= since * NS_PER_S and not e.combo]
    assert [row["event_ticker"] for row in body["events"]] == late[:200]
    _, body = venue.get("/series", f"min_updated_ts={since}")
    late = [one.ticker for one in world.catalogue.series.values() if one.updated_ns >= since * NS_PER_S]
    assert [row["ticker"] for row in body["series"]] == late
    assert late


def test_touching_a_share_changes_title_or_close_and_nothing_else() -> None:
    """A tenth of the markets are touched: each has a new title or an earlier close, and exactly they are updated."""
    venue = Venue(markets=400, series=300)
    world = venue.exchange.world
    venue.run(5)
    before = {row.ticker: row for row in world.listed()}
    touched = world.touch(0.1)
    after = {row.ticker: row for row in world.listed()}
    assert sorted(updated_since(venue, START_S + 5)) == sorted(touched)
    assert len(touched) == round(0.1 * sum(row.status != "finalized" for row in before.values()))
    differing = {ticker for ticker, row in after.items() if row != before[ticker]}
    assert differing == set(touched)
    retitled = {t for t in touched if after[t].title != before[t].title}
    moved = {t for t in touched if after[t].close_ns < before[t].close_ns}
    assert retitled | moved == set(touched)
    assert not retitled & moved
    assert min(len(retitled), len(moved)) > 5
    assert all(after[t].updated_ns == venue.now_ns for t in touched)


def test_a_touched_market_closes_at_its_new_time() -> None:
    """The new close is kept by the clock, and watchers of lifecycles hear of each touch."""
    venue = Venue(markets=100, compression=900, created_per_s=0)
    connection = venue.connect()
    venue.tell(connection, "subscribe", channels=["market_lifecycle_v2"])
    venue.hear(connection)
    world = venue.exchange.world
    touched = set(world.touch(1.0))
    said = {f["msg"]["market_ticker"] for f in venue.hear(connection)}
    assert said == touched
    closes = {m.ticker: m.times.close_ns for m in world.plain_markets() if m.status == "active" and m.ticker in touched}
    first = min(closes, key=lambda ticker: closes[ticker])
    venue.now_ns = closes[first]
    venue.exchange.advance(venue.now_ns)
    assert world.by_ticker[first].status == "closed"


def row_of(market: ListedMarket) -> dict[str, Any]:
    """Word a plain market as REST does, without any code of the simulator."""
    row = {
        "ticker": market.ticker, "event_ticker": market.event_ticker, "title": market.title,
        "yes_sub_title": market.yes_sub_title, "no_sub_title": market.no_sub_title, "status": market.status,
        "result": market.result, "expiration_value": market.expiration_value, "created_time": market.created_ns,
        "open_time": market.open_ns, "close_time": market.close_ns, "updated_time": market.updated_ns,
        "expected_expiration_time": market.expected_expiration_ns, "occurrence_datetime": market.occurrence_ns,
        "latest_expiration_time": market.latest_expiration_ns, "settlement_ts": market.settled_ns,
        "settlement_value_dollars": market.settlement_value_e4, "strike_type": market.strike_type,
        "floor_strike": market.floor_strike, "cap_strike": market.cap_strike, "custom_strike": market.custom_strike,
        "price_level_structure": market.price_level_structure, "rules_primary": market.rules_primary,
        "rules_secondary": market.rules_secondary, "can_close_early": market.can_close_early,
        "settlement_timer_seconds": market.settlement_timer_s, "exchange_index": market.exchange_index,
        "price_ranges": [tuple(band) for band in market.bands_e4],
    }  # fmt: skip
    return {key: value for key, value in row.items() if value is not None}


def e4(text: str) -> int:
    """Read dollars as 1e-4 dollars."""
    return int(Decimal(text) * 10_000)


def test_the_plain_list_is_what_rest_says_field_by_field() -> None:
    """Every market of the world's own list, settled ones included, equals its row by REST, quotes left out."""
    venue = Venue(markets=400, series=200, settled_recent=30, created_per_s=5, compression=900, tier="prestige")
    venue.run(30, 0.5)
    _, body = venue.get("/markets", "mve_filter=exclude&limit=1000")
    said = {row["ticker"]: row for row in body["markets"]}
    listed = {row.ticker: row for row in venue.exchange.world.listed()}
    assert said.keys() == listed.keys()
    assert {row.status for row in listed.values()} >= {"initialized", "active", "closed", "finalized"}
    for ticker, market in listed.items():
        row = dict(said[ticker])
        for key in [key for key in row if key.endswith(("_time", "_ts", "_datetime"))]:
            row[key] = ns(row[key])
        row["price_ranges"] = [(e4(b["start"]), e4(b["end"]), e4(b["step"])) for b in row["price_ranges"]]
        if "settlement_value_dollars" in row:
            row["settlement_value_dollars"] = e4(row["settlement_value_dollars"])
        own = row_of(market)
        assert {key: row.get(key) for key in own} == own
        assert not {"floor_strike", "cap_strike", "custom_strike", "settlement_ts"} & (row.keys() - own.keys())


def test_plain_events_and_series_are_what_rest_says() -> None:
    """Titles, times of change and scopes of events and series are those of their rows by REST."""
    venue = Venue(markets=200, series=200, tier="prestige")
    world = venue.exchange.world
    _, body = venue.get("/events", "limit=200")
    events = {row.ticker: row for row in world.listed_events()}
    assert len(body["events"]) == min(200, len(events))
    for row in body["events"]:
        own = events[row["event_ticker"]]
        assert (own.title, own.series_ticker, own.category) == (row["title"], row["series_ticker"], row["category"])
        assert own.updated_ns == ns(row["last_updated_ts"])
        assert own.scope == row.get("product_metadata", {}).get("competition_scope")
    _, body = venue.get("/series", "include_product_metadata=true")
    series = {row.ticker: row for row in world.listed_series()}
    assert [row["ticker"] for row in body["series"]] == list(series)
    for row in body["series"]:
        own_series = series[row["ticker"]]
        assert (own_series.title, own_series.tags) == (row["title"], tuple(row["tags"] or ()))
        assert own_series.updated_ns == ns(row["last_updated_ts"])
