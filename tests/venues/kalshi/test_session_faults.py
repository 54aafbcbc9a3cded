"""The protocol session, fault by fault: what a frame may do to the books, the gaps and the counts."""

import json
from typing import Any

import pytest
from feed_kit import MS, Bench, S, delta, error, ok, snapshot, subscribed, wire

from firstprint.books.book import BookShelf
from firstprint.books.state import InvalidReason
from firstprint.domain.gaps import GapReason
from firstprint.domain.instruments import PriceGrid, PriceRange
from firstprint.venues.kalshi import commands

CENT_GRID = PriceGrid((PriceRange(0, 1_000_000, 10_000),))


def two_books() -> Bench:
    """Give a feed whose markets A and B are VALID on sid 1, with 3 due."""
    return Bench().hear(subscribed(), snapshot(1, "A"), snapshot(2, "B"))


def test_a_gap_touches_every_market_of_its_subscription_and_none_of_another() -> None:
    """A hole on one sid makes all its books INVALID, leaves another sid's alone, and is one row (F22, I06)."""
    bench = two_books()
    bench.hear(snapshot(1, "C", sid=5), delta(5, "A"))
    assert bench.valid == {"C"}
    assert bench.gaps == [(GapReason.SEQ_GAP, 1, 3, 4)]
    assert bench.heard.gaps[0].markets == ("A", "B")


def test_a_snapshot_after_a_gap_repairs_its_own_market_only() -> None:
    """The gap stays open until each of its markets has had a snapshot of its own (F23)."""
    bench = two_books().hear(delta(5), snapshot(6, "A"))
    assert (bench.valid, bench.heard.closed) == ({"A"}, [])
    bench.hear(snapshot(7, "B"))
    assert bench.valid == {"A", "B"}
    assert [gap.method for gap in bench.heard.closed] == ["snapshot"]


def test_an_acknowledgement_takes_a_number() -> None:
    """`ok` and `unsubscribed` count in the sequence: none of them looks like a gap (F24)."""
    bench = two_books().hear(ok(3, ["A", "B"]), delta(4), {"type": "unsubscribed", "id": 9, "sid": 1, "seq": 5})
    assert bench.gaps == []
    assert bench.counts == (3, 3, 0, 0)


def test_a_repetition_is_counted_and_not_applied() -> None:
    """The same bytes with the same number are one duplicate, and the book is as before (F25)."""
    bench = two_books().hear(delta(3))
    before = bench.sha256()
    bench.hear(delta(3), snapshot(1, "A"))
    assert (bench.counts, bench.sha256(), bench.gaps) == ((3, 1, 2, 0), before, [])


def test_a_number_with_other_bytes_than_before_makes_the_books_invalid() -> None:
    """A contradiction is quarantined and a gap without bounds: nobody knows which of the two was true (F25)."""
    bench = two_books().hear(delta(3), delta(3, size="2.00"))
    assert bench.gaps == [(GapReason.DUPLICATE_DIFFERS, 1, None, None)]
    assert (bench.valid, bench.counts) == (set(), (3, 1, 0, 1))


def test_a_frame_one_ahead_is_held_and_its_books_unreadable_until_the_missing_one_comes() -> None:
    """While n+1 waits for n no book of the sid can be read; then both are applied in order (F26)."""
    bench = two_books().hear(delta(4, size="-11.00"))
    assert bench.valid == set()
    bench.hear(delta(3))
    assert (bench.valid, bench.gaps, bench.counts) == ({"A", "B"}, [], (4, 1, 0, 0))


def test_a_held_frame_is_given_up_when_time_passes() -> None:
    """A tick ends the wait: the hole is a gap, and every frame is accounted for (F26, I01)."""
    bench = two_books().hear(delta(4)).tick()
    assert (bench.gaps, sum(bench.counts)) == ([(GapReason.SEQ_GAP, 1, 3, 3)], 4)


@pytest.mark.parametrize("reason", [GapReason.DISCONNECTED, None])
def test_a_held_frame_is_accounted_for_when_the_connection_closes(reason: GapReason | None) -> None:
    """A frame that waits at the end of the connection is judged before the connection is forgotten (I01)."""
    bench = two_books().hear(delta(4))
    bench.close(reason)
    assert sum(bench.counts) == 4
    assert bench.gaps[0] == (GapReason.SEQ_GAP, 1, 3, 3)
    assert bench.valid == set()


def test_the_numbers_may_begin_again() -> None:
    """Number 1 with new content is a restart: INVALID, a gap, and a new beginning from its snapshot (F27)."""
    bench = two_books().hear(delta(3), snapshot(1, "A", yes=[["0.30", "7.00"]]), delta(2, price="0.30"))
    assert bench.gaps == [(GapReason.SEQ_RESTART, 1, None, None)]
    assert bench.valid == {"A"}


@pytest.mark.parametrize("seq", [None, "3", 3.0, True, -3, 0, 2**53 + 1, 10**30, [3], {}])
def test_a_number_that_is_none_is_quarantined_and_casts_doubt(seq: Any) -> None:
    """A seq that is no positive integer is quarantined; no book can be read until the next frame in order (F28)."""
    bench = two_books().hear({**delta(3), "seq": seq})
    assert (bench.valid, bench.counts[3]) == (set(), 1)
    bench.hear(delta(3))
    assert (bench.valid, bench.gaps) == ({"A", "B"}, [])


@pytest.mark.parametrize("seq", [0, -1])
def test_a_number_below_one_is_never_taken_for_the_one_that_is_due(seq: int) -> None:
    """While a subscription is in doubt nothing goes around its order, whatever its number (F28)."""
    bench = two_books().hear(b"{", delta(seq, size="5.00"))
    assert bench.valid == set()
    assert bench.counts[3] == 2


def test_a_repetition_does_not_clear_doubt() -> None:
    """Only a frame in order shows that nothing is missing; an old one that comes again shows nothing (I06)."""
    bench = two_books().hear(delta(3), b"torn", delta(3))
    assert bench.valid == set()
    bench.hear(delta(5))
    assert bench.gaps == [(GapReason.MALFORMED_FRAME, 1, 4, 4)]


def test_doubt_that_proves_groundless_is_taken_back() -> None:
    """Garbage that took no number leaves no gap: the next frame in order makes the books readable again."""
    bench = two_books().hear(b"\x00\xff", delta(3))
    assert (bench.valid, bench.gaps, bench.counts) == ({"A", "B"}, [], (3, 1, 0, 1))


def test_a_delta_before_its_snapshot_makes_the_market_known_and_invalid() -> None:
    """A market nobody knew is INVALID, wanted, and its frame counted, never dropped (F29, I07)."""
    bench = two_books().hear(delta(3, "NEW"))
    assert bench.reason("NEW") is InvalidReason.NO_SNAPSHOT
    assert "NEW" in bench.feed.talk.uncertain
    assert bench.counts == (3, 1, 0, 0)
    assert bench.heard.deltas[-1][1] is False


@pytest.mark.parametrize("change", [delta(3, size="-10.01"), delta(3, price="0.41", size="-1.00")])
def test_a_level_never_falls_below_zero(change: dict[str, Any]) -> None:
    """More taken away than stood there proves a loss: INVALID and a gap of unknown bounds, nothing clamped (F30)."""
    bench = two_books().hear(change)
    assert (bench.valid, bench.reason("A")) == ({"B"}, InvalidReason.NEGATIVE_LEVEL)
    assert bench.gaps == [(GapReason.NEGATIVE_LEVEL, 1, None, None)]
    assert bench.counts[:2] == (3, 1)


@pytest.mark.parametrize(
    "price", ["NaN", "Infinity", "1e-1", "-0.40", "0.4000001", "0", "1", "1.5", "", " 0.4", "\u0660.\u0664"]
)
def test_a_price_that_is_none_loses_only_its_own_market(price: str) -> None:
    """A number that cannot be read exactly is quarantined; its number is the gap, its market alone INVALID (F31)."""
    bench = two_books().hear(delta(3, price=price))
    assert bench.gaps == [(GapReason.MALFORMED_FRAME, 1, 3, 3)]
    assert (bench.valid, bench.counts[3]) == ({"B"}, 1)


def test_equal_prices_are_one_level() -> None:
    """0.4 and 0.400000 are the same level (F31)."""
    bench = two_books().hear(delta(3, price="0.4"), delta(4, price="0.400000", size="-11.00"))
    assert bench.levels("A")[0] == {}


def test_a_price_off_the_grid_is_refused() -> None:
    """A new level between two ticks makes the book INVALID, and the message's number is the gap (F31)."""
    bench = two_books()
    bench.shelf.set_grid("A", CENT_GRID)
    bench.hear(delta(3, price="0.4050"))
    assert (bench.reason("A"), bench.gaps) == (InvalidReason.OFF_GRID, [(GapReason.OFF_GRID, 1, 3, 3)])


def test_snapshots_off_the_grid_are_one_gap_and_not_asked_for_in_haste() -> None:
    """A book whose snapshots stay unusable keeps its one gap row, and is asked for again only after a while (F31)."""
    bench = two_books()
    bench.shelf.set_grid("A", CENT_GRID)
    off = [["0.405", "1.00"]]
    bench.hear(snapshot(3, "A", yes=off), snapshot(4, "A", yes=off), snapshot(5, "A", yes=off))
    assert len(bench.gaps) == 1
    assert bench.feed.talk.uncertain["A"] == bench.now_ns
    bench.hear(snapshot(6, "A"))
    assert (bench.valid, len(bench.heard.closed)) == ({"A", "B"}, 1)


def test_a_book_crossed_for_a_second_is_given_up() -> None:
    """A crossed book is flagged at once and INVALID after a second, with a gap row (F32)."""
    bench = two_books().hear(delta(3, price="0.60")).tick(500 * MS)
    assert "A" in bench.valid
    bench.tick(600 * MS)
    assert (bench.valid, bench.gaps) == ({"B"}, [(GapReason.CROSSED, 1, None, None)])


def test_two_short_crossings_are_not_one_long_one() -> None:
    """Only an unbroken second of crossing counts: in between the book was right (F32, I04)."""
    bench = two_books().hear(delta(3, price="0.60"), delta(4, price="0.60", size="-1.00"))
    bench.now_ns += 900 * MS
    bench.hear(delta(5, price="0.60")).tick(200 * MS)
    assert (bench.valid, bench.gaps) == ({"A", "B"}, [])


@pytest.mark.parametrize("empty", [{}, {"no_dollars_fp": None}, {"no_dollars_fp": []}])
def test_an_empty_side_is_absent_null_or_empty(empty: dict[str, Any]) -> None:
    """All three ways to say nothing mean an empty side (F33)."""
    frame = snapshot(1)
    del frame["msg"]["no_dollars_fp"]
    frame["msg"] |= empty
    assert Bench().hear(frame).levels("A")[1] == {}


@pytest.mark.parametrize("more", [{"cents": 41}, {"delta": 2}, {"cents": 40, "delta": 2}])
def test_generations_that_disagree_are_quarantined(more: dict[str, Any]) -> None:
    """Cents beside dollars must say the same, on whatever path the frame takes (F34)."""
    bench = two_books().hear(delta(3, **more))
    assert [reason for reason, _ in bench.heard.quarantined] == ["GENERATIONS_DISAGREE"]
    assert (bench.valid, bench.gaps) == ({"B"}, [(GapReason.MALFORMED_FRAME, 1, 3, 3)])


def test_generations_that_agree_are_one_delta() -> None:
    """Cents and dollars that say the same are applied once (F34)."""
    bench = two_books().hear(delta(3, price="0.4000", size="1.00"), delta(4, delta=1), delta(5))
    bench.hear(delta(6, cents=40))
    assert (bench.valid, bench.counts[3]) == ({"A", "B"}, 0)


def test_an_unknown_type_on_a_book_subscription_makes_its_books_invalid() -> None:
    """What we do not understand may have changed any book of its sid: kept raw, INVALID, one gap (F34, F35)."""
    bench = two_books().hear({"type": "orderbook_reset", "sid": 1, "seq": 3, "msg": {}})
    assert [reason for reason, _ in bench.heard.quarantined] == ["UNKNOWN_TYPE"]
    assert (bench.valid, bench.gaps) == (set(), [(GapReason.MALFORMED_FRAME, 1, 3, 3)])
    bench.hear(snapshot(4, "A"), snapshot(5, "B"))
    assert bench.valid == {"A", "B"}


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[]", b"null", b"\x80\x81", b"[" * 10_000,
        b'{"type":"ok","x":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"type":"ticker","sid":1,"msg":{"market_ticker":"\\ud800"}}', b'{"sid":1}', b'{"type":7}', b"[{}]",
        b'{"type":"ok","sid":null,"seq":null,"msg":"done"}', b'{"type":"error","msg":{"code":"25"}}',
    ],
)  # fmt: skip
def test_what_is_no_message_is_quarantined_and_the_connection_goes_on(raw: bytes) -> None:
    """Bad JSON, bad UTF-8, lone surrogates, arrays and endless nesting are kept, counted once and survived (F36)."""
    bench = two_books().hear(raw, delta(3))
    assert bench.counts == (3, 1, 0, 1)
    assert bench.heard.quarantined[0][1] == raw
    assert (bench.valid, bench.gaps) == ({"A", "B"}, [])


def test_of_a_key_that_comes_twice_the_last_counts() -> None:
    """Duplicate keys are read as every JSON reader does; the hole that a wrong number makes is seen (F36)."""
    raw = wire(delta(3)).replace(b'"seq":3', b'"seq":9,"seq":3')
    assert two_books().hear(raw).counts == (3, 1, 0, 0)


def test_a_torn_frame_that_comes_twice_is_counted_once_each_time() -> None:
    """Every frame has one place in the account, also one that is both torn and repeated (I01)."""
    torn = wire(delta(3))[:60]
    bench = two_books().hear(torn, torn, torn)
    assert bench.counts == (2, 1, 0, 3)
    assert bench.gaps == [(GapReason.MALFORMED_FRAME, 1, 3, 3)]


def test_deltas_between_a_gap_and_the_new_snapshot_are_kept_and_not_applied() -> None:
    """While the repair is under way deltas are evidence only; those after the snapshot are applied (F37)."""
    bench = two_books().hear(delta(5), delta(6), snapshot(7, "A"), delta(8))
    assert [applied for _, applied in bench.heard.deltas] == [False, False, True]
    assert bench.levels("A")[0][next(iter(bench.levels("A")[0]))] == 11


def test_a_second_gap_during_a_repair_is_a_row_of_its_own() -> None:
    """Both holes are named, and both close with the snapshots that end them (F37)."""
    bench = two_books().hear(delta(5), delta(8), snapshot(9, "A"), snapshot(10, "B"))
    assert [gap[2:] for gap in bench.gaps] == [(3, 4), (6, 7)]
    assert len(bench.heard.closed) == 2
    assert bench.ledger.open == {}


def test_a_terminal_error_ends_its_subscription() -> None:
    """Error 25 on a sid: every book INVALID, one gap, and what still comes on the sid is evidence only (F19)."""
    bench = two_books().hear(error(25, sid=1), snapshot(3, "A"))
    assert bench.gaps == [(GapReason.SUBSCRIPTION_ENDED, 1, 3, None)]
    assert bench.heard.quarantined[0][0] == "AFTER_END"
    assert (bench.valid, bench.feed.talk.subscriptions) == (set(), {})


def test_a_frame_held_behind_a_terminal_error_does_not_revive_a_book() -> None:
    """A snapshot numbered after the end is not a book: nobody would keep it up (F19, I07)."""
    bench = two_books().hear(snapshot(4, "A"), error(25, sid=1, seq=3))
    assert bench.valid == set()
    assert sum(bench.counts) == 5


def test_a_terminal_error_without_a_sid_puts_everything_in_doubt() -> None:
    """If nobody says which subscription ended, no book can be read until its own next frame (F19)."""
    bench = two_books().hear(error(25))
    assert bench.valid == set()
    bench.hear(delta(3))
    assert bench.valid == {"A", "B"}


def test_an_unknown_sid_ends_the_subscription_that_we_believed_in() -> None:
    """Error 7 to a command of ours says that its subscription does not exist: it ended, and that is a gap."""
    bench = two_books()
    bench.say(commands.update(5, 1, "get_snapshot", ["A"]))
    bench.hear(error(7, 5))
    assert bench.gaps == [(GapReason.SUBSCRIPTION_ENDED, 1, 3, None)]


def test_a_sid_may_be_opened_anew_after_its_end() -> None:
    """A new `subscribed` on an old sid starts its numbers and books afresh (F27)."""
    bench = two_books().hear(error(25, sid=1), subscribed(command=8), snapshot(1, "A"))
    assert bench.valid == {"A"}


def test_a_trade_may_come_without_a_number() -> None:
    """A trade without seq on a numbered sid is taken, and disturbs no sequence."""
    body = {"trade_id": "t", "market_ticker": "A", "yes_price_dollars": "0.4", "count_fp": "1", "taker_side": "yes"}
    bench = Bench().hear({"type": "trade", "sid": 2, "seq": 7, "msg": body}, {"type": "trade", "sid": 2, "msg": body})
    bench.hear({"type": "trade", "sid": 2, "seq": 8, "msg": body})
    assert (bench.gaps, len(bench.heard.trades)) == ([], 3)


def test_a_connection_holds_a_bounded_number_of_subscriptions() -> None:
    """Sids beyond what a connection can have are quarantined, not remembered (law 10)."""
    bench = Bench().hear(*(snapshot(1, f"M{sid}", sid=sid) for sid in range(1, 101)), snapshot(1, "X", sid=10**25))
    assert len(bench.feed.talk.subscriptions) == 64
    assert bench.counts[3] == 37


def test_the_invalid_time_of_a_book_begins_with_the_doubt() -> None:
    """A gap found after a doubt says that the book was unknown from the doubt on (I11)."""
    bench = two_books().hear(b"torn")
    since_ns = bench.now_ns
    bench.hear(delta(5))
    assert bench.shelf["A"].since_mono_ns == since_ns


def two_connections() -> tuple[Bench, Bench]:
    """Give two feeds on one shelf, where B takes over market M from A."""
    shelf = BookShelf()
    a, b = Bench(shelf=shelf, connection=1), Bench(shelf=shelf, connection=2)
    a.say(commands.subscribe(1, "orderbook_delta", ["M"]))
    a.hear(subscribed(), snapshot(1, "M"))
    b.say(commands.subscribe(1, "orderbook_delta", ["M"]))
    return a, b


def test_a_book_that_moves_follows_its_new_connection_only() -> None:
    """The old connection's deltas and snapshots no longer touch a book that another connection has asked for."""
    a, b = two_connections()
    a.hear(snapshot(2, "M"))
    assert a.valid == set()
    b.hear(subscribed(), snapshot(1, "M"))
    a.hear(delta(3, "M"), snapshot(4, "M"), ok(5, ["OTHER"]))
    b.hear(delta(2, "M"))
    assert (b.valid, b.gaps, a.gaps) == ({"M"}, [], [])


def test_a_gap_on_the_old_connection_does_not_touch_a_book_that_has_moved() -> None:
    """Nothing that is lost on a connection can be missing from a book that another one feeds."""
    a, b = two_connections()
    b.hear(subscribed(), snapshot(1, "M"))
    a.hear(delta(7, "M"))
    a.close()
    assert b.valid == {"M"}


def test_a_market_on_two_connections_follows_the_one_that_is_left() -> None:
    """When the feeding connection closes, another that hears the market claims it and asks for a snapshot."""
    shelf = BookShelf()
    a, b = Bench(shelf=shelf, connection=1), Bench(shelf=shelf, connection=2)
    a.hear(subscribed(), snapshot(1, "M"))
    b.hear(subscribed(), snapshot(1, "M"))
    b.close()
    a.hear(delta(2, "M"))
    assert "M" in a.feed.talk.uncertain
    a.hear(snapshot(3, "M"))
    assert a.valid == {"M"}


def test_a_market_deleted_with_an_open_gap_closes_it_as_left() -> None:
    """A gap does not wait for a market that has left the recording."""
    bench = two_books().hear(delta(5), snapshot(6, "B"))
    bench.say(commands.update(4, 1, "delete_markets", ["A"]))
    bench.hear(ok(7, ["B"], command=4))
    assert [gap.method for gap in bench.heard.closed] == ["left"]
    assert bench.reason("A") is InvalidReason.NOT_SUBSCRIBED


def test_a_resubscription_does_not_close_a_gap_before_its_repair() -> None:
    """Ending a subscription to make it anew repairs nothing: the gap waits for the new snapshot (I06)."""
    bench = two_books().hear(delta(5), {"type": "unsubscribed", "id": 4, "sid": 1, "seq": 6})
    assert bench.heard.closed == []
    bench.hear(subscribed(2), snapshot(1, "A", sid=2), snapshot(2, "B", sid=2))
    assert (bench.valid, len(bench.heard.closed)) == ({"A", "B"}, 1)


def test_a_ticker_gap_closes_when_the_tickers_are_heard_again() -> None:
    """Tickers are summaries: a lost connection is a row, closed by the next subscription to the channel."""
    shelf = BookShelf()
    bench = Bench(shelf=shelf)
    for _ in range(2):
        bench.say(commands.subscribe(1, "ticker", ["M"]))
        bench.hear(subscribed(3, "ticker"))
        if not bench.gaps:
            bench.close()
    assert [gap.method for gap in bench.heard.closed] == ["resubscribed"]


def test_rows_and_no_rows_make_the_same_books() -> None:
    """Whether anybody listens to deltas changes neither books nor counts."""
    frames = [
        subscribed(),
        snapshot(1),
        delta(2),
        delta(3, price="0.41"),
        delta(3),
        delta(6),
        snapshot(7),
        b"x",
        delta(8),
    ]
    one, other = Bench(rows=True).hear(*frames), Bench(rows=False).hear(*frames)
    assert (one.counts, one.sha256(), one.gaps) == (other.counts, other.sha256(), other.gaps)
    assert (len(one.heard.deltas), len(other.heard.deltas)) == (4, 0)


def test_every_frame_of_a_batch_has_a_stamp_of_its_own() -> None:
    """Frames received together follow one record and one nanosecond apart (I10)."""
    bench = Bench()
    bench.record = 41
    bench.feed.receive([wire(subscribed()), wire(snapshot(1)), wire(delta(4))], bench.stamp)
    assert (bench.heard.gaps[0].opened_record, bench.heard.gaps[0].opened_mono_ns) == (43, bench.now_ns + 2)


def test_a_listener_that_breaks_is_not_taken_for_a_bad_frame() -> None:
    """An error of our own is not swallowed as if the venue had sent nonsense."""
    bench = two_books()

    def broken(*_: object, **__: object) -> None:
        raise ValueError("ours")

    bench.heard.on_delta = broken  # type: ignore[method-assign] # a listener with a fault
    with pytest.raises(ValueError, match="ours"):
        bench.hear(delta(3))


def test_a_sample_of_each_kind_is_taken() -> None:
    """Lifecycle, event and fee messages are told to the listener with their number."""
    msgs = [
        ("market_lifecycle_v2", {"market_ticker": "A", "event_type": "settled", "settled_ts": 1784500206}),
        ("event_lifecycle", {"event_ticker": "E", "title": "t"}),
        ("event_fee_update", {"event_ticker": "E", "fee_multiplier_override": 1}),
    ]
    frames = [{"type": kind, "sid": 1, "seq": n, "msg": msg} for n, (kind, msg) in enumerate(msgs, 5)]
    bench = Bench().hear(*frames)
    assert [(event.event_type, event.seq) for event in bench.heard.lifecycle] == [
        ("settled", 5), ("event_lifecycle", 6), ("event_fee_update", 7),
    ]  # fmt: skip
    assert json.loads(wire(frames[0]))["msg"] == bench.heard.lifecycle[0].raw


def test_a_subscription_with_no_market_ends_without_a_gap() -> None:
    """A book subscription that all markets have left can lose nothing: its end is no hole."""
    bench = Bench().hear(subscribed())
    bench.close()
    assert bench.gaps == []
    assert bench.now_ns >= S


def test_a_gap_forgets_the_commands_whose_answers_it_may_have_swallowed() -> None:
    """After a hole nothing is waited for that may have been in it: it is asked again instead (F37)."""
    bench = two_books()
    bench.say(commands.update(5, 1, "add_markets", ["C"]))
    bench.hear(delta(5))
    assert bench.feed.talk.pending == {}


def test_a_broken_delta_does_not_make_us_forget_our_commands() -> None:
    """A frame whose market can be read was no answer to anything."""
    bench = two_books()
    bench.say(commands.update(5, 1, "add_markets", ["C"]))
    bench.hear(delta(3, price="x"))
    assert list(bench.feed.talk.pending) == [5]
