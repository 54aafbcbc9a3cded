"""The links in a database: what linkage writes, and what people decide. Each call is one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from firstprint.domain.link_changes import LaidCounts, LinkChanges
from firstprint.domain.links import Decision
from firstprint.store.errors import store_errors
from firstprint.store.link_decisions import add_decision, forbidden_links, list_decisions
from firstprint.store.link_laying import LinkLaying
from firstprint.store.linkage_tables import LINKS
from firstprint.store.revision import move_revision, take_turn

DECISION = "decision"


class SqlLinkStore:
    """A store of links on SQLite or PostgreSQL, for those who write; `SqlLinkReader` is for those who read.

    Every call raises StoreUnavailable when the database is away; nothing of it is stored then.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with store_errors(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._transaction() as connection:
            take_turn(connection, LINKS)
            yield connection

    def lay(self, changes: LinkChanges, *, cause: str, wall_ns: int) -> LaidCounts:
        """Lay what linkage found over what is stored; safe to repeat. `cause` is the run that found it.

        What a person decided wins: a link that a decision forbids is not stored, and counted as overruled.
        """
        with self._writing() as connection:
            return LinkLaying(connection, cause, wall_ns).lay(changes)

    def decide(self, decision: Decision) -> None:
        """Keep a person's decision. Links that it forbids stand no more, at once; the rest is for the next pass."""
        with self._writing() as connection:
            add_decision(connection, decision)
            forbidden = forbidden_links(connection, decision)
            reason = f"{decision.by} decided: {decision.verdict.value}"
            laying = LinkLaying(connection, DECISION, decision.decided_wall_ns)
            laying.retire((link, reason) for link in forbidden)
            move_revision(connection, LINKS)

    def decisions(self) -> list[Decision]:
        """List the decisions that hold, oldest first; `a` comes before `b`."""
        with self._transaction() as connection:
            return list_decisions(connection)
