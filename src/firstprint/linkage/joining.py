"""Listings of one contest or topic joined by equal bets: links, and refusals for what has no partner."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from firstprint.domain.links import Decision, Link, Refusal, Relation, Verdict
from firstprint.domain.propositions import Bet, Listing, Topic
from firstprint.linkage.differences import differences, overtime_differs
from firstprint.linkage.naming import line_text, proposition_id, topic_id

Against = Callable[[Listing, Listing], Decision | None]
"""Gives a person's decision for which no rule may link two listings; None where none is against it."""

_NAMED_MAX = 5


class Subject(NamedTuple):
    """What listings are joined about: a contest or topic, and how sure and why it is the same one for all of them."""

    id: str
    contest: str | None
    title: str
    confidence: float
    reason: str


class Joined(NamedTuple):
    """What became of listings."""

    links: tuple[Link, ...]
    refusals: tuple[Refusal, ...]


def subject_of_topic(topic: Topic) -> Subject:
    """Describe a topic as what listings are joined about: its identity is stated, not inferred."""
    return Subject(topic_id(topic), None, f"{topic.kind} {topic.key}", 0.98, "same topic by its structure")


def join_listings(subject: Subject, listings: Iterable[Listing], against: Against | None) -> Joined:
    """Join the listings of one subject across venues, each venue's with every later one's in alphabetical order.

    `against` is None where nobody decided anything.
    """
    by_venue: dict[str, list[Listing]] = defaultdict(list)
    for listing in listings:
        by_venue[listing.venue].append(listing)
    links: list[Link] = []
    refusals: list[Refusal] = []
    venues = sorted(by_venue)
    for place, venue in enumerate(venues):
        for other in venues[place + 1 :]:
            _join_two(subject, by_venue[venue], by_venue[other], against, links, refusals)
    return Joined(tuple(links), tuple(refusals))


def _join_two(
    subject: Subject,
    ours: Sequence[Listing],
    theirs: Sequence[Listing],
    against: Against | None,
    links: list[Link],
    refusals: list[Refusal],
) -> None:
    by_bet: dict[Bet, list[Listing]] = defaultdict(list)
    for listing in theirs:
        by_bet[listing.bet].append(listing)
    for a in ours:
        found = _partner(subject, a, by_bet.get(a.bet, ()), theirs, against)
        if isinstance(found, Refusal):
            refusals.append(found)
        else:
            links.append(make_link(subject, a, found))


def _partner(
    subject: Subject, a: Listing, alike: Sequence[Listing], theirs: Sequence[Listing], against: Against | None
) -> Listing | Refusal:
    """Find the one listing that settles on the same bet, or say why there is none."""
    equal = alike if against is None else [b for b in alike if against(a, b) is None]
    if not equal:
        if against is not None and alike and (decision := against(a, alike[0])) is not None:
            return _refuse(subject, a, *decided_against(decision), ())
        open_ = theirs if against is None else [b for b in theirs if against(a, b) is None]
        return _refuse(subject, a, "no_counterpart_bet", "the other venue does not list this bet", _near(a, open_))
    chosen = equal if len(equal) == 1 else [b for b in equal if b.live]
    if len(chosen) != 1:
        why = f"{len(equal)} listings there settle on this bet, and nothing says which to take"
        return _refuse(subject, a, "two_listings_of_one_bet", why, [b.name for b in equal])
    if overtime_differs(a.terms, chosen[0].terms):
        why = "one of the two counts overtime and the other does not"
        return _refuse(subject, a, "overtime_differs", why, [chosen[0].name])
    return chosen[0]


def decided_against(decision: Decision) -> tuple[str, str]:
    """Give the code and the words of a refusal that a person's decision makes."""
    if decision.verdict is Verdict.DIFFERENT:
        return "decided_different", f"by {decision.by}: {decision.note}"
    linked = f"{decision.a} and {decision.b} are {decision.verdict.value}"
    return "decided_elsewhere", f"{linked}, by {decision.by}: {decision.note}"


def _near(a: Listing, theirs: Sequence[Listing]) -> list[str]:
    """Name the other venue's listings of the same kind, nearest line first: what a reader would take for a match."""
    alike = [b for b in theirs if (b.bet.kind, b.bet.period, b.bet.stat) == (a.bet.kind, a.bet.period, a.bet.stat)]
    line_e6 = a.bet.line_e6 or 0
    alike.sort(key=lambda b: (b.bet.side != a.bet.side, abs((b.bet.line_e6 or 0) - line_e6), b.name))
    return [b.name for b in alike[:_NAMED_MAX]]


def _refuse(subject: Subject, a: Listing, code: str, why: str, candidates: Sequence[str]) -> Refusal:
    return Refusal(
        venue=a.venue,
        market=a.market,
        event=a.event,
        code=code,
        reason=f"{subject.title}, {bet_words(a.bet)}: {why}",
        work_item=f"{code}:{subject.id}:{a.bet.kind.value}",
        candidates=tuple(candidates[:_NAMED_MAX]),
    )


def make_link(subject: Subject, a: Listing, b: Listing, *, decided: str | None = None) -> Link:
    """Make the link of two listings that settle on the same bet. `decided` is a person's note, where one decided."""
    same = a.polarity is b.polarity
    tokens = [outcome.token for outcome in b.outcomes] if len(b.outcomes) == 2 else [None, None]
    pays, other = tokens if same else reversed(tokens)
    rule = f"{subject.reason}, {bet_words(a.bet)}"
    return Link(
        id=f"{a.venue}:{a.market}={b.venue}:{b.market}",
        proposition=proposition_id(subject.id, a.bet),
        contest=subject.contest,
        a_venue=a.venue,
        a_market=a.market,
        a_event=a.event,
        b_venue=b.venue,
        b_market=b.market,
        b_name=b.name,
        b_event=b.event,
        token_id=pays,
        other_token_id=other,
        relation=Relation.IDENTICAL,
        polarity="same" if same else "inverse",
        reason=f"{subject.title}: {rule if decided is None else decided}",
        confidence=subject.confidence if decided is None else 1.0,
        differences=differences(a, b),
        decided_by="rule" if decided is None else "person",
    )


def bet_words(bet: Bet) -> str:
    """Say a bet in few words: `winner`, `margin over -3.5`, `first_half total over 110.5`."""
    period = "" if bet.period.value in ("full", "regulation") else f"{bet.period.value} "
    words = " ".join(part for part in (bet.stat or bet.kind.value, bet.subject, bet.side) if part is not None)
    return f"{period}{words}" if bet.line_e6 is None else f"{period}{words} over {line_text(bet.line_e6)}"
