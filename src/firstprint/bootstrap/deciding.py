"""A person's decision, kept: first in a journal of its own, then in the database."""

import msgspec

from firstprint.bootstrap.database import master_of
from firstprint.bootstrap.recording import new_session_id
from firstprint.bootstrap.syncing import software
from firstprint.config import Config
from firstprint.domain.clock import Clock
from firstprint.domain.happenings import RestRequest, SessionOpened
from firstprint.domain.links import Decision, Verdict
from firstprint.journal.runs import DECISIONS_NAME, RunJournals
from firstprint.net.clock import SystemClock
from firstprint.store.link_store import SqlLinkStore

DECISION_PATH = "/decisions"


def decide(
    config: Config, a: str, b: str, verdict: Verdict, by: str, note: str, *, clock: Clock | None = None
) -> Decision:
    """Keep a decision about two things, each `venue:market` or `source:id`. It is in the record before it counts."""
    clock = clock or SystemClock()
    decision = Decision(a=a, b=b, verdict=verdict, by=by, note=note, decided_wall_ns=clock.now().wall_ns)
    opened = SessionOpened(session=new_session_id(clock), venue="", software=software())
    with master_of(config) as engine:
        with RunJournals(config.data, clock, DECISIONS_NAME).begin(opened) as journal:
            journal.keep(RestRequest(path=DECISION_PATH), msgspec.json.encode(decision))
            journal.finish("clean", {})
        SqlLinkStore(engine).decide(decision)
    return decision
