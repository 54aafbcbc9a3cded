"""Games as a table for people."""

from collections.abc import Iterable
from datetime import UTC, datetime

from rich.markup import escape
from rich.table import Table

from firstprint.cli.output import plain
from firstprint.domain.clock import NS_PER_S
from firstprint.domain.games import Game
from firstprint.domain.propositions import BetKind

_SHOWN = (BetKind.WINNER, BetKind.RESULT)


def start_words(game: Game) -> str:
    """Say when a game starts, in UTC to the minute; nothing when nobody said."""
    if game.start_ns is None:
        return ""
    return f"{datetime.fromtimestamp(game.start_ns // NS_PER_S, UTC):%m-%d %H:%M}"


def odds_words(game: Game) -> str:
    """Say the consensus of who wins, with how many books it stands on."""
    said = [one for one in game.odds if one.bet.kind in _SHOWN]
    return ", ".join(f"{one.bet.side} {100 * one.probability:.1f} % ({len(one.books)})" for one in said[:3])


def games_table(games: Iterable[Game]) -> Table:
    """Make a table of games with their listings on both venues, links and odds."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("game", "starts (UTC)", "state", "kalshi", "polymarket", "links", "odds"):
        table.add_column(name, no_wrap=True, justify="right" if name in ("kalshi", "polymarket", "links") else "left")
    for game in games:
        table.add_row(
            escape(plain(game.game_id)),
            start_words(game),
            game.state.value,
            str(listed(game, "kalshi")),
            str(listed(game, "polymarket")),
            str(game.links),
            escape(plain(odds_words(game))),
        )
    return table


def listed(game: Game, venue: str) -> int:
    """Count a venue's listings of a game."""
    return sum(map(len, game.markets.get(venue, {}).values()))


def game_line(game: Game) -> str:
    """Say a game in one line."""
    odds = odds_words(game)
    return (
        f"  linked {game.game_id}  {start_words(game)} {game.state.value}  kalshi {listed(game, 'kalshi')}  "
        f"polymarket {listed(game, 'polymarket')}  {game.links} links" + (f"  odds {odds}" if odds else "")
    )


def in_order(games: Iterable[Game]) -> list[Game]:
    """Order games: linked ones first, then by start; those without a start last."""
    return sorted(games, key=lambda one: (not one.links, one.start_ns is None, one.start_ns or 0, one.game_id))
