"""What the venue tells to every connection alike, heard once. Pure."""

HEARD_MAX = 50_000


class Broadcasts:
    """Remembers the last broadcasts, so that one that comes on every connection counts as one."""

    def __init__(self, heard_max: int = HEARD_MAX) -> None:
        self._heard_max = heard_max
        self._heard: dict[tuple[str, str, str], None] = {}

    def is_new(self, kind: str, market: str, timestamp: str) -> bool:
        """Take a broadcast; tell whether it comes for the first time."""
        key = (kind, market, timestamp)
        if key in self._heard:
            return False
        if len(self._heard) >= self._heard_max:
            del self._heard[next(iter(self._heard))]
        self._heard[key] = None
        return True
