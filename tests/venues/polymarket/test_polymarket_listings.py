"""What Polymarket's markets settle on: each is read on its own, and what is not certain is refused with why."""

import json
from typing import Any

import pytest
from gamma_kit import LAKERS, about, context, event_of, listing, read, reason, row, side_paid, utc_ns
from hypothesis import given
from hypothesis import strategies as st

from firstprint.domain.contests import ContestState
from firstprint.domain.propositions import BetKind, Listing, Period, Polarity, Topic, Unread
from firstprint.venues.polymarket.gamma import parse_gamma
from firstprint.venues.polymarket.listings import read_event, read_markets
from firstprint.venues.polymarket.rules import margin_ruled, matchup, read_terms, spread_text

TITLE = "Grizzlies vs. Lakers"
ALAVES = "lal-ala-val-2026-09-15"
FED = "fed-decision-in-july"
HALF_TIE = "If the score is tied at halftime, this market will resolve 50-50."


def winner(*outcomes: str, **fields: Any) -> dict[str, Any]:
    """Write a moneyline of the game between Memphis and Los Angeles."""
    return row(LAKERS, outcomes or ("Grizzlies", "Lakers"), sportsMarketType="moneyline", **fields)


def spread(suffix: str, first: str, second: str, **fields: Any) -> dict[str, Any]:
    """Write a spread of that game."""
    return row(f"{LAKERS}-{suffix}", (first, second), **fields)


# -- who wins --------------------------------------------------------------------------------------------------------


def test_a_moneyline_pays_on_its_first_outcome() -> None:
    """Outcome 0 is the away team by habit, and whoever it names by reading."""
    away = listing(LAKERS, winner(), title=TITLE)
    home = listing(LAKERS, winner("Lakers", "Grizzlies"), title=TITLE)
    assert (side_paid(away), side_paid(home)) == ("memphis-grizzlies", "los-angeles-lakers")
    assert away.bet == home.bet
    assert {away.polarity, home.polarity} == {Polarity.YES, Polarity.NO}
    assert [outcome.token for outcome in away.outcomes] == [f"{LAKERS}/Grizzlies", f"{LAKERS}/Lakers"]


def test_the_order_in_a_title_may_differ_from_the_slugs() -> None:
    """Teams are a pair; only who is at home is not known then."""
    one = listing(LAKERS, winner(), title="Lakers vs. Grizzlies")
    assert (side_paid(one), about(one).home) == ("memphis-grizzlies", None)


@pytest.mark.parametrize(
    ("outcomes", "why"),
    [
        (("Grizzlies", "Celtics"), "third_team"),
        (("Grizzlies", "Grizzlies"), "one_team_twice"),
        (("Grizzlies", "Nobody"), "unknown_team"),
        (("Grizzlies",), "bad_outcomes"),
        (("Grizzlies", "Lakers", "Draw"), "bad_outcomes"),
        (("Yes", "No"), "unread_kind"),
    ],
)
def test_outcomes_that_are_not_the_two_teams_are_refused(outcomes: tuple[str, ...], why: str) -> None:
    """Both outcomes must be read, and be the two teams."""
    assert reason(LAKERS, winner(*outcomes), title=TITLE) == why


def test_a_slug_whose_codes_are_other_teams_than_the_title_is_refused() -> None:
    """Codes and names are both read: a title of other teams makes neither certain."""
    assert reason(LAKERS, winner(), title="Celtics vs. Lakers") == "code_and_name_disagree"
    teams = [{"name": "Grizzlies", "ordering": "away"}, {"name": "Celtics", "ordering": "home"}]
    assert reason(LAKERS, winner(), title=TITLE, teams=teams) == "third_team"


def test_a_market_of_another_game_than_its_event_is_refused() -> None:
    """A slug of the next day's game is no market of this one."""
    market = row("nba-mem-lal-2026-01-05", ("Grizzlies", "Lakers"), sportsMarketType="moneyline")
    assert reason(LAKERS, market, title=TITLE) == "not_of_event"


@pytest.mark.parametrize(
    ("slug", "title", "teams"),
    [
        ("nhl-utah-las-2026-01-09", "Mammoth vs. Golden Knights", ("utah-mammoth", "vegas-golden-knights")),
        ("nhl-uta-las-2026-01-09", "Utah vs. Golden Knights", ("utah-mammoth", "vegas-golden-knights")),
        ("mlb-oak-bos-2026-04-01", "Athletics vs. Red Sox", ("athletics", "boston-red-sox")),
        ("nfl-jac-kc-2026-09-15", "Jaguars vs. Chiefs", ("jacksonville-jaguars", "kansas-city-chiefs")),
        ("cbb-gnzg-kan-2026-01-09", "Gonzaga Bulldogs vs. Kansas Jayhawks", ("gonzaga", "kansas")),
    ],
)
def test_codes_and_names_differ_from_other_venues(slug: str, title: str, teams: tuple[str, str]) -> None:
    """Polymarket's own codes and nicknames mean the same teams."""
    outcomes = tuple(title.split(" vs. "))
    assert about(listing(slug, row(slug, outcomes, sportsMarketType="moneyline"), title=title)).teams == teams


def test_codes_that_no_table_has_are_decided_by_names() -> None:
    """Unknown codes do not matter where the names are known; unknown leagues do."""
    slug = "nba-xyz-zyx-2026-01-04"
    market = row(slug, ("Grizzlies", "Lakers"), sportsMarketType="moneyline")
    assert side_paid(listing(slug, market, title=TITLE)) == "memphis-grizzlies"
    strange = "qqq-mem-lal-2026-01-04"
    market = row(strange, ("Grizzlies", "Lakers"), sportsMarketType="moneyline")
    assert reason(strange, market, title=TITLE) == "unknown_league"


def test_teams_of_an_event_say_who_is_at_home() -> None:
    """`ordering` wins over the order of the slug."""
    assert about(listing(LAKERS, winner(), title=TITLE)).home == "los-angeles-lakers"
    teams = [{"name": "Grizzlies", "ordering": "home"}, {"name": "Lakers", "ordering": "away"}]
    assert about(listing(LAKERS, winner(), title=TITLE, teams=teams)).home == "memphis-grizzlies"


@pytest.mark.parametrize(
    ("suffix", "question", "group", "side"),
    [
        ("ala", "Will Deportivo Alavés win on 2026-09-15?", "Deportivo Alavés", "alaves"),
        ("val", "Will Valencia CF win on 2026-09-15?", "Valencia CF", "valencia"),
        (
            "draw",
            "Will Deportivo Alavés vs. Valencia CF end in a draw?",
            "Draw (Deportivo Alavés vs. Valencia CF)",
            "draw",
        ),
    ],
)
def test_soccer_is_three_markets_in_regulation_time(suffix: str, question: str, group: str, side: str) -> None:
    """Each side's market and the draw's are three bets, by yes and no."""
    market = row(f"{ALAVES}-{suffix}", question=question, groupItemTitle=group, sportsMarketType="moneyline")
    title = "Deportivo Alavés vs. Valencia CF"
    one = listing(ALAVES, market, title=title, negRisk=True)
    assert (one.bet.kind, one.bet.period, one.bet.side, one.polarity) == (
        BetKind.RESULT, Period.REGULATION, side, Polarity.YES,
    )  # fmt: skip
    turned = listing(ALAVES, {**market, "outcomes": '["No","Yes"]'}, title=title)
    assert (turned.bet, turned.polarity) == (one.bet, Polarity.NO)
    relisted = listing(ALAVES, {**market, "slug": f"{market['slug']}-20260617190323537"}, title=title)
    assert relisted.bet == one.bet
    half = {**market, "slug": f"{ALAVES}-second-half-{suffix}"}
    assert reason(ALAVES, half, title=title) == "unread_kind"


@pytest.mark.parametrize(
    ("suffix", "question", "group"),
    [
        ("val", "Will Deportivo Alavés win on 2026-09-15?", "Deportivo Alavés"),
        ("ala", "Will Deportivo Alavés win on 2026-09-15?", "Valencia CF"),
        ("draw", "Will Deportivo Alavés win on 2026-09-15?", "Draw"),
        ("ala", "Will Deportivo Alavés vs. Valencia CF end in a draw?", "Deportivo Alavés"),
    ],
)
def test_a_three_way_market_that_says_two_sides_is_refused(suffix: str, question: str, group: str) -> None:
    """Slug, question and group name one side."""
    market = row(f"{ALAVES}-{suffix}", question=question, groupItemTitle=group, sportsMarketType="moneyline")
    assert reason(ALAVES, market, title="Deportivo Alavés vs. Valencia CF") == "code_and_name_disagree"


def test_a_half_is_two_ways_only_where_a_tie_pays_half() -> None:
    """Level at halftime is common: what it pays must be said."""
    market = row(f"{LAKERS}-1h-moneyline", ("Grizzlies", "Lakers"), sportsMarketType="first_half_moneyline")
    assert reason(LAKERS, market, title=TITLE) == "no_tie_rule"
    one = listing(LAKERS, {**market, "description": HALF_TIE}, title=TITLE)
    assert (one.bet.kind, one.bet.period, one.terms.tie) == (BetKind.WINNER, Period.FIRST_HALF, "half")


def test_esports_are_read_by_name_and_their_maps_are_not() -> None:
    """Without a table a team is what it is called; a map's winner is another bet than the match's."""
    slug, title = "cs2-faze-ill-2026-04-05", "Counter-Strike: Team FaZe vs illwill (BO3) - HLC Belgrade Pro Playoffs"
    match = row(slug, ("FaZe", "illwill"), sportsMarketType="moneyline", groupItemTitle="Match Winner")
    one = listing(slug, match, title=title)
    assert about(one).teams == ("faze", "illwill")
    game = row(f"{slug}-game1", ("FaZe", "illwill"), sportsMarketType="child_moneyline")
    assert reason(slug, game, title=title) == "unread_kind"
    assert reason(slug, {**game, "sportsMarketType": "moneyline"}, title=title) == "unread_kind"


def test_a_placeholder_is_refused() -> None:
    """`Other` stands for outcomes that are not named yet."""
    assert reason(LAKERS, winner(negRiskOther=True), title=TITLE) == "placeholder"


# -- lines -----------------------------------------------------------------------------------------------------------

SPREAD = {
    "question": "Spread: Lakers (-3.5)",
    "line": -3.5,
    "sportsMarketType": "spreads",
    "description": 'This market will resolve to "Lakers" if the Lakers win the game by 4 or more points.',
}


def test_a_spread_is_stated_four_times_and_read_once() -> None:
    """Question, line, slug and rules say that Los Angeles wins by more than 3.5; any one of them alone does too."""
    full = listing(LAKERS, spread("spread-home-3pt5", "Lakers", "Grizzlies", **SPREAD), title=TITLE)
    assert (full.bet.kind, full.bet.side, full.bet.line_e6, full.polarity) == (
        BetKind.MARGIN, "los-angeles-lakers", 3_500_000, Polarity.YES,
    )  # fmt: skip
    for alone in ("question", "line", "description"):
        fields = {alone: SPREAD[alone], "sportsMarketType": "spreads"}
        one = listing(LAKERS, row(f"{LAKERS}", ("Lakers", "Grizzlies"), **fields), title=TITLE)
        assert (one.bet, one.polarity) == (full.bet, full.polarity)
    slugged = listing(LAKERS, spread("spread-home-3pt5", "Lakers", "Grizzlies"), title=TITLE)
    assert (slugged.bet, slugged.polarity) == (full.bet, full.polarity)


def test_a_spread_of_the_underdog_first_is_the_same_bet_the_other_way() -> None:
    """`Grizzlies +3.5` is not `Lakers -3.5`: the first outcome pays when the bet is false."""
    market = spread("spread-home-3pt5", "Grizzlies", "Lakers", **{**SPREAD, "line": 3.5})
    one = listing(LAKERS, market, title=TITLE)
    assert (one.bet.side, one.bet.line_e6, one.polarity) == ("los-angeles-lakers", 3_500_000, Polarity.NO)


def test_a_first_halfs_line_has_no_sign() -> None:
    """The question and the slug say who lays the points; the line itself only how many."""
    market = spread(
        "1h-spread-away-2pt5", "Grizzlies", "Lakers", question="1H Spread: Grizzlies (-2.5)", line=2.5,
        sportsMarketType="first_half_spreads",
    )  # fmt: skip
    one = listing(LAKERS, market, title=TITLE)
    assert (one.bet.period, one.bet.line_e6, one.polarity) == (Period.FIRST_HALF, -2_500_000, Polarity.NO)
    assert reason(LAKERS, {**market, "line": 3.5}, title=TITLE) == "lines_disagree"
    assert reason(LAKERS, {**market, "question": "1H Spread", "slug": LAKERS}, title=TITLE) == "no_line"


@pytest.mark.parametrize(
    "changed",
    [
        {"question": "Spread: Lakers (-4.5)"},
        {"question": "Spread: Grizzlies (-3.5)"},
        {"question": "Spread: Celtics (-3.5)"},
        {"line": 3.5},
        {"line": -4.5},
        {"slug": f"{LAKERS}-spread-away-3pt5"},
        {"slug": f"{LAKERS}-spread-home-4pt5"},
        {"description": 'This market will resolve to "Lakers" if the Lakers win the game by 5 or more points.'},
        {"description": 'This market will resolve to "Grizzlies" if the Grizzlies win the game by 4 or more points.'},
    ],
)
def test_a_spread_that_is_stated_otherwise_is_refused(changed: dict[str, Any]) -> None:
    """One adjacent line, one turned sign, one other team, and nothing is certain."""
    market = {**spread("spread-home-3pt5", "Lakers", "Grizzlies", **SPREAD), **changed}
    assert reason(LAKERS, market, title=TITLE) == "lines_disagree"


def test_a_line_that_can_be_met_exactly_is_refused() -> None:
    """By exactly 4 would pay back: that is no yes or no."""
    market = row(LAKERS, ("Lakers", "Grizzlies"), question="Spread: Lakers (-4.0)", sportsMarketType="spreads")
    assert reason(LAKERS, market, title=TITLE) == "push_possible"


def test_totals_are_read_in_either_order() -> None:
    """`Over` may stand second; 246 or more is more than 245.5."""
    fields = {
        "question": "Grizzlies vs. Lakers: O/U 245.5", "line": 245.5, "sportsMarketType": "totals",
        "description": 'resolve to "Over" if the Grizzlies and Lakers combine to score 246 or more points',
    }  # fmt: skip
    over = listing(LAKERS, spread("total-245pt5", "Over", "Under", **fields), title=TITLE)
    under = listing(LAKERS, spread("total-245pt5", "Under", "Over", **fields), title=TITLE)
    assert (over.bet.kind, over.bet.line_e6, over.polarity) == (BetKind.TOTAL, 245_500_000, Polarity.YES)
    assert (under.bet, under.polarity) == (over.bet, Polarity.NO)
    for changed in (
        {"line": 246.5},
        {"question": "Grizzlies vs. Lakers: O/U 244.5"},
        {"slug": f"{LAKERS}-total-246pt5"},
    ):
        market = {**spread("total-245pt5", "Over", "Under", **fields), **changed}
        assert reason(LAKERS, market, title=TITLE) == "lines_disagree"


def test_a_players_count_is_of_the_player_in_question_and_slug() -> None:
    """Accents and Jr. are spelling; another player is another player."""
    slug = "points-luka-doncic-34pt5"
    market = spread(slug, "Yes", "No", question="Luka Dončić: Points Over 34.5", line=34.5, sportsMarketType="points")
    one = listing(LAKERS, market, title=TITLE)
    assert (one.bet.kind, one.bet.stat, one.bet.subject, one.bet.line_e6) == (
        BetKind.STAT, "points", "luka doncic", 34_500_000,
    )  # fmt: skip
    other = {**market, "question": "LeBron James: Points Over 34.5"}
    assert reason(LAKERS, other, title=TITLE) == "code_and_name_disagree"
    assert reason(LAKERS, {**market, "sportsMarketType": "rebounds"}, title=TITLE) == "type_disagrees"


def test_a_teams_total_names_its_team() -> None:
    """One team's goals are not both teams'."""
    title = "Deportivo Alavés vs. Valencia CF"
    market = row(f"{ALAVES}-ala-total-1pt5x", ("Over", "Under"), question="Valencia CF: Team Total O/U 1.5", line=1.5,
                 sportsMarketType="soccer_team_totals")  # fmt: skip
    one = listing(ALAVES, market, title=title)
    assert (one.bet.kind, one.bet.side, one.bet.line_e6) == (BetKind.TEAM_TOTAL, "valencia", 1_500_000)
    assert reason(ALAVES, {**market, "question": f"{title}: O/U 1.5"}, title=title) == "unknown_team"


def test_both_teams_to_score_is_by_yes_and_no() -> None:
    """In soccer, within regulation time."""
    market = row(f"{ALAVES}-btts", question="Deportivo Alavés vs. Valencia CF: Both Teams to Score",
                 sportsMarketType="both_teams_to_score")  # fmt: skip
    one = listing(ALAVES, market, title="Deportivo Alavés vs. Valencia CF")
    assert (one.bet.kind, one.bet.period) == (BetKind.BOTH_SCORE, Period.REGULATION)


@pytest.mark.parametrize("type_", ["soccer_exact_score", "total_corners", "nrfi", "map_handicap", "double_double"])
def test_other_types_are_unread(type_: str) -> None:
    """What is not known is not guessed by how it looks."""
    assert reason(LAKERS, {**winner(), "sportsMarketType": type_}, title=TITLE) == "unread_kind"


# -- when it starts --------------------------------------------------------------------------------------------------


def test_the_start_is_the_markets_then_the_events_then_a_day_of_unknown_zone() -> None:
    """The slug's day may be UTC or US Eastern: it holds both."""
    at = utc_ns("2026-01-05T02:30:00")
    said = {"gameStartTime": "2026-01-05 02:30:00+00"}
    assert about(listing(LAKERS, winner(**said), title=TITLE)).start == (at, at)
    assert about(listing(LAKERS, winner(), title=TITLE, startTime="2026-01-05T02:30:00Z")).start == (at, at)
    window = about(listing(LAKERS, winner(), title=TITLE)).start
    assert window is not None
    assert window.earliest_ns <= utc_ns("2026-01-04T00:00:00")
    assert window.earliest_ns <= at <= window.latest_ns


def test_starts_of_two_days_are_refused() -> None:
    """A market of one day in an event of another is of no certain game."""
    market = winner(gameStartTime="2026-01-05 02:30:00+00")
    assert reason(LAKERS, market, title=TITLE, startTime="2026-01-06T02:30:00Z") == "dates_disagree"


def test_a_game_that_was_moved_says_so() -> None:
    """The slug keeps its old day; a day more or less is a zone's."""
    for start, moved in (("2026-01-05T02:30:00Z", False), ("2026-01-09T02:30:00Z", True)):
        assert about(listing(LAKERS, winner(), title=TITLE, startTime=start)).rescheduled is moved
    one = listing(LAKERS, winner(), title=TITLE, startTime="2026-01-05T02:30:00Z", rescheduledFromGameId="4")
    assert about(one).rescheduled is True


def test_a_child_event_is_of_its_parents_game() -> None:
    """It has no game's id of its own: the parent's id, and the game's part of its slug, are shared."""
    market = {"sportsMarketType": "totals", "line": 2.5, "question": "O/U 2.5"}
    title = "Deportivo Alavés vs. Valencia CF"
    child = event_of(
        f"{ALAVES}-more-markets", [row(f"{ALAVES}-total-2pt5", ("Over", "Under"), **market)],
        title=f"{title} - More Markets", id="10", parentEventId=9,
    )  # fmt: skip
    main = event_of(
        ALAVES, [row(f"{ALAVES}-ala", question="Will Deportivo Alavés win?", sportsMarketType="moneyline")],
        title=title, id="9", gameId=77,
    )  # fmt: skip
    read_as = [one for event in (child, main) for one in read_event(event, context())]
    assert all(isinstance(one, Listing) for one in read_as)
    names = [set(about(one).same_as) for one in read_as if isinstance(one, Listing)]
    assert names[0] & names[1] == {"polymarket:event:9", f"polymarket:slug:{ALAVES}"}
    assert "polymarket:game:77" in names[1]


def test_the_second_game_of_a_day_is_another_game() -> None:
    """`-dh2` is the number of the game, and no name is shared with the first."""
    slug = "mlb-stl-cin-2026-08-17"
    games = [
        listing(f"{slug}{tail}", row(f"{slug}{tail}", ("Cardinals", "Reds"), sportsMarketType="moneyline"),
                title="Cardinals vs. Reds", id=f"1{tail}")
        for tail in ("", "-dh2")
    ]  # fmt: skip
    assert [about(one).game for one in games] == [None, 2]
    assert not set(about(games[0]).same_as) & set(about(games[1]).same_as)


def test_a_games_state_is_the_events() -> None:
    """Live and ended are told; scheduled is not made of their absence."""
    states = [
        about(listing(LAKERS, winner(), title=TITLE, **said)).state for said in ({}, {"live": True}, {"ended": True})
    ]
    assert states == [ContestState.UNKNOWN, ContestState.LIVE, ContestState.OVER]


# -- topics ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "group", "outcome"),
    [
        ("Fed decreases interest rates by 50+ bps after July 2026 meeting?", "50+ bps decrease", "cut_50plus"),
        ("Will the Fed decrease interest rates by 25 bps after the July 2026 meeting?", "25 bps decrease", "cut_25"),
        ("Will there be no change in Fed interest rates after the July 2026 meeting?", "No change", "no_change"),
        ("Fed increases interest rates by 25 bps after July 2026 meeting?", "25 bps increase", "hike_25"),
        ("Fed increases interest rates by 50+ bps after July 2026 meeting?", "50+ bps increase", "hike_50plus"),
    ],
)
def test_the_feds_decisions_are_read(question: str, group: str, outcome: str) -> None:
    """Question and group say what, question and event which meeting."""
    market = row("fed-x-20260617190323537", question=question, groupItemTitle=group)
    one = listing(FED, market, title="Fed decision in July?", endDate="2026-07-29T00:00:00Z")
    assert (one.about, one.bet.side, one.polarity) == (
        Topic(kind="fed_decision", key="2026-07"), outcome, Polarity.YES,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "group", "why"),
    [
        ("Fed increases interest rates by 25+ bps after July 2026 meeting?", "25+ bps increase", "unknown_outcome"),
        ("Fed decreases interest rates by 25 bps after July 2026 meeting?", "50+ bps decrease", "unknown_outcome"),
        ("Fed decreases interest rates by 25 bps after June 2026 meeting?", "25 bps decrease", "dates_disagree"),
        ("Fed decreases interest rates by 25 bps after July 2027 meeting?", "25 bps decrease", "dates_disagree"),
        ("Will the Fed cut rates in 2026?", "", "unread_event"),
        ("Fed emergency rate cut before August?", "", "unread_event"),
    ],
)
def test_a_decision_that_is_not_certain_is_refused(question: str, group: str, why: str) -> None:
    """25 or more is not 25; another meeting is another topic; a year's cuts are no meeting."""
    market = row("fed-x", question=question, groupItemTitle=group)
    assert reason(FED, market, title="Fed decision in July?", endDate="2026-07-29T00:00:00Z") == why


def test_a_meetings_year_may_come_from_its_end_alone() -> None:
    """Where nothing names the year, the end does if it is in the meeting's month; without both nobody knows."""
    market = row("fed-x", question="Fed decreases interest rates by 25 bps after July meeting?")
    one = listing(FED, market, title="Fed decision in July?", endDate="2026-07-29T00:00:00Z")
    assert getattr(one.about, "key", None) == "2026-07"
    assert reason(FED, market, title="Fed decision in July?") == "no_date"
    assert reason(FED, market, title="Fed decision in July?", endDate="2026-12-31T00:00:00Z") == "no_date"


def test_a_seasons_title_is_read_and_a_conferences_is_not() -> None:
    """The World Series is not the National League's pennant, and a season must be named by a year that is certain."""
    slug = "2027-nba-champion"
    one = listing(slug, row("x", question="Will the Atlanta Hawks win the 2027 NBA Finals?"), title="2027 NBA Champion")
    assert (one.about, one.bet.side) == (Topic(kind="champion", key="NBA/2027"), "atlanta-hawks")
    for question, why in (
        ("Will the Atlanta Hawks win the NBA Eastern Conference Finals?", "unread_event"),
        ("Will the Atlanta Hawks win the NBA Finals?", "season_unsure"),
        ("Will the Los Angeles Dodgers win the National League Championship Series?", "unread_event"),
        ("Will Arsenal win the 2027 English Premier League?", "season_unsure"),
        ("Will the Nobodies win the 2027 NBA Finals?", "unknown_team"),
    ):
        assert reason("some-title", row("x", question=question)) == why, question


def test_a_nominee_is_a_person_of_a_party_and_year() -> None:
    """The question's name is the outcome."""
    question = "Will Stephen A. Smith win the 2028 Democratic presidential nomination?"
    one = listing("democratic-presidential-nominee-2028", row("x-914", question=question))
    assert (one.about, one.bet.side) == (Topic(kind="nominee", key="US-president/D/2028"), "stephen a smith")
    other = "Will Stephen A. Smith win the 2028 US Presidential Election?"
    assert reason("presidential-election-winner-2028", row("x", question=other)) == "unread_event"


@pytest.mark.parametrize(
    "question",
    ["Will the price of Bitcoin be above $58,000 on June 30?", "Will inflation be 0.2% in July?", "", "50+?"],
)
def test_other_events_are_unread(question: str) -> None:
    """Thresholds, buckets and dates are not read by how they look."""
    assert reason("what-price-will-bitcoin-hit", row("x", question=question)) == "unread_event"


# -- terms, flags, and lists -----------------------------------------------------------------------------------------


def test_the_rules_terms_are_read() -> None:
    """Postponed stays open, cancelled pays half, an absent player loses, overtime counts or does not."""
    rules = (
        "The entire game including all overtime periods will be considered. If the game is postponed, this market will "
        "remain open until the game has been completed. If the game is canceled entirely, with no make-up game, this "
        'market will resolve 50-50. If the player is listed as inactive, the market will resolve "No".'
    )
    terms = listing(LAKERS, winner(description=rules, resolutionSource="https://www.nba.com/"), title=TITLE).terms
    assert (terms.overtime, terms.postponed, terms.cancelled, terms.inactive, terms.tie, terms.sources) == (
        True, "stays_open", "half", "no", None, ("https://www.nba.com/",),
    )  # fmt: skip
    regular = "This market refers only to the outcome within the first 90 minutes of regular play plus stoppage time."
    assert read_terms(regular, None).overtime is False
    assert read_terms(None, None).overtime is None


def test_markets_alone_are_read_like_those_of_events() -> None:
    """With the event that they bring, or with nothing but their own slug."""
    alone = winner(question=TITLE, gameStartTime="2026-01-05 02:30:00+00")
    nested = {**alone, "events": [{"id": "9", "slug": LAKERS, "title": TITLE}]}
    read_as = [
        read_markets(parse_gamma(json.dumps([market]).encode()).markets, context())[0] for market in (alone, nested)
    ]
    assert all(isinstance(one, Listing) and side_paid(one) == "memphis-grizzlies" for one in read_as)


def test_what_trades_is_told_and_what_does_not_is_read_too() -> None:
    """A closed market is a listing that is not live; where nothing is stated nothing is known."""
    trades = {"active": True, "closed": False, "enableOrderBook": True, "acceptingOrders": True}
    lives = [listing(LAKERS, winner(**said), title=TITLE).live for said in (trades, {**trades, "closed": True}, {})]
    assert lives == [True, False, None]


labels = st.text(max_size=20) | st.sampled_from(["Yes", "No", "Lakers", "Grizzlies", "Over", "Under", "Draw", "Tie"])
questions = st.text(max_size=60) | st.sampled_from(
    [
        TITLE,
        "Spread: Lakers (-3.5)",
        "X: O/U 1.5",
        "Will Lakers win?",
        "Fed decreases interest rates by 25 bps after July meeting?",
    ]
)


@given(
    st.sampled_from([LAKERS, ALAVES, "cs2-a-b-2026-01-01", FED, "some-thing"]),
    st.sampled_from(["", "-spread-home-3pt5", "-total-9pt5", "-draw", "-1h-moneyline", "-points-x-y-3pt5", "-zz"]),
    st.lists(labels, max_size=3),
    st.sampled_from(
        [None, "moneyline", "spreads", "totals", "first_half_spreads", "points", "soccer_team_totals", "q"]
    ),
    st.none() | questions,
    st.none() | questions,
    st.none() | st.sampled_from([-3.5, 3.5, 4, 0, 1e9]),
)
def test_any_market_is_read_or_refused(
    slug: str, tail: str, outcomes: list[str], type_: str | None, question: str | None, title: str | None, line: Any
) -> None:
    """Nothing raises; what is read has two outcomes, and two different teams."""
    market = row(f"{slug}{tail}", tuple(outcomes), sportsMarketType=type_, question=question, line=line)
    one = read(slug, market, title=title, description=title)
    assert isinstance(one, Unread) or len(one.outcomes) == 2
    if isinstance(one, Listing) and not isinstance(one.about, Topic):
        assert len(set(one.about.teams)) == 2


@given(st.text(max_size=300))
def test_any_text_is_searched_without_harm(text: str) -> None:
    """Titles, questions and rules are hostile text."""
    matchup(text), spread_text(text), margin_ruled(text), read_terms(text, text)
