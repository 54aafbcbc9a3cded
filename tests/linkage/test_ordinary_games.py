"""Ordinary games of every league, in each shape in which their payloads come: linked, with the right token."""

import copy

import pytest
from real_shapes import (
    Game,
    Row,
    Side,
    gamma_game,
    gamma_three_way,
    matched,
    three_way_event,
    tokens,
    utc,
    winner_event,
)

SERIES = {
    "nfl": ("KXNFLGAME", "2026-11-01T18:00", "professional football game"),
    "nhl": ("KXNHLGAME", "2026-11-02T00:00", "professional hockey game"),
    "mlb": ("KXMLBGAME", "2026-08-09T20:10", "professional baseball game"),
    "nba": ("KXNBAGAME", "2026-11-02T00:30", "Pro Basketball game"),
    "wnba": ("KXWNBAGAME", "2026-08-09T20:00", "women's Pro Basketball game"),
    "cfb": ("KXNCAAFGAME", "2026-10-10T19:30", "college football game"),
    "cfp": ("KXNCAAFGAME", "2027-01-10T00:30", "college football game"),
    "cbb": ("KXNCAAMBGAME", "2027-01-24T19:30", "college basketball game"),
    "ufc": ("KXUFCFIGHT", "2026-08-22T23:00", "professional MMA fight"),
    "atp": ("KXATPMATCH", "2026-08-22T23:00", "professional tennis match"),
    "wta": ("KXWTAMATCH", "2026-08-22T23:00", "professional tennis match"),
    "cs2": ("KXCS2GAME", "2026-08-22T23:00", "Counter-Strike 2 match"),
    "lol": ("KXLOLGAME", "2026-08-22T23:00", "League of Legends match"),
}
"""Kalshi's series by Polymarket's prefix, when its games here start, and what Kalshi's rules call one."""
CLOCKED = {"mlb", "cs2", "lol"}
"""Leagues whose tickers at Kalshi state the time."""
OPEN = {"ufc", "atp", "wta", "cs2", "lol"}
"""Leagues without a table of teams: a ticker alone says nothing of who plays."""
TITLES = {
    "ufc": "UFC 330: {} vs. {} (Middleweight, Main Card)",
    "atp": "Cincinnati Open, Qualification Final Round: {} vs {}",
    "wta": "Cincinnati Open: {} vs {}",
    "cs2": "Counter-Strike: {} vs {} (BO3) - Belgrade Playoffs",
    "lol": "LoL: {} vs {} (BO3) - LTA North",
}
SOCCER = {
    "epl": "KXEPLGAME", "lal": "KXLALIGAGAME", "sea": "KXSERIEAGAME", "bun": "KXBUNDESLIGAGAME", "fl1": "KXLIGUE1GAME",
    "mls": "KXMLSGAME", "ucl": "KXUCLGAME",
}  # fmt: skip

# Polymarket's prefix, then each side's code and name at Kalshi, and its code and name at Polymarket.
TWO_WAY = """
nfl | JAC, Jacksonville, jax, Jaguars | TEN, Tennessee, ten, Titans
nfl | JAC, Jacksonville, jac, Jaguars | HOU, Houston, hou, Texans
nfl | LA, Los Angeles R, la, Rams | CAR, Carolina, car, Panthers
nfl | LAC, Los Angeles C, lac, Chargers | LA, Los Angeles R, lar, Rams
nfl | NYJ, New York J, nyj, Jets | NYG, New York G, nyg, Giants
nfl | WAS, Washington, was, Commanders | LV, Las Vegas, lv, Raiders
nfl | SF, San Francisco, sf, 49ers | ARI, Arizona, ari, Cardinals
nhl | CGY, Calgary, cal, Flames | LA, Los Angeles, lak, Kings
nhl | VGK, Vegas, las, Golden Knights | MTL, Montreal, mon, Canadiens
nhl | UTA, Utah, utah, Mammoth | NYI, New York I, nyi, Islanders
nhl | UTA, Utah, utah, Utah | WSH, Washington, wsh, Capitals
nhl | NYR, New York R, nyr, Rangers | STL, St. Louis, stl, Blues
nhl | NJ, New Jersey, nj, Devils | SJ, San Jose, sj, Sharks
nhl | TB, Tampa Bay, tb, Lightning | TOR, Toronto, tor, Maple Leafs
nhl | TB, Tampa Bay, tbl, Lightning | FLA, Florida, fla, Panthers
mlb | ATH, A's, oak, Athletics | BOS, Boston, bos, Red Sox
mlb | ATH, A's, oak, Oakland Athletics | AZ, Arizona, ari, Diamondbacks
mlb | CWS, Chicago WS, cws, Chicago White Sox | CHC, Chicago C, chc, Chicago Cubs
mlb | LAD, Los Angeles D, lad, Los Angeles Dodgers | LAA, Los Angeles A, laa, Los Angeles Angels
mlb | WSH, Washington, wsh, Washington Nationals | NYY, New York Y, nyy, New York Yankees
mlb | STL, St. Louis, stl, St. Louis Cardinals | NYM, New York M, nym, New York Mets
nba | LAC, Los Angeles C, lac, Clippers | LAL, Los Angeles L, lal, Lakers
nba | GSW, Golden State, gsw, Warriors | SAS, San Antonio, sas, Spurs
nba | NOP, New Orleans, nop, Pelicans | UTA, Utah, uta, Jazz
nba | PHI, Philadelphia, phi, 76ers | POR, Portland, por, Trail Blazers
wnba | GS, Golden State, gsv, Valkyries | LA, Los Angeles, las, Sparks
wnba | CONN, Connecticut, conn, Sun | LV, Las Vegas, lva, Aces
wnba | NY, New York, nyl, Liberty | WSH, Washington, was, Mystics
wnba | PHX, Phoenix, phx, Mercury | IND, Indiana, ind, Fever
cfb | MSU, Michigan St., mchst, Michigan State | ND, Notre Dame, notre, Notre Dame
cfp | ORE, Oregon, oregon, Oregon | IND, Indiana, ind, Indiana
cfb | MIA, Miami (FL), miafl, Miami | OSU, Ohio St., ohiost, Ohio State
cfb | MIA, Miami (FL), mia, Miami (FL) | LSU, LSU, lsu, LSU
cfb | M-OH, Miami (OH), miaoh, Miami (OH) | FRES, Fresno St., fres, Fresno State
cfb | MOH, Miami (OH), miaoh, Miami (OH) | BGSU, Bowling Green, bgrn, Bowling Green
cfb | SCAR, South Carolina, scar, South Carolina | USC, USC, usc, USC
cfb | MISS, Ole Miss, miss, Ole Miss | MSST, Mississippi St., msst, Mississippi State
cfb | TXAM, Texas A&M, txam, Texas A&M | TEX, Texas, tx, Texas
cfb | UGA, Georgia, uga, Georgia Bulldogs | ALA, Alabama, bama, Alabama Crimson Tide
cfb | NCST, NC State, ncst, NC State Wolfpack | UNC, North Carolina, unc, North Carolina Tar Heels
cfb | HAW, Hawai'i, hawaii, Hawai'i Rainbow Warriors | SJSU, San José St., sjsu, San José State Spartans
cfb | SDST, South Dakota St., sdkst, South Dakota State | NDSU, North Dakota St., ndst, North Dakota State
cfb | SDSU, San Diego St., sdst, San Diego State | CSU, Colorado St., colst, Colorado State
cbb | ILL, Illinois, ill, Illinois Fighting Illini | PUR, Purdue, pur, Purdue Boilermakers
cbb | GONZ, Gonzaga, gnzg, Gonzaga | SMC, Saint Mary's, stmry, Saint Mary's
cbb | KU, Kansas, kan, Kansas | FLA, Florida, fl, Florida
cbb | CONN, UConn, uconn, Connecticut Huskies | SJU, St. John's, stjohn, St. John's Red Storm
cbb | LOYC, Loyola Chicago, loyil, Loyola Chicago | SBU, St. Bonaventure, stbon, Saint Bonaventure
cbb | UNM, New Mexico, nm, New Mexico | UNI, Northern Iowa, niowa, Northern Iowa
cbb | CSU, Colorado St., csu, Colorado State Rams | CSUB, CSU Bakersfield, csb, Cal State Bakersfield Roadrunners
ufc | CHA, Khamzat Chimaev, kha, Khamzat Chimaev | WIN, Nassourdine Imavov, nas, Nassourdine Imavov
ufc | WAN, Cong Wang, con, Wang Cong | SIL, Natalia Silva, nat, Natália Silva
atp | LEH, Jiri Lehecka, lehecka, Jiri Lehecka | FIL, Arthur Fils, fils, Arthur Fils
wta | NAV, Emma Navarro, navarro, Emma Navarro | PEG, Jessica Pegula, pegula, Jessica Pegula
cs2 | FAZE, FaZe Clan, faze, FaZe | NAVI, Natus Vincere, navi1, Natus Vincere
cs2 | MEL, Team Melon, mel, Melon | GOT, Gotham Esports, goth, Gotham
lol | TL, Team Liquid, tl, Team Liquid | FLY, FlyQuest, fly, FlyQuest
"""
THREE_WAY = """
epl | CFC, Chelsea, che, Chelsea FC | LFC, Liverpool, liv, Liverpool FC
epl | MCI, Manchester City, mac, Manchester City FC | MUN, Manchester United, mun, Manchester United FC
epl | MCI, Manchester City, mac, Manchester City FC | MUN, Manchester Utd, man, Manchester United FC
epl | AVL, Aston Villa, ast, Aston Villa FC | NFO, Nottingham, not, Nottingham Forest FC
epl | WHU, West Ham, wes, West Ham United FC | BRI, Brighton, bri, Brighton & Hove Albion FC
epl | WOL, Wolverhampton, wol, Wolverhampton Wanderers FC | BOU, Bournemouth, bou, AFC Bournemouth
epl | TOT, Tottenham, tot, Tottenham Hotspur FC | ARS, Arsenal, ars, Arsenal FC
epl | LEE, Leeds United, lee, Leeds United FC | SUN, Sunderland, sun, Sunderland AFC
lal | RBB, Betis, bet, Real Betis Balompié | RCC, Celta, cel, RC Celta de Vigo
lal | ATM, Atletico, mad, Club Atlético de Madrid | RVC, Rayo, ray, Rayo Vallecano de Madrid
lal | RMA, Real Madrid, rea, Real Madrid CF | RSO, Real Sociedad, rso, Real Sociedad de Fútbol
lal | VCF, Valencia, val, Valencia CF | ATH, Bilbao, bil, Athletic Club
lal | BAR, Barcelona, bar, FC Barcelona | ESP, Espanyol, esp, RCD Espanyol de Barcelona
lal | ALA, Alaves, ala, Deportivo Alavés | MAL, Mallorca, mal, RCD Mallorca
sea | BFC, Bologna, bol, Bologna FC 1909 | ACM, AC Milan, mil, AC Milan
sea | INT, Inter, int, FC Internazionale Milano | JUV, Juventus, juv, Juventus FC
sea | ROM, Roma, rom, AS Roma | COM, Como, com, Como 1907
bun | FCA, Augsburg, aug, FC Augsburg | LEV, Leverkusen, b04, Bayer 04 Leverkusen
bun | BMU, Bayern Munich, bay, FC Bayern München | BVB, Dortmund, dor, Borussia Dortmund
bun | SGE, Frankfurt, ein, Eintracht Frankfurt | SCF, Freiburg, fre, SC Freiburg
bun | FCH, Heidenheim, hei, 1. FC Heidenheim 1846 | TSG, Hoffenheim, hof, TSG 1899 Hoffenheim
bun | RBL, Leipzig, lei, RB Leipzig | M05, Mainz, mai, 1. FSV Mainz 05
bun | BMG, Monchengladbach, moe, Borussia Mönchengladbach | STP, St. Pauli, pau, FC St. Pauli 1910
bun | VFB, Stuttgart, stu, VfB Stuttgart | SVW, Bremen, wer, SV Werder Bremen
bun | WOB, Wolfsburg, wol, VfL Wolfsburg | KOE, FC Cologne, koe, 1. FC Köln
fl1 | AUX, Auxerre, aja, AJ Auxerre | FCL, Lorient, lor, FC Lorient
fl1 | OL, Lyon, lyo, Olympique Lyonnais | FCM, Metz, met, FC Metz
fl1 | PSG, PSG, par, Paris Saint-Germain FC | PFC, Paris FC, pfc, Paris FC
fl1 | OM, Marseille, olm, Olympique de Marseille | STB, Brest, sbr, Stade Brestois 29
fl1 | RCS, Strasbourg, str, RC Strasbourg Alsace | TFC, Toulouse, tou, Toulouse FC
fl1 | NIC, Nice, ogc, OGC Nice | REN, Rennes, ren, Stade Rennais FC 1901
mls | MIA, Miami, mia, Inter Miami CF | NYC, New York City, nyc, New York City FC
mls | LAG, LA Galaxy, lag, Los Angeles Galaxy | LAFC, Los Angeles F, laf, Los Angeles FC
mls | NYRB, New York RB, ner, New York Red Bulls | NE, New England, new, New England Revolution
mls | ATX, Austin, aus, Austin FC | CLT, Charlotte, cha, Charlotte FC
mls | MTL, Montreal, mon, CF Montréal | DC, DC United, dcu, D.C. United SC
mls | VAN, Vancouver, van, Vancouver Whitecaps FC | HOU, Houston, hou, Houston Dynamo FC
mls | SKC, Kansas City, spo, Sporting Kansas City | STL, St. Louis, slc, St. Louis City SC
ucl | CFC, Chelsea, cfc1, Chelsea FC | BVB, Dortmund, bvb1, Borussia Dortmund
ucl | PSG, PSG, psg1, Paris Saint-Germain FC | RMA, Real Madrid, rma1, Real Madrid CF
ucl | DIN, Dinamo Zagreb, din, GNK Dinamo Zagreb | KAZ, Kairat, kai, FC Kairat
ucl | INT, Inter, int1, FC Internazionale Milano | GAL, Galatasaray, gal, Galatasaray SK
ucl | SPO, Sporting CP, scp, Sporting Clube de Portugal | QAR, Qarabag, qar, Qarabağ FK
"""


def _games(text: str) -> list[Game]:
    games = []
    for line in text.strip().splitlines():
        prefix, *sides = line.split(" | ")
        first, second = (Side(*side.split(", ")) for side in sides)
        series, start, words = SERIES.get(prefix) or (SOCCER[prefix], "2026-09-15T18:45", "")
        games.append(Game(series, prefix, first, second, utc(start), words, prefix in CLOCKED))
    return games


def _named(game: Game) -> str:
    return game.slug


def _listed(game: Game) -> tuple[Row, Row, dict[str, str | None]]:
    """Write a game at both venues, and give the tokens that its Kalshi markets are to be linked to."""
    if game.prefix in SOCCER:
        pays = {game.ticker(side.kalshi_code): f"{game.slug}-{side.gamma_code}/Yes" for side in game.sides}
        return three_way_event(game), gamma_three_way(game), {**pays, game.ticker("TIE"): f"{game.slug}-draw/Yes"}
    named = {"title": TITLES[game.prefix].format(game.first.gamma, game.second.gamma)} if game.prefix in TITLES else {}
    pays = {game.ticker(side.kalshi_code): f"{game.slug}/{side.gamma}" for side in game.sides}
    return winner_event(game), gamma_game(game, **named), dict(pays)


def _without(row: Row, *fields: str) -> Row:
    """Copy an event without some fields, its markets' too."""
    bare = {key: value for key, value in copy.deepcopy(row).items() if key not in fields}
    bare["markets"] = [{key: value for key, value in one.items() if key not in fields} for one in bare["markets"]]
    return bare


EVERY = _games(TWO_WAY) + _games(THREE_WAY)


@pytest.mark.parametrize("game", EVERY, ids=_named)
def test_an_ordinary_game_is_linked(game: Game) -> None:
    """Whole events of both venues, as they list them: with times, names, rules and types."""
    kalshi, gamma, pays = _listed(game)
    assert tokens(matched({"events": [kalshi], "cursor": ""}, [gamma])) == pays


@pytest.mark.parametrize("game", EVERY, ids=_named)
def test_markets_that_come_without_their_events_are_linked(game: Game) -> None:
    """Kalshi's list of markets; Gamma's, where each says its event, and where none says what it is about."""
    kalshi, gamma, pays = _listed(game)
    event = {key: value for key, value in gamma.items() if key != "markets"}
    nested = {"markets": [{**row, "events": [event]} for row in gamma["markets"]], "next_cursor": "x"}
    assert tokens(matched({"markets": kalshi["markets"]}, nested)) == pays
    untyped = _without(gamma, "sportsMarketType")["markets"]
    assert tokens(matched(kalshi["markets"], untyped)) == pays


@pytest.mark.parametrize("game", EVERY, ids=_named)
def test_games_of_which_only_days_are_stated_are_linked(game: Game) -> None:
    """Where two teams do not meet on two days in a row, a day of unknown zone is enough; else it is refused."""
    kalshi, gamma, pays = _listed(game)
    timeless = _without(gamma, "gameStartTime", "startTime", "endDate", "gameId", "description")
    found = matched({"events": [kalshi]}, [timeless])
    if game.prefix in CLOCKED or game.prefix == "nhl":
        assert tokens(found) == {}
        assert {row.code for row in found.refused} == {"start_unknown"}
    else:
        assert tokens(found) == pays


@pytest.mark.parametrize("game", EVERY, ids=_named)
def test_tickers_alone_are_linked_where_the_tables_know_their_codes(game: Game) -> None:
    """`{ticker, event_ticker}` and no more, or `{ticker}`: linked, or refused with a reason."""
    kalshi, gamma, pays = _listed(game)
    for fields in (("ticker", "event_ticker"), ("ticker",)):
        bare = [{field: row[field] for field in fields} for row in kalshi["markets"]]
        found = matched(bare, [gamma])
        short = "-" in game.first.kalshi_code and len(fields) == 1
        unknown = game.prefix in OPEN or short or game.second.kalshi_code == "KAZ"
        assert tokens(found) == ({} if unknown else pays)
        assert {row.kalshi_ticker for row in found.refused} == (set(pays) if unknown else set())
