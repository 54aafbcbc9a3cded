"""Why two markets are linked, or are not: each one's reading, how the two stand, and what was decided."""

import msgspec

from firstprint.domain.contests import Sighting
from firstprint.domain.errors import ConfigurationError
from firstprint.domain.links import Decision, Difference, Link, Refusal, Relation
from firstprint.domain.propositions import Listing, Topic, Unread
from firstprint.linkage.decisions import Decisions
from firstprint.linkage.differences import differences
from firstprint.linkage.joining import bet_words
from firstprint.linkage.linker import Linker
from firstprint.linkage.proposals import Proposals
from firstprint.linkage.relations import relation


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One market as it was read. `pays_when` says what its first outcome pays on; None when it was not read."""

    venue: str
    market: str
    name: str
    title: str | None
    about: str | None
    pays_when: str | None
    outcomes: tuple[str, ...]
    evidence: tuple[str, ...]
    unread: str | None


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """How two markets stand to each other by their first outcomes, and why they are linked or not."""

    a: Reading
    b: Reading
    same_subject: bool
    relation: Relation
    why: str
    differences: tuple[Difference, ...]
    link: Link | None
    refusals: tuple[Refusal, ...]
    decisions: tuple[Decision, ...] = ()
    """What people decided about the two markets, and about the two contests that they are of."""


def explain(a: str, b: str, linker: Linker) -> Explanation:
    """Explain two markets, each given by ticker, slug or condition id. Raises ConfigurationError for unknown ones."""
    one, other = _find(a, linker), _find(b, linker)
    if one.venue > other.venue:
        one, other = other, one
    link = next((x for x in linker.links() if {x.a_market, x.b_market} == {one.market, other.market}), None)
    refusals = tuple(x for x in linker.refusals() if x.market in (one.market, other.market))
    same, why, stands = False, _why_unread(one, other), Relation.UNRELATED
    if isinstance(one, Listing) and isinstance(other, Listing):
        same, why = _same_subject(one, other, linker)
        stands = relation(one, other) if same else Relation.UNRELATED
    told = _explanation(one, other, same, stands, why, link, refusals)
    return msgspec.structs.replace(told, decisions=_decisions(one, other, linker.decisions))


def _explanation(
    a: Listing | Unread,
    b: Listing | Unread,
    same: bool,
    stands: Relation,
    why: str,
    link: Link | None,
    refusals: tuple[Refusal, ...],
) -> Explanation:
    told = differences(a, b) if isinstance(a, Listing) and isinstance(b, Listing) and same else ()
    return Explanation(
        a=_reading(a), b=_reading(b), same_subject=same, relation=stands, why=why, differences=told, link=link,
        refusals=refusals,
    )  # fmt: skip


def _why_unread(*given: Listing | Unread) -> str:
    return "; ".join(f"{one.name} was not read: {one.detail}" for one in given if isinstance(one, Unread))


def _decisions(a: Listing | Unread, b: Listing | Unread, known: Decisions) -> tuple[Decision, ...]:
    found = [known.about(f"{a.venue}:{a.market}", f"{b.venue}:{b.market}")]
    contests = [
        f"{one.venue}:{one.about.id}" for one in (a, b) if isinstance(one, Listing) and isinstance(one.about, Sighting)
    ]
    if len(contests) == 2:
        found.append(known.about(contests[0], contests[1]))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _find(name: str, linker: Linker) -> Listing | Unread:
    known: list[Listing | Unread] = [*linker.listings(), *linker.unread()]
    for one in known:
        if name in (one.market, one.name) or (isinstance(one, Listing) and name in one.also):
            return one
    near = Proposals((one.name, one.name) for one in known).near(name)
    hint = f": the nearest are {', '.join(near)}" if near else ""
    raise ConfigurationError(f"no market is known as {name!r}{hint}")


def _same_subject(a: Listing, b: Listing, linker: Linker) -> tuple[bool, str]:
    if isinstance(a.about, Topic) or isinstance(b.about, Topic):
        same = a.about == b.about
        return same, "the same topic" if same else f"different topics: {_about(a)}, {_about(b)}"
    if a.venue == b.venue and a.about.id == b.about.id:
        return True, "two markets of one event"
    for contest in linker.contests():
        ids = {(one.source, one.id) for one in contest.sightings}
        if {(a.venue, a.about.id), (b.venue, b.about.id)} <= ids:
            return True, f"one contest: {contest.id}"
    return False, _why_apart(a.about, b.about)


def _why_apart(a: Sighting, b: Sighting) -> str:
    if a.league != b.league:
        return f"different leagues: {a.league} and {b.league}"
    if a.teams != b.teams:
        return f"different teams: {' v '.join(a.teams)} and {' v '.join(b.teams)}"
    return "the same teams, and nothing certain says that it is the same game"


def _about(listing: Listing) -> str:
    about = listing.about
    if isinstance(about, Topic):
        return f"{about.kind} {about.key}"
    return f"{about.league} {' v '.join(about.teams)} ({about.id})"


def _reading(one: Listing | Unread) -> Reading:
    read = one if isinstance(one, Listing) else None
    return Reading(
        venue=one.venue,
        market=one.market,
        name=one.name,
        title=one.title,
        about=None if read is None else _about(read),
        pays_when=None
        if read is None
        else f"{bet_words(read.bet)} is {'true' if read.polarity.value == 'yes' else 'false'}",
        outcomes=() if read is None else tuple(outcome.label for outcome in read.outcomes),
        evidence=() if read is None else read.evidence,
        unread=None if isinstance(one, Listing) else f"{one.reason}: {one.detail}",
    )
