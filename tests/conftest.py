"""What all tests may ask for, and what each of them leaves behind as it was."""

from collections.abc import Iterator

import pytest
import structlog

from tests.postgres_server import database, new_database, postgres
from tests.valkey_server import valkey

__all__ = ["database", "new_database", "postgres", "valkey"]


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """Forget the level of logs of a command that a test ran in this process."""
    yield
    structlog.reset_defaults()
