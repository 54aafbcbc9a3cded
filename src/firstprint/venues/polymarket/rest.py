"""Polymarket's two REST APIs, as far as a recorder needs them: raw bodies, nothing interpreted but cursors and errors.

Gamma lists markets; it lies behind a cache of up to 300 s, so its prices are never used. The CLOB gives books. Neither
wants a key. Each API has one limiter that all its requests share: a request costs as many thousandths of ten seconds'
allowance as keep every limit of that API, with a fifth of each left free. Too fast requests are delayed by the venue
rather than refused. Source: docs/venues/polymarket.md.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from random import Random
from typing import Any
from urllib.parse import quote

import msgspec

import firstprint
from firstprint.domain.errors import ConfigurationError, VenueRefused, VenueUnavailable
from firstprint.domain.happenings import RestRequest
from firstprint.net.answers import excerpt, is_refusal, retry_after_s
from firstprint.net.http import HttpAnswer, HttpClient
from firstprint.net.limiter import Limiter
from firstprint.net.paging import follow_cursor
from firstprint.net.retry import RetrySchedule
from firstprint.venues.polymarket.bodies import CLOB, GAMMA, next_cursor
from firstprint.venues.polymarket.filters import VALUES_MAX, Filter, Query, encode_query

WINDOW_S = 10.0
ALLOWANCE = 1_000.0
"""What one window of an API allows, in the units of a request's cost."""
BURST = 200.0
USED = 0.8
"""The part of each limit that we use."""
PER_WINDOW: Mapping[str, Mapping[str, int]] = {
    GAMMA: {"/events": 500, "/markets": 300, "/tags": 200, "/public-search": 350, "": 4_000},
    CLOB: {"/books": 500, "/book": 1_500, "": 9_000},
}
"""Requests that the venue allows in ten seconds, by API and the beginning of the path; the first that fits counts.

Gamma's further limit, 900 for events and markets together, cannot be reached: all costs come out of one allowance.
"""
IN_FLIGHT_MAX = 256
"""Requests that may be under way at once at each API: the limiter paces them, this bounds the sockets."""
PAGE_MAX = 100
BOOKS_MAX = 500
TOO_MANY_BOOKS = "Payload exceeds the limit"
USER_AGENT = f"firstprint/{firstprint.__version__}"


class Answer(msgspec.Struct):
    """One REST body as it came, with the request it answered. Implements `firstprint.app.ports.RestAnswer`.

    `following` is where the next page begins; None at the end of a list, and for what is none.
    """

    request: RestRequest
    body: bytes
    following: str | None = None


def polymarket_limiter(random: Random, *, in_flight_max: int = IN_FLIGHT_MAX) -> Limiter:
    """Make the limiter of one API: in any ten seconds it grants one allowance, a part of it at once after a rest."""
    rate_per_s = (ALLOWANCE - BURST) / WINDOW_S
    return Limiter(rate_per_s=rate_per_s, capacity=BURST, random=random, in_flight_max=in_flight_max)


def cost_of(api: str, path: str) -> float:
    """Give what a request costs of its API's allowance: so much that no limit of the venue's is passed."""
    allowed = next(number for start, number in PER_WINDOW[api].items() if path.startswith(start))
    return ALLOWANCE / (allowed * USED)


def read_error(body: bytes) -> tuple[str, str] | None:
    """Read code and text from an error body; None when it is none.

    Samples: `{"type":"validation error","error":"offset is not allowed on keyset endpoints"}`,
    `{"error":"No orderbook exists for the requested token id"}`.
    """
    try:
        told: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(told, dict) or not isinstance(told.get("error"), str):
        return None
    return str(told.get("type") or "error")[:80], excerpt(told["error"].encode("utf-8", "replace"))


class _Api:
    """One REST API: its name, its client, and how a request is tried, judged and kept."""

    api: str

    def __init__(self, client: HttpClient, *, random: Random, retry: RetrySchedule | None = None) -> None:
        self._client = client
        self._random = random
        self._retry = retry or RetrySchedule()

    @property
    def limiter(self) -> Limiter:
        """The bucket that all requests to this API share."""
        return self._client.limiter

    async def get(self, path: str, query: Query | None = None) -> Answer:
        """Send one GET, and again by the retry schedule while there is no answer."""

        async def attempt() -> Answer:
            came = await self._client.get(path, query or (), cost=cost_of(self.api, path), headers=_headers)
            return self._answer(f"GET {path}", path, query or [], came)

        return await self._retry.run(attempt, self._random)

    def _answer(self, what: str, path: str, query: Query, came: HttpAnswer) -> Answer:
        if came.status != 200:
            raise self._error(what, path, came)
        if came.body.lstrip()[:1] not in (b"{", b"["):
            raise VenueUnavailable(what, 200, f"no JSON came but {excerpt(came.body)}")
        request = RestRequest(path=path, query=query, status=came.status, venue="polymarket", api=self.api)
        return Answer(request, came.body)

    def _error(self, what: str, path: str, came: HttpAnswer) -> VenueRefused | VenueUnavailable:
        wait_s = retry_after_s(came.headers)
        if came.status == 429:
            self.limiter.too_many(cost_of(self.api, path), wait_s)
        told = read_error(came.body)
        code, detail = told or ("unreadable", excerpt(came.body))
        if 300 <= came.status < 400:
            detail = f"a redirect to {came.headers.get('location', 'nowhere')[:200]}, which is never followed"
        if is_refusal(came.status, readable=told is not None):
            return VenueRefused(what, came.status, code, detail)
        return VenueUnavailable(what, came.status, detail, wait_s)


class GammaRest(_Api):
    """Asks Gamma for events, markets, series, sports and teams. Lists are followed to their end, never by offset.

    Every call raises VenueRefused for a final no (a filter out of range, an id that is not there), VenueUnavailable
    when no answer could be had within the retry schedule, and ConfigurationError for filters that a list does not take.
    """

    api = GAMMA

    def events(self, **filters: Filter) -> AsyncIterator[Answer]:
        """Page through events with their markets, oldest id first; without `closed` only the open ones.

        By `tag_id`, `series_id`, `slug`, `start_time_min`, `start_time_max` (RFC 3339) and more.
        """
        return self._pages("/events/keyset", {"limit": PAGE_MAX, "order": "id", "ascending": True, **filters})

    def markets(self, **filters: Filter) -> AsyncIterator[Answer]:
        """Page through markets with their events, oldest id first; without `closed` only the open ones."""
        return self._pages("/markets/keyset", {"limit": PAGE_MAX, "order": "id", "ascending": True, **filters})

    async def events_by_slug(self, slugs: Sequence[str]) -> AsyncIterator[Answer]:
        """Look up events by their slugs, open and closed ones; one that Gamma does not know is not among them."""
        for part in _parts(slugs, VALUES_MAX):
            for closed in (False, True):
                async for page in self.events(slug=part, closed=closed):
                    yield page

    async def markets_by_condition(self, conditions: Sequence[str]) -> AsyncIterator[Answer]:
        """Look up markets by their condition ids, open and closed ones."""
        for part in _parts(conditions, VALUES_MAX):
            for closed in (False, True):
                async for page in self.markets(condition_ids=part, closed=closed):
                    yield page

    async def event(self, event_id: str) -> Answer:
        """Read one event with its markets."""
        return await self.get(f"/events/{_part(event_id)}")

    async def market(self, market_id: str) -> Answer:
        """Read one market, a closed one too."""
        return await self.get(f"/markets/{_part(market_id)}")

    async def series(self, series_id: str) -> Answer:
        """Read one series."""
        return await self.get(f"/series/{_part(series_id)}")

    async def sports(self) -> Answer:
        """Read the sports with their tags and series."""
        return await self.get("/sports")

    async def teams(self, **filters: Filter) -> AsyncIterator[Answer]:
        """Page through teams, by `league`, `name`, `abbreviation`: an offset list, up to where the venue cuts it."""
        for offset in range(0, 2_000 + 1, PAGE_MAX):
            page = await self.get("/teams", encode_query("/teams", {"limit": PAGE_MAX, "offset": offset, **filters}))
            yield page
            if len(msgspec.json.decode(page.body, type=list[msgspec.Raw])) < PAGE_MAX:
                return

    def _pages(self, path: str, filters: Mapping[str, Filter]) -> AsyncIterator[Answer]:
        query = encode_query(path, filters)

        async def fetch(cursor: str | None) -> tuple[Answer, str | None]:
            answer = await self.get(path, [*query, ("after_cursor", cursor)] if cursor else query)
            answer.following = next_cursor(answer.body)
            return answer, answer.following

        return follow_cursor(f"GET {path}", fetch)


class ClobRest(_Api):
    """Asks the CLOB for books. Raises VenueRefused or VenueUnavailable as GammaRest does."""

    api = CLOB

    async def book(self, asset: str) -> Answer:
        """Read one book. Raises VenueRefused with status 404 where there is none."""
        return await self.get("/book", [("token_id", asset)])

    async def books(self, assets: Sequence[str]) -> AsyncIterator[Answer]:
        """Read many books; those that are not there are left out, and the order is the venue's.

        As many at a time as the venue takes, and in halves where it says that this is too many.
        """
        left = [list(part) for part in _parts(assets, BOOKS_MAX)]
        while left:
            part = left.pop(0)
            try:
                yield await self._retry.run(lambda part=part: self._ask_books(part), self._random)  # type: ignore[misc]
            except VenueRefused as error:
                if TOO_MANY_BOOKS not in error.detail or len(part) == 1:
                    raise
                middle = len(part) // 2
                left[:0] = [part[:middle], part[middle:]]

    async def _ask_books(self, assets: Sequence[str]) -> Answer:
        path, query = "/books", [("token_id", asset) for asset in assets]
        body = msgspec.json.encode([{name: asset} for name, asset in query])
        came = await self._client.post(path, body, cost=cost_of(CLOB, path), headers=_headers)
        return self._answer(f"POST {path}", path, query, came)

    async def time_s(self) -> int:
        """Ask for the venue's time, Unix seconds."""
        came = await self._client.get("/time", cost=cost_of(CLOB, "/time"), headers=_headers)
        text = came.body.strip()
        if came.status != 200 or not text.isdigit() or len(text) > 11:
            raise VenueUnavailable("GET /time", came.status, f"no time came but {excerpt(came.body)}")
        return int(text)


def _headers() -> Mapping[str, str]:
    return {"User-Agent": USER_AGENT}


def _parts(names: Sequence[str], size: int) -> list[Sequence[str]]:
    return [names[start : start + size] for start in range(0, len(names), size)]


def _part(name: str) -> str:
    """Make an id one part of a path, whatever stands in it. Raises ConfigurationError for one that cannot be."""
    if not name or name in (".", ".."):
        raise ConfigurationError(f"not an id: {name!r}")
    return quote(name, safe="")
