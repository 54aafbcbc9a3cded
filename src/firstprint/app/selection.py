"""What is recorded: all markets, or those of chosen series. Pure: it is asked about series and asks for nothing.

The most explicit choice wins: series by name, then leagues, then a category or tags. Selection decides what we ask for
and subscribe to, never how a record is folded.
"""

from enum import Enum

import msgspec

from firstprint.domain.errors import ConfigurationError
from firstprint.domain.lifecycle import MarketState
from firstprint.linkage.leagues import League

SPORTS = "Sports"
CAN_TRADE = ("initialized", "active", "inactive")
"""The venue's words for markets that can trade, now or later."""
_SYNONYMS = {"unopened": ("initialized",), "open": ("active", "inactive"), "paused": ("inactive",)}


class Verdict(Enum):
    """Whether a market belongs to what is recorded."""

    WANTED = "wanted"
    UNWANTED = "unwanted"
    UNKNOWN = "unknown"
    """Its series is not known, so nothing is decided."""


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for; nothing given means every market.

    `statuses` are the venue's words for the markets that are taken in; empty means all that can trade. With
    `sports_only`, only series of sports are recorded, whatever else is chosen.
    """

    series: tuple[str, ...] = ()
    leagues: tuple[League, ...] = ()
    category: str | None = None
    tags: tuple[str, ...] = ()
    games_only: bool = False
    sports_only: bool = False
    statuses: tuple[str, ...] = ()

    @property
    def everything(self) -> bool:
        """Tell whether markets of all series are recorded."""
        return not (self.named or self.asks_directory)

    @property
    def named(self) -> frozenset[str] | None:
        """The series chosen by name or by league; None when none are."""
        if self.series:
            return frozenset(self.series)
        return frozenset(one for league in self.leagues for one in league.series) if self.leagues else None

    @property
    def asks_directory(self) -> bool:
        """Tell whether somebody must say which series are meant: those of a category, of tags, or of all sports."""
        by_words = self.category is not None or bool(self.tags) or self.games_only
        return self.sports_only or (self.named is None and by_words)

    @property
    def query(self) -> "SeriesQuestion":
        """What the directory is asked. Only sports have games, so that games alone mean games of Sports."""
        if self.named is not None:
            return SeriesQuestion(category=SPORTS)
        tagged = self.category is None and bool(self.tags) and not self.sports_only and not self.games_only
        category = None if tagged else self.category or SPORTS
        return SeriesQuestion(category=category, tags=self.tags, games_only=self.games_only)

    def takes(self, state: MarketState) -> bool:
        """Tell whether a market in this state is taken in."""
        return not self.statuses or state.value in self.statuses

    def league_of(self, series: str) -> str | None:
        """Name the chosen league that a series was chosen with."""
        return next((league.code for league in self.leagues if series in league.series), None)

    def __str__(self) -> str:
        if self.everything:
            return "all markets"
        if self.series:
            chosen = f"series {', '.join(self.series)}"
        elif self.leagues:
            chosen = f"leagues {', '.join(league.code for league in self.leagues)}"
        else:
            chosen = str(self.query)
        return f"{chosen}, sports only" if self.sports_only else chosen


class SeriesQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """Which series somebody is to name: of a category, with any of some tags, games alone or not."""

    category: str | None = None
    tags: tuple[str, ...] = ()
    games_only: bool = False

    def __str__(self) -> str:
        words = [f"category {self.category}"] if self.category is not None else []
        words += [f"tags {', '.join(self.tags)}"] if self.tags else []
        return "series of " + " and ".join(words) + (", games only" if self.games_only else "")


class Selector:
    """Judges series by a selection and by what the directory has said so far.

    `sports` are series known to be sports without asking. What was chosen once stays chosen: a series that vanishes
    from the directory's answer has markets that are recorded to their end.
    """

    def __init__(self, selection: Selection | None = None, sports: frozenset[str] = frozenset()) -> None:
        self.selection = selection or Selection()
        self.everything = self.selection.everything
        self._sports = sports
        self._named = self.selection.named
        self._listed: frozenset[str] | None = None
        self.series = self._wanted()
        """The series that are recorded, as far as they are known; None for all."""

    @property
    def ready(self) -> bool:
        """Tell whether it is known which series are meant."""
        return self._listed is not None or not self.selection.asks_directory

    def _wanted(self) -> frozenset[str] | None:
        if self.everything:
            return None
        listed = self._listed or frozenset()
        if self._named is None:
            return listed
        return self._named & (listed | self._sports) if self.selection.sports_only else self._named

    def take(self, listed: frozenset[str]) -> frozenset[str]:
        """Take the directory's answer; give the series that are recorded from now on and were not before."""
        before = self.series or frozenset()
        self._listed = listed | (self._listed or frozenset())
        self.series = self._wanted()
        return (self.series or frozenset()) - before

    def judge(self, series: str | None) -> Verdict:
        """Judge a market by its series. Before the directory's first answer nothing is refused."""
        if self.everything:
            return Verdict.WANTED
        if series is None:
            return Verdict.UNKNOWN
        if series in (self.series or ()):
            return Verdict.WANTED
        return Verdict.UNWANTED if self.ready else Verdict.UNKNOWN


def read_statuses(words: list[str]) -> tuple[str, ...]:
    """Read statuses in the venue's words, of markets or of its filters (`open`). Raises ConfigurationError."""
    found: dict[str, None] = {}
    for word in words:
        if word not in CAN_TRADE and word not in _SYNONYMS:
            accepted = ", ".join((*CAN_TRADE, *_SYNONYMS))
            raise ConfigurationError(f"MARKET_STATUS_FILTER names {word!r}: it takes {accepted}, comma-separated")
        found.update(dict.fromkeys(_SYNONYMS.get(word, (word,))))
    return tuple(found)
