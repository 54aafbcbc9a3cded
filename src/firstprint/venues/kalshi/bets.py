"""The bet that a Kalshi market settles on, read from its own part of its ticker, its strike and its names. Pure."""

from collections.abc import Callable

import msgspec

from firstprint.domain.entries import MarketEntry
from firstprint.domain.propositions import Bet, BetKind, Period, Polarity, Terms
from firstprint.domain.units import E6
from firstprint.linkage.bets import DRAW, stat_bet, team_bet, total_bet
from firstprint.linkage.leagues import SeriesKind
from firstprint.linkage.names import person_key
from firstprint.linkage.sides import Refused, side_meant
from firstprint.linkage.teams import Team
from firstprint.venues.kalshi.rules import bare_name, lines_e6, stated_line_e6, stated_player
from firstprint.venues.kalshi.sightings import KALSHI, Game
from firstprint.venues.kalshi.tickers import codes_and_counts, count_named, line_of_count, player_and_count

HALF_E6 = E6 // 2
TIE = "TIE"
_TIES = frozenset({"tie", "draw"})
_ABOVE = frozenset({None, "greater", "structured", "custom"})
_AT_LEAST = "greater_or_equal"
_SIDE_STRIKES = frozenset({None, "structured", "custom"})
_BOTH = frozenset({"BTTS", "YES", ""})

Read = tuple[Bet, Polarity]


class Asked(msgspec.Struct, frozen=True):
    """One market with all that is known of its contest."""

    game: Game
    kind: SeriesKind
    market: MarketEntry
    outcome: str
    terms: Terms
    period: Period
    three_way: bool


def read_bet(asked: Asked) -> Read | Refused:
    """Read the bet, and whether YES pays when it is true or when it is false."""
    return _READ[asked.kind.bet](asked)


# -- sides -----------------------------------------------------------------------------------------------------------


def _read_winner(asked: Asked) -> Read | Refused:
    market, pair = asked.market, asked.game.pair
    if market.strike_type not in _SIDE_STRIKES:
        return Refused("strike_type", f"a winner with a strike of type {market.strike_type!r}"[:200])
    name = bare_name(market.yes_sub_title)
    tie = name is not None and name.lower() in _TIES
    if asked.outcome == TIE or tie:
        return _read_tie(asked, agreed=(asked.outcome == TIE) and (tie or name is None))
    team = _side(asked, asked.outcome, name)
    if isinstance(team, Refused):
        return team
    if asked.three_way and asked.terms.tie != "half":
        return team_bet(BetKind.RESULT, pair.keys, team.key, period=asked.period)
    if asked.period is not Period.FULL and asked.terms.tie != "half":
        return Refused("no_tie_rule", "what a tie at the end of the period pays is not stated")
    return team_bet(BetKind.WINNER, pair.keys, team.key, period=asked.period)


def _read_tie(asked: Asked, *, agreed: bool) -> Read | Refused:
    if not agreed:
        return Refused("code_and_name_disagree", f"the code is {asked.outcome[:20]}, and code or name is a tie")
    return team_bet(BetKind.RESULT, asked.game.pair.keys, DRAW, period=asked.period)


def _side(asked: Asked, code: str, name: str | None) -> Team | Refused:
    game = asked.game
    return side_meant(game.pool, game.pair, _coded_side(game, code), name)


def _coded_side(game: Game, code: str) -> Team | None:
    """Give the team of a code: by the table; where it has none of it, by which end of the glued codes it is."""
    known = game.pool.by_code(KALSHI, code)
    if known is not None or not code or not game.pair.ordered:
        return known
    first, second = game.name.codes.startswith(code), game.name.ends_in(code)
    return None if first is second else game.pair.first if first else game.pair.second


# -- lines -----------------------------------------------------------------------------------------------------------


def _read_margin(asked: Asked) -> Read | Refused:
    found = _side_and_line(asked)
    if isinstance(found, Refused):
        return found
    team, line_e6 = found
    return team_bet(BetKind.MARGIN, asked.game.pair.keys, team.key, line_e6=line_e6, period=asked.period)


def _read_team_total(asked: Asked) -> Read | Refused:
    found = _side_and_line(asked)
    if isinstance(found, Refused):
        return found
    team, line_e6 = found
    return team_bet(BetKind.TEAM_TOTAL, asked.game.pair.keys, team.key, line_e6=line_e6, period=asked.period)


def _side_and_line(asked: Asked) -> tuple[Team, int] | Refused:
    """Read `DEN12`: the cut whose code is one of the two teams; its name must not be the other's."""
    game, cuts = asked.game, codes_and_counts(asked.outcome)
    within = [(team, count) for code, count in cuts if (team := game.pool.by_code(KALSHI, code))]
    within = within or [(team, count) for code, count in cuts if (team := _coded_side(game, code))]
    within = [(team, count) for team, count in within if team.key in game.pair.keys]
    if len({team.key for team, _ in within}) != 1:
        return Refused("unknown_team", f"{asked.outcome[:40]!r} is no team of the contest with a number")
    lines = {line_of_count(count) for _, count in within}
    line_e6 = _line(asked.market, lines)
    if isinstance(line_e6, Refused):
        return line_e6
    team = within[0][0]
    return _named_other(asked, team) or (team, line_e6)


def _named_other(asked: Asked, team: Team) -> Refused | None:
    """Refuse when the market's name begins with the other team's name, and not with the team's."""
    said = (bare_name(asked.market.yes_sub_title) or "").lower()
    for phrase in (" wins by ", " win by ", " over ", " scores ", ": "):
        name, found, _ = said.partition(phrase)
        if found and name:
            meant = side_meant(asked.game.pool, asked.game.pair, team, name)
            disagrees = isinstance(meant, Refused) and meant.reason == "code_and_name_disagree" and bool(meant.proposed)
            return meant if isinstance(meant, Refused) and disagrees else None
    return None


def _read_total(asked: Asked) -> Read | Refused:
    count = count_named(asked.outcome)
    line_e6 = _line(asked.market, {line_of_count(count)} if count is not None else set())
    if isinstance(line_e6, Refused):
        return line_e6
    return total_bet(line_e6, period=asked.period), Polarity.YES


def _read_stat(asked: Asked) -> Read | Refused:
    found = player_and_count(asked.outcome)
    if asked.kind.stat is None or asked.period is not Period.FULL:
        return Refused("unread_series", "a player's count in a part of the contest")
    if found is None:
        return Refused("no_line", f"{asked.outcome[:40]!r} is no player with a number")
    line_e6 = _line(asked.market, {line_of_count(found[1])})
    if isinstance(line_e6, Refused):
        return line_e6
    player = stated_player(bare_name(asked.market.yes_sub_title)) or stated_player(bare_name(asked.market.title))
    subject = person_key(player) if player else ""
    if not subject:
        return Refused("no_subject", "the player's name is not stated")
    return stat_bet(asked.kind.stat, subject, line_e6), Polarity.YES


def _line(market: MarketEntry, counted: set[int]) -> int | Refused:
    """Give the strict line in millionths, in halves, that strike, ticker and name agree on.

    Everything counted here is whole: more than 20 is more than 20.5, 20 or more is more than 19.5.
    """
    strike = _strike(market)
    if isinstance(strike, Refused):
        return strike
    stated = stated_line_e6(market.yes_sub_title)
    said = {line for line in (strike, stated) if line is not None}
    agreed = (counted & said if said else counted) if counted else said
    if len(said) > 1 or (said and not agreed):
        lines = ", ".join(f"{line / E6:g}" for line in sorted(said | counted))
        return Refused("lines_disagree", f"strike, ticker and name say {lines}")
    if len(agreed) != 1 or (strike is None and not counted):
        return Refused("no_line", "no line is stated for certain")
    return agreed.pop()


def _strike(market: MarketEntry) -> int | Refused | None:
    if market.cap_strike is not None or (market.strike_type != _AT_LEAST and market.strike_type not in _ABOVE):
        return _no_strike(market)
    if market.floor_strike is None:
        return None
    try:
        floor_e6 = lines_e6[market.floor_strike]
    except ValueError:
        return _no_strike(market)
    if floor_e6 < 0 or floor_e6 % HALF_E6:
        return _no_strike(market)
    if floor_e6 % E6:
        return floor_e6
    return floor_e6 - HALF_E6 if market.strike_type == _AT_LEAST else floor_e6 + HALF_E6


def _no_strike(market: MarketEntry) -> Refused:
    return Refused("strike_type", f"strike type {market.strike_type!r}, floor {market.floor_strike}"[:200])


def _read_both_score(asked: Asked) -> Read | Refused:
    name = (bare_name(asked.market.yes_sub_title) or "").lower()
    if asked.outcome not in _BOTH and "both teams" not in name:
        return Refused("unknown_outcome", f"{asked.outcome[:40]!r} is not that both teams score")
    if name == "no" or "not " in name:
        return Refused("unknown_outcome", f"its name is {name[:60]!r}")
    return Bet(kind=BetKind.BOTH_SCORE, period=asked.period), Polarity.YES


def _read_nothing(asked: Asked) -> Read | Refused:
    return Refused("unread_series", f"markets of kind {asked.kind.bet.value} are not read")


_READ: dict[BetKind, Callable[[Asked], Read | Refused]] = {
    BetKind.WINNER: _read_winner,
    BetKind.RESULT: _read_winner,
    BetKind.MARGIN: _read_margin,
    BetKind.TOTAL: _read_total,
    BetKind.TEAM_TOTAL: _read_team_total,
    BetKind.BOTH_SCORE: _read_both_score,
    BetKind.STAT: _read_stat,
    BetKind.TOPIC: _read_nothing,
}
