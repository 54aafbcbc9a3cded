"""Reading ESPN's scoreboards, with everything that is odd about them."""

import json
from copy import deepcopy

import pytest
from espn_kit import BOSTON, DETROIT, board, event, only_game, read_quietly, side
from hypothesis import given
from hypothesis import strategies as st

from firstprint.domain.contests import ContestState
from firstprint.domain.errors import MalformedMessage
from firstprint.venues.espn.parse import parse_scoreboard

START_NS = 1_792_542_600 * 10**9


def test_a_game_has_its_sides_its_start_and_its_state() -> None:
    """A scheduled game is read with both sides as ESPN names them, and the start to the minute."""
    game = only_game(side("Boston Celtics", "BOS", "away", "Boston", score="101", winner=True), DETROIT)
    assert (game.id, game.start_ns, game.time_known, game.state) == ("401", START_NS, True, ContestState.SCHEDULED)
    first, second = game.sides
    assert (first.name, first.place, first.code, first.home) == ("Boston Celtics", "Boston", "BOS", False)
    assert (first.score, first.winner, second.home) == ("101", True, True)
    assert game.league_id == "46"


@pytest.mark.parametrize(
    ("name", "state", "completed", "meant"),
    [
        ("STATUS_SCHEDULED", "pre", False, ContestState.SCHEDULED),
        ("STATUS_IN_PROGRESS", "in", False, ContestState.LIVE),
        ("STATUS_HALFTIME", "in", False, ContestState.LIVE),
        ("STATUS_FINAL", "post", True, ContestState.OVER),
        ("STATUS_FINAL_PEN", "post", True, ContestState.OVER),
        ("STATUS_POSTPONED", "post", False, ContestState.POSTPONED),
        ("STATUS_POSTPONED", "pre", False, ContestState.POSTPONED),
        ("STATUS_CANCELED", "post", True, ContestState.CANCELLED),
        ("STATUS_ABANDONED", "post", True, ContestState.UNKNOWN),
        ("STATUS_SUSPENDED", "post", False, ContestState.UNKNOWN),
        (None, "post", False, ContestState.UNKNOWN),
        (None, "in", False, ContestState.LIVE),
        (None, None, None, ContestState.UNKNOWN),
        ("STATUS_NEW_WORD", "later", None, ContestState.UNKNOWN),
    ],
)
def test_only_a_completed_game_is_over(
    name: str | None, state: str | None, completed: bool | None, meant: ContestState
) -> None:
    """`post` alone is no end: a postponed game is `post` too. Unknown words are unknown, and names may be null."""
    assert only_game(status={"name": name, "state": state, "completed": completed}).state is meant


@pytest.mark.parametrize(
    ("written", "read"),
    [('"0"', "0"), ("0", "0"), ("12.5", "12.5"), ('"123/4 (20)"', "123/4 (20)"), ("null", None), ('""', None),
     ('{"value":3}', None), ("[]", None), ("true", None)],
)  # fmt: skip
def test_scores_are_text_whatever_they_come_as(written: str, read: str | None) -> None:
    """Text, numbers and cricket's scores are kept as text; what is no score is none, and spoils no game."""
    body = board(event(side("Boston Celtics", "BOS", "away", score="@"), DETROIT)).replace(b'"@"', written.encode())
    (game,) = parse_scoreboard(body).games
    assert game.sides[0].score == read


def test_a_time_that_is_not_known_is_told() -> None:
    """`timeValid: false` means that only the day counts; without the key the time does."""
    assert not only_game(timeValid=False).time_known
    assert only_game().time_known


@pytest.mark.parametrize("written", ["2026-10-21T00:30Z", "2026-10-21T00:30:00Z", "2026-10-20T20:30-04:00"])
def test_dates_come_with_and_without_seconds(written: str) -> None:
    """A start is the same moment with seconds, without, and in another zone."""
    assert only_game(date=written).start_ns == START_NS


@pytest.mark.parametrize("written", [None, "", "TBD", "2026-10-21T00:30", "2026-13-41T00:30Z", "0001-01-01T00:00Z"])
def test_a_date_that_is_none_is_not_invented(written: str | None) -> None:
    """Without a readable date with a zone there is no start."""
    assert only_game(date=written).start_ns is None


def test_athletes_stand_where_teams_do_elsewhere() -> None:
    """A fighter is a side, and a card has a game for each fight with the fight's own id."""
    fights = [
        {"id": str(n), "competitors": [{"athlete": {"displayName": f"A{n}"}}, {"athlete": {"fullName": f"B{n}"}}]}
        for n in (7, 8)
    ]
    read = parse_scoreboard(
        board({"id": "600", "name": "UFC 300", "date": "2026-10-21T00:30Z", "competitions": fights})
    )
    assert [(game.id, [one.name for one in game.sides]) for game in read.games] == [
        ("7", ["A7", "B7"]),
        ("8", ["A8", "B8"]),
    ]
    assert all(one.person for game in read.games for one in game.sides)
    assert {game.start_ns for game in read.games} == {START_NS}


def test_missing_teams_leave_a_game_with_fewer_sides() -> None:
    """A competitor that is neither team nor athlete is no side; a field of many has them all; none is none."""
    assert len(only_game(BOSTON, {"homeAway": "home"}).sides) == 1
    assert len(only_game(*[BOSTON] * 20).sides) == 20
    assert only_game(competitors=None).sides == ()


@pytest.mark.parametrize(
    ("headline", "game", "rescheduled"),
    [
        ("Doubleheader - Game 1", 1, False),
        ("Doubleheader - Game 2", 2, False),
        ("Doubleheader - Game 1 - Makeup from July 17", 1, True),
        ("Makeup of June 3", None, True),
        ("Doubleheader - Game 3", None, False),
        ("NBA Finals - Game 2", None, False),
    ],
)
def test_notes_tell_of_doubleheaders_and_makeups(headline: str, game: int | None, rescheduled: bool) -> None:
    """The number of a game in a doubleheader, and that it was moved, stand in a note; a series' game does not count."""
    read = only_game(notes=[{"type": "event", "headline": headline}])
    assert (read.game, read.rescheduled) == (game, rescheduled)


def test_one_event_that_cannot_be_read_keeps_no_other_back() -> None:
    """Each bad event is told with its reason and as it came; the good one between them is read."""
    bad = [{"id": "1", "name": ["x"]}, "event", None, {"id": "2"}, {"competitions": [{"competitors": []}]}]
    read = parse_scoreboard(board(*bad[:2], event(), *bad[2:]))
    assert [game.id for game in read.games] == ["401"]
    assert [reason for reason, _ in read.unreadable] == [
        "BAD_FIELD", "BAD_FIELD", "BAD_FIELD", "NO_COMPETITION", "NO_ID",
    ]  # fmt: skip
    assert [json.loads(raw) for _, raw in read.unreadable] == bad


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><body>Service unavailable</body></html>", b"[]", b"null", b'{"code":400,"message":"Failed"}',
     b'{"events":{}}', b'{"events":null}', b"\xff\xfe", b"[" * 100_000],
)  # fmt: skip
def test_a_body_that_is_no_scoreboard_is_malformed(body: bytes) -> None:
    """HTML, an error, and JSON of another shape raise MalformedMessage."""
    with pytest.raises(MalformedMessage):
        parse_scoreboard(body)


def test_a_body_says_which_league_it_is_about() -> None:
    """The leagues' slugs are kept, each once; a body that says nothing, or something odd, has none."""
    assert parse_scoreboard(board(leagues=[{"slug": "nfl"}, {"slug": "nfl"}, {}, 3])).slugs == ("nfl",)
    for odd in (None, "nfl", {}, [1]):
        assert parse_scoreboard(board(event(), leagues=odd)).slugs == ()


finite = st.floats(allow_nan=False, allow_infinity=False)
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | finite | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_read_or_malformed(body: bytes) -> None:
    """Whatever comes, reading it never fails in any other way."""
    read_quietly(body)


@given(anything, st.data())
def test_arbitrary_values_in_a_scoreboard_spoil_one_event_at_most(value: object, data: st.DataObject) -> None:
    """Any field of an event may hold anything: the other event is read all the same."""
    spoilt = deepcopy(event())
    competition = spoilt["competitions"][0]
    target = data.draw(st.sampled_from([spoilt, competition, competition["competitors"][0], spoilt["status"]["type"]]))
    target[data.draw(st.sampled_from([*target, "notes", "timeValid", "athlete", "period"]))] = value
    read = parse_scoreboard(board(spoilt, {**event(), "id": "2"}))
    assert "2" in {game.id for game in read.games}
