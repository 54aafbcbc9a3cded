"""Clubs of the soccer leagues, as Kalshi, Polymarket, ESPN and The Odds API write them.

A row is `Kalshi's code|Kalshi's name|Polymarket's code|Polymarket's name|ESPN's code|ESPN's name|The Odds API's name`.
Names left out are Kalshi's for ESPN, and ESPN's for The Odds API; codes left out are Kalshi's.
"""

from firstprint.sim.world.contests import SimTeam

EPL = """
ARS|Arsenal||Arsenal FC
AVL|Aston Villa|ast|Aston Villa FC
BOU|Bournemouth||AFC Bournemouth||AFC Bournemouth|Bournemouth
BRE|Brentford||Brentford FC
BRI|Brighton||Brighton & Hove Albion FC|BHA|Brighton & Hove Albion|Brighton and Hove Albion
BUR|Burnley||Burnley FC
CFC|Chelsea|che|Chelsea FC|CHE
CRY|Crystal Palace||Crystal Palace FC
EVE|Everton||Everton FC
FUL|Fulham||Fulham FC
LEE|Leeds United||Leeds United FC||Leeds United|Leeds United
LFC|Liverpool|liv|Liverpool FC|LIV
MCI|Manchester City|mac|Manchester City FC|MNC
MUN|Manchester United|mun|Manchester United FC|MAN
NEW|Newcastle||Newcastle United FC||Newcastle United
NFO|Nottingham|not|Nottingham Forest FC||Nottingham Forest
SUN|Sunderland||Sunderland AFC
TOT|Tottenham||Tottenham Hotspur FC||Tottenham Hotspur
WHU|West Ham|wes|West Ham United FC||West Ham United
WOL|Wolverhampton||Wolverhampton Wanderers FC||Wolverhampton Wanderers
"""
LALIGA = """
ALA|Alaves||Deportivo Alavés||Alavés|Alavés
ATH|Athletic Bilbao|bil|Athletic Club||Athletic Club|Athletic Bilbao
ATM|Atletico Madrid|mad|Club Atlético de Madrid|ATM|Atlético Madrid|Atlético Madrid
BAR|Barcelona||FC Barcelona
RBB|Betis|bet|Real Betis Balompié|BET|Real Betis
RCC|Celta Vigo|cel|RC Celta de Vigo|CEL|Celta Vigo|Celta Vigo
ELC|Elche||Elche CF||Elche|Elche CF
ESP|Espanyol||RCD Espanyol de Barcelona
GET|Getafe||Getafe CF
GIR|Girona||Girona FC
LEV|Levante||Levante UD
MLL|Mallorca|mal|RCD Mallorca
OSA|Osasuna||CA Osasuna||Osasuna|CA Osasuna
OVI|Oviedo||Real Oviedo||Real Oviedo|Oviedo
RVC|Rayo Vallecano|ray|Rayo Vallecano de Madrid|RAY
RMA|Real Madrid|rea|Real Madrid CF
RSO|Real Sociedad||Real Sociedad de Fútbol
SEV|Sevilla||Sevilla FC
VCF|Valencia|val|Valencia CF|VAL
VIL|Villarreal||Villarreal CF
"""
MLS = """
ATL|Atlanta||Atlanta United FC||Atlanta United FC|Atlanta United FC
AUS|Austin||Austin FC|ATX|Austin FC
CHI|Chicago||Chicago Fire FC||Chicago Fire FC|Chicago Fire
CIN|Cincinnati||FC Cincinnati||FC Cincinnati
CLB|Columbus||Columbus Crew||Columbus Crew|Columbus Crew SC
COL|Colorado||Colorado Rapids||Colorado Rapids
DAL|Dallas||FC Dallas||FC Dallas
DC|DC United|dcu|D.C. United SC|DC|D.C. United
HOU|Houston||Houston Dynamo FC||Houston Dynamo FC|Houston Dynamo
LAFC|Los Angeles FC|laf|Los Angeles FC||LAFC|Los Angeles FC
LAG|Los Angeles G|lag|LA Galaxy|LA|LA Galaxy
MIA|Miami||Inter Miami CF||Inter Miami CF
MIN|Minnesota||Minnesota United FC||Minnesota United FC
MTL|Montreal||CF Montréal||CF Montréal
NE|New England||New England Revolution||New England Revolution
NSH|Nashville|nas|Nashville SC||Nashville SC
NYC|New York City|nyc|New York City FC||New York City FC
NYRB|New York RB|nyr|New York Red Bulls|NY|Red Bull New York|New York Red Bulls
ORL|Orlando||Orlando City SC||Orlando City SC
PHI|Philadelphia||Philadelphia Union||Philadelphia Union
POR|Portland||Portland Timbers||Portland Timbers
RSL|Salt Lake||Real Salt Lake||Real Salt Lake
SD|San Diego||San Diego FC||San Diego FC
SEA|Seattle||Seattle Sounders FC||Seattle Sounders FC
SJ|San Jose||San Jose Earthquakes||San Jose Earthquakes
SKC|Kansas City||Sporting Kansas City||Sporting Kansas City
STL|St. Louis||St. Louis City SC||St. Louis CITY SC|St. Louis City SC
TOR|Toronto||Toronto FC||Toronto FC
VAN|Vancouver||Vancouver Whitecaps FC||Vancouver Whitecaps|Vancouver Whitecaps FC
CLT|Charlotte|cha|Charlotte FC||Charlotte FC
"""
UCL = """
AJA|Ajax|ajx1|AFC Ajax||Ajax Amsterdam|Ajax
ARS|Arsenal|ars1|Arsenal FC
ATM|Atletico Madrid|atm1|Club Atlético de Madrid||Atlético Madrid|Atlético Madrid
BAR|Barcelona|bar1|FC Barcelona
BMU|Bayern Munich|bay1|FC Bayern München|MUN|Bayern Munich
BEN|Benfica|ben1|SL Benfica
BOG|Bodo/Glimt|bod1|FK Bodø/Glimt|BODO|Bodo/Glimt|Bodø/Glimt
BVB|Dortmund|bvb1|BV Borussia 09 Dortmund|DOR|Borussia Dortmund
CFC|Chelsea|cfc1|Chelsea FC|CHE
BRU|Club Brugge|brg1|Club Brugge KV||Club Brugge|Club Brugge
INT|Inter Milan|int1|FC Internazionale Milano||Internazionale|Inter Milan
JUV|Juventus|juv1|Juventus FC
KOB|FC Copenhagen|cop1|FC København|FCK|F.C. København|FC Copenhagen
LFC|Liverpool|liv1|Liverpool FC|LIV
MCI|Manchester City|mac1|Manchester City FC|MNC
NAP|Napoli|nap1|SSC Napoli
OLY|Olympiacos|oly1|Olympiacos FC||Olympiacos|Olympiakos Piraeus
PSG|PSG|psg1|Paris Saint-Germain FC||Paris Saint-Germain|Paris Saint Germain
PSV|PSV|psv1|PSV Eindhoven||PSV Eindhoven
QAR|Qarabag|qar1|Qarabağ FK||Qarabag|Qarabağ FK
RMA|Real Madrid|rea1|Real Madrid CF
SLP|Slavia Prague|slp1|SK Slavia Praha|SLA|Slavia Prague|Slavia Praha
SPO|Sporting CP|spo1|Sporting CP|SCP|Sporting CP|Sporting Lisbon
TOT|Tottenham|tot1|Tottenham Hotspur FC||Tottenham Hotspur
"""


def club_teams(table: str) -> tuple[SimTeam, ...]:
    """Read a table of this module."""
    return tuple(_club([*line.split("|"), "", "", ""]) for line in table.split("\n") if line)


def _club(cells: list[str]) -> SimTeam:
    code, name, polymarket, polymarket_name, espn, espn_name, odds = cells[:7]
    display = espn_name or name
    return SimTeam(
        key=polymarket_name.casefold().replace(" ", "-"), kalshi_code=code, kalshi_name=name,
        polymarket_code=polymarket or code.lower(), polymarket_name=polymarket_name, polymarket_title=polymarket_name,
        espn_code=espn or code, espn_name=display, espn_place=display, odds_name=odds or display,
    )  # fmt: skip
