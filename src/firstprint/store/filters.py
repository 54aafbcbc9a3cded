"""Filters that readers combine: conditions in SQL with their values beside them, never in them."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from firstprint.store.columns import INT64_MAX, storable
from firstprint.store.driver import Row, ask, is_postgresql


class Filters:
    """A query of one table that is narrowed step by step. None narrows nothing."""

    def __init__(self, connection: Connection, table: str) -> None:
        self._connection = connection
        self._table = table
        self._conditions: list[str] = []
        self._values: list[Any] = []
        self._end = ""

    def also(self, condition: str, *values: Any) -> "Filters":
        """Add a condition."""
        self._conditions.append(condition)
        self._values += values
        return self

    def equal(self, column: str, value: str | None) -> "Filters":
        """Narrow to one value of a column."""
        return self if value is None else self.also(f"{column} = ?", storable(value))

    def flag(self, column: str, wanted: bool | None) -> "Filters":
        """Narrow to yes or no; written out, so that the partial indexes serve."""
        return self if wanted is None else self.also(f"{column} = {int(wanted)}")

    def between(self, column: str, low: int | None, high: int | None) -> "Filters":
        """Narrow to a range, both ends included; an end beyond 64 bits is as far as there is anything."""
        if low is not None:
            self.also(f"{column} >= ?", _within(low))
        return self if high is None else self.also(f"{column} <= ?", _within(high))

    def tag(self, tag: str | None) -> "Filters":
        """Narrow to series with a tag."""
        if tag is None:
            return self
        if is_postgresql(self._connection):
            return self.also("tags @> CAST(? AS jsonb)", _json([storable(tag)]))
        # an unescaped quote after a bracket or a comma begins an element, and nothing else in JSON does
        element = _json(storable(tag))
        return self.also("(instr(tags, ?) > 0 OR instr(tags, ?) > 0)", "[" + element, "," + element)

    def of_series(self, category: str | None, tag: str | None) -> "Filters":
        """Narrow to rows of series of a category or with a tag, disabled ones among them."""
        if category is None and tag is None:
            return self
        series = Filters(self._connection, "series").equal("category", category).tag(tag)
        return self.also(f"series_ticker IN (SELECT ticker FROM series{series._where})", *series._values)  # noqa: S608, SLF001 names of this package; another of the same kind

    def text(self, text: str | None, columns: Sequence[str]) -> "Filters":
        """Narrow to rows in one of whose columns a text stands, whatever its case."""
        if text is None:
            return self
        like = "ILIKE" if is_postgresql(self._connection) else "LIKE"
        forms = {text} if text.isascii() else {text, text.lower(), text.upper(), text.title()}
        patterns = sorted(f"%{_unpatterned(storable(form))}%" for form in forms)
        places = [f"{column} {like} ? ESCAPE '!'" for column in columns for _ in patterns]
        return self.also(f"({' OR '.join(places)})", *patterns * len(columns))

    def page(self, after: str | None, limit: int) -> "Filters":
        """Take the rows after a ticker, at most `limit`, in the order of the ticker."""
        return self.page_by("ticker", after, limit, order="ticker, venue")

    def page_by(self, column: str, after: str | None, limit: int, *, order: str | None = None) -> "Filters":
        """Take the rows after a value of the column that orders them, at most `limit`."""
        if after is not None:
            self.also(f"{column} > ?", storable(after))
        self._end = f" ORDER BY {order or column} LIMIT {int(limit)}"
        return self

    def rows(self, columns: str) -> list[Row]:
        """Ask for columns of the rows that are left."""
        query = f"SELECT {columns} FROM {self._table}{self._where}{self._end}"  # noqa: S608 names of this package
        return ask(self._connection, query, self._values)

    @property
    def _where(self) -> str:
        return f" WHERE {' AND '.join(self._conditions)}" if self._conditions else ""


def _unpatterned(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _within(value: int) -> int:
    return max(-INT64_MAX, min(value, INT64_MAX))
