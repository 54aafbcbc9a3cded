"""The words that generated names are made of: places, invented people and companies, leagues and their kinds of bets.

A word is a code for tickers and a name for titles. People and companies are invented; places, sports and the shapes
of the names are those that a venue lists.
"""

from typing import NamedTuple

Word = tuple[str, str]


def _coded(text: str) -> tuple[Word, ...]:
    pairs = (entry.strip().split(" ", 1) for entry in text.split(","))
    return tuple((code, name) for code, name in pairs)


def _made(names: str, length: int) -> tuple[Word, ...]:
    return tuple((name.replace(" ", "").upper()[:length], name) for name in (n.strip() for n in names.split(",")))


STATES = _coded(
    "AL Alabama, AK Alaska, AZ Arizona, AR Arkansas, CA California, CO Colorado, CT Connecticut, DE Delaware,"
    "FL Florida, GA Georgia, HI Hawaii, ID Idaho, IL Illinois, IN Indiana, IA Iowa, KS Kansas, KY Kentucky,"
    "LA Louisiana, ME Maine, MD Maryland, MA Massachusetts, MI Michigan, MN Minnesota, MS Mississippi, MO Missouri,"
    "MT Montana, NE Nebraska, NV Nevada, NH New Hampshire, NJ New Jersey, NM New Mexico, NY New York,"
    "NC North Carolina, ND North Dakota, OH Ohio, OK Oklahoma, OR Oregon, PA Pennsylvania, RI Rhode Island,"
    "SC South Carolina, SD South Dakota, TN Tennessee, TX Texas, UT Utah, VT Vermont, VA Virginia, WA Washington,"
    "WV West Virginia, WI Wisconsin, WY Wyoming"
)
DISTRICTS: tuple[Word, ...] = tuple(
    (f"{code}{n}", f"{name}'s district {n}") for code, name in STATES for n in range(1, 12)
)
CITIES = _coded(
    "NY New York City, CHI Chicago, MIA Miami, AUS Austin, DEN Denver, PHIL Philadelphia, LAX Los Angeles,"
    "HOU Houston, DC Washington DC, SEA Seattle, SFO San Francisco, BOS Boston, ATL Atlanta, DAL Dallas,"
    "PHX Phoenix, LV Las Vegas, MIN Minneapolis, NOLA New Orleans, OKC Oklahoma City, SATX San Antonio,"
    "DET Detroit, STL St. Louis, TPA Tampa, CLT Charlotte, PDX Portland, SLC Salt Lake City, KC Kansas City,"
    "CLE Cleveland, CIN Cincinnati, PIT Pittsburgh, BAL Baltimore, MEM Memphis, LON London, PAR Paris, TYO Tokyo,"
    "BER Berlin, MAD Madrid, ROM Rome, SYD Sydney, TOR Toronto, MEX Mexico City, SAO São Paulo, DEL Delhi,"
    "DXB Dubai, SIN Singapore, HKG Hong Kong, SEL Seoul, IST Istanbul"
)
COUNTRIES = _made(
    "Argentina, Australia, Austria, Bangladesh, Belgium, Bolivia, Brazil, Bulgaria, Canada, Chile, Colombia,"
    "Croatia, Czechia, Denmark, Ecuador, Egypt, Estonia, Finland, France, Germany, Ghana, Greece, Hungary, Iceland,"
    "India, Indonesia, Ireland, Israel, Italy, Japan, Kenya, Latvia, Lithuania, Malaysia, Mexico, Morocco, Nepal,"
    "Netherlands, New Zealand, Nigeria, Norway, Pakistan, Peru, Philippines, Poland, Portugal, Romania, Serbia,"
    "Slovakia, Slovenia, South Africa, South Korea, Spain, Sweden, Switzerland, Thailand, Turkey, Ukraine, Uruguay,"
    "Vietnam",
    9,
)
SURNAMES = _made(
    "Abernate, Bellweather, Castellow, Dorrance, Ellingham, Farrowby, Gantrell, Hollister, Ivarsen, Jessop, Kellaway,"
    "Lindqvost, Marchetta, Nakamori, Ostrander, Pellegrew, Quillfeather, Rosvold, Stavrides, Thackerby, Ulverton,"
    "Vandermeet, Whitlock, Yarborough, Zambrano, Ashdown, Brockhurst, Calloway, Delacroix, Easterby, Fennimore,"
    "Grimaldo, Hathersage, Ingersen, Jankowicz, Kirkbride, Lovelace, Montague, Norrington, Oakhurst, Pemberly,"
    "Radcliff, Saltmarsh, Tolliver, Underhill, Vasquero, Winterborn, Ximenes, Yellowley, Zeitler, Arkwright,"
    "Birdsall, Copperfeld, Draycott, Eversleigh, Foxglove, Greenhalgh, Hargreave, Iverness, Jolliffe",
    12,
)
FIRST_NAMES = (
    "Ada", "Ben", "Cora", "Dan", "Eva", "Finn", "Gia", "Hugo", "Iris", "Jon", "Kai", "Lena", "Max", "Nora", "Otto",
    "Pia", "Quinn", "Rosa", "Sam", "Tess", "Uma", "Vic", "Wes",
)  # fmt: skip
COMPANIES: tuple[Word, ...] = tuple(
    (f"{head}{tail}".upper(), f"{head}{tail}{kind}")
    for kind, heads in ((" Inc.", ("Alt", "Bry", "Cor", "Dax", "Eno")), (" Corp.", ("Fin", "Gro", "Hex", "Ion", "Jut")))
    for head in heads
    for tail in ("a", "el", "ix", "on", "um", "ara", "ent", "ico", "ode", "ura", "ys", "eo")
)
INDEXES = _coded(
    "INX S&P 500, NASDAQ100 Nasdaq-100, DOW Dow Jones, RUT Russell 2000, VIX Volatility index, TNOTE 10-year yield,"
    "TBILL 3-month bill, EURUSD EUR/USD, USDJPY USD/JPY, GBPUSD GBP/USD, USDCAD USD/CAD, AUDUSD AUD/USD,"
    "USDCHF USD/CHF, USDCNY USD/CNY, USDINR USD/INR, USDMXN USD/MXN, DAX Germany 40, FTSE UK 100, NIKKEI Japan 225"
)
COINS_TOLD = _coded(
    "BTC Bitcoin, ETH Ethereum, SOL Solana, XRP XRP, BNB BNB, DOGE Dogecoin, SHIBA Shiba Inu, ADA Cardano,"
    "LTC Litecoin, BCH Bitcoin Cash, DOT Polkadot, LINK Chainlink, AVAX Avalanche, TRX Tron, TON Toncoin, SUI Sui,"
    "NEAR Near, UNI Uniswap, ATOM Cosmos, XLM Stellar, HBAR Hedera, FIL Filecoin, APT Aptos, ARB Arbitrum,"
    "OP Optimism, PEPE Pepe"
)
GOODS = _coded(
    "WTI Crude oil, BRENT Brent oil, NATGAS Natural gas, GOLD Gold, SILVER Silver, COPPER Copper, WHEAT Wheat,"
    "CORN Corn, SOY Soybeans, COFFEE Coffee, COCOA Cocoa, SUGAR Sugar, COTTON Cotton, LUMBER Lumber, CATTLE Cattle,"
    "HOGS Lean hogs, PLAT Platinum, PALL Palladium, EGGS Eggs, MILK Milk, GAS US gasoline, DIESEL Diesel,"
    "URAN Uranium, LITH Lithium"
)
TOPICS = _made(
    "Tariff, Budget, Shutdown, Immigration, Healthcare, Education, Energy, Housing, Trade, Defense, Veterans, Taxes,"
    "Crime, Climate, Privacy, Broadband, Farm, Transit, Water, Space, Drones, Chips, Labor, Pensions, Census",
    8,
)
WORKS = _made(
    "Paper Lanterns, The Long Orbit, Glass Harbor, Midnight Ferry, Copper Sky, The Ninth Door, Salt and Ember,"
    "Northern Static, Quiet Thunder, The Last Cartographer, Velvet Engine, Blue Meridian, Hollow Crown Road,"
    "Static Bloom, Winter Arcade, The Clockmaker, Silver Tides, Neon Orchard, A Field of Kites, Iron Lullaby,"
    "Second Sunrise, The Glass Parade, Echo Valley, Paper Kings, Driftwood, Crimson Atlas, The Understudy,"
    "Low Tide City, Ghost Frequency, Harvest Moon Club",
    10,
)
AILMENTS = _coded(
    "FLU Influenza, MEASLES Measles, COVID Covid-19, MPOX Mpox, DENGUE Dengue, POLIO Polio, WNV West Nile virus,"
    "EBOLA Ebola, CHOLERA Cholera, LYME Lyme disease, RSV RSV, PERT Whooping cough, H5N1 Bird flu, MALARIA Malaria,"
    "NORO Norovirus, TB Tuberculosis, SALM Salmonella, ZIKA Zika"
)


class MinorLeague(NamedTuple):
    """A league of which only names are known: the stem of its tickers, its title and sport."""

    stem: str
    title: str
    sport: str


def _leagues(sport: str, text: str) -> tuple[MinorLeague, ...]:
    return tuple(MinorLeague(f"KX{code}", name, sport) for code, name in _coded(text))


MINOR_LEAGUES: tuple[MinorLeague, ...] = (
    *_leagues(
        "Basketball",
        "WNBA Pro Basketball (W), NCAAMB College Basketball (M), NCAAWB College Basketball (W), UNRIVALED Unrivaled,"
        "EUROLEAGUE Euroleague, ACB Spain ACB, BSL Turkey BSL, CBA China CBA, KBL Korea KBL, NBL Australia NBL,"
        "VTB VTB League, GBL Greece GBL, JBLEAGUE Japan B League, LNBELITE LNB Elite, BBL Germany BBL,"
        "ABA Adriatic ABA",
    ),
    *_leagues("Football", "CFL Canadian Football, UFL Spring Football, ELF European League of Football"),
    *_leagues(
        "Hockey", "NCAAHOCKEY College Hockey, IIHF World Hockey, KHL KHL, SHL Sweden SHL, LIIGA Finland Liiga, DEL DEL"
    ),
    *_leagues("Baseball", "NPB Japan NPB, KBO Korea KBO, LMB Mexico LMB, NCAABB College Baseball, CPBL Taiwan CPBL"),
    *_leagues(
        "Soccer",
        "LALIGA La Liga, LALIGA2 La Liga 2, BUNDESLIGA Bundesliga, BUNDESLIGA2 Bundesliga 2, SERIEA Serie A,"
        "SERIEB Serie B, LIGUE1 Ligue 1, LIGUE2 Ligue 2, UCL Champions League, UEL Europa League,"
        "UECL Conference League, NWSL NWSL, USL USL, LIGAMX Liga MX, LEAGUESCUP Leagues Cup, BRASILEIRO Brasileiro,"
        "ARGPREMDIV Argentina Primera, CONMEBOLLIB Libertadores, CONMEBOLSUD Sudamericana, EREDIVISIE Eredivisie,"
        "LIGAPORTUGAL Liga Portugal, SCOTTISHPREM Scottish Premiership, BELGIANPL Belgian Pro League,"
        "SUPERLIG Super Lig, SAUDIPL Saudi Pro League, JLEAGUE J League, KLEAGUE K League, ALEAGUE A-League,"
        "EFLCHAMPIONSHIP EFL Championship, EFLCUP EFL Cup, FACUP FA Cup, COPADELREY Copa del Rey, DFBPOKAL DFB Pokal,"
        "COPPAITALIA Coppa Italia, WC World Cup, INTLFRIENDLY International friendly, AFCCL AFC Champions League,"
        "ALLSVENSKAN Allsvenskan, ELITESERIEN Eliteserien, DENSUPERLIGA Danish Superliga, DIMAYOR Colombia Dimayor",
    ),
    *_leagues(
        "Tennis",
        "ATP ATP, WTA WTA, ATPCHALLENGER ATP Challenger, WTACHALLENGER WTA Challenger, ITF ITF Men, ITFW ITF Women,"
        "ATPD ATP Doubles, WTAD WTA Doubles, LAVER Laver Cup",
    ),
    *_leagues("MMA", "UFC UFC, PFL PFL, ONEFC ONE Championship, KSW KSW"),
    *_leagues("Boxing", "BOXING Boxing, WBCBOX WBC Boxing"),
    *_leagues("Motorsport", "F1 Formula 1, NASCAR NASCAR, INDYCAR IndyCar, MOTOGP MotoGP, FE Formula E, WRC Rally"),
    *_leagues("Golf", "PGA PGA Tour, LIV LIV Golf, LPGA LPGA, DPWT DP World Tour"),
    *_leagues(
        "Cricket",
        "T20 T20 Internationals, WT20 T20 Internationals (W), ODI ODI, WODI ODI (W), IPL IPL, BBLC Big Bash,"
        "HUNDRED The Hundred, CPL Caribbean Premier League, PSL Pakistan Super League",
    ),
    *_leagues(
        "Esports",
        "LOL League of Legends, VALORANT Valorant, DOTA2 Dota 2, R6 Rainbow Six, COD Call of Duty, OW Overwatch,"
        "RL Rocket League, SC2 StarCraft II",
    ),
    *_leagues("Rugby", "URC United Rugby, TOP14 Top 14, NRL NRL, SUPERRUGBY Super Rugby, SIXNATIONS Six Nations"),
    *_leagues("Lacrosse", "PLL Premier Lacrosse, NLL National Lacrosse"),
    *_leagues("Chess", "CHESS Chess, FREESTYLE Freestyle Chess"),
    *_leagues("Darts", "DARTS Darts, PDC Darts Tour"),
    *_leagues("Aussie Rules", "AFL AFL, AFLW AFL (W)"),
)

CONTEST_WORD: dict[str, Word] = {
    "Tennis": ("MATCH", "Match"), "Cricket": ("MATCH", "Match"),
    "Darts": ("MATCH", "Match"), "Rugby": ("MATCH", "Match"),
    "MMA": ("FIGHT", "Fight"), "Boxing": ("FIGHT", "Fight"), "Motorsport": ("RACE", "Race"),
    "Golf": ("TOUR", "Tournament"),
}  # fmt: skip
"""What a contest is called in a sport's tickers; GAME where nothing is said. Fights and races are games by
scope only."""


class Kind(NamedTuple):
    """A kind of bet on a league: the suffix of its ticker, its words, and the venue's scope, where it says one."""

    suffix: str
    words: str
    scope: str | None


KINDS: tuple[Kind, ...] = (
    Kind("SPREAD", "Spread", "Spread"),
    Kind("TOTAL", "Total", "Point Total"),
    Kind("", "Champion", "Future"),
    Kind("TEAMTOTAL", "Team total", "Team Total"),
    Kind("MVP", "Most valuable player", "Awards"),
    Kind("1H", "First half winner", "First Half"),
    Kind("1HSPREAD", "First half spread", "First Half Spread"),
    Kind("1HTOTAL", "First half total", "First Half Total"),
    Kind("2H", "Second half winner", "Second Half"),
    Kind("2HSPREAD", "Second half spread", None),
    Kind("2HTOTAL", "Second half total", None),
    Kind("BTTS", "Both teams to score", "Both Teams To Score"),
    Kind("FTTS", "First to score", "First To Score"),
    Kind("SCORE", "Exact score", "Correct Score"),
    Kind("WINS", "Season wins", "Win Total"),
    Kind("PLAYOFF", "Playoff qualifiers", "Future"),
    Kind("RECORDGAMES", "Most games played in a season", "Future"),
    Kind("MATCHUPFINAL", "Matchup in the final", "Future"),
    Kind("ALLSTARGAME", "All-star game", None),
    Kind("DRAFT", "First draft pick", None),
    Kind("COACHOUT", "Coach out", "Events"),
    Kind("TRADE", "Player trade", "Events"),
    Kind("ROOKIE", "Rookie of the year", "Awards"),
    Kind("PTS", "Points", "Points"),
    Kind("AST", "Assists", "Assists"),
    Kind("OT", "Overtime", "Overtime"),
    Kind("EXTRAS", "Extra time", None),
    Kind("RELEGATION", "Relegation", "Future"),
    Kind("TOPSCORER", "Top scorer", "Future"),
    Kind("WORSTRECORD", "Worst record", "Future"),
    Kind("ATTEND", "Attendance", None),
)
"""Name and scope disagree on RECORDGAMES and MATCHUPFINAL, which are futures; ALLSTARGAME has no scope to disagree."""
