"""Where a database is: a file of SQLite, or a PostgreSQL server. Its text never shows a password."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from firstprint.domain.errors import ConfigurationError

POSTGRESQL = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
ACCEPTED = "postgresql://user:password@host:5432/database, or the path of a SQLite file"


@dataclass(frozen=True)
class DatabaseAddress:
    """The address of a database: `path` for SQLite, None for a server."""

    url: URL
    path: Path | None = None

    @classmethod
    def of(cls, text: "str | Path | DatabaseAddress") -> "DatabaseAddress":
        """Read an address: a path, or a URL. Raises ConfigurationError, without any part that may be secret."""
        if isinstance(text, DatabaseAddress):
            return text
        if isinstance(text, Path) or "://" not in text:
            return cls._of_path(Path(text))
        try:
            url = make_url(text.strip())
        except (ArgumentError, ValueError):
            raise ConfigurationError(f"the database address cannot be read. It must be {ACCEPTED}") from None
        if url.drivername in POSTGRESQL:
            return cls(url.set(drivername="postgresql+psycopg"))
        if url.drivername == "sqlite" and url.database:
            return cls._of_path(Path(url.database))
        raise ConfigurationError(f"the database address begins with {url.drivername}://. It must be {ACCEPTED}")

    @classmethod
    def _of_path(cls, path: Path) -> "DatabaseAddress":
        return cls(URL.create("sqlite", database=str(path)), path)

    def __str__(self) -> str:
        """Name the database as errors and logs may."""
        if self.path is not None:
            return str(self.path)
        port = "" if self.url.port is None else f":{self.url.port}"
        return f"PostgreSQL database {self.url.database or ''!r} at {self.url.host or 'the local socket'}{port}"

    def __repr__(self) -> str:
        return f"DatabaseAddress({self})"
