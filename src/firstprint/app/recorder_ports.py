"""Everything outside that a recorder needs: of each venue, and of the session that they share."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from firstprint.app.ports import Patience
from firstprint.app.series_finder import SeriesDirectory
from firstprint.app.settings import RecorderSettings


class VenuePorts(msgspec.Struct, kw_only=True):
    """One venue. `dialer` is None where there is no key: then REST alone is used.

    A venue with a `directory` (MarketDirectory) is recorded as its own lists and the selection say; one with a `lookup`
    (MarketLookup) as far as somebody wants its markets. `series_directories` are asked which series a category or tags
    mean, the preferred one first; `sports` are series known to be sports without asking. `settings` are the venue's
    own where they differ from the session's.
    """

    venue: Any
    dialer: Any = None
    directory: Any = None
    lookup: Any = None
    series_directories: Sequence[SeriesDirectory] = ()
    sports: frozenset[str] = frozenset()
    settings: RecorderSettings | None = None


class RecorderPorts(msgspec.Struct, kw_only=True):
    """The venues of a session, the first of which gives its records without a name, and what they share."""

    venues: Sequence[VenuePorts]
    journal: Any
    clock: Any
    patience: Callable[[], Patience]
