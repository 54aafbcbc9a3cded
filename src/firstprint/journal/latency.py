"""How long it takes from receipt to durable, counted in fixed buckets."""

from itertools import accumulate

_SUB_BITS = 3
_SUBS = 1 << _SUB_BITS
BUCKETS = 64 * _SUBS


def bucket_of(value_ns: int) -> int:
    """Give the bucket of a duration: eight to each power of two, so that a bucket is at most an eighth wide."""
    if value_ns < _SUBS:
        return max(0, value_ns)
    exponent = value_ns.bit_length() - 1 - _SUB_BITS
    return min(BUCKETS - 1, (exponent << _SUB_BITS) + (value_ns >> exponent))


def bucket_end_ns(bucket: int) -> int:
    """Give the longest duration that falls into a bucket."""
    if bucket < _SUBS:
        return bucket
    exponent, sub = divmod(bucket - _SUBS, _SUBS)
    return ((_SUBS + sub + 1) << exponent) - 1


class LatencyHistogram:
    """Counts of durations in nanoseconds, never more than a fixed number of buckets."""

    def __init__(self) -> None:
        self._counts = [0] * BUCKETS
        self.total = 0
        self.longest_ns = 0

    def add(self, value_ns: int, count: int = 1) -> None:
        """Count `count` durations of `value_ns`."""
        self._counts[bucket_of(value_ns)] += count
        self.total += count
        self.longest_ns = max(self.longest_ns, value_ns)

    def quantile_ns(self, share: float) -> int:
        """Give a duration that `share` (0 to 1) of all do not exceed, an eighth too long at most; 0 for none."""
        wanted = share * self.total
        for bucket, seen in enumerate(accumulate(self._counts)):
            if seen >= wanted and seen:
                return min(bucket_end_ns(bucket), self.longest_ns)
        return 0
