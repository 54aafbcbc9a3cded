"""Which series are games: by the venue's own word where it says one, by the name where it does not. Requirement C2."""

import msgspec

from firstprint.domain.entries import SeriesEntry

SPORTS = "Sports"
GAME_SCOPES = frozenset({"Game", "Games"})
NAME_PARTS = ("GAME", "MATCH")


class GameFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What name and scope say of a series. `by_scope` is None where the venue states no scope."""

    ticker: str
    title: str | None
    scope: str | None
    by_name: bool
    by_scope: bool | None

    @property
    def is_game(self) -> bool:
        """Tell whether the series is one of games: the venue's word wins."""
        return self.by_name if self.by_scope is None else self.by_scope

    @property
    def disagrees(self) -> bool:
        """Tell whether name and scope say different things."""
        return self.by_scope is not None and self.by_scope is not self.by_name


def find_game(series: SeriesEntry) -> GameFinding:
    """Look at one series. Only sports have games: `KXVIDEOGAME` under Entertainment is none."""
    sports = is_sports(series)
    return GameFinding(
        ticker=series.ticker,
        title=series.title,
        scope=series.scope,
        by_name=sports and any(part in series.ticker for part in NAME_PARTS),
        by_scope=None if series.scope is None or not sports else series.scope in GAME_SCOPES,
    )


def is_sports(series: SeriesEntry) -> bool:
    """Tell whether a series is listed under Sports, by its category or by one of several."""
    return series.category == SPORTS or SPORTS in series.categories
