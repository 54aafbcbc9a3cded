"""The table of leagues: whole names looked up, further series with what they are about, and clear complaints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstprint.domain.errors import ConfigurationError
from firstprint.domain.propositions import BetKind, Period
from firstprint.linkage.leagues import League, LeagueTable, SeriesKind, read_kind, read_leagues, shipped_leagues
from firstprint.linkage.teams import TeamTables

TABLE = LeagueTable(shipped_leagues().values())
EVERY = sorted(TABLE.series)


@pytest.mark.parametrize(
    ("series", "code", "kind"),
    [
        ("KXNBAGAME", "NBA", SeriesKind(BetKind.WINNER)),
        ("KXWNBASPREAD", "WNBA", SeriesKind(BetKind.MARGIN)),
        ("KXNFLTOTAL", "NFL", SeriesKind(BetKind.TOTAL)),
        ("KXEPLGAME", "EPL", SeriesKind(BetKind.RESULT)),
        ("KXEPLBTTS", "EPL", SeriesKind(BetKind.BOTH_SCORE)),
        ("KXWCGAME", "WC", SeriesKind(BetKind.RESULT)),
        ("KXMLBF5TOTAL", "MLB", SeriesKind(BetKind.TOTAL, Period.FIRST_FIVE_INNINGS)),
        ("KXNBATEAMTOTAL", "NBA", SeriesKind(BetKind.TEAM_TOTAL)),
        ("KXNBAPTS", "NBA", SeriesKind(BetKind.STAT, stat="points")),
        ("KXNBAREB", "NBA", SeriesKind(BetKind.STAT, stat="rebounds")),
        ("KXNFL2QSPREAD", "NFL", SeriesKind(BetKind.MARGIN, Period.SECOND_QUARTER)),
        ("KXLALIGA2HTOTAL", "LALIGA", SeriesKind(BetKind.TOTAL, Period.SECOND_HALF)),
        ("KXLALIGA2TOTAL", "LALIGA2", SeriesKind(BetKind.TOTAL)),
        ("KXBUNDESLIGA2GAME", "BUNDESLIGA2", SeriesKind(BetKind.RESULT)),
        ("KXNCAAMBGAME", "NCAAB", SeriesKind(BetKind.WINNER)),
        ("KXNCAAWBGAME", "NCAAWB", SeriesKind(BetKind.WINNER)),
        ("KXUFCFIGHT", "UFC", SeriesKind(BetKind.WINNER)),
        ("KXCPLMATCH", "CPL", SeriesKind(BetKind.WINNER)),
        ("KXIPLGAME", "IPL", SeriesKind(BetKind.WINNER)),
    ],
)
def test_a_series_has_a_league_and_is_about_something(series: str, code: str, kind: SeriesKind) -> None:
    """E3: what a series is about is looked up by its whole name, and is never made from parts of it."""
    league = TABLE.of_series(series)
    assert league is not None
    assert (league.code, TABLE.kind_of(series)) == (code, kind)


@pytest.mark.parametrize("series", ["KXMLBF5", "KXNBA1HWINNER", "KXWNBA2HWINNER", "KXNFL1QWINNER", "KXEPL1H"])
def test_the_winner_of_a_part_is_a_result(series: str) -> None:
    """Law 8: a half can end level and Kalshi lists the tie, so that one side not winning is not the other winning."""
    kind = TABLE.kind_of(series)
    assert kind is not None
    assert kind.bet is BetKind.RESULT
    assert kind.period is not Period.FULL


@pytest.mark.parametrize(
    ("series", "code", "title"),
    [
        ("KXNBA", "NBA", "champion"),
        ("KXSB", "NFL", "champion"),
        ("KXMLB", "MLB", "champion"),
        ("KXMLBNL", "MLB", "champion_national_league"),
        ("KXMLBAL", "MLB", "champion_american_league"),
        ("KXUCL", "UCL", "champion"),
    ],
)
def test_a_title_is_about_a_season_and_not_about_a_contest(series: str, code: str, title: str) -> None:
    """E3: the pennant, the World Series and a game are three different things to bet on."""
    league = TABLE.of_series(series)
    assert league is not None
    assert (league.code, TABLE.title_of(series), TABLE.kind_of(series)) == (code, title, None)
    assert series not in league.series


def test_what_is_only_recognised_is_about_nothing_we_read() -> None:
    """Law 6: a series we know and cannot read has a league, no kind and no title; an unknown one has nothing."""
    assert TABLE.of_series("KXMLBRFI") is not None
    assert (TABLE.kind_of("KXMLBRFI"), TABLE.title_of("KXMLBRFI")) == (None, None)
    assert (TABLE.of_series("KXNFL"), TABLE.kind_of("KXNFL"), TABLE.title_of("KXNFL")) == (None, None, None)


def test_no_name_is_given_to_two_leagues() -> None:
    """D2: a series, an ESPN path and a sport key name one league each; a slug may begin for several."""
    leagues = TABLE.leagues.values()
    for names in (
        [series for league in leagues for series in league.all_series],
        [league.espn for league in leagues if league.espn is not None],
        [league.sport_key for league in leagues if league.sport_key is not None],
    ):
        assert sorted(names) == sorted(set(names))


def test_leagues_are_found_by_slug_espn_and_sport_key() -> None:
    """E1: each source's own name leads to the league; men and women of one sport are two leagues."""
    assert [league.code for league in TABLE.of_slug_prefix("cfb")] == ["NCAAF"]
    assert TABLE.of_slug_prefix("cfp") == TABLE.of_slug_prefix("cfb")
    assert TABLE.of_slug_prefix("cf") == ()
    men, women = TABLE.of_slug_prefix("cbb")[0], TABLE.of_slug_prefix("cwbb")[0]
    assert (men.code, men.division, women.code, women.division) == ("NCAAB", "men", "NCAAWB", "women")
    assert TABLE.of_espn("soccer/eng.1") is TABLE.leagues["EPL"]
    assert TABLE.of_espn("soccer/eng") is None
    assert TABLE.of_sport_key("baseball_mlb") is TABLE.leagues["MLB"]
    assert TABLE.of_sport_key("baseball") is None
    assert (men.espn_groups, TABLE.leagues["NCAAF"].espn_groups) == ("50", "80")


def test_mens_cricket_is_not_found_by_womens_slugs() -> None:
    """E1: `crichundredw` is the women's; `crint` is internationals of any form and of either, and so is no league's."""
    assert [league.code for league in TABLE.of_slug_prefix("crichundred")] == ["HUNDRED"]
    assert all(TABLE.of_slug_prefix(prefix) == () for prefix in ("crichundredw", "crint", "crwpl20"))


def test_who_is_named_first_differs_by_sport() -> None:
    """Polymarket's slugs and Kalshi's tickers have the away team first in American sports, the home team in soccer."""
    orders = {code: league.slug_order for code, league in TABLE.leagues.items()}
    assert (orders["NBA"], orders["NFL"], orders["MLB"]) == ("away", "away", "away")
    assert all(league.slug_order == "home" and league.draws for league in _of_sport("soccer"))
    assert not any(league.draws for league in TABLE.leagues.values() if league.sport != "soccer")


def _of_sport(sport: str) -> list[League]:
    return [league for league in TABLE.leagues.values() if league.sport == sport]


def test_every_named_table_of_teams_exists() -> None:
    """A pool that a shipped league names is a table that ships too."""
    named = {table for league in TABLE.leagues.values() if league.pool is not None for table in league.pool.split()}
    assert named - {"*"} == set(TeamTables.load().names)


@given(st.sampled_from(EVERY), st.text("ABC0123-", min_size=1))
def test_an_event_ticker_tells_its_series(series: str, rest: str) -> None:
    """The longest known series before a hyphen is the event's, whatever follows."""
    found = TABLE.series_of_event(f"{series}-{rest}")
    assert found is not None
    assert found.startswith(series)
    assert found in TABLE.series


@pytest.mark.parametrize(
    "ticker", ["KXNBAGAME", "KXNBAGAMES-26JAN09MILLAL", "KXNFL-27-ATL", "NBAGAME-26JAN09MILLAL", "", "-"]
)
def test_an_event_of_an_unknown_series_has_none(ticker: str) -> None:
    """Law 6: a ticker is never cut short until it fits."""
    assert TABLE.series_of_event(ticker) is None


def test_of_two_series_that_begin_a_ticker_the_longer_is_the_events() -> None:
    """A series may have a hyphen of its own, as `KXMLBWINS-ATH` has."""
    table = LeagueTable([League(code="A", game="KXMLBWINS", also=("KXMLBWINS-ATH",))])
    assert table.series_of_event("KXMLBWINS-ATH-26-T80") == "KXMLBWINS-ATH"
    assert table.series_of_event("KXMLBWINS-ATL-26-T80") == "KXMLBWINS"


@given(st.text())
def test_any_text_may_be_asked_for(text: str) -> None:
    """F5: look-ups take whatever a venue writes."""
    assert (TABLE.kind_of(text) is not None) <= (text in TABLE.series)
    TABLE.series_of_event(text)
    TABLE.of_slug_prefix(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("total", SeriesKind(BetKind.TOTAL)),
        ("winner/full", SeriesKind(BetKind.WINNER)),
        ("margin/first_half", SeriesKind(BetKind.MARGIN, Period.FIRST_HALF)),
        ("stat/total_bases", SeriesKind(BetKind.STAT, stat="total_bases")),
    ],
)
def test_a_kind_is_read_from_text(text: str, kind: SeriesKind) -> None:
    """The words are those of the domain."""
    assert read_kind(text) == kind


@pytest.mark.parametrize("text", ["", "moneyline", "total/third_half", "stat", "stat/", "topic", "topic/full", "Total"])
def test_a_kind_that_is_not_known_names_those_that_are(text: str) -> None:
    """F5: the complaint lists kinds and periods."""
    with pytest.raises(ConfigurationError, match=r"known are winner, .*team_total.*first_half.*stat/"):
        read_kind(text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("gmae = 'KXKHLGAME'", "mine.toml: league KHL: .*gmae.*known fields are title, sport, .*game, spread, total"),
        (
            "game = 'KXKHLGAME'\nkinds = {KXKHLX = 'moneyline'}",
            "mine.toml: league KHL: 'moneyline' is no kind of bet: known",
        ),
        ("game = 'KXKHLGAME'\ndivision = 'boys'", "mine.toml: league KHL: Invalid enum value 'boys'"),
        ("kinds = {KXKHLX = 'total'}", "mine.toml: league KHL has no series"),
    ],
)
def test_a_wrong_league_file_says_what_is_known(text: str, complaint: str) -> None:
    """F5, A3: unknown keys and kinds are refused with the known ones named."""
    with pytest.raises(ConfigurationError, match=complaint):
        read_leagues(f"[KHL]\n{text}\n", "mine.toml")


def test_a_league_of_ones_own_may_be_short() -> None:
    """A3: one series is enough; such a league is open, two-way, and away first."""
    league = read_leagues("[khl]\ngame = 'KXMYGAME'\nslug_prefix = 'khl'\nslug_prefixes = ['kh2', 'khl']", "mine")[
        "KHL"
    ]
    assert (league.prefixes, league.pool, league.draws, league.slug_order) == (("khl", "kh2"), None, False, "away")
    assert hash(league) == hash(read_leagues("[khl]\ngame = 'KXMYGAME'", "mine")["KHL"])


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("tennis_atp_us_open", "ATP"),
        ("tennis_wta_us_open", "WTA"),
        ("basketball_nba", "NBA"),
        ("basketball_nba_x", None),
    ],
)
def test_a_tournament_has_a_key_of_its_own(key: str, code: str | None) -> None:
    """E3: The Odds API names tennis by tournament; all other keys are looked up whole."""
    league = TABLE.of_sport_key(key)
    assert (league and league.code) == code
