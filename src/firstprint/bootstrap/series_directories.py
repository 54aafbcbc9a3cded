"""Who says which series a category or tags mean: the venue itself, or the HTTP API of a securities master."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random

import msgspec

from firstprint.app.secmaster.games import find_game
from firstprint.app.selection import SeriesQuestion
from firstprint.app.series_finder import SeriesDirectory, SeriesFound
from firstprint.config import Config
from firstprint.domain.clock import Clock
from firstprint.domain.entries import SeriesEntry
from firstprint.domain.errors import ConfigurationError, MalformedMessage, VenueUnavailable
from firstprint.domain.happenings import RestRequest
from firstprint.net.answers import excerpt
from firstprint.net.http import HttpClient
from firstprint.net.limiter import Limiter
from firstprint.net.paging import follow_cursor
from firstprint.venues.kalshi.filters import encode_query
from firstprint.venues.kalshi.rest import Answer, KalshiRest
from firstprint.venues.kalshi.venue import KalshiVenue

MASTER_RATE_PER_S, MASTER_BURST = 20.0, 20.0
MASTER_PAGE_ROWS = 5_000


class VenueSeries:
    """Asks Kalshi: all series of a category in one body."""

    name = "the venue"

    def __init__(self, rest: KalshiRest, venue: KalshiVenue) -> None:
        self._rest = rest
        self._venue = venue

    async def find(self, question: SeriesQuestion) -> SeriesFound:
        """Name series (SeriesDirectory)."""
        tags = ",".join(question.tags) or None
        answer = await self._rest.series_list(category=question.category, tags=tags, include_product_metadata=True)
        rows = self._venue.listed(answer.request, answer.body).series
        return SeriesFound(frozenset(_matching(rows, question)), (answer,))


def _matching(rows: Iterable[SeriesEntry], question: SeriesQuestion) -> Iterable[str]:
    """Pick what was asked for, whatever the venue makes of the filters."""
    for row in rows:
        in_category = question.category is None or question.category in (row.category, *row.categories)
        tagged = not question.tags or not set(question.tags).isdisjoint(row.tags)
        if in_category and tagged and (not question.games_only or find_game(row).is_game):
            yield row.ticker


class _MasterRow(msgspec.Struct):
    ticker: str


class _MasterPage(msgspec.Struct):
    """A page of GET /v1/series, as `firstprint serve` answers it."""

    series: list[_MasterRow]
    next: str | None = None


class MasterSeries:
    """Asks the HTTP API of a securities master, once for each tag. Its raw answers go into the record."""

    def __init__(self, client: HttpClient) -> None:
        self.name = f"the securities master at {client.base_url}"
        self._client = client

    async def find(self, question: SeriesQuestion) -> SeriesFound:
        """Name series (SeriesDirectory)."""
        tickers: set[str] = set()
        answers: list[Answer] = []
        for tag in question.tags or (None,):
            async for answer in self._pages(question, tag):
                tickers.update(row.ticker for row in _read(answer.body).series)
                answers.append(answer)
        return SeriesFound(frozenset(tickers), answers)

    def _pages(self, question: SeriesQuestion, tag: str | None) -> AsyncIterator[Answer]:
        filters = {"category": question.category, "tag": tag, "limit": MASTER_PAGE_ROWS}
        games = {"games_only": True} if question.games_only else {}

        async def fetch(cursor: str | None) -> tuple[Answer, str | None]:
            answer = await self._get("/v1/series", encode_query({**filters, **games, "cursor": cursor}))
            return answer, _read(answer.body).next

        return follow_cursor("GET /v1/series", fetch)

    async def _get(self, path: str, query: list[tuple[str, str]]) -> Answer:
        came = await self._client.get(path, query, cost=1.0)
        if came.status != 200:
            raise VenueUnavailable(self.name, came.status, excerpt(came.body))
        return Answer(request=RestRequest(path=path, query=query), body=came.body)


def _read(body: bytes) -> _MasterPage:
    try:
        return msgspec.json.decode(body, type=_MasterPage)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise MalformedMessage("BAD_BODY", f"/v1/series: {error}") from error


@asynccontextmanager
async def join_series_directories(
    config: Config, rest: KalshiRest, kalshi: KalshiVenue, clock: Clock, random: Random
) -> AsyncIterator[tuple[SeriesDirectory, ...]]:
    """Join the directories, the preferred one first. Raises ConfigurationError for an address that is none."""
    venue = VenueSeries(rest, kalshi)
    async with AsyncExitStack() as open_clients:
        if config.master_url is None:
            yield (venue,)
            return
        if not config.master_url.startswith(("http://", "https://")):
            raise ConfigurationError(f"MASTER_URL is {config.master_url!r}: it must begin with http:// or https://")
        limiter = Limiter(rate_per_s=MASTER_RATE_PER_S, capacity=MASTER_BURST, random=random)
        client = await open_clients.enter_async_context(HttpClient(config.master_url, limiter=limiter, clock=clock))
        yield (MasterSeries(client), venue)
