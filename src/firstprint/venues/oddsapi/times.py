"""The Odds API's times as Unix nanoseconds: text in UTC, or Unix seconds. What cannot be read is None."""

from datetime import datetime

from firstprint.domain.clock import NS_PER_S
from firstprint.venues.oddsapi.messages import Moment

_S_MAX = (2**63 - 1) // NS_PER_S


def moment_ns(told: Moment) -> int | None:
    """Convert `2026-08-07T22:41:00Z` or whole Unix seconds; None for anything else, or outside of 1970 to 2262."""
    passed_s = told if isinstance(told, int) else _seconds(told)
    return passed_s * NS_PER_S if passed_s is not None and 0 <= passed_s <= _S_MAX else None


def _seconds(text: str | None) -> int | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return None if moment is None or moment.tzinfo is None else int(moment.timestamp())
