"""Every real recording of Kalshi's REST API is read whole, or it is said here why it is not one to read.

Some files are raw bodies, perhaps within a recorder's wrapper; some were normalised by their recorder, with its own
names and with floats: those are put back into Kalshi's words first.
"""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from recorded import RECORDINGS, needs_recordings

from firstprint.domain.entries import ListedPage
from firstprint.domain.happenings import RestRequest
from firstprint.venues.kalshi.bodies import told
from firstprint.venues.kalshi.parse import price_grid
from firstprint.venues.kalshi.venue import KalshiVenue

PLACE = RECORDINGS / "kalshi-rest"
VENUE = KalshiVenue()


def body_of(name: str) -> Any:
    """Give a recorded body, out of its recorder's wrapper."""
    body = json.loads((PLACE / name).read_text(), parse_float=Decimal)
    return body["response"] if "_metadata" in body else body


def lines_of(name: str) -> Iterator[dict[str, Any]]:
    """Give the lines of a normalised recording."""
    with gzip.open(PLACE / name, "rt") as file:
        yield from map(json.loads, file)


def plain(body: Any) -> bytes:
    """Write a body as JSON, its numbers as they were."""
    return json.dumps(body, default=float).encode()


def listed(path: str, rows: list[Any]) -> ListedPage:
    """Read rows as a page; none of them may be unreadable."""
    page = VENUE.listed(RestRequest(path=path), plain({path.rpartition("/")[2]: rows, "cursor": ""}))
    assert page.unreadable == []
    return page


def read_events(name: str) -> None:
    """Nested events: as many markets as there are, each with times, grid, series, and its exact strike."""
    body = body_of(name)
    page = VENUE.listed(RestRequest(path="/events"), (PLACE / name).read_bytes())
    rows = [(event, row) for event in body["events"] for row in event["markets"]]
    assert (page.unreadable, len(page.events), len(page.markets)) == ([], len(body["events"]), len(rows))
    for entry, (event, row) in zip(page.markets, rows, strict=True):
        assert (entry.ticker, entry.series_ticker, entry.status) == (
            row["ticker"], event["series_ticker"], row["status"],
        )  # fmt: skip
        assert entry.floor_strike == (None if "floor_strike" not in row else str(row["floor_strike"]))
        assert entry.custom_strike == row.get("custom_strike")
        assert entry.grid is not None
        assert None not in (entry.created_ns, entry.open_ns, entry.close_ns, entry.updated_ns)
    assert {event.competition_scope for event in page.events} == {
        event["product_metadata"]["competition_scope"] for event in body["events"]
    }


def read_market(name: str) -> None:
    """One market as it comes nested and by itself: the same entry; and its book."""
    body = body_of(name)
    alone = VENUE.listed(RestRequest(path=f"/markets/{body['ticker']}"), plain(body["single"]))
    assert alone.unreadable == []
    assert alone.markets == listed("/markets", [body["nested"]]).markets
    books = told(RestRequest(path=f"/markets/{body['ticker']}/orderbook"), plain(body["orderbook"])).books
    assert len(books[0].yes) > 1


def read_settled(name: str) -> None:
    """Settled markets: all finalized, with result, value and time of settlement."""
    rows = body_of(name)["markets"]
    page = listed("/markets", rows)
    assert Counter(one.status for one in page.markets) == Counter(row["status"] for row in rows)
    for entry, row in zip(page.markets, rows, strict=True):
        assert entry.result == (row["result"] or None)
        if "settlement_value_dollars" in row:
            assert entry.settlement_value_e6 == Decimal(row["settlement_value_dollars"]) * 10**6
            assert entry.settled_ns is not None


def read_combos(name: str) -> None:
    """Combos are counted and no entries; their legs are markets like others."""
    body = body_of(name)
    assert (page := listed("/markets", body["combos"])).combos == len(body["combos"]) > 0
    assert page.markets == []
    legs = body["legs"].values() if isinstance(body["legs"], dict) else body["legs"]
    rows = [leg.get("market", leg) for leg in legs]
    assert [one.ticker for one in listed("/markets", rows).markets] == [row["ticker"] for row in rows]


def read_series(name: str) -> None:
    """Series of one category, of the old wire: null tags are no tags."""
    rows = body_of(name)["series"]
    page = listed("/series", rows)
    assert [(one.ticker, list(one.tags)) for one in page.series] == [(row["ticker"], row["tags"] or []) for row in rows]
    assert all(one.fee_multiplier == "1" for one in page.series)


def read_fee_fields(name: str) -> None:
    """Single series with their fees: the multiplier as it was printed, the scope from the metadata."""
    for ticker, payload in body_of(name)["payloads"].items():
        page = VENUE.listed(RestRequest(path=f"/series/{ticker}"), plain(payload))
        [entry], row = page.series, payload["series"]
        assert (entry.ticker, entry.fee_multiplier) == (ticker, str(row["fee_multiplier"]))
        assert (entry.scope, entry.fee_type) == (row["product_metadata"].get("scope"), row["fee_type"])
        assert entry.updated_ns is not None


def read_catalogue(name: str) -> None:
    """Real series in a table that is no body, put into Kalshi's words: every one is a series."""
    rows = list(csv.DictReader((PLACE / name).read_text().splitlines()))
    wire = [
        {"ticker": r["series_ticker"], "category": r["category"], "tags": [r["league_or_tags"]], "title": ""}
        for r in rows
    ]
    page = listed("/series", wire)
    assert [(one.ticker, one.category) for one in page.series] == [
        (r["series_ticker"], r["category"] or None) for r in rows
    ]


def read_settlements(name: str) -> None:
    """Settled markets in a ledger with floats, put into Kalshi's words: each is an entry or a combo."""
    rows = [
        {**row, "series_ticker": row["series"], "settlement_value": None,
         "settlement_value_dollars": None if row["settlement_value"] is None else f"{row['settlement_value']:.4f}"}
        for row in lines_of(name)
    ]  # fmt: skip
    page = listed("/markets", rows)
    assert len(page.markets) + page.combos == len(rows)
    by_ticker = {row["ticker"]: row for row in rows}
    for entry in page.markets:
        row = by_ticker[entry.ticker]
        assert (entry.result, entry.close_ns is not None) == (row["result"] or None, True)
        assert entry.series_ticker == row["series"]


def read_sweeps(name: str) -> None:
    """Sports events as swept by a recorder, put into Kalshi's words: every outcome is a market of its event."""
    rows = [
        {"event_ticker": row["event_ticker"], "series_ticker": row["series"], "title": row["game_title"],
         "markets": [{"ticker": one["ticker"], "title": one["title"]} for one in row["outcomes"]]}
        for row in lines_of(name)
    ]  # fmt: skip
    page = listed("/events", rows)
    assert len(page.events) == len(rows)
    assert [one.ticker for one in page.markets] == [one["ticker"] for row in rows for one in row["markets"]]


def read_books(name: str) -> None:
    """Whole books with floats, put into Kalshi's words: every one is read."""
    rows = [
        {"ticker": row["ticker"], "orderbook_fp": {
            f"{side}_dollars": [[f"{price:.4f}", f"{size:.2f}"] for price, size in row[f"{side}_bids"]]
            for side in ("yes", "no")}}
        for row in lines_of(name)
    ]  # fmt: skip
    facts = told(RestRequest(path="/markets/orderbooks"), plain({"orderbooks": rows}))
    assert (facts.unreadable, len(facts.books)) == ([], len(rows))


def read_tags(name: str) -> None:
    """Every category with its tags; four have none."""
    told_tags = VENUE.tags_by_category(plain(body_of(name)))
    assert "Soccer" in told_tags["Sports"]
    assert sum(tags == () for tags in told_tags.values()) == 4


def read_sports(name: str) -> None:
    """Every sport with its scopes."""
    sports = VENUE.sports(plain(body_of(name)))
    assert sports.keys() == body_of(name)["filters_by_sports"].keys()
    assert "Games" in sports["All sports"]


def read_status(name: str) -> None:
    """Both flags of the exchange."""
    assert told(RestRequest(path="/exchange/status"), plain(body_of(name))).trading is True


def read_grids(name: str) -> None:
    """Distinct price grids, not a body: each is a grid."""
    assert all(price_grid(one["price_ranges"]) for one in body_of(name)["grids"])


def read_cursor(name: str) -> None:
    """No entries of the securities master, and nothing else reads them yet: a page whose cursor is read."""
    body = body_of(name)
    assert VENUE.next_cursor(plain(body)) == (body.get("cursor") or None)


def elsewhere(name: str) -> None:
    """Read in another test file."""
    assert (PLACE / name).is_file()


def no_body(name: str) -> None:
    """No body of Kalshi's but a recorder's finding, which series had games: there is nothing to parse."""
    assert "game_level_series" in body_of(name)


READERS: dict[str, Callable[[str], None]] = {
    "account_limits_and_costs.jsonl": elsewhere,  # test_account
    "events_sports_nested_2026-08.json": read_events,
    "exchange_schedule.json": read_cursor,
    "exchange_status.json": read_status,
    "filters_by_sport.json": read_sports,
    "market_and_orderbook_2026-08.json": read_market,
    "markets_mve_2026-08.json": read_combos,
    "markets_settled_2026-08.json": read_settled,
    "milestones_list.json": read_cursor,
    "orderbooks_2026-07-11.jsonl.gz": read_books,
    "price_grids_2026-08.json": read_grids,
    "series_by_category_2026-08.csv": read_catalogue,
    "series_climate_2026-01.json": read_series,
    "series_fee_fields_2026-08.json": read_fee_fields,
    "settlements_2026-07-17.jsonl.gz": read_settlements,
    "sports_series_coverage_2026-08.json": no_body,
    "sports_sweeps_2026-07-11.jsonl.gz": read_sweeps,
    "structured_targets_list.json": read_cursor,
    "tags_by_categories.json": read_tags,
}


@needs_recordings
@pytest.mark.parametrize("name", READERS)
def test_a_recording_parses_whole(name: str) -> None:
    """Every row of a recording is read, with what it states, and none is unreadable."""
    READERS[name](name)


@needs_recordings
def test_every_recording_has_its_reader() -> None:
    """No file of the recordings is passed over: a new one must be read here, or it must be said why not."""
    assert {path.name for path in Path(PLACE).iterdir()} == READERS.keys()
