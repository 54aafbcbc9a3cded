"""The market channel as simulated: what is sent for what is said, and what is never sent."""

import json
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from polymarket_sim_kit import NS_PER_S, START_NS, FoldedBook, Venue, contest, levels

SLUG = "nba-mil-lal-2026-09-21"


def test_the_first_message_is_answered_by_an_array_of_books() -> None:
    """One frame, an array, a book for each asset with what REST says of it."""
    venue = Venue(contest())
    tokens = venue.market(SLUG).tokens
    connection = venue.connect()
    venue.watch(connection, *tokens, custom_feature_enabled=True, initial_dump=True)
    (frame,) = venue.hear(connection)
    assert [book.pop("event_type") for book in frame] == ["book", "book"]
    assert frame == [venue.book(token) for token in tokens]


def test_no_books_come_when_they_are_not_wanted() -> None:
    """With `initial_dump` false nothing is sent before something changes."""
    venue = Venue(contest(), rate_per_s=200)
    connection = venue.connect()
    venue.watch(connection, venue.market(SLUG).tokens[0], initial_dump=False)
    assert venue.hear(connection) == []
    venue.run(5)
    assert venue.messages(connection, "price_change")


def test_ping_is_answered_by_pong_as_text() -> None:
    """The heartbeat is no JSON, before a subscription and after."""
    venue = Venue(contest())
    connection = venue.connect()
    connection.receive(b"PING", venue.now_ns)
    assert connection.take(venue.now_ns) == [b"PONG"]


@given(st.one_of(st.binary(max_size=40), st.sampled_from([b"{}", b"[]", b'{"type":"user"}', b'{"operation":"x"}'])))
def test_what_is_no_command_is_answered_in_plain_text(raw: bytes) -> None:
    """Rubbish never breaks the connection."""
    connection = QUIET.connect()
    connection.receive(raw, QUIET.now_ns)
    expected = [b"PONG"] if raw.strip() == b"PING" else [b"INVALID OPERATION"]
    assert connection.take(QUIET.now_ns) == expected
    connection.close(1000, "done", QUIET.now_ns)


QUIET = Venue(contest())


def test_nothing_is_acknowledged_and_unknown_assets_stay_silent() -> None:
    """Subscribing to what does not exist, and unsubscribing from anything, sends nothing."""
    venue = Venue(contest())
    connection = venue.connect()
    venue.watch(connection, "12345")
    venue.tell(connection, operation="subscribe", assets_ids=["678"])
    venue.tell(connection, operation="unsubscribe", assets_ids=["12345", "9"])
    assert venue.hear(connection) == []


def test_an_asset_named_again_gets_a_fresh_book() -> None:
    """The way to resync: the same subscription once more."""
    venue = Venue(contest(), rate_per_s=200)
    asset, connection = venue.market(SLUG).tokens[0], venue.connect()
    venue.watch(connection, asset)
    venue.run(3)
    venue.hear(connection)
    venue.tell(connection, operation="subscribe", assets_ids=[asset])
    (frame,) = venue.hear(connection)
    assert levels(frame[0]["bids"]) == levels(venue.book(asset)["bids"])


def test_a_change_carries_both_tokens_with_absolute_sizes_and_the_touch() -> None:
    """Whoever watches one token hears the complement too; folding the sizes gives the true books of both."""
    venue = Venue(contest(), rate_per_s=600, crossed_share=0.02)
    tokens, connection = venue.market(SLUG).tokens, venue.connect()
    venue.watch(connection, tokens[0])
    books = {token: FoldedBook() for token in tokens}
    for token in tokens:
        books[token].replace(venue.book(token))
    venue.hear(connection)
    changes = 0
    for _ in range(200):
        venue.run(0.05)
        for message in venue.messages(connection, "price_change"):
            assert {entry["asset_id"] for entry in message["price_changes"]} == set(tokens)
            for entry in message["price_changes"]:
                book = books[entry["asset_id"]]
                book.change(entry)
                changes += 1
                assert entry["best_bid"] == (max(book.bids, key=float) if book.bids else "0")
                assert entry["best_ask"] == (min(book.asks, key=float) if book.asks else "1")
        for token in tokens:
            true = venue.book(token)
            assert (books[token].bids, books[token].asks) == (levels(true["bids"]), levels(true["asks"]))
    assert changes > 200


def test_an_empty_side_is_said_by_sentinels() -> None:
    """With no bid the best bid is 0, with no ask the best ask is 1: seen when a wiped book fills again."""
    venue = Venue(contest(start_ns=START_NS + NS_PER_S), rate_per_s=50)
    connection = venue.connect()
    venue.watch(connection, venue.market(SLUG).tokens[0])
    venue.run(30)
    entries = [e for m in venue.messages(connection, "price_change") for e in m["price_changes"]]
    assert "0" in {entry["best_bid"] for entry in entries}
    assert "1" in {entry["best_ask"] for entry in entries}


def test_a_trade_says_its_price_and_then_the_whole_book() -> None:
    """A `last_trade_price` is followed by a `book` of the same asset."""
    venue = Venue(contest(), rate_per_s=100, trade_share=1.0)
    asset, connection = venue.market(SLUG).tokens[1], venue.connect()
    venue.watch(connection, asset)
    venue.hear(connection)
    venue.run(5)
    heard = venue.messages(connection)
    kinds = [one["event_type"] for one in heard]
    trades = [at for at, kind in enumerate(kinds) if kind == "last_trade_price"]
    assert trades
    assert {kinds[at + 1] for at in trades} == {"book"}
    assert {heard[at]["asset_id"] for at in trades} == {heard[at + 1]["asset_id"] for at in trades} == {asset}
    assert all(heard[at]["transaction_hash"].startswith("0x") for at in trades)


def test_best_bid_ask_is_told_to_those_who_want_it() -> None:
    """Only with the custom feature, with the spread, and equal to the change before it."""
    venue = Venue(contest(), rate_per_s=300)
    asset, eager, plain = venue.market(SLUG).tokens[0], venue.connect(), venue.connect()
    venue.watch(eager, asset, custom_feature_enabled=True)
    venue.watch(plain, asset)
    venue.run(10)
    assert venue.messages(plain, "best_bid_ask") == []
    touch: tuple[str, str] | None = None
    seen = 0
    for message in venue.messages(eager):
        if message["event_type"] == "price_change":
            touch = next(
                (e["best_bid"], e["best_ask"]) for e in reversed(message["price_changes"]) if e["asset_id"] == asset
            )
        elif message["event_type"] == "best_bid_ask":
            assert (message["best_bid"], message["best_ask"]) == touch
            seen += 1
    assert seen


def test_the_custom_feature_can_be_switched_on_by_a_later_subscription() -> None:
    """A duplicate applies the flag."""
    venue = Venue(contest())
    asset, connection = venue.market(SLUG).tokens[0], venue.connect()
    venue.watch(connection, asset)
    assert not connection.custom
    venue.tell(connection, operation="subscribe", assets_ids=[asset], custom_feature_enabled=True)
    assert connection.custom


def test_a_few_messages_stray_in_after_unsubscribing() -> None:
    """Up to four within 73 ms, and nothing later."""
    venue = Venue(contest(), rate_per_s=20_000)
    asset, connection = venue.market(SLUG).tokens[0], venue.connect()
    venue.watch(connection, asset)
    venue.run(0.1)
    venue.hear(connection)
    venue.tell(connection, operation="unsubscribe", assets_ids=[asset])
    left_ms = venue.now_ns // 10**6
    venue.run(2)
    strays = venue.messages(connection)
    assert 0 < len(strays) <= 4
    assert all(int(one["timestamp"]) <= left_ms + 73 for one in strays)


def test_assets_above_the_cap_get_changes_but_no_first_book() -> None:
    """The surplus of a connection is silent until it changes."""
    venue = Venue(contest(), rate_per_s=500, assets_with_book_max=3)
    tokens, connection = [m.tokens[0] for m in venue.directory.markets if m.has_book], venue.connect()
    venue.watch(connection, *tokens)
    assert [one["asset_id"] for one in venue.messages(connection, "book")] == tokens[:3]
    venue.run(30)
    changed = {e["asset_id"] for m in venue.messages(connection, "price_change") for e in m["price_changes"]}
    assert changed >= set(tokens)


def test_large_subscriptions_are_answered_in_several_arrays() -> None:
    """No frame has more books than the setting says."""
    venue = Venue(contest(), books_per_frame=2)
    connection = venue.connect()
    venue.watch(connection, *(m.tokens[0] for m in venue.directory.markets if m.has_book))
    sizes = [len(frame) for frame in venue.hear(connection)]
    assert len(sizes) > 2
    assert max(sizes) == 2


def test_the_tick_gets_finer_near_certainty() -> None:
    """Once the price is beyond 0.96 the grid is a tenth of a cent; no book follows by itself."""
    venue = Venue(contest(start_ns=START_NS + NS_PER_S, length_ns=100 * NS_PER_S), rate_per_s=100)
    asset, connection = venue.market(SLUG).tokens[1], venue.connect()
    venue.watch(connection, asset)
    venue.run(120)
    heard = venue.messages(connection)
    (change,) = [one for one in heard if one["event_type"] == "tick_size_change"]
    assert (change["old_tick_size"], change["new_tick_size"], change["asset_id"]) == ("0.01", "0.001", asset)
    assert venue.book(asset)["tick_size"] == "0.001"
    prices = [level["price"] for level in venue.book(asset)["bids"]]
    assert any(len(price) == 5 for price in prices)


def test_time_stamps_are_at_times_older_than_those_before_but_not_than_a_book() -> None:
    """A change may be stamped late; it is never stamped before a book that was said."""
    venue = Venue(contest(), rate_per_s=2_000, late_share=0.2, trade_share=0.05)
    asset, connection = venue.market(SLUG).tokens[0], venue.connect()
    venue.watch(connection, asset)
    venue.run(5)
    newest = book_ms = late = 0
    for message in venue.messages(connection, "book", "price_change"):
        stamp = int(message["timestamp"])
        late += stamp < newest
        newest = max(newest, stamp)
        if message["event_type"] == "book":
            book_ms = max(book_ms, stamp)
        assert stamp >= book_ms or message["event_type"] == "book"
    assert late


def test_a_book_is_crossed_for_one_message_at_most() -> None:
    """An order at the other side's best is gone with the next message."""
    venue = Venue(contest(), rate_per_s=500, crossed_share=0.2)
    asset, connection = venue.market(SLUG).tokens[0], venue.connect()
    venue.watch(connection, asset)
    venue.run(10)
    crossed: list[bool] = []
    for message in venue.messages(connection, "price_change"):
        entry = [e for e in message["price_changes"] if e["asset_id"] == asset][-1]
        crossed.append(float(entry["best_bid"]) >= float(entry["best_ask"]))
    assert any(crossed)
    assert not any(one and after for one, after in pairwise(crossed))


def test_wrong_paths_and_too_many_connections_are_refused() -> None:
    """Only the market channel is there, and only for so many."""
    venue = Venue(connections_max=1)
    refused = venue.exchange.connect("/ws/user", venue.now_ns)
    assert getattr(refused, "status", None) == 404
    venue.connect()
    assert getattr(venue.exchange.connect("/ws/market", venue.now_ns), "status", None) == 429


def test_a_slow_reader_is_cut_off_and_forgotten() -> None:
    """A connection whose queue is full ends without a close frame, and nothing is kept of it."""
    venue = Venue(contest(), rate_per_s=2_000, buffer_frames_max=20)
    connection = venue.connect()
    venue.watch(connection, venue.market(SLUG).tokens[0])
    venue.run(2)
    assert connection.closed == (1006, "slow consumer")
    connection.close(1006, "socket closed", venue.now_ns)
    assert venue.exchange.connections == {}
    venue.run(1)


def test_messages_are_shaped_as_recorded_ones() -> None:
    """Every value that is a number on other venues is text here."""
    venue = Venue(contest(), rate_per_s=300)
    connection = venue.connect()
    venue.watch(connection, venue.market(SLUG).tokens[0], custom_feature_enabled=True)
    venue.run(5)
    shapes: dict[str, dict[str, Any]] = {one["event_type"]: one for one in venue.messages(connection)}
    assert set(shapes) >= {"book", "price_change", "last_trade_price", "best_bid_ask"}
    assert set(shapes["price_change"]) == {"event_type", "market", "price_changes", "timestamp"}
    assert set(shapes["price_change"]["price_changes"][0]) == {
        "asset_id", "price", "size", "side", "hash", "best_bid", "best_ask",
    }  # fmt: skip
    numbers = [value for one in shapes.values() for value in one.values() if isinstance(value, (int, float))]
    assert [value for value in numbers if not isinstance(value, bool)] == []
    assert json.dumps(shapes["last_trade_price"]["fee_rate_bps"]) == '"0"'
