"""The kinds of columns, and the rules that hold for each of them in every database."""

from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

Int64: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit integer; SQLite's INTEGER is one, and STRICT tables know no other name for it."""
INT64_MAX = 2**63 - 1
NUL, NUL_WRITTEN = "\0", "\\u0000"

metadata = MetaData()


def storable(text: str) -> str:
    r"""Write the character NUL, which PostgreSQL cannot hold, as the six characters ``\u0000``. See decision 0004."""
    return text.replace(NUL, NUL_WRITTEN) if NUL in text else text


def is_text(text: str) -> bool:
    """Tell whether a text can be written at all: half a character (a lone surrogate) cannot."""
    try:
        text.encode()
    except UnicodeError:
        return False
    return True


class StoredText(TypeDecorator[str]):
    """Text that every database can hold."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Write NUL as it is stored; what is no text at all is left to the driver to refuse."""
        del dialect
        return storable(value) if isinstance(value, str) else value


Json: TypeEngine[Any] = StoredText().with_variant(JSONB, "postgresql")
"""JSON that is searched: text in SQLite, a type with an index for its elements in PostgreSQL."""


def table(name: str, *parts: Any) -> Table:
    """Make a table; one of SQLite refuses values of another type than its columns'."""
    return Table(name, metadata, *parts, sqlite_strict=True)


def text(name: str, *, null: bool = False, key: bool = False) -> Column[str]:
    """Make a column of text."""
    return Column(name, StoredText, nullable=null, primary_key=key)


def integer(name: str, *, null: bool = False, key: bool = False) -> Column[int]:
    """Make a column of 64-bit integers."""
    return Column(name, Int64, nullable=null, primary_key=key, autoincrement=False)
