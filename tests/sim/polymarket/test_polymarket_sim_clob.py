"""The CLOB as simulated: books by token, by the five hundred, and what is fixed about a market."""

import hashlib
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from polymarket_sim_kit import START_NS, Venue, contest, levels

SLUG = "nba-mil-lal-2026-09-21"


def test_a_book_has_its_best_prices_last_and_numbers_as_text() -> None:
    """Bids ascend, asks descend, and every number is text."""
    venue = Venue(contest())
    book = venue.book(venue.market(SLUG).tokens[0])
    bids, asks = ([float(level["price"]) for level in book[side]] for side in ("bids", "asks"))
    assert (bids, asks) == (sorted(bids), sorted(asks, reverse=True))
    assert bids[-1] < asks[-1]
    assert (book["min_order_size"], book["tick_size"], book["neg_risk"]) == ("5", "0.01", False)
    assert book["timestamp"] == str(START_NS // 10**6)
    assert book["market"] == venue.market(SLUG).condition


def test_the_two_tokens_mirror_each_other() -> None:
    """A bid at p of one is an ask at 1-p of the other."""
    venue = Venue(contest(), rate_per_s=500)
    venue.run(5)
    first, second = (venue.book(token) for token in venue.market(SLUG).tokens)
    mirror = {f"{1 - float(price):.4g}": size for price, size in levels(first["bids"]).items()}
    assert mirror == levels(second["asks"])


def test_the_hash_is_the_digest_that_the_venues_client_computes() -> None:
    """SHA-1 of the compact object with an empty hash, keys in the venue's order; the same until the book changes."""
    venue = Venue(contest())
    book = venue.book(venue.market(SLUG).tokens[0])
    again: dict[str, Any] = {}
    for key, value in book.items():
        again[key] = "" if key == "hash" else value
    raw = json.dumps(again, separators=(",", ":")).encode()
    assert hashlib.sha1(raw, usedforsecurity=False).hexdigest() == book["hash"]
    assert venue.book(venue.market(SLUG).tokens[0]) == book


def test_unknown_and_unreadable_tokens_are_told_apart() -> None:
    """404 for a token without a book, 400 for what is no token."""
    venue = Venue(contest())
    none = (404, {"error": "No orderbook exists for the requested token id"})
    assert venue.ask("clob", "/book", "token_id=123") == none
    assert venue.ask("clob", "/book", "token_id=abc") == (400, {"error": "Invalid token id"})
    assert venue.ask("clob", "/book") == (400, {"error": "Invalid token id"})
    assert venue.ask("clob", "/tick-size", "token_id=123") == none


def test_many_books_come_in_any_order_and_without_the_unknown() -> None:
    """POST /books leaves out what has no book, and does not keep the order of the question."""
    venue = Venue(contest())
    tokens = [token for market in venue.directory.markets for token in market.tokens]
    asked = [{"token_id": token} for token in [*tokens, "1", "2"]]
    status, books = venue.ask("clob", "/books", method="POST", body=asked)
    assert status == 200
    open_tokens = [token for m in venue.directory.markets if m.has_book for token in m.tokens]
    got = [book["asset_id"] for book in books]
    assert sorted(got) == sorted(open_tokens)
    assert got != open_tokens


def test_five_hundred_books_are_the_most_of_one_request() -> None:
    """One more is refused whole."""
    venue = Venue(contest())
    asked = [{"token_id": str(number)} for number in range(501)]
    assert venue.ask("clob", "/books", method="POST", body=asked[:500]) == (200, [])
    told = venue.ask("clob", "/books", method="POST", body=asked)
    assert told == (400, {"error": "Payload exceeds the limit"})
    assert venue.ask("clob", "/books", method="POST", body={"token_id": "1"})[0] == 400


def test_what_is_fixed_about_a_market_is_answered_by_token_and_condition() -> None:
    """Tick size, negative risk, and the compact market."""
    venue = Venue(contest("EPL", "TOT", "CFC"))
    market = venue.directory.markets[0]
    query = f"token_id={market.tokens[0]}"
    assert venue.ask("clob", "/tick-size", query) == (200, {"minimum_tick_size": 0.01})
    assert venue.ask("clob", "/neg-risk", query) == (200, {"neg_risk": True})
    status, compact = venue.ask("clob", f"/clob-markets/{market.condition}")
    assert status == 200
    assert compact["t"] == [
        {"t": token, "o": outcome} for token, outcome in zip(market.tokens, ("Yes", "No"), strict=True)
    ]
    assert (compact["mts"], compact["nr"], compact["cbos"]) == (0.01, True, True)
    assert venue.ask("clob", "/clob-markets/0x00")[0] == 404


def test_markets_are_paged_by_offsets_in_base_64() -> None:
    """The first cursor is MA==, the last LTE=, and after that there is nothing."""
    venue = Venue(*(contest(number=n, start_ns=START_NS + n * 86_400 * 10**9) for n in range(1, 140)))
    rows, cursor = [], "MA=="
    while cursor != "LTE=":
        status, page = venue.ask("clob", "/markets", f"next_cursor={cursor}")
        assert (status, page["count"]) == (200, len(page["data"]))
        rows += page["data"]
        cursor = page["next_cursor"]
    assert [row["condition_id"] for row in rows] == [market.condition for market in venue.directory.markets]
    assert len(rows) > 1_000
    assert venue.ask("clob", "/markets", "next_cursor=LTE=")[1]["data"] == []
    assert venue.ask("clob", "/markets", "next_cursor=%21")[0] == 400


def test_the_time_is_the_venues_own() -> None:
    """Unix seconds of the simulated clock, and OK."""
    venue = Venue()
    venue.run(3)
    assert venue.ask("clob", "/time") == (200, START_NS // 10**9 + 3)
    assert venue.ask("clob", "/ok") == (200, "OK")


@given(st.one_of(st.binary(max_size=64), st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists).map(
    lambda value: json.dumps(value).encode())))  # fmt: skip
def test_no_body_breaks_it(body: bytes) -> None:
    """Whatever is posted is answered or refused."""
    answer = VENUE.exchange.answer("clob", "POST", "/books", "", {}, START_NS, body)
    assert answer.status in {200, 400}


VENUE = Venue(contest())
