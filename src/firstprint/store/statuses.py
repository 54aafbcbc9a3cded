"""What the stored statuses say about a market's end. They are the venue's own words; one that is not known is kept.

No unknown status is taken for closed, and none for active.
"""

CLOSED = ("closed", "determined", "disputed", "amended")
SETTLED = "finalized"
UNOPENED = "initialized"
OPEN = ("active", "inactive")
PAUSED = "inactive"
OVER = (*CLOSED, SETTLED)

OVER_LIST = ", ".join(f"'{status}'" for status in OVER)
CLOSED_LIST = ", ".join(f"'{status}'" for status in CLOSED)
OPEN_LIST = ", ".join(f"'{status}'" for status in OPEN)
LIVE = f"gone_ns IS NULL AND (status IS NULL OR status NOT IN ({OVER_LIST}))"
"""The condition in SQL that a market is listed and not known to be over."""


def has_closed(before: str | None, after: str | None) -> bool:
    """Tell whether a market passed from not closed to closed."""
    return before not in OVER and after in CLOSED


def has_settled(before: str | None, after: str | None) -> bool:
    """Tell whether a market passed to settled."""
    return before != SETTLED and after == SETTLED
