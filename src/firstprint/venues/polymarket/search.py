"""Polymarket's listings of leagues and contests, found in Gamma.

Implements `firstprint.app.linking.ports.ListingSearch`. Gamma numbers its series; which one is a league's is read from
its list of sports, once.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from firstprint.domain.clock import NS_PER_S
from firstprint.domain.contests import Contest
from firstprint.domain.errors import VenueUnavailable
from firstprint.linkage.leagues import League
from firstprint.venues.polymarket.rest import Answer, GammaRest
from firstprint.venues.polymarket.sightings import POLYMARKET

TOPIC_TAGS = ("fed-rates", "primaries", "us-presidential-election")
"""Tags of the events that are read and are no league's."""
_AROUND = timedelta(hours=3)
_NEWS_OVERLAP = timedelta(seconds=10)


class _Sport(msgspec.Struct):
    """A row of GET /sports. Sample: `{"sport":"nba","series":"10345","tags":"1,745,100639",...}`."""

    sport: str = ""
    series: str | int | None = None


class PolymarketSearch:
    """Asks Gamma for a league's events by series, for a contest's by slug or start, for news by listing date.

    Raises VenueRefused or VenueUnavailable.
    """

    venue = POLYMARKET

    def __init__(self, gamma: GammaRest, news: GammaRest | None = None) -> None:
        self._gamma = gamma
        self._news = news or gamma
        self._series: dict[str, str] | None = None

    async def identities(self, wall_ns: int) -> AsyncIterator[Answer]:
        """Read nothing: every event says what is needed to read it."""
        return
        yield

    def of_league(self, league: League, wall_ns: int) -> list[AsyncIterator[Answer]]:
        """List the league's open events. Their start is not asked for: Gamma leaves out those that do not state it."""
        return [self._coming(league)]

    async def _coming(self, league: League) -> AsyncIterator[Answer]:
        for series in await self._series_of(league):
            async for answer in self._gamma.events(series_id=series):
                yield answer

    def of_topics(self, leagues: Sequence[League], wall_ns: int) -> list[AsyncIterator[Answer]]:
        """List the open events of the tags that the Fed's decisions, nominations and leagues' titles carry."""
        tags = (*TOPIC_TAGS, *(prefix for league in leagues if league.champion for prefix in league.prefixes))
        return [self._gamma.events(tag_slug=tag) for tag in dict.fromkeys(tags)]

    async def of_contest(self, contest: Contest, league: League) -> AsyncIterator[Answer]:
        """Read a contest's events by their slugs where they are known, else those of its league around its start."""
        slugs = sorted({one.id for one in contest.sightings if one.source == POLYMARKET})
        if slugs:
            async for answer in self._gamma.events_by_slug(slugs):
                yield answer
        elif contest.start_ns is not None:
            start = _moment(contest.start_ns)
            window = {"start_time_min": _text(start - _AROUND), "start_time_max": _text(start + _AROUND)}
            for series in await self._series_of(league):
                async for answer in self._gamma.events(series_id=series, **window):
                    yield answer

    def since(self, wall_ns: int) -> AsyncIterator[Answer]:
        """Read the markets listed since a moment, with their events."""
        return self._news.markets(start_date_min=_text(_moment(wall_ns) - _NEWS_OVERLAP))

    async def _series_of(self, league: League) -> list[str]:
        if self._series is None:
            self._series = _read_sports((await self._gamma.sports()).body)
        return [self._series[prefix] for prefix in league.prefixes if prefix in self._series]


def _read_sports(body: bytes) -> dict[str, str]:
    """Read which series a sport's events are of. Raises VenueUnavailable for what is no list of sports."""
    try:
        sports = msgspec.json.decode(body, type=list[_Sport])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise VenueUnavailable("GET /sports", 200, f"no list of sports: {error}"[:300]) from error
    return {one.sport: str(one.series) for one in sports if one.sport and one.series is not None}


def _moment(wall_ns: int) -> datetime:
    return datetime.fromtimestamp(wall_ns // NS_PER_S, UTC)


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
