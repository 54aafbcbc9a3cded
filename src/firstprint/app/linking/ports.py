"""What linkage needs from the outside, in its own words: payloads read, listings searched, findings kept and shown."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Protocol

from firstprint.app.ports import RestAnswer
from firstprint.domain.contests import Contest
from firstprint.domain.games import Game, GameMapping
from firstprint.domain.happenings import RestRequest
from firstprint.domain.link_changes import LaidCounts, LinkChanges
from firstprint.domain.links import Decision
from firstprint.domain.odds import Consensus, OddsEvent, Quota
from firstprint.linkage.leagues import League
from firstprint.linkage.reads import ReadBody


class PayloadReader(Protocol):
    """Reads one venue's or source's payloads. It may learn from one what helps with the next (Kalshi's milestones)."""

    source: str

    def learn(self, body: bytes) -> None:
        """Take from a payload what helps to read others. Raises MalformedMessage when it is none of the source's."""
        ...

    def read(self, body: bytes, request: RestRequest | None = None) -> ReadBody:
        """Read a payload's listings, sightings and quotes; `request` is what it answered, where that is known.

        Raises MalformedMessage when it is none of the source's.
        """
        ...


class Scoreboards(Protocol):
    """Tells which contests there are. Raises VenueRefused or VenueUnavailable."""

    def around(self, league: League, wall_ns: int) -> AsyncIterator[RestAnswer]:
        """Read a league's contests of the days around a moment."""
        ...


class ListingSearch(Protocol):
    """Finds a venue's listings. Requests keep the venue's limits. Raises VenueRefused or VenueUnavailable."""

    venue: str

    def identities(self, wall_ns: int) -> AsyncIterator[RestAnswer]:
        """Read what helps to read listings: who plays, and when, by the venue's own identities."""
        ...

    def of_league(self, league: League, wall_ns: int) -> Sequence[AsyncIterator[RestAnswer]]:
        """Give the lists, to be read at once, that hold what the venue lists of a league's coming contests."""
        ...

    def of_topics(self, leagues: Sequence[League], wall_ns: int) -> Sequence[AsyncIterator[RestAnswer]]:
        """Give the lists that hold what is linked without being a contest: the Fed's decisions, the leagues' titles."""
        ...

    def of_contest(self, contest: Contest, league: League) -> AsyncIterator[RestAnswer]:
        """Read what the venue lists of one contest: by its ids there, else by its league and start."""
        ...

    def since(self, wall_ns: int) -> AsyncIterator[RestAnswer]:
        """Read what the venue listed since a moment, whatever it is about."""
        ...


class OddsBoard(Protocol):
    """Tells sportsbooks' odds, within a budget. Raises VenueRefused or VenueUnavailable."""

    @property
    def quota(self) -> Quota:
        """The budget, as the last answer told it."""
        ...

    async def learn_quota(self) -> None:
        """Ask for what is free, to learn the budget."""
        ...

    def due(self, leagues: Sequence[League], wall_ns: int) -> list[League]:
        """Choose the leagues to ask now, within the budget."""
        ...

    async def of_league(self, league: League) -> RestAnswer:
        """Read a league's odds."""
        ...


class OddsKeeper(Protocol):
    """Keeps the history of odds. What it cannot write waits, within bounds."""

    def take(self, events: Iterable[OddsEvent], *, record: int, wall_ns: int, contests: dict[str, str]) -> None:
        """Take the quotes of an answer, and the contests of its events, by the source's id, where known."""
        ...

    def take_consensus(self, consensus: Iterable[Consensus], *, record: int, sport_key: str) -> None:
        """Take what the books together say."""
        ...

    def flush(self) -> int:
        """Write what waits. Raises SinkUnavailable when it cannot be written now."""
        ...


class FindingsStore(Protocol):
    """Keeps what linkage found. Raises StoreUnavailable while the database is away."""

    def lay(self, changes: LinkChanges, *, cause: str, wall_ns: int) -> LaidCounts:
        """Lay findings over what is stored, all or nothing; safe to repeat."""
        ...

    def decisions(self) -> list[Decision]:
        """List the decisions of people that hold."""
        ...


class LivePublisher(Protocol):
    """Shows games to other programs. Calls return at once; what cannot be written now is written when it can be."""

    async def publish(
        self, games: Sequence[Game], mappings: Sequence[GameMapping], odds: Mapping[str, Sequence[Consensus]]
    ) -> bool:
        """Show games with their mappings and odds from now on; give whether others can see them already."""
        ...

    async def remove(self, games: Iterable[str]) -> None:
        """Show games no more: they ended by their venue's word."""
        ...

    async def release(self, games: Iterable[str]) -> None:
        """Look at games no longer: what is shown of them expires."""
        ...
