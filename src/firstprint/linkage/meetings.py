"""Contests joined across sources, for one league and one pair of teams; what could be two things is joined to neither.

The procedure:

1. Each source's sightings become parties: what that source knows as one contest.
2. Two parties of different sources may be one contest when nothing they state contradicts it. A person's decision, or
   a name that both use, settles it either way.
3. A party with exactly one candidate at the other source, which has no other candidate either, is joined to it. With
   several candidates only an equal start (or an equal game number) on one of them decides, seen from both sides.
4. Joined parties are one contest, unless that would put two parties of one source together: then none of them is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

import msgspec

from firstprint.domain.contests import Contest, Sighting
from firstprint.linkage.cadence import Cadence, Nearness, nearness
from firstprint.linkage.naming import contest_id
from firstprint.linkage.parties import Party, parties_of, state_of

Decided = Callable[[str, str], bool | None]
"""Gives a person's decision about two sightings (`source:id` each): the same, different, or none."""
NOTHING: frozenset[bool | None] = frozenset()


class Doubt(NamedTuple):
    """A party that is joined to nobody at another source, although something there came near."""

    party: Party
    source: str
    code: str
    reason: str
    candidates: tuple[str, ...]


class Meeting(NamedTuple):
    """One contest with its parties, and how sure it is that they are of one contest (1.0 for a single party)."""

    contest: Contest
    parties: tuple[Party, ...]
    confidence: float
    reason: str


class Meetings(NamedTuple):
    """All contests of one league and pair of teams, and the doubts that were left."""

    meetings: tuple[Meeting, ...]
    doubts: tuple[Doubt, ...]


class _Tie(NamedTuple):
    """Two parties that may be one contest, and how near their starts are; `certain` when more than nearness says so."""

    a: int
    b: int
    near: Nearness
    certain: bool


def join_contests(sightings: Iterable[Sighting], cadence: Cadence, decided: Decided | None) -> Meetings:
    """Join the sightings of one league and pair of teams into contests. `decided` is None where nobody decided."""
    parties = parties_of(sightings, cadence)
    ties = [
        tie
        for (i, a), (j, b) in combinations(enumerate(parties), 2)
        if a.source != b.source and (tie := _tie(i, a, j, b, cadence, decided)) is not None
    ]
    sources = sorted({party.source for party in parties})
    joined: list[_Tie] = []
    doubts: list[Doubt] = []
    for pair in combinations(sources, 2):
        between = [tie for tie in ties if {parties[tie.a].source, parties[tie.b].source} == set(pair)]
        kept = _settle(between)
        joined += kept
        doubts += _doubts(parties, between, kept)
    return _assemble(parties, joined, doubts, cadence)


def _tie(i: int, a: Party, j: int, b: Party, cadence: Cadence, decided: Decided | None) -> _Tie | None:
    said = NOTHING if decided is None else _decisions(a, b, decided)
    if False in said:
        return None
    if True in said or not a.names.isdisjoint(b.names):
        return _Tie(i, j, Nearness.SAME_START, certain=True)
    if a.disagree or b.disagree or (a.game is not None and b.game is not None and a.game != b.game):
        return None
    near = nearness(a.start, b.start, cadence)
    if near is None:
        return None
    numbered = a.game is not None and a.game == b.game
    if numbered and near is Nearness.CANNOT_TELL:
        near = Nearness.WITHIN if a.start is not None and b.start is not None else near
    return _Tie(i, j, near, certain=False)


def _decisions(a: Party, b: Party, decided: Decided) -> frozenset[bool | None]:
    return frozenset(decided(f"{a.source}:{one}", f"{b.source}:{two}") for one in a.ids for two in b.ids)


def _settle(ties: Sequence[_Tie]) -> list[_Tie]:
    """Keep the ties that both sides can only mean; what is certain, or starts alike, decides between several."""
    return [tie for tie in ties if _only(tie, ties)]


def _only(tie: _Tie, ties: Sequence[_Tie]) -> bool:
    if tie.near is Nearness.CANNOT_TELL:
        return False
    rivals = [other for other in ties if other is not tie and (other.a == tie.a or other.b == tie.b)]
    if tie.certain:
        return not any(other.certain for other in rivals)
    if any(other.certain for other in rivals):
        return False
    if not rivals:
        return True
    return tie.near is Nearness.SAME_START and all(other.near is not Nearness.SAME_START for other in rivals)


def _doubts(parties: Sequence[Party], ties: Sequence[_Tie], kept: Sequence[_Tie]) -> list[Doubt]:
    settled = {party for tie in kept for party in (tie.a, tie.b)}
    doubts = []
    for place in sorted({party for tie in ties for party in (tie.a, tie.b)} - settled):
        near = [tie for tie in ties if place in (tie.a, tie.b)]
        others = [tie.b if tie.a == place else tie.a for tie in near]
        alone = len(others) == 1 and near[0].near is Nearness.CANNOT_TELL
        code = "start_unknown" if alone else "ambiguous_contest"
        names = tuple(one for other in others for one in parties[other].ids)
        doubts.append(Doubt(parties[place], parties[others[0]].source, code, _why(code), names))
    return doubts


def _why(code: str) -> str:
    if code == "start_unknown":
        return "the starts do not say whether these are one game or two of the same day"
    return "several contests of these teams fit, and nothing says which"


def _assemble(parties: Sequence[Party], joined: Sequence[_Tie], doubts: list[Doubt], cadence: Cadence) -> Meetings:
    groups = _components(len(parties), joined)
    meetings: list[Meeting] = []
    for group in groups:
        members = [parties[place] for place in group]
        ties = [tie for tie in joined if tie.a in group]
        if len({party.source for party in members}) < len(members):
            doubts += [_torn(party, members) for party in members]
            meetings += [_meeting([party], [], cadence) for party in members]
        else:
            meetings.append(_meeting(members, ties, cadence))
    return Meetings(tuple(sorted(_told_apart(meetings), key=lambda one: one.contest.id)), tuple(doubts))


def _told_apart(meetings: Sequence[Meeting]) -> list[Meeting]:
    """Give every contest a name of its own: what league, day and teams do not tell apart, a source's id does."""
    times = Counter(one.contest.id for one in meetings)
    return [one if times[one.contest.id] == 1 else _named_by_source(one) for one in meetings]


def _named_by_source(meeting: Meeting) -> Meeting:
    first = meeting.contest.sightings[0]
    own = f"{meeting.contest.id}-{first.source}-{first.id}"
    return meeting._replace(contest=msgspec.structs.replace(meeting.contest, id=own))


def _components(count: int, joined: Sequence[_Tie]) -> list[list[int]]:
    home = list(range(count))
    for tie in joined:
        old, new = home[tie.b], home[tie.a]
        home = [new if one == old else one for one in home]
    return [[place for place in range(count) if home[place] == name] for name in dict.fromkeys(home)]


def _torn(party: Party, members: Sequence[Party]) -> Doubt:
    others = tuple(one for other in members if other is not party for one in other.ids)
    source = next((other.source for other in members if other is not party), party.source)
    return Doubt(party, source, "ambiguous_contest", "two contests of one source would become one", others)


def _meeting(members: Sequence[Party], ties: Sequence[_Tie], cadence: Cadence) -> Meeting:
    sightings = tuple(sighting for party in members for sighting in party.sightings)
    first = sightings[0]
    start = next((party.start for party in _by_trust(members) if party.start is not None), None)
    contest = Contest(
        id=contest_id(first.league, first.teams, start, cadence),
        league=first.league,
        teams=first.teams,
        home=_home(members),
        start_ns=start.earliest_ns if start is not None and start.exact else None,
        state=state_of(sightings),
        sightings=sightings,
    )
    confidence = min((1.0 if tie.certain else tie.near.value for tie in ties), default=1.0)
    return Meeting(contest, tuple(members), confidence, _said(ties))


def _by_trust(members: Sequence[Party]) -> list[Party]:
    """Order parties by how well they state the start: a time before a day, and ESPN's first."""
    return sorted(
        members, key=lambda party: (party.start is None or not party.start.exact, party.source != "espn", party.source)
    )


def _home(members: Sequence[Party]) -> str | None:
    """Give the home team where all that say one agree; at neutral places they do not, and then there is none."""
    homes = {one.home for party in members for one in party.sightings if one.home is not None}
    return homes.pop() if len(homes) == 1 else None


_WORDS = {
    Nearness.SAME_START: "same start",
    Nearness.SAME_DAY: "same day, start moved",
    Nearness.WITHIN: "start on the stated day",
    Nearness.DAYS_AGREE: "same day",
    Nearness.MOVED: "moved within two days",
    Nearness.CANNOT_TELL: "start not comparable",
}


def _said(ties: Sequence[_Tie]) -> str:
    if not ties:
        return "one source only"
    if any(tie.certain for tie in ties):
        return "same teams, and a name or a decision that both share"
    worst = min((tie.near for tie in ties), key=lambda near: near.value)
    return f"same league and teams, {_WORDS[worst]}"
