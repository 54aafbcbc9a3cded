"""The book of a market at a moment."""

from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verify_kit import SESSION, Script, clean_session, repaired

from firstprint.app.book_at import BookAt, book_at, parse_time
from firstprint.app.venues import Venues
from firstprint.domain.errors import ConfigurationError
from firstprint.domain.record import Kind
from firstprint.venues.kalshi.commands import update
from firstprint.venues.kalshi.venue import KalshiVenue


class Span(NamedTuple):
    """A session and when it ran."""

    session: str
    first_wall_ns: int | None
    last_wall_ns: int | None


def at(script: Script, market: str, moment_ns: int) -> BookAt:
    """Ask for a book in a script's session."""
    last = script.runs[-1]
    spans = [Span(SESSION, script.runs[0].wall_ns, last.wall_ns + len(last.payloads) - 1), Span("empty", None, None)]
    return book_at(lambda: Venues(KalshiVenue()), spans, lambda _: script.blocks(), market, moment_ns)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), st.integers(0, 4))
def test_it_is_the_venues_book_at_that_moment(runs: int, place: int) -> None:
    """At any frame, within a batch too, the book is what the venue's was after it (B6)."""
    script, venue = clean_session(deltas=0)
    books = [{side: dict(levels) for side, levels in venue.books["A"].items()}]
    frames = []
    for _ in range(runs * 5 + place + 1):
        frames.append(venue.any_delta())
        books.append({side: dict(levels) for side, levels in venue.books["A"].items()})
    for start in range(0, len(frames), 5):
        script.frames(1, *frames[start : start + 5])
    run = script.runs[-1]
    script.close()
    found = at(script, "A", run.wall_ns + place)
    expected = books[min(len(frames), (len(frames) - 1) // 5 * 5 + place + 1)]
    assert found.state == "VALID"
    assert dict(found.yes or ()) == {cents * 10_000: size * 10**6 for cents, size in expected["yes"].items()}
    assert dict(found.no or ()) == {cents * 10_000: size * 10**6 for cents, size in expected["no"].items()}


def test_in_a_hole_it_is_invalid_and_says_since_when() -> None:
    """Between a hole and its repair there is no book, only the reason and its beginning (B6)."""
    script, venue = clean_session()
    venue.any_delta()
    script.frames(1, venue.any_delta(), venue.any_delta())
    revealed_ns = script.now_ns
    script.tick()
    repaired(script, venue)
    found = at(script, "A", revealed_ns + 500_000_000)
    assert (found.state, found.reason, found.yes) == ("INVALID", "SEQ_GAP", None)
    assert revealed_ns <= (found.since_wall_ns or 0) <= revealed_ns + 1
    assert at(script, "B", script.now_ns).state == "INVALID"
    assert at(script, "B", script.now_ns + 1).state == "VALID"
    assert at(script, "B", script.now_ns + 2).state == "NOT_RECORDED"


def test_before_joining_and_after_leaving_it_says_when_it_was_recorded() -> None:
    """Outside its stay a market has no book, and the nearest moments with one are named."""
    script, _ = clean_session()
    joined_ns = script.runs[2].wall_ns
    script.write(Kind.FRAME_OUT, 1, update(2, 1, "delete_markets", ["A"]))
    left_ns = script.now_ns
    script.tick()
    before, after = at(script, "A", joined_ns - 1), at(script, "A", left_ns + 5)
    assert (before.state, before.recorded_after_ns) == ("NOT_RECORDED", joined_ns)
    assert (after.state, after.recorded_before_ns) == ("NOT_RECORDED", left_ns)


def test_between_sessions_both_neighbours_are_named() -> None:
    """At a time when no recorder ran, the sessions before and after say when the market was recorded."""
    first, _ = clean_session()
    first.close()
    later, _ = clean_session(script=Script("later").open())
    shift_ns = 10**12
    later.runs = [run._replace(wall_ns=run.wall_ns + shift_ns, mono_ns=run.mono_ns) for run in later.runs]
    spans = [
        Span(SESSION, first.runs[0].wall_ns, first.runs[-1].wall_ns),
        Span("later", later.runs[0].wall_ns, later.runs[-1].wall_ns),
    ]
    scripts = {SESSION: first, "later": later}
    moment_ns = first.now_ns + shift_ns // 2
    found = book_at(lambda: Venues(KalshiVenue()), spans, lambda session: scripts[session].blocks(), "A", moment_ns)
    assert found.state == "NOT_RECORDED"
    assert found.recorded_before_ns == first.runs[-1].wall_ns
    assert found.recorded_after_ns == later.runs[2].wall_ns


def test_a_market_nobody_knows_was_never_recorded() -> None:
    """An unknown market is NOT_RECORDED without a nearest time."""
    script, _ = clean_session()
    found = at(script, "NOBODY", script.now_ns)
    assert (found.state, found.recorded_before_ns, found.recorded_after_ns) == ("NOT_RECORDED", None, None)


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("1785500000000000001", 1_785_500_000_000_000_001),
        ("1970-01-01T00:00:01Z", 10**9),
        ("1970-01-01T01:00:01.000000001+01:00", 10**9 + 1),
        ("2026-08-07T06:46:28.97871Z", 1_786_085_188_978_710_000),
    ],
)
def test_times_are_read_to_the_nanosecond(text: str, ns: int) -> None:
    """RFC 3339 and Unix nanoseconds give the same exact moment."""
    assert parse_time(text) == ns


@pytest.mark.parametrize("text", ["", "yesterday", "2026-08-07T06:46:28", "-5", "1970-01-01T00:00:00.0000000001Z"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    """A time without a zone, too fine, or none at all is an error that says what to give."""
    with pytest.raises(ConfigurationError, match="RFC 3339"):
        parse_time(text)
