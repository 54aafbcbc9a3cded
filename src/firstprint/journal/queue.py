"""What was appended and is not durable yet, in order and bounded.

Appending happens for each read of a socket and only extends lists. The event loop appends while the committer's thread
takes and releases; the one lock is held for the few instructions that touch both.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence

from firstprint.domain.clock import Instant
from firstprint.domain.record import Kind
from firstprint.journal.block import Columns
from firstprint.journal.limits import JournalLimits

RECORD_COST_BYTES = 64
"""What a record is counted for besides its payload: about what Python needs to hold it."""


_FRAME_IN = Kind.FRAME_IN
"""Looked up once: an attribute of an enumeration costs 100 ns."""


class Batch:
    """The records of one block to be, while they wait. Closed to appends once it is taken."""

    __slots__ = ("columns", "cost_bytes", "first_record", "record_count", "wall_offset_ns")

    def __init__(self, first_record: int, wall_offset_ns: int) -> None:
        self.first_record = first_record
        self.wall_offset_ns = wall_offset_ns
        self.record_count = 0
        self.cost_bytes = 0
        self.columns = Columns([], [], [], [], [])

    @property
    def last_record(self) -> int:
        """The number of the last record."""
        return self.first_record + self.record_count - 1

    @property
    def first_mono_ns(self) -> int:
        """When the first record was received, in monotonic nanoseconds."""
        return self.columns.monos_ns[0]


class BlockQueue:
    """Batches in the order of their records, bounded by what they cost.

    `on_pending` is called when something comes to wait where nothing waited before. `appended` is the number of the
    last record, `stamp_mono_ns` and `wall_offset_ns` the times the last append was given: what a reader will see.
    """

    def __init__(self, limits: JournalLimits, on_pending: Callable[[], None]) -> None:
        self.appended = 0
        self.stamp_mono_ns = 0
        self.wall_offset_ns = 0
        self.cost_bytes = 0
        self.refused = False
        self._limits = limits
        self._on_pending = on_pending
        self._lock = threading.Lock()
        self._batches: deque[Batch] = deque()
        self._open: Batch | None = None
        self._next_mono_ns = 0
        self._block_bytes_max = limits.block_bytes_max
        self._drift_ns_max = limits.wall_drift_ns_max
        self.closed = False
        self._room_bytes = limits.queue_bytes_max
        self._frames_room_bytes = limits.queue_bytes_max - limits.control_bytes

    def append(self, kind: Kind, connection: int, payloads: Sequence[bytes], first: Instant) -> int | None:
        """Add records received together; give the first one's number, or None when there is no room for them all."""
        count = len(payloads)
        cost_bytes = sum(map(len, payloads)) + RECORD_COST_BYTES * count
        if not count:
            raise ValueError("nothing to append")
        with self._lock:
            room_bytes = self._frames_room_bytes if kind is _FRAME_IN else self._room_bytes
            held_bytes = self.cost_bytes
            if held_bytes + cost_bytes > room_bytes:
                self.refused = True
                return None
            number = self.appended + 1
            if cost_bytes <= self._block_bytes_max or count == 1:
                self.stamp_mono_ns = self._add(kind, connection, payloads, cost_bytes, first)
            else:
                self.stamp_mono_ns = self._add_in_parts(kind, connection, payloads, first)
        if not held_bytes:
            self._on_pending()
        return number

    def close(self) -> None:
        """Refuse everything from now on."""
        with self._lock:
            self.closed = True
            self._room_bytes = self._frames_room_bytes = -1

    def welcome_frames(self, *, welcome: bool) -> None:
        """Take received frames again, or refuse all of them."""
        with self._lock:
            self._frames_room_bytes = self._room_bytes - self._limits.control_bytes if welcome else -1

    def take(self) -> list[Batch]:
        """Close what is open, and give everything that is not durable. It stays in the queue until it is released."""
        with self._lock:
            self._open = None
            return list(self._batches)

    def release(self, durable: int) -> list[Batch]:
        """Let go of all batches up to record `durable`, and give them."""
        released = []
        with self._lock:
            while self._batches and self._batches[0].last_record <= durable:
                batch = self._batches.popleft()
                self.cost_bytes -= batch.cost_bytes
                released.append(batch)
        return released

    def oldest_mono_ns(self) -> int | None:
        """Say when the oldest record that still waits was received; None when none waits."""
        with self._lock:
            return self._batches[0].first_mono_ns if self._batches else None

    def _add_in_parts(self, kind: Kind, connection: int, payloads: Sequence[bytes], first: Instant) -> int:
        stamps_ns = [
            self._add(
                kind, connection, (payload,), len(payload) + RECORD_COST_BYTES, Instant(first[0] + i, first[1] + i)
            )
            for i, payload in enumerate(payloads)
        ]
        return stamps_ns[0]

    def _add(self, kind: Kind, connection: int, payloads: Sequence[bytes], cost_bytes: int, first: Instant) -> int:
        """Add one run and give its time. Every frame passes here: plain comparisons and indices, no calls."""
        batch = self._open
        offset_ns = first[1] - first[0]
        drift_ns = offset_ns - self.wall_offset_ns
        if (
            batch is None
            or batch.cost_bytes + cost_bytes > self._block_bytes_max
            or not -self._drift_ns_max <= drift_ns <= self._drift_ns_max
        ):
            batch = self._begin(offset_ns)
        count, mono_ns, next_ns = len(payloads), first[0], self._next_mono_ns
        if mono_ns < next_ns:  # noqa: PLR1730 a call of max() costs 100 ns
            mono_ns = next_ns
        kinds, connections, counts, monos_ns, held = batch.columns
        kinds.append(kind)
        connections.append(connection)
        counts.append(count)
        monos_ns.append(mono_ns)
        held.extend(payloads)
        batch.record_count += count
        batch.cost_bytes += cost_bytes
        self.cost_bytes += cost_bytes
        self.appended += count
        self._next_mono_ns = mono_ns + count
        return mono_ns

    def _begin(self, wall_offset_ns: int) -> Batch:
        drifted = abs(wall_offset_ns - self.wall_offset_ns) > self._limits.wall_drift_ns_max
        if drifted or not self.appended:
            self.wall_offset_ns = wall_offset_ns
        batch = self._open = Batch(self.appended + 1, self.wall_offset_ns)
        self._batches.append(batch)
        return batch
