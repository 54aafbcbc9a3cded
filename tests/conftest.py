"""What all tests may ask for."""

from tests.postgres_server import database, new_database, postgres

__all__ = ["database", "new_database", "postgres"]
