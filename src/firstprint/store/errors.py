"""What can go wrong with the database, in addition to the DataFolderError of the domain."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from firstprint.domain.errors import Advice, FirstprintError


class StoreUnavailable(FirstprintError):  # noqa: N818 it names a state that passes, as VenueUnavailable does
    """The database cannot be used now (locked, full, gone). Whether the last commit happened may be unknown."""

    advice = Advice.RETRY

    def __init__(self, detail: str) -> None:
        super().__init__(f"the database cannot be used now: {detail}")


@contextmanager
def store_errors() -> Iterator[None]:
    """Raise StoreUnavailable for what passes: locks, deadlocks, timeouts, a full disk, a lost connection.

    Its text is the driver's first line, without the statement or its values.
    """
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise StoreUnavailable(first_line(error)) from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise StoreUnavailable(first_line(error)) from error
    except PoolTimeout as error:
        raise StoreUnavailable("all its connections are in use") from error


def first_line(error: DBAPIError) -> str:
    """Give what the driver said, in one line."""
    return (str(error.orig).strip() or type(error.orig).__name__).splitlines()[0]
