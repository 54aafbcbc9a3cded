"""Spoiled pages of REST: what the fault kinds make of the body of a list before it is encoded."""

from typing import Any

_LISTS = ("markets", "events", "series")
_NAMES = ("ticker", "event_ticker")
_ONE_IN = 7


def spoil_rows(body: dict[str, Any]) -> int:
    """Make every seventh row of a page unreadable, each in another way; give how many."""
    rows: list[Any] = next((body[name] for name in _LISTS if name in body), [])
    spoiled = range(0, len(rows), _ONE_IN)
    for turn, at in enumerate(spoiled):
        rows[at] = _bad_rows(rows[at])[turn % 4]
    return len(spoiled)


def _bad_rows(row: dict[str, Any]) -> tuple[object, ...]:
    nameless = {key: value for key, value in row.items() if key not in _NAMES}
    return None, nameless, "row", row | {name: 17 for name in _NAMES if name in row}


def loop_cursor(body: dict[str, Any], cursor: str) -> None:
    """Say the cursor of the question again, so that who follows it never ends."""
    body["cursor"] = cursor
