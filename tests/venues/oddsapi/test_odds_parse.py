"""Reading The Odds API's bodies: contests, canonical quotes, and everything that is left out with its reason."""

import json
from contextlib import suppress
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odds_kit import LEAGUES, NYM, OVER, PIT, TEAMS, UNDER, event, market, read, soccer

from firstprint.domain.contests import ContestState, StartWindow
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.odds import Quote
from firstprint.domain.propositions import Bet, BetKind, Period
from firstprint.linkage.leagues import League
from firstprint.venues.oddsapi.parse import parse_odds, parse_scores, parse_sports

METS, PIRATES = "new-york-mets", "pittsburgh-pirates"
START_NS = 1_786_142_460 * 10**9
WINNER = Bet(kind=BetKind.WINNER, side=METS)


def only_quote(*events: dict) -> Quote:
    """Read the one quote of a body from which nothing is left out."""
    told = read(*events)
    assert (told.unread, told.unreadable, dict(told.left_out)) == ([], [], {})
    (quote,) = [quote for one in told.events for quote in one.quotes]
    return quote


def test_an_event_is_sighted_by_its_teams_and_its_start() -> None:
    """Teams stand in alphabetical order, home is told, and the drifting start is kept as it is stated."""
    (one,) = read(event()).events
    assert one.sport_key == "baseball_mlb"
    assert (one.sighting.source, one.sighting.id, one.sighting.league) == ("oddsapi", "b16e", "MLB")
    assert (one.sighting.teams, one.sighting.home) == ((METS, PIRATES), PIRATES)
    assert one.sighting.start == StartWindow(START_NS, START_NS)
    assert one.sighting.state is ContestState.UNKNOWN


@pytest.mark.parametrize(
    ("told", "start_ns"),
    [(1_786_142_460, START_NS), ("2026-08-07T18:41:00-04:00", START_NS), (None, None), ("soon", None)],
)
def test_starts_come_as_text_and_as_seconds(told: object, start_ns: int | None) -> None:
    """Unix seconds and any zone are read; what is no time is no start."""
    (one,) = read(event(commence_time=told)).events
    assert one.sighting.start == (None if start_ns is None else StartWindow(start_ns, start_ns))


@pytest.mark.parametrize("turned", [False, True])
def test_the_order_of_outcomes_is_not_who_is_at_home(turned: bool) -> None:
    """A winner is one bet with two polarities, by name and not by place."""
    outcomes = [(NYM, 2.22), (PIT, 1.76)]
    quote = only_quote(event(market("h2h", *(reversed(outcomes) if turned else outcomes))))
    assert quote.outcomes == (WINNER, WINNER)
    assert dict(zip(quote.polarities, quote.odds_e6, strict=True)) == {True: 2_220_000, False: 1_760_000}


def test_a_spread_is_the_margin_beyond_its_line() -> None:
    """The Mets +1.5 are the bet that their margin is more than -1.5; the Pirates -1.5 are its opposite."""
    quote = only_quote(event(market("spreads", (PIT, 2.58, -1.5), (NYM, 1.52, 1.5))))
    bet = Bet(kind=BetKind.MARGIN, side=METS, line_e6=-1_500_000)
    assert quote.outcomes == (bet, bet)
    assert quote.polarities == (False, True)
    assert quote.odds_e6 == (2_580_000, 1_520_000)


def test_a_total_is_more_than_its_line() -> None:
    """Over pays when the total is more than the line, Under when it is not."""
    quote = only_quote(event(market("totals", (UNDER, 1.81, 8.5), (OVER, 2.02, 8.5))))
    assert quote.outcomes == (Bet(kind=BetKind.TOTAL, line_e6=8_500_000),) * 2
    assert quote.polarities == (False, True)


def test_both_teams_score_is_read() -> None:
    """Yes and No of `btts` are one bet."""
    quote = only_quote(soccer(market("btts", ("Yes", 1.7), ("No", 2.1))))
    assert quote.outcomes == (Bet(kind=BetKind.BOTH_SCORE, period=Period.REGULATION),) * 2
    assert quote.polarities == (True, False)


def test_soccer_has_three_ways() -> None:
    """Home, away and draw are three bets of which one happens, in any order."""
    quote = only_quote(soccer(market("h2h", ("Chelsea", 4.3), ("Draw", 3.6), ("Arsenal", 1.9))))
    assert {bet.kind for bet in quote.outcomes} == {BetKind.RESULT}
    assert [bet.side for bet in quote.outcomes][1] == "draw"
    assert len({bet.side for bet in quote.outcomes}) == 3
    assert quote.polarities == (True, True, True)


def test_every_alternate_line_is_a_quote_of_its_own() -> None:
    """Pairs of one market are found by their lines."""
    told = read(
        event(market("alternate_totals", (OVER, 1.5, 7.5), (OVER, 1.9, 8.5), (UNDER, 1.9, 8.5), (UNDER, 2.5, 7.5)))
    )
    assert [quote.outcomes[0].line_e6 for quote in told.events[0].quotes] == [7_500_000, 8_500_000]


@pytest.mark.parametrize(
    ("bad", "reasons"),
    [
        (market("h2h_lay", (NYM, 2.3), (PIT, 1.8)), {"LAY": 2}),
        (market("outrights", ("Somebody", 2.3)), {"UNKNOWN_MARKET": 1}),
        (market("totals", (OVER, 1.9, 8.0), (UNDER, 1.9, 8.0)), {"PUSH_POSSIBLE": 2}),
        (market("spreads", (NYM, 1.9, 1), (PIT, 1.9, -1)), {"PUSH_POSSIBLE": 2}),
        (market("totals", (OVER, 1.9, 2.25), (UNDER, 1.9, 2.25)), {"PUSH_POSSIBLE": 2}),
        (market("totals", (OVER, 1.9, -0.5), (UNDER, 1.9, -0.5)), {"BAD_LINE": 2}),
        (market("totals", (OVER, 1.9), (UNDER, 1.9, None)), {"NO_LINE": 2}),
        (market("totals", (OVER, 1.9, "8.5"), (UNDER, 1.9, [])), {"BAD_LINE": 2}),
        (market("totals", (OVER, 1.9, 8.5), (UNDER, 1.9, 7.5)), {"NOT_WHOLE": 2}),
        (market("spreads", (NYM, 1.9, 1.5), (PIT, 1.9, 1.5)), {"NOT_WHOLE": 2}),
        (market("h2h", (NYM, 1.0), (PIT, 1.8)), {"BAD_PRICE": 1, "NOT_WHOLE": 1}),
        (market("h2h", (NYM, 0), (PIT,)), {"BAD_PRICE": 2}),
        (market("h2h", (NYM, "1.9"), (PIT, None)), {"BAD_PRICE": 2}),
        (market("h2h", (NYM, 1.9), ("Boston Red Sox", 1.9)), {"UNKNOWN_OUTCOME": 1, "NOT_WHOLE": 1}),
        (market("h2h", (NYM, 1.9), (PIT, 2.9), ("Draw", 9.0)), {"DRAW_UNEXPECTED": 1}),
        (market("h2h", (NYM, 1.9)), {"NOT_WHOLE": 1}),
        (market("h2h", (NYM, 1.9), (NYM, 1.9)), {"NOT_WHOLE": 2}),
        (market("h2h", (NYM, 1.9), (PIT, 1.9), (PIT, 1.9)), {"NOT_WHOLE": 3}),
        (market("totals", ("More", 1.9, 8.5), (UNDER, 1.9, 8.5)), {"UNKNOWN_OUTCOME": 1, "NOT_WHOLE": 1}),
    ],
)  # fmt: skip
def test_what_makes_no_quote_is_left_out_and_counted(bad: dict, reasons: dict[str, int]) -> None:
    """Lay prices, pushes, broken numbers and outcomes that are not whole are counted by reason; others stay."""
    told = read(event(bad, market("totals", (OVER, 1.9, 6.5), (UNDER, 1.9, 6.5))), odds_format="decimal")
    assert dict(told.left_out) == reasons
    lines = [quote.outcomes[0].line_e6 for quote in told.events[0].quotes if quote.outcomes[0].kind is BetKind.TOTAL]
    assert lines == [6_500_000]


def test_soccer_without_the_draw_is_not_whole() -> None:
    """Two of three ways are not all that can happen: the vig cannot be removed from them."""
    assert dict(read(soccer(market("h2h", ("Arsenal", 1.9), ("Chelsea", 4.3)))).left_out) == {"NOT_WHOLE": 2}


def test_american_odds_are_told_by_their_signs() -> None:
    """A price below zero makes a body American: +122 is 2.22, and -110 is 1.909091."""
    quote = only_quote(event(market("h2h", (NYM, 122), (PIT, -110))))
    assert quote.odds_e6 == (2_220_000, 1_909_091)


def test_the_format_that_was_asked_for_wins() -> None:
    """A body of long odds alone cannot tell: what was asked for does."""
    long = event(market("h2h", (NYM, 150), (PIT, 105)))
    assert read(long, odds_format="american").events[0].quotes[0].odds_e6 == (2_500_000, 2_050_000)
    assert read(long).events[0].quotes[0].odds_e6 == (150_000_000, 105_000_000)


def test_a_quote_is_as_old_as_its_market_says() -> None:
    """The market's time counts, the book's where the market has none, and none where both are silent."""
    stated = event(market("h2h", (NYM, 1.9), (PIT, 1.9)))
    assert only_quote(stated).updated_ns == 1_786_110_540 * 10**9
    del stated["bookmakers"][0]["markets"][0]["last_update"]
    assert only_quote(stated).updated_ns == 1_786_110_480 * 10**9
    del stated["bookmakers"][0]["last_update"]
    assert only_quote(stated).updated_ns is None


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"sport_key": "chess_candidates"}, "unknown_league"),
        ({"home_team": "Springfield Isotopes"}, "unknown_team"),
        ({"home_team": "New York"}, "ambiguous_team"),
        ({"home_team": None}, "unknown_team"),
        ({"home_team": ""}, "unknown_team"),
        ({"home_team": NYM}, "one_team_twice"),
    ],
)
def test_an_event_that_is_not_certain_is_refused_with_its_reason(changed: dict, reason: str) -> None:
    """Unknown leagues, unknown and ambiguous teams are refused, and the event beside them is read."""
    told = read(event(**changed), event(id="2"))
    assert [(one.venue, one.market, one.reason) for one in told.unread] == [("oddsapi", "b16e", reason)]
    assert [one.sighting.id for one in told.events] == ["2"]


def test_rows_that_cannot_be_read_are_told_one_by_one() -> None:
    """Broken events, books and markets are kept as they came with the reason, and nothing beside them is lost."""
    good = market("h2h", (NYM, 1.9), (PIT, 1.9))
    spoilt = event({"outcomes": []}, good)
    spoilt["bookmakers"].append({"markets": [good]})
    told = read({"id": 5}, "x", spoilt)
    assert [reason for reason, _ in told.unreadable] == ["BAD_FIELD"] * 4
    assert [json.loads(raw) for _, raw in told.unreadable[:2]] == [{"id": 5}, "x"]
    assert len(told.events[0].quotes) == 1


def test_one_event_alone_and_events_without_odds_are_read_too() -> None:
    """The odds of one event are an object; the free list of events has no books."""
    body = json.dumps(event(market("h2h", (NYM, 1.9), (PIT, 1.9)))).encode()
    assert len(parse_odds(body, LEAGUES, TEAMS).events[0].quotes) == 1
    assert read(event(bookmakers=None)).events[0].quotes == ()


@pytest.mark.parametrize("wrapper", ["data", "events"])
def test_events_within_an_object_are_read(wrapper: str) -> None:
    """Odds of the past, and captures, have their events inside."""
    body = json.dumps({"timestamp": "2026-08-07T13:49:00Z", wrapper: [event(), event(id="2")]}).encode()
    assert [one.sighting.id for one in parse_odds(body, LEAGUES, TEAMS).events] == ["b16e", "2"]


def test_the_league_that_was_asked_for_counts_where_no_league_has_the_sport_key() -> None:
    """Tennis has a key for each tournament; a key that the table has wins over what was asked for."""
    open_ = League(code="ATP", sport="tennis", game="KXATPMATCH")
    rows = [event(sport_key="tennis_atp_us_open", home_team="Jannik Sinner", away_team="Carlos Alcaraz"), event()]
    told = parse_odds(json.dumps(rows).encode(), LEAGUES, TEAMS, league=open_)
    assert [one.sighting.league for one in told.events] == ["ATP", "MLB"]
    assert any("sinner" in name for name in told.events[0].sighting.teams)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"null", b"3", b'"x"', b"{}", b'{"message":"x","error_code":"INVALID_KEY"}', b"\xff",
     b"[" * 99_999],
)  # fmt: skip
def test_a_body_that_holds_no_events_is_malformed(body: bytes) -> None:
    """HTML, errors and other JSON raise MalformedMessage."""
    for parse in (parse_odds, parse_scores):
        with pytest.raises(MalformedMessage):
            parse(body, LEAGUES, TEAMS)


def test_no_events_are_no_error() -> None:
    """A sport out of season has an empty list."""
    assert read().events == []


@pytest.mark.parametrize(
    ("told", "state", "scores"),
    [
        ({"completed": True, "scores": [{"name": NYM, "score": "4"}, {"name": PIT, "score": "2"}]}, ContestState.OVER,
         ((METS, "4"), (PIRATES, "2"))),
        ({"completed": False, "scores": [{"name": PIT, "score": "0"}]}, ContestState.LIVE, ((PIRATES, "0"),)),
        ({"completed": False, "scores": None}, ContestState.SCHEDULED, ()),
        ({"scores": None}, ContestState.UNKNOWN, ()),
        ({"completed": False, "scores": [{"name": "Nobody", "score": "1"}, {"name": NYM, "score": None}]},
         ContestState.LIVE, ()),
    ],
)  # fmt: skip
def test_scores_tell_where_a_contest_stands(told: dict, state: ContestState, scores: tuple) -> None:
    """Only `completed` is over; scores are null before the start, and belong to the teams by name."""
    (one,) = parse_scores(json.dumps([event(**told)]).encode(), LEAGUES, TEAMS).scores
    assert (one.sighting.state, one.scores) == (state, scores)


def test_sports_are_listed_with_what_is_in_season() -> None:
    """Rows without a key are passed over."""
    rows = [{"key": "icehockey_nhl", "group": "Ice Hockey", "title": "NHL", "active": True, "has_outrights": False}, {}]
    assert [(one.key, one.active) for one in parse_sports(json.dumps(rows).encode())] == [("icehockey_nhl", True)]


finite = st.floats(allow_nan=False, allow_infinity=False)
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | finite | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_odds_or_malformed(body: bytes) -> None:
    """Whatever comes, reading it never fails in any other way."""
    with suppress(MalformedMessage):
        parse_odds(body, LEAGUES, TEAMS)


@given(anything, st.data())
def test_arbitrary_values_in_a_row_spoil_one_event_at_most(value: object, data: st.DataObject) -> None:
    """Any field of an event, a book, a market or an outcome may hold anything: the other event is read all the same."""
    spoilt = deepcopy(event(market("totals", (OVER, 1.9, 8.5), (UNDER, 1.9, 8.5)), scores=[], completed=False))
    book = spoilt["bookmakers"][0]
    target = data.draw(st.sampled_from([spoilt, book, book["markets"][0], book["markets"][0]["outcomes"][0]]))
    target[data.draw(st.sampled_from(sorted(target)))] = value
    assert "2" in [one.sighting.id for one in read(spoilt, event(id="2")).events]
    body = json.dumps([spoilt, event(id="2")]).encode()
    assert "2" in [one.sighting.id for one in parse_scores(body, LEAGUES, TEAMS).scores]
