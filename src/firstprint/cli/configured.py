"""The configuration of a command: the environment's, with the command's own flags laid over it."""

from pathlib import Path

import msgspec

from firstprint.config import Config, read_config
from firstprint.domain.errors import ConfigurationError


def with_flags(data: Path | None = None, kalshi_url: str | None = None) -> Config:
    """Read the configuration; flags that were given win over the environment."""
    config = read_config()
    if data is not None:
        config = msgspec.structs.replace(config, data=data)
    if kalshi_url is not None:
        config = msgspec.structs.replace(config, kalshi_rest_url=kalshi_url)
    return config


def row_limit(limit: int) -> int:
    """Give a limit of rows back. Raises ConfigurationError unless it is a whole number of at least 1."""
    if limit < 1:
        raise ConfigurationError(f"--limit is {limit}: it must be at least 1")
    return limit
