"""Which markets take part in a session, from when to when, and how they came in."""

from firstprint.domain.lifecycle import Entry, Participation
from firstprint.domain.marketdata import FrameStamp


class Attendance:
    """The stays of one session. A market may leave and join again; each stay is a participation of its own."""

    def __init__(self) -> None:
        self._session = ""
        self.present: dict[str, Participation] = {}
        self._created_here: set[str] = set()

    def begin(self, session: str) -> None:
        """Start a session; nobody is present."""
        self._session = session
        self.present.clear()
        self._created_here.clear()

    def heard_created(self, ticker: str) -> None:
        """Take note that a market's creation was heard in this session."""
        self._created_here.add(ticker)

    def join(self, ticker: str, stamp: FrameStamp) -> Participation | None:
        """Let a market in; None when it is present already."""
        if ticker in self.present:
            return None
        entry = Entry.CREATED if ticker in self._created_here else Entry.MID_LIFE
        stay = self.present[ticker] = Participation(
            session=self._session, market=ticker, entry=entry, joined_record=stamp.record, joined_ns=stamp.wall_ns
        )
        return stay

    def leave(self, ticker: str, stamp: FrameStamp, reason: str) -> Participation | None:
        """Let a market out; give its completed stay, None when it was not present."""
        stay = self.present.pop(ticker, None)
        if stay is not None:
            stay.left_record, stay.left_ns, stay.left_reason = stamp.record, stamp.wall_ns, reason
        return stay
