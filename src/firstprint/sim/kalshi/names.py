"""Real-looking names: leagues with their series and teams, coins, and the shapes of their tickers."""

from typing import NamedTuple


class League(NamedTuple):
    """A league: the stem of its series tickers, its sport, its teams as code and name, and how its games are listed.

    `timed` puts HHMM into the event ticker; `ways` is 3 where a tie is an outcome. `hours` is a game's length.
    """

    stem: str
    game: str
    title: str
    sport: str
    teams: tuple[tuple[str, str], ...]
    ways: int
    timed: bool
    hours: float
    spread_step: int


def _teams(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (entry.strip().split(" ", 1) for entry in text.split(","))
    return tuple((code, name) for code, name in pairs)


LEAGUES: tuple[League, ...] = (
    League(
        "KXNBA",
        "KXNBAGAME",
        "Pro Basketball",
        "Basketball",
        _teams(
            "LAL Los Angeles L, BOS Boston, DEN Denver, MIA Miami, OKC Oklahoma City, SAS San Antonio, "
            "GSW Golden State, NYK New York, PHI Philadelphia, CHI Chicago, DAL Dallas, MIL Milwaukee"
        ),
        2,
        False,
        2.5,
        3,
    ),
    League(
        "KXNFL",
        "KXNFLGAME",
        "Pro Football",
        "Football",
        _teams(
            "DEN Denver, KC Kansas City, NYJ New York J, TEN Tennessee, HOU Houston, PIT Pittsburgh, GB Green Bay,"
            "SF San Francisco, BUF Buffalo, LA Los Angeles R, LAC Los Angeles C, NE New England"
        ),
        2,
        False,
        3.25,
        4,
    ),
    League(
        "KXNCAAF",
        "KXNCAAFGAME",
        "College Football",
        "Football",
        _teams(
            "M-OH Miami (OH), FRES Fresno St., LSU LSU, MISS Ole Miss, MSU Michigan St., ND Notre Dame, ALA Alabama,"
            "UGA Georgia, TEX Texas, MIA Miami (FL), IND Indiana, OSU Ohio St."
        ),
        2,
        False,
        3.5,
        7,
    ),
    League(
        "KXNHL",
        "KXNHLGAME",
        "Pro Hockey",
        "Hockey",
        _teams(
            "CAR Carolina, VGK Vegas, EDM Edmonton, FLA Florida, TOR Toronto, COL Colorado, NYR New York R, BOS Boston"
        ),
        2,
        False,
        2.5,
        1,
    ),
    League(
        "KXMLB",
        "KXMLBGAME",
        "Pro Baseball",
        "Baseball",
        _teams(
            "HOU Houston, SD San Diego, NYM New York M, PIT Pittsburgh, STL St. Louis, CIN Cincinnati, ATL Atlanta,"
            "NYY New York Y, CWS Chicago WS, DET Detroit, LAD Los Angeles D, AZ Arizona, WSH Washington, ATH A's"
        ),
        2,
        True,
        3.0,
        1,
    ),
    League(
        "KXEPL",
        "KXEPLGAME",
        "English Premier League",
        "Soccer",
        _teams(
            "CFC Chelsea, TOT Tottenham, ARS Arsenal, AVL Aston Villa, LFC Liverpool, MCI Manchester City, EVE Everton,"
            "NEW Newcastle"
        ),
        3,
        False,
        2.0,
        1,
    ),
    League(
        "KXMLS",
        "KXMLSGAME",
        "Major League Soccer",
        "Soccer",
        _teams(
            "VAN Vancouver, HOU Houston, LAFC LAFC, SEA Seattle, ATL Atlanta, MIA Miami, CLB Columbus, CIN Cincinnati"
        ),
        3,
        False,
        2.0,
        1,
    ),
    League(
        "KXCS2",
        "KXCS2GAME",
        "Counter-Strike 2",
        "Esports",
        _teams(
            "100T 100 Thieves, INF Infinite, NAVI Natus Vincere, G2 G2 Esports, G1 Gen.One, 1WIN 1win, TL Team Liquid"
        ),
        2,
        True,
        2.0,
        1,
    ),
)

COINS: tuple[tuple[str, str, int], ...] = (
    ("BTC", "Bitcoin", 68_000),
    ("ETH", "Ethereum", 1_900),
    ("SOL", "Solana", 81),
    ("XRP", "XRP", 1),
    ("BNB", "BNB", 610),
)
PLAYERS: tuple[str, ...] = ("AKAY18", "JDOE22", "MSMITH7", "RKLINE31", "TBAUER9", "LCRUZ44")
