"""Tables of teams: every team by its own names and codes, nobody by another's, and nothing by likeness."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstprint.linkage.leagues import League, LeagueTable, shipped_leagues
from firstprint.linkage.teams import SOURCES, OpenPool, Team, TeamPool, TeamRow, TeamTables, read_teams

TABLES = TeamTables.load()
LEAGUES = LeagueTable(shipped_leagues().values())
US = ("nba", "nfl", "nhl", "mlb", "wnba", "cfl", "mls", "nwsl", "ncaa")
HEADER = "key,name,place,nickname,aliases,kalshi,polymarket,espn\n"


def pool_of(code: str) -> TeamPool:
    """Give a league's table."""
    pool = TABLES.pool_of(LEAGUES.leagues[code])
    assert isinstance(pool, TeamPool)
    return pool


def key_of(league: str, text: str) -> str | None:
    """Give the key of the team of this name."""
    team = pool_of(league).by_name(text)
    return team.key if team is not None else None


def rows_of(name: str) -> tuple[TeamRow, ...]:
    """Give a table's rows."""
    return TABLES._rows[name]


@pytest.mark.parametrize("name", TABLES.names)
def test_every_team_answers_to_what_it_is_called(name: str) -> None:
    """E3: a team's own name is nobody else's; each other name gives that team, or several and so none."""
    pool = TABLES.pool(name)
    for row in rows_of(name):
        assert pool.by_name(row.team.name) == row.team
        for text in row.names:
            assert row.team in pool.named(text)
            assert pool.by_name(text) in (row.team, None)
            assert (pool.by_name(text) is None) == (len(pool.named(text)) > 1)


@pytest.mark.parametrize("name", TABLES.names)
def test_every_code_is_of_one_team(name: str) -> None:
    """A source's code names one team of a table, in either case."""
    pool = TABLES.pool(name)
    for row in rows_of(name):
        for source in SOURCES:
            for code in row.codes[source]:
                assert pool.by_code(source, code) == pool.by_code(source, code.lower()) == row.team


@pytest.mark.parametrize("name", TABLES.names)
def test_a_table_has_a_team_once(name: str) -> None:
    """Keys are the teams' identity: one row each, of lower-case words."""
    keys = [row.team.key for row in rows_of(name)]
    assert len(keys) == len(set(keys))
    assert all(key == key.lower() and " " not in key for key in keys)


@pytest.mark.parametrize("name", US)
def test_glued_codes_are_parted_rightly_or_not_at_all(name: str) -> None:
    """Law 8: of all pairs, with every way of writing each, none is parted into another pair."""
    pool = TABLES.pool(name)
    codes = [(row.team, code) for row in rows_of(name) for code in row.codes["kalshi"]]
    for (first, one), (second, other) in permutations(codes, 2):
        assert pool.split("kalshi", one + other) in ((first, second), None)


@pytest.mark.parametrize("name", [name for name in US if name != "ncaa"])
def test_most_glued_codes_are_parted(name: str) -> None:
    """E3: in the professional leagues each team's first code parts from each other's."""
    pool = TABLES.pool(name)
    firsts = [(row.team, row.codes["kalshi"][0]) for row in rows_of(name)]
    for (first, one), (second, other) in permutations(firsts, 2):
        assert pool.split("kalshi", one + other) == (first, second)


@pytest.mark.parametrize(
    ("league", "glued", "first", "second"),
    [
        ("NBA", "LACBKN", "los-angeles-clippers", "brooklyn-nets"),
        ("NBA", "MILLAL", "milwaukee-bucks", "los-angeles-lakers"),
        ("NFL", "DENKC", "denver-broncos", "kansas-city-chiefs"),
        ("NFL", "LACAR", "los-angeles-rams", "carolina-panthers"),
        ("NFL", "LACLAR", "los-angeles-chargers", "los-angeles-rams"),
        ("MLB", "HOUSD", "houston-astros", "san-diego-padres"),
        ("MLB", "ATHCWS", "athletics", "chicago-white-sox"),
        ("WNBA", "GSLA", "golden-state-valkyries", "los-angeles-sparks"),
        ("CFL", "BCCGY", "bc-lions", "calgary-stampeders"),
        ("NCAAF", "LSUMISS", "lsu", "ole-miss"),
        ("NCAAF", "M-OHFRES", "miami-oh", "fresno-state"),
        ("WC", "SUIDZA", "switzerland", "algeria"),
        ("WC", "ENGCOD", "england", "dr-congo"),
        ("LEAGUESCUP", "LAGTIJ", "la-galaxy", "tijuana"),
    ],
)
def test_tickers_codes_are_parted(league: str, glued: str, first: str, second: str) -> None:
    """Codes of two to four letters, glued without a mark between, are parted by the table."""
    pair = pool_of(league).split("kalshi", glued)
    assert pair is not None
    assert [team.key for team in pair] == [first, second]


@pytest.mark.parametrize("glued", ["", "L", "LALLAL", "LACXXX", "XXXLAC", "LACBKNX", "lal-bos"])
def test_what_is_no_pair_is_not_parted(glued: str) -> None:
    """A team does not play itself, and half a match is none."""
    assert pool_of("NBA").split("kalshi", glued) is None


@pytest.mark.parametrize(
    ("source", "code", "home", "key", "cup"),
    [
        ("kalshi", "SPA", "EREDIVISIE", "sparta-rotterdam", "UEL"),
        ("polymarket", "uni", "BUNDESLIGA", "union-berlin", "UEL"),
        ("kalshi", "IND", "ARGPREMDIV", "independiente", "CONMEBOLLIB"),
    ],
)
def test_a_code_of_two_clubs_is_nobodys_in_their_cup(source: str, code: str, home: str, key: str, cup: str) -> None:
    """Law 8: at home a code is one club's; where another has it too it says nothing, and so stands against no name."""
    team = pool_of(home).by_code(source, code)
    assert team is not None
    assert team.key == key
    assert pool_of(cup).by_code(source, code) is None


def test_a_pair_that_parts_in_two_ways_is_not_parted() -> None:
    """Law 8: `AABAA` is AA against BAA, and AAB against AA: which one cannot be known."""
    table = HEADER + "one,One,,,,AA|AAB,,\ntwo,Two,,,,BAA,,\nthree,Three,,,,AA2,,\n"
    pool = TeamPool("mine", read_teams(table, "mine"))
    assert pool.split("kalshi", "AABAA") == (Team("one", "One", "mine"), Team("two", "Two", "mine"))
    both = TeamPool("mine", read_teams(table + "four,Four,,,,AAB|BAA,,\nfive,Five,,,,AA,,\n", "mine"))
    assert both.split("kalshi", "AABAA") is None


@pytest.mark.parametrize(
    ("league", "text", "key"),
    [
        ("NBA", "Los Angeles L", "los-angeles-lakers"),
        ("NBA", "Los Angeles C", "los-angeles-clippers"),
        ("NBA", "LA Clippers", "los-angeles-clippers"),
        ("NBA", "76ers", "philadelphia-76ers"),
        ("NFL", "New York G", "new-york-giants"),
        ("NFL", "New York J", "new-york-jets"),
        ("MLB", "Chicago WS", "chicago-white-sox"),
        ("MLB", "Chicago C", "chicago-cubs"),
        ("MLB", "New York Y", "new-york-yankees"),
        ("MLB", "New York M", "new-york-mets"),
        ("MLB", "A's", "athletics"),
        ("MLB", "Oakland Athletics", "athletics"),
        ("MLB", "St. Louis", "saint-louis-cardinals"),
        ("NHL", "Utah", "utah-mammoth"),
        ("NHL", "Mammoth", "utah-mammoth"),
        ("NHL", "Montréal Canadiens", "montreal-canadiens"),
        ("CFL", "British Columbia Lions", "bc-lions"),
        ("NCAAF", "Notre Dame Fighting Irish", "notre-dame"),
        ("NCAAF", "Notre Dame", "notre-dame"),
        ("NCAAB", "Fresno St.", "fresno-state"),
        ("NCAAB", "Fresno State Bulldogs", "fresno-state"),
        ("NCAAB", "N. Dakota St.", "north-dakota-state"),
        ("NCAAB", "South Dakota St.", "south-dakota-state"),
        ("NCAAB", "San Diego St.", "san-diego-state"),
        ("NCAAB", "St. John's Red Storm", "saint-johns"),
        ("NCAAB", "St John's", "saint-johns"),
        ("NCAAB", "UConn Huskies", "uconn"),
        ("NCAAB", "Connecticut", "uconn"),
        ("NCAAF", "Mississippi Rebels", "ole-miss"),
        ("NCAAB", "Miami (OH)", "miami-oh"),
        ("NCAAB", "Miami (OH) RedHawks", "miami-oh"),
        ("NCAAB", "Miami Hurricanes", "miami-fl"),
        ("NCAAB", "Miami (FL)", "miami-fl"),
        ("NCAAB", "Hawai'i", "hawaii"),
        ("NCAAB", "Florida Int'l", "fiu"),
        ("NCAAB", "Oklahoma", "oklahoma"),
        ("NCAAB", "Oklahoma St.", "oklahoma-state"),
        ("NCAAB", "Texas", "texas"),
        ("NCAAB", "Texas A&M Aggies", "texas-a-and-m"),
        ("NCAAB", "Texas Tech", "texas-tech"),
        ("NCAAB", "USC", "usc"),
        ("NCAAB", "South Carolina", "south-carolina"),
        ("NCAAB", "Northern Iowa", "northern-iowa"),
        ("NCAAB", "New Mexico", "new-mexico"),
        ("EPL", "Manchester City", "manchester-city"),
        ("EPL", "Manchester United FC", "manchester-united"),
        ("EPL", "Wolves", "wolverhampton"),
        ("EPL", "Brighton & Hove Albion FC", "brighton"),
        ("LALIGA", "Real Sociedad de Fútbol", "real-sociedad"),
        ("LALIGA", "Real Madrid CF", "real-madrid"),
        ("LALIGA", "Real Betis Balompié", "real-betis"),
        ("LALIGA", "Athletic Club", "athletic-club"),
        ("LALIGA", "Club Atlético de Madrid", "atletico-madrid"),
        ("LALIGA", "Deportivo Alavés", "alaves"),
        ("SERIEA", "AC Milan", "ac-milan"),
        ("SERIEA", "FC Internazionale Milano", "inter-milan"),
        ("UCL", "Inter", "inter-milan"),
        ("MLS", "Inter Miami CF", "inter-miami"),
        ("MLS", "Los Angeles G", "la-galaxy"),
        ("MLS", "Saint Louis", "saint-louis-city"),
        ("BUNDESLIGA", "1. FC Köln", "fc-koln"),
        ("UCL", "Bodoe/Glimt", "bodo-glimt"),
        ("UCL", "Eindhoven", "psv-eindhoven"),
        ("UEL", "Kauno", "kauno-zalgiris"),
        ("UEL", "Žalgiris", "zalgiris"),
        ("EREDIVISIE", "FC Eindhoven", "fc-eindhoven"),
        ("EREDIVISIE", "Enschede", "fc-twente"),
        ("CONMEBOLSUD", "Unión de Santa Fe", "union-santa-fe"),
        ("CONMEBOLSUD", "Independ. Santa Fe", "independiente-santa-fe"),
        ("CONMEBOLLIB", "Ind. Avellaneda", "independiente"),
        ("UCL", "FK Crvena zvezda", "red-star-belgrade"),
        ("WC", "Cabo Verde", "cape-verde"),
        ("WC", "Türkiye", "turkey"),
        ("WC", "Turkiye", "turkey"),
        ("WC", "Côte d'Ivoire", "ivory-coast"),
        ("WC", "Congo DR", "dr-congo"),
        ("WC", "Korea Republic", "south-korea"),
        ("WC", "USA", "united-states"),
        ("WC", "Reg Time: Curacao", "curacao"),
        ("WC", "Czech Republic", "czechia"),
    ],
)
def test_a_name_as_a_source_writes_it_gives_the_team(league: str, text: str, key: str) -> None:
    """E3: places, nicknames, venues' own short forms, accents, old names: all of them exactly, none by likeness."""
    assert key_of(league, text) == key


@pytest.mark.parametrize(
    ("league", "text", "count"),
    [
        ("NBA", "Los Angeles", 2),
        ("NFL", "New York", 2),
        ("MLB", "Chicago", 2),
        ("MLS", "Los Angeles", 2),
        ("NCAAB", "Miami", 2),
        ("NCAAB", "Wildcats", 8),
        ("UCL", "Red Star", 2),
        ("UCL", "Paris", 2),
        ("ARGPREMDIV", "Gimnasia", 2),
        ("LIGAPORTUGAL", "Madeira", 2),
    ],
)
def test_an_ambiguous_name_gives_nobody(league: str, text: str, count: int) -> None:
    """Law 8: a name that several answer to is refused, and shows who they are."""
    assert key_of(league, text) is None
    assert len(pool_of(league).named(text)) >= count


@pytest.mark.parametrize(
    ("league", "text"),
    [
        ("EPL", "Chelsea FC Women"),
        ("EPL", "Manchester"),
        ("LALIGA", "Real"),
        ("LALIGA", "Barcelona B"),
        ("NCAAB", "Oklahoma State University of Somewhere"),
        ("NCAAB", "Carolina"),
        ("NBA", "Laker"),
        ("NBA", ""),
        ("WC", "Guinea Ecuatorial"),
        ("SERIEA", "Inter Miami"),
        ("NCAAB", "USF"),
    ],
)
def test_a_name_that_is_nearly_a_teams_gives_nobody(league: str, text: str) -> None:
    """Law 8: nothing is found by likeness."""
    assert pool_of(league).named(text) == ()


@pytest.mark.parametrize(
    ("league", "source", "code", "key"),
    [
        ("NBA", "kalshi", "LAL", "los-angeles-lakers"),
        ("NBA", "kalshi", "LAC", "los-angeles-clippers"),
        ("NBA", "espn", "GS", "golden-state-warriors"),
        ("NBA", "espn", "UTAH", "utah-jazz"),
        ("NFL", "polymarket", "jax", "jacksonville-jaguars"),
        ("NFL", "kalshi", "JAC", "jacksonville-jaguars"),
        ("NHL", "polymarket", "lak", "los-angeles-kings"),
        ("NHL", "polymarket", "las", "vegas-golden-knights"),
        ("MLB", "polymarket", "oak", "athletics"),
        ("MLB", "espn", "CHW", "chicago-white-sox"),
        ("NCAAB", "espn", "MIA", "miami-fl"),
        ("NCAAB", "espn", "M-OH", "miami-oh"),
        ("NCAAB", "kalshi", "MOH", "miami-oh"),
        ("NCAAB", "polymarket", "gnzg", "gonzaga"),
        ("NCAAB", "kalshi", "SDST", "south-dakota-state"),
        ("NCAAB", "kalshi", "CSU", "colorado-state"),
        ("NCAAB", "kalshi", "CSB", "cal-state-bakersfield"),
        ("NCAAB", "kalshi", "USC", "usc"),
        ("NCAAB", "espn", "SC", "south-carolina"),
        ("NCAAB", "kalshi", "UNI", "northern-iowa"),
        ("NCAAB", "kalshi", "UNM", "new-mexico"),
        ("EPL", "espn", "MNC", "manchester-city"),
        ("EPL", "polymarket", "che", "chelsea"),
        ("LALIGA", "polymarket", "mad", "atletico-madrid"),
        ("LALIGA", "kalshi", "RMA", "real-madrid"),
        ("BUNDESLIGA", "polymarket", "ein", "eintracht-frankfurt"),
        ("LIGUE1", "polymarket", "olm", "marseille"),
    ],
)
def test_a_code_is_read_in_its_sources_table(league: str, source: str, code: str, key: str) -> None:
    """E3: codes differ between sources, and each is looked up among its own."""
    team = pool_of(league).by_code(source, code)
    assert team is not None
    assert team.key == key


def test_a_code_of_one_source_is_not_anothers() -> None:
    """Chicago's White Sox are CWS to Kalshi; to a source we do not know, nobody is anything."""
    assert pool_of("NBA").by_code("espn", "BRK") is None
    assert pool_of("NBA").by_code("oddsapi", "LAL") is None


def test_women_and_men_of_a_school_or_country_are_kept_apart_by_the_league() -> None:
    """E3: the team's key is the same, the league is not; Chelsea's women are in no table of men's clubs."""
    men, women = LEAGUES.leagues["NCAAB"], LEAGUES.leagues["NCAAWB"]
    assert TABLES.pool_of(men) is TABLES.pool_of(women)
    assert men.code != women.code


def test_a_club_has_one_key_in_every_competition() -> None:
    """A club of the league and of Europe's cups is one team."""
    for league, text in (("EPL", "Arsenal FC"), ("LALIGA", "FC Barcelona"), ("SERIEA", "Inter"), ("LIGUE1", "PSG")):
        assert pool_of(league).by_name(text) == pool_of("UCL").by_name(text)


def test_an_open_league_knows_a_team_by_its_core() -> None:
    """Where there is no table a name is the identity, codes say nothing, and nothing is proposed."""
    pool = TABLES.pool_of(LEAGUES.leagues["CS2"])
    assert isinstance(pool, OpenPool)
    assert pool.by_name("Team Vitality") == Team("vitality", "Team Vitality", "cs2")
    one, other = pool.by_name("Vitality"), pool.by_name("Vitality Esports")
    assert one is not None
    assert other is not None
    assert one.key == other.key == "vitality"
    assert pool.by_name("!") is None
    assert (pool.by_code("kalshi", "VIT"), pool.split("kalshi", "VITG2"), pool.propose("Vitalty")) == (None, None, ())


def test_a_cup_is_played_by_more_clubs_than_a_table_holds() -> None:
    """A pool with others takes a name of no table for a team of its own; what is ambiguous stays so."""
    cup = pool_of("FACUP")
    assert key_of("FACUP", "Arsenal FC") == "arsenal"
    assert cup.by_name("Tamworth FC") == Team("tamworth", "Tamworth FC", "england *")
    assert key_of("FACUP", "Chelsea Women") == "chelsea women"
    assert key_of("UEL", "Red Star") is None
    assert key_of("EPL", "Tamworth FC") is None
    assert "Manchester City" in cup.propose("Man Cty")


def test_a_league_that_names_a_table_we_lack_is_open() -> None:
    """A3: a user's league may name any pool; what is not there is no reason to fail."""
    assert isinstance(TABLES.pool_of(League(code="KHL", game="KXKHLGAME", pool="khl")), OpenPool)


@pytest.mark.parametrize(
    ("league", "text", "name"),
    [
        ("NBA", "Los Angeles", "Los Angeles Lakers"),
        ("NCAAB", "Miami", "Miami (OH)"),
        ("EPL", "Man Cty", "Manchester City"),
        ("NHL", "Golden Nights", "Vegas Golden Knights"),
    ],
)
def test_what_may_have_been_meant_is_proposed(league: str, text: str, name: str) -> None:
    """Likeness proposes names to a person and nothing else."""
    proposed = pool_of(league).propose(text)
    assert name in proposed
    assert len(proposed) <= 3
    assert len(set(proposed)) == len(proposed)


@given(st.text(), st.sampled_from(sorted(LEAGUES.leagues)), st.sampled_from((*SOURCES, "x")))
def test_any_text_may_be_asked_for(text: str, league: str, source: str) -> None:
    """E7: names and codes are hostile text, and only ever give a team or none."""
    pool = TABLES.pool_of(LEAGUES.leagues[league])
    team = pool.by_name(text)
    assert team is None or pool.named(text) == (team,)
    assert pool.by_name(text) == team
    pool.by_code(source, text)
    pool.split(source, text)
    pool.propose(text)


def test_what_is_remembered_is_bounded() -> None:
    """Text from outside fills no memory: what was found before is forgotten, and what is too long is nobody."""
    pool = TeamPool("mine", read_teams(HEADER + "one,One,,,,A,,\n", "mine"))
    for number in range(10_000):
        assert pool.by_name(f"one {number}") is None
    assert len(pool._memo) < 10_000
    assert pool.by_name("One") == Team("one", "One", "mine")
    assert pool.by_name("one " * 1_000) is None
    assert all(len(text) < 1_000 for text in pool._memo)
