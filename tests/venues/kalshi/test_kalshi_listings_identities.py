"""Kalshi's milestones and structured targets, where known: exact starts, home teams, and a third word on sides."""

import contextlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from listings_kit import about, context, market, utc_ns

from firstprint.domain.contests import StartWindow
from firstprint.domain.entries import EventEntry
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.propositions import Listing, Unread
from firstprint.venues.kalshi.listings import read_event
from firstprint.venues.kalshi.sightings import Context
from firstprint.venues.kalshi.targets import by_event, read_targets

EVENT = "KXNFLGAME-26SEP14DENKC"
SPREAD = "KXNFLSPREAD-26SEP14DENKC"
MILESTONE = {
    "id": "m1",
    "start_date": "2026-09-15T00:15:00Z",
    "source_id": "sr:1",
    "primary_event_tickers": [EVENT],
    "related_event_tickers": [EVENT, SPREAD],
    "details": {"home_team_id": "kc", "away_team_id": "den", "league": "NFL"},
}
TARGETS = {"kc": "Kansas City Chiefs", "den": "Denver Broncos"}


def known(**changed: object) -> Context:
    """Give the tables together with one contest that Kalshi knows."""
    page = read_targets(json.dumps({"milestones": [{**MILESTONE, **changed}], "cursor": ""}).encode())
    return msgspec.structs.replace(context(), targets=TARGETS, milestones=by_event(page.milestones))


def read_with(known_as: Context, code: str = "KC", **fields: object) -> Listing | Unread:
    """Read one side's market of the game."""
    (one,) = read_event(EventEntry(ticker=EVENT), [market(f"{EVENT}-{code}", EVENT, **fields)], known_as)
    return one


def test_a_milestone_gives_the_start_and_the_home_team() -> None:
    """Its moment is the start, its home team is at home, and its ids are names of the contest."""
    one = read_with(known())
    assert isinstance(one, Listing)
    start_ns = utc_ns("2026-09-15T00:15:00")
    assert about(one).start == StartWindow(start_ns, start_ns)
    assert (about(one).home, about(one).rescheduled) == ("kansas-city-chiefs", False)
    assert {"kalshi:milestone:m1", "feed:sr:1"} <= set(about(one).same_as)


def test_a_milestone_on_another_day_is_a_contest_that_was_moved() -> None:
    """The ticker keeps its day; the milestone's is when it is played."""
    one = read_with(known(start_date="2026-09-16T00:15:00Z"))
    assert isinstance(one, Listing)
    assert about(one).rescheduled is True


def test_the_milestone_may_have_the_first_named_at_home() -> None:
    """On neutral ground, and anywhere else, it wins over the order of names."""
    one = read_with(known(details={"home_team_id": "den", "away_team_id": "kc"}))
    assert isinstance(one, Listing)
    assert about(one).home == "denver-broncos"


def test_a_structured_target_must_be_the_team_that_was_read() -> None:
    """A market of Kansas City whose target is Denver is neither."""
    assert isinstance(read_with(known(), custom_strike={"football_team": "kc"}), Listing)
    assert isinstance(read_with(known(), custom_strike={"football_team": "unheard of"}), Listing)
    refused = read_with(known(), custom_strike={"football_team": "den"})
    assert isinstance(refused, Unread)
    assert refused.reason == "code_and_name_disagree"


def test_an_event_of_two_milestones_has_none() -> None:
    """What two milestones claim is no identity."""
    rows = [MILESTONE, {**MILESTONE, "id": "m2", "primary_event_tickers": [], "related_event_tickers": [SPREAD]}]
    page = read_targets(json.dumps({"milestones": rows}).encode())
    assert set(by_event(page.milestones)) == {EVENT}


def test_a_broken_row_is_kept_aside() -> None:
    """The others of its page are read."""
    page = read_targets(
        b'{"milestones":[{"id":5},{"id":"m"}],"structured_targets":[{"name":"x"},{"id":"t","name":"T"}]}'
    )
    assert ([one.id for one in page.milestones], [one.name for one in page.targets]) == (["m"], ["T"])
    assert len(page.unreadable) == 2


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"events":[]}', b"[]", b"\xff"])
def test_what_is_neither_list_is_refused(body: bytes) -> None:
    """A body without either list is no empty page."""
    with pytest.raises(MalformedMessage):
        read_targets(body)


@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["milestones", "structured_targets", "id", "details", "start_date", "cursor", "name"]),
        inner,
        max_size=4,
    ),
    max_leaves=12,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_no_body_raises_anything_else(body: bytes) -> None:
    """Whatever arrives is a page or a MalformedMessage."""
    with contextlib.suppress(MalformedMessage):
        read_targets(body)
