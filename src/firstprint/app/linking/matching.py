"""Recorded payloads in, links out: what `firstprint link match` does, without any network or clock."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from firstprint.app.linking.ports import PayloadReader
from firstprint.domain.contests import Sighting
from firstprint.domain.links import ContestLink, Link, Refusal
from firstprint.domain.propositions import Listing, Topic
from firstprint.linkage.linker import Linker
from firstprint.linkage.proposals import Proposals

KALSHI, POLYMARKET, ESPN, ODDS = "kalshi", "polymarket", "espn", "oddsapi"


class LinkRow(msgspec.Struct, frozen=True, kw_only=True):
    """One pair of markets. `token_id` is the Polymarket token that pays when Kalshi's YES pays."""

    kalshi_ticker: str
    polymarket_slug: str
    condition_id: str
    token_id: str | None
    relation: str
    polarity: str
    confidence: float
    reason: str
    differences: list[dict[str, str]]


class ContestRow(msgspec.Struct, frozen=True, kw_only=True):
    """One contest, as each source names it."""

    kalshi_event_ticker: str | None
    espn_event_id: str | None
    odds_event_id: str | None
    polymarket_event_slug: str | None
    contest: str
    confidence: float


class RefusedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One Kalshi market, or event of a contest, that was not linked; why, and what came near."""

    kalshi_ticker: str
    candidates: list[str]
    reason: str
    code: str


class Matched(msgspec.Struct, frozen=True, kw_only=True):
    """What a set of payloads comes to. `unreadable` counts rows that are no markets at all, by source and reason."""

    links: list[LinkRow]
    contests: list[ContestRow]
    refused: list[RefusedRow]
    unreadable: dict[str, int]


class Payloads:
    """Payloads read by their sources' readers, and linked."""

    def __init__(self, readers: Mapping[str, PayloadReader], linker: Linker) -> None:
        self._readers = readers
        self.linker = linker
        self.sources: set[str] = set()
        self.unreadable: dict[str, int] = {}

    def learn(self, source: str, body: bytes) -> None:
        """Learn from a payload what helps to read others. Raises MalformedMessage."""
        self._readers[source].learn(body)

    def read(self, source: str, body: bytes) -> None:
        """Read a payload. Raises MalformedMessage."""
        self.sources.add(source)
        read = self._readers[source].read(body)
        self.linker.take(read.reads)
        for reason, _ in read.unreadable:
            name = f"{source}: {reason}"
            self.unreadable[name] = self.unreadable.get(name, 0) + 1

    def take(self, bodies: Sequence[tuple[str, bytes]]) -> None:
        """Learn from bodies, each with its source, read them, and link what they hold. Raises MalformedMessage."""
        for source, body in bodies:
            self.learn(source, body)
        for source, body in bodies:
            self.read(source, body)
        self.linker.resolve()

    def matched(self) -> Matched:
        """Give the links, contests and refusals in the words of the command line, in a stable order."""
        links = [link for link in self.linker.links() if (link.a_venue, link.b_venue) == (KALSHI, POLYMARKET)]
        contests = [row for found in self.linker.contest_links() for row in _contest_rows(found)]
        refused = [*self._refused_markets(), *self._refused_contests(contests)]
        return Matched(
            links=sorted((_link_row(link) for link in links), key=lambda row: row.kalshi_ticker),
            contests=sorted(contests, key=lambda row: (row.kalshi_event_ticker or "~", row.contest)),
            refused=sorted(refused, key=lambda row: (row.kalshi_ticker, row.reason)),
            unreadable=dict(sorted(self.unreadable.items())),
        )

    def _refused_markets(self) -> Iterator[RefusedRow]:
        if POLYMARKET not in self.sources:
            return
        near = {league: Proposals(titles) for league, titles in _titles(self.linker, POLYMARKET).items()}
        known = {one.market: one for one in self._kalshi()}
        for one in self.linker.refusals():
            if one.venue == KALSHI and one.market is not None:
                listing = known.get(one.market)
                found = near.get(_league(listing)) if listing is not None else None
                likely = found.near(listing.title or listing.name) if found is not None and listing is not None else ()
                yield _refused_row(one, one.market, one.candidates or likely)

    def _kalshi(self) -> Iterator[Listing]:
        return (one for one in self.linker.listings() if one.venue == KALSHI)

    def _refused_contests(self, rows: Iterable[ContestRow]) -> Iterator[RefusedRow]:
        """Refuse every Kalshi event of a contest for which a source was asked and none of its contests was joined."""
        named = {row.kalshi_event_ticker: row for row in rows}
        doubts = {(one.venue, one.event): one for one in self.linker.refusals() if one.market is None}
        events = {one.id: one for one in self.linker.sightings() if one.source == KALSHI}
        for source, field in ((ESPN, "espn_event_id"), (ODDS, "odds_event_id")):
            if source not in self.sources:
                continue
            near = Proposals((one.id, one.title or "") for one in self.linker.sightings() if one.source == source)
            for event, sighting in events.items():
                if getattr(named.get(event), field, None) is None:
                    yield _unmet(source, event, sighting, doubts.get((KALSHI, event)), near)


def _unmet(source: str, event: str, sighting: Sighting, doubt: Refusal | None, near: Proposals) -> RefusedRow:
    if doubt is not None:
        return _refused_row(doubt, event, doubt.candidates)
    why = f"{sighting.title or event}: {source} lists no such contest at that time"
    candidates = list(near.near(sighting.title or event))
    return RefusedRow(kalshi_ticker=event, candidates=candidates, reason=why, code="no_counterpart_contest")


def _refused_row(refusal: Refusal, ticker: str, candidates: Sequence[str]) -> RefusedRow:
    return RefusedRow(kalshi_ticker=ticker, candidates=list(candidates), reason=refusal.reason, code=refusal.code)


def _titles(linker: Linker, venue: str) -> dict[str, list[tuple[str, str]]]:
    """Gather names and titles of a venue's listings by league; those of topics are by the topic's kind."""
    listed: dict[str, list[tuple[str, str]]] = {}
    for one in linker.listings():
        if one.venue == venue:
            listed.setdefault(_league(one), []).append((one.name, one.title or one.name))
    return listed


def _league(listing: Listing) -> str:
    return listing.about.kind if isinstance(listing.about, Topic) else listing.about.league


def _link_row(link: Link) -> LinkRow:
    return LinkRow(
        kalshi_ticker=link.a_market,
        polymarket_slug=link.b_name,
        condition_id=link.b_market,
        token_id=link.token_id,
        relation=link.relation.value,
        polarity=link.polarity,
        confidence=link.confidence,
        reason=link.reason,
        differences=[{"about": one.about, KALSHI: one.a, POLYMARKET: one.b} for one in link.differences],
    )


def _contest_rows(found: ContestLink) -> Iterator[ContestRow]:
    ids = found.ids
    for event in ids.get(KALSHI, (None,)):
        yield ContestRow(
            kalshi_event_ticker=event,
            espn_event_id=_first(ids, ESPN),
            odds_event_id=_first(ids, ODDS),
            polymarket_event_slug=_first(ids, POLYMARKET),
            contest=found.contest,
            confidence=found.confidence,
        )


def _first(ids: Mapping[str, tuple[str, ...]], source: str) -> str | None:
    return ids[source][0] if source in ids else None
