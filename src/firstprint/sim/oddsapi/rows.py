"""Contests as The Odds API renders them. Times drift: a minute after the start told elsewhere, seconds once it is live.

Sample and quirks: a recorded answer of 2026-08-07 for baseball_mlb, and scores of July 2026.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from firstprint.sim.oddsapi import prices
from firstprint.sim.oddsapi.books import Bookmaker, quoted_ns, quotes, share
from firstprint.sim.world import ids
from firstprint.sim.world.contests import NS_PER_S, Phase, SimContest
from firstprint.sim.world.course import known_start, scores_at
from firstprint.sim.world.days import MINUTE_NS, utc

MARKETS = ("h2h", "spreads", "totals", "h2h_lay")


class Style(NamedTuple):
    """How an answer is to be written."""

    unix: bool = False
    american: bool = False

    def time(self, at_ns: int) -> str | int:
        """Write a moment in whole seconds."""
        return at_ns // NS_PER_S if self.unix else f"{utc(at_ns):%Y-%m-%dT%H:%M:%SZ}"

    def price(self, odds: float) -> float | int:
        """Write odds."""
        return prices.american(odds) if self.american else odds


def commence_ns(contest: SimContest, now_ns: int) -> int:
    """Give the start that is told: often a minute late, and off by seconds once the contest is live."""
    start_ns = known_start(contest, now_ns)
    if contest.phase(now_ns) in {Phase.LIVE, Phase.OVER}:
        return start_ns + int(11 + 160 * share("live", contest.number)) * NS_PER_S
    return start_ns + (MINUTE_NS if contest.number % 3 else 0)


def event_row(contest: SimContest, now_ns: int, style: Style) -> dict[str, Any]:
    """Render a contest without odds."""
    home, away, _ = prices.home_and_away(contest)
    return {
        "id": ids.odds_id(contest), "sport_key": contest.league.odds_key, "sport_title": contest.league.title,
        "commence_time": style.time(commence_ns(contest, now_ns)), "home_team": home.odds_name,
        "away_team": away.odds_name,
    }  # fmt: skip


def odds_row(
    contest: SimContest, now_ns: int, books: Iterable[Bookmaker], markets: Iterable[str], style: Style
) -> dict[str, Any]:
    """Render a contest with what each book quotes; laying comes along from exchanges, unasked."""
    rows = [_book_row(book, contest, now_ns, tuple(markets), style) for book in books if quotes(book, contest)]
    return event_row(contest, now_ns, style) | {"bookmakers": [row for row in rows if row["markets"]]}


def _book_row(
    book: Bookmaker, contest: SimContest, now_ns: int, markets: tuple[str, ...], style: Style
) -> dict[str, Any]:
    at_ns = quoted_ns(book, contest, now_ns)
    updated = style.time(at_ns)
    rows = [
        {"key": key, "last_update": updated, "outcomes": _styled(_outcomes(book, contest, at_ns, key), style)}
        for key in _offered(book, markets)
    ]
    return {"key": book.key, "title": book.title, "last_update": updated, "markets": rows}


def _offered(book: Bookmaker, markets: tuple[str, ...]) -> list[str]:
    offered = [key for key in markets if key == "h2h" or (key in {"spreads", "totals"} and not book.plain)]
    return [*offered, "h2h_lay"] if book.exchange and "h2h" in markets else offered


@lru_cache(maxsize=16_384)
def _outcomes(book: Bookmaker, contest: SimContest, at_ns: int, key: str) -> list[dict[str, Any]]:
    """Quote a market as a book did at a moment; kept, because a book says the same until it quotes anew."""
    if key == "spreads":
        return prices.spreads(book, contest, at_ns)
    if key == "totals":
        return prices.totals(book, contest, at_ns)
    return prices.h2h(book, contest, at_ns, lay=key == "h2h_lay")


def _styled(rows: list[dict[str, Any]], style: Style) -> list[dict[str, Any]]:
    return [row | {"price": style.price(row["price"])} for row in rows]


def scores_row(contest: SimContest, now_ns: int, style: Style) -> dict[str, Any]:
    """Render a contest with its scores, which are null before the start and texts after it."""
    home, away, flipped = prices.home_and_away(contest)
    phase = contest.phase(now_ns)
    scores, updated = None, None
    if phase in {Phase.LIVE, Phase.OVER}:
        away_points, home_points = scores_at(contest, now_ns)
        told = (away_points, home_points) if flipped else (home_points, away_points)
        scores = [{"name": t.odds_name, "score": str(n)} for t, n in zip((home, away), told, strict=True)]
        updated = style.time(now_ns)
    row = event_row(contest, now_ns, style)
    return row | {"completed": phase is Phase.OVER, "scores": scores, "last_update": updated}
