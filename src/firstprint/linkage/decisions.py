"""What people decided about pairs: kept for good, and stronger than every rule."""

from collections.abc import Iterable, Iterator

import msgspec

from firstprint.domain.links import Decision, Link, Verdict
from firstprint.domain.propositions import Listing
from firstprint.linkage.bets import opposite
from firstprint.linkage.joining import Subject, make_link


def key_of(listing: Listing) -> str:
    """Name a listing as decisions do: `venue:market`."""
    return f"{listing.venue}:{listing.market}"


class Decisions:
    """Decisions by pair, in either order; the latest one about a pair stands."""

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        self._by_pair: dict[frozenset[str], Decision] = {}
        for decision in decisions:
            self.take(decision)

    def __len__(self) -> int:
        return len(self._by_pair)

    def take(self, decision: Decision) -> None:
        """Take one."""
        self._by_pair[frozenset((decision.a, decision.b))] = decision

    def of(self, a: str, b: str) -> Verdict | None:
        """Say what was decided about two things named `venue:market` or `source:id`; None when nothing was."""
        decision = self._by_pair.get(frozenset((a, b)))
        return None if decision is None else decision.verdict

    def forbids(self, a: Listing, b: Listing) -> bool:
        """Tell whether somebody decided that two listings are not the same."""
        return bool(self._by_pair) and self.of(key_of(a), key_of(b)) is Verdict.DIFFERENT

    def of_contests(self, a: str, b: str) -> bool | None:
        """Say whether two sightings were decided to be one contest; None when nothing was decided."""
        verdict = self.of(a, b) if self._by_pair else None
        return None if verdict is None else verdict is not Verdict.DIFFERENT

    def positive(self) -> Iterator[Decision]:
        """Give the decisions that two things are the same."""
        return (one for one in self._by_pair.values() if one.verdict is not Verdict.DIFFERENT)

    def link(self, decision: Decision, a: Listing, b: Listing, contest: str | None) -> Link:
        """Make the link that a person decided on; the first listing by venue comes first."""
        a, b = sorted((a, b), key=lambda one: (one.venue, one.market))
        polarity = a.polarity if decision.verdict is Verdict.SAME else opposite(a.polarity)
        told = msgspec.structs.replace(b, bet=a.bet, polarity=polarity)
        subject = Subject(contest or f"decided:{decision.a}", contest, a.title or a.name, 1.0, "decided")
        return make_link(subject, a, told, decided=f"decided by {decision.by}: {decision.note}")
