"""Sweeps: lists that REST gives in pages, and the gaps that they fill once the last page has come. Pure."""

from collections.abc import Mapping

from firstprint.app.ports import Feed
from firstprint.books.gaps import GapLedger
from firstprint.domain.gaps import Gap
from firstprint.domain.marketdata import FrameStamp
from firstprint.domain.rest import RestFacts
from firstprint.lifecycle.attendance import Attendance


class Sweeps:
    """Remembers, at the first page of what fills a hole, which gaps it can fill: later ones it cannot."""

    def __init__(self, gaps: GapLedger, feeds: Mapping[int, Feed], attendance: Attendance) -> None:
        self._gaps = gaps
        self._feeds = feeds
        self._attendance = attendance
        self._begun: dict[str, list[Gap]] = {}

    def repairable(self, channel: str) -> list[Gap]:
        """List the open gaps of a channel without replay that REST can fill: what they touched is heard again.

        Markets that have left are no obstacle. A gap that is not listed is still growing.
        """
        heard = [markets for feed in self._feeds.values() if (markets := feed.hears(channel)) is not None]
        names = set().union(*heard)
        present = self._attendance.present
        return [
            gap
            for gap in self._gaps.open.values()
            if gap.channel == channel and heard and all(m in names for m in gap.pending if m in present)
        ]

    def begin(self, facts: RestFacts) -> None:
        """Take the first page of a list that fills holes."""
        if facts.begins_sweep is not None:
            self._begun[facts.begins_sweep] = self.repairable(facts.begins_sweep)

    def end(self, facts: RestFacts, stamp: FrameStamp) -> None:
        """Close, with the last page, the gaps that could be filled when the list began."""
        if facts.last_page and facts.ends_sweep is not None:
            for gap in self._begun.pop(facts.ends_sweep, ()):
                self._gaps.gap_repaired(gap, stamp, "rest")
