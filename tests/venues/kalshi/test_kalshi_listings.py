"""What Kalshi's markets settle on: each is read on its own, and what is not certain is refused with why."""

import pytest
from listings_kit import about, context, listing, market, read, reason, side_paid, utc_ns

from firstprint.domain.entries import EventEntry
from firstprint.domain.propositions import BetKind, Listing, Period, Polarity, Topic, Unread
from firstprint.venues.kalshi.listings import read_event, read_markets

MLB = "KXMLBGAME-26AUG092020HOUSD"
NFL = "KXNFLGAME-26SEP14DENKC"
NBA = "KXNBAGAME-26JAN09MILLAL"
MLS = "KXMLSGAME-26AUG19VANHOU"
SPREAD = "KXNFLSPREAD-26SEP13NYJTEN"
TOTAL = "KXWNBATOTAL-26AUG08INDCHI"
FED = "KXFEDDECISION-26JUL"


# -- who wins --------------------------------------------------------------------------------------------------------


def test_a_winner_is_read_from_tickers_alone() -> None:
    """A ticker and an event's ticker are enough: league, both teams, the side and the Eastern day are in them."""
    one = listing(f"{NBA}-MIL", NBA)
    assert (one.bet.kind, one.bet.period, side_paid(one)) == (BetKind.WINNER, Period.FULL, "milwaukee-bucks")
    assert about(one).league == "NBA"
    assert about(one).teams == ("los-angeles-lakers", "milwaukee-bucks")
    window = about(one).start
    assert window is not None
    assert window.earliest_ns <= utc_ns("2026-01-10T03:30:00") <= window.latest_ns
    assert not window.earliest_ns <= utc_ns("2026-01-09T03:30:00")


def test_both_sides_of_a_game_are_one_bet_with_two_polarities() -> None:
    """`MIL wins` and `LAL wins` are the same bet, one of them the other way round."""
    mil, lal = listing(f"{NBA}-MIL", NBA), listing(f"{NBA}-LAL", NBA)
    assert mil.bet == lal.bet
    assert {mil.polarity, lal.polarity} == {Polarity.YES, Polarity.NO}
    assert about(mil) == about(lal)


@pytest.mark.parametrize(("code", "team"), [("LAL", "los-angeles-lakers"), ("LAC", "los-angeles-clippers")])
def test_codes_that_look_alike_are_told_apart(code: str, team: str) -> None:
    """LAL and LAC are two teams of one town, and each is only itself."""
    event = f"KXNBAGAME-26JAN10{code}DET"
    assert side_paid(listing(f"{event}-{code}", event)) == team


@pytest.mark.parametrize(
    ("event", "title", "teams"),
    [
        ("KXNCAAMBGAME-26JAN24CONNSJU", "Connecticut at St. John's", ("saint-johns", "uconn")),
        ("KXNCAAMBGAME-26JAN24CONNSJU", "UConn at St Johns", ("saint-johns", "uconn")),
        ("KXNCAAFGAME-26SEP19LSUMISS", "LSU vs Mississippi", ("lsu", "ole-miss")),
        ("KXNCAAFGAME-26SEP19LSUMISS", "LSU vs Ole Miss", ("lsu", "ole-miss")),
        ("KXNCAAFGAME-26SEP19MSUND", "Michigan St. vs Notre Dame", ("michigan-state", "notre-dame")),
        ("KXNHLGAME-26JAN09UTAVGK", "Utah vs Vegas", ("utah-mammoth", "vegas-golden-knights")),
        ("KXMLBGAME-26AUG081310ATHBOS", "A's vs Boston", ("athletics", "boston-red-sox")),
        ("KXNFLGAME-26SEP13LACAR", "Los Angeles R vs Carolina", ("carolina-panthers", "los-angeles-rams")),
    ],
)
def test_names_are_read_as_people_write_them(event: str, title: str, teams: tuple[str, str]) -> None:
    """Saint and State, schools by two names, a club without its town: code and name mean one team."""
    total = event.replace("GAME", "TOTAL", 1)
    assert about(listing(f"{total}-9", total, title)).teams == teams


def test_a_name_that_means_another_team_than_the_code_is_refused() -> None:
    """A code of one team under the other's name is no certain side, whichever of them is wrong."""
    assert reason(f"{MLB}-HOU", MLB, "Houston vs San Diego", yes_sub_title="San Diego") == "code_and_name_disagree"
    assert reason(f"{MLB}-HOU", MLB, "Texas vs San Diego", yes_sub_title="Houston") == "code_and_name_disagree"


def test_an_unknown_code_is_decided_by_the_names() -> None:
    """A code that no table has does not matter where both names are known."""
    event = "KXMLBGAME-26AUG092020QQQZZ"
    one = listing(f"{event}-QQQ", event, "Houston vs San Diego", yes_sub_title="Houston")
    assert side_paid(one) == "houston-astros"
    assert reason(f"{event}-QQQ", event) == "unknown_team"


def test_an_unknown_team_is_refused_with_what_it_may_be() -> None:
    """What no table has is proposed to a person and never decided."""
    event = "KXNBAGAME-26JAN09QQQZZZ"
    one = read(f"{event}-QQQ", event, "Milwakee Bucks vs Lakers")
    assert isinstance(one, Unread)
    assert (one.reason, "Milwaukee Bucks" in one.proposed) == ("unknown_team", True)


def test_soccer_is_three_ways_in_regulation_time() -> None:
    """The three markets of a soccer game are three bets on 90 minutes, the tie one of them; none is folded."""
    after = "wins after 90 minutes plus stoppage time (does not include extra time or penalties)"
    sides = {"VAN": "Vancouver", "HOU": "Houston", "TIE": "Tie"}
    event = EventEntry(ticker=MLS, title="Vancouver vs Houston")
    markets = [
        market(f"{MLS}-{code}", MLS, yes_sub_title=name, rules_primary=f"If {name} {after}")
        for code, name in sides.items()
    ]
    read_as = [one for one in read_event(event, markets, context()) if isinstance(one, Listing)]
    assert [one.bet.side for one in read_as] == ["vancouver-whitecaps", "houston-dynamo", "draw"]
    assert {(one.bet.kind, one.bet.period, one.polarity) for one in read_as} == {
        (BetKind.RESULT, Period.REGULATION, Polarity.YES)
    }
    assert {one.terms.overtime for one in read_as} == {False}


def test_soccer_names_the_home_team_first_and_american_sports_last() -> None:
    """Who is at home follows the league's order of names."""
    assert about(listing(f"{MLS}-VAN", MLS)).home == "vancouver-whitecaps"
    assert about(listing(f"{NFL}-KC", NFL)).home == "kansas-city-chiefs"


def test_a_tie_is_a_tie_by_code_and_by_name() -> None:
    """`TIE` with a team's name, or a team's code called Tie, is neither."""
    assert reason(f"{MLS}-TIE", MLS, yes_sub_title="Vancouver") == "code_and_name_disagree"
    assert reason(f"{MLS}-VAN", MLS, yes_sub_title="Tie") == "code_and_name_disagree"


def test_reg_time_in_front_of_a_name_means_regulation() -> None:
    """`Reg Time: Denver` is Denver in regulation time alone, three ways where there is a market for the tie."""
    assert reason(f"{NFL}-DEN", NFL, "Denver vs Kansas City", yes_sub_title="Reg Time: Denver") == "no_tie_rule"
    names = {"DEN": "Reg Time: Denver", "KC": "Reg Time: Kansas City", "TIE": "Reg Time: Tie"}
    markets = [market(f"{NFL}-{code}", NFL, yes_sub_title=name) for code, name in names.items()]
    read_as = [one for one in read_event(None, markets, context()) if isinstance(one, Listing)]
    assert [one.bet.side for one in read_as] == ["denver-broncos", "kansas-city-chiefs", "draw"]
    assert {(one.bet.kind, one.bet.period) for one in read_as} == {(BetKind.RESULT, Period.REGULATION)}


def test_a_half_is_two_ways_only_where_a_tie_pays_half() -> None:
    """A half may end level: without a rule for that, one side's bet is not the opposite of the other's."""
    event = "KXWNBA1HWINNER-26AUG08INDCHI"
    half = "If the score is tied at halftime, the market resolves to $0.50."
    three_way = listing(f"{event}-IND", event, "Indiana vs Chicago: First Half Winner")
    assert (three_way.bet.kind, three_way.bet.period) == (BetKind.RESULT, Period.FIRST_HALF)
    one = listing(f"{event}-IND", event, "Indiana vs Chicago: First Half Winner", rules_secondary=half)
    assert (one.bet.kind, one.bet.period, one.terms.tie) == (BetKind.WINNER, Period.FIRST_HALF, "half")


def test_a_doubleheaders_games_are_told_apart() -> None:
    """G1 behind the codes is the number of the game, and is no part of a team's code."""
    event = "KXMLBGAME-26AUG171340STLCING1"
    one = listing(f"{event}-STL", event, "St. Louis vs Cincinnati")
    assert (about(one).game, side_paid(one)) == (1, "saint-louis-cardinals")
    assert about(listing(f"{MLB}-SD", MLB)).game is None


def test_an_esports_team_called_g2_is_no_doubleheader() -> None:
    """The same letters are a team's code there, at either end; and a code may begin with digits behind the start."""
    for glued, title in (("G2TH", "G2 Esports vs Team Heretics"), ("THG2", "Team Heretics vs G2 Esports")):
        event = f"KXLOLGAME-26AUG091100{glued}"
        one = listing(f"{event}-G2", event, title, yes_sub_title="G2 Esports")
        assert (about(one).game, side_paid(one)) == (None, "g2")
    event = "KXCS2GAME-26AUG090500100TINF"
    one = listing(f"{event}-100T", event, "100 Thieves vs Infinite", yes_sub_title="100 Thieves")
    assert side_paid(one) == "100 thieves"


def test_people_are_named_in_full_where_the_two_markets_do() -> None:
    """A title has surnames alone; the markets of both sides say who they are."""
    event = "KXATPMATCH-26AUG17LEHFIL"
    names = {"LEH": "Jiri Lehecka", "FIL": "Arthur Fils"}
    markets = [market(f"{event}-{code}", event, yes_sub_title=name) for code, name in names.items()]
    read_as = read_event(EventEntry(ticker=event, title="Lehecka vs Fils"), markets, context())
    assert [side_paid(one) for one in read_as if isinstance(one, Listing)] == ["jiri lehecka", "arthur fils"]


def test_a_hyphen_may_be_in_a_code() -> None:
    """`M-OH` is Miami of Ohio, and `MIA` Miami of Florida."""
    event = "KXNCAAFGAME-25DEC27M-OHFRES"
    assert side_paid(listing(f"{event}-M-OH", event, "Miami (OH) vs Fresno St.")) == "miami-oh"
    event = "KXNCAAFGAME-26JAN19MIAIND"
    assert side_paid(listing(f"{event}-MIA", event, "Miami (FL) at Indiana")) == "miami-fl"


def test_womens_and_mens_teams_of_a_school_are_of_two_leagues() -> None:
    """The series says which league: the same codes are another contest there."""
    men, women = (f"KXNCAA{league}GAME-26JAN24ILLPUR" for league in ("MB", "WB"))
    titles = "Illinois vs Purdue"
    leagues = {about(listing(f"{event}-ILL", event, titles, yes_sub_title="Illinois")).league for event in (men, women)}
    assert leagues == {"NCAAB", "NCAAWB"}


# -- when it starts --------------------------------------------------------------------------------------------------


def test_a_start_in_the_ticker_is_us_eastern() -> None:
    """2020 is 8:20 PM in New York, which is past midnight in UTC."""
    start = about(listing(f"{MLB}-SD", MLB)).start
    assert start == (utc_ns("2026-08-10T00:20:00"), utc_ns("2026-08-10T00:20:00"))


def test_a_start_in_the_rules_makes_the_day_exact() -> None:
    """Where the ticker has a day alone, the rules may state the time; `occurrence_datetime` is never the start."""
    rules = "If Denver wins the Denver vs Kansas City game originally scheduled for Sep 14, 2026 at 8:15 PM EDT, then"
    start = about(listing(f"{NFL}-DEN", NFL, rules_primary=rules, occurrence_ns=utc_ns("2026-09-15T03:15:00"))).start
    assert start == (utc_ns("2026-09-15T00:15:00"), utc_ns("2026-09-15T00:15:00"))


@pytest.mark.parametrize("said", ["Sep 15, 2026", "Sep 14, 2027"])
def test_rules_that_state_another_day_are_refused(said: str) -> None:
    """A market whose rules are about another day than its ticker is about no certain contest."""
    assert (
        reason(f"{NFL}-DEN", NFL, rules_primary=f"the game originally scheduled for {said}, then") == "dates_disagree"
    )


def test_rules_that_state_another_time_are_refused() -> None:
    """So is one that is about another time of that day: it may be the other game of a doubleheader."""
    rules = "the game originally scheduled for Aug 9, 2026 at 1:10 PM EDT, then"
    assert reason(f"{MLB}-SD", MLB, rules_primary=rules) == "dates_disagree"


def test_events_of_one_contest_share_a_name() -> None:
    """Winner, spread and total of one game end alike, and say so; another day's game does not."""
    spread = "KXMLBSPREAD-26AUG092020HOUSD"
    winner, margin = about(listing(f"{MLB}-SD", MLB)), about(listing(f"{spread}-SD2", spread))
    assert set(winner.same_as) & set(margin.same_as)
    other = "KXMLBGAME-26AUG102020HOUSD"
    assert not set(winner.same_as) & set(about(listing(f"{other}-SD", other)).same_as)


# -- lines -----------------------------------------------------------------------------------------------------------


def test_a_spreads_digits_are_that_many_or_more() -> None:
    """TEN11 is Tennessee by more than 10.5, from the ticker alone, and NYJ11 is another bet."""
    ten, nyj = listing(f"{SPREAD}-TEN11", SPREAD), listing(f"{SPREAD}-NYJ11", SPREAD)
    assert (ten.bet.kind, ten.bet.line_e6, ten.polarity) == (BetKind.MARGIN, -10_500_000, Polarity.NO)
    assert (nyj.bet.line_e6, nyj.polarity) == (10_500_000, Polarity.YES)


def test_a_code_may_end_in_digits_itself() -> None:
    """M052 is Mainz, whose code is M05, by 2 or more; it is nobody by 52."""
    event = "KXBUNDESLIGASPREAD-26SEP20M05BVB"
    one = listing(f"{event}-M052", event)
    assert (side_paid(one), abs(one.bet.line_e6 or 0)) == ("mainz", 1_500_000)


def test_adjacent_lines_are_different_bets() -> None:
    """By 8 or more and by 9 or more are not one bet."""
    assert listing(f"{SPREAD}-TEN8", SPREAD).bet != listing(f"{SPREAD}-TEN9", SPREAD).bet


@pytest.mark.parametrize(
    ("strike_type", "floor", "line_e6"),
    [
        ("greater", "10.5", -10_500_000),
        ("greater", "10", -10_500_000),
        ("greater_or_equal", "11", -10_500_000),
        ("greater_or_equal", "10.5", -10_500_000),
    ],
)
def test_strict_and_inclusive_strikes_are_brought_into_one_line(strike_type: str, floor: str, line_e6: int) -> None:
    """More than 10, more than 10.5 and 11 or more are one thing where points are whole."""
    one = listing(f"{SPREAD}-TEN11", SPREAD, strike_type=strike_type, floor_strike=floor)
    assert one.bet.line_e6 == line_e6


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"strike_type": "greater", "floor_strike": "11.5"}, "lines_disagree"),
        ({"strike_type": "greater_or_equal", "floor_strike": "10"}, "lines_disagree"),
        ({"strike_type": "greater", "floor_strike": "10.25"}, "strike_type"),
        ({"strike_type": "less", "floor_strike": "10.5"}, "strike_type"),
        ({"strike_type": "between", "floor_strike": "10.5", "cap_strike": "14.5"}, "strike_type"),
        ({"strike_type": "functional"}, "strike_type"),
        ({"yes_sub_title": "Tennessee wins by over 11.5 points"}, "lines_disagree"),
        ({"yes_sub_title": "New York J wins by over 10.5 points"}, "code_and_name_disagree"),
    ],
)
def test_a_line_that_is_stated_otherwise_is_refused(fields: dict[str, str], why: str) -> None:
    """Strike, ticker and name state one line and one team; a bucket, or less than, is no line of this kind."""
    assert reason(f"{SPREAD}-TEN11", SPREAD, "New York J vs Tennessee: Spread", **fields) == why


def test_a_total_is_more_than_half_a_point_less() -> None:
    """181 in the ticker is more than 180.5, with the strike or without."""
    bare = listing(f"{TOTAL}-181", TOTAL)
    full = listing(f"{TOTAL}-181", TOTAL, strike_type="greater", floor_strike="180.5")
    assert bare.bet == full.bet
    assert (bare.bet.kind, bare.bet.line_e6, bare.polarity) == (BetKind.TOTAL, 180_500_000, Polarity.YES)


def test_a_total_of_soccer_counts_regulation_time() -> None:
    """Goals after 90 minutes do not count."""
    event = "KXMLSTOTAL-26AUG19VANHOU"
    assert listing(f"{event}-3", event).bet.period is Period.REGULATION


def test_a_teams_total_is_of_the_team() -> None:
    """NYY2 in a team total is that New York scores 2 or more."""
    event = "KXMLBTEAMTOTAL-26AUG082020NYYBOS"
    one = listing(f"{event}-NYY2", event)
    assert (one.bet.kind, one.bet.side, one.bet.line_e6) == (BetKind.TEAM_TOTAL, "new-york-yankees", 1_500_000)


def test_a_players_count_is_of_the_player_by_name() -> None:
    """The name stands beside the ticker; without it nobody knows whose count it is."""
    event = "KXNBAPTS-26JAN09MILLAL"
    ticker = f"{event}-LALLDONCIC77-25"
    one = listing(ticker, event, "Milwaukee at Los Angeles L: Points", yes_sub_title="Luka Dončić: 25+ points")
    assert (one.bet.kind, one.bet.stat, one.bet.subject, one.bet.line_e6) == (
        BetKind.STAT, "points", "luka doncic", 24_500_000,
    )  # fmt: skip
    assert reason(ticker, event) == "no_subject"
    assert reason(ticker, event, yes_sub_title="Luka Dončić: 30+ points") == "lines_disagree"


# -- topics ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "outcome"),
    [("C26", "cut_50plus"), ("C25", "cut_25"), ("H0", "no_change"), ("H25", "hike_25"), ("H26", "hike_50plus")],
)
def test_the_feds_decisions_are_read_from_the_ticker(code: str, outcome: str) -> None:
    """A meeting's month and what is decided are in the ticker; more than 25 is 50 or more."""
    one = listing(f"{FED}-{code}", FED)
    assert (one.about, one.bet.side) == (Topic(kind="fed_decision", key="2026-07"), outcome)


def test_a_decision_under_another_name_is_refused() -> None:
    """A cut's code under a hike's name is neither; other codes are unknown."""
    assert reason(f"{FED}-C25", FED, yes_sub_title="Hike 25bps") == "code_and_name_disagree"
    assert reason(f"{FED}-C50", FED) == "unknown_outcome"


def test_a_title_is_of_a_season_and_not_of_a_game() -> None:
    """KXNBA-27-ATL is Atlanta as champion of the season that ends in 2027; the conference is another topic."""
    one = listing("KXNBA-27-ATL", "KXNBA-27", "2027 Pro Basketball Champion", yes_sub_title="Atlanta")
    assert (one.about, one.bet.side) == (Topic(kind="champion", key="NBA/2027"), "atlanta-hawks")
    league = listing("KXMLBNL-26-LAD", "KXMLBNL-26")
    series = listing("KXMLB-26-LAD", "KXMLB-26")
    assert league.bet == series.bet
    assert league.about != series.about
    assert reason("KXNBA-27-ATL", "KXNBA-27", "2026 Pro Basketball Champion") == "dates_disagree"


def test_a_nominee_is_a_person_of_a_party_and_year() -> None:
    """The person is known by name only."""
    one = listing("KXPRESNOMD-28-GN", "KXPRESNOMD-28", yes_sub_title="Gavin Newsom")
    assert (one.about, one.bet.side) == (Topic(kind="nominee", key="US-president/D/2028"), "gavin newsom")
    assert reason("KXPRESNOMD-28-GN", "KXPRESNOMD-28") == "no_subject"


@pytest.mark.parametrize("ticker", ["KXBTCD-26JUN3017-T1589.99", "KXHIGHNY-26JUN30-B76.5", "KXCPI-26JUL-T0.2"])
def test_other_series_are_unread(ticker: str) -> None:
    """Thresholds, buckets and windows of other series are not read at all."""
    assert reason(ticker, ticker.rpartition("-")[0]) == "unread_series"


def test_combos_and_strangers_are_unread() -> None:
    """A combo is of no single contest, and a market without its event's ticker in front is not of it."""
    assert reason("KXMVESPORTS-S2026-A", "KXMVESPORTS-S2026") == "combo"
    assert reason("KXNBAGAME-26JAN10MILLAL-MIL", NBA) == "not_of_event"


# -- terms -----------------------------------------------------------------------------------------------------------


def test_the_rules_terms_are_read() -> None:
    """A tie, a postponement and its hours, and a cancellation, as the rules say them; nothing unsaid is filled in."""
    rules = (
        "If the game ends in a tie, the market will resolve to $0.50 for each team. If the game is postponed but "
        "begins within 48 hours from its originally scheduled start time, the market will remain open and resolve "
        "based on the official final result. If it is not started within 48 hours, it resolves to a fair market price."
    )
    terms = listing(f"{NFL}-KC", NFL, rules_secondary=rules).terms
    assert (terms.tie, terms.postponed, terms.postponed_h_max, terms.cancelled) == ("half", "fair_price", 48, None)
    two_days = "If the game is cancelled or rescheduled to over two days away, it will resolve to a fair price."
    terms = listing(f"{MLB}-SD", MLB, rules_secondary=two_days).terms
    assert (terms.tie, terms.postponed_h_max, terms.cancelled, terms.overtime) == (None, 48, "fair_price", None)
    overtime = listing(f"{TOTAL}-181", TOTAL, rules_secondary="Note: This market includes overtime.").terms
    assert overtime.overtime is True


def test_markets_of_many_events_are_read_by_event() -> None:
    """A list without order is grouped, with the events that are known."""
    markets = [market(f"{event}-{code}", event) for code, event in (("MIL", NBA), ("KC", NFL), ("LAL", NBA))]
    read_as = read_markets({NBA: EventEntry(ticker=NBA, title="Milwaukee at Los Angeles L")}, markets, context())
    assert sorted(one.market for one in read_as if isinstance(one, Listing)) == sorted(m.ticker for m in markets)
