"""The master's revision: a number that moves with every change of it, and the turn of those who write it."""

from sqlalchemy import Connection

from firstprint.store.driver import ask, do, is_postgresql
from firstprint.store.master_tables import MASTER


def take_turn(connection: Connection) -> None:
    """Wait until no other transaction writes the master; the turn ends with this transaction.

    A transaction of SQLite has its turn from its beginning. Taken before any row of the master is read or written, it
    makes deadlocks and lost changes impossible.
    """
    if is_postgresql(connection):
        ask(connection, "SELECT revision FROM revisions WHERE name = ? FOR UPDATE", (MASTER,))


def move_revision(connection: Connection) -> None:
    """Say that the master changed in this transaction."""
    do(connection, "UPDATE revisions SET revision = revision + 1 WHERE name = ?", (MASTER,))


def master_revision(connection: Connection) -> int:
    """Read the number."""
    return int(ask(connection, "SELECT revision FROM revisions WHERE name = ?", (MASTER,))[0][0])
