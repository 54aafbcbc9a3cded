"""Leagues: what each is called at the venues and sources. The table is data, and a user's own file adds to it. Pure."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from importlib import resources
from typing import Literal, NamedTuple

import msgspec

from firstprint.domain.errors import ConfigurationError
from firstprint.domain.propositions import BetKind, Period

_RECORDED = ("game", "spread", "total", "btts")
_ALIKE = 0.5
_MAIN = {"spread": BetKind.MARGIN, "total": BetKind.TOTAL, "btts": BetKind.BOTH_SCORE}


class SeriesKind(NamedTuple):
    """What the markets of a series are about. `stat` is set for players' statistics alone."""

    bet: BetKind
    period: Period = Period.FULL
    stat: str | None = None


class League(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A league: its Kalshi series by kind, how its Polymarket events begin, its names at ESPN and The Odds API.

    `sport`, `division` (men, women, or not said) and `unit` (what is scored) describe it; `draws` tells that a contest
    may end level and that winner markets are three-way. `pool` names its tables of teams, several with spaces between,
    and `*` where others play too; without one the league is open: its teams are known by what they are called.
    `slug_order` is who is named first in Polymarket's slugs and Kalshi's tickers. `kinds` gives further series with
    what they are about (`total/first_half`, `stat/points`), `champion` the series of the season's winner, `titles`
    those of lesser titles with a topic's kind. `also` names further series of the sport, which are recognised and not
    chosen with the league. `espn_id` is the league's number in the ids of ESPN's events, `sport_key_prefix` how the
    keys of its tournaments begin at The Odds API.
    """

    code: str
    title: str = ""
    sport: str = ""
    division: Literal["", "men", "women"] = ""
    pool: str | None = None
    draws: bool = False
    unit: str = "points"
    slug_prefix: str | None = None
    slug_prefixes: tuple[str, ...] = ()
    slug_order: Literal["away", "home"] = "away"
    espn: str | None = None
    espn_groups: str | None = None
    espn_id: str | None = None
    sport_key: str | None = None
    sport_key_prefix: str | None = None
    game: str | None = None
    spread: str | None = None
    total: str | None = None
    btts: str | None = None
    kinds: dict[str, str] = {}
    champion: str | None = None
    titles: dict[str, str] = {}
    also: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.code)  # two of its fields are tables, which have no hash of their own

    @property
    def series(self) -> tuple[str, ...]:
        """The series that are recorded when the league is chosen: game, spread, total, both teams to score."""
        return tuple(ticker for kind in _RECORDED if (ticker := getattr(self, kind)) is not None)

    @property
    def all_series(self) -> tuple[str, ...]:
        """Every series of the league, chosen with it or not."""
        further = (*self.kinds, *self.titles, *self.also)
        return (*self.series, *further, *((self.champion,) if self.champion is not None else ()))

    @property
    def prefixes(self) -> tuple[str, ...]:
        """How its Polymarket slugs may begin."""
        first = (self.slug_prefix,) if self.slug_prefix is not None else ()
        return tuple(dict.fromkeys((*first, *self.slug_prefixes)))

    @property
    def series_kinds(self) -> Iterator[tuple[str, SeriesKind]]:
        """Series with what they are about. Raises ConfigurationError on a kind or period that is not known."""
        if self.game is not None:
            yield self.game, SeriesKind(BetKind.RESULT if self.draws else BetKind.WINNER)
        for field, bet in _MAIN.items():
            if (series := getattr(self, field)) is not None:
                yield series, SeriesKind(bet)
        for series, text in self.kinds.items():
            yield series, read_kind(text)


class LeagueTable:
    """Leagues by code, series, slug, ESPN path and sport key: each is looked up whole, never by how it begins."""

    def __init__(self, leagues: Iterable[League]) -> None:
        self.leagues = {league.code: league for league in leagues}
        every = self.leagues.values()
        self._by_series = {series: league for league in every for series in league.all_series}
        self._kinds = {series: kind for league in every for series, kind in league.series_kinds}
        self._titles = {series: kind for league in every for series, kind in _titles(league)}
        self._by_espn = {league.espn: league for league in every if league.espn is not None}
        self._by_sport_key = {league.sport_key: league for league in every if league.sport_key is not None}
        self._by_key_prefix = [(one.sport_key_prefix, one) for one in every if one.sport_key_prefix]
        self._by_prefix: dict[str, tuple[League, ...]] = {}
        for league in every:
            for prefix in league.prefixes:
                self._by_prefix[prefix] = (*self._by_prefix.get(prefix, ()), league)

    @property
    def series(self) -> frozenset[str]:
        """Every series of every league: all of them are sports."""
        return frozenset(self._by_series)

    def of_series(self, series: str) -> League | None:
        """Give the league that a series belongs to; None when the table does not know it."""
        return self._by_series.get(series)

    def kind_of(self, series: str) -> SeriesKind | None:
        """Give what a series is about; None for those that are only recognised, for titles, and for unknown ones."""
        return self._kinds.get(series)

    def title_of(self, series: str) -> str | None:
        """Give the topic's kind of a season's title (`champion`, ...); None when the series is about none."""
        return self._titles.get(series)

    def series_of_event(self, event_ticker: str) -> str | None:
        """Give the longest known series whose name and a hyphen begin an event's ticker, if there is one."""
        words = event_ticker.split("-")
        candidates = ("-".join(words[:count]) for count in range(len(words) - 1, 0, -1))
        return next((series for series in candidates if series in self._by_series), None)

    def of_slug_prefix(self, prefix: str) -> tuple[League, ...]:
        """Give the leagues whose Polymarket slugs begin with this word; none when it is not known."""
        return self._by_prefix.get(prefix, ())

    def of_espn(self, path: str) -> League | None:
        """Give the league of a path of ESPN's (`basketball/nba`), if the table knows it."""
        return self._by_espn.get(path)

    def of_sport_key(self, key: str) -> League | None:
        """Give the league of The Odds API's sport key, if the table knows it; tournaments have keys of their own."""
        return self._by_sport_key.get(key) or next(
            (league for prefix, league in self._by_key_prefix if key.startswith(prefix)), None
        )

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
        nearest = self._nearest(code.upper())
        hint = f"did you mean {' or '.join(nearest)}? " if nearest else ""
        raise ConfigurationError(f"LEAGUES names {code!r}: {hint}known leagues are {', '.join(self.leagues)}")

    def _nearest(self, code: str) -> list[str]:
        """Give the three codes most like one; of those equally like it the table's first, where the great ones are."""
        alike = {known: SequenceMatcher(None, known, code).ratio() for known in self.leagues}
        return sorted((known for known in alike if alike[known] >= _ALIKE), key=lambda known: -alike[known])[:3]


def _titles(league: League) -> Iterator[tuple[str, str]]:
    if league.champion is not None:
        yield league.champion, "champion"
    yield from league.titles.items()


def read_kind(text: str) -> SeriesKind:
    """Read `total`, `total/first_half` or `stat/points`. Raises ConfigurationError naming what is known."""
    kind, _, rest = text.partition("/")
    try:
        bet = BetKind(kind)
        if bet is BetKind.STAT and rest:
            return SeriesKind(bet, stat=rest)
        period = Period(rest or Period.FULL.value)
    except ValueError:
        bet, period = BetKind.TOPIC, Period.FULL
    if bet in (BetKind.TOPIC, BetKind.STAT):
        kinds = ", ".join(one.value for one in BetKind if one not in (BetKind.TOPIC, BetKind.STAT))
        periods = ", ".join(one.value for one in Period)
        known = f"{kinds} with /period ({periods}) behind it, or stat/ and what is counted"
        raise ConfigurationError(f"{text!r} is no kind of bet: known are {known}")
    return SeriesKind(bet, period)


def shipped_leagues() -> dict[str, League]:
    """Give the leagues that ship with firstprint, by code."""
    text = resources.files("firstprint.linkage").joinpath("leagues.toml").read_text(encoding="utf-8")
    return read_leagues(text, "leagues.toml")


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
        list(league.series_kinds)
    except msgspec.ValidationError as error:
        known = ", ".join(field for field in League.__struct_fields__ if field != "code")
        raise ConfigurationError(f"{where}: league {code}: {error}; known fields are {known}") from error
    except ConfigurationError as error:
        raise ConfigurationError(f"{where}: league {code}: {error}") from error
    if not league.series:
        raise ConfigurationError(f"{where}: league {code} has no series: give at least one of {', '.join(_RECORDED)}")
    return league
