"""Buckets: all that was read of one league and pair of teams, or of one topic, and what it comes to."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from firstprint.domain.contests import Contest, Sighting
from firstprint.domain.links import ContestLink, Decision, Link, Refusal
from firstprint.domain.propositions import Listing, Topic
from firstprint.linkage.cadence import Cadence
from firstprint.linkage.decisions import Decisions
from firstprint.linkage.joining import Subject, decided_against, join_listings, subject_of_topic
from firstprint.linkage.meetings import Doubt, Meeting, Meetings, join_contests


class Bucket:
    """All that was read of one league and pair of teams, or of one topic."""

    __slots__ = ("listings", "sightings")

    def __init__(self) -> None:
        self.sightings: dict[tuple[str, str, str], Sighting] = {}
        self.listings: dict[tuple[str, str], Listing] = {}


class Found(NamedTuple):
    """What a bucket comes to."""

    contests: tuple[Contest, ...] = ()
    contest_links: tuple[ContestLink, ...] = ()
    links: tuple[Link, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def of_topic(bucket: Bucket, topic: Topic, decisions: Decisions) -> Found:
    """Join the listings of a topic, whose identity is stated."""
    subject, listings = subject_of_topic(topic), list(bucket.listings.values())
    if len({listing.venue for listing in listings}) < 2:
        why = "no other venue lists this topic"
        return Found(refusals=tuple(_refusal(one, "no_counterpart_topic", why, subject, ()) for one in listings))
    joined = join_listings(subject, listings, decisions.among(listings))
    return Found((), (), joined.links, joined.refusals)


def of_contests(bucket: Bucket, cadence: Cadence, decisions: Decisions) -> Found:
    """Join the sightings of a league and pair of teams into contests, and the listings of each contest."""
    found = join_contests(bucket.sightings.values(), cadence, decisions.of_contests if len(decisions) else None)
    about = _by_contest(bucket.listings.values(), found.meetings)
    listed = _events(bucket) if len(decisions) else frozenset()
    links: list[Link] = []
    refusals: list[Refusal] = [_doubted(doubt) for doubt in found.doubts]
    for meeting in found.meetings:
        listings = about.get(meeting.contest.id, [])
        joined = join_listings(_subject(meeting), listings, decisions.among(listings))
        links += joined.links
        refusals += joined.refusals
        parting = decisions.parting(_names(meeting), listed) if listed else None
        refusals += _alone(meeting, listings, found.doubts, parting)
    contests = tuple(meeting.contest for meeting in found.meetings)
    return Found(contests, tuple(_contest_links(found)), tuple(links), tuple(refusals))


def _by_contest(listings: Iterable[Listing], meetings: Iterable[Meeting]) -> dict[str, list[Listing]]:
    contest_of = {
        (sighting.source, sighting.id): meeting.contest.id
        for meeting in meetings
        for sighting in meeting.contest.sightings
    }
    about: dict[str, list[Listing]] = {}
    for listing in listings:
        assert isinstance(listing.about, Sighting)  # noqa: S101 a contest's bucket holds listings of contests
        about.setdefault(contest_of[listing.venue, listing.about.id], []).append(listing)
    return about


def _subject(meeting: Meeting) -> Subject:
    contest = meeting.contest
    return Subject(contest.id, contest.id, title_of(contest), meeting.confidence, meeting.reason)


def title_of(contest: Contest) -> str:
    """Call a contest as a source does, else by its teams."""
    said = next((one.title for one in contest.sightings if one.title), None)
    return said or f"{contest.league} {' v '.join(contest.teams)}"


def _contest_links(found: Meetings) -> Iterator[ContestLink]:
    for meeting in found.meetings:
        if len(meeting.parties) > 1:
            yield ContestLink(
                contest=meeting.contest.id,
                league=meeting.contest.league,
                title=title_of(meeting.contest),
                start_ns=meeting.contest.start_ns,
                ids={party.source: party.ids for party in meeting.parties},
                confidence=meeting.confidence,
                reason=meeting.reason,
            )


def _doubted(doubt: Doubt) -> Refusal:
    ids = doubt.party.ids
    return Refusal(
        venue=doubt.party.source,
        market=None,
        event=ids[0],
        code=doubt.code,
        reason=f"{', '.join(ids)} at {doubt.party.source}, and {doubt.source}: {doubt.reason}",
        work_item=f"{doubt.code}:{doubt.party.source}:{ids[0]}",
        candidates=doubt.candidates,
    )


def _events(bucket: Bucket) -> frozenset[str]:
    """Name the contests of a bucket's listings as decisions name them."""
    about = ((venue, one.about) for (venue, _), one in bucket.listings.items())
    return frozenset(f"{venue}:{contest.id}" for venue, contest in about if isinstance(contest, Sighting))


def _names(meeting: Meeting) -> list[str]:
    return sorted({f"{one.source}:{one.id}" for one in meeting.contest.sightings})


def _alone(
    meeting: Meeting, listings: Sequence[Listing], doubts: Iterable[Doubt], parting: Decision | None
) -> Iterator[Refusal]:
    """Refuse the listings of a contest that only one venue lists, or whose other venue is in doubt.

    `parting` is a person's decision that the contest is another one than what else is listed of these teams.
    """
    if len({listing.venue for listing in listings}) > 1:
        return
    known = {(doubt.party.source, one): doubt for doubt in doubts for one in doubt.party.ids}
    for listing in listings:
        event = listing.about.id if isinstance(listing.about, Sighting) else ""
        doubt = known.get((listing.venue, event))
        candidates: tuple[str, ...] = ()
        code, why = "no_counterpart_contest", "no other venue lists this contest"
        if doubt is not None:
            code, why, candidates = doubt.code, doubt.reason, doubt.candidates
        elif parting is not None:
            code, why = decided_against(parting)
        yield _refusal(listing, code, why, _subject(meeting), candidates)


def _refusal(listing: Listing, code: str, why: str, subject: Subject, candidates: tuple[str, ...]) -> Refusal:
    return Refusal(
        venue=listing.venue,
        market=listing.market,
        event=listing.event,
        code=code,
        reason=f"{subject.title}: {why}",
        work_item=f"{code}:{subject.id}",
        candidates=candidates,
    )
