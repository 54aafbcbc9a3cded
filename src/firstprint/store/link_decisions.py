"""What people decided about pairs, kept for good; and which links that forbids."""

from sqlalchemy import Connection

from firstprint.domain.links import Decision, Link, Verdict
from firstprint.store.driver import Row, ask, put_rows
from firstprint.store.link_rows import as_row
from firstprint.store.linkage_tables import link_decisions

COLUMNS = ("a", "b", "decided_wall_ns", "verdict", "decided_by", "note")
FORBIDDEN = {
    Verdict.DIFFERENT: ("same", "inverse"),
    Verdict.SAME: ("inverse",),
    Verdict.INVERSE: ("same",),
}
"""The polarities of links that a decision forbids."""
_BETWEEN = """
    SELECT id, polarity FROM links WHERE retired_wall_ns IS NULL AND (
        a_venue = ? AND a_market = ? AND b_venue = ? AND b_market = ? OR
        a_venue = ? AND a_market = ? AND b_venue = ? AND b_market = ?)
"""


def add_decision(connection: Connection, decision: Decision) -> None:
    """Keep a decision. What it says is the same both ways, so that the sides are kept in one order."""
    sides = sorted((decision.a, decision.b))
    row = as_row((*sides, decision.decided_wall_ns, decision.verdict.value, decision.by, decision.note))
    put_rows(connection, link_decisions, COLUMNS, [row])


def list_decisions(connection: Connection) -> list[Decision]:
    """List the decisions that hold, oldest first: the newest one of each pair."""
    query = f"SELECT {', '.join(COLUMNS)} FROM link_decisions ORDER BY decided_wall_ns, a, b"  # noqa: S608 names of this module
    newest = {(row[0], row[1]): _read(row) for row in ask(connection, query)}
    return sorted(newest.values(), key=lambda one: (one.decided_wall_ns, one.a, one.b))


def newest_verdicts(connection: Connection) -> dict[tuple[str, str], Verdict]:
    """Give the verdicts that hold, by pair."""
    return {(one.a, one.b): one.verdict for one in list_decisions(connection)}


def is_forbidden(link: Link, verdicts: dict[tuple[str, str], Verdict]) -> bool:
    """Tell whether a verdict forbids a link."""
    first, second = sorted((f"{link.a_venue}:{link.a_market}", f"{link.b_venue}:{link.b_market}"))
    verdict = verdicts.get((first, second))
    return verdict is not None and link.polarity in FORBIDDEN[verdict]


def forbidden_links(connection: Connection, decision: Decision) -> list[str]:
    """List the links of a pair that stand, and that a decision forbids."""
    a, b = _market(decision.a), _market(decision.b)
    found = ask(connection, _BETWEEN, as_row((*a, *b, *b, *a)))
    return [link for link, polarity in found if polarity in FORBIDDEN[decision.verdict]]


def _market(side: str) -> tuple[str, str]:
    venue, _, market = side.partition(":")
    return venue, market


def _read(row: Row) -> Decision:
    a, b, decided_wall_ns, verdict, by, note = row
    return Decision(a=a, b=b, verdict=Verdict(verdict), by=by, note=note, decided_wall_ns=decided_wall_ns)
