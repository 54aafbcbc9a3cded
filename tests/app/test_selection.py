"""What is recorded: leagues, series, categories, and the judgement of each market."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstprint.app.selection import SPORTS, Selection, Selector, Verdict, read_statuses
from firstprint.config import read_config
from firstprint.domain.errors import ConfigurationError
from firstprint.domain.lifecycle import MarketState
from firstprint.linkage.leagues import League, LeagueTable, read_leagues

SERIES = ("KXNFLGAME", "KXNFLSPREAD", "KXNBAGAME", "KXBTC15M", "KXFED")
IN_SPORTS = frozenset(SERIES[:3])
LEAGUES = (
    League(code="NFL", game="KXNFLGAME", spread="KXNFLSPREAD"),
    League(code="NBA", game="KXNBAGAME", also=("KXNBAPTS",)),
)
series = st.sampled_from(SERIES)
selections = st.builds(
    Selection,
    series=st.lists(series, max_size=2, unique=True).map(tuple),
    leagues=st.lists(st.sampled_from(LEAGUES), max_size=2, unique=True).map(tuple),
    category=st.sampled_from((None, SPORTS, "Crypto")),
    tags=st.sampled_from(((), ("Football",))),
    sports_only=st.booleans(),
)


def naive(selection: Selection, listed: set[str], one: str) -> bool:
    """Say in plain words whether a series is recorded, the directory having listed some."""
    if selection.series:
        chosen = one in selection.series
    elif selection.leagues:
        chosen = any(one in (league.game, league.spread, league.total, league.btts) for league in selection.leagues)
    elif selection.category or selection.tags or selection.games_only or selection.sports_only:
        return one in listed
    else:
        return True
    return chosen and (not selection.sports_only or one in listed)


@given(selections, st.lists(st.sets(series), min_size=1, max_size=3), series)
def test_judging_agrees_with_plain_words(selection: Selection, answers: list[set[str]], one: str) -> None:
    """D2, A3: series by name win, then leagues, then category and tags; what was listed once stays chosen."""
    selector = Selector(selection)
    new = [selector.take(frozenset(answer)) for answer in answers]
    wanted = naive(selection, set().union(*answers), one)
    assert selector.judge(one) is (Verdict.WANTED if wanted else Verdict.UNWANTED)
    if not selection.everything and selection.asks_directory:
        assert sum(one in each for each in new) == wanted


@given(selections, series)
def test_nothing_is_refused_before_the_directory_has_answered(selection: Selection, one: str) -> None:
    """Law 6: while nobody could say which series are meant, a market is unknown, never unwanted."""
    verdict = Selector(selection).judge(one)
    if selection.asks_directory:
        assert verdict is Verdict.UNKNOWN
    assert Selector(selection).judge(None) is (Verdict.WANTED if selection.everything else Verdict.UNKNOWN)


def test_sports_of_the_league_table_need_no_directory() -> None:
    """D1: with sports only, a chosen series that the table knows is recorded before anybody has answered."""
    selector = Selector(Selection(series=("KXNFLGAME", "KXBTC15M"), sports_only=True), sports=IN_SPORTS)
    assert selector.judge("KXNFLGAME") is Verdict.WANTED
    selector.take(frozenset({"KXNBAGAME"}))
    assert selector.judge("KXBTC15M") is Verdict.UNWANTED


@pytest.mark.parametrize(
    ("selection", "asked"),
    [
        (Selection(category="Crypto"), ("Crypto", (), False)),
        (Selection(tags=("Soccer",)), (None, ("Soccer",), False)),
        (Selection(games_only=True), (SPORTS, (), True)),
        (Selection(sports_only=True, tags=("Soccer",)), (SPORTS, ("Soccer",), False)),
        (Selection(sports_only=True, series=("KXNFLGAME",), tags=("Soccer",)), (SPORTS, (), False)),
    ],
)
def test_the_directory_is_asked_for_what_was_chosen(selection: Selection, asked: tuple[object, ...]) -> None:
    """C6, D2: category, tags and games are asked for as given; sports only means the category Sports."""
    question = selection.query
    assert (question.category, question.tags, question.games_only) == asked


def test_statuses_are_read_in_the_venues_words_of_markets_and_of_filters() -> None:
    """D2: `open` means active and inactive; what cannot trade is refused with what is accepted."""
    assert read_statuses(["open", "unopened"]) == ("active", "inactive", "initialized")
    takes = Selection(statuses=read_statuses(["active"])).takes
    assert [takes(state) for state in (MarketState.ACTIVE, MarketState.INITIALIZED)] == [True, False]
    assert Selection().takes(MarketState.UNKNOWN)
    with pytest.raises(ConfigurationError, match=r"'settled'.*initialized, active, inactive"):
        read_statuses(["settled"])


def test_the_sport_of_a_series_is_looked_up_by_its_whole_name() -> None:
    """D2: each series of the shipped table has its league's sport; a prefix or a longer name has none."""
    table = read_config({}).leagues
    assert table.sport_of("KXNFLGAME") == table.sport_of("KXNFLSPREAD") == "americanfootball_nfl"
    sports = {code: league.sport_key for code, league in table.leagues.items()}
    assert sports["NCAAF"] == "americanfootball_ncaaf"
    assert (sports["NBA"], sports["NCAAB"]) == ("basketball_nba", "basketball_ncaab")
    assert (sports["MLB"], sports["NHL"]) == ("baseball_mlb", "icehockey_nhl")
    assert table.leagues["NCAAB"].game == "KXNCAAMBGAME"
    assert table.sport_of("KXNFL") is None
    assert table.sport_of("KXNFLGAMES") is None
    assert {"KXMLBF5", "KXNHLTOTAL", "KXEPLBTTS"} <= table.series
    every = [one for league in table.leagues.values() for one in (*league.series, *league.also)]
    assert len(every) == len(set(every)), "a series in two leagues"


def test_an_own_file_adds_leagues_and_replaces_them(tmp_path: object) -> None:
    """A3: FIRSTPRINT_LEAGUES names a file whose leagues are laid over the shipped ones."""
    own = tmp_path / "mine.toml"  # type: ignore[operator] # pytest's own path
    own.write_text('[KHL]\ngame = "KXKHLGAME"\n[NFL]\ngame = "KXMYNFL"\nsport_key = "mine"\n')
    config = read_config({"FIRSTPRINT_LEAGUES": str(own), "LEAGUES": "khl, NFL,,khl"})
    assert config.recorder.selection.named == {"KXKHLGAME", "KXMYNFL"}
    assert config.leagues.sport_of("KXMYNFL") == "mine"
    assert config.leagues.of_series("KXNFLSPREAD") is None
    assert config.leagues.leagues["NBA"].game == "KXNBAGAME"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[NFL", "mine.toml is no TOML"),
        ("NFL = 1", "mine.toml: NFL is no table"),
        ("[NFL]\ntitle = 'x'", "mine.toml: league NFL has no series"),
        ("[NFL]\ngmae = 'KXNFLGAME'", "mine.toml: league NFL: .*gmae"),
        ("[NFL]\ngame = 3", "mine.toml: league NFL: Expected `str"),
    ],
)
def test_a_league_file_that_is_wrong_is_named_with_the_place(text: str, complaint: str) -> None:
    """F5: a mistake in the file of leagues names the file, the league and the field."""
    with pytest.raises(ConfigurationError, match=complaint):
        read_leagues(text, "mine.toml")


@pytest.mark.parametrize(
    ("env", "complaint"),
    [
        ({"LEAGUES": "NFL,NBL"}, "LEAGUES names 'NBL': did you mean .*NBA.*known leagues are NFL, "),
        ({"LEAGUES": "12345"}, "LEAGUES names '12345': known leagues are NFL, "),
        ({"SPORTS_SERIES_TICKERS": "KXNFLGAME,kx nfl"}, "SPORTS_SERIES_TICKERS names 'kx nfl'"),
        ({"SPORTS_ONLY": "1", "SPORTS_CATEGORY_FILTER": "Crypto"}, "SPORTS_CATEGORY_FILTER is 'Crypto'"),
        ({"SPORTS_ONLY": "perhaps"}, "SPORTS_ONLY is 'perhaps'"),
        ({"MARKET_STATUS_FILTER": "closed"}, "MARKET_STATUS_FILTER names 'closed'"),
        ({"FIRSTPRINT_LEAGUES": "/nowhere/leagues.toml"}, "FIRSTPRINT_LEAGUES is '/nowhere/leagues.toml'"),
        ({"DRY_RUN": "2"}, "DRY_RUN is '2'"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(env: dict[str, str], complaint: str) -> None:
    """F5, A3: each wrong setting is named with its value and what is accepted; leagues with the nearest known ones."""
    with pytest.raises(ConfigurationError, match=complaint):
        read_config(env)


def test_settings_of_the_selection_are_read() -> None:
    """D1, D2, A8: every setting has its place; sports only brings the market cache with it."""
    recorder = read_config({
        "SPORTS_SERIES_TICKERS": "KXNFLGAME, KXNBAGAME", "SPORTS_TAGS": "Football", "SPORTS_ONLY": "1",
        "SPORTS_GAMES_ONLY": "true", "MARKET_STATUS_FILTER": "active", "DRY_RUN": "1",
    }).recorder  # fmt: skip
    chosen = recorder.selection
    assert chosen.series == ("KXNFLGAME", "KXNBAGAME")
    assert (chosen.tags, chosen.sports_only, chosen.games_only) == (("Football",), True, True)
    assert (recorder.dry_run, recorder.market_cache, chosen.statuses) == (True, True, ("active",))
    assert read_config({}).recorder.selection.everything


def test_a_league_table_can_be_made_of_nothing() -> None:
    """A3: no leagues, no sports, and no failure."""
    assert LeagueTable(()).series == frozenset()
    assert LeagueTable(()).sport_of("KXNFLGAME") is None
