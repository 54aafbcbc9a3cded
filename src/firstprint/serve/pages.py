"""Where a page ends and the next one begins."""

from collections.abc import Sequence
from typing import Protocol

from firstprint.serve.cursors import to_cursor


class HasTicker(Protocol):
    """A row of a list that is in the order of the ticker."""

    @property
    def ticker(self) -> str:
        """The ticker."""
        ...


def next_cursor(rows: Sequence[HasTicker], limit: int) -> str | None:
    """Give the cursor after a page; None when it is the last. A full page may have nothing behind it."""
    return to_cursor(rows[-1].ticker) if len(rows) >= limit else None


def cursor_after(ids: Sequence[str], limit: int) -> str | None:
    """Give the cursor after a page of what has these ids; None when it is the last."""
    return to_cursor(ids[-1]) if len(ids) >= limit else None
