"""Polymarket's protocol session, frame by frame: what a frame may do to the books, the gaps and the counts."""

from typing import Any

import pytest
from polymarket_kit import MS, TOKENS, A, B, Bench, S, book, change, one, subscribed, two_books, wire

from firstprint.books.state import InvalidReason
from firstprint.domain.gaps import GapReason
from firstprint.domain.instruments import PriceGrid, PriceRange
from firstprint.venues.polymarket import commands

CENT_GRID = PriceGrid((PriceRange(0, 1_000_000, 10_000),))


def test_a_book_is_there_from_its_own_book_on() -> None:
    """After a subscription a book is INVALID until its `book` comes; changes before are ignored and counted (1)."""
    bench = subscribed(A).hear(change(90))
    assert (bench.reason(), bench.counts, bench.feed.counts.ignored) == (InvalidReason.NO_SNAPSHOT, (0, 1, 0, 0), 1)
    bench.hear([book(100)])
    assert (bench.levels(), bench.gaps) == (({40: 10}, {50: 10}), [])


def test_asks_are_bids_for_no_at_the_complement() -> None:
    """An ask for the first asset at 0.53 stands as a `no` bid at 0.47."""
    bench = subscribed(A).hear(book(100, asks=[["0.53", "7"]]), change(101, one("0.55", "3", "SELL")))
    assert bench.levels() == ({40: 10}, {47: 7, 45: 3})


def test_sizes_are_absolute_and_zero_takes_a_level_away() -> None:
    """A change says what stands, and its row says what that adds."""
    bench = two_books().hear(change(101, one(size="25")), change(102, one(size="0"), one("0.39", "4")))
    assert bench.levels() == ({39: 4}, {50: 10})
    assert [(row.delta_e6, row.venue_ns) for row, _ in bench.heard.deltas] == [
        (15_000_000, 101 * MS),
        (-25_000_000, 102 * MS),
        (4_000_000, 102 * MS),
    ]


def test_a_change_that_alters_nothing_is_applied_without_a_row() -> None:
    """What already stands is confirmed: the frame counts as applied, and no row is made of it."""
    bench = two_books().hear(change(101, one(size="10")))
    assert (bench.counts, bench.heard.deltas) == ((2, 0, 0, 0), [])


def test_a_book_older_than_an_ignored_change_is_of_no_use() -> None:
    """A change that no book took must lie in the book that follows: an older one is asked for again (1)."""
    bench = subscribed(A).hear(change(105), book(104))
    assert (bench.valid, bench.counts) == (set(), (0, 1, 1, 0))
    bench.hear(book(105, bids=[["0.40", "11"]]))
    assert bench.levels()[0] == {40: 11}


def test_a_book_must_hold_what_the_lost_one_had_taken() -> None:
    """After a gap, too, a book older than the last change is of no use (1)."""
    wrong = [change(101 + place, one("0.30", str(place + 1), touch=("0.41", "0.50"))) for place in range(3)]
    bench = two_books().hear(*wrong, book(102))
    assert bench.reason() is InvalidReason.TOUCH_DIFFERS
    assert bench.hear(book(103)).valid == {A, B}


def test_a_change_older_than_the_book_is_a_duplicate() -> None:
    """What the book holds already is not applied again (2)."""
    bench = two_books().hear(change(99))
    assert (bench.levels()[0], bench.counts) == ({40: 10}, (1, 0, 1, 0))


def test_a_late_change_is_applied_where_nothing_later_was_said() -> None:
    """Its level stands as it says; what is repeated late and stands already is a duplicate (2)."""
    bench = two_books().hear(change(103, one(size="13")), change(102, one("0.39", "9")), change(102, one(size="13")))
    assert (bench.levels()[0], bench.counts) == ({40: 13, 39: 9}, (3, 0, 1, 0))
    assert (bench.gaps, bench.feed.counts.late) == ([], 1)


def test_a_late_change_that_contradicts_a_later_one_is_a_gap() -> None:
    """Either its time or its place in the stream is wrong: nobody knows which size stands (2)."""
    bench = two_books().hear(change(103, one(size="13")), change(102, one(size="12")))
    assert (bench.reason(), bench.counts) == (InvalidReason.DUPLICATE_DIFFERS, (2, 0, 1, 0))
    assert bench.gaps == [(GapReason.DUPLICATE_DIFFERS, (A,))]


def test_a_book_that_is_late_does_not_bring_the_past_back() -> None:
    """A book older than what was applied is left where it is (2)."""
    bench = two_books().hear(change(103, one(size="13")), book(102))
    assert (bench.levels()[0], bench.counts) == ({40: 13}, (2, 0, 1, 0))


def test_a_late_book_that_knows_of_another_change_is_a_gap() -> None:
    """What it says of levels that nothing set since must be what stands: here a change at 0.39 was missed (2)."""
    bench = two_books().hear(change(103, one(size="13")), book(102, bids=[["0.39", "5"], ["0.40", "10"]]))
    assert bench.gaps == [(GapReason.RECONCILE_DIFFERS, (A,))]
    assert bench.hear(book(110)).levels()[0] == {40: 10}


def test_two_books_in_the_wrong_order_contradict_nothing() -> None:
    """The older one knows less than the one that stands (2)."""
    bench = two_books().hear(book(105, bids=[["0.38", "5"]]), book(104))
    assert (bench.levels()[0], bench.counts, bench.gaps) == ({38: 5}, (2, 0, 1, 0), [])


def test_a_time_far_ahead_does_not_shut_a_level_for_ever() -> None:
    """What comes for it afterwards contradicts it; books seem too old then, and the third is believed all the same."""
    bench = two_books().hear(change(10**13, one(size="13")), book(102), change(103, one(size="12")))
    assert (bench.reason(), bench.gaps) == (InvalidReason.DUPLICATE_DIFFERS, [(GapReason.DUPLICATE_DIFFERS, (A,))])
    assert bench.hear(book(108), book(109)).reason() is InvalidReason.DUPLICATE_DIFFERS
    bench.hear(book(110), change(112, one("0.39", "1")), change(111, one(size="15")))
    assert bench.levels()[0] == {40: 15, 39: 1}


def test_three_touches_in_a_row_that_differ_are_a_gap() -> None:
    """The venue's best prices are the book's, or a change is missing (3)."""
    wrong = [change(101 + place, one("0.30", str(place + 1), touch=("0.41", "0.50"))) for place in range(3)]
    bench = two_books().hear(*wrong[:2])
    assert bench.valid == {A, B}
    bench.hear(wrong[2])
    assert (bench.reason(), bench.gaps) == (InvalidReason.TOUCH_DIFFERS, [(GapReason.TOUCH_DIFFERS, (A,))])
    assert bench.feed.talk.waiting == {"a1": 0}


def test_a_touch_that_agrees_forgives_those_before() -> None:
    """Only three in a row count (3)."""
    bench = two_books()
    for place in range(9):
        bench.hear(change(101 + place, one("0.30", str(place + 1), touch=("0.40", "0.50" if place % 3 else "0.51"))))
    assert bench.valid == {A, B}


def test_an_empty_side_has_a_touch_of_its_own() -> None:
    """No bid is told as 0 and no ask as 1: neither is a level (3)."""
    bench = two_books()
    gone = [one(size="0", touch=("0", "1")), one("0.50", "0", "SELL", touch=("0", "1"))]
    again = [change(102 + place, one("0.40", "0", touch=("0", "1"))) for place in range(3)]
    bench.hear(change(101, *gone), *again)
    assert (bench.levels(), bench.gaps) == (({}, {}), [])


def test_the_second_asset_mirrors_the_first() -> None:
    """Its changes set nothing and are counted; a frame of it alone is control."""
    bench = two_books().hear(change(101, one(size="11"), one("0.60", "11", "SELL", "a2")))
    bench.hear(change(102, one("0.60", "11", "SELL", "a2")))
    assert (bench.levels()[0], bench.counts, bench.feed.counts.mirrors) == ({40: 11}, (2, 1, 0, 0), 2)


def test_a_mirror_that_differs_three_times_is_a_gap() -> None:
    """Where the second asset says something else than the first, one of them was not heard (3)."""
    bench = two_books().hear(*[change(101 + place, one("0.60", "99", "SELL", "a2")) for place in range(3)])
    assert bench.gaps == [(GapReason.TOUCH_DIFFERS, (A,))]


def test_a_new_book_repairs_the_gap() -> None:
    """The gap closes with the market's next book, and the market is VALID again."""
    bench = two_books().hear(*[change(101 + place, one("0.60", "99", "SELL", "a2")) for place in range(3)])
    bench.say(commands.subscribe(["a1"]))
    assert bench.feed.talk.waiting["a1"] == bench.now_ns
    bench.hear(book(200))
    assert (bench.valid, [gap.method for gap in bench.heard.closed]) == ({A, B}, ["snapshot"])


def test_asking_for_the_book_of_a_valid_market_keeps_it_valid() -> None:
    """To name a subscribed asset again is a question, not a doubt."""
    bench = two_books()
    assert bench.say(commands.subscribe(["a1"])) == ((A,), ())
    assert bench.valid == {A, B}


def test_an_array_is_one_frame() -> None:
    """The first books come in one array: it is counted once, as the worst of what is in it."""
    bench = subscribed(A, B).hear([book(100, A), {"event_type": "what"}, book(100, B)], [], [book(100, "0xc")])
    assert (bench.valid, bench.counts) == ({A, B}, (0, 2, 0, 1))
    assert bench.heard.quarantined[0][0] == "UNKNOWN_TYPE"


def test_pong_is_control_and_no_data() -> None:
    """The answer to PING says that the connection lives, not that data comes."""
    bench = two_books()
    before_ns = bench.feed.last_data_mono_ns
    bench.say(commands.PING)
    assert bench.feed.talk.pinged_mono_ns is not None
    bench.hear(b"PONG")
    assert (bench.feed.talk.pinged_mono_ns, bench.counts) == (None, (1, 1, 0, 0))
    assert bench.feed.last_data_mono_ns == before_ns


@pytest.mark.parametrize("old", [
    {"asset_id": "a1", "market": A, "changes": [{"price": "0.4", "side": "BUY", "size": "33"}], "hash": "h"},
    {"asset_id": "a1", "market": A, "price": "0.4", "side": "BUY", "size": "33", "hash": "h"},
    {"asset_id": "a1", "price": "0.4", "side": "BUY", "size": "33"},
])  # fmt: skip
def test_changes_of_2024_and_2025_are_read(old: dict[str, Any]) -> None:
    """Old tapes have one asset in a message, with a list of changes or with one change in the message itself."""
    bench = two_books().hear({"event_type": "price_change", "timestamp": "101", **old})
    assert bench.levels()[0] == {40: 33}


def test_a_book_of_2024_is_read() -> None:
    """It said `buys` and `sells`."""
    frame = {**book(100), "buys": [{"price": "0.4", "size": "5"}], "sells": []}
    del frame["bids"], frame["asks"]
    assert subscribed(A).hear(frame).levels() == ({40: 5}, {})


@pytest.mark.parametrize("bad", [
    one(price="0"), one(price="1"), one(price="x"), one(size="-1"), one(size="1e3"), one(side="bid"),
    {**one(), "price": 0.4}, {"asset_id": "a1"},
])  # fmt: skip
def test_a_change_that_cannot_be_read_costs_its_market_alone(bad: Any) -> None:
    """The frame goes to quarantine, its market is a gap, and the others stay VALID."""
    bench = two_books().hear(change(101, bad))
    assert (bench.valid, bench.counts) == ({B}, (1, 0, 0, 1))
    assert bench.gaps == [(GapReason.MALFORMED_FRAME, (A,))]


def test_a_torn_frame_that_names_its_market_costs_that_market() -> None:
    """What is left of a torn message often says which market it was about."""
    bench = two_books().hear(wire(change(101))[:-20])
    assert (bench.valid, bench.gaps) == ({B}, [(GapReason.MALFORMED_FRAME, (A,))])


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b"[{", b'{"a":1}', wire([change(101)])[:-20]])
def test_a_frame_that_says_nothing_costs_every_market(raw: bytes) -> None:
    """Without numbers nobody can tell later whether it was a change: all books are read anew."""
    bench = two_books().hear(raw)
    assert (bench.valid, bench.gaps) == (set(), [(GapReason.MALFORMED_FRAME, (A, B))])
    assert set(bench.feed.talk.waiting) == {"a1", "b1"}


@pytest.mark.parametrize(("raw", "reason"), [
    (b"INVALID OPERATION", "UNKNOWN_WORD"),
    (wire({"event_type": "holiday", "market": A}), "UNKNOWN_TYPE"),
    (wire({"event_type": "last_trade_price", "market": A}), "BAD_FIELD"),
    (wire({"event_type": "last_trade_price", "market": A, "asset_id": "a1", "price": "2", "size": "1", "side": "BUY",
           "timestamp": "1"}), "BAD_NUMBER"),
])  # fmt: skip
def test_what_is_no_books_business_casts_no_doubt(raw: bytes, reason: str) -> None:
    """Words, types we do not know and trades that cannot be read are kept aside; no book loses by them."""
    bench = two_books().hear(raw)
    assert ([one for one, _ in bench.heard.quarantined], bench.valid, bench.gaps) == ([reason], {A, B}, [])


def test_fields_and_events_of_tomorrow_are_welcome() -> None:
    """A field that we do not know changes nothing."""
    bench = two_books().hear({**change(101, {**one(), "new": {"a": [1]}}), "seq": 5})
    assert (bench.levels()[0], bench.counts) == ({40: 11}, (2, 0, 0, 0))


def test_the_end_of_the_connection_is_one_gap_with_all_its_markets() -> None:
    """Nobody knows what was missed: every book is INVALID, those that waited for their first are named too (8)."""
    bench = two_books()
    bench.say(commands.subscribe(["c1"]))
    bench.close()
    assert bench.gaps == [(GapReason.DISCONNECTED, (A, B, "0xc"))]
    assert {bench.reason(A), bench.reason(B)} == {InvalidReason.DISCONNECTED}
    assert bench.feed.talk.watches == {}


def test_the_end_of_the_recording_is_no_gap() -> None:
    """The session says itself that it ends."""
    bench = two_books()
    bench.close(None)
    assert (bench.gaps, bench.reason()) == ([], InvalidReason.NOT_SUBSCRIBED)


def test_a_loss_of_our_own_is_a_gap_and_every_book_is_read_anew() -> None:
    """Doubt is never cleared by the next frame, because it has no number; the gap opens with what comes next."""
    bench = two_books()
    bench.feed.doubt(GapReason.OVERLOAD, bench.now_ns)
    assert (bench.valid, bench.gaps) == (set(), [])
    bench.hear(change(101))
    assert (bench.valid, bench.gaps) == (set(), [(GapReason.OVERLOAD, (A, B))])
    assert bench.hear(book(102), book(102, B)).valid == {A, B}


def test_a_tick_size_change_ends_the_book() -> None:
    """The book is INVALID until it is read anew, and the new grid is told; the second asset says it again (6)."""
    frames = [{"event_type": "tick_size_change", "asset_id": asset, "market": A, "old_tick_size": "0.01",
               "new_tick_size": "0.001", "timestamp": "101"} for asset in TOKENS[A]]  # fmt: skip
    bench = two_books().hear(*frames)
    assert (bench.reason(), bench.gaps) == (InvalidReason.TICK_SIZE_CHANGED, [(GapReason.TICK_SIZE_CHANGED, (A,))])
    assert [event.facts.grid.ranges[0].step_e6 for event in bench.heard.lifecycle] == [1_000]
    assert bench.counts == (2, 1, 0, 0)


def test_a_price_between_the_ticks_we_know_of_widens_the_grid() -> None:
    """REST tells ticks late: a price on a tick that the venue uses is news, not an error."""
    bench = two_books()
    bench.shelf.set_grid(A, CENT_GRID)
    bench.hear(change(101, one("0.405", "3")))
    assert (bench.shelf[A].ladder.best("yes"), bench.gaps) == ((405_000, 3_000_000), [])


def test_a_price_on_no_tick_at_all_is_refused() -> None:
    """Below the finest tick of the venue nothing can be right: INVALID, and a gap."""
    bench = two_books()
    bench.shelf.set_grid(A, CENT_GRID)
    bench.hear(change(101, one("0.40005", "3")))
    assert (bench.reason(), bench.gaps) == (InvalidReason.OFF_GRID, [(GapReason.OFF_GRID, (A,))])


def test_a_book_with_a_price_twice_is_no_book() -> None:
    """A whole book that contradicts itself makes its market INVALID, and it is asked for again later."""
    bench = two_books().hear(book(101, bids=[["0.4", "1"], ["0.40", "2"]]))
    assert (bench.reason(), bench.gaps) == (InvalidReason.BAD_SNAPSHOT, [(GapReason.MALFORMED_FRAME, (A,))])
    assert bench.feed.talk.waiting["a1"] == bench.now_ns


def test_a_book_crossed_for_longer_than_a_second_is_given_up() -> None:
    """The venue's books cross briefly; one that stays crossed has missed something (F32)."""
    bench = two_books().hear(change(101, one("0.55", "1")))
    assert bench.tick(S // 2).valid == {A, B}
    assert bench.tick().gaps == [(GapReason.CROSSED, (A,))]


def test_a_crossing_that_ends_costs_nothing() -> None:
    """Crossed and uncrossed within a second is what venues do."""
    bench = two_books().hear(change(101, one("0.55", "1")), change(102, one("0.55", "0")))
    assert (bench.tick().valid, bench.gaps) == ({A, B}, [])


def test_a_market_that_leaves_is_let_go_at_once() -> None:
    """Nothing acknowledges an unsubscription: the market has left when it is sent, and stray frames are control."""
    bench = two_books()
    assert bench.say(commands.unsubscribe(["a1"])) == ((), (A,))
    bench.hear(change(101), book(102))
    assert (bench.reason(), bench.counts) == (InvalidReason.NOT_SUBSCRIBED, (1, 2, 0, 0))


def test_a_refetch_is_no_leaving() -> None:
    """Unsubscribing in order to subscribe anew keeps the market in the recording."""
    bench = two_books()
    assert bench.say(commands.unsubscribe(["a1"], refetches=True)) == ((), ())
    assert bench.valid == {A, B}


def test_a_market_that_moves_belongs_to_the_connection_that_asked_last() -> None:
    """The old connection's frames change nothing, its end is no hole, and its unsubscription lets nothing go."""
    bench = two_books()
    old, bench.feed = bench.feed, bench.joined(2)
    bench.say(commands.open_with(["a1"]))
    bench.hear(book(200))
    old.receive([wire(change(201)), wire(book(202, bids=[]))], bench.stamp._replace(connection=1))
    assert bench.levels()[0] == {40: 10}
    assert old.sent(commands.unsubscribe(["a1"]), bench.stamp) == ((), ())
    old.closed(GapReason.DISCONNECTED, bench.stamp)
    assert (bench.valid, bench.gaps) == ({A}, [(GapReason.DISCONNECTED, (B,))])


def test_a_subscription_for_broadcasts_records_no_market() -> None:
    """One asset is named because none may not be allowed; what comes of it is control."""
    bench = Bench()
    bench.assets.learn(A, TOKENS[A])
    assert bench.say(commands.open_with(["a1"], broadcasts_only=True)) == ((), ())
    bench.hear([book(100)], change(101))
    assert (bench.counts, dict(bench.shelf), bench.gaps) == ((0, 2, 0, 0), {}, [])
    bench.close()
    assert bench.gaps == []


def test_a_recording_from_the_middle_is_read_from_its_books_on() -> None:
    """Where the subscription was not heard, the first book of a market says which asset it is by."""
    bench = Bench(from_start=False).hear(change(99), book(100), book(100, asset_id="a2"), change(101))
    assert (bench.levels()[0], bench.counts) == ({40: 11}, (2, 2, 0, 0))


def test_an_asset_whose_market_nobody_told_is_placed_by_its_book() -> None:
    """A subscription without facts in the record is understood when the first book names the market."""
    bench = Bench()
    assert bench.say(commands.open_with(["a1"])) == ((), ())
    assert bench.hear([book(100)]).valid == {A}


def test_a_trade_of_either_asset_is_one_of_the_market() -> None:
    """To buy the second asset is to take `no`; its price is the complement of ours."""
    trade = {"event_type": "last_trade_price", "asset_id": "a1", "market": A, "price": "0.456", "size": "219.217767",
             "fee_rate_bps": "0", "side": "BUY", "timestamp": "101", "transaction_hash": "0xee"}  # fmt: skip
    bench = two_books().hear(trade, {**trade, "asset_id": "a2", "price": "0.6", "side": "BUY"})
    told = [(one.yes_price_e6, one.size_e6, one.taker_side, one.venue_ns) for one in bench.heard.trades]
    assert told == [(456_000, 219_217_767, "yes", 101 * MS), (400_000, 219_217_767, "no", 101 * MS)]


def test_the_venues_best_prices_are_a_ticker() -> None:
    """An empty side is None, never zero."""
    frame = {"event_type": "best_bid_ask", "market": A, "asset_id": "a1", "best_bid": "0.73", "best_ask": "1",
             "spread": "0.27", "timestamp": "101"}  # fmt: skip
    bench = two_books().hear(frame, {**frame, "asset_id": "a2"})
    assert [(one.yes_bid_e6, one.yes_ask_e6) for one in bench.heard.tickers] == [(730_000, None)]


def created() -> Any:
    """Make the listing of a market."""
    return {"event_type": "new_market", "id": "1", "question": "Will it?", "market": "0xd", "slug": "will-it",
            "assets_ids": ["d1", "d2"], "outcomes": ["Yes", "No"], "event_message": {"slug": "it"},
            "timestamp": "1766790415550", "active": True, "order_price_min_tick_size": "0.01", "line": ""}  # fmt: skip


def test_a_new_market_is_told_once_whichever_connection_hears_it() -> None:
    """It comes on every connection: the first tells of it and learns its assets, the others count a duplicate (7)."""
    bench = two_books().hear(created())
    other = bench.joined(2)
    other.receive([wire(created())], bench.stamp)
    [event] = bench.heard.lifecycle
    assert (event.event_type, event.facts.event_ticker, event.facts.status) == ("created", "it", "initialized")
    assert (bench.assets.first("0xd"), bench.assets.of("d2").first) == ("d1", False)
    assert (bench.counts[0], other.counts.duplicate) == (2, 1)


@pytest.mark.parametrize(("winner", "word", "result", "value"), [
    ("a1", "Lakers", "yes", 1_000_000), ("a2", "Grizzlies", "no", 0), ("", "Nobody", "Nobody", None),
    (None, None, None, None),
])  # fmt: skip
def test_a_resolution_tells_the_outcome(winner: Any, word: Any, result: Any, value: Any) -> None:
    """The result is `yes` when the first asset won, whatever the outcomes are called; what is not known is kept (7)."""
    frame = {"event_type": "market_resolved", "id": "1", "market": A, "assets_ids": ["a1", "a2"],
             "winning_asset_id": winner, "winning_outcome": word, "timestamp": "101"}  # fmt: skip
    [event] = two_books().hear(frame).heard.lifecycle
    assert (event.event_type, event.facts.status) == ("determined", "determined")
    assert (event.facts.result, event.facts.settlement_value_e6) == (result, value)
    assert event.raw["event_type"] == "market_resolved"


def test_a_book_by_rest_with_the_same_levels_confirms_ours() -> None:
    """Whatever its time: what stands on both sides is the same (5)."""
    bench = two_books()
    bench.compare(50)
    assert bench.feed.talk.watches[A].confirmed_mono_ns == bench.now_ns
    assert (bench.tick().valid, bench.gaps) == ({A, B}, [])


def test_a_book_by_rest_that_is_older_than_our_book_says_nothing() -> None:
    """It is to be asked for again (5)."""
    bench = two_books()
    bench.compare(99, yes=[(400_000, 11)])
    assert (bench.feed.talk.watches[A].unsettled, bench.tick().gaps) == (True, [])


def test_a_book_by_rest_is_compared_in_what_nothing_later_has_set() -> None:
    """The stream is ahead of REST at one level; the others are the same, so ours is the venue's (5)."""
    bench = two_books().hear(change(103, one(size="13"), one("0.39", "1")), change(104, one("0.39", "0")))
    bench.compare(102)
    bench.tick()
    watch = bench.feed.talk.watches[A]
    assert (bench.gaps, watch.unsettled, watch.confirmed_mono_ns) == ([], False, bench.now_ns)


def test_a_book_by_rest_that_differs_waits_for_what_is_under_way() -> None:
    """REST may be ahead of the stream: when the change comes within the second, both agree (5)."""
    bench = two_books()
    bench.compare(101, yes=[(400_000, 11)])
    bench.hear(change(101, one(size="11"))).tick()
    assert (bench.valid, bench.gaps, bench.feed.talk.watches[A].unsettled) == ({A, B}, [], False)


def test_a_book_by_rest_that_still_differs_is_a_gap() -> None:
    """Nothing came that explains it: a change was missed (5)."""
    bench = two_books()
    bench.compare(101, yes=[(400_000, 11)])
    assert bench.tick(S // 2).gaps == []
    bench.tick()
    assert (bench.reason(), bench.gaps) == (InvalidReason.RECONCILE_DIFFERS, [(GapReason.RECONCILE_DIFFERS, (A,))])


def test_a_busy_market_is_refuted_too() -> None:
    """Later changes at other levels do not hide the one that was missed (5)."""
    bench = two_books()
    bench.compare(101, yes=[(400_000, 99)])
    bench.hear(change(105, one("0.39", "1"))).tick()
    assert (bench.valid, bench.gaps) == ({B}, [(GapReason.RECONCILE_DIFFERS, (A,))])


def test_a_market_without_a_book_is_not_compared() -> None:
    """What is INVALID is repaired by the stream alone."""
    bench = subscribed(A)
    bench.compare(100)
    assert (bench.tick().reason(), bench.gaps) == (InvalidReason.NO_SNAPSHOT, [])


def test_rows_are_made_only_where_somebody_reads_them() -> None:
    """Live recording builds no row that nobody wants; the books are the same."""
    bench = two_books(rows=False).hear(change(101, one(size="11")), change(101, one(size="12", side="SELL")))
    assert (bench.heard.deltas, bench.levels()[0]) == ([], {40: 11})


def test_the_markets_heard_are_those_subscribed_to() -> None:
    """There is one channel; before the first command, and on another name, nothing is heard."""
    assert Bench().feed.hears("market") is None
    assert (two_books().feed.hears("market"), two_books().feed.hears("trade")) == ({A, B}, None)
