"""Faults do what they say, to whom they say, and stand in the truth log."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from sim_kit import Venue, headers

from firstprint.sim.kalshi.faults import KINDS, FaultRule, FaultScript


def numbers(raws: list[bytes]) -> list[int]:
    """Give the sequence numbers of frames that can be read."""
    return [json.loads(raw)["seq"] for raw in raws if b'"seq"' in raw]


def struck(kind: str, **more: float) -> tuple[Venue, list[bytes]]:
    """Run three books for a second with one fault at the fifth number of the first connection."""
    venue = Venue(FaultRule(kind=kind, connection=1, seq=5, **more), rate_per_s=400)
    connection = venue.connect()
    venue.books(connection, *venue.open_tickers(3))
    venue.run(1)
    return venue, connection.take(venue.now_ns)


def test_a_dropped_frame_consumes_its_number() -> None:
    """After a drop the numbers skip exactly one (I03)."""
    _, raws = struck("drop")
    assert numbers(raws)[:6] == [1, 2, 3, 4, 6, 7]


def test_duplicates_come_twice_with_the_same_or_other_bytes() -> None:
    """`duplicate` repeats the bytes, `duplicate_differs` repeats the number only (F25)."""
    _, same = struck("duplicate")
    _, other = struck("duplicate_differs")
    assert numbers(same)[:7] == numbers(other)[:7] == [1, 2, 3, 4, 5, 5, 6]
    pair = [raw for raw in same if json.loads(raw).get("seq") == 5]
    assert pair[0] == pair[1]
    pair = [raw for raw in other if json.loads(raw).get("seq") == 5]
    assert pair[0] != pair[1]


def test_a_swap_exchanges_two_neighbours() -> None:
    """The struck frame comes after the next one of its sid (F26)."""
    _, raws = struck("swap")
    assert numbers(raws)[:7] == [1, 2, 3, 4, 6, 5, 7]


@pytest.mark.parametrize("kind", ["truncate", "malformed"])
def test_broken_frames_are_no_json(kind: str) -> None:
    """One frame cannot be read, and all others can (F36)."""
    _, raws = struck(kind)
    unreadable = 0
    for raw in raws:
        try:
            json.loads(raw)
        except ValueError:
            unreadable += 1
    assert unreadable == 1


def test_an_impossible_level_is_said_but_is_not_so() -> None:
    """`negative_level` says a delta below zero while the truth log keeps the true size (F30)."""
    venue, raws = struck("negative_level")
    said = next(json.loads(raw) for raw in raws if json.loads(raw).get("seq") == 5)
    assert said["msg"]["delta_fp"] == "-99999999.00"
    line = next(one for one in venue.finished().streams[1, 1] if one.seq == 5)
    assert line.size is not None
    assert not line.size.startswith("-")


def test_off_grid_prices_have_a_fifth_decimal() -> None:
    """`off_grid` says a price between two ticks (F31)."""
    _, raws = struck("off_grid")
    said = next(json.loads(raw) for raw in raws if json.loads(raw).get("seq") == 5)
    assert len(said["msg"]["price_dollars"]) == len("0.43005")


@pytest.mark.parametrize(("kind", "value"), [("side_null", None), ("side_list", [])])
def test_an_empty_side_may_be_null_or_an_empty_list(kind: str, value: object) -> None:
    """A one-sided snapshot says its empty side in the three known ways (F33)."""
    venue = Venue(FaultRule(kind=kind), markets=200)
    world = venue.exchange.world
    lonely = [m.ticker for m in world.plain_markets() if m.status == "active" and world.book(m).best("yes") is None]
    connection = venue.connect()
    venue.books(connection, *lonely)
    bodies = [f["msg"] for f in venue.hear(connection) if f["type"] == "orderbook_snapshot"]
    assert bodies[0]["yes_dollars_fp"] == value
    assert "yes_dollars_fp" not in bodies[1]


def test_tomorrows_types_and_fields_appear() -> None:
    """An unheard-of type is slipped in without a number, and new fields leave the rest as it was (F34, F35)."""
    _, typed = struck("unknown_type")
    _, fielded = struck("unknown_field")
    assert [json.loads(raw)["type"] for raw in typed].count("sim_unheard_of") == 1
    assert sum("sim_new_envelope_field" in json.loads(raw) for raw in fielded) == 1
    assert numbers(typed) == sorted(set(numbers(typed)))


@pytest.mark.parametrize("code", [10, 25])
def test_a_terminal_error_ends_the_subscription_only(code: int) -> None:
    """After error 10 or 25 nothing comes on the sid; the connection lives and takes a new subscription (F19)."""
    venue = Venue(FaultRule(kind="error", connection=1, seq=5, code=code), rate_per_s=200)
    connection = venue.connect()
    tickers = venue.open_tickers(3)
    venue.books(connection, *tickers)
    venue.run(2)
    frames = venue.hear(connection)
    assert frames[-1] == {"type": "error", "sid": 1, "msg": {"code": code, "msg": frames[-1]["msg"]["msg"]}}
    assert frames[-2]["seq"] == 5
    venue.books(connection, *tickers, number=2)
    assert venue.hear(connection)[0] == {"type": "subscribed", "id": 2, "msg": {"channel": "orderbook_delta", "sid": 2}}


@pytest.mark.parametrize("code", [1000, 1001, 1008, 1011, 1012, 4000])
def test_a_close_delivers_what_was_queued_and_then_its_code(code: int) -> None:
    """The frames before a close are still read; the code is the script's (F02)."""
    venue = Venue(FaultRule(kind="close", connection=1, seq=5, code=code), rate_per_s=200)
    connection = venue.connect()
    venue.books(connection, *venue.open_tickers(3))
    venue.run(2)
    assert connection.closed == (code, "simulated")
    assert numbers(connection.take(venue.now_ns)) == [1, 2, 3, 4, 5]


def test_a_reset_loses_what_was_queued() -> None:
    """A reset has no close frame and no last words (F01)."""
    venue = Venue(FaultRule(kind="reset", connection=1, seq=5), rate_per_s=200)
    connection = venue.connect()
    venue.books(connection, *venue.open_tickers(3))
    venue.run(2)
    assert connection.closed == (1006, "reset")
    assert connection.take(venue.now_ns) == []


def test_a_stall_is_silent_until_it_ends_and_loses_nothing() -> None:
    """During a stall nothing is delivered though the world goes on; afterwards the numbers have no hole (F13)."""
    venue = Venue(FaultRule(kind="stall", connection=1, seq=5, for_s=10), rate_per_s=100)
    connection = venue.connect()
    venue.books(connection, *venue.open_tickers(3))
    venue.run(5)
    assert connection.take(venue.now_ns) == []
    assert connection.waiting > 20
    venue.run(6)
    got = numbers(connection.take(venue.now_ns))
    assert got == list(range(1, len(got) + 1))


def test_lifecycle_messages_are_lost_doubled_or_late() -> None:
    """A lost message leaves no hole, a doubled one has two numbers, a late one follows `determined` (F42, F43)."""
    rules = [FaultRule(kind=kind) for kind in ("life_lost", "life_twice", "life_late")]
    venue = Venue(*rules, created_per_s=4, compression=600, seed=4)  # the first listed is not about a game days ahead
    connection = venue.connect()
    venue.tell(connection, "subscribe", channels=["market_lifecycle_v2"])
    venue.run(60)
    frames = venue.hear(connection)
    assert [f["seq"] for f in frames[1:]] == list(range(1, len(frames)))
    faults = {line.fault: line for line in venue.finished().faults}
    assert set(faults) == {"life_lost", "life_twice", "life_late"}
    said = [(f["msg"]["market_ticker"], f["msg"]["event_type"]) for f in frames if f["type"] == "market_lifecycle_v2"]
    late, lost, twice = (faults[kind] for kind in ("life_late", "life_lost", "life_twice"))
    assert said.index((late.t or "", "created")) > said.index((late.t or "", "determined"))
    assert (lost.t, lost.what) not in said
    assert said.count((twice.t or "", twice.what or "")) == 2


def test_a_pause_of_the_exchange_stills_the_books_and_shows_in_the_status() -> None:
    """While paused no book moves and trading_active is false; then both go on (F51)."""
    venue = Venue(FaultRule(kind="pause", at_s=1, for_s=3), rate_per_s=100)
    connection = venue.connect()
    venue.books(connection, *venue.open_tickers(40))
    venue.run(1.1)
    venue.hear(connection)
    venue.run(2)
    assert venue.hear(connection) == []
    assert venue.get("/exchange/status")[1]["trading_active"] is False
    venue.run(2)
    assert venue.hear(connection)
    assert venue.get("/exchange/status")[1]["trading_active"] is True


@pytest.mark.parametrize("kind", ["drop", "duplicate", "swap", "truncate", "unknown_field", "duplicate_differs"])
def test_the_truth_log_names_each_fault_and_what_was_sent_instead(kind: str) -> None:
    """A fault's line has kind, connection, sid and seq, and the hashes of the bytes that were sent."""
    venue, raws = struck(kind)
    venue.finished()
    raw_lines = [json.loads(line) for line in b"".join(venue.chunks).splitlines()]
    (line,) = [row for row in raw_lines if row["k"] == "fault"]
    assert (line["fault"], line["c"], line["sid"], line["seq"]) == (kind, 1, 1, 5)
    sent = {sha256(raw).hexdigest()[:16] for raw in raws}
    assert set(line["sent"]) <= sent


def test_the_standard_script_strikes_in_many_ways_within_half_a_minute() -> None:
    """Thirty seconds of the standard script at the default rate show every common kind of fault."""
    kinds: set[str] = set()
    for seed in range(3):
        venue = Venue(script=FaultScript.standard(seed), rate_per_s=500, created_per_s=2)
        connection = venue.connect()
        for second in range(30):
            if connection.closed or not connection.subscriptions:
                answer = venue.exchange.connect(headers_now(venue), "/trade-api/ws/v2", venue.now_ns)
                connection = answer if hasattr(answer, "take") else connection  # type: ignore[assignment]
                venue.books(connection, *venue.open_tickers(40), number=second + 1)
            venue.run(1)
            connection.take(venue.now_ns)
        kinds |= {line.fault or "" for line in venue.finished().faults}
    assert {"drop", "duplicate", "swap", "unknown_field", "error", "life_twice", "delay"} <= kinds


def headers_now(venue: Venue) -> dict[str, str]:
    """Sign a handshake now."""
    return headers(venue.now_ns)


def test_a_script_is_read_from_a_file_and_refused_when_it_cannot_be(tmp_path: Path) -> None:
    """A JSON file makes a script; an unknown kind or field is refused by name."""
    path = tmp_path / "faults.json"
    path.write_text('{"faults":[{"kind":"drop","every_frames":100}]}')
    assert FaultScript.named(str(path)).rules == (FaultRule(kind="drop", every_frames=100),)
    for text in ('{"faults":[{"kind":"earthquake"}]}', '{"faults":[{"kind":"drop","evry_s":1}]}', "{"):
        path.write_text(text)
        with pytest.raises(ValueError, match=r"earthquake|evry_s|truncated"):
            FaultScript.load(path)
    assert "drop" in KINDS
