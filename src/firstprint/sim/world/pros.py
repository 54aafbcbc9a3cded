"""Teams of the American leagues, as Kalshi, Polymarket, ESPN and The Odds API write them.

A row is `Kalshi's code|Kalshi's name|Polymarket's code|place|nickname|ESPN's code|ESPN's name|The Odds API's name`.
What is left out follows from the rest: codes from Kalshi's, the names from place and nickname.
"""

from firstprint.sim.world.contests import SimTeam

NBA = """
ATL|Atlanta||Atlanta|Hawks
BOS|Boston||Boston|Celtics
BKN|Brooklyn||Brooklyn|Nets
CHA|Charlotte||Charlotte|Hornets
CHI|Chicago||Chicago|Bulls
CLE|Cleveland||Cleveland|Cavaliers
DAL|Dallas||Dallas|Mavericks
DEN|Denver||Denver|Nuggets
DET|Detroit||Detroit|Pistons
GSW|Golden State||Golden State|Warriors|GS
HOU|Houston||Houston|Rockets
IND|Indiana||Indiana|Pacers
LAC|Los Angeles C||Los Angeles|Clippers||LA Clippers|Los Angeles Clippers
LAL|Los Angeles L||Los Angeles|Lakers
MEM|Memphis||Memphis|Grizzlies
MIA|Miami||Miami|Heat
MIL|Milwaukee||Milwaukee|Bucks
MIN|Minnesota||Minnesota|Timberwolves
NOP|New Orleans||New Orleans|Pelicans|NO
NYK|New York||New York|Knicks|NY
OKC|Oklahoma City||Oklahoma City|Thunder
ORL|Orlando||Orlando|Magic
PHI|Philadelphia||Philadelphia|76ers
PHX|Phoenix||Phoenix|Suns
POR|Portland||Portland|Trail Blazers
SAC|Sacramento||Sacramento|Kings
SAS|San Antonio||San Antonio|Spurs|SA
TOR|Toronto||Toronto|Raptors
UTA|Utah||Utah|Jazz|UTAH
WAS|Washington||Washington|Wizards|WSH
"""
NFL = """
ARI|Arizona||Arizona|Cardinals
ATL|Atlanta||Atlanta|Falcons
BAL|Baltimore||Baltimore|Ravens
BUF|Buffalo||Buffalo|Bills
CAR|Carolina||Carolina|Panthers
CHI|Chicago||Chicago|Bears
CIN|Cincinnati||Cincinnati|Bengals
CLE|Cleveland||Cleveland|Browns
DAL|Dallas||Dallas|Cowboys
DEN|Denver||Denver|Broncos
DET|Detroit||Detroit|Lions
GB|Green Bay||Green Bay|Packers
HOU|Houston||Houston|Texans
IND|Indianapolis||Indianapolis|Colts
JAC|Jacksonville|jax|Jacksonville|Jaguars|JAX
KC|Kansas City||Kansas City|Chiefs
LAC|Los Angeles C||Los Angeles|Chargers
LA|Los Angeles R||Los Angeles|Rams|LAR
LV|Las Vegas||Las Vegas|Raiders
MIA|Miami||Miami|Dolphins
MIN|Minnesota||Minnesota|Vikings
NE|New England||New England|Patriots
NO|New Orleans||New Orleans|Saints
NYG|New York G||New York|Giants
NYJ|New York J||New York|Jets
PHI|Philadelphia||Philadelphia|Eagles
PIT|Pittsburgh||Pittsburgh|Steelers
SEA|Seattle||Seattle|Seahawks
SF|San Francisco||San Francisco|49ers
TB|Tampa Bay||Tampa Bay|Buccaneers
TEN|Tennessee||Tennessee|Titans
WAS|Washington||Washington|Commanders|WSH
"""
NHL = """
ANA|Anaheim||Anaheim|Ducks
BOS|Boston||Boston|Bruins
BUF|Buffalo||Buffalo|Sabres
CAR|Carolina||Carolina|Hurricanes
CBJ|Columbus||Columbus|Blue Jackets
CGY|Calgary|cal|Calgary|Flames
CHI|Chicago||Chicago|Blackhawks
COL|Colorado||Colorado|Avalanche
DAL|Dallas||Dallas|Stars
DET|Detroit||Detroit|Red Wings
EDM|Edmonton||Edmonton|Oilers
FLA|Florida||Florida|Panthers
LA|Los Angeles|lak|Los Angeles|Kings
MIN|Minnesota||Minnesota|Wild
MTL|Montreal|mon|Montreal|Canadiens||Montreal Canadiens|Montréal Canadiens
NJ|New Jersey||New Jersey|Devils
NSH|Nashville||Nashville|Predators
NYI|New York I||New York|Islanders
NYR|New York R||New York|Rangers
OTT|Ottawa||Ottawa|Senators
PHI|Philadelphia||Philadelphia|Flyers
PIT|Pittsburgh||Pittsburgh|Penguins
SEA|Seattle||Seattle|Kraken
SJ|San Jose||San Jose|Sharks
STL|St. Louis||St. Louis|Blues|||St Louis Blues
TB|Tampa Bay||Tampa Bay|Lightning
TOR|Toronto||Toronto|Maple Leafs
UTA|Utah|utah|Utah|Mammoth|UTAH
VAN|Vancouver||Vancouver|Canucks
VGK|Vegas|las|Vegas|Golden Knights
WPG|Winnipeg||Winnipeg|Jets
WSH|Washington||Washington|Capitals
"""
MLB = """
ATH|A's|oak||Athletics||Athletics|Athletics
ATL|Atlanta||Atlanta|Braves
AZ|Arizona|ari|Arizona|Diamondbacks|ARI
BAL|Baltimore||Baltimore|Orioles
BOS|Boston||Boston|Red Sox
CHC|Chicago C||Chicago|Cubs
CIN|Cincinnati||Cincinnati|Reds
CLE|Cleveland||Cleveland|Guardians
COL|Colorado||Colorado|Rockies
CWS|Chicago WS||Chicago|White Sox|CHW
DET|Detroit||Detroit|Tigers
HOU|Houston||Houston|Astros
KC|Kansas City||Kansas City|Royals
LAA|Los Angeles A||Los Angeles|Angels
LAD|Los Angeles D||Los Angeles|Dodgers
MIA|Miami||Miami|Marlins
MIL|Milwaukee||Milwaukee|Brewers
MIN|Minnesota||Minnesota|Twins
NYM|New York M||New York|Mets
NYY|New York Y||New York|Yankees
PHI|Philadelphia||Philadelphia|Phillies
PIT|Pittsburgh||Pittsburgh|Pirates
SD|San Diego||San Diego|Padres
SEA|Seattle||Seattle|Mariners
SF|San Francisco||San Francisco|Giants
STL|St. Louis||St. Louis|Cardinals|||St. Louis Cardinals
TB|Tampa Bay||Tampa Bay|Rays
TEX|Texas||Texas|Rangers
TOR|Toronto||Toronto|Blue Jays
WSH|Washington||Washington|Nationals
"""
WNBA = """
ATL|Atlanta||Atlanta|Dream
CHI|Chicago||Chicago|Sky
CONN|Connecticut||Connecticut|Sun|CON
DAL|Dallas||Dallas|Wings
GS|Golden State||Golden State|Valkyries
IND|Indiana||Indiana|Fever
LA|Los Angeles||Los Angeles|Sparks
LV|Las Vegas||Las Vegas|Aces
MIN|Minnesota||Minnesota|Lynx
NY|New York||New York|Liberty
PHX|Phoenix||Phoenix|Mercury
POR|Portland||Portland|Fire
SEA|Seattle||Seattle|Storm
TOR|Toronto||Toronto|Tempo
WSH|Washington|was|Washington|Mystics
"""


def pro_teams(table: str) -> tuple[SimTeam, ...]:
    """Read a table of this module."""
    return tuple(_team([*line.split("|"), "", "", ""]) for line in table.split("\n") if line)


def _team(cells: list[str]) -> SimTeam:
    code, name, polymarket, place, nickname, espn, espn_name, odds = cells[:8]
    whole = f"{place} {nickname}".strip()
    return SimTeam(
        key=whole.casefold().replace(" ", "-"), kalshi_code=code, kalshi_name=name,
        polymarket_code=polymarket or code.lower(), polymarket_name=nickname, polymarket_title=nickname,
        espn_code=espn or code, espn_name=espn_name or whole, espn_place=place or nickname, odds_name=odds or whole,
    )  # fmt: skip
