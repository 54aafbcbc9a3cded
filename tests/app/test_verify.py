"""The proof: clean on what is right, and each kind of damage shows up as exactly its figure."""

import msgspec
import pytest
from verify_kit import (
    SESSION,
    Lost,
    LyingVenue,
    MemorySink,
    ModelVenue,
    Script,
    clean_session,
    figures,
    repaired,
    verify,
)

from firstprint.app.verify_ports import Neighbours
from firstprint.domain.gaps import GapReason
from firstprint.domain.happenings import Loss, Stall
from firstprint.domain.marketdata import FrameStamp
from firstprint.domain.record import Kind
from firstprint.venues.kalshi.commands import BOOKS, subscribe

CONTRACT = [
    "frames", "silent_gaps", "false_gaps", "gaps", "repaired", "books_checked", "books_wrong", "acknowledged_lost",
    "duplicates", "sink_missing", "sink_extra",
]  # fmt: skip


def with_hole(lost: int = 1) -> tuple[Script, ModelVenue]:
    """Write a session in which some frames are lost and all books repaired."""
    script, venue = clean_session()
    for _ in range(lost):
        venue.any_delta()
    script.frames(1, venue.any_delta(), venue.any_delta(), venue.any_delta())
    repaired(script, venue)
    script.frames(1, *(venue.any_delta() for _ in range(20)))
    return script.close(), venue


def test_the_report_begins_with_the_figures_of_the_contract() -> None:
    """The JSON of the report has the promised figures first, in the promised order."""
    script, _ = clean_session()
    encoded = msgspec.json.decode(msgspec.json.encode(verify(script.close())))
    assert list(encoded)[: len(CONTRACT)] == CONTRACT


def test_a_clean_session_is_clean() -> None:
    """Without a fault nothing is found, and every state of every book was compared (I01 to I08)."""
    script, venue = clean_session()
    report = verify(script.close(), truth=venue.truth, sinks=[MemorySink(script)])
    assert (report.problems, report.notes) == ([], [])
    assert report.ok
    assert (report.frames, report.gaps, report.books_checked) == (203, 0, 202)


def test_a_named_hole_is_no_silent_one() -> None:
    """A lost frame that the gap row names is neither silent nor false, and its repair is counted (I03, I04)."""
    script, venue = with_hole()
    report = verify(script, truth=venue.truth)
    assert figures(report) == {}
    assert (report.gaps, report.repaired) == (1, 1)


@pytest.mark.parametrize("lost", [1, 5])
def test_a_hole_whose_gap_row_is_missing_is_silent(lost: int) -> None:
    """Without its gap row, each number of a hole is a silent gap (I03)."""
    script, venue = with_hole(lost)
    assert figures(verify(script, LyingVenue(lambda _: None), venue.truth)) == {"silent_gaps": lost}


def test_a_gap_row_that_is_too_short_leaves_the_rest_silent() -> None:
    """Of a hole of five numbers named as three, two are silent (I03)."""
    script, _ = with_hole(5)
    liar = LyingVenue(lambda gap: gap | {"seq_to": gap["seq_to"] - 2})
    assert figures(verify(script, liar)) == {"silent_gaps": 2}


def test_a_gap_row_that_is_too_long_is_false() -> None:
    """A gap that covers a number which was received is false (I04)."""
    script, _ = with_hole()
    liar = LyingVenue(lambda gap: gap | {"seq_from": gap["seq_from"] - 1})
    assert figures(verify(script, liar)) == {"false_gaps": 1}


INVENTED = [reason for reason in GapReason if reason is not GapReason.MALFORMED_FRAME]


@pytest.mark.parametrize("reason", INVENTED, ids=lambda reason: reason.value)
def test_an_invented_gap_is_false(reason: GapReason) -> None:
    """A gap of any reason that nothing in the journal shows is false (I04)."""
    script, venue = clean_session()
    told: list[int] = []

    def invent(shelf: object, gaps: object, first: FrameStamp) -> None:
        if first.record > 50 and not told:
            told.append(first.record)
            gaps.add(reason, first, sid=1, markets=("A",))  # type: ignore[attr-defined]

    assert figures(verify(script.close(), LyingVenue(after=invent), venue.truth)) == {"false_gaps": 1}


@pytest.mark.parametrize("with_truth", [True, False])
def test_a_level_that_is_wrong_is_found(with_truth: bool) -> None:
    """A book with one altered level is wrong where it is compared whole, at the latest at its end (I05)."""
    script, venue = clean_session()
    done: list[int] = []

    def alter(shelf: dict[str, object], gaps: object, first: FrameStamp) -> None:
        if first.record > 100 and not done:
            done.append(first.record)
            shelf["A"].ladder.yes[990_000] = 5_000_000  # type: ignore[attr-defined]

    report = verify(script.close(), LyingVenue(after=alter), venue.truth if with_truth else None)
    assert set(figures(report)) == {"books_wrong"}


def test_a_book_that_stays_valid_across_a_hole_is_wrong() -> None:
    """A VALID book with a number missing since its snapshot is wrong, whatever its levels say (I06)."""
    script, venue = clean_session()
    venue.any_delta()
    for _ in range(5):
        script.frames(1, venue.any_delta(), venue.any_delta())

    def trust(shelf: dict[str, object], gaps: object, first: FrameStamp) -> None:
        for book in shelf.values():
            book.valid = True  # type: ignore[attr-defined]

    def forget_markets(gap: dict[str, object]) -> dict[str, object]:
        return gap | {"markets": ()}

    report = verify(script.close(), LyingVenue(forget_markets, trust))
    assert report.books_wrong >= 8


def test_truth_sees_what_the_journal_cannot() -> None:
    """A frame that was changed on its way, consistently, is found by the truth alone (I02, I05)."""
    script, venue = clean_session()
    raw = venue.delta("A")
    while b'"delta_fp":"-' in raw or b'"delta_fp":"0' in raw:
        script.frames(1, raw)
        raw = venue.delta("A")
    script.frames(1, raw.replace(b'"delta_fp":"', b'"delta_fp":"1'))
    script.close()
    assert "frames_altered" in figures(verify(script, truth=venue.truth))
    assert "books_wrong" in figures(verify(script, truth=venue.truth))
    assert figures(verify(script)) == {}


def test_a_connection_that_the_truth_does_not_know_is_named() -> None:
    """A connection without the venue's own number is not compared with the truth, and the report says so."""
    script = Script().open()
    script.connect(1)
    report = verify(script.close(), truth=[])
    assert len(report.notes) == 1


def test_a_lost_tail_of_acknowledged_records_is_counted() -> None:
    """Records that were acknowledged and cannot be read are lost, at the end and in the middle (I14)."""
    script, _ = clean_session()
    script.claimed = script.acknowledged + 3
    assert figures(verify(script)) == {"acknowledged_lost": 3}


def test_damage_in_the_middle_is_lost_and_out_of_order() -> None:
    """A run missing in the middle is damage, a break of the order, and acknowledged records lost (I02, I15)."""
    script, _ = clean_session()
    missing = script.runs.pop(20)
    script.damage.append(Lost(len(missing.payloads)))
    found = figures(verify(script.close()))
    assert found == {"acknowledged_lost": 5, "order_broken": 1, "damaged": 1}


def test_time_that_stands_still_is_found() -> None:
    """A record that is not later than the one before it breaks the order (I10)."""
    script, _ = clean_session()
    script.runs[10] = script.runs[10]._replace(mono_ns=script.runs[9].mono_ns)
    assert figures(verify(script.close())) == {"order_broken": 1}


def test_a_frame_that_is_counted_nowhere_is_found() -> None:
    """Frames received and frames accounted for must be the same number (I01)."""
    script, _ = clean_session()

    class Forgetful(LyingVenue):
        def feed(self, connection: int, shelf: object, gaps: object, listener: object, *, from_start: bool) -> object:
            feed = super().feed(connection, shelf, gaps, listener, from_start=from_start)
            feed.counts.applied -= 2
            return feed

    assert figures(verify(script.close(), Forgetful())) == {"frames_unaccounted": 2}


def test_a_restart_needs_its_downtime_as_a_gap() -> None:
    """A session after another one has a RECORDER_DOWN gap; without the row the time is silently missing (I12)."""
    script, venue = clean_session(script=Script().open(previous="before"))
    known = Neighbours(previous="before")
    report = verify(script.close(), truth=venue.truth, neighbours=known)
    assert (figures(report), report.gaps, report.repaired) == ({}, 1, 1)
    silent, _ = clean_session()
    assert figures(verify(silent.close(), neighbours=known)) == {"session_broken": 1}


def test_a_crashed_session_is_closed_by_the_next() -> None:
    """A session without an end must be named by the one that follows (I13)."""
    script, _ = clean_session()
    assert figures(verify(script, neighbours=Neighbours(next="later", closed_by=SESSION))) == {}
    assert figures(verify(script, neighbours=Neighbours(next="later"))) == {"session_broken": 1}


@pytest.mark.parametrize("table", ["orderbook_deltas", "orderbook_snapshots", "gaps", "gap_markets", "connections"])
def test_a_lost_and_a_strange_row_are_counted(table: str) -> None:
    """Each row that a sink lacks is missing, each that follows from nothing is extra, each twice a duplicate (I16)."""
    script, _ = with_hole()
    lacking, strange, twice = MemorySink(script), MemorySink(script), MemorySink(script)
    anchor, key = lacking.table_rows[table].pop()
    strange.table_rows[table].append((anchor, (*key[:-1], "other")))
    twice.table_rows[table].append((anchor, key))
    assert figures(verify(script, sinks=[lacking])) == {"sink_missing": 1}
    assert figures(verify(script, sinks=[strange])) == {"sink_extra": 1}
    assert figures(verify(script, sinks=[twice])) == {"duplicates": 1}


def test_a_row_told_late_must_not_be_passed_over() -> None:
    """A sink that takes a row's own record for the place of the fold loses the gap of a frame that waited (I16)."""
    script, venue = clean_session()
    while len(script.runs) % 3 != 2:
        script.frames(1, venue.any_delta())
    venue.any_delta()
    script.frames(1, venue.any_delta())
    script.frames(1, venue.any_delta())
    repaired(script, venue)
    script.close()
    assert figures(verify(script, sinks=[MemorySink(script)])) == {}
    found = figures(verify(script, sinks=[MemorySink(script, forgetful=True)]))
    assert found == {"sink_missing": 4}


def test_a_row_set_aside_is_not_missing() -> None:
    """A row that could never be stored and stands in quarantine is counted apart (F69)."""
    script, _ = with_hole()
    sink = MemorySink(script)
    anchor, _ = sink.table_rows["orderbook_deltas"].pop()
    sink.aside.add(anchor)
    sink.table_rows["quarantine"].append((anchor, (anchor, -1_000_000)))
    report = verify(script, sinks=[sink])
    assert (figures(report), report.sink_poisoned) == ({}, 1)


def test_a_sink_that_is_behind_is_not_wrong() -> None:
    """Rows above a sink's offset are not expected yet, and how far it is behind is told (I17)."""
    script, _ = with_hole()
    behind = MemorySink(script, offset=list(script.blocks())[3].last_record)
    report = verify(script, sinks=[behind])
    assert figures(report) == {}
    assert report.sinks_behind == script.acknowledged - behind.offset


def test_rows_beyond_the_offset_are_extra() -> None:
    """A sink whose rows reach further than its offset did not commit them together (I17)."""
    script, _ = with_hole()
    sink = MemorySink(script)
    rows = sink.table_rows["orderbook_deltas"]
    sink.offset = rows[-1][0] - 3
    assert figures(verify(script, sinks=[sink])).keys() == {"sink_extra"}


def test_a_projection_that_goes_on_is_not_wrong() -> None:
    """Rows that a running session's projection commits while it is being proved are nothing extra (I17)."""
    script, _ = clean_session()
    sink = MemorySink(script)
    sink.offset = list(script.blocks())[3].last_record
    assert figures(verify(script, sinks=[sink])) == {}


def test_a_sink_beyond_the_journal_holds_lost_records() -> None:
    """A sink that committed more than the journal has proves that records are lost (I14)."""
    script, _ = clean_session()
    sink = MemorySink(script.close())
    sink.offset = script.acknowledged + 7
    assert figures(verify(script, sinks=[sink])) == {"acknowledged_lost": 7}


def test_a_disconnect_covers_all_that_follows() -> None:
    """The gap of a lost connection has no end, and a new connection counts anew (F01, I03)."""
    script, venue = clean_session()
    venue.any_delta()
    script.disconnect(1)
    again = ModelVenue(venue.markets, connection=8)
    again.books = venue.books
    script.connect(2, again.connection)
    script.write(Kind.FRAME_OUT, 2, subscribe(1, BOOKS, again.markets))
    script.frames(2, again.subscribed(), *(again.snapshot(market) for market in again.markets))
    script.frames(2, *(again.any_delta() for _ in range(50)))
    report = verify(script.close(), truth=[*venue.truth, *again.truth])
    assert figures(report) == {}
    assert (report.gaps, report.repaired, report.connections) == (1, 1, 2)


def test_dropped_frames_of_an_overload_are_named() -> None:
    """What was lost before the journal is a gap with its reason, not a silent hole (F66)."""
    script, venue = clean_session()
    lost = [venue.any_delta() for _ in range(4)]
    loss = Loss(cause="OVERLOAD", frames=len(lost), bytes=0, since_wall_ns=script.now_ns)
    script.write(Kind.LOSS, 0, msgspec.json.encode(loss))
    script.write(Kind.STALL, 0, msgspec.json.encode(Stall(stalled_ns=5)))
    script.frames(1, venue.any_delta(), venue.any_delta())
    repaired(script, venue)
    assert figures(verify(script.close(), truth=venue.truth)) == {}


def test_a_first_frame_after_the_second_is_a_hole_at_the_start() -> None:
    """On a subscription to books whose start was seen, a missing number 1 is missing (I03)."""
    script = Script().open()
    venue = ModelVenue(["A"])
    script.connect(1, venue.connection)
    venue.snapshot("A")
    script.frames(1, venue.subscribed(), venue.delta("A"), venue.delta("A"), venue.delta("A"))
    script.close()
    assert figures(verify(script)) == {}
    assert figures(verify(script, LyingVenue(lambda _: None))) == {"silent_gaps": 1}


def test_a_hole_at_the_end_of_a_crashed_session_is_known_to_the_fold() -> None:
    """A frame that still waited for the one before it when the recorder died leaves no silent hole (F58)."""
    script, venue = clean_session()
    venue.any_delta()
    script.frames(1, venue.any_delta())
    report = verify(script)
    assert (figures(report), report.gaps) == ({}, 1)
