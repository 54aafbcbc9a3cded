"""Schools of the college leagues. Men and women of one school have the same names and codes: only the league differs.

A row is `Kalshi's code|Kalshi's name|Polymarket's code|place|nickname|ESPN's code|The Odds API's name`; a row that
begins with `-` has no football. What is left out follows from the rest. `place` is ESPN's, nickname included in its
names and in The Odds API's, not in Kalshi's.
"""

from firstprint.sim.world.contests import SimTeam

SCHOOLS = """
ALA|Alabama||Alabama|Crimson Tide
ARIZ|Arizona|arz|Arizona|Wildcats
ASU|Arizona St.|arzst|Arizona State|Sun Devils
ARK|Arkansas||Arkansas|Razorbacks
ARST|Arkansas St.|arkst|Arkansas State|Red Wolves
ARMY|Army||Army|Black Knights
AUB|Auburn||Auburn|Tigers
BAY|Baylor|bay|Baylor|Bears
BC|Boston College|bos|Boston College|Eagles
BYU|BYU||BYU|Cougars
CAL|California|cal|California|Golden Bears
CLEM|Clemson|clmsn|Clemson|Tigers|CLEM
COLO|Colorado|col|Colorado|Buffaloes
CSU|Colorado St.|colst|Colorado State|Rams
CONN|Connecticut|uconn|UConn|Huskies
DUKE|Duke||Duke|Blue Devils
FLA|Florida|fl|Florida|Gators
FSU|Florida St.|flst|Florida State|Seminoles
FRES|Fresno St.|fresst|Fresno State|Bulldogs
UGA|Georgia|ga|Georgia|Bulldogs
GT|Georgia Tech|gatech|Georgia Tech|Yellow Jackets
HAW|Hawaii|hi|Hawai'i|Rainbow Warriors||Hawaii Rainbow Warriors
HOU|Houston||Houston|Cougars
ILL|Illinois|il|Illinois|Fighting Illini
IND|Indiana|ind|Indiana|Hoosiers|IU
IOWA|Iowa||Iowa|Hawkeyes
ISU|Iowa St.|iowast|Iowa State|Cyclones
KU|Kansas|kan|Kansas|Jayhawks
KSU|Kansas St.|kanst|Kansas State|Wildcats
UK|Kentucky|ky|Kentucky|Wildcats
ULL|Louisiana|ula|Louisiana|Ragin' Cajuns|UL|Louisiana Ragin Cajuns
LOU|Louisville|lou|Louisville|Cardinals
LSU|LSU||LSU|Tigers
MD|Maryland|mryl|Maryland|Terrapins
MIA|Miami (FL)|miafl|Miami|Hurricanes|MIA
M-OH|Miami (OH)|miaoh|Miami (OH)|RedHawks|M-OH
MICH|Michigan|mich|Michigan|Wolverines
MSU|Michigan St.|michst|Michigan State|Spartans
MINN|Minnesota|minn|Minnesota|Golden Gophers
MSST|Mississippi St.|mspst|Mississippi State|Bulldogs
MIZ|Missouri|missr|Missouri|Tigers|MIZ
MISS|Ole Miss|mspi|Ole Miss|Rebels
NAVY|Navy||Navy|Midshipmen
NEB|Nebraska|nebr|Nebraska|Cornhuskers
UNC|North Carolina|ncar|North Carolina|Tar Heels
NCST|NC State|ncst|NC State|Wolfpack|NCSU
UNT|North Texas|ntx|North Texas|Mean Green
NW|Northwestern|nwst|Northwestern|Wildcats|NU
ND|Notre Dame|notre|Notre Dame|Fighting Irish
OSU|Ohio St.|ohiost|Ohio State|Buckeyes
OHIO|Ohio||Ohio|Bobcats
OU|Oklahoma|okl|Oklahoma|Sooners
OKST|Oklahoma St.|oklst|Oklahoma State|Cowboys
ORE|Oregon|oreg|Oregon|Ducks
ORST|Oregon St.|oregst|Oregon State|Beavers
PSU|Penn St.|pnst|Penn State|Nittany Lions
PUR|Purdue|pur|Purdue|Boilermakers
SDSU|San Diego St.|sdst|San Diego State|Aztecs
SJSU|San Jose St.|sjst|San José State|Spartans||San Jose State Spartans
SCAR|South Carolina|scar|South Carolina|Gamecocks|SC
USC|USC|usc|USC|Trojans|USC|USC Trojans
STAN|Stanford|stanf|Stanford|Cardinal
TENN|Tennessee|tn|Tennessee|Volunteers
TEX|Texas|tx|Texas|Longhorns
TXAM|Texas A&M|txam|Texas A&M|Aggies|TA&M
TTU|Texas Tech|txtech|Texas Tech|Red Raiders
UCLA|UCLA||UCLA|Bruins
UTAH|Utah|ut|Utah|Utes
USU|Utah St.|utst|Utah State|Aggies
VAN|Vanderbilt|vand|Vanderbilt|Commodores
UVA|Virginia|va|Virginia|Cavaliers
VT|Virginia Tech|vatech|Virginia Tech|Hokies
WASH|Washington|wa|Washington|Huskies
WSU|Washington St.|wast|Washington State|Cougars
WVU|West Virginia|wv|West Virginia|Mountaineers
WIS|Wisconsin|wisc|Wisconsin|Badgers
-CREI|Creighton|crei|Creighton|Bluejays
-GONZ|Gonzaga|gnzg|Gonzaga|Bulldogs
-GTWN|Georgetown|georgt|Georgetown|Hoyas|GTWN
-LOYC|Loyola Chicago|loychi|Loyola Chicago|Ramblers|LUC|Loyola (Chi) Ramblers
-MARQ|Marquette|marq|Marquette|Golden Eagles
-MURR|Murray St.|murst|Murray State|Racers|MUR
-PROV|Providence|prov|Providence|Friars
-SDST|South Dakota St.|sdkst|South Dakota State|Jackrabbits
-SJU|St. John's|stjohn|St. John's|Red Storm|SJU|St. John's Red Storm
-SMC|Saint Mary's|smary|Saint Mary's|Gaels|SMC|Saint Mary's Gaels
-SPU|Saint Peter's|stpete|Saint Peter's|Peacocks|SPU|St. Peter's Peacocks
-UNI|Northern Iowa|niowa|Northern Iowa|Panthers
-VILL|Villanova|vill|Villanova|Wildcats
-XAV|Xavier|xavier|Xavier|Musketeers
"""


def school_teams(*, football: bool) -> tuple[SimTeam, ...]:
    """Read the schools, all of them or those with a football team."""
    lines = [line for line in SCHOOLS.split("\n") if line and not (football and line.startswith("-"))]
    return tuple(_school([*line.removeprefix("-").split("|"), "", ""]) for line in lines)


def _school(cells: list[str]) -> SimTeam:
    code, name, polymarket, place, nickname, espn, odds = cells[:7]
    whole = f"{place} {nickname}"
    return SimTeam(
        key=whole.casefold().replace(" ", "-"), kalshi_code=code, kalshi_name=name,
        polymarket_code=polymarket or code.lower(), polymarket_name=whole, polymarket_title=place,
        espn_code=espn or code, espn_name=whole, espn_place=place, odds_name=odds or whole,
    )  # fmt: skip
