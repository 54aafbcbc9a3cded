"""Logs: one readable line each, to standard error, with control characters shown instead of obeyed."""

import logging
import sys
from collections.abc import MutableMapping
from io import StringIO
from typing import Any

import structlog


def configure_logs(level: str) -> None:
    """Send logs of at least `level` to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _visible,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper(), logging.INFO)),
        logger_factory=structlog.PrintLoggerFactory(_StandardError()),
    )


class _StandardError(StringIO):
    """Standard error as it is at the moment of writing: a live view puts itself before it while it is shown."""

    def write(self, text: str) -> int:
        """Write to it."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Flush it."""
        sys.stderr.flush()


def _visible(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep text from outside on its line (S16): what a venue calls a market is hostile text."""
    for key, value in event.items():
        if isinstance(value, str) and key != "exception" and not value.isprintable():
            event[key] = value.encode("unicode_escape").decode()
    return event
