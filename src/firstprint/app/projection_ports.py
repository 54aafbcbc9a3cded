"""What the projecting use case needs from the outside: the journal to read, folds, sinks, and somebody to tell."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol, TypeVar

Block_contra = TypeVar("Block_contra", bound="JournalBlock", contravariant=True)


class JournalBlock(Protocol):
    """Some records of one session, in order and durable."""

    @property
    def last_record(self) -> int:
        """The number of the block's last record."""
        ...


class SessionFold(Protocol[Block_contra]):
    """Folds the blocks of one session, in order, and tells its listeners what they mean."""

    def apply(self, block: Block_contra) -> None:
        """Fold one block."""
        ...


Block_co = TypeVar("Block_co", bound=JournalBlock, covariant=True)


class SessionTail(Protocol[Block_co]):
    """Reads one session's record from its start, again and again as it grows."""

    @property
    def ended(self) -> bool:
        """Whether the last block given holds the session's close. A later session ends this one too."""
        ...

    @property
    def durable(self) -> int:
        """The number of the last durable record."""
        ...

    def read(self) -> Iterable[Block_co]:
        """Give the durable blocks that were not yet given. Blocks are read as they are taken."""
        ...


Block = TypeVar("Block", bound=JournalBlock)


class SessionCatalogue(Protocol[Block_co]):
    """Knows the sessions in the journal."""

    def sessions(self) -> Sequence[str]:
        """List the sessions, oldest first."""
        ...

    def tail(self, session: str) -> SessionTail[Block_co]:
        """Start to read a session from its first record."""
        ...


class Projection(Protocol):
    """A sink. Any call may raise an error whose advice is RETRY: it is made again, with nothing folded in between."""

    @property
    def name(self) -> str:
        """The sink's name."""
        ...

    @property
    def holds(self) -> Sequence[str]:
        """The tables this sink fills, and `forget` empties."""
        ...

    @property
    def pending(self) -> int:
        """How many rows wait for a commit."""
        ...

    @property
    def rows_max(self) -> int:
        """How many rows may wait: at so many the projection is flushed before anything more is read."""
        ...

    @property
    def age_s_max(self) -> float:
        """How long rows may wait, in seconds."""
        ...

    def prepare(self) -> None:
        """Clear up what a crash left behind."""
        ...

    def is_complete(self, session: str) -> bool:
        """Tell whether nothing more can come of a session."""
        ...

    def open(self, session: str) -> int:
        """Turn to a session; give the last record already committed, up to which calls are passed over."""
        ...

    def flush(self, record: int, *, complete: bool = False) -> None:
        """Commit all that the records up to `record` gave. Called between blocks only."""
        ...

    def forget(self) -> None:
        """Remove everything this sink has made."""
        ...


class ProjectionProgress(NamedTuple):
    """How far the projections are: the session, the last record folded, how many are behind, and the pace."""

    session: str
    record: int
    records_behind: int
    records_per_s: float


class ProjectionReport(Protocol):
    """Is told how projecting goes."""

    def progressed(self, progress: ProjectionProgress) -> None:
        """Learn how far it is; about once a second, and at the end of a session."""
        ...

    def waiting(self, sink: str, why: str, delay_s: float) -> None:
        """Learn that a sink is away, and when it is tried again. Reading the journal has stopped; recording has not."""
        ...
