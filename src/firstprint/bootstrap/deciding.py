"""A person's decision: what it names is found among what is stored, and it is kept, first in a journal of its own."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from firstprint.bootstrap.database import master_of
from firstprint.bootstrap.linking import stored
from firstprint.bootstrap.recording import new_session_id
from firstprint.bootstrap.syncing import software
from firstprint.config import Config
from firstprint.domain.clock import Clock
from firstprint.domain.contests import Sighting
from firstprint.domain.errors import ConfigurationError
from firstprint.domain.happenings import RestRequest, SessionOpened
from firstprint.domain.links import Decision, Verdict
from firstprint.domain.propositions import Listing
from firstprint.journal.runs import DECISIONS_NAME, RunJournals
from firstprint.net.clock import SystemClock
from firstprint.store.link_store import SqlLinkStore

DECISION_PATH = "/decisions"
MARKET, CONTEST = "market", "contest"
CONTESTS_OF = ("kalshi", "polymarket", "espn", "oddsapi")
"""Who tells of contests."""
MARKETS_OF = ("kalshi", "polymarket")
"""Who lists markets."""


class Side(NamedTuple):
    """A thing that a decision is about. `name` is `venue:market` or `source:id`; `told` is None where it is unseen."""

    kind: str
    name: str
    told: Listing | Sighting | None

    @property
    def source(self) -> str:
        """Who lists the market or tells of the contest."""
        return self.name.partition(":")[0]


def find_sides(config: Config, a: str, b: str, verdict: Verdict, *, unseen: bool = False) -> tuple[Side, Side]:
    """Find the two things that a decision names among what is stored: two venues' markets, or two sources' contests.

    A thing is given by ticker, slug or condition id, or as `source:id`; case does not matter. With `unseen`,
    `source:id` of something that nothing is known of is taken as it is written. Raises ConfigurationError for names
    that a decision could never be about, and DataFolderError where nothing is stored.
    """
    with stored(config) as links:
        known = [*_markets(links.listings()), *_contests(links.sightings())]
    ours, theirs = _named(a, known, unseen=unseen), _named(b, known, unseen=unseen)
    pairs = [(one, other) for one in ours for other in theirs if one.kind == other.kind]
    if not pairs:
        raise ConfigurationError(f"{a!r} is a {ours[0].kind} and {b!r} a {theirs[0].kind}: {_PAIRS}")
    pairs = [(one, other) for one, other in pairs if one.source != other.source]
    if not pairs:
        raise ConfigurationError(f"{a!r} and {b!r} are both of {ours[0].source}: {_PAIRS}")
    meant = [pair for pair in pairs if pair[0].kind == MARKET] or pairs
    if len(meant) > 1:
        names = ", ".join(sorted({side.name for pair in meant for side in pair}))
        raise ConfigurationError(f"{a!r} and {b!r} may be any of {names}: write them like that")
    one, other = meant[0]
    if one.kind == CONTEST:
        _check_contests(one, other, verdict)
    return one, other


_PAIRS = "a decision is about markets of two venues, or contests of two sources"


def _markets(listings: Iterable[Listing]) -> Iterator[tuple[Side, tuple[str, ...]]]:
    for one in listings:
        yield Side(MARKET, f"{one.venue}:{one.market}", one), (one.market, one.name, *one.also)


def _contests(sightings: Iterable[Sighting]) -> Iterator[tuple[Side, tuple[str, ...]]]:
    for one in sightings:
        yield Side(CONTEST, f"{one.source}:{one.id}", one), (one.id,)


def _named(written: str, known: Iterable[tuple[Side, tuple[str, ...]]], *, unseen: bool) -> list[Side]:
    source, _, key = written.partition(":")
    if source not in CONTESTS_OF or not key:
        source, key = "", written
    key = key.casefold()
    found = [
        side for side, names in known if source in ("", side.source) and any(key == name.casefold() for name in names)
    ]
    if found:
        return found
    if not unseen:
        raise ConfigurationError(
            f"nothing is known as {written!r}: `firstprint links` lists what is known, `firstprint discover` looks "
            "for more, and --unseen keeps a decision about what is not known yet"
        )
    if not source:
        raise ConfigurationError(
            f"nothing is known as {written!r}: with --unseen, write {', '.join(CONTESTS_OF)}, a colon, and the id there"
        )
    kinds = (MARKET, CONTEST) if source in MARKETS_OF else (CONTEST,)
    return [Side(kind, written, None) for kind in kinds]


def _check_contests(a: Side, b: Side, verdict: Verdict) -> None:
    if verdict is Verdict.INVERSE:
        raise ConfigurationError(f"{a.name} and {b.name} are contests: they are the same or different, never inverse")
    told = [f"{one.league} {' v '.join(one.teams)}" for one in (a.told, b.told) if isinstance(one, Sighting)]
    if verdict is Verdict.SAME and len(set(told)) > 1:
        raise ConfigurationError(
            f"{a.name} is read as {told[0]}, {b.name} as {told[1]}: contests of other leagues or teams are not joined. "
            "Decide about their markets"
        )


def decide(
    config: Config, a: str, b: str, verdict: Verdict, by: str, note: str, *, clock: Clock | None = None
) -> Decision:
    """Keep a decision about two things, each `venue:market` or `source:id`. It is in the record before it counts.

    Raises ConfigurationError for an empty note, DataFolderError where `discover` has stored nothing.
    """
    if not note.strip():
        raise ConfigurationError("the note is empty: say in a sentence why, it stands on the link")
    with stored(config):
        pass  # a folder without a database is an error here, and is not made into one
    clock = clock or SystemClock()
    decision = Decision(a=a, b=b, verdict=verdict, by=by, note=note, decided_wall_ns=clock.now().wall_ns)
    opened = SessionOpened(session=new_session_id(clock), venue="", software=software())
    with master_of(config) as engine:
        with RunJournals(config.data, clock, DECISIONS_NAME).begin(opened) as journal:
            journal.keep(RestRequest(path=DECISION_PATH), msgspec.json.encode(decision))
            journal.finish("clean", {})
        SqlLinkStore(engine).decide(decision)
    return decision
