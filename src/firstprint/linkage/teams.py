"""Teams: what each is called and coded at every source. A name resolves by equality or not at all. Pure.

The tables are data: one file for each pool, a team a row, with further names and codes parted by `|`. A text that two
teams of a pool answer to is ambiguous and resolves to neither. Women's and men's teams of a school or country share a
row: the league keeps them apart.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple

from rapidfuzz import fuzz, process

from firstprint.linkage.leagues import League
from firstprint.linkage.names import core_key, name_key

_MEMO_MAX = 8192
_PROPOSED_MIN = 60.0
_NAME_MAX = 200
"""Longer text is no team's name, and is not worth remembering."""
_OTHERS = "*"
SOURCES = ("kalshi", "polymarket", "espn")
"""The sources whose codes the tables know."""


class Team(NamedTuple):
    """A team: our key of it, how we show it, and the pool whose table it is from."""

    key: str
    name: str
    pool: str


class TeamRow(NamedTuple):
    """A row of a table: a team, everything it is called, and its codes by source."""

    team: Team
    names: tuple[str, ...]
    codes: Mapping[str, tuple[str, ...]]


class TeamPool:
    """The teams that play in a league, found by code or by name. Names are asked for often, and are remembered.

    Where nobody is called exactly so, a name is looked for once more without what clubs of the sport may or may not be
    written with: `Arsenal FC` is Arsenal. In a pool that has `others`, a name that no team of the tables has is itself
    a team, as in an open league: cups are played by more clubs than a table holds.
    """

    def __init__(self, name: str, rows: Iterable[TeamRow], sport: str = "", *, others: bool = False) -> None:
        self.name = name
        self._sport = sport
        self._others = OpenPool(name, sport) if others else None
        by_key = {row.team.key: row for row in rows}
        self.teams = tuple(row.team for row in by_key.values())
        self._named: dict[str, tuple[Team, ...]] = _gathered(
            (name_key(text), row.team) for row in by_key.values() for text in row.names
        )
        self._cores: dict[str, tuple[Team, ...]] = _gathered(
            (core_key(text, sport), row.team) for row in by_key.values() for text in row.names
        )
        self._coded = {
            source: _alone(_gathered((code.upper(), row.team) for row in by_key.values() for code in row.codes[source]))
            for source in SOURCES
        }
        self._memo: dict[str, tuple[Team, ...]] = {}
        self._cuts: dict[tuple[str, str], tuple[Team, Team] | None] = {}

    def by_code(self, source: str, code: str) -> Team | None:
        """Give the team of a source's code, whatever its case; None when none or several have it."""
        return self._coded.get(source, {}).get(code.upper())

    def named(self, text: str) -> tuple[Team, ...]:
        """Give every team that is called this: by whole name, place, nickname or another name of it."""
        found = self._memo.get(text)
        if found is None and len(text) <= _NAME_MAX:
            found = self._looked_up(text)
            if len(self._memo) >= _MEMO_MAX:
                self._memo.clear()
            self._memo[text] = found
        return found or ()

    def _looked_up(self, text: str) -> tuple[Team, ...]:
        listed = self._named.get(name_key(text)) or self._cores.get(core_key(text, self._sport), ())
        return self._others.named(text) if self._others is not None and not listed else listed

    def by_name(self, text: str) -> Team | None:
        """Give the one team that is called this; None when none or several are."""
        return _only(self.named(text))

    def split(self, source: str, glued: str) -> tuple[Team, Team] | None:
        """Part two glued codes (`LACBKN`); None unless exactly one cut gives two different teams."""
        if (source, glued) in self._cuts:
            return self._cuts[source, glued]
        cut = self._cut(source, glued)
        if len(glued) <= _NAME_MAX:
            if len(self._cuts) >= _MEMO_MAX:
                self._cuts.clear()
            self._cuts[source, glued] = cut
        return cut

    def _cut(self, source: str, glued: str) -> tuple[Team, Team] | None:
        cuts = ((self.by_code(source, glued[:at]), self.by_code(source, glued[at:])) for at in range(1, len(glued)))
        pairs = {(first, second) for first, second in cuts if first and second and first != second}
        return pairs.pop() if len(pairs) == 1 else None

    def propose(self, text: str, n: int = 3) -> tuple[str, ...]:
        """Give names of the teams that a text may have meant, best first: for a person to judge, never to link by."""
        answers = process.extract(
            name_key(text[:_NAME_MAX]), self._named.keys(), scorer=fuzz.WRatio, limit=n * 4, score_cutoff=_PROPOSED_MIN
        )
        likely = (team.name for key, _score, _at in answers for team in self._named[key])
        return tuple(dict.fromkeys(likely))[:n]


class OpenPool:
    """A league without a table: a team is what it is called, without what its kind may be written with."""

    def __init__(self, name: str, sport: str) -> None:
        self.name = name
        self._sport = sport

    def by_code(self, source: str, code: str) -> Team | None:
        """Give None: codes of teams without a table say nothing."""
        return None

    def named(self, text: str) -> tuple[Team, ...]:
        """Give the team of this name, if there is a name."""
        key = core_key(text, self._sport) if len(text) <= _NAME_MAX else ""
        return (Team(key, text.strip(), self.name),) if key else ()

    def by_name(self, text: str) -> Team | None:
        """Give the team of this name; None for text without a letter or digit."""
        return _only(self.named(text))

    def split(self, source: str, glued: str) -> tuple[Team, Team] | None:
        """Give None: where one code ends cannot be known."""
        return None

    def propose(self, text: str, n: int = 3) -> tuple[str, ...]:
        """Give nothing: there is no table to propose from."""
        return ()


class TeamTables:
    """Every table of teams that ships with firstprint."""

    def __init__(self, rows: Mapping[str, tuple[TeamRow, ...]]) -> None:
        self._rows = rows
        self._pools: dict[tuple[str, str], TeamPool] = {}
        self._open: dict[str, OpenPool] = {}

    @staticmethod
    def load() -> "TeamTables":
        """Give the tables, read once for the process."""
        return _shipped()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the tables."""
        return tuple(self._rows)

    def pool(self, name: str, sport: str = "") -> TeamPool:
        """Give the pool of tables by their names, with spaces between; a `*` lets other teams in.

        Raises KeyError for a table that does not exist.
        """
        if (name, sport) not in self._pools:
            rows = [row for table in _tables(name) for row in self._rows[table]]
            self._pools[name, sport] = TeamPool(name, rows, sport, others=_OTHERS in name)
        return self._pools[name, sport]

    def pool_of(self, league: League) -> TeamPool | OpenPool:
        """Give a league's pool: an open one where it has no table, or names one that does not exist."""
        if league.pool is not None and all(table in self._rows for table in _tables(league.pool)):
            return self.pool(league.pool, league.sport)
        return self._open.setdefault(league.code, OpenPool(league.code.lower(), league.sport))


def _tables(pool: str) -> list[str]:
    return [word for word in pool.split() if word != _OTHERS]


def read_teams(text: str, pool: str) -> Iterator[TeamRow]:
    """Read a table of teams from CSV. Raises KeyError when a column is missing."""
    for row in csv.DictReader(text.splitlines()):
        codes = {source: _parted(row[source]) for source in SOURCES}
        yield TeamRow(Team(row["key"], row["name"], pool), _names(row, codes), codes)


def _names(row: Mapping[str, str], codes: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Give everything a team is called; whatever stands for its place, a code too, may have the nickname behind it."""
    nickname = row["nickname"]
    called = [name for name in (row["name"], row["place"], *_parted(row["aliases"])) if name]
    places = (*called, *(code for source in SOURCES for code in codes[source]))
    both = (f"{name} {nickname}" for name in places if nickname)
    return tuple(dict.fromkeys((*called, *both, *_parted(nickname))))


def _parted(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def _gathered(pairs: Iterable[tuple[str, Team]]) -> dict[str, tuple[Team, ...]]:
    gathered: dict[str, dict[Team, None]] = {}
    for key, team in pairs:
        gathered.setdefault(key, {})[team] = None
    return {key: tuple(teams) for key, teams in gathered.items()}


def _alone(gathered: Mapping[str, tuple[Team, ...]]) -> dict[str, Team]:
    """Keep what is one team's alone."""
    return {key: teams[0] for key, teams in gathered.items() if len(teams) == 1}


def _only(teams: tuple[Team, ...]) -> Team | None:
    return teams[0] if len(teams) == 1 else None


@cache
def _shipped() -> TeamTables:
    files = sorted(resources.files("firstprint.linkage").joinpath("teams").iterdir(), key=lambda file: file.name)
    tables = {file.name.removesuffix(".csv"): file for file in files if file.name.endswith(".csv")}
    return TeamTables({name: tuple(read_teams(file.read_text("utf-8"), name)) for name, file in tables.items()})
