"""What each source knows as one contest, before any two sources are compared.

A venue may list one contest as several events (winner, spread, total; a main event and its children): they are one
*party* here. ESPN and The Odds API give every contest one id, so two ids are two contests, however alike.
"""

from collections.abc import Iterable

import msgspec

from firstprint.domain.contests import ContestState, Sighting, StartWindow
from firstprint.linkage.cadence import Cadence, Nearness, nearness

ONE_ID_EACH = frozenset({"espn", "oddsapi"})
_ALIKE = frozenset({Nearness.SAME_START, Nearness.SAME_DAY, Nearness.WITHIN, Nearness.DAYS_AGREE})


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """One source's sightings of one contest. `start` is the narrowest that they state; `names` all their `same_as`."""

    source: str
    sightings: tuple[Sighting, ...]
    ids: tuple[str, ...]
    """The source's ids of the contest, in alphabetical order."""
    start: StartWindow | None
    game: int | None
    names: frozenset[str]
    disagree: bool = False
    """The sightings contradict each other about when it starts: nothing can be joined to them."""


def parties_of(sightings: Iterable[Sighting], cadence: Cadence) -> list[Party]:
    """Gather the sightings of one league and pair of teams into parties, in the order of source and id."""
    parties: list[Party] = []
    for sighting in sorted(_distinct(sightings), key=lambda one: (one.source, not _timed(one), one.id)):
        alone = _alone(sighting)
        homes = [party for party in parties if party.source == sighting.source and _one(party, alone, cadence)]
        if len(homes) == 1:
            parties.remove(homes[0])
            alone = _party((*homes[0].sightings, sighting), cadence)
        parties.append(alone)
    return sorted(parties, key=lambda party: (party.source, party.ids))


def _distinct(sightings: Iterable[Sighting]) -> Iterable[Sighting]:
    """Give each sighting once. A contest's listings share one: telling them by identity first spares comparing them."""
    known = list(sightings)
    return dict.fromkeys({id(one): one for one in known}.values())


def _timed(sighting: Sighting) -> bool:
    return sighting.start is not None and sighting.start.exact


def _one(party: Party, other: Party, cadence: Cadence) -> bool:
    """Tell whether one source means one contest by two of its sightings."""
    if not party.names.isdisjoint(other.names) or other.ids[0] in party.ids:
        return True
    if party.source in ONE_ID_EACH or party.game != other.game:
        return False
    if party.start == other.start and party.start is not None:
        return True
    return nearness(party.start, other.start, cadence) in _ALIKE


def _alone(sighting: Sighting) -> Party:
    return Party(
        source=sighting.source,
        sightings=(sighting,),
        ids=(sighting.id,),
        start=sighting.start,
        game=sighting.game,
        names=frozenset(sighting.same_as),
    )


def _party(sightings: tuple[Sighting, ...], cadence: Cadence) -> Party:
    starts = [one.start for one in sightings if one.start is not None]
    narrowest = min(starts, key=lambda start: start.latest_ns - start.earliest_ns, default=None)
    games = {one.game for one in sightings if one.game is not None}
    ordered = tuple(sorted(sightings, key=lambda one: one.id))
    return Party(
        source=sightings[0].source,
        sightings=ordered,
        ids=tuple(dict.fromkeys(one.id for one in ordered)),
        start=narrowest,
        game=min(games) if len(games) == 1 else None,
        names=frozenset(name for one in sightings for name in one.same_as),
        disagree=len(games) > 1 or any(nearness(narrowest, start, cadence) is None for start in starts),
    )


def state_of(sightings: Iterable[Sighting]) -> ContestState:
    """Say where a contest stands, by the source that is most sure: ESPN first, then anybody who says anything."""
    said = sorted(
        (one for one in sightings if one.state is not ContestState.UNKNOWN), key=lambda one: one.source != "espn"
    )
    return said[0].state if said else ContestState.UNKNOWN
