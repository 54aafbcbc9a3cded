"""Every bound of the journal, as one record."""

import msgspec

from firstprint.domain.clock import NS_PER_MS

MIB = 1 << 20


class JournalLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much the journal may hold and how often it acts. The defaults suit 300,000 frames a second.

    `queue_bytes_max` bounds what is appended and not durable, counting each record's payload and its bookkeeping;
    `control_bytes` of it are kept for records that are not received frames, so that a loss can always be written down.
    `reserve_bytes` is a file that is given back when the disk is full; it should be no smaller than the queue.
    """

    queue_bytes_max: int = 64 * MIB
    control_bytes: int = MIB
    block_bytes_max: int = MIB
    segment_bytes_max: int = 64 * MIB
    sealed_block_bytes: int = 4 * MIB
    reserve_bytes: int = 64 * MIB
    commit_interval_s: float = 0.005
    disk_retry_s: float = 1.0
    rewrites_max: int = 3
    wall_drift_ns_max: int = NS_PER_MS
