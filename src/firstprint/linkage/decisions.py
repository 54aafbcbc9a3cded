"""What people decided about pairs: kept for good, and stronger than every rule.

A rule links no pair that somebody decided to be different. A market that somebody linked at a venue gets no other link
there by rule: not the first side (Kalshi's), and not the second one (Polymarket's), unless the person said what the
rules say too. Then the rule's links of the second side to its further markets (the other team's) stand beside it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

import msgspec

from firstprint.domain.links import Decision, Link, Verdict
from firstprint.domain.propositions import Listing, Topic
from firstprint.linkage.bets import opposite
from firstprint.linkage.differences import overtime_differs
from firstprint.linkage.joining import Against, Subject, make_link
from firstprint.linkage.naming import topic_id


def key_of(listing: Listing) -> str:
    """Name a listing as decisions do: `venue:market`."""
    return f"{listing.venue}:{listing.market}"


class _Wanted(NamedTuple):
    """The decisions that make links: by first side and the other venue, of which each has one; and by either side."""

    chosen: dict[tuple[str, str], Decision]
    linking: dict[str, list[Decision]]


class Decisions:
    """Decisions by pair, in either order; the latest one about a pair stands."""

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        self._by_pair: dict[frozenset[str], Decision] = {}
        self._others: dict[str, set[str]] = defaultdict(set)
        self._known_wanted: _Wanted | None = None
        for decision in decisions:
            self.take(decision)

    def __len__(self) -> int:
        return len(self._by_pair)

    def take(self, decision: Decision) -> None:
        """Take one."""
        pair = frozenset((decision.a, decision.b))
        known = self._by_pair.pop(pair, None)
        newest = decision if known is None or known.decided_wall_ns <= decision.decided_wall_ns else known
        self._by_pair[pair] = newest
        self._others[decision.a].add(decision.b)
        self._others[decision.b].add(decision.a)
        self._known_wanted = None

    def _wanted(self) -> _Wanted:
        """Find the links that people want: for each first side and other venue, what was decided last."""
        if self._known_wanted is not None:
            return self._known_wanted
        wanted = self._known_wanted = _Wanted({}, defaultdict(list))
        for decision in sorted(self._by_pair.values(), key=lambda one: one.decided_wall_ns):
            first, second = sides_of(decision)
            if decision.verdict is not Verdict.DIFFERENT and _source(first) != _source(second):
                wanted.chosen[first, _source(second)] = decision
        for decision in wanted.chosen.values():
            for side in sides_of(decision):
                wanted.linking[side].append(decision)
        return wanted

    def about(self, a: str, b: str) -> Decision | None:
        """Give the decision about two things named `venue:market` or `source:id`; None when nothing was decided."""
        return self._by_pair.get(frozenset((a, b)))

    def of(self, a: str, b: str) -> Verdict | None:
        """Say what was decided about two things named `venue:market` or `source:id`; None when nothing was."""
        decision = self.about(a, b)
        return None if decision is None else decision.verdict

    def of_contests(self, a: str, b: str) -> bool | None:
        """Say whether two sightings were decided to be one contest; None when nothing was decided."""
        verdict = self.of(a, b) if self._by_pair else None
        return None if verdict is None else verdict is not Verdict.DIFFERENT

    def others(self, name: str) -> Collection[str]:
        """Name all that somebody decided about together with this one."""
        return self._others.get(name, ())

    def linking(self, name: str) -> Collection[Decision]:
        """Give the decisions that stand and link this market."""
        return self._wanted().linking.get(name, ())

    def parting(self, names: Iterable[str], others: Collection[str]) -> Decision | None:
        """Give a decision that one of these is different from one of the others; None when there is none."""
        found = (self.about(name, other) for name in names for other in sorted(self.others(name)) if other in others)
        return next((one for one in found if one is not None and one.verdict is Verdict.DIFFERENT), None)

    def among(self, listings: Iterable[Listing]) -> Against | None:
        """Give what tells which decision is against a rule's link, among the listings of one contest or topic.

        None when nobody decided anything.
        """
        if not self._by_pair:
            return None
        known = {key_of(listing): listing for listing in listings}
        return lambda a, b: self._against(a, b, known)

    def _against(self, a: Listing, b: Listing, known: dict[str, Listing]) -> Decision | None:
        first, second = key_of(a), key_of(b)
        decision, chosen = self.about(first, second), self._wanted().chosen.get((first, b.venue))
        if decision is not None and decision.verdict is Verdict.DIFFERENT:
            return decision
        if chosen is not None:
            return None if chosen is decision else chosen
        elsewhere = (one for one in self.linking(second) if _source(sides_of(one)[0]) == a.venue)
        return next((one for one in elsewhere if not _confirms(one, b, known)), None)

    def link(self, decision: Decision, a: Listing, b: Listing, contest: str | None) -> Link:
        """Make the link that a person decided on; `a` is the side whose venue comes first, and of the contest."""
        polarity = a.polarity if decision.verdict is Verdict.SAME else opposite(a.polarity)
        told = msgspec.structs.replace(b, bet=a.bet, polarity=polarity)
        about = topic_id(a.about) if isinstance(a.about, Topic) else contest or f"decided:{decision.a}"
        subject = Subject(about, contest, a.title or a.name, 1.0, "decided")
        return make_link(subject, a, told, decided=f"decided by {decision.by}: {decision.note}")


def sides_of(decision: Decision) -> tuple[str, str]:
    """Give both sides of a decision, the one whose venue comes first in the alphabet first, as links have them."""
    first, second = sorted((decision.a, decision.b), key=lambda name: name.split(":", 1))
    return first, second


def _source(name: str) -> str:
    return name.partition(":")[0]


def _confirms(decision: Decision, b: Listing, known: dict[str, Listing]) -> bool:
    """Tell whether a decision links a market to `b` just as their readings do."""
    a = known.get(sides_of(decision)[0])
    if a is None or a.bet != b.bet or overtime_differs(a.terms, b.terms):
        return False
    return (a.polarity is b.polarity) is (decision.verdict is Verdict.SAME)
