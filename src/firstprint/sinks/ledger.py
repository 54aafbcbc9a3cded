"""The port through which sinks commit: rows and offset together, or not at all."""

from typing import Any, NamedTuple, Protocol, TypeAlias

from firstprint.domain.entries import EventEntry
from firstprint.domain.instruments import Market

Row: TypeAlias = dict[str, Any]


class Sighting(NamedTuple):
    """One statement about a market: where it stands in the journal, when we received it, and who told us."""

    venue: str
    session: str
    record: int
    part: int
    wall_ns: int
    cause: str
    market: Market


class EventSighting(NamedTuple):
    """One statement about an event: where it stands in the journal, when we received it, and who told us."""

    venue: str
    session: str
    record: int
    wall_ns: int
    cause: str
    event: EventEntry


class Batch:
    """The writes of one commit. Each names the journal record that it comes from."""

    def __init__(self) -> None:
        self.puts: list[tuple[int, str, Row]] = []
        """Rows to insert, or to lay over the row with the same key: (record, table, row)."""
        self.amends: list[tuple[int, str, Row, Row]] = []
        """Changes of rows that are there: (record, table, where, values)."""
        self.drops: list[tuple[str, Row]] = []
        """Rows that are no longer so: (table, where)."""
        self.events: list[EventSighting] = []
        self.sightings: list[Sighting] = []

    def __len__(self) -> int:
        return len(self.puts) + len(self.amends) + len(self.drops) + len(self.events) + len(self.sightings)


class Progress(Protocol):
    """How far a sink has committed a session; `complete` when nothing more can come."""

    @property
    def record(self) -> int:
        """The last record whose rows are committed."""
        ...

    @property
    def complete(self) -> bool:
        """Whether the session is finished in this sink."""
        ...


class Ledger(Protocol):
    """The database, as sinks see it. Every call may raise an error whose advice is RETRY; it may then be repeated."""

    def progress(self, sink: str, session: str) -> Progress:
        """Tell how far a sink has committed a session; record 0 for not at all."""
        ...

    def commit(
        self, sink: str, session: str, after: int, record: int, writes: Batch, *, complete: bool = False
    ) -> None:
        """Write the batch of the records above `after` up to `record`, and the offset `record`, in one transaction.

        Does nothing when that is already committed. Raises DataFolderError when another projector has moved the
        offset to somewhere between.
        """
        ...

    def replace(self, writes: Batch) -> None:
        """Write what follows from rows already committed; no offset moves."""
        ...

    def parquet_files(self, session: str | None = None) -> list[Row]:
        """Read the manifest of Parquet files, of one session or of all, in order of session, table and record."""
        ...

    def forget(self, sink: str, tables: list[str]) -> None:
        """Remove every row of the given tables and the sink's offsets."""
        ...
