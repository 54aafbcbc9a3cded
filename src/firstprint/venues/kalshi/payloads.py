"""Kalshi's JSON, whichever of its lists it is, read into listings and sightings. Pure.

Taken are pages of events (with nested markets), of markets, of milestones and of structured targets, single events and
markets, and bare lists of events or markets, as people save them.
"""

import re
from collections.abc import Iterator

import msgspec

from firstprint.domain.contests import Sighting
from firstprint.domain.entries import EventEntry, ListedPage
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.happenings import RestRequest
from firstprint.linkage.leagues import LeagueTable
from firstprint.linkage.reads import ReadBody
from firstprint.linkage.sides import Refused
from firstprint.linkage.teams import TeamTables
from firstprint.venues.kalshi.listings import read_markets
from firstprint.venues.kalshi.lists import listed
from firstprint.venues.kalshi.settling import sources_within
from firstprint.venues.kalshi.sightings import KALSHI, Context, game_of
from firstprint.venues.kalshi.targets import Milestone, TargetsPage, by_event, targets_within

_UNDECODABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_PATHS = {"events": "/events", "markets": "/markets", "event": "/events/one", "market": "/markets/one"}
_IDENTITIES = ("milestones", "structured_targets")
_IDENTITY_KEYS = tuple(f'"{name}"'.encode() for name in _IDENTITIES)
_EVENTS_FIRST = re.compile(rb'\s*\{\s*"events"\s*:\s*\[')
"""How most pages begin: then it need not be looked through for what it is."""
_outer = msgspec.json.Decoder(dict[str, msgspec.Raw] | list[msgspec.Raw]).decode
MILESTONES_MAX = 200_000
"""Milestones, and as many structured targets, that are remembered; then they are forgotten and learned anew."""
SOURCES_MAX = 50_000
"""Events whose settlement sources are remembered, until they are forgotten and learned anew."""


class KalshiPayloads:
    """Reads Kalshi's payloads; remembers milestones and structured targets, which say who plays and when."""

    source = KALSHI

    def __init__(self, leagues: LeagueTable, teams: TeamTables) -> None:
        self._milestones: dict[str, Milestone] = {}
        self._targets: dict[str, str] = {}
        self._sources: dict[str, tuple[str, ...]] = {}
        self._context = Context(leagues=leagues, teams=teams, sources=self._sources)

    def learn(self, body: bytes) -> None:
        """Remember milestones, structured targets, and who settles events. Raises MalformedMessage for broken ones.

        What is none of Kalshi's JSON teaches nothing, and `read` refuses it.
        """
        self._learn_sources(body)
        page = targets_within(body) if any(key in body for key in _IDENTITY_KEYS) else TargetsPage()
        if not page.milestones and not page.targets:
            return
        if len(self._milestones) + len(self._targets) > MILESTONES_MAX:
            self._milestones.clear()
            self._targets.clear()
        self._milestones.update((one.id, one) for one in page.milestones)
        self._targets.update((one.id, one.name) for one in page.targets if one.name)
        self._context = msgspec.structs.replace(
            self._context, targets=self._targets, milestones=by_event(self._milestones.values())
        )

    def _learn_sources(self, body: bytes) -> None:
        """Remember by whom events are settled: the entries of the securities master do not have it."""
        if len(self._sources) > SOURCES_MAX:
            self._sources.clear()
        self._sources.update(sources_within(body))

    def read(self, body: bytes, request: RestRequest | None = None) -> ReadBody:
        """Read listings, and a sighting of each contest whose event comes without markets. Raises MalformedMessage."""
        kind = _kind(body)
        if kind in _IDENTITIES:
            return ReadBody()
        return self.read_page(page_of(body, kind))

    def read_page(self, page: ListedPage) -> ReadBody:
        """Read a page of entries."""
        read = ReadBody(unreadable=list(page.unreadable))
        events = {event.ticker: event for event in page.events}
        for listing in read_markets(events, page.markets, self._context):
            read.take(listing)
        with_markets = {market.event_ticker for market in page.markets}
        for event in page.events:
            if event.ticker not in with_markets:
                read.sightings.extend(self._sighted(event))
        return read

    def _sighted(self, event: EventEntry) -> Iterator[Sighting]:
        leagues = self._context.leagues
        series = leagues.series_of_event(event.ticker)
        if series is None or leagues.kind_of(series) is None:
            return
        game = game_of(event, (), event.ticker, series, self._context)
        if not isinstance(game, Refused):
            yield game.sighting


def page_of(body: bytes, kind: str) -> ListedPage:
    """Read the entries of a payload of a kind that `_kind` gave. Raises MalformedMessage."""
    if kind in ("list of events", "list of markets"):
        name = kind.rpartition(" ")[2]
        body = b'{"%s":%s}' % (name.encode(), body)
        kind = name
    return listed(RestRequest(path=_PATHS[kind]), body)


def _kind(body: bytes) -> str:
    """Say which of Kalshi's lists a payload is, by its own keys. Raises MalformedMessage when it is none."""
    if _EVENTS_FIRST.match(body) is not None:
        return "events"
    try:
        told = _outer(body)
        if isinstance(told, dict):
            known = [key for key in (*_PATHS, *_IDENTITIES) if key in told and bytes(told[key]) != b"null"]
            if not known:
                keys = ", ".join(list(told)[:8]) or "none"
                raise MalformedMessage("NO_LIST", f"none of Kalshi's lists: its keys are {keys[:200]}")
            return known[0]
        first = msgspec.json.decode(told[0], type=dict[str, msgspec.Raw]) if told else {}
    except _UNDECODABLE as error:
        raise MalformedMessage("NOT_JSON", f"not Kalshi's JSON: {error}"[:300]) from error
    return "list of markets" if "ticker" in first else "list of events"
