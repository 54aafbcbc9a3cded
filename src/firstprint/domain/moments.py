"""Times as text: Unix nanoseconds said as RFC 3339 in UTC, exactly."""

from datetime import UTC, datetime, timedelta

from firstprint.domain.clock import NS_PER_S

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rfc3339(wall_ns: int) -> str:
    """Say Unix nanoseconds as RFC 3339 in UTC, with as many decimals as it takes."""
    whole_s, rest_ns = divmod(wall_ns, NS_PER_S)
    moment = (EPOCH + timedelta(seconds=whole_s)).isoformat()[:19]
    return f"{moment}.{rest_ns:09d}".rstrip("0") + "Z" if rest_ns else f"{moment}Z"
