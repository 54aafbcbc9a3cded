"""What commands print: JSON for programs, tables for people, errors with what to do."""

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from firstprint.domain.clock import NS_PER_S


def program() -> str:
    """Give the command as the user called it, so that what we tell to run next can be pasted."""
    called = Path(sys.argv[0])
    if called.name != "firstprint":
        return "firstprint"
    return str(called.relative_to(Path.cwd())) if called.is_relative_to(Path.cwd()) else str(called)


def say(text: str = "") -> None:
    """Print a line for the user."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """Print a line to standard error."""
    sys.stderr.write(f"firstprint: {plain(text)}\n")
    sys.stderr.flush()


def say_json(content: Any) -> None:
    """Print one JSON document."""
    say(msgspec.json.encode(content).decode())


def plain(text: str) -> str:
    """Make text from outside fit for a terminal: control characters are shown, not obeyed."""
    return "".join(c if c.isprintable() or c == " " else c.encode("unicode_escape").decode() for c in text)


def say_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table with aligned columns; what is in it may come from outside."""
    table = [tuple(headings), *(tuple(plain("" if cell is None else str(cell)) for cell in row) for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(headings))]
    for row in table:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def when(wall_ns: int | None) -> str:
    """Say a wall time in UTC, to the millisecond."""
    if wall_ns is None:
        return ""
    moment = datetime.fromtimestamp(wall_ns // NS_PER_S, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{wall_ns % NS_PER_S // 1_000_000:03d}"
