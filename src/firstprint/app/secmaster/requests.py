"""What a user asks a sync to do."""

from typing import Literal, TypeAlias

import msgspec

SyncMode: TypeAlias = Literal["incremental", "full", "by-series", "active-only"]
CLOSE_WITHIN_H = 48


class SeriesRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A series sync: of everything, or of some tags and categories, by their exact names; games alone if so wished."""

    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    games_only: bool = False


class MarketRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A market sync. `tags`, `categories` and `games_only` choose the series of `by-series`; the rest ignores them.

    `close_within_h` is how far ahead `active-only` looks, in hours.
    """

    mode: SyncMode = "incremental"
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    games_only: bool = False
    close_within_h: int = CLOSE_WITHIN_H
