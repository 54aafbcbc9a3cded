"""ESPN's scoreboards over HTTP: raw bodies in, nothing interpreted but errors. Nothing is signed, nothing is paged.

ESPN states no limits, so we set our own and stay polite: all requests share one limiter, and one request covers three
days. Source: https://site.api.espn.com/apis/site/v2/sports/{sport}/{league}/scoreboard
"""

from collections.abc import AsyncIterator
from datetime import date
from random import Random
from typing import Any

import msgspec

from firstprint.domain.errors import ConfigurationError, VenueRefused, VenueUnavailable
from firstprint.domain.happenings import RestRequest
from firstprint.linkage.leagues import League
from firstprint.net.answers import excerpt, is_refusal, retry_after_s
from firstprint.net.http import HttpAnswer, HttpClient, Query
from firstprint.net.limiter import Limiter
from firstprint.net.retry import RetrySchedule
from firstprint.venues.espn.times import days_around

RATE_PER_S = 5.0
BURST = 10.0
LIMIT = 500
"""Games that one answer may hold; without it some scoreboards end early."""


class Answer(msgspec.Struct):
    """One body as it came, with the request it answered. Implements `firstprint.app.ports.RestAnswer`."""

    request: RestRequest
    body: bytes


def polite_limiter(random: Random, *, rate_per_s: float = RATE_PER_S, burst: float = BURST) -> Limiter:
    """Make the limiter that all requests to ESPN share: so many a second, and so many at once after a rest."""
    return Limiter(rate_per_s=rate_per_s, capacity=burst, random=random)


class EspnScoreboards:
    """Asks ESPN for scoreboards.

    Every call raises VenueRefused for a final no (a league that ESPN does not have) and VenueUnavailable when no
    scoreboard could be had within the retry schedule; a page of HTML is no scoreboard whatever its status.
    """

    def __init__(self, client: HttpClient, *, random: Random, retry: RetrySchedule | None = None) -> None:
        self._client = client
        self._random = random
        self._retry = retry or RetrySchedule()

    def around(self, league: League, wall_ns: int) -> AsyncIterator[Answer]:
        """Read a league's scoreboard of yesterday, today and tomorrow in US Eastern, by which ESPN files late games."""
        return self.scoreboard(league, *days_around(wall_ns))

    async def scoreboard(self, league: League, first: date, last: date) -> AsyncIterator[Answer]:
        """Read a league's scoreboard from one day to another, a body for each of ESPN's groups that the league names.

        Without groups ESPN lists only the greater games of a college sport. Raises ConfigurationError for a league of
        which no path at ESPN is known.
        """
        if not league.espn:
            raise ConfigurationError(
                f"league {league.code} has no path at ESPN: give it `espn` in the table of leagues"
            )
        for group in (league.espn_groups or "").replace(",", " ").split() or ("",):
            yield await self._get(f"/{league.espn}/scoreboard", _query(first, last, group))

    async def _get(self, path: str, query: Query) -> Answer:
        return await self._retry.run(lambda: self._attempt(path, query), self._random)

    async def _attempt(self, path: str, query: Query) -> Answer:
        came = await self._client.get(path, query, cost=1.0)
        if came.status != 200:
            raise self._error(path, came)
        if not came.body.lstrip().startswith(b"{"):
            raise VenueUnavailable(f"GET {path}", 200, f"no scoreboard came but {excerpt(came.body)}")
        return Answer(RestRequest(path=path, query=list(query), status=came.status), came.body)

    def _error(self, path: str, came: HttpAnswer) -> VenueRefused | VenueUnavailable:
        wait_s = retry_after_s(came.headers)
        if came.status == 429:
            self._client.limiter.too_many(1.0, wait_s)
        told = read_error(came.body)
        code, detail = told or ("unreadable", excerpt(came.body))
        if 300 <= came.status < 400:
            detail = f"a redirect to {came.headers.get('location', 'nowhere')[:200]}, which is never followed"
        if is_refusal(came.status, readable=told is not None):
            return VenueRefused(f"GET {path}", came.status, code, detail)
        return VenueUnavailable(f"GET {path}", came.status, detail, wait_s)


def _query(first: date, last: date, group: str) -> Query:
    days = f"{first:%Y%m%d}" if first == last else f"{first:%Y%m%d}-{last:%Y%m%d}"
    groups = [("groups", group)] if group else []
    return [("dates", days), ("limit", str(LIMIT)), *groups]


def read_error(body: bytes) -> tuple[str, str] | None:
    """Read code and text from ESPN's error bodies; None when it is none.

    Samples: `{"code":400,"message":"Failed to get events endpoint."}`, `{"code":404,"detail":"http error: not found"}`.
    """
    try:
        told: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(told, dict) or "code" not in told:
        return None
    words = told.get("message") or told.get("detail") or ""
    return str(told["code"])[:80], excerpt(str(words).encode())
