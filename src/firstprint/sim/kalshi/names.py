"""Real-looking names of what only this venue lists: leagues with their series and teams, coins, players."""

from typing import NamedTuple


class League(NamedTuple):
    """A league: the stem of its series tickers, its sport, its teams as code and name. `hours` is a game's length."""

    stem: str
    game: str
    title: str
    sport: str
    teams: tuple[tuple[str, str], ...]
    hours: float


def _teams(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (entry.strip().split(" ", 1) for entry in text.split(","))
    return tuple((code, name) for code, name in pairs)


LEAGUES: tuple[League, ...] = (
    League(
        "KXCS2",
        "KXCS2GAME",
        "Counter-Strike 2",
        "Esports",
        _teams(
            "100T 100 Thieves, INF Infinite, NAVI Natus Vincere, G2 G2 Esports, G1 Gen.One, 1WIN 1win, TL Team Liquid"
        ),
        2.0,
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
