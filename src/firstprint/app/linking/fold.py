"""Answers folded into the state of linkage and the history of odds: the same live, and made again from the journal."""

from collections import Counter
from collections.abc import Mapping

import structlog

from firstprint.app.linking.ports import OddsKeeper, PayloadReader
from firstprint.app.linking.state import LinkState, Settled
from firstprint.domain.clock import NS_PER_S
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.happenings import RestRequest
from firstprint.domain.odds import OddsEvent
from firstprint.signals.consensus import ConsensusPlan, consensus_of

_log = structlog.get_logger(__name__)

KEPT_NS = 36 * 3_600 * NS_PER_S
"""How long after its start a contest is remembered."""
PRUNE_NS = 60 * NS_PER_S
"""How long apart it is looked for what is over, by the times of the answers: so it happens again in a rebuild."""


class AnswerFold:
    """Reads answers, each by its source's reader. What cannot be read is counted in `quarantined`; nothing is raised.

    The answers themselves are in the journal, readable or not.
    """

    def __init__(
        self, readers: Mapping[str, PayloadReader], state: LinkState, history: OddsKeeper, plan: ConsensusPlan
    ) -> None:
        self.state = state
        self.quarantined: Counter[str] = Counter()
        self._readers = readers
        self._history = history
        self._plan = plan
        self._prune_due_ns = 0

    def apply(self, source: str, request: RestRequest, body: bytes, *, record: int, wall_ns: int) -> Settled | None:
        """Read an answer that is a record of the run's journal, received at `wall_ns`, and link what it tells.

        Gives what changed, None when nothing did.
        """
        reader = self._readers[source]
        try:
            reader.learn(body)
            read = reader.read(body, request)
        except MalformedMessage as error:
            self.quarantined[f"{source}: {error.reason}"] += 1
            _log.warning("answer_unreadable", source=source, error=str(error))
            return None
        self.quarantined.update(f"{source}: {reason}" for reason, _ in read.unreadable)
        self.state.take(read)
        if wall_ns >= self._prune_due_ns:
            self._prune_due_ns = wall_ns + PRUNE_NS
            self.state.prune(wall_ns, KEPT_NS)
        settled = self.state.settle(wall_ns)
        if read.odds:
            self._note_odds(read.odds, record, wall_ns)
        return settled

    def _note_odds(self, events: list[OddsEvent], record: int, wall_ns: int) -> None:
        """Keep the quotes, and what the books together say of each contest, as of this answer."""
        contest_of = self.state.linker.contest_of
        contests = {one.sighting.id: found for one in events if (found := contest_of(one.sighting)) is not None}
        self._history.take(events, record=record, wall_ns=wall_ns, contests=contests)
        for event in events:
            if (contest := contests.get(event.sighting.id)) is not None:
                said = consensus_of(event, contest, self._plan, wall_ns)
                self._history.take_consensus(said, record=record, sport_key=event.sport_key)
