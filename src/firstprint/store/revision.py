"""Revisions: numbers that move with every change of the master or of the links, and the turns of those who write."""

from sqlalchemy import Connection

from firstprint.store.driver import ask, do, is_postgresql
from firstprint.store.master_tables import MASTER


def take_turn(connection: Connection, name: str = MASTER) -> None:
    """Wait until no other transaction writes the master (or what else has a revision); the turn ends with this one.

    A transaction of SQLite has its turn from its beginning. Taken before any row of the master is read or written, it
    makes deadlocks and lost changes impossible.
    """
    if is_postgresql(connection):
        ask(connection, "SELECT revision FROM revisions WHERE name = ? FOR UPDATE", (name,))


def move_revision(connection: Connection, name: str = MASTER) -> None:
    """Say that the master (or what else has a revision) changed in this transaction."""
    do(connection, "UPDATE revisions SET revision = revision + 1 WHERE name = ?", (name,))


def master_revision(connection: Connection) -> int:
    """Read the master's number."""
    return revision_of(connection, MASTER)


def revision_of(connection: Connection, name: str) -> int:
    """Read a number."""
    return int(ask(connection, "SELECT revision FROM revisions WHERE name = ?", (name,))[0][0])
