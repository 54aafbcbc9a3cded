"""Coverage: a partition of each market's stay, with the holes and their reasons."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from verify_kit import SESSION, ModelVenue, Script, clean_session, repaired

from firstprint.app.coverage import CoverageState, SessionCoverage, coverage
from firstprint.app.market_story import market_story
from firstprint.app.venues import Venues
from firstprint.domain.record import Kind
from firstprint.venues.kalshi.commands import update
from firstprint.venues.kalshi.venue import KalshiVenue

TIMES = ("valid_ns", "invalid_ns", "paused_ns", "not_subscribed_ns")


def covered(script: Script, market: str | None = None) -> SessionCoverage:
    """Work out the coverage of a script."""
    return coverage(Venues(KalshiVenue()), SESSION, script.blocks(), market)


def assert_partition(report: SessionCoverage) -> None:
    """Hold the times against the stays: nothing missing, nothing twice."""
    for row in report.markets:
        assert row.present_ns == sum(getattr(row, name) for name in TIMES)
        assert row.present_ns == sum(one.to_wall_ns - one.from_wall_ns for one in row.stretches)
        edges = [one.from_wall_ns for one in row.stretches[1:]]
        assert edges == [one.to_wall_ns for one in row.stretches[:-1]]
    assert report.present_ns == sum(row.present_ns for row in report.markets)


def test_a_clean_session_is_valid_from_its_snapshot_on() -> None:
    """A market is INVALID for want of a snapshot, then VALID to the end (I11)."""
    script, _ = clean_session()
    joined_ns = script.runs[2].wall_ns
    report = covered(script.close())
    assert_partition(report)
    row = report.markets[0]
    assert [(one.state, one.reason) for one in row.stretches] == [
        (CoverageState.INVALID, "NO_SNAPSHOT"),
        (CoverageState.VALID, None),
    ]
    assert (row.joined_wall_ns, row.present_ns) == (joined_ns, script.runs[-1].wall_ns - joined_ns)
    assert row.valid_share == row.valid_ns / row.present_ns > 0.9


def test_a_hole_has_its_reason_and_its_length() -> None:
    """From the frame that reveals a hole to the market's new snapshot the book is INVALID with the reason (F22)."""
    script, venue = clean_session()
    venue.any_delta()
    script.frames(1, venue.any_delta(), venue.any_delta())
    revealed_ns = script.now_ns
    script.tick(after_ns=5_000_000_000)
    repaired(script, venue)
    report = covered(script.close())
    assert_partition(report)
    holes = [one for row in report.markets for one in row.stretches if one.reason == "SEQ_GAP"]
    assert [(one.from_wall_ns, one.to_wall_ns) for one in holes] == [(revealed_ns, script.runs[-2].wall_ns)] * 2
    assert report.gaps == {"SEQ_GAP": 1}
    assert [row.gaps for row in report.markets] == [1, 1]


def test_doubt_is_not_valid_time() -> None:
    """While a frame that cannot be read leaves every book in doubt, no market counts as VALID (F36)."""
    script, venue = clean_session(("A",))
    script.frames(1, b"\xff\xfe")
    script.frames(1, venue.any_delta(), after_ns=2_000_000_000)
    row = covered(script.close()).markets[0]
    assert [one.reason for one in row.stretches] == ["NO_SNAPSHOT", None, "UNREADABLE_FRAME", None]
    assert row.stretches[2].to_wall_ns - row.stretches[2].from_wall_ns == 2_000_000_000


def test_a_market_that_left_counts_no_more() -> None:
    """A stay ends with the command that lets the market go; another market's goes on."""
    script, venue = clean_session()
    script.write(Kind.FRAME_OUT, 1, update(2, 1, "delete_markets", ["A"]))
    left_ns = script.now_ns
    venue.markets.remove("A")
    script.frames(1, venue.ok())
    script.tick(after_ns=60_000_000_000)
    rows = {row.market: row for row in covered(script.close()).markets}
    assert rows["A"].left_wall_ns == left_ns
    assert rows["B"].present_ns - rows["A"].present_ns > 60_000_000_000


def test_a_lost_connection_and_a_clock_step_keep_the_partition() -> None:
    """A step of the wall clock adds no time and takes none away (F54)."""
    script, _ = clean_session()
    script.disconnect(1)
    stepped = [run._replace(wall_ns=run.wall_ns - 3_600 * 10**9) for run in script.runs[-3:]]
    script.runs[-3:] = stepped
    report = covered(script.close())
    assert_partition(report)
    assert {one.reason for row in report.markets for one in row.stretches} == {"NO_SNAPSHOT", None, "DISCONNECTED"}


def test_one_market_alone_is_the_same_as_among_all() -> None:
    """Asking for one market gives the row that the whole report has of it."""
    script, _ = clean_session()
    script.close()
    assert covered(script, "B").markets == [row for row in covered(script).markets if row.market == "B"]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(["delta", "drop", "junk", "repair", "tick", "leave", "closed"]), max_size=40))
def test_whatever_happens_the_times_add_up(steps: list[str]) -> None:
    """The four times of every stay add up exactly to its length, under any script (I11)."""
    script, venue = clean_session(("A", "B", "C"), deltas=10)
    acts = {
        "delta": lambda: script.frames(1, venue.any_delta()),
        "drop": venue.any_delta,
        "junk": lambda: script.frames(1, b"{"),
        "repair": lambda: repaired(script, venue),
        "tick": script.tick,
        "leave": lambda: script.write(Kind.FRAME_OUT, 1, update(9, 1, "delete_markets", ["C"])),
        "closed": lambda: script.disconnect(1),
    }
    for step in steps:
        acts[step]()  # type: ignore[operator]
    assert_partition(covered(script))


def trade(seq: int, price: str) -> bytes:
    """Make a trade of market A."""
    body = {"trade_id": f"t{seq}", "market_ticker": "A", "yes_price_dollars": price, "count_fp": "3.00"}
    return json.dumps({"type": "trade", "sid": 2, "seq": seq, "msg": body | {"taker_side": "yes"}}).encode()


def test_a_story_has_quotes_trades_and_holes() -> None:
    """What a plot shows of a market is what the fold told of it, and of no other market."""
    script, venue = clean_session()
    script.frames(1, trade(1, "0.4300"), trade(2, "0.4400"))
    script.disconnect(1)
    told = market_story(Venues(KalshiVenue()), SESSION, script.close().blocks(), "A")
    assert [one.yes_price_e6 for one in told.trades] == [430_000, 440_000]
    assert told.stretches[-2].state is CoverageState.VALID
    best_yes, best_no = (max(venue.books["A"][side], default=0) for side in ("yes", "no"))
    assert (told.quotes[-1].bid_e6, told.quotes[-1].ask_e6) == (best_yes * 10_000, 1_000_000 - best_no * 10_000)
    assert told.quotes[-1].yes_depth_e6 == sum(venue.books["A"]["yes"].values()) * 1_000_000


def test_a_model_without_markets_has_no_coverage() -> None:
    """A session without a market has an empty coverage, not a division by zero."""
    report = covered(Script().open().close())
    assert (report.markets, report.valid_share) == ([], 0.0)
    assert ModelVenue([]).markets == []
