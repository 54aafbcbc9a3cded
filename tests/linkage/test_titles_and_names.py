"""Names and titles as venues write them: the same club, cup and season are linked, what is near them is not."""

from typing import Any

import pytest
from real_shapes import (
    Game,
    Row,
    Side,
    codes,
    event,
    gamma_event,
    gamma_game,
    gamma_market,
    gamma_three_way,
    market,
    matched,
    three_way_event,
    tokens,
    utc,
    winner_event,
)

BENFICA = Side("BEN", "Benfica", "ben", "SL Benfica")
GALATASARAY = Side("GAL", "Galatasaray", "gal", "Galatasaray SK")
MAINZ = Side("M05", "Mainz", "mai", "1. FSV Mainz 05")
AJAX = Side("AJA", "Ajax", "aja", "AFC Ajax")
FLAMENGO = Side("FLA", "Flamengo", "fla", "CR Flamengo")
CRUZ_AZUL = Side("CAZ", "Cruz Azul", "caz", "CD Cruz Azul")
OFI = Side("OFI", "OFI Crete", "ofi", "OFI Crete")
RAPID = Side("RAP", "SK Rapid", "rap", "SK Rapid Wien")


def soccer(cup: str, prefix: str, first: Side, second: Side) -> Game:
    """Give a game of soccer of an evening."""
    return Game(f"KX{cup}GAME", prefix, first, second, utc("2026-12-09T19:45"))


CLUBS = {
    "an acute accent for an apostrophe": soccer(
        "BUNDESLIGA", "bun", MAINZ, Side("BMG", "M\u00b4gladbach", "moe", "Borussia Mönchengladbach")
    ),
    "Eindhoven is PSV": soccer("UCL", "ucl", Side("PSV", "Eindhoven", "psv", "PSV Eindhoven"), GALATASARAY),
    "Eindhoven is PSV at home": soccer("EREDIVISIE", "ere", Side("PSV", "Eindhoven", "psv", "PSV Eindhoven"), AJAX),
    "Enschede is Twente": soccer("EREDIVISIE", "ere", Side("TWE", "Enschede", "twe", "FC Twente '65"), AJAX),
    "Madeira is who the code says": soccer(
        "LIGAPORTUGAL", "por", Side("MAR", "Madeira", "mar", "CS Marítimo"), BENFICA
    ),
    "Uni Craiova is CS Universitatea": soccer(
        "UEL", "uel", Side("UCR", "Uni Craiova", "uni", "CS Universitatea Craiova"), OFI
    ),
    "Czestochowa is Raków": soccer("UECL", "uecl", Side("CZE", "Czestochowa", "rak", "Raków Częstochowa"), RAPID),
    "Austria is Vienna's in a cup of clubs": soccer(
        "UECL", "uecl", Side("AUS", "Austria", "aus", "FK Austria Wien"), GALATASARAY
    ),
    "LDU Quito": soccer("CONMEBOLLIB", "lib", Side("LDU", "LDU Quito", "ldu", "LDU de Quito"), FLAMENGO),
    "del Valle under a code of Avellaneda's": soccer(
        "CONMEBOLLIB", "lib", Side("IND", "Ind. del Valle", "ind", "CSD Independiente del Valle"), FLAMENGO
    ),
    "Santa Fe": soccer(
        "CONMEBOLSUD", "sud", Side("SFE", "Independ. Santa Fe", "sfe", "Independiente Santa Fe"), FLAMENGO
    ),
    "the UNAM's Pumas": soccer("LIGAMX", "mex", Side("PUM", "Pumas", "pum", "Pumas de la UNAM"), CRUZ_AZUL),
    "Sparta of Prague under a code of Rotterdam's": soccer(
        "UEL",
        "uel",
        Side("SPA", "Sparta Prague", "spp", "AC Sparta Praha"),
        Side("USG", "Union Gilloise", "usg", "Royale Union Saint-Gilloise"),
    ),
}
NEAR = {
    "FC Eindhoven is not PSV": soccer("EREDIVISIE", "ere", Side("PSV", "Eindhoven", "ein", "FC Eindhoven"), AJAX),
    "Nacional of Madeira is not Marítimo": soccer(
        "LIGAPORTUGAL", "por", Side("MAR", "Madeira", "nac", "Nacional da Madeira"), BENFICA
    ),
    "the other club of Craiova": soccer("UEL", "uel", Side("UCR", "Uni Craiova", "fcu", "FC U Craiova 1948"), OFI),
    "the other club of Częstochowa": soccer(
        "UECL", "uecl", Side("CZE", "Czestochowa", "ska", "Skra Częstochowa"), RAPID
    ),
    "Austria of Klagenfurt is not Vienna's": soccer(
        "UECL", "uecl", Side("AUS", "Austria", "kla", "Austria Klagenfurt"), GALATASARAY
    ),
    "LDU of Loja is not Quito's": soccer("CONMEBOLLIB", "lib", Side("LDU", "LDU Quito", "ldu", "LDU Loja"), FLAMENGO),
    "Independiente is not del Valle": soccer(
        "CONMEBOLLIB", "lib", Side("IDV", "Ind. del Valle", "ind", "CA Independiente"), FLAMENGO
    ),
    "Independiente of Medellín is not Santa Fe": soccer(
        "CONMEBOLSUD", "sud", Side("SFE", "Independ. Santa Fe", "dim", "Independiente Medellín"), FLAMENGO
    ),
    "Santa Fe of Bogotá is not Unión of Santa Fe": soccer(
        "CONMEBOLSUD", "sud", Side("SFE", "Independ. Santa Fe", "usf", "Unión de Santa Fe"), FLAMENGO
    ),
    "Pumas of Tabasco": soccer("LIGAMX", "mex", Side("PUM", "Pumas", "pum", "Pumas Tabasco"), CRUZ_AZUL),
    "Sparta of Rotterdam is not Prague's": soccer(
        "UEL",
        "uel",
        Side("SPA", "Sparta Prague", "spa", "Sparta Rotterdam"),
        Side("USG", "Union Gilloise", "usg", "Royale Union Saint-Gilloise"),
    ),
}


@pytest.mark.parametrize("name", CLUBS)
def test_a_club_is_the_same_under_kalshis_name_and_gammas(name: str) -> None:
    """Names: the town, the whole name and the accent are one club's, where nobody else of the cup has them."""
    game = CLUBS[name]
    linked = tokens(matched({"events": [three_way_event(game)]}, [gamma_three_way(game)]))
    assert linked == {game.ticker(code): f"{game.slug}-{end}/Yes" for code, end in _sides(game)}


def _sides(game: Game) -> list[tuple[str, str]]:
    return [*((side.kalshi_code, side.gamma_code) for side in game.sides), ("TIE", "draw")]


@pytest.mark.parametrize("name", NEAR)
def test_a_club_with_a_town_or_a_name_in_common_is_another(name: str) -> None:
    """Names: the same fixture but for a club that is called nearly so is not linked."""
    game = NEAR[name]
    assert tokens(matched({"events": [three_way_event(game)]}, [gamma_three_way(game)])) == {}


def test_austria_is_a_country_where_countries_play() -> None:
    """Names: Vienna's club is in no table of countries, and the country in none of clubs."""
    nations = soccer("UEFANL", "unl", Side("AUT", "Austria", "aut", "Austria"), Side("NOR", "Norway", "nor", "Norway"))
    clubs = nations._replace(series="KXUECLGAME", prefix="uecl")
    assert len(tokens(matched({"events": [three_way_event(nations)]}, [gamma_three_way(nations)]))) == 3
    assert tokens(matched({"events": [three_way_event(nations)]}, [gamma_three_way(clubs)])) == {}


# -- cricket ---------------------------------------------------------------------------------------------------------


def cricket(series: str, prefix: str, first: Side, second: Side) -> Game:
    """Give a match of cricket, whose ticker has the time."""
    return Game(series, prefix, first, second, utc("2026-08-12T17:30"), "cricket match", clock=True)


SPIRIT = Side("LON", "London Spirit", "lon", "London Spirit")
ROCKETS = Side("TRE", "Trent Rockets", "tre", "Trent Rockets")
CRICKET = {
    "Caribbean": cricket(
        "KXCPLMATCH",
        "criccpl",
        Side("GAW", "Guyana Amazon Warriors", "guy", "Guyana Amazon Warriors"),
        Side("STL", "St Lucia Kings", "stl", "Saint Lucia Kings"),
    ),
    "Indian": cricket(
        "KXIPLGAME",
        "cricipl",
        Side("MI", "Mumbai Indians", "mum", "Mumbai Indians"),
        Side("CSK", "Chennai Super Kings", "che", "Chennai Super Kings"),
    ),
    "the Hundred": cricket("KXHUNDREDMATCH", "crichundred", SPIRIT, ROCKETS),
}


@pytest.mark.parametrize("name", CRICKET)
def test_a_match_of_a_cricket_league_is_linked(name: str) -> None:
    """E3: the leagues of which both venues' names are known."""
    game = CRICKET[name]
    linked = tokens(matched({"events": [winner_event(game)]}, [gamma_game(game)]))
    assert linked == {game.ticker(side.kalshi_code): f"{game.slug}/{side.gamma}" for side in game.sides}


@pytest.mark.parametrize("prefix", ["crichundredw", "crint", "crwpl20"])
def test_women_play_for_the_same_clubs_at_the_same_time(prefix: str) -> None:
    """Women, men: a slug of the women's league, or of one that does not say whose it is, is no game of the men's."""
    men = cricket("KXHUNDREDMATCH", "crichundred", SPIRIT, ROCKETS)
    assert tokens(matched({"events": [winner_event(men)]}, [gamma_game(men._replace(prefix=prefix))])) == {}


# -- titles ----------------------------------------------------------------------------------------------------------


def kalshi_title(ticker: str, title: str, name: str) -> Row:
    """Write Kalshi's event of a season's title with one team's market."""
    rules = f"If {name} wins the {title}, then the market resolves to Yes."
    series = ticker.rpartition("-")[0]
    return event(series, title, [market(ticker, series, f"Will {name} win the {title}?", name, rules)])


def gamma_title(question: str, *, title: str = "", rules: str = "", **fields: Any) -> Row:
    """Write Polymarket's event of a season's title with one team's market."""
    asked = gamma_market("title-1", question, ("Yes", "No"), rules, **fields)
    return gamma_event(fields.pop("slug", "title"), title, [asked])


SUPER_BOWL = kalshi_title("KXSB-27-WAS", "2027 Pro Football Championship", "Washington")
SERIE_A = kalshi_title("KXSERIEA-27-INT", "2026-27 Serie A", "Inter")
COLLEGE = kalshi_title("KXNCAAF-27-OSU", "2027 College Football Playoff National Championship", "Ohio St.")
MEN = kalshi_title("KXMARMAD-27-DUKE", "2027 Men's College Basketball Championship", "Duke")
WOMEN = kalshi_title("KXWMARMAD-27-DUKE", "2027 Women's College Basketball Championship", "Duke")
MENS_RULES = "This market resolves to Yes if Duke wins the 2027 NCAA Men\u2019s Division I Basketball Tournament."
WOMENS_RULES = MENS_RULES.replace("Men", "Women")


@pytest.mark.parametrize(
    ("kalshi", "gamma"),
    [
        (SUPER_BOWL, gamma_title("Will the Washington Commanders win Super Bowl LXI?")),
        (SUPER_BOWL, gamma_title("Will the Washington Commanders win Super Bowl LXI (2027)?")),
        (SUPER_BOWL, gamma_title("Will the Washington Commanders win Super Bowl LXI?", title="2026-27 NFL champion")),
        (SERIE_A, gamma_title("Will Inter Milan win the 2026-27 Serie A Championship?")),
        (SERIE_A, gamma_title("Will Inter Milan win the 2026-27 Serie A League?")),
        (COLLEGE, gamma_title("Will Ohio State win the 2026-27 College Football National Championship?")),
        (
            COLLEGE,
            gamma_title(
                "Will Ohio State win the 2027 College Football Playoff National Championship?",
                endDate="2027-01-26T00:00:00Z",
            ),
        ),
        (MEN, gamma_title("Will Duke win the 2027 NCAA Tournament?", rules=MENS_RULES)),
        (MEN, gamma_title("Will Duke win the 2027 NCAA Men's Basketball Tournament?")),
        (MEN, gamma_title("Will Duke win March Madness 2027?", rules=MENS_RULES)),
        (WOMEN, gamma_title("Will Duke win the 2027 Women's NCAA Tournament?", rules=WOMENS_RULES)),
        (WOMEN, gamma_title("Will Duke win the 2027 NCAA Tournament?", rules=WOMENS_RULES)),
    ],
)
def test_a_title_is_the_same_under_each_of_its_names(kalshi: Row, gamma: Row) -> None:
    """Titles: a Super Bowl's number is its year, a final of January is its season's, rules say who plays."""
    assert list(tokens(matched({"events": [kalshi]}, [gamma])).values()) == ["title-1/Yes"]


@pytest.mark.parametrize(
    ("kalshi", "gamma"),
    [
        (SUPER_BOWL, gamma_title("Will the Washington Commanders win Super Bowl LX?")),
        (SUPER_BOWL, gamma_title("Will the Washington Commanders win Super Bowl LXII?")),
        (SUPER_BOWL, gamma_title("Will the Washington Commanders win Super Bowl LXI?", title="Super Bowl 2026")),
        (SUPER_BOWL, gamma_title("Will the Washington Commanders win Super Bowl LXI MVP?")),
        (SUPER_BOWL, gamma_title("Will the Washington Commanders win Super Bowl?")),
        (SERIE_A, gamma_title("Will Inter Milan win the 2027 Serie A Championship?")),
        (SERIE_A, gamma_title("Will Inter Milan win the 2026-27 Serie A League?", title="Serie A Women Winner")),
        (SERIE_A, gamma_title("Will Inter Milan win the 2026-27 Serie A?", rules="The Italian basketball league.")),
        (SERIE_A, gamma_title("Will Inter Milan win the 2026-27 Serie B Championship?")),
        (COLLEGE, gamma_title("Will Ohio State win the 2027 College Football National Championship?")),
        (
            COLLEGE,
            gamma_title(
                "Will Ohio State win the 2027 College Football National Championship?", endDate="2028-01-20T00:00:00Z"
            ),
        ),
        (
            COLLEGE,
            gamma_title(
                "Will Ohio State win the 2026 College Football National Championship?", endDate="2027-01-20T00:00:00Z"
            ),
        ),
        (COLLEGE, gamma_title("Will Ohio State win the 2026-27 FCS National Championship?")),
        (MEN, gamma_title("Will Duke win the 2027 NCAA Tournament?")),
        (MEN, gamma_title("Will Duke win the 2027 NCAA Tournament?", rules=WOMENS_RULES)),
        (
            MEN,
            gamma_title("Will Duke win the 2027 NCAA Tournament?", rules=MENS_RULES.replace("Basketball", "Wrestling")),
        ),
        (MEN, gamma_title("Will Duke win the 2027 NCAA Tournament?", rules=f"{MENS_RULES} {WOMENS_RULES}")),
        (MEN, gamma_title("Will Duke win the 2026 NCAA Tournament?", rules=MENS_RULES)),
        (MEN, gamma_title("Will Duke win the 2027 Women's NCAA Tournament?", rules=WOMENS_RULES)),
        (WOMEN, gamma_title("Will Duke win the 2027 NCAA Tournament?", rules=MENS_RULES)),
        (WOMEN, gamma_title("Will Duke win the 2027 NCAA Men's Basketball Tournament?", title="Women's Champion")),
    ],
)
def test_a_title_that_is_nearly_it_is_another(kalshi: Row, gamma: Row) -> None:
    """Titles: another number, season, sport or sex is not linked, and neither is what does not say which it is."""
    found = matched({"events": [kalshi]}, [gamma])
    assert tokens(found) == {}
    assert set(codes(found).values()) == {"no_counterpart_topic"}
