"""Which team a code and a name mean together; where they contradict each other, none. Pure.

A code alone is known or not; a name alone may be several teams'. Both are asked, and a listing whose code and name mean
different teams is refused. A name that no table has does not stand against a code while it is a longer or shorter form
of the team's.
"""

from typing import NamedTuple, TypeAlias

from firstprint.linkage.names import name_key
from firstprint.linkage.teams import OpenPool, Team, TeamPool

Pool: TypeAlias = TeamPool | OpenPool

WORD_LENGTH_MIN = 3
_OTHER_SIDES = frozenset({
    "women", "womens", "ladies", "girls", "w", "f", "feminine", "feminin", "femenil", "femenino", "feminino", "frauen",
    "femminile", "vrouwen", "ii", "iii", "b", "c", "2", "reserves", "reserve", "academy", "youth", "junior", "juniors",
    "primavera", "castilla", "development", "u16", "u17", "u18", "u19", "u20", "u21", "u22", "u23",
})  # fmt: skip
"""Words that make a club's or a country's name that of another team of it."""


class Refused(NamedTuple):
    """Why something could not be read: a code for counting, a sentence, and what it might mean."""

    reason: str
    detail: str
    proposed: tuple[str, ...] = ()


class Pair(NamedTuple):
    """The two teams of a contest, in the order in which the source names them.

    `ordered` is False where codes and names stand in different orders, so that the order says nothing.
    """

    first: Team
    second: Team
    evidence: tuple[str, ...]
    ordered: bool = True

    @property
    def keys(self) -> tuple[str, str]:
        """Give both keys in alphabetical order, as a sighting has them."""
        one, two = self.first.key, self.second.key
        return (one, two) if one < two else (two, one)

    def other(self, team: Team) -> Team:
        """Give the team that plays against this one."""
        return self.second if team.key == self.first.key else self.first


def team_meant(pool: Pool, coded: Team | None, name: str | None) -> Team | Refused:
    """Give the team that a code (already looked up) and a name mean together."""
    named = pool.named(name) if name else ()
    if coded is None:
        return named[0] if len(named) == 1 else _unknown(pool, name, named)
    if not name or any(team.key == coded.key for team in named) or (not named and _may_mean(coded, name)):
        return coded
    return Refused("code_and_name_disagree", f"the code means {coded.name}, the name is {name[:60]!r}", _names(named))


def pair_meant(
    pool: Pool, coded: tuple[Team | None, Team | None], names: tuple[str, str] | tuple[None, None]
) -> Pair | Refused:
    """Give the two teams that codes and names mean, each in the order in which they stand."""
    straight = _pair(pool, coded, names)
    if isinstance(straight, Pair) or straight.reason != "code_and_name_disagree":
        return straight
    crossed = _pair(pool, coded, (names[1], names[0]))
    return crossed._replace(ordered=False) if isinstance(crossed, Pair) else straight


def _pair(pool: Pool, coded: tuple[Team | None, Team | None], names: tuple[str | None, str | None]) -> Pair | Refused:
    first, second = team_meant(pool, coded[0], names[0]), team_meant(pool, coded[1], names[1])
    if isinstance(first, Refused):
        return first
    if isinstance(second, Refused):
        return second
    if first.key == second.key:
        return Refused("one_team_twice", f"both teams are read as {first.name}")
    evidence = ("codes",) if None not in coded else ()
    return Pair(first, second, (*evidence, "names") if names[0] and names[1] else evidence)


def side_meant(pool: Pool, pair: Pair, coded: Team | None, name: str | None) -> Team | Refused:
    """Give which of a contest's two teams a code (already looked up) and a name mean."""
    if coded is not None and coded.key not in pair.keys:
        return Refused("third_team", f"{coded.name} is neither {pair.first.name} nor {pair.second.name}")
    named = pool.named(name) if name else ()
    if coded is not None and any(team.key == coded.key for team in named):
        return coded
    if coded is None and len(named) == 1 and named[0].key in pair.keys:
        return pair.first if named[0].key == pair.first.key else pair.second
    if coded is not None and isinstance(pool, OpenPool) and name and _nearer(name, coded, pair.other(coded)):
        return coded
    within = [team for team in (pair.first, pair.second) if any(team.key == one.key for one in named)]
    if coded is None and name and not within and isinstance(pool, OpenPool):
        within = _shortened(name, pair)
    if named and not within:
        detail = f"{name!r} is neither {pair.first.name} nor {pair.second.name}"
        return Refused("code_and_name_disagree" if coded else "third_team", detail[:200], _names(named))
    if coded is not None:
        return team_meant(pool, coded, name)
    return within[0] if len(within) == 1 else _unknown(pool, name, tuple(within))


def _unknown(pool: Pool, name: str | None, named: tuple[Team, ...]) -> Refused:
    if name is None:
        return Refused("unknown_team", "no code of the table, and no name")
    if named:
        return Refused("ambiguous_team", f"{name[:60]!r} are {len(named)} teams", _names(named))
    return Refused("unknown_team", f"no table has {name[:60]!r}", tuple(pool.propose(name)))


def _names(teams: tuple[Team, ...]) -> tuple[str, ...]:
    return tuple(team.name for team in teams)


def _may_mean(team: Team, name: str) -> bool:
    """Tell whether a name that no table has may be a longer or shorter one of this team's, and of no other side's.

    One word in common is not enough: `Real Murcia` is not Real Madrid, nor are a club's women or its reserves the club.
    """
    said, known = _words(name), _words(team.name)
    return (said <= known or known <= said) and bool(said & known) and not _other_side(name, team.name)


def _other_side(name: str, known: str) -> bool:
    return not _OTHER_SIDES.isdisjoint(set(name_key(name).split()) - set(name_key(known).split()))


def _shortened(name: str, pair: Pair) -> list[Team]:
    """Give the team of a contest whose name has every word of this one: `Vacherot` is Valentin Vacherot there."""
    words = _words(name)
    return [team for team in (pair.first, pair.second) if words and words <= _words(team.name)]


def _nearer(name: str, team: Team, other: Team) -> bool:
    """Tell whether a name has more words in common with one team than with the other; without a table, that is all."""
    words = _words(name)
    return len(words & _words(team.name)) > len(words & _words(other.name))


def _words(name: str) -> set[str]:
    return {word for word in name_key(name).split() if len(word) >= WORD_LENGTH_MIN}
