"""A sink's place in a session: what it has committed, and what it is given again and passes over."""

from abc import ABC, abstractmethod

from firstprint.domain.deaf import Deaf
from firstprint.sinks.ledger import Ledger


class OffsetSink(Deaf, ABC):
    """A sink whose rows and whose offset are committed together by the ledger; its heirs gather and write the rows."""

    name: str

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._committed = self._folding = 0

    def open(self, session: str) -> int:
        """Turn to a session, dropping what was not committed; give the last record that is already committed."""
        self._start(session)
        self._folding = 0
        self._committed = self._ledger.progress(self.name, session).record
        return self._committed

    def advance(self, record: int) -> None:
        """Learn that everything up to `record` is being folded now.

        A row may come from an older record: a frame that was held until the next one came. It belongs to the fold of
        the later one, and so do the offset and what is passed over.
        """
        self._folding = record

    def is_complete(self, session: str) -> bool:
        """Tell whether nothing more can come of a session."""
        return self._ledger.progress(self.name, session).complete

    def _passed(self, record: int) -> bool:
        """Tell whether the rows that are told now are committed already."""
        return max(record, self._folding) <= self._committed

    @abstractmethod
    def _start(self, session: str) -> None:
        """Forget what was gathered of another session, and begin with this one."""
