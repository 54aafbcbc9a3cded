"""What a book quotes: the world's chances as the book last saw them, shaded by its opinion, and its vig on top."""

from typing import Any

from firstprint.sim.oddsapi.books import Bookmaker, share
from firstprint.sim.world import chances
from firstprint.sim.world.contests import SimContest, SimTeam

_OPINION = 0.02
_LEAST_ODDS, _MOST_ODDS = 1.01, 501.0
_WHOLE_LINES = 0.12


def home_and_away(contest: SimContest) -> tuple[SimTeam, SimTeam, bool]:
    """Give who is at home and who is away for the sportsbooks, and whether the world has it the other way round."""
    if contest.neutral and contest.number % 3 == 0:
        return contest.away, contest.home, True
    return contest.home, contest.away, False


def h2h(book: Bookmaker, contest: SimContest, at_ns: int, *, lay: bool = False) -> list[dict[str, Any]]:
    """Quote who wins, and in soccer the draw. Laying is quoted a little above backing."""
    now = chances.now(contest, at_ns)
    told = [(contest.home.odds_name, now.home), (contest.away.odds_name, now.away)]
    if contest.league.ways == 3:
        told.append(("Draw", now.draw))
    margin = -book.margin - 0.01 if lay else book.margin
    return _shuffled(_priced(book, contest, at_ns, told, margin), book, contest)


def spreads(book: Bookmaker, contest: SimContest, at_ns: int) -> list[dict[str, Any]]:
    """Quote the main spread: one side lays the points and the other takes them."""
    side = contest.spread_lines[0][0]
    laid = [line for named, line in contest.spread_lines if named == side]
    line = laid[(len(laid) - 1) // 2]
    line = _own_line(book, contest, line)
    team, other = (contest.home, contest.away) if side == "home" else (contest.away, contest.home)
    over = chances.margin_over(contest, side, line, at_ns)
    rows = _priced(book, contest, at_ns, [(team.odds_name, over), (other.odds_name, 1 - over)], book.margin)
    for row in rows:
        row["point"] = -line if row["name"] == team.odds_name else line
    return _shuffled(rows, book, contest)


def totals(book: Bookmaker, contest: SimContest, at_ns: int) -> list[dict[str, Any]]:
    """Quote the main total."""
    line = _own_line(book, contest, chances.total_mean(contest))
    over = chances.total_over(contest, line, at_ns)
    rows = _priced(book, contest, at_ns, [("Over", over), ("Under", 1 - over)], book.margin)
    return [row | {"point": line} for row in rows]


def _own_line(book: Bookmaker, contest: SimContest, line: float) -> float:
    """Shift a main line: some books have the next one, and some a whole number, on which a bet may be a push."""
    own = share("line", book.key, contest.number)
    if own < _WHOLE_LINES and contest.league.ways == 2:
        return line + 0.5
    return line + 1 if own > 0.9 else line


def _priced(
    book: Bookmaker, contest: SimContest, at_ns: int, told: list[tuple[str, float]], margin: float
) -> list[dict[str, Any]]:
    """Turn chances that add up to one into decimal odds whose inverses add up to one and the margin."""
    seen = [
        max(0.003, chance * (1 + _OPINION * (2 * share(book.key, contest.number, name, at_ns) - 1)))
        for name, chance in told
    ]
    whole = sum(seen)
    odds = (whole / (chance * (1 + margin)) for chance in seen)
    return [
        {"name": name, "price": round(min(_MOST_ODDS, max(_LEAST_ODDS, price)), 2)}
        for (name, _), price in zip(told, odds, strict=True)
    ]


def _shuffled(rows: list[dict[str, Any]], book: Bookmaker, contest: SimContest) -> list[dict[str, Any]]:
    """Put outcomes into an order that says nothing: it is not home and away."""
    return sorted(rows, key=lambda row: share("order", book.key, contest.number, row["name"]))


def american(odds: float) -> int:
    """Turn decimal odds into American ones."""
    return round((odds - 1) * 100) if odds >= 2 else -round(100 / (odds - 1))
