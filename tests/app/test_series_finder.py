"""Which series are meant: the master first, the venue while it is away, and never fewer than before."""

from typing import NamedTuple

import pytest
from recording_kit import Desk
from tests.net.virtual_loop import run_virtual

from firstprint.app.selection import Selection, Selector, SeriesQuestion
from firstprint.app.series_finder import SeriesFinder, SeriesFound
from firstprint.domain.errors import VenueRefused, VenueUnavailable
from firstprint.domain.happenings import RestRequest
from firstprint.domain.record import Kind

AWAY = VenueUnavailable("series", 503, "away")


class Answer(NamedTuple):
    request: RestRequest
    body: bytes


class Directory:
    """Somebody who answers what the test says, or fails."""

    def __init__(self, name: str, *outcomes: set[str] | Exception) -> None:
        self.name = name
        self.outcomes = list(outcomes)
        self.questions: list[SeriesQuestion] = []

    async def find(self, question: SeriesQuestion) -> SeriesFound:
        self.questions.append(question)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return SeriesFound(frozenset(outcome), (Answer(RestRequest(path="/v1/series"), b'{"series":[]}'),))


def _finder(desk: Desk, *directories: Directory) -> tuple[SeriesFinder, Selector]:
    selector = Selector(Selection(category="Sports"))
    return SeriesFinder(directories, selector, desk.scribe), selector


def test_the_answer_that_decides_is_in_the_journal() -> None:
    """Law 1: what somebody said of the series is recorded before it is acted on."""
    desk, master = Desk(), Directory("master", {"KXA"})
    finder, selector = _finder(desk, master)
    assert run_virtual(finder.refresh()) == {"KXA"}
    assert selector.series == {"KXA"}
    (kept,) = desk.journal.of(Kind.REST_BODY)
    assert b'"/v1/series"' in kept.payload
    assert str(master.questions[0]) == "series of category Sports"


def test_the_venue_is_asked_while_nothing_is_known_and_the_master_is_away() -> None:
    """C6: at the start a master that is away is said so, and the venue answers in its place."""
    desk, master, venue = Desk(), Directory("master", AWAY, {"KXB"}), Directory("venue", {"KXA"})
    finder, selector = _finder(desk, master, venue)
    run_virtual(finder.refresh())
    assert (finder.failures, finder.source, selector.series) == (1, "venue", {"KXA"})
    assert run_virtual(finder.refresh()) == {"KXB"}
    assert (finder.source, selector.series) == ("master", {"KXA", "KXB"})
    assert len(venue.questions) == 1


def test_what_is_known_stays_while_nobody_answers() -> None:
    """C6, A9: later on a master that is away changes nothing; it is asked again at the next look."""
    desk, master, venue = Desk(), Directory("master", {"KXA"}, AWAY, {"KXA", "KXC"}), Directory("venue")
    finder, selector = _finder(desk, master, venue)
    run_virtual(finder.refresh())
    assert run_virtual(finder.refresh()) == frozenset()
    assert selector.series == {"KXA"}
    assert run_virtual(finder.refresh()) == {"KXC"}


def test_with_nobody_to_answer_at_all_it_is_to_be_tried_again() -> None:
    """Law 6: no answer is not the answer that there are no series."""
    desk = Desk()
    finder, selector = _finder(desk, Directory("master", AWAY), Directory("venue", AWAY))
    with pytest.raises(VenueUnavailable):
        run_virtual(finder.refresh())
    assert not selector.ready
    refused = VenueRefused("GET /series", 403, "forbidden", "not from here")
    finder, _ = _finder(desk, Directory("master", AWAY), Directory("venue", refused))
    with pytest.raises(VenueRefused):
        run_virtual(finder.refresh())


def test_an_answer_without_room_in_the_journal_is_not_believed() -> None:
    """Law 1: what cannot be recorded decides nothing."""
    desk = Desk()
    finder, selector = _finder(desk, Directory("venue", {"KXA"}))
    desk.journal.full = True
    with pytest.raises(VenueUnavailable):
        run_virtual(finder.refresh())
    assert not selector.ready


def test_a_master_that_was_never_synced_is_not_believed_at_the_start() -> None:
    """C6: a master that names no series at all is passed over while nothing is known."""
    desk, master, venue = Desk(), Directory("master", set()), Directory("venue", {"KXA"})
    finder, selector = _finder(desk, master, venue)
    run_virtual(finder.refresh())
    assert (finder.source, selector.series) == ("venue", {"KXA"})
    finder, selector = _finder(desk, Directory("venue", set()))
    run_virtual(finder.refresh())
    assert selector.ready
    assert selector.series == frozenset()
