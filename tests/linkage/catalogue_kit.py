"""The games by which the failure catalogue is told, and what is right for them."""

from real_shapes import (
    Game,
    Row,
    Side,
    matched,
    utc,
)

NFL, NBA, MLB = "professional football game", "Pro Basketball game", "professional baseball game"
BUCS_COWBOYS = Game(
    "KXNFLGAME", "nfl", Side("TB", "Tampa Bay", "tb", "Buccaneers"), Side("DAL", "Dallas", "dal", "Cowboys"),
    utc("2026-10-09T00:15"), NFL, slug_day="2026-10-09",
)  # fmt: skip
RAVENS_FALCONS = Game(
    "KXNFLGAME", "nfl", Side("BAL", "Baltimore", "bal", "Ravens"), Side("ATL", "Atlanta", "atl", "Falcons"),
    utc("2026-10-11T17:00"), NFL,
)  # fmt: skip
GRIZZLIES_LAKERS = Game(
    "KXNBAGAME", "nba", Side("MEM", "Memphis", "mem", "Grizzlies"), Side("LAL", "Los Angeles L", "lal", "Lakers"),
    utc("2026-01-05T02:30"), NBA,
)  # fmt: skip
METS_PIRATES = Game(
    "KXMLBGAME", "mlb", Side("NYM", "New York M", "nym", "New York Mets"), Side("PIT", "Pittsburgh", "pit", "Pirates"),
    utc("2026-08-07T17:10"), MLB, clock=True,
)  # fmt: skip
CHELSEA_ARSENAL = Game(
    "KXEPLGAME", "epl", Side("CFC", "Chelsea", "che", "Chelsea FC"), Side("ARS", "Arsenal", "ars", "Arsenal FC"),
    utc("2026-09-15T18:45"),
)  # fmt: skip


def right(game: Game) -> dict[str, str | None]:
    """Give the tokens of a game's two winner markets."""
    return {game.ticker(side.kalshi_code): f"{game.slug}/{side.gamma}" for side in game.sides}


def found_contests(kalshi: list[Row], boards: list[Row], odds: list[Row] | None = None) -> dict[str, tuple[str, ...]]:
    """Give what each Kalshi event was joined to at ESPN and The Odds API."""
    rows = matched({"events": kalshi}, None, boards, odds).contests
    return {
        row.kalshi_event_ticker: tuple(one for one in (row.espn_event_id, row.odds_event_id) if one)
        for row in rows
        if row.kalshi_event_ticker
    }
