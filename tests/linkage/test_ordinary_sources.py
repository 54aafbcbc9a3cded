"""Contests of every league as ESPN and The Odds API write them: joined to Kalshi's event, under each one's names."""

import pytest
from real_shapes import (
    Game,
    Row,
    Side,
    espn_game,
    matched,
    odds_event,
    scoreboard,
    three_way_event,
    utc,
    winner_event,
)

START = "2026-10-10T19:30"
LEAGUES = {
    "nfl": ("KXNFLGAME", "nfl", "americanfootball_nfl", "28"),
    "nba": ("KXNBAGAME", "nba", "basketball_nba", "46"),
    "nhl": ("KXNHLGAME", "nhl", "icehockey_nhl", "90"),
    "mlb": ("KXMLBGAME", "mlb", "baseball_mlb", "10"),
    "wnba": ("KXWNBAGAME", "wnba", "basketball_wnba", "59"),
    "cfb": ("KXNCAAFGAME", "college-football", "americanfootball_ncaaf", "23"),
    "cbb": ("KXNCAAMBGAME", "mens-college-basketball", "basketball_ncaab", "41"),
    "epl": ("KXEPLGAME", "eng.1", "soccer_epl", "700"),
    "lal": ("KXLALIGAGAME", "esp.1", "soccer_spain_la_liga", "740"),
    "bun": ("KXBUNDESLIGAGAME", "ger.1", "soccer_germany_bundesliga", "720"),
    "sea": ("KXSERIEAGAME", "ita.1", "soccer_italy_serie_a", "730"),
    "fl1": ("KXLIGUE1GAME", "fra.1", "soccer_france_ligue_one", "710"),
    "mls": ("KXMLSGAME", "usa.1", "soccer_usa_mls", "770"),
    "ucl": ("KXUCLGAME", "uefa.champions", "soccer_uefa_champs_league", "775"),
}
"""Kalshi's series, ESPN's name and number of the league, and The Odds API's key, by Polymarket's prefix."""
SOCCER = {"epl", "lal", "bun", "sea", "fl1", "mls", "ucl"}

# The league, then ESPN's code, name, place and nickname, the sportsbooks' name, and Kalshi's code and name. A name
# that is `=` is place and nickname together; a place or nickname that is `=` is the name.
SIDES = """
nba | LAC, =, LA, Clippers | Los Angeles Clippers | LAC, Los Angeles C
nba | LAL, =, Los Angeles, Lakers | Los Angeles Lakers | LAL, Los Angeles L
nba | GS, =, Golden State, Warriors | Golden State Warriors | GSW, Golden State
nba | UTAH, =, Utah, Jazz | Utah Jazz | UTA, Utah
nba | NO, =, New Orleans, Pelicans | New Orleans Pelicans | NOP, New Orleans
nba | WSH, =, Washington, Wizards | Washington Wizards | WAS, Washington
nfl | LAR, =, Los Angeles, Rams | Los Angeles Rams | LA, Los Angeles R
nfl | JAX, =, Jacksonville, Jaguars | Jacksonville Jaguars | JAC, Jacksonville
nfl | WSH, =, Washington, Commanders | Washington Commanders | WAS, Washington
nhl | MTL, =, Montreal, Canadiens | Montréal Canadiens | MTL, Montreal
nhl | STL, =, St. Louis, Blues | St Louis Blues | STL, St. Louis
nhl | UTAH, =, Utah, Mammoth | Utah Mammoth | UTA, Utah
nhl | LA, =, Los Angeles, Kings | Los Angeles Kings | LA, Los Angeles
mlb | ATH, Athletics, =, = | Athletics | ATH, A's
mlb | CHW, =, Chicago, White Sox | Chicago White Sox | CWS, Chicago WS
mlb | ARI, =, Arizona, Diamondbacks | Arizona Diamondbacks | AZ, Arizona
mlb | STL, =, St. Louis, Cardinals | St. Louis Cardinals | STL, St. Louis
wnba | CONN, =, Connecticut, Sun | Connecticut Sun | CONN, Connecticut
wnba | GS, =, Golden State, Valkyries | Golden State Valkyries | GS, Golden State
cfb | M-OH, =, Miami (OH), RedHawks | Miami (OH) RedHawks | MOH, Miami (OH)
cfb | MIA, =, Miami, Hurricanes | Miami Hurricanes | MIA, Miami (FL)
cfb | CONN, =, UConn, Huskies | UConn Huskies | CONN, UConn
cfb | NCSU, =, NC State, Wolfpack | NC State Wolfpack | NCST, NC State
cfb | HAW, =, Hawai'i, Rainbow Warriors | Hawaii Rainbow Warriors | HAW, Hawai'i
cfb | SJSU, =, San José State, Spartans | San Jose State Spartans | SJSU, San José St.
cfb | MISS, =, Ole Miss, Rebels | Ole Miss Rebels | MISS, Ole Miss
cfb | MASS, =, Massachusetts, Minutemen | UMass Minutemen | MASS, Massachusetts
cfb | APP, =, App State, Mountaineers | Appalachian State Mountaineers | APP, Appalachian St.
cfb | USM, =, Southern Miss, Golden Eagles | Southern Mississippi Golden Eagles | USM, Southern Miss
cbb | SJU, =, St. John's, Red Storm | St. John's Red Storm | SJU, St. John's
cbb | SMC, =, Saint Mary's, Gaels | Saint Mary's Gaels | SMC, Saint Mary's
cbb | LUC, =, Loyola Chicago, Ramblers | Loyola (Chi) Ramblers | LOYC, Loyola Chicago
cbb | IUIN, =, IU Indianapolis, Jaguars | IUPUI Jaguars | IUIN, IU Indianapolis
cbb | UALR, =, Little Rock, Trojans | Arkansas-Little Rock Trojans | UALR, Little Rock
cbb | OMA, =, Omaha, Mavericks | Omaha Mavericks | OMA, Omaha
cbb | GW, =, George Washington, Revolutionaries | GW Revolutionaries | GW, George Washington
cbb | SBU, =, St. Bonaventure, Bonnies | St. Bonaventure Bonnies | SBU, St. Bonaventure
cbb | FIU, =, Florida International, Panthers | Florida Int'l Golden Panthers | FIU, FIU
cbb | SEMO, Southeast Missouri State Redhawks, SE Missouri, Redhawks | SE Missouri St Redhawks | SEMO, SE Missouri St.
cbb | SHU, =, Sacred Heart, Pioneers | Sacred Heart Pioneers | SHU, Sacred Heart
cbb | TA&M, =, Texas A&M, Aggies | Texas A&M Aggies | TXAM, Texas A&M
cbb | CSU, =, Colorado State, Rams | Colorado St Rams | CSU, Colorado St.
cbb | SDSU, =, San Diego State, Aztecs | San Diego St Aztecs | SDSU, San Diego St.
cbb | BOIS, =, Boise State, Broncos | Boise State Broncos | BSU, Boise St.
epl | BHA, Brighton & Hove Albion, =, Brighton | Brighton and Hove Albion | BRI, Brighton
epl | MNC, Manchester City, =, Man City | Manchester City | MCI, Manchester City
epl | WOL, Wolverhampton Wanderers, =, Wolves | Wolverhampton Wanderers | WOL, Wolverhampton
epl | TOT, Tottenham Hotspur, =, Tottenham | Tottenham Hotspur | TOT, Tottenham
epl | BOU, AFC Bournemouth, =, Bournemouth | Bournemouth | BOU, Bournemouth
lal | ATM, Atlético Madrid, =, Atlético | Atlético Madrid | ATM, Atletico
lal | ATH, Athletic Club, =, Athletic | Athletic Bilbao | ATH, Bilbao
lal | CEL, Celta Vigo, =, = | Celta Vigo | RCC, Celta
lal | ALA, Alavés, =, = | Alavés | ALA, Alaves
lal | OVI, Real Oviedo, =, Oviedo | Oviedo | OVI, Oviedo
lal | ESP, Espanyol, =, = | Espanyol | ESP, Espanyol
bun | MUN, Bayern Munich, =, = | Bayern Munich | BMU, Bayern Munich
bun | HDH, 1. FC Heidenheim 1846, =, Heidenheim | 1. FC Heidenheim | FCH, Heidenheim
bun | MGL, Borussia Mönchengladbach, =, M'gladbach | Borussia Monchengladbach | BMG, Monchengladbach
bun | FCU, 1. FC Union Berlin, =, Union Berlin | Union Berlin | UNI, Union Berlin
bun | M05, Mainz, =, = | FSV Mainz 05 | M05, Mainz
bun | HSV, Hamburg SV, =, = | Hamburger SV | HSV, Hamburg
bun | KOE, FC Cologne, =, = | 1. FC Köln | KOE, FC Cologne
bun | TSG, TSG Hoffenheim, =, Hoffenheim | TSG Hoffenheim | TSG, Hoffenheim
sea | INT, Internazionale, =, = | Inter Milan | INT, Inter
sea | VER, Hellas Verona, =, Verona | Hellas Verona | VER, Verona
sea | ROMA, AS Roma, =, = | AS Roma | ROM, Roma
sea | ATA, Atalanta, =, = | Atalanta BC | ATA, Atalanta
fl1 | PSG, Paris Saint-Germain, =, PSG | Paris Saint Germain | PSG, PSG
fl1 | REN, Stade Rennais, =, Rennes | Rennes | REN, Rennes
fl1 | MON, AS Monaco, =, = | AS Monaco | ASM, Monaco
fl1 | HAC, Le Havre AC, =, Le Havre | Le Havre | HAC, Le Havre
fl1 | LENS, Lens, =, = | RC Lens | LEN, Lens
fl1 | STR, Strasbourg, =, = | Strasbourg | RCS, Strasbourg
mls | MIA, Inter Miami CF, =, Miami | Inter Miami CF | MIA, Miami
mls | LA, LA Galaxy, =, = | LA Galaxy | LAG, LA Galaxy
mls | DC, D.C. United, =, = | D.C. United | DC, DC United
mls | SKC, Sporting Kansas City, =, Sporting KC | Sporting Kansas City | SKC, Kansas City
mls | MIN, Minnesota United FC, =, Minnesota | Minnesota United FC | MIN, Minnesota
mls | RBNY, Red Bull New York, =, New York | New York Red Bulls | NYRB, New York RB
mls | ATX, Austin FC, =, Austin | Austin FC | ATX, Austin
mls | STL, St. Louis CITY SC, =, St. Louis | St. Louis City SC | STL, St. Louis
mls | VAN, Vancouver Whitecaps, =, Vancouver | Vancouver Whitecaps FC | VAN, Vancouver
ucl | FCK, F.C. København, =, FC Copenhagen | FC Copenhagen | FCC, Copenhagen
ucl | QAR, Qarabag, =, = | Qarabağ FK | QAR, Qarabag
ucl | SLP, Slavia Prague, =, = | Slavia Praha | SLP, Slavia Prague
ucl | SCP, Sporting CP, =, = | Sporting Lisbon | SCP, Sporting CP
ucl | BEN, Benfica, =, = | Benfica | BEN, Benfica
ucl | PSV, PSV Eindhoven, =, PSV | PSV Eindhoven | PSV, PSV
ucl | USG, Union St.-Gilloise, =, Union SG | Union Saint-Gilloise | USG, Union SG
ucl | CLB, Club Brugge, =, = | Club Brugge | BRU, Club Brugge
ucl | OLY, Olympiacos, =, = | Olympiakos Piraeus | OLY, Olympiacos
ucl | BOD, Bodo/Glimt, =, = | Bodø/Glimt | BOD, Bodo/Glimt
"""
AGAINST = """
nba | BOS, =, Boston, Celtics | Boston Celtics | BOS, Boston
nfl | DAL, =, Dallas, Cowboys | Dallas Cowboys | DAL, Dallas
nhl | TOR, =, Toronto, Maple Leafs | Toronto Maple Leafs | TOR, Toronto
mlb | BOS, =, Boston, Red Sox | Boston Red Sox | BOS, Boston
wnba | PHX, =, Phoenix, Mercury | Phoenix Mercury | PHX, Phoenix
cfb | ND, =, Notre Dame, Fighting Irish | Notre Dame Fighting Irish | ND, Notre Dame
cbb | DUKE, =, Duke, Blue Devils | Duke Blue Devils | DUKE, Duke
epl | ARS, Arsenal, =, = | Arsenal | ARS, Arsenal
lal | BAR, Barcelona, =, = | Barcelona | BAR, Barcelona
bun | RBL, RB Leipzig, =, Leipzig | RB Leipzig | RBL, Leipzig
sea | JUV, Juventus, =, = | Juventus | JUV, Juventus
fl1 | LILL, Lille, =, = | Lille | LIL, Lille
mls | SEA, Seattle Sounders FC, =, Seattle | Seattle Sounders FC | SEA, Seattle
ucl | LIV, Liverpool, =, = | Liverpool | LFC, Liverpool
"""


class Told:
    """A team as three sources write it."""

    def __init__(self, line: str) -> None:
        self.league, espn, self.odds, kalshi = line.split(" | ")
        code, name, place, nickname = espn.split(", ")
        whole = f"{place} {nickname}" if name == "=" else name
        self.espn = (code, whole, whole if place == "=" else place, whole if nickname == "=" else nickname)
        self.kalshi = Side(*kalshi.split(", "), "x", "x")


EVERY = [Told(line) for line in SIDES.strip().splitlines()]
OTHERS = {told.league: told for told in map(Told, AGAINST.strip().splitlines())}


def _game(told: Told) -> tuple[str, Row, Row, Row]:
    """Write a home game against this team at Kalshi, ESPN and The Odds API; give Kalshi's ticker of it first."""
    other = OTHERS[told.league]
    series, _, key, number = LEAGUES[told.league]
    game = Game(series, told.league, told.kalshi, other.kalshi, utc(START), clock=told.league == "mlb")
    event = three_way_event(game) if told.league in SOCCER else winner_event(game)
    espn = espn_game("401", other.espn, told.espn, f"{START}Z", uid=f"s:1~l:{number}~e:401")
    return game.event_ticker, event, espn, odds_event("odds", key, other.odds, told.odds, f"{START}:40Z")


@pytest.mark.parametrize("told", EVERY, ids=lambda told: f"{told.league} {told.odds}")
def test_a_contest_is_joined_under_every_sources_names(told: Told) -> None:
    """On a scoreboard that names its league, and on one whose games alone have the league's number."""
    ticker, event, espn, odds = _game(told)
    slug = LEAGUES[told.league][1]
    for board in (scoreboard(slug, [espn]), {"events": [espn]}):
        found = matched({"events": [event]}, None, [board], [odds])
        rows = [(row.kalshi_event_ticker, row.espn_event_id, row.odds_event_id) for row in found.contests]
        assert rows == [(ticker, "401", "odds")]
