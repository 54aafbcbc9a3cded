"""The few things that SQLite and PostgreSQL say differently, for the statements where speed counts.

Statements are written with `?` for values; table and column names in them come from this package only.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

Row: TypeAlias = tuple[Any, ...]


def is_postgresql(connection: Connection) -> bool:
    """Tell which of the two it is."""
    return connection.dialect.name == "postgresql"


def ask(connection: Connection, statement: str, values: Sequence[Any] = ()) -> list[Row]:
    """Run a query and give its rows, as the driver makes them: a thousand rows are a thousand tuples and no more."""
    result = connection.exec_driver_sql(_native(connection, statement), tuple(values))
    with _driver_errors(connection, statement):
        rows: list[Row] = result.cursor.fetchall()  # type: ignore[assignment] # the driver's rows are tuples
    result.close()
    return rows


def do(connection: Connection, statement: str, values: Sequence[Any] = ()) -> int:
    """Run a statement and give how many rows it touched."""
    return connection.exec_driver_sql(_native(connection, statement), tuple(values)).rowcount


def among(connection: Connection, column: str, names: Collection[str]) -> tuple[str, Any]:
    """Give a condition that a column is one of many texts, and the one value that it takes."""
    if is_postgresql(connection):
        return f"{column} = ANY(?)", list(names)
    return f"{column} IN (SELECT value FROM json_each(?))", msgspec.json.encode(list(names)).decode()  # noqa: S608 as said above


def add_rows(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Insert rows whose keys are known not to be there. Raises what SQLAlchemy raises."""
    if not is_postgresql(connection):
        put_rows(connection, table, columns, rows)
    elif rows:
        _copy(connection, table.name, columns, rows)


def put_rows(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Insert rows, or lay them over those with the same key. Raises what SQLAlchemy raises."""
    if not rows:
        return
    if not is_postgresql(connection):
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(_upsert(table, columns, f"VALUES ({marks})"), list(rows))
        return
    stage = f"stage_{table.name}"
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {stage} (LIKE {table.name}) ON COMMIT DELETE ROWS"
    )
    _copy(connection, stage, columns, rows)
    connection.exec_driver_sql(_upsert(table, columns, _selected(stage, ", ".join(columns))))
    connection.exec_driver_sql(f"TRUNCATE {stage}")


def _copy(connection: Connection, table: str, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    cursor = connection.connection.cursor()
    with closing(cursor), _driver_errors(connection, statement), cursor.copy(statement) as copy:  # psycopg's own method
        for row in rows:
            copy.write_row(row)


@contextmanager
def _driver_errors(connection: Connection, statement: str) -> Iterator[None]:
    """Raise what a driver raises as SQLAlchemy would."""
    driver = connection.dialect.loaded_dbapi
    try:
        yield
    except driver.Error as error:
        raise DBAPIError.instance(statement, None, error, driver.Error, dialect=connection.dialect) from error


def _selected(table: str, names: str) -> str:
    return f"SELECT {names} FROM {table}"  # noqa: S608 names of this package


@lru_cache(maxsize=32)
def _upsert(table: Table, columns: tuple[str, ...], source: str) -> str:
    keys = [column.name for column in table.primary_key]
    news = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in keys)
    names = ", ".join(columns)
    return f"INSERT INTO {table.name} ({names}) {source} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {news}"


def _native(connection: Connection, statement: str) -> str:
    return statement.replace("?", "%s") if is_postgresql(connection) else statement
