"""The failure catalogue, continued: codes that collide, names with a word in common, and one name written many ways."""

import pytest
from catalogue_kit import (
    BUCS_COWBOYS,
    CHELSEA_ARSENAL,
    GRIZZLIES_LAKERS,
    METS_PIRATES,
    NFL,
    RAVENS_FALCONS,
    found_contests,
    right,
)
from real_shapes import (
    Game,
    Side,
    all_accounted,
    codes,
    espn_game,
    gamma_game,
    gamma_spread,
    gamma_three_way,
    gamma_total,
    matched,
    scoreboard,
    spread_event,
    three_way_event,
    tokens,
    total_event,
    utc,
    winner_event,
)

COLLEGE = "college football game"


def college(first: Side, second: Side, series: str = "KXNCAAFGAME", prefix: str = "cfb") -> Game:
    """Give a college game of an autumn afternoon."""
    return Game(series, prefix, first, second, utc("2026-10-10T19:30"), COLLEGE)


def _football(prefix: str, first: Side, second: Side) -> Game:
    return Game(f"KX{prefix.upper()}GAME", prefix, first, second, utc("2026-11-01T18:00"), NFL)


IRISH = Side("ND", "Notre Dame", "nd", "Notre Dame")
LOOKALIKES = {
    "LAL is not LAC": (
        _football("nba", Side("LAL", "Los Angeles L", "lal", "Lakers"), Side("BOS", "Boston", "bos", "Celtics")),
        _football("nba", Side("LAC", "Los Angeles C", "lac", "Clippers"), Side("BOS", "Boston", "bos", "Celtics")),
    ),
    "the Rams are not the Chargers": (
        _football("nfl", Side("LA", "Los Angeles R", "la", "Rams"), Side("CAR", "Carolina", "car", "Panthers")),
        _football("nfl", Side("LAC", "Los Angeles C", "lac", "Chargers"), Side("CAR", "Carolina", "car", "Panthers")),
    ),
    "Miami of Florida is not Miami of Ohio": (
        college(Side("MIA", "Miami (FL)", "mia", "Miami (FL)"), Side("OSU", "Ohio St.", "ohiost", "Ohio State")),
        college(Side("M-OH", "Miami (OH)", "miaoh", "Miami (OH)"), Side("OSU", "Ohio St.", "ohiost", "Ohio State")),
    ),
    "SDST is South Dakota State here and San Diego State there": (
        college(Side("SDST", "South Dakota St.", "sdkst", "South Dakota State"), IRISH),
        college(Side("SDSU", "San Diego St.", "sdst", "San Diego State"), IRISH),
    ),
    "USC is not South Carolina": (
        college(Side("USC", "USC", "usc", "USC"), IRISH),
        college(Side("SCAR", "South Carolina", "sc", "South Carolina"), IRISH),
    ),
    "Colorado State is not Cal State Bakersfield": (
        college(Side("CSU", "Colorado St.", "csu", "Colorado State"), IRISH),
        college(Side("CSUB", "CSU Bakersfield", "csb", "CSU Bakersfield"), IRISH),
    ),
    "Northern Iowa is not New Mexico": (
        college(Side("UNI", "Northern Iowa", "uni", "Northern Iowa"), IRISH),
        college(Side("UNM", "New Mexico", "unm", "New Mexico"), IRISH),
    ),
    "the state's school is not the state's state school": (
        college(Side("MICH", "Michigan", "mich", "Michigan"), IRISH),
        college(Side("MSU", "Michigan St.", "mchst", "Michigan State"), IRISH),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOKALIKES)
def test_codes_and_names_that_collide_are_not_linked(name: str) -> None:
    """Code collisions: each is linked to its own game, and to nothing when only the other one is listed."""
    one, other = LOOKALIKES[name]
    assert tokens(matched({"events": [winner_event(one)]}, [gamma_game(other)])) == {}
    assert tokens(matched({"events": [winner_event(other)]}, [gamma_game(one)])) == {}
    assert tokens(matched({"events": [winner_event(one)]}, [gamma_game(one), gamma_game(other)])) == right(one)


SOCCER_LOOKALIKES = {
    "Manchester City is not United": (
        ("KXEPLGAME", "epl", Side("MCI", "Manchester City", "mac", "Manchester City FC")),
        ("KXEPLGAME", "epl", Side("MUN", "Manchester United", "man", "Manchester United FC")),
        Side("ARS", "Arsenal", "ars", "Arsenal FC"),
    ),
    "Real Madrid is not Real Sociedad": (
        ("KXLALIGAGAME", "lal", Side("RMA", "Real Madrid", "rea", "Real Madrid CF")),
        ("KXLALIGAGAME", "lal", Side("RSO", "Real Sociedad", "rso", "Real Sociedad de Fútbol")),
        Side("BAR", "Barcelona", "bar", "FC Barcelona"),
    ),
    "Inter Miami is not Inter": (
        ("KXMLSGAME", "mls", Side("MIA", "Miami", "mia", "Inter Miami CF")),
        ("KXSERIEAGAME", "sea", Side("INT", "Inter", "int", "FC Internazionale Milano")),
        Side("NYC", "New York City", "nyc", "New York City FC"),
    ),
    "Paris FC is not Paris Saint-Germain": (
        ("KXLIGUE1GAME", "fl1", Side("PFC", "Paris FC", "pfc", "Paris FC")),
        ("KXLIGUE1GAME", "fl1", Side("PSG", "PSG", "par", "Paris Saint-Germain FC")),
        Side("NIC", "Nice", "ogc", "OGC Nice"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SOCCER_LOOKALIKES)
def test_clubs_with_a_name_in_common_are_not_linked(name: str) -> None:
    """Names: a word in common is nothing."""
    one, other, against = SOCCER_LOOKALIKES[name]
    games = [Game(series, prefix, side, against, utc("2026-09-15T18:45")) for series, prefix, side in (one, other)]
    for kalshi, gamma in (games, reversed(games)):
        found = matched({"events": [three_way_event(kalshi)]}, [gamma_three_way(gamma)])
        assert tokens(found) == {}
        assert all_accounted(found, [three_way_event(kalshi)])


@pytest.mark.parametrize(
    ("league", "known", "other", "unknown"),
    [
        (
            ("KXLALIGAGAME", "lal"), Side("RMA", "Real Madrid", "rea", "Real Madrid CF"),
            Side("BAR", "Barcelona", "bar", "FC Barcelona"), "Real Murcia CF",
        ),
        (
            ("KXBUNDESLIGAGAME", "bun"), Side("BVB", "Dortmund", "dor", "Borussia Dortmund"),
            Side("RBL", "Leipzig", "lei", "RB Leipzig"), "Borussia Fulda",
        ),
        (
            ("KXEPLGAME", "epl"), Side("WHU", "West Ham", "wes", "West Ham United FC"),
            CHELSEA_ARSENAL.second, "West Didsbury FC",
        ),
    ],
)  # fmt: skip
def test_a_code_does_not_make_a_name_that_no_table_has_its_teams(
    league: tuple[str, str], known: Side, other: Side, unknown: str
) -> None:
    """Names: a club that the tables lack, under another club's code, with a word in common, is nobody that we know."""
    game = Game(*league, known, other, utc("2026-09-15T18:45"))
    trap = game._replace(first=known._replace(gamma=unknown))
    assert len(tokens(matched({"events": [three_way_event(game)]}, [gamma_three_way(game)]))) == 3
    assert tokens(matched({"events": [three_way_event(game)]}, [gamma_three_way(trap)])) == {}


@pytest.mark.parametrize("words", ["Women", "Ladies", "(W)", "U21", "II", "B"])
@pytest.mark.parametrize("both", [True, False])
def test_a_clubs_women_and_youth_are_not_the_club(words: str, both: bool) -> None:
    """Women, men, youth: `Chelsea FC Women` under the men's code and prefix are refused."""
    second = CHELSEA_ARSENAL.second
    second = second._replace(gamma=f"Arsenal FC {words}") if both else second
    game = CHELSEA_ARSENAL._replace(first=Side("CFC", "Chelsea", "che", f"Chelsea FC {words}"), second=second)
    found = matched({"events": [three_way_event(CHELSEA_ARSENAL)]}, [gamma_three_way(game)])
    assert tokens(found) == {}
    assert set(codes(found).values()) == {"no_counterpart_contest"}


def test_mens_and_womens_games_of_two_schools_are_two_games() -> None:
    """Women, men: `cbb` is not `cwbb`, though schools, day and start are one; KXNCAAWBGAME is not KXNCAAMBGAME."""
    illini, purdue = Side("ILL", "Illinois", "ill", "Illinois"), Side("PUR", "Purdue", "pur", "Purdue")
    men = college(illini, purdue, "KXNCAAMBGAME", "cbb")
    women = college(illini, purdue, "KXNCAAWBGAME", "cwbb")
    assert tokens(matched({"events": [winner_event(men)]}, [gamma_game(women)])) == {}
    both = matched({"events": [winner_event(men), winner_event(women)]}, [gamma_game(women), gamma_game(men)])
    assert tokens(both) == right(men) | right(women)


def test_womens_soccer_at_espn_under_the_mens_names_is_not_joined() -> None:
    """Women, men: the WSL has the Premier League's names and codes; the league's name and number tell them apart."""
    sides = ("CHE", "Chelsea", "Chelsea", "Chelsea"), ("ARS", "Arsenal", "Arsenal", "Arsenal")
    women = espn_game("9", *sides, "2026-09-15T18:45Z", uid="s:600~l:8097~e:9")
    men = espn_game("7", *sides, "2026-09-15T18:45Z", uid="s:600~l:700~e:7")
    kalshi = [three_way_event(CHELSEA_ARSENAL)]
    assert found_contests(kalshi, [scoreboard("eng.w.1", [women])]) == {}
    assert found_contests(kalshi, [scoreboard("all", [women, men])]) == {CHELSEA_ARSENAL.event_ticker: ("7",)}


NAMED = [
    (
        Side("ND", "Notre Dame", "notre", "Notre Dame Fighting Irish"),
        Side("MSU", "Michigan St.", "mchst", "Michigan State Spartans"),
    ),
    (Side("SJU", "St. John's", "stjohn", "St John's Red Storm"), Side("SMC", "Saint Mary's", "stmry", "St. Mary's")),
    (Side("CONN", "UConn", "uconn", "Connecticut"), Side("MISS", "Ole Miss", "miss", "Mississippi")),
    (Side("HAW", "Hawai'i", "hawaii", "Hawaii"), Side("SJSU", "San José St.", "sjsu", "San Jose State")),
    (Side("M-OH", "Miami (OH)", "miaoh", "Miami (OH) RedHawks"), Side("FRES", "Fresno St.", "fres", "Fresno State")),
]  # fmt: skip


@pytest.mark.parametrize("sides", NAMED, ids=lambda sides: sides[0].kalshi)
def test_a_school_is_the_same_under_each_of_its_names(sides: tuple[Side, Side]) -> None:
    """Names: mascots, St. as Saint and as State, UConn, Ole Miss, accents, a hyphen within a code."""
    game = college(*sides)
    assert tokens(matched({"events": [winner_event(game)]}, [gamma_game(game)])) == right(game)


@pytest.mark.parametrize(
    ("kalshi", "gamma"),
    [("Wang Cong", "Cong Wang"), ("Natália Silva", "Natalia Silva"), ("Khalil Rountree Jr.", "Khalil Rountree")],
)
def test_a_fighter_is_the_same_under_each_of_his_names(kalshi: str, gamma: str) -> None:
    """Names: family name first, accents, Jr.; `UFC 330: A vs. B (Weight, Card)` is who fights."""
    game = Game(
        "KXUFCFIGHT", "ufc", Side("SIL", kalshi, "abc1", gamma), Side("CON", "Amir Albazi", "def2", "Amir Albazi"),
        utc("2026-08-22T23:00"), "professional MMA fight",
    )  # fmt: skip
    titled = gamma_game(game, title=f"UFC 330: {gamma} vs. Amir Albazi (Flyweight, Main Card)")
    assert tokens(matched({"events": [winner_event(game)]}, [titled])) == right(game)


@pytest.mark.parametrize(
    ("kalshi", "gamma"), [("Utah", "Mammoth"), ("Utah", "Utah"), ("Utah Mammoth", "Utah Hockey Club")]
)
def test_a_renamed_team_is_itself(kalshi: str, gamma: str) -> None:
    """Names: Utah is the Mammoth; Oakland's Athletics are the A's of nowhere in particular."""
    game = Game(
        "KXNHLGAME", "nhl", Side("UTA", kalshi, "utah", gamma), Side("VGK", "Vegas", "las", "Golden Knights"),
        utc("2026-11-02T00:00"), "professional hockey game",
    )  # fmt: skip
    assert tokens(matched({"events": [winner_event(game)]}, [gamma_game(game)])) == right(game)
    athletics = METS_PIRATES._replace(first=Side("ATH", "A's", "oak", "Oakland Athletics"))
    assert tokens(matched({"events": [winner_event(athletics)]}, [gamma_game(athletics)])) == right(athletics)


def test_teams_are_the_same_with_and_without_fillers() -> None:
    """Names: Team, Esports, Gaming and Clan are no part of a name; an academy is another team."""
    game = Game(
        "KXCS2GAME", "cs2", Side("FAZE", "FaZe Clan", "faze", "FaZe"),
        Side("MEL", "Team Melon", "mel", "Melon Esports"),
        utc("2026-08-22T15:00"), "Counter-Strike 2 match", clock=True,
    )  # fmt: skip
    title = "Counter-Strike: FaZe vs Melon Esports (BO3) - Belgrade Playoffs"
    assert tokens(matched({"events": [winner_event(game)]}, [gamma_game(game, title=title)])) == right(game)
    academy = game._replace(first=Side("FAZE", "FaZe Clan", "faze", "FaZe Academy"))
    assert tokens(matched({"events": [winner_event(game)]}, [gamma_game(academy, title="FaZe Academy vs Melon")])) == {}


@pytest.mark.parametrize("game", [BUCS_COWBOYS, GRIZZLIES_LAKERS, METS_PIRATES], ids=lambda game: game.prefix)
def test_whoever_is_named_first_is_the_same_game_and_keeps_its_side(game: Game) -> None:
    """Neutral site, home and away flipped: venues name the sides in different orders; each token stays its team's."""
    flipped = game._replace(first=game.second, second=game.first)
    found = tokens(matched({"events": [winner_event(game)]}, [gamma_game(flipped)]))
    assert found == {game.ticker(side.kalshi_code): f"{flipped.slug}/{side.gamma}" for side in game.sides}


def test_a_flipped_spread_keeps_its_side() -> None:
    """Neutral site: who lays the points is read from names, never from who the other venue has at home."""
    flipped = RAVENS_FALCONS._replace(first=RAVENS_FALCONS.second, second=RAVENS_FALCONS.first)
    kalshi = [spread_event(RAVENS_FALCONS, [(RAVENS_FALCONS.first, 8), (RAVENS_FALCONS.second, 8)])]
    row = gamma_spread(flipped, True, 7.5)
    ticker = RAVENS_FALCONS.event_ticker.replace("GAME", "SPREAD")
    assert tokens(matched({"events": kalshi}, [gamma_game(flipped, [row])])) == {
        f"{ticker}-BAL8": f"{row['slug']}/Ravens"
    }


def test_two_tickers_of_one_fight_are_one_contest() -> None:
    """Code collisions: SILCON and SILWAN are one fight, Natália Silva against Wang Cong, under both of her names."""
    base = Game(
        "KXUFCFIGHT", "ufc", Side("SIL", "Natalia Silva", "nat", "Natália Silva"),
        Side("WAN", "Cong Wang", "con", "Wang Cong"),
        utc("2026-08-22T23:00"), "professional MMA fight",
    )  # fmt: skip
    twin = base._replace(second=Side("CON", "Wang Cong", "con", "Wang Cong"))
    found = tokens(matched({"events": [winner_event(base), winner_event(twin)]}, [gamma_game(base)]))
    assert found == right(base) | right(twin)


CODE_NAMED = {
    "Broncos": (Side("DEN", "DEN Broncos", "den", "Broncos"), Side("KC", "KC Chiefs", "kc", "Chiefs")),
    "Rams": (Side("LAR", "LA Rams", "la", "Rams"), Side("JAC", "JAC Jaguars", "jax", "Jaguars")),
    "Commanders": (Side("WAS", "WAS Commanders", "wsh", "Commanders"), Side("NYG", "NY Giants", "nyg", "Giants")),
}


@pytest.mark.parametrize("name", CODE_NAMED)
def test_a_club_called_by_its_code_and_its_nickname_is_itself(name: str) -> None:
    """Names: since September 2026 Kalshi's spreads and totals of football say `DEN Broncos`."""
    first, second = CODE_NAMED[name]
    game = Game("KXNFLGAME", "nfl", first, second, utc("2026-11-15T18:00"), NFL)
    events = [spread_event(game, [(first, 4)]), total_event(game, [45])]
    found = tokens(
        matched({"events": events}, [gamma_game(game, [gamma_spread(game, False, 3.5), gamma_total(game, 44.5)])])
    )
    assert set(found.values()) == {f"{game.slug}-spread-away-3pt5/{first.gamma}", f"{game.slug}-total-44pt5/Over"}


def test_another_clubs_code_before_a_nickname_is_nobody() -> None:
    """Names: `MIA Broncos` is neither the Broncos nor the Dolphins."""
    game = Game("KXNFLGAME", "nfl", *CODE_NAMED["Broncos"], utc("2026-11-15T18:00"), NFL)
    wrong = game._replace(first=game.first._replace(kalshi="MIA Broncos"))
    assert tokens(matched({"events": [winner_event(wrong)]}, [gamma_game(game)])) == {}


def test_rules_about_a_half_are_not_the_whole_game() -> None:
    """Sibling: type, slug and question say the game, the rules the first half: it is not linked to Kalshi's total."""
    first, second = CODE_NAMED["Broncos"]
    game = Game("KXNFLGAME", "nfl", first, second, utc("2026-11-15T18:00"), NFL)
    whole, event = gamma_total(game, 44.5), total_event(game, [45])
    half = {**whole, "description": whole["description"].replace("in this game", "in the first half of this game")}
    assert len(tokens(matched({"events": [event]}, [gamma_game(game, [whole])]))) == 1
    found = matched({"events": [event]}, [gamma_game(game, [half])])
    assert tokens(found) == {}
    assert all_accounted(found, [event])
