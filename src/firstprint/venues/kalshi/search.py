"""Kalshi's listings of leagues and contests, found by REST. Implements `firstprint.app.linking.ports.ListingSearch`."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

from firstprint.domain.clock import NS_PER_S
from firstprint.domain.contests import Contest
from firstprint.linkage.leagues import League
from firstprint.venues.kalshi.rest import Answer, KalshiRest
from firstprint.venues.kalshi.sightings import KALSHI
from firstprint.venues.kalshi.topics import READERS

QUIET_NS = 15 * 60 * NS_PER_S
"""How long a series that has no coming event is not asked for; a new one of it is heard of as news."""
TEAM_TYPES = ("basketball_team", "football_team", "baseball_team", "hockey_team", "soccer_team")
TARGETS_NS = 6 * 3_600 * NS_PER_S
"""How long the names of teams are good: they change with the season."""
CREATED_OVERLAP_S = 2
"""How far each look for news reaches behind the one before: creation times are whole seconds."""


class KalshiSearch:
    """Asks for events by series, with their markets; one request covers a hundred games and more.

    Raises VenueRefused or VenueUnavailable.
    """

    venue = KALSHI

    def __init__(self, rest: KalshiRest, news: KalshiRest | None = None) -> None:
        self._rest = rest
        self._news = news or rest
        self._quiet_until_ns: dict[str, int] = {}
        self._targets_due_ns = 0

    async def identities(self, wall_ns: int) -> AsyncIterator[Answer]:
        """Read the milestones of yesterday and later, which state when contests start, and now and then the teams.

        Milestones and markets name teams by the ids of structured targets.
        """
        since = datetime.fromtimestamp(wall_ns / NS_PER_S, UTC) - timedelta(days=1)
        async for answer in self._rest.milestones(minimum_start_date=f"{since:%Y-%m-%dT%H:%M:%SZ}", category="Sports"):
            yield answer
        if wall_ns < self._targets_due_ns:
            return
        for kind in TEAM_TYPES:
            async for answer in self._rest.structured_targets(type=kind):
                yield answer
        self._targets_due_ns = wall_ns + TARGETS_NS

    def of_league(self, league: League, wall_ns: int) -> list[AsyncIterator[Answer]]:
        """List the league's events that have not closed: games, spreads, totals and what else is read of it."""
        asked = [series for series, _ in league.series_kinds if self._quiet_until_ns.get(series, 0) <= wall_ns]
        return [self._of_series(series, wall_ns) for series in asked]

    def of_topics(self, leagues: Sequence[League], wall_ns: int) -> list[AsyncIterator[Answer]]:
        """List the Fed's decisions, the nominations, and the leagues' titles, by series."""
        titles = [series for one in leagues for series in (one.champion, *one.titles) if series is not None]
        return [self._of_series(series, wall_ns) for series in dict.fromkeys((*READERS, *titles))]

    async def _of_series(self, series: str, wall_ns: int) -> AsyncIterator[Answer]:
        closes_s, found = wall_ns // NS_PER_S, False
        async for answer in self._rest.events(series_ticker=series, with_nested_markets=True, min_close_ts=closes_s):
            found = found or b'"event_ticker"' in answer.body
            yield answer
        if found:
            self._quiet_until_ns.pop(series, None)
        else:
            self._quiet_until_ns[series] = wall_ns + QUIET_NS

    async def of_contest(self, contest: Contest, league: League) -> AsyncIterator[Answer]:
        """Read nothing: a league's list has its contests' markets already, for a hundredth of the requests."""
        return
        yield

    def since(self, wall_ns: int) -> AsyncIterator[Answer]:
        """Read the markets created since a moment, without combos."""
        created = max(0, wall_ns // NS_PER_S - CREATED_OVERLAP_S)
        return self._news.markets(min_created_ts=created, mve_filter="exclude")
