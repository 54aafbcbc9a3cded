"""What the API reads from. All calls are blocking reads, made in threads; they raise FirstprintError."""

from typing import NamedTuple, Protocol

import msgspec

from firstprint.app.secmaster.ports import RunRow
from firstprint.app.secmaster.reading import MasterReader
from firstprint.domain.games import Game, GameMapping, MarketPair
from firstprint.domain.link_changes import GameQuery, LinkQuery, LinkRow, PairQuery, RefusalQuery, ReviewItem


class RecordedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A run of the recorder. `settings` is JSON; wall times in Unix nanoseconds."""

    session: str
    venue: str
    software: str
    settings: str
    opened_wall_ns: int
    closed_wall_ns: int | None
    outcome: str
    previous: str | None


class RecordedGap(msgspec.Struct, frozen=True, kw_only=True):
    """A hole and its repair. Wall times in Unix nanoseconds."""

    session: str
    gap_id: str
    connection: int | None
    sid: int | None
    channel: str | None
    seq_from: int | None
    seq_to: int | None
    reason: str
    opened_record: int
    opened_wall_ns: int
    repaired_record: int | None
    repaired_wall_ns: int | None
    method: str | None
    markets: tuple[str, ...]


class GapPlace(NamedTuple):
    """Where a gap stands in the order of gaps."""

    session: str
    opened_record: int
    gap_id: str


class GapQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which gaps. None means all."""

    session: str | None = None
    market: str | None = None
    reason: str | None = None
    open_only: bool = False
    after: GapPlace | None = None
    limit: int = 1_000


class RecordReader(Protocol):
    """Asks what was recorded."""

    def sessions(self, *, before: str | None, limit: int) -> list[RecordedSession]:
        """List sessions, newest first."""
        ...

    def gaps(self, query: GapQuery) -> list[RecordedGap]:
        """List gaps in the order in which they opened."""
        ...

    def open_gaps(self) -> int:
        """Count the gaps that are not repaired."""
        ...


class RunReader(Protocol):
    """Asks what was synced."""

    def runs(self, *, kind: str | None = None, limit: int = 100) -> list[RunRow]:
        """List sync runs, newest first."""
        ...


class LinkReader(Protocol):
    """Asks what is linked. Lists are pages in the order of the id."""

    def revision(self) -> int:
        """Give a number that moves whenever anything about contests, listings, links or odds changes."""
        ...

    def games(self, query: GameQuery) -> list[Game]:
        """List games."""
        ...

    def game(self, game: str) -> tuple[Game, GameMapping] | None:
        """Give a game with its links; None when there is none of this id."""
        ...

    def links(self, query: LinkQuery) -> list[LinkRow]:
        """List links."""
        ...

    def refusals(self, query: RefusalQuery) -> list[ReviewItem]:
        """List what was refused, by work item."""
        ...

    def pairs(self, query: PairQuery) -> list[MarketPair]:
        """List pairs of markets."""
        ...


class Readers(NamedTuple):
    """Everything that the API reads from. `instance` differs between two servers, so that no ETag outlives one."""

    master: MasterReader
    runs: RunReader
    record: RecordReader
    links: LinkReader
    instance: str
