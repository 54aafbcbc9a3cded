"""Which sequence numbers of each subscription are in the journal, counted anew from the frames themselves."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

StreamKey: TypeAlias = tuple[int, int]
"""Connection and subscription (sid)."""

RECENT_MAX = 1_024
REFUSED_MAX = 100_000
HOLES_LOOKED_AT_MAX = 10_000


class Numbers:
    """A set of whole numbers, kept as ranges: as small as the sequence has holes."""

    __slots__ = ("_highs", "_lows")

    def __init__(self) -> None:
        self._lows: list[int] = []
        self._highs: list[int] = []

    def __bool__(self) -> bool:
        return bool(self._lows)

    def __contains__(self, number: int) -> bool:
        place = bisect_right(self._lows, number) - 1
        return place >= 0 and number <= self._highs[place]

    @property
    def lowest(self) -> int:
        """The lowest number; there must be one."""
        return self._lows[0]

    @property
    def highest(self) -> int:
        """The highest number, 0 when there is none."""
        return self._highs[-1] if self._highs else 0

    def add(self, number: int) -> None:
        """Put a number in; one behind the last costs nothing."""
        if self._highs and number == self._highs[-1] + 1:
            self._highs[-1] = number
        elif number not in self:
            self._insert(number)

    def _insert(self, number: int) -> None:
        place = bisect_right(self._lows, number)
        joins_left = place > 0 and self._highs[place - 1] == number - 1
        joins_right = place < len(self._lows) and self._lows[place] == number + 1
        if joins_left and joins_right:
            self._highs[place - 1] = self._highs.pop(place)
            del self._lows[place]
        elif joins_left:
            self._highs[place - 1] = number
        elif joins_right:
            self._lows[place] = number
        else:
            self._lows.insert(place, number)
            self._highs.insert(place, number)

    def remove(self, number: int) -> None:
        """Take a number out, if it is in."""
        place = bisect_right(self._lows, number) - 1
        if place < 0 or number > self._highs[place]:
            return
        low, high = self._lows.pop(place), self._highs.pop(place)
        for part in ((number + 1, high), (low, number - 1)):
            if part[0] <= part[1]:
                self._lows.insert(place, part[0])
                self._highs.insert(place, part[1])

    def missing(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Give the ranges between `low` and `high`, both included, that are not in."""
        place = max(0, bisect_right(self._lows, low) - 1)
        while low <= high:
            if place >= len(self._lows) or self._lows[place] > high:
                yield low, high
                return
            if self._lows[place] > low:
                yield low, self._lows[place] - 1
            low = max(low, self._highs[place] + 1)
            place += 1

    def holds_any(self, low: int, high: int) -> bool:
        """Tell whether a number between `low` and `high`, both included, is in."""
        return next(self.missing(low, high), None) != (low, high)


class Seen(NamedTuple):
    """Where a number was first seen, and what its bytes were."""

    record: int
    digest: int


class Epoch:
    """One run of a subscription's numbers, from its beginning or from a restart at 1."""

    __slots__ = ("covered", "first", "first_due", "received", "recent", "refused", "start_record")

    def __init__(self, start_record: int, first_due: int | None) -> None:
        self.start_record = start_record
        self.first_due = first_due
        self.first: Seen | None = None
        self.received = Numbers()
        self.recent: dict[int, Seen] = {}
        self.refused: dict[int, str | None] = {}
        self.covered: list[tuple[int, int | None]] = []

    def take(self, seq: int, seen: Seen) -> bool:
        """Count a number; False when it was taken before."""
        if seq in self.refused or seq in self.received:
            return False
        self.received.add(seq)
        self.recent[seq] = seen
        if seq == 1:
            self.first = seen
        if len(self.recent) > RECENT_MAX:
            del self.recent[next(iter(self.recent))]
        return True

    def silent(self) -> Iterator[tuple[int, int]]:
        """Give the ranges that are neither received nor covered by a gap."""
        if not self.received:
            return
        first = self.first_due if self.first_due is not None else self.received.lowest
        highest = self.received.highest
        for low, high in self.received.missing(first, highest):
            yield from _without(low, high, self.covered)


def _without(low: int, high: int, covers: Iterable[tuple[int, int | None]]) -> Iterator[tuple[int, int]]:
    """Give what is left of a range when all covers are taken away; a cover without end has no upper bound."""
    for start, end in sorted(covers, key=lambda cover: cover[0]):
        if start > high or low > high:
            break
        if start > low:
            yield low, start - 1
        low = max(low, high + 1 if end is None else end + 1)
    if low <= high:
        yield low, high


class StreamNumbers:
    """The numbers of one subscription on one connection, epoch by epoch."""

    __slots__ = ("contradicted", "epochs", "restarts")

    def __init__(self, first_due: int | None, record: int) -> None:
        self.epochs = [Epoch(record, first_due)]
        self.contradicted: set[int] = set()
        self.restarts: set[int] = set()

    @property
    def now(self) -> Epoch:
        """The epoch that is going on."""
        return self.epochs[-1]

    def heard(self, seq: int, seen: Seen) -> bool:
        """Count the number of a frame that can be read; False when it stood there before."""
        if self._restarts(seq, seen):
            self.epochs.append(Epoch(seen.record, 1))
            self.restarts.add(seen.record)
        epoch = self.now
        if epoch.take(seq, seen):
            return True
        known = epoch.recent.get(seq)
        if known is not None and known.digest != seen.digest:
            self.contradicted.add(seen.record)
        return False

    def _restarts(self, seq: int, seen: Seen) -> bool:
        """Tell whether a 1 begins the count again: others came before, and it is not the same 1, nor merely late."""
        epoch = self.now
        if seq != 1 or epoch.received.highest < 1:
            return False
        if epoch.first is None:
            return epoch.received.highest > 2
        return epoch.first.digest != seen.digest

    def refuse(self, seq: int, record: int, market: str | None) -> None:
        """Take a number back whose frame turned out to be unreadable; its market is None where that is unknown."""
        epoch = self._at(record)
        seen = epoch.recent.get(seq)
        if seen is not None and seen.record == record and len(epoch.refused) < REFUSED_MAX:
            epoch.received.remove(seq)
            epoch.refused[seq] = market

    def cover(self, record: int, low: int, high: int | None) -> Epoch:
        """Take note of a gap that was opened at a record; give the epoch it belongs to."""
        epoch = self._at(record)
        epoch.covered.append((low, high))
        return epoch

    def _at(self, record: int) -> Epoch:
        return next((one for one in reversed(self.epochs) if one.start_record <= record), self.epochs[0])

    def whole(self, since: int, seq: int, market: str) -> bool:
        """Tell whether nothing that may concern a market is missing after `since`, up to and including `seq`."""
        epoch = self.now
        for low, high in epoch.received.missing(since, seq):
            if high - low >= HOLES_LOOKED_AT_MAX:
                return False
            if any(epoch.refused.get(number) in (None, market) for number in range(low, high + 1)):
                return False
        return True
