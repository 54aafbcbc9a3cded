"""Where a Redis is, or what speaks as it does. Its text never shows a password."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from firstprint.domain.errors import ConfigurationError

SCHEMES = ("redis", "rediss")
ACCEPTED = "redis://user:password@host:6379/0, or rediss:// for TLS"
PORT = 6379


@dataclass(frozen=True)
class RedisAddress:
    """The address of a Redis. `url` may hold a password: only the connection is given it."""

    url: str
    host: str
    port: int
    database: int

    @classmethod
    def of(cls, text: str) -> "RedisAddress":
        """Read an address. Raises ConfigurationError, without any part that may be secret."""
        try:
            parts = urlsplit(text.strip())
            port, database = parts.port or PORT, int(parts.path.strip("/") or 0)
        except ValueError:
            raise ConfigurationError(f"the Redis address cannot be read. It must be {ACCEPTED}") from None
        if parts.scheme not in SCHEMES or not parts.hostname or parts.query or parts.fragment or database < 0:
            raise ConfigurationError(f"the Redis address cannot be used. It must be {ACCEPTED}")
        return cls(text.strip(), parts.hostname, port, database)

    def __str__(self) -> str:
        """Name the server as errors and logs may."""
        return f"Redis at {self.host}:{self.port}, database {self.database}"

    def __repr__(self) -> str:
        return f"RedisAddress({self})"
