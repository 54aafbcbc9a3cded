"""The gaps of a session: opened when a hole shows, closed when every market it touched is certain again."""

from collections.abc import Iterable

from firstprint.domain.feed import FeedListener
from firstprint.domain.gaps import Gap, GapReason
from firstprint.domain.marketdata import FrameStamp


class GapLedger:
    """Keeps the open gaps of one session and tells the listener of each opening and closing.

    A gap closes when the last of the markets it named is repaired: for books, when it has a snapshot of its own or has
    left the recording; for other channels, when what was missed was read again. A gap that names no market closes with
    its channel (`channel_repaired`).
    """

    def __init__(self, listener: FeedListener) -> None:
        self._listener = listener
        self._session = ""
        self._opened = 0
        self._waiting: dict[tuple[str | None, str], list[Gap]] = {}
        self.open: dict[str, Gap] = {}

    @property
    def opened(self) -> int:
        """How many gaps the session has had."""
        return self._opened

    def begin(self, session: str) -> None:
        """Start counting for a session."""
        self._session = session

    def add(
        self,
        reason: GapReason,
        stamp: FrameStamp,
        *,
        channel: str | None = None,
        sid: int | None = None,
        seq_from: int | None = None,
        seq_to: int | None = None,
        markets: Iterable[str] = (),
        since_wall_ns: int | None = None,
    ) -> Gap:
        """Open a gap. `since_wall_ns` is when the hole began, if that was before the record that revealed it."""
        self._opened += 1
        named = tuple(sorted(markets))
        gap = Gap(
            gap_id=f"{self._session}:{self._opened}",
            session=self._session,
            connection=stamp.connection or None,
            sid=sid,
            seq_from=seq_from,
            seq_to=seq_to,
            reason=reason,
            opened_record=stamp.record,
            opened_mono_ns=stamp.mono_ns,
            opened_wall_ns=stamp.wall_ns if since_wall_ns is None else since_wall_ns,
            channel=channel,
            markets=named,
            pending=set(named),
        )
        self.open[gap.gap_id] = gap
        for market in named:
            self._waiting.setdefault((channel, market), []).append(gap)
        self._listener.on_gap_opened(gap)
        return gap

    def waits(self, channel: str | None, market: str) -> bool:
        """Tell whether an open gap waits for a market on a channel."""
        return (channel, market) in self._waiting

    def market_repaired(self, channel: str | None, market: str, stamp: FrameStamp, method: str) -> None:
        """Take note that a market waits for nothing on a channel any more."""
        for gap in self._waiting.pop((channel, market), ()):
            gap.pending.discard(market)
            if not gap.pending:
                self._close(gap, stamp, method)

    def channel_repaired(self, channel: str | None, stamp: FrameStamp, method: str) -> None:
        """Take note that all that was missed on a channel was read again."""
        for gap in [gap for gap in self.open.values() if gap.channel == channel]:
            self.gap_repaired(gap, stamp, method)

    def gap_repaired(self, gap: Gap, stamp: FrameStamp, method: str) -> None:
        """Take note that all that was missed in a gap was read again."""
        if gap.gap_id not in self.open:
            return
        for market in gap.pending:
            waiting = [other for other in self._waiting.pop((gap.channel, market), []) if other is not gap]
            if waiting:
                self._waiting[gap.channel, market] = waiting
        gap.pending.clear()
        self._close(gap, stamp, method)

    def _close(self, gap: Gap, stamp: FrameStamp, method: str) -> None:
        gap.repaired_record = stamp.record
        gap.repaired_wall_ns = stamp.wall_ns
        gap.method = method
        self.open.pop(gap.gap_id, None)
        self._listener.on_gap_closed(gap)
