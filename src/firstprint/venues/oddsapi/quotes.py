"""From one book's market to quotes on canonical bets. Pure; an outcome that cannot be read is left out with its reason.

A quote is of outcomes of which exactly one happens: the vig can be removed from nothing less. Lines on whole numbers
are left out, because the stake comes back when the score is met, and no listing on an exchange is that bet.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from firstprint.domain.errors import MalformedMessage
from firstprint.domain.odds import Quote
from firstprint.domain.propositions import Bet, BetKind, Period, Polarity
from firstprint.domain.units import E6
from firstprint.linkage.bets import DRAW, team_bet, total_bet
from firstprint.venues.oddsapi.messages import Number, WireMarket, WireOutcome
from firstprint.venues.oddsapi.numbers import OddsFormat, odds_e6, point_e6

DRAW_NAME = "Draw"
_OVER = {"Over": True, "Under": False}
_YES = {"Yes": True, "No": False}


class Fixture(NamedTuple):
    """A contest as The Odds API names it: teams by the names its outcomes use, and whether it may end level."""

    teams: dict[str, str]
    draws: bool

    @property
    def period(self) -> Period:
        """What books count: where a contest may end level, 90 minutes and stoppage time; else all of it."""
        return Period.REGULATION if self.draws else Period.FULL


class Told(NamedTuple):
    """One outcome: the bet, whether it pays when the bet is true, and its odds."""

    bet: Bet
    true: bool
    odds_e6: int


Reading = Callable[[WireOutcome, Fixture], tuple[Bet, bool]]


def quotes_of(
    market: WireMarket, book: str, updated_ns: int | None, fixture: Fixture, odds_format: OddsFormat
) -> Iterator[Quote | MalformedMessage]:
    """Read a market into a quote for each line, and say for each outcome that is left out why."""
    reading = _READINGS.get(market.key)
    groups: dict[Bet | BetKind, list[Told]] = {}
    for outcome in market.outcomes or ():
        try:
            told = _told(outcome, market.key, reading, fixture, odds_format)
        except MalformedMessage as why:
            yield why
        else:
            whole = told.bet.kind in (BetKind.WINNER, BetKind.RESULT)
            groups.setdefault(told.bet.kind if whole else told.bet, []).append(told)
    for group in groups.values():
        if _is_whole(group, fixture):
            yield _quote(book, group, updated_ns)
        else:
            yield from (MalformedMessage("NOT_WHOLE", f"{len(group)} outcomes of {market.key}") for _ in group)


def _told(outcome: WireOutcome, key: str, reading: Reading | None, fixture: Fixture, odds_format: OddsFormat) -> Told:
    if reading is None:
        lay = key.endswith("_lay")
        raise MalformedMessage("LAY" if lay else "UNKNOWN_MARKET", f"the market {key[:60]!r} is not read")
    bet, true = reading(outcome, fixture)
    return Told(bet, true, odds_e6(outcome.price, odds_format))


def _winner(outcome: WireOutcome, fixture: Fixture) -> tuple[Bet, bool]:
    kind = BetKind.RESULT if fixture.draws else BetKind.WINNER
    if outcome.name == DRAW_NAME and DRAW_NAME not in fixture.teams:
        if not fixture.draws:
            raise MalformedMessage("DRAW_UNEXPECTED", "a draw of a contest that has a winner")
        return Bet(kind=kind, period=fixture.period, side=DRAW), True
    return _of_team(kind, outcome, fixture)


def _margin(outcome: WireOutcome, fixture: Fixture) -> tuple[Bet, bool]:
    return _of_team(BetKind.MARGIN, outcome, fixture, line_e6=-_half_e6(outcome.point))


def _total(outcome: WireOutcome, fixture: Fixture) -> tuple[Bet, bool]:
    over = _word(outcome, _OVER)
    line_e6 = _half_e6(outcome.point)
    if line_e6 < 0:
        raise MalformedMessage("BAD_LINE", "a total below zero")
    return total_bet(line_e6, period=fixture.period), over


def _both_score(outcome: WireOutcome, fixture: Fixture) -> tuple[Bet, bool]:
    return Bet(kind=BetKind.BOTH_SCORE, period=fixture.period), _word(outcome, _YES)


_READINGS: dict[str, Reading] = {
    "h2h": _winner,
    "spreads": _margin,
    "alternate_spreads": _margin,
    "totals": _total,
    "alternate_totals": _total,
    "btts": _both_score,
}


def _of_team(kind: BetKind, outcome: WireOutcome, fixture: Fixture, line_e6: int | None = None) -> tuple[Bet, bool]:
    side = fixture.teams.get(outcome.name)
    if side is None:
        raise MalformedMessage("UNKNOWN_OUTCOME", f"{outcome.name[:60]!r} is no side of the contest")
    teams = tuple(fixture.teams.values())
    bet, polarity = team_bet(kind, teams, side, line_e6=line_e6, period=fixture.period)
    return bet, polarity is Polarity.YES


def _word(outcome: WireOutcome, words: dict[str, bool]) -> bool:
    meant = words.get(outcome.name)
    if meant is None:
        raise MalformedMessage("UNKNOWN_OUTCOME", f"{outcome.name[:60]!r} is none of {' and '.join(words)}")
    return meant


def _half_e6(point: Number) -> int:
    """Give a line that no whole score meets: one on a half. Quarters pay half back, whole numbers all."""
    line_e6 = point_e6(point)
    if line_e6 % E6 != E6 // 2:
        raise MalformedMessage("PUSH_POSSIBLE", f"a line of {line_e6} millionths can be met")
    return line_e6


def _is_whole(group: list[Told], fixture: Fixture) -> bool:
    """Tell whether exactly one of these outcomes happens."""
    if group[0].bet.kind is BetKind.RESULT:
        return sorted(told.bet.side or "" for told in group) == sorted((*fixture.teams.values(), DRAW))
    return sorted(told.true for told in group) == [False, True]


def _quote(book: str, group: list[Told], updated_ns: int | None) -> Quote:
    return Quote(
        book=book,
        outcomes=tuple(told.bet for told in group),
        polarities=tuple(told.true for told in group),
        odds_e6=tuple(told.odds_e6 for told in group),
        updated_ns=updated_ns,
    )
