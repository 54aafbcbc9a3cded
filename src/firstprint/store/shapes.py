"""How the entries of a venue's lists become rows: which fields, in which columns, and which of them may become empty.

An entry is a whole statement, and None in it means that the venue did not say, or that it said "nothing". Which of the
two it was cannot be told, so it is decided by field. A field that may become empty again takes the None: a result that
was withdrawn, a strike that was redefined. Of all others a None changes nothing, because lists of different kinds, and
of different years, leave different fields out. See decision 0008.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Table

from firstprint.domain.entries import EventEntry, MarketEntry, SeriesEntry
from firstprint.domain.instruments import PriceGrid
from firstprint.store.columns import storable
from firstprint.store.driver import Row
from firstprint.store.master_tables import (
    PROVENANCE,
    event_history,
    events,
    market_history,
    markets,
    series,
    series_history,
)

_json = msgspec.json.Encoder(order="deterministic").encode


CONVERTED = (
    *("categories", "tags", "settlement_sources", "custom_strike", "grid"),
    *("mutually_exclusive", "can_close_early"),
)
"""The facts that a database holds in another form: JSON, or 1 and 0 for yes and no."""
NUL_ESCAPED = b"\\u0000"


class _Unsaid:
    """Stands in a statement for a column of which it says nothing."""

    def __repr__(self) -> str:
        return "UNSAID"


UNSAID: Final = _Unsaid()


class Shape:
    """One kind of row: `facts` are the columns whose changes are history; `columns` is the order of whole rows."""

    def __init__(
        self, table: Table, history: Table, entry: type[msgspec.Struct], emptied: Sequence[str], extra: dict[str, Any]
    ) -> None:
        self.table = table
        self.history = history
        self.fields = tuple(name for name in entry.__struct_fields__ if name != "ticker")
        self.facts = (*self.fields, *extra)
        self.columns = ("ticker", "venue", *self.facts, "digest", *PROVENANCE)
        self.emptied = frozenset(self.facts.index(name) for name in emptied)
        self.defaults = (*(None for _ in self.fields), *extra.values())
        self._values: Callable[[Any], Row] = attrgetter(*self.fields)
        self._converted = [self.facts.index(name) for name in CONVERTED if name in self.facts]
        self._categories = self.fields.index("categories") if "categories" in self.fields else None

    def stated(self, entry: Any) -> Row:
        """Give an entry's fields in order; of categories, none means none stated."""
        values = self._values(entry)
        if self._categories is None or values[self._categories]:
            return values
        return (*values[: self._categories], None, *values[self._categories + 1 :])

    def as_columns(self, facts: Row, *, may_have_nul: bool) -> Row:
        """Give facts as a database holds them; whether numbers fit is left to the database, which refuses them."""
        values = [storable(one) if isinstance(one, str) else one for one in facts] if may_have_nul else list(facts)
        for place in self._converted:
            if values[place] is not None and values[place] is not UNSAID:
                values[place] = _as_column(values[place])
        return tuple(values)

    def place(self, fact: str) -> int:
        """Give where among the facts a column is."""
        return self.facts.index(fact)


SERIES = Shape(
    series,
    series_history,
    SeriesEntry,
    ("disabled_reason",),
    {"is_game": 0, "active": 1, "disabled_reason": None},
)
EVENTS = Shape(
    events, event_history, EventEntry, ("sub_title", "collateral_return_type", "strike_ns", "strike_period"), {}
)
MARKETS = Shape(
    markets,
    market_history,
    MarketEntry,
    (
        *("subtitle", "result", "settlement_value_e6", "expiration_value", "settled_ns"),
        *("expected_expiration_ns", "occurrence_ns", "early_close_condition", "rules_secondary"),
        *("strike_type", "floor_strike", "cap_strike", "functional_strike", "custom_strike"),
        *("price_level_structure", "gone_ns"),
    ),
    {"gone_ns": None},
)


class Hashed(NamedTuple):
    """The hash of a statement, to 64 bits, and whether NUL may be in it."""

    digest: int
    may_have_nul: bool


def hashed(stated: Row) -> Hashed:
    """Hash a statement. Raises OverflowError or UnicodeError for what no database can hold."""
    written = _json(stated)
    digest = int.from_bytes(blake2b(written, digest_size=8).digest(), "big", signed=True)
    return Hashed(digest, NUL_ESCAPED in written)


def _as_column(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, PriceGrid):
        return grid_text(value)
    return json_text(value)


@lru_cache(maxsize=256)
def grid_text(grid: PriceGrid) -> str:
    """Write a price grid as JSON."""
    return msgspec.json.encode(grid).decode()


def json_text(value: Any) -> str:
    """Write JSON whose texts any database can hold, equal values equally."""
    written = _json(value)
    return (_json(_storable_json(value)) if NUL_ESCAPED in written else written).decode()


def _storable_json(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(key): _storable_json(one) for key, one in value.items()}
    return [_storable_json(one) for one in value] if isinstance(value, list | tuple) else value


def as_stored(value: Any) -> Any:
    """Give a value read from a database as it was written: PostgreSQL reads its JSON where SQLite has text."""
    return json_text(value) if isinstance(value, list | dict) else value
