"""Gap rows judged: each must have its ground in the journal (invariant I04).

A gap with a range is false when a number in it was received and could be read. One without a range is false when the
record that is said to have revealed it shows nothing of the kind.
"""

from collections.abc import Callable
from typing import NamedTuple

from firstprint.app.verify_books import BookChecks
from firstprint.app.verify_numbers import Epoch
from firstprint.app.verify_report import VerifyReport
from firstprint.app.verify_streams import Streams
from firstprint.domain.gaps import Gap, GapReason
from firstprint.domain.record import Kind

_CONTENT_REFUSED = (GapReason.OFF_GRID, GapReason.MALFORMED_FRAME)


class _Ranged(NamedTuple):
    """A gap with a range, to be judged when all numbers are in."""

    what: str
    epoch: Epoch
    seq_from: int
    seq_to: int


class GapChecks:
    """Judges gaps as they are opened; `kind` is that of the record being folded."""

    def __init__(self, report: VerifyReport, streams: Streams, books: BookChecks) -> None:
        self._report = report
        self._streams = streams
        self._books = books
        self._ranged: list[_Ranged] = []
        self.kind = Kind.TICK
        self.down_since_wall_ns: int | None = None
        self._grounds: dict[GapReason, Callable[[Gap], bool]] = {
            GapReason.DISCONNECTED: self._connection_ended,
            GapReason.DATA_SILENCE: self._connection_ended,
            GapReason.PLANNED: self._connection_ended,
            GapReason.SUBSCRIPTION_ENDED: lambda gap: gap.opened_record in streams.terminal,
            GapReason.DUPLICATE_DIFFERS: lambda gap: self._stream_shows(gap, "contradicted"),
            GapReason.SEQ_RESTART: lambda gap: self._stream_shows(gap, "restarts"),
            GapReason.NEGATIVE_LEVEL: lambda gap: books.goes_below_zero(gap.opened_record, gap.connection, gap.sid),
            GapReason.CROSSED: lambda gap: all(books.is_crossed(market) for market in gap.markets),
            GapReason.RECORDER_DOWN: lambda gap: self.kind is Kind.SESSION_OPENED,
            GapReason.OVERLOAD: lambda gap: self.kind is Kind.LOSS,
            GapReason.DISK_FULL: lambda gap: self.kind is Kind.LOSS,
            GapReason.SELF_STALL: lambda gap: self.kind is Kind.STALL,
        }

    def _connection_ended(self, gap: Gap) -> bool:
        return self.kind is Kind.CONNECTION_CLOSED

    def _stream_shows(self, gap: Gap, what: str) -> bool:
        stream = self._streams.numbers.get((gap.connection or 0, gap.sid or 0))
        return stream is not None and gap.opened_record in getattr(stream, what)

    def opened(self, gap: Gap) -> None:
        """Count a gap, and note what it covers or judge it at once."""
        self._report.gaps += 1
        if gap.reason is GapReason.RECORDER_DOWN:
            self.down_since_wall_ns = gap.opened_wall_ns
        stream = self._streams.numbers.get((gap.connection or 0, gap.sid or 0))
        if stream is not None and gap.seq_from is not None:
            epoch = stream.cover(gap.opened_record, gap.seq_from, gap.seq_to)
            if gap.seq_to is not None:
                if not self._content_refused(gap):
                    self._ranged.append(_Ranged(_name(gap), epoch, gap.seq_from, gap.seq_to))
                return
        ground = self._grounds.get(gap.reason)
        if ground is None or not ground(gap):
            self._report.found("false_gaps", f"{_name(gap)}: record {gap.opened_record} shows no such thing")

    def _content_refused(self, gap: Gap) -> bool:
        """Tell whether a gap names one frame that was received, and whose content rightly was not believed."""
        single = gap.seq_from == gap.seq_to and gap.reason in _CONTENT_REFUSED
        return single and self._books.is_impossible(gap.opened_record)

    def finish(self) -> None:
        """Judge the gaps with a range."""
        for what, epoch, low, high in self._ranged:
            if epoch.received.holds_any(low, high):
                self._report.found("false_gaps", f"{what}: a number of it was received and can be read")


def _name(gap: Gap) -> str:
    where = "" if gap.connection is None else f" of connection {gap.connection}, sid {gap.sid}"
    numbers = "" if gap.seq_from is None else f", numbers {gap.seq_from} to {gap.seq_to or 'the end'}"
    return f"gap {gap.gap_id} ({gap.reason.value}){where}{numbers}"
