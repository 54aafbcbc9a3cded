"""The bet that a Polymarket market settles on, read from its type, outcomes, question, line, slug and rules. Pure.

A spread's line is stated up to four times, in three ways of counting; each is turned into the same claim: outcome 0
pays when its team's margin is more than so much. All that is stated must agree.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache

import msgspec

from firstprint.domain.propositions import Bet, BetKind, Period, Polarity, Terms
from firstprint.domain.units import E6
from firstprint.linkage.bets import DRAW, opposite, stat_bet, team_bet, total_bet
from firstprint.linkage.names import person_key, person_keys_equal
from firstprint.linkage.sides import Refused, side_meant
from firstprint.linkage.teams import Team
from firstprint.venues.polymarket.entries import GammaMarket
from firstprint.venues.polymarket.rules import (
    asks_for_more,
    count_ruled_e6,
    half_time,
    is_draw,
    margin_ruled,
    over_under_e6,
    player_named,
    spread_text,
    team_totalled,
    winner_named,
)
from firstprint.venues.polymarket.sightings import POLYMARKET, Game
from firstprint.venues.polymarket.slugs import Suffix

HALF_E6 = E6 // 2
HALF_TIME = "halftime_result"
STATS = {
    "points": "points", "rebounds": "rebounds", "assists": "assists", "steals": "steals", "blocks": "blocks",
    "threes": "threes", "three_pointers": "threes", "strikeouts": "strikeouts", "home_runs": "home_runs",
    "hits": "hits", "total_bases": "total_bases", "rbis": "rbis", "passing_yards": "passing_yards",
    "rushing_yards": "rushing_yards", "receiving_yards": "receiving_yards", "receptions": "receptions",
}  # fmt: skip
"""What is counted of players: Polymarket's word, and ours."""
SLUG_STATS = frozenset(word.replace("_", "-") for word in STATS)
_YES_NO, _OVER_UNDER = ("yes", "no"), ("over", "under")
_COUNTS_UNITS = frozenset({"esports", "tennis", "mma", "cricket", "golf", "boxing"})
"""Sports in which spreads and totals may count maps, games, sets or rounds: which one, the type does not say."""

Read = tuple[Bet, Polarity]

_person = lru_cache(maxsize=16_384)(person_key)
"""A player is named by every line on his every statistic."""


class Asked(msgspec.Struct, frozen=True):
    """One market with all that is known of its contest.

    `rest` is what its slug has behind the game's part, `suffix` what that says; `base` its type without the period.
    """

    game: Game
    market: GammaMarket
    rest: str
    suffix: Suffix
    base: str
    period: Period
    terms: Terms

    @property
    def labels(self) -> tuple[str, str]:
        """Give both outcomes in lower case."""
        first, second = self.market.outcomes
        return first.strip().lower(), second.strip().lower()


def read_bet(asked: Asked) -> Read | Refused:
    """Read the bet, and whether outcome 0 pays when it is true or when it is false."""
    if asked.game.league.sport in _COUNTS_UNITS and asked.base != "moneyline":
        return Refused("unread_kind", f"{asked.base[:40]} of {asked.game.league.sport} may count one thing or another")
    if asked.base in STATS:
        return _read_stat(asked)
    read = _READ.get(asked.base)
    return read(asked) if read is not None else Refused("unread_kind", f"markets of type {asked.base[:60]!r}")


# -- who wins --------------------------------------------------------------------------------------------------------


def _read_moneyline(asked: Asked) -> Read | Refused:
    if sorted(asked.labels) == sorted(_YES_NO):
        return _read_three_way(asked)
    if asked.suffix.type is None:
        return Refused("unread_kind", "the slug names a part of the contest that is not read")
    side = _first_side(asked)
    if isinstance(side, Refused):
        return side
    may_draw = asked.game.league.draws or asked.period is not Period.FULL
    if may_draw and asked.terms.tie != "half":
        return Refused("no_tie_rule", "what a tie pays is not stated")
    return team_bet(BetKind.WINNER, asked.game.pair.keys, side.key, period=asked.period)


def _read_three_way(asked: Asked) -> Read | Refused:
    """Read one of soccer's three markets: does this team win, or is it a draw."""
    market, game = asked.market, asked.game
    if not game.league.draws:
        return Refused("unread_kind", "a winner by yes and no in a league without draws")
    rest = asked.rest if asked.suffix.type is None else ""
    if "-" in rest:
        return Refused("unread_kind", f"the slug names a part of the contest that is not read: {rest[:60]!r}")
    draws = [is_draw(text) for text in (market.question, market.group_title) if text]
    draws += [rest == DRAW] if rest else []
    if any(draws):
        if not all(draws):
            return Refused("code_and_name_disagree", "slug, question and group do not all say that it is a draw")
        return _by_yes(asked, team_bet(BetKind.RESULT, game.pair.keys, DRAW, period=asked.period))
    side = _three_way_side(asked, rest)
    if isinstance(side, Refused):
        return side
    return _by_yes(asked, team_bet(BetKind.RESULT, game.pair.keys, side.key, period=asked.period))


def _three_way_side(asked: Asked, rest: str) -> Team | Refused:
    game, market = asked.game, asked.market
    asks = winner_named(market.question)
    if asks is None and asks_for_more(market.question):
        return Refused("type_disagrees", f"its type is a winner, it asks {(market.question or '')[:80]!r}")
    names = [name for name in (asks, market.group_title) if name]
    coded = _coded(game, rest) if rest else None
    if coded is not None and not names and "codes" in game.pair.evidence:
        return coded
    sides = [side_meant(game.pool, game.pair, coded, name) for name in names]
    refused = next((side for side in sides if isinstance(side, Refused)), None)
    if refused is not None or not sides:
        return refused or Refused("unknown_team", "neither question nor group names a team")
    teams = {side.key: side for side in sides if isinstance(side, Team)}
    if len(teams) > 1:
        return Refused("code_and_name_disagree", "question and group name different teams", tuple(sorted(teams)))
    return teams.popitem()[1]


def _coded(game: Game, code: str) -> Team | None:
    """Give the team of a slug's code: as the slug itself has it, else by the table."""
    if code in (game.slug.first, game.slug.second) and game.slug.first != game.slug.second:
        ordered = game.pair.ordered
        return (game.pair.first if code == game.slug.first else game.pair.second) if ordered else None
    return game.pool.by_code(POLYMARKET, code)


def _first_side(asked: Asked) -> Team | Refused:
    """Give the team of outcome 0; the other outcome must be the other team."""
    game = asked.game
    sides = [side_meant(game.pool, game.pair, None, label) for label in asked.market.outcomes]
    first, second = (_beside(game, side, other) for side, other in zip(sides, reversed(sides), strict=True))
    if isinstance(first, Refused):
        return first
    if isinstance(second, Refused):
        return second
    return first if first.key != second.key else Refused("one_team_twice", f"both outcomes are {first.name}")


def _beside(game: Game, side: Team | Refused, other: Team | Refused) -> Team | Refused:
    """Give the team of an outcome that both are called (`Miami`), beside one that is one of them (`Miami (OH)`)."""
    if isinstance(side, Refused) and side.reason == "ambiguous_team" and isinstance(other, Team):
        return game.pair.other(other)
    return side


# -- lines -----------------------------------------------------------------------------------------------------------


def _read_spread(asked: Asked) -> Read | Refused:
    side = _first_side(asked)
    if isinstance(side, Refused):
        return side
    line_e6 = _agreed(set(_margins(asked, side)))
    if isinstance(line_e6, Refused):
        return line_e6
    return team_bet(BetKind.MARGIN, asked.game.pair.keys, side.key, line_e6=line_e6, period=asked.period)


def _margins(asked: Asked, side: Team) -> Iterator[int]:
    """Give every claim of how much more than the other the team of outcome 0 must score."""
    game, market = asked.game, asked.market
    signed = asked.period is Period.FULL or asked.period is Period.REGULATION
    text = spread_text(market.question)
    if text is not None:
        yield _of_first(asked, side, text.team, -text.line_e6)
    ruled = margin_ruled(market.rules)
    if ruled is not None:
        yield _of_first(asked, side, *ruled)
    if asked.suffix.side is not None and asked.suffix.line_e6 is not None and game.home is not None:
        lays = _slugged_side(asked)
        yield asked.suffix.line_e6 if lays is not None and lays.key == side.key else -asked.suffix.line_e6
        if text is None and ruled is None and (market.line_e6 is None or not signed):
            yield asked.suffix.line_e6  # alone, a slug must agree with the custom that outcome 0 lays the points
    if market.line_e6 is None:
        return
    told_e6 = text.line_e6 if text is not None else asked.suffix.line_e6
    if signed:
        yield -market.line_e6
    elif told_e6 is not None and abs(market.line_e6) != abs(told_e6):
        yield abs(market.line_e6)


def _of_first(asked: Asked, side: Team, name: str, margin_e6: int) -> int:
    """Turn `this team by more than so much` into a claim about the team of outcome 0."""
    meant = side_meant(asked.game.pool, asked.game.pair, None, name)
    if isinstance(meant, Refused):
        return NOBODYS_LINE
    return margin_e6 if meant.key == side.key else -margin_e6


NOBODYS_LINE = 10**15 + 1
"""A line that no market has: a claim about a team that does not play agrees with no other."""


def _read_total(asked: Asked) -> Read | Refused:
    line_e6 = _counted(asked)
    if isinstance(line_e6, Refused):
        return line_e6
    return _by_yes(asked, (total_bet(line_e6, period=asked.period), Polarity.YES))


def _read_half_time(asked: Asked) -> Read | Refused:
    """Read one of soccer's three markets about the score at half-time: this team leads, or nobody does."""
    market, game = asked.market, asked.game
    if not game.league.draws:
        return Refused("unread_kind", "a result at half-time by yes and no in a league without draws")
    leads, slugged = half_time(market.question), asked.suffix.side
    if leads is None:
        return Refused("unknown_team", "the question does not say who leads at half-time")
    if is_draw(leads) is not (slugged == DRAW) and slugged is not None:
        return Refused("code_and_name_disagree", f"the slug says {slugged}, the question {leads[:60]!r}")
    if is_draw(leads):
        return _by_yes(asked, team_bet(BetKind.RESULT, game.pair.keys, DRAW, period=Period.FIRST_HALF))
    side = _named_side(asked, leads)
    if isinstance(side, Refused):
        return side
    return _by_yes(asked, team_bet(BetKind.RESULT, game.pair.keys, side.key, period=Period.FIRST_HALF))


def _named_side(asked: Asked, name: str) -> Team | Refused:
    """Give the team of a name, by the name alone (`Eagles 1H` is nobody); the slug must not mean the other one."""
    side, slugged = side_meant(asked.game.pool, asked.game.pair, None, name), _slugged_side(asked)
    if isinstance(side, Team) and slugged is not None and side.key != slugged.key:
        return Refused("code_and_name_disagree", f"the slug means {slugged.name}, the question {side.name}")
    return side


def _slugged_side(asked: Asked) -> Team | None:
    """Give the team that the slug means by `home` or `away`; None where it names neither, or nobody is at home."""
    game, side = asked.game, asked.suffix.side
    if game.home is None or side not in ("home", "away"):
        return None
    return game.home if side == "home" else game.pair.other(game.home)


def _read_team_total(asked: Asked) -> Read | Refused:
    name = team_totalled(asked.market.question)
    if name is None:
        return Refused("unknown_team", "the question does not name the team that is counted")
    side = _named_side(asked, name)
    line_e6 = _counted(asked)
    if isinstance(side, Refused):
        return side
    if isinstance(line_e6, Refused):
        return line_e6
    bet = team_bet(BetKind.TEAM_TOTAL, asked.game.pair.keys, side.key, line_e6=line_e6, period=asked.period)
    return _by_yes(asked, bet)


def _read_stat(asked: Asked) -> Read | Refused:
    if asked.period is not Period.FULL:
        return Refused("unread_kind", "a player's count in a part of the contest")
    line_e6 = _counted(asked)
    if isinstance(line_e6, Refused):
        return line_e6
    subjects = (player_named(asked.market.question), asked.suffix.subject)
    keys = [key for subject in subjects if subject and (key := _person(subject))]
    if not keys:
        return Refused("no_subject", "the player's name is not stated")
    if not person_keys_equal(keys[0], keys[-1]):
        return Refused("code_and_name_disagree", f"the question says {keys[0][:60]!r}, the slug {keys[-1][:60]!r}")
    return _by_yes(asked, (stat_bet(STATS[asked.base], keys[0], line_e6), Polarity.YES))


def _read_both_score(asked: Asked) -> Read | Refused:
    question = (asked.market.question or "").lower()
    if question and "both teams" not in question:
        return Refused("unknown_outcome", "the question is not whether both teams score")
    return _by_yes(asked, (Bet(kind=BetKind.BOTH_SCORE, period=asked.period), Polarity.YES))


def _counted(asked: Asked) -> int | Refused:
    """Give the line of an over and under, which field, question, slug and rules agree on."""
    market = asked.market
    claims = (market.line_e6, over_under_e6(market.question), asked.suffix.line_e6, count_ruled_e6(market.rules))
    line_e6 = _agreed({claim for claim in claims if claim is not None})
    if not isinstance(line_e6, Refused) and line_e6 < 0:
        return Refused("no_line", "a negative count")
    return line_e6


def _agreed(claims: set[int]) -> int | Refused:
    if not claims:
        return Refused("no_line", "no line is stated")
    if len(claims) > 1:
        said = ", ".join(f"{claim / E6:g}" for claim in sorted(claims))
        return Refused("lines_disagree", f"field, question, slug and rules say {said}")
    line_e6 = claims.pop()
    if abs(line_e6) % E6 != HALF_E6:
        return Refused("push_possible", f"a line of {line_e6 / E6:g} can be met exactly")
    return line_e6


def _by_yes(asked: Asked, read: Read) -> Read | Refused:
    """Give the bet with the polarity of outcome 0, which is `Yes` or `Over`, or the opposite."""
    labels = asked.labels
    for first, second in (_YES_NO, _OVER_UNDER):
        if labels == (first, second):
            return read
        if labels == (second, first):
            return read[0], opposite(read[1])
    return Refused("bad_outcomes", f"outcomes {labels[0][:40]!r} and {labels[1][:40]!r}")


_READ: dict[str, Callable[[Asked], Read | Refused]] = {
    "moneyline": _read_moneyline,
    "spreads": _read_spread,
    "totals": _read_total,
    "team_totals": _read_team_total,
    HALF_TIME: _read_half_time,
    "both_teams_to_score": _read_both_score,
}
