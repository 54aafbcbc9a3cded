"""The proof of a venue whose frames have no numbers: its books against a second reading, its gaps, and the truth."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from second_venue_kit import FIRST, MARKET, SECOND, book, change, market_body, rest_books
from verify_kit import LyingLedger, Script, clean_session, figures

from firstprint.app.venues import Venues
from firstprint.app.verify import Verifier
from firstprint.app.verify_plain_reading import read_all
from firstprint.app.verify_report import VerifyReport
from firstprint.domain.happenings import ConnectionOpened, Loss, RestRequest
from firstprint.domain.record import Kind
from firstprint.venues.kalshi.venue import KalshiVenue
from firstprint.venues.polymarket.commands import open_with
from firstprint.venues.polymarket.venue import PolymarketVenue

START_MS = 1_785_500_000_000


class LyingPolymarket(PolymarketVenue):
    """Polymarket, with gaps changed on their way to the ledger, and a word in after each batch of frames."""

    def __init__(
        self,
        drop: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda gap: gap,
        after: Callable[[Any, Any, Any], None] = lambda *_: None,
    ) -> None:
        super().__init__()
        self._drop = drop
        self._after = after

    def feed(self, connection: int, shelf: Any, gaps: Any, listener: Any, *, from_start: bool) -> Any:
        lying: Any = LyingLedger(gaps, self._drop)
        feed = super().feed(connection, shelf, lying, listener, from_start=from_start)
        receive, after = feed.receive, self._after

        def lie(frames: Sequence[bytes], first: Any) -> None:
            receive(frames, first)
            after(shelf, gaps, first)

        feed.receive = lie  # type: ignore[method-assign]
        return feed


@st.composite
def _frames(draw: st.DrawFn) -> bytes:
    """Make JSON that looks like the venue's, with anything at any place."""
    anything: Any = st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.sampled_from(["0.5", "BUY", MARKET, "1", "x", "1e9"]),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["price", "size"]), inner),
        max_leaves=4,
    )
    one = st.fixed_dictionaries({"asset_id": anything, "price": anything, "size": anything, "side": anything})
    kinds = st.sampled_from(["book", "price_change", "tick_size_change"])
    message = {
        "event_type": draw(kinds | anything),
        "market": draw(anything),
        "asset_id": draw(anything),
        "timestamp": draw(anything),
        "bids": draw(st.lists(one, max_size=2) | anything),
        "asks": draw(st.lists(one, max_size=2) | anything),
        "price_changes": draw(st.lists(one, max_size=2) | anything),
    }
    return json.dumps(draw(st.sampled_from([message, [message], {"x": message}]))).encode()


def begun(script: Script, connection: int = 5) -> Script:
    """Open a connection of Polymarket and take one market's book on it."""
    request = RestRequest(path="/markets/keyset", venue="polymarket", api="gamma")
    script.write(Kind.REST_BODY, 0, msgspec.json.encode(request) + b"\n" + market_body())
    opened = ConnectionOpened(url="wss://venue", purpose="books", venue="polymarket")
    script.write(Kind.CONNECTION_OPENED, connection, msgspec.json.encode(opened))
    script.write(Kind.FRAME_OUT, connection, open_with([FIRST]))
    script.frames(connection, book([("0.48", "30")], [("0.52", "25")], START_MS))
    return script


def changed(script: Script, times: int = 100, connection: int = 5) -> None:
    """Let a level of bids grow, two changes at a time."""
    for step in range(1, times, 2):
        script.frames(
            connection,
            change("0.47", str(step), "BUY", ("0.48", "0.52"), START_MS + step, f"h{step}"),
            change("0.53", str(step), "SELL", ("0.48", "0.52"), START_MS + step, f"i{step}"),
        )


def proved(
    script: Script, venue: PolymarketVenue | None = None, hash_truth: Sequence[bytes] | None = None
) -> VerifyReport:
    """Prove a session that both venues are known to."""
    venues = Venues(KalshiVenue(), venue or PolymarketVenue())
    return Verifier(venues, script, hash_truth=hash_truth).verify()


def test_a_sound_session_of_both_venues_is_proved() -> None:
    """Frames are accounted for, books agree, and no gap is false, at a venue with numbers and one without."""
    script, _ = clean_session()
    begun(script)
    changed(script)
    report = proved(script.close())
    assert figures(report) == {}
    assert report.frames == 201 + 2 + 101
    assert report.books_checked > 250
    assert report.connections == 2


def test_a_book_that_the_frames_do_not_add_up_to_is_found() -> None:
    """A level that no frame put there is wrong at the next look, even one that no frame touches."""

    def spoil(shelf: Any, _gaps: Any, first: Any) -> None:
        shelf[MARKET].ladder.yes[100_000] = 1

    script = begun(Script().open())
    changed(script)
    assert figures(proved(script.close(), LyingPolymarket(after=spoil)))["books_wrong"] >= 1


def test_a_change_that_is_not_told_as_it_was_is_found() -> None:
    """What the listener hears of a change must be what the second reading makes of the same record."""

    class Mistold(LyingPolymarket):
        def feed(self, connection: int, shelf: Any, gaps: Any, listener: Any, *, from_start: bool) -> Any:
            told = listener.on_delta
            listener.on_delta = lambda stamp, delta, *, applied: told(
                stamp, msgspec.structs.replace(delta, delta_e6=delta.delta_e6 + 1), applied=applied
            )
            return super().feed(connection, shelf, gaps, listener, from_start=from_start)

    script = begun(Script().open())
    changed(script, 4)
    assert figures(proved(script.close(), Mistold()))["books_wrong"] == 4


def test_a_connection_that_ends_is_the_ground_of_its_gap() -> None:
    """The end of a connection leaves one gap with its market, and that is right."""
    script = begun(Script().open())
    changed(script, 10)
    script.disconnect(5)
    report = proved(script.close())
    assert figures(report) == {}
    assert report.gaps == 1


@pytest.mark.parametrize("reason", ["TOUCH_DIFFERS", "TICK_SIZE_CHANGED", "MALFORMED_FRAME", "CROSSED", "DISCONNECTED"])
def test_a_gap_without_ground_is_false(reason: str) -> None:
    """A gap that nothing in its record shows is named, whatever it says of itself."""
    from firstprint.domain.gaps import GapReason  # noqa: PLC0415 for this word alone

    done: list[bool] = []

    def invent(shelf: Any, gaps: Any, first: Any) -> None:
        if not done and first.record > 10:
            done.append(True)
            gaps.add(GapReason(reason), first, channel="market", markets=[MARKET])

    script = begun(Script().open())
    changed(script, 20)
    assert figures(proved(script.close(), LyingPolymarket(after=invent))) == {"false_gaps": 1}


def test_best_prices_that_differ_are_the_ground_of_a_gap() -> None:
    """Three changes whose best prices are not the book's: the gap is right; the same gap of other changes is not."""
    script = begun(Script().open())
    for step in range(3):
        script.frames(5, change("0.40", str(step + 1), "BUY", ("0.49", "0.52"), START_MS + 1 + step, f"t{step}"))
    report = proved(script.close())
    assert (figures(report), report.gaps) == ({}, 1)


def test_a_book_by_rest_that_differs_is_the_ground_of_a_gap() -> None:
    """The comparison with REST that fails is in the journal, and shows the gap's ground."""
    script = begun(Script().open())
    request = RestRequest(path="/books", venue="polymarket", api="clob")
    body = rest_books([("0.48", "31")], [("0.52", "25")], START_MS + 10)
    script.write(Kind.REST_BODY, 0, msgspec.json.encode(request) + b"\n" + body)
    script.tick(5 * 10**9)
    report = proved(script.close())
    assert (figures(report), report.gaps) == ({}, 1)


def test_frames_that_were_lost_here_are_the_ground_of_a_gap() -> None:
    """After a LOSS no book without numbers can be trusted: the gap that follows is right."""
    script = begun(Script().open())
    lost = Loss(cause="OVERLOAD", frames=3, bytes=300, since_wall_ns=script.now_ns)
    script.write(Kind.LOSS, 0, msgspec.json.encode(lost))
    changed(script, 4)
    report = proved(script.close())
    assert figures(report) == {}
    assert report.gaps == 2


def test_a_frame_that_cannot_be_read_is_the_ground_of_a_gap_and_is_accounted_for() -> None:
    """A frame that breaks off is quarantined and counted; what it may have cost is a gap with ground."""
    script = begun(Script().open())
    script.frames(5, b'{"event_type":"price_change","mar')
    changed(script, 4)
    report = proved(script.close())
    assert figures(report) == {}
    assert report.gaps == 1


@given(st.binary(max_size=200) | _frames())
def test_the_second_reading_takes_any_bytes(raw: bytes) -> None:
    """Whatever came from outside, the second reading gives what it can and raises nothing."""
    for said in read_all(raw):
        assert isinstance(said.market, str)
        assert all(isinstance(one.asset, str) for one in said.changes)


# -- the truth -------------------------------------------------------------------------------------------------------


def truth_of(times: int = 100, faults: Sequence[str] = ()) -> list[bytes]:
    """Write the truth of `begun` and `changed`, as a simulated venue does; with faults done to some messages."""
    head = {"k": "start", "seed": 1}
    whole = {"k": "book", "m": MARKET, "h": ["b1", "b2"], "bids": [["0.48", "30"]], "asks": [["0.52", "25"]]}
    lines: list[dict[str, Any]] = [head, {"k": "market", "m": MARKET, "a": [FIRST, SECOND]}, whole]
    for step in range(1, times, 2):
        for name, side, price in (("h", "BUY", "0.47"), ("i", "SELL", "0.53")):
            hashes = [f"{name}{step}", f"{name}{step}x"]
            line = {"k": "change", "m": MARKET, "h": hashes, "side": side, "price": price, "size": str(step)}
            lines.append(line)
            if hashes[0] in faults:
                lines.append({"k": "fault", "fault": "drop", "c": 1, "h": hashes})
    return [json.dumps(line).encode() for line in lines]


def test_books_that_are_the_venues_own_agree_with_the_truth() -> None:
    """Each VALID book is what the truth log says it was at the hash of its last message."""
    script = begun(Script().open())
    changed(script)
    report = proved(script.close(), hash_truth=truth_of())
    assert figures(report) == {}
    assert (report.books_unproved, report.notes) == (0, [])


def unheard(lines: list[bytes], *, fault: bool) -> list[bytes]:
    """Put a change into the truth that no frame tells of, with or without a fault that explains it."""
    place = next(place for place, line in enumerate(lines) if b'"h53"' in line)
    hashes = ["z", "zx"]
    put: list[dict[str, Any]] = [
        {"k": "change", "m": MARKET, "h": hashes, "side": "BUY", "price": "0.10", "size": "5"},
        {"k": "fault", "fault": "drop", "c": 1, "h": hashes},
    ]
    return [*lines[:place], *(json.dumps(line).encode() for line in put[: 1 + fault]), *lines[place:]]


def test_a_book_that_is_not_the_venues_own_is_wrong_where_nothing_was_done_to_it() -> None:
    """The journal lacks a change that the venue made, and no fault explains it: each state after it is wrong."""
    script = begun(Script().open())
    changed(script)
    report = proved(script.close(), hash_truth=unheard(truth_of(), fault=False))
    assert figures(report)["books_wrong"] > 10
    assert report.books_unproved == 0


def test_a_loss_without_a_trace_is_counted_and_not_wrong_for_as_long_as_rest_may_miss_it() -> None:
    """A change that was dropped on its way shows in no number: the states after it are unproved, until REST tells."""
    lines = unheard(truth_of(), fault=True)
    script = begun(Script().open())
    changed(script)
    report = proved(script, hash_truth=lines)
    assert figures(report) == {}
    assert report.books_unproved > 10
    script.tick(3_600 * 10**9)
    script.frames(5, change("0.53", "99", "SELL", ("0.48", "0.52"), START_MS + 99, "i99"))
    assert figures(proved(script.close(), hash_truth=lines))["books_wrong"] == 1


@pytest.mark.parametrize(("kind", "wrong"), [("freeze", False), ("freeze_asset", True)])
def test_a_frozen_connection_explains_losses_of_every_market(kind: str, wrong: bool) -> None:
    """The message of another market called the fault up: a freeze loses this market's changes too, that of one not."""
    lines = unheard(truth_of(), fault=False)
    place = next(place for place, line in enumerate(lines) if b'"h53"' in line)
    other = {"k": "fault", "fault": kind, "c": 1, "h": ["of", "another"], "m": "0xother"}
    script = begun(Script().open())
    changed(script)
    report = proved(script.close(), hash_truth=[*lines[:place], json.dumps(other).encode(), *lines[place:]])
    assert (figures(report).get("books_wrong", 0) > 10) is wrong
    assert (report.books_unproved > 10) is not wrong


def of_both_venues() -> tuple[Script, list[bytes]]:
    """Write a session of both venues; give it with the truth of the numbered one."""
    script, venue = clean_session()
    begun(script)
    changed(script)
    return script.close(), venue.truth


def test_a_venue_without_its_truth_log_is_named() -> None:
    """A session of two venues with the truth of one is no whole proof, and the report says of which it is none."""
    script, truth = of_both_venues()
    venues = Venues(KalshiVenue(), PolymarketVenue())
    without = Verifier(venues, script).verify()
    assert (without.venues, without.truth_venues, without.notes) == (["kalshi", "polymarket"], [], [])
    partly = Verifier(venues, script, truth=truth).verify()
    assert partly.ok
    assert (partly.venues, partly.truth_venues) == (["kalshi", "polymarket"], ["kalshi"])
    assert [note for note in partly.notes if note.startswith("polymarket was recorded too")] == partly.notes


def test_a_truth_log_of_another_session_is_no_truth() -> None:
    """A log that knows none of the books contradicts none: its venue is not among those compared."""
    script, truth = of_both_venues()
    venues = Venues(KalshiVenue(), PolymarketVenue())
    foreign = [line.replace(b'"c": 7', b'"c": 8') for line in truth]
    report = Verifier(venues, script, truth=foreign, hash_truth=[b'{"k":"start"}']).verify()
    assert report.truth_venues == []
    assert sum("knows none of its books" in note for note in report.notes) == 2


def test_a_truth_log_of_a_venue_that_was_not_recorded_is_named() -> None:
    """The truth of a venue that the session did not hear is compared with nothing, and said to be."""
    script, venue = clean_session()
    report = Verifier(Venues(KalshiVenue()), script.close(), truth=venue.truth, hash_truth=[]).verify()
    assert (report.venues, report.truth_venues) == (["kalshi"], ["kalshi"])
    assert ["recorded none" in note for note in report.notes] == [True]
