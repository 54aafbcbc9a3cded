"""Bets in canonical form: one value for a bet and its opposite, so that listings join by equality."""

from collections.abc import Sequence

from firstprint.domain.propositions import Bet, BetKind, Period, Polarity

DRAW = "draw"
_FOLDED = (BetKind.WINNER, BetKind.MARGIN)


def opposite(polarity: Polarity) -> Polarity:
    """Give the other polarity."""
    return Polarity.NO if polarity is Polarity.YES else Polarity.YES


def team_bet(
    kind: BetKind, teams: Sequence[str], side: str, *, line_e6: int | None = None, period: Period = Period.FULL
) -> tuple[Bet, Polarity]:
    """Make the canonical bet that `side` wins, wins by more than the line, or scores more than the line.

    Gives the bet with the polarity that says whether the bet as asked for is the canonical one or its opposite.
    Raises ValueError when the side is no team of the contest, or a line is missing or a whole number: then a push is
    possible, and a bet that may be void is not the opposite of another.
    """
    first = min(teams)
    if side not in teams and not (kind is BetKind.RESULT and side == DRAW):
        raise ValueError(f"{side} is none of {' and '.join(teams)}")
    if kind in (BetKind.MARGIN, BetKind.TEAM_TOTAL) and line_e6 is None:
        raise ValueError(f"a {kind.value} bet needs a line")
    if kind not in _FOLDED or side == first:
        return Bet(kind=kind, period=period, side=side, line_e6=line_e6), Polarity.YES
    if line_e6 is not None and line_e6 % 1_000_000 == 0:
        raise ValueError("a margin of a whole number can be a push")
    mirrored = None if line_e6 is None else -line_e6
    return Bet(kind=kind, period=period, side=first, line_e6=mirrored), Polarity.NO


def total_bet(line_e6: int, *, period: Period = Period.FULL) -> Bet:
    """Make the bet that both teams together score more than the line."""
    return Bet(kind=BetKind.TOTAL, period=period, line_e6=line_e6)


def stat_bet(stat: str, subject: str, line_e6: int) -> Bet:
    """Make the bet that a player has more of something than the line. `subject` is the player's name key."""
    return Bet(kind=BetKind.STAT, stat=stat, subject=subject, line_e6=line_e6)


def topic_bet(outcome: str) -> Bet:
    """Make the bet that a topic's outcome is the named one."""
    return Bet(kind=BetKind.TOPIC, side=outcome)
