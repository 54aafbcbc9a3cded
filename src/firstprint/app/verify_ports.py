"""What the proof needs from the outside: a session's record, the rows of its projections, and its neighbours."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeAlias

import msgspec

from firstprint.app.fold import Block

RowKey: TypeAlias = tuple[int | str | None, ...]
"""The values of a table's KEYS columns, in that order."""

KEYS: dict[str, tuple[str, ...]] = {
    "orderbook_snapshots": ("record", "part", "price_e6", "size_e6"),
    "orderbook_deltas": ("record", "part", "seq", "price_e6", "delta_e6"),
    "trades": ("record", "part", "trade_id"),
    "tickers": ("record", "part"),
    "connections": ("connection",),
    "market_participation": ("market", "joined_record"),
    "market_lifecycle_events": ("record", "part", "event_type"),
    "market_transitions": ("record", "part", "state_after"),
    "gaps": ("gap_id", "reason", "connection", "sid", "seq_from", "seq_to"),
    "gap_markets": ("gap_id", "market"),
    "quarantine": ("record", "part"),
}
"""What is compared of each table: its key within a session, and the values that would hurt most if they were wrong."""

ANCHORS: dict[str, str] = {
    "connections": "opened_record",
    "market_participation": "joined_record",
    "gaps": "opened_record",
    "gap_markets": "gaps.opened_record",
}
"""The column with the journal record that a row comes from, where it is not called `record`."""


class DamageFound(Protocol):
    """A part of the record that cannot be read; its text says which."""

    @property
    def records_missing(self) -> int:
        """How many records are lost."""
        ...


class RecordedSession(Protocol):
    """One session's journal, read tolerantly: what is damaged is listed, and reading goes on behind it."""

    @property
    def session(self) -> str:
        """The session's id."""
        ...

    @property
    def acknowledged(self) -> int:
        """The number of the last record that was ever said to be durable."""
        ...

    def blocks(self) -> Iterable[Block]:
        """Give the session's blocks, in order, from the first; may be called again."""
        ...

    @property
    def damage(self) -> Sequence[DamageFound]:
        """What could not be read, known when the blocks have been given."""
        ...


class SinkRows(Protocol):
    """The rows that one projection holds of the session."""

    @property
    def name(self) -> str:
        """The sink's name."""
        ...

    @property
    def tables(self) -> Sequence[str]:
        """The tables it fills, of those in KEYS."""
        ...

    @property
    def offset(self) -> int:
        """The last record whose rows it has committed."""
        ...

    def rows(self, table: str, record_from: int, record_to: int) -> Iterable[RowKey]:
        """Give the KEYS columns of the rows whose anchor record lies between the two, both included, in any order."""
        ...

    def poisoned(self, record_from: int, record_to: int) -> Iterable[int]:
        """Give the records between the two that have a row which could not be stored and was set aside."""
        ...


class Neighbours(msgspec.Struct, frozen=True, kw_only=True):
    """The sessions before and after in the same data folder, None where there is none.

    `previous_end_wall_ns` is the last moment of the session before; `closed_by` the session that the next one says it
    came after, `next_start_wall_ns` when that one began.
    """

    previous: str | None = None
    previous_end_wall_ns: int | None = None
    next: str | None = None
    next_start_wall_ns: int | None = None
    closed_by: str | None = None
