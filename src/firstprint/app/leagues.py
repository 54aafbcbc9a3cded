"""Leagues: what each is called at the venues and sources. The table is data, and a user's own file adds to it. Pure."""

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

import msgspec

from firstprint.domain.errors import ConfigurationError

_KINDS = ("game", "spread", "total", "btts")


class League(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A league: its Kalshi series by kind, how its Polymarket events begin, its key at The Odds API.

    `also` names further series of the sport, which are recognised and not chosen with the league.
    """

    code: str
    title: str = ""
    slug_prefix: str | None = None
    sport_key: str | None = None
    game: str | None = None
    spread: str | None = None
    total: str | None = None
    btts: str | None = None
    also: tuple[str, ...] = ()

    @property
    def series(self) -> tuple[str, ...]:
        """The series that are recorded when the league is chosen: game, spread, total, both teams to score."""
        return tuple(ticker for kind in _KINDS if (ticker := getattr(self, kind)) is not None)


class LeagueTable:
    """Leagues by code, and by series: a series is looked up whole, never by how it begins."""

    def __init__(self, leagues: Iterable[League]) -> None:
        self.leagues = {league.code: league for league in leagues}
        self._by_series = {one: league for league in self.leagues.values() for one in (*league.series, *league.also)}

    @property
    def series(self) -> frozenset[str]:
        """Every series of every league: all of them are sports."""
        return frozenset(self._by_series)

    def of_series(self, series: str) -> League | None:
        """Give the league that a series belongs to; None when the table does not know it."""
        return self._by_series.get(series)

    def sport_of(self, series: str) -> str | None:
        """Give The Odds API's key of a series' sport (`KXNFLSPREAD`: `americanfootball_nfl`), if the table knows it."""
        league = self._by_series.get(series)
        return league.sport_key if league is not None else None

    def chosen(self, codes: Iterable[str]) -> tuple[League, ...]:
        """Give leagues by code, whatever its case. Raises ConfigurationError naming the nearest known codes."""
        return tuple(self._one(code) for code in dict.fromkeys(codes))

    def _one(self, code: str) -> League:
        league = self.leagues.get(code.upper())
        if league is not None:
            return league
        nearest = get_close_matches(code.upper(), self.leagues, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(nearest)}? " if nearest else ""
        raise ConfigurationError(f"LEAGUES names {code!r}: {hint}known leagues are {', '.join(self.leagues)}")


def read_leagues(text: str, where: str) -> dict[str, League]:
    """Read a table of leagues in TOML. Raises ConfigurationError naming `where` and the league."""
    try:
        tables: Mapping[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{where} is no TOML: {error}") from error
    return {code.upper(): _league(code, table, where) for code, table in tables.items()}


def _league(code: str, table: object, where: str) -> League:
    if not isinstance(table, dict):
        raise ConfigurationError(f"{where}: {code} is no table: leagues are given as [CODE] with their fields below")
    try:
        league = msgspec.convert({**table, "code": code.upper()}, League)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"{where}: league {code}: {error}") from error
    if not league.series:
        raise ConfigurationError(f"{where}: league {code} has no series: give at least one of {', '.join(_KINDS)}")
    return league
