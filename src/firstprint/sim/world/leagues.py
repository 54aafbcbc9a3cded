"""The leagues of the world, with what each venue and source calls them and how their contests usually go."""

from firstprint.sim.world.contests import SimLeague
from firstprint.sim.world.teams import TEAMS

_TITLES = {"EPL": "English Premier League", "LALIGA": "La Liga", "UCL": "UEFA Champions League"}
_TIMED = frozenset({"MLB"})
_WOMEN = frozenset({"WNBA", "NCAAWB"})
_SLUG_DATE_UTC = frozenset({"NFL", "EPL", "LALIGA", "UCL"})


def _league(
    code: str, sport: str, kalshi: tuple[str, str], polymarket: tuple[str, int, int], sources: tuple[str, str],
    hours: float, unit: str, lines: tuple[float, float],
) -> SimLeague:  # fmt: skip
    """Make a league: `kalshi` is title and stem, `polymarket` prefix, tag and series, `sources` the others."""
    soccer = sport == "Soccer"
    return SimLeague(
        code=code, sport=sport, title=_TITLES.get(code, code), kalshi_title=kalshi[0], kalshi_stem=kalshi[1],
        timed=code in _TIMED, ways=3 if soccer else 2, home_first=soccer, women=code in _WOMEN,
        polymarket_prefix=polymarket[0], polymarket_tag=polymarket[1], polymarket_series=polymarket[2],
        espn_path=sources[0], odds_key=sources[1], hours=hours, unit=unit, spread=lines[0], total=lines[1],
        slug_date_utc=code in _SLUG_DATE_UTC, teams=TEAMS[code],
    )  # fmt: skip


LEAGUES: tuple[SimLeague, ...] = (
    _league(
        "NBA", "Basketball", ("Pro Basketball", "KXNBA"), ("nba", 745, 10345), ("basketball/nba", "basketball_nba"),
        2.5, "points", (6.5, 228.5),
    ),
    _league(
        "NFL", "Football", ("Pro Football", "KXNFL"), ("nfl", 450, 12185), ("football/nfl", "americanfootball_nfl"),
        3.25, "points", (3.5, 45.5),
    ),
    _league(
        "NHL", "Hockey", ("Pro Hockey", "KXNHL"), ("nhl", 899, 10346), ("hockey/nhl", "icehockey_nhl"),
        2.5, "goals", (1.5, 6.5),
    ),
    _league(
        "MLB", "Baseball", ("Pro Baseball", "KXMLB"), ("mlb", 100381, 10420), ("baseball/mlb", "baseball_mlb"),
        3.0, "runs", (1.5, 8.5),
    ),
    _league(
        "WNBA", "Basketball", ("Pro Basketball (W)", "KXWNBA"), ("wnba", 100254, 10105),
        ("basketball/wnba", "basketball_wnba"), 2.25, "points", (6.5, 163.5),
    ),
    _league(
        "NCAAF", "Football", ("NCAA Football", "KXNCAAF"), ("cfb", 100351, 12756),
        ("football/college-football", "americanfootball_ncaaf"), 3.5, "points", (9.5, 54.5),
    ),
    _league(
        "NCAAB", "Basketball", ("College Basketball (M)", "KXNCAAMB"), ("cbb", 100149, 10470),
        ("basketball/mens-college-basketball", "basketball_ncaab"), 2.25, "points", (7.5, 145.5),
    ),
    _league(
        "NCAAWB", "Basketball", ("College Basketball (W)", "KXNCAAWB"), ("cwbb", 102003, 10471),
        ("basketball/womens-college-basketball", "basketball_wncaab"), 2.25, "points", (11.5, 132.5),
    ),
    _league(
        "EPL", "Soccer", ("EPL", "KXEPL"), ("epl", 306, 10188), ("soccer/eng.1", "soccer_epl"),
        2.0, "goals", (1.5, 2.5)
    ),
    _league(
        "LALIGA", "Soccer", ("La Liga", "KXLALIGA"), ("lal", 780, 10190), ("soccer/esp.1", "soccer_spain_la_liga"),
        2.0, "goals", (1.5, 2.5)
    ),
    _league(
        "MLS", "Soccer", ("MLS", "KXMLS"), ("mls", 100100, 10185), ("soccer/usa.1", "soccer_usa_mls"),
        2.0, "goals", (1.5, 2.5),
    ),
    _league(
        "UCL", "Soccer", ("UCL", "KXUCL"), ("ucl", 100977, 10193),
        ("soccer/uefa.champions", "soccer_uefa_champs_league"), 2.0, "goals", (1.5, 2.5),
    ),
)  # fmt: skip


def league_named(code: str) -> SimLeague:
    """Find a league. Raises StopIteration for an unknown code."""
    return next(league for league in LEAGUES if league.code == code)
