"""Rows that can never be stored, however often it is tried: they go to quarantine, and the rest is stored."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, DataError, DBAPIError, IntegrityError, InterfaceError, ProgrammingError

from firstprint.store.driver import Row, put_rows
from firstprint.store.tables import quarantine

POISON = (DataError, IntegrityError, InterfaceError, ProgrammingError, OverflowError, UnicodeError)
"""What the database or its driver says of such a row."""
DETAIL_CHARS_MAX = 500
RAW_BYTES_MAX = 16_384
REASON = "POISON_ROW"
COLUMNS = ("session", "record", "part", "reason", "detail", "raw_bytes", "raw")


class Poison(NamedTuple):
    """A row, or the entry it was to be made of, the table it was for, and what was said of it."""

    table: str
    row: Any
    error: Exception

    def as_row(self, session: str, record: int, part: int) -> Row:
        """Give its row in quarantine, in the order of COLUMNS."""
        row = msgspec.structs.asdict(self.row) if isinstance(self.row, msgspec.Struct) else self.row
        raw = ascii(row).encode()
        detail = ascii(f"{self.table}: {type(self.error).__name__}: {self.error}")[1:-1][:DETAIL_CHARS_MAX]
        return (session, record, part, REASON, detail, len(raw), raw[:RAW_BYTES_MAX])


def cause_of(error: Exception) -> Exception:
    """Give what the driver said; raise the error again when it is the connection that is lost, and not the row."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        raise error
    return error.orig if isinstance(error, DatabaseError) and isinstance(error.orig, Exception) else error


def set_apart(connection: Connection, session: str, record: int, poisons: Iterable[Poison]) -> int:
    """Put rows to quarantine, in parts numbered from -1 downwards; give how many they were."""
    rows = [poison.as_row(session, record, -1 - number) for number, poison in enumerate(poisons)]
    put_rows(connection, quarantine, COLUMNS, rows)
    return len(rows)
