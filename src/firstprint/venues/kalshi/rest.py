"""Kalshi's REST API, as far as a recorder needs it: raw bodies in, nothing interpreted but cursors and errors.

Market data needs no key. With one every request is signed, because unsigned answers come through a cache and are up to
15 s old: never repair a book from them (`signed` tells). All requests share one limiter and are tried again while the
venue is unavailable, each time with a fresh signature. Lists come as pages, always to the end of the cursor.
Source: Kalshi OpenAPI 3.31.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from random import Random
from typing import Any
from urllib.parse import quote

import msgspec
import structlog

from firstprint.domain.clock import NS_PER_MS, Clock
from firstprint.domain.errors import ConfigurationError, MalformedMessage, VenueRefused, VenueUnavailable
from firstprint.domain.happenings import RestRequest
from firstprint.net.answers import excerpt, is_refusal, retry_after_s, skew_sentence
from firstprint.net.http import HttpAnswer, HttpClient
from firstprint.net.limiter import Limiter
from firstprint.net.paging import follow_cursor
from firstprint.net.retry import RetrySchedule
from firstprint.venues.kalshi.account import COST_DEFAULT, AccountLimits, EndpointCosts, read_endpoint_costs
from firstprint.venues.kalshi.auth import Signer
from firstprint.venues.kalshi.filters import (
    Filter,
    Query,
    check_filters,
    check_market_filters,
    encode_query,
    unless_all,
)
from firstprint.venues.kalshi.lists import next_cursor

_log = structlog.get_logger(__name__)

TICKERS_MAX = 100
"""Tickers that one request may name."""
IN_FLIGHT_MAX = 256
"""Requests that may be under way at once: the limiter paces them, this bounds the sockets."""
STATUS_CARRIES_BODY = frozenset({500, 503, 504})
"""With these, /exchange/status still answers: the exchange's status is what it says is broken."""


class Answer(msgspec.Struct):
    """One REST body as it came, with the request it answered. Implements `firstprint.app.ports.RestAnswer`.

    `following` is where the next page begins; None at the end of a list, and for what is none.
    """

    request: RestRequest
    body: bytes
    following: str | None = None


class RequestTally(msgspec.Struct):
    """Requests that went out, repeated ones too, and how many of them were answered 429."""

    requests: int = 0
    throttled: int = 0


def read_error(body: bytes) -> tuple[str, str] | None:
    """Read code and text from an error body in any of Kalshi's three shapes; None when it is none of them.

    Samples: `{"error":{"code":"bad_request","message":"bad request","details":"invalid status filter"}}`,
    `{"code":"not_found","message":"not found"}`, `{"error":"too many requests"}`.
    """
    try:
        told: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    inner = told.get("error", told) if isinstance(told, dict) else None
    if isinstance(inner, str):
        return "error", excerpt(inner.encode())
    if not isinstance(inner, dict):
        return None
    words = [str(inner[name]) for name in ("message", "details") if inner.get(name)]
    return str(inner.get("code") or "error")[:80], excerpt(": ".join(words).encode())


class KalshiRest:
    """Asks Kalshi. Implements `firstprint.app.ports.MarketDirectory` and more; signs when it has a Signer.

    Every call raises VenueRefused for a final no (400, 401, 403, 404), VenueUnavailable when no answer could be had
    within the retry schedule, and ConfigurationError for filters that cannot be combined, before anything is sent.
    """

    def __init__(
        self,
        client: HttpClient,
        *,
        clock: Clock,
        random: Random,
        signer: Signer | None = None,
        retry: RetrySchedule | None = None,
    ) -> None:
        self.signed = signer is not None
        self.costs = EndpointCosts()
        self._client = client
        self._clock = clock
        self._random = random
        self._signer = signer
        self._retry = retry or RetrySchedule()

    # -- the market directory ------------------------------------------------------------------------------------

    def markets(self, *, status: str | None = None, **filters: Filter) -> AsyncIterator[Answer]:
        """Page through markets, without combos unless mve_filter says otherwise (`only`, `all`)."""
        chosen = {"limit": 1000, "mve_filter": "exclude", **filters, "status": status}
        check_market_filters(chosen)
        return self._pages("/markets", {**chosen, "mve_filter": unless_all(chosen["mve_filter"])})

    def trades_since(self, min_ts: int) -> AsyncIterator[Answer]:
        """Page through all trades since a Unix second, newest first."""
        return self.trades(min_ts=min_ts, limit=1000)

    async def markets_by_ticker(self, tickers: Sequence[str]) -> AsyncIterator[Answer]:
        """Look up given markets, a hundred at a time; a ticker that Kalshi does not know is simply not among them."""
        for start in range(0, len(tickers), TICKERS_MAX):
            async for page in self.markets(tickers=",".join(tickers[start : start + TICKERS_MAX])):
                yield page

    async def orderbooks(self, tickers: Sequence[str]) -> AsyncIterator[Answer]:
        """Read whole books, a hundred at a time."""
        for start in range(0, len(tickers), TICKERS_MAX):
            yield await self.get("/markets/orderbooks", {"tickers": tickers[start : start + TICKERS_MAX]})

    async def exchange_status(self) -> AsyncIterator[Answer]:
        """Ask whether the exchange trades now; it says so even while it answers HTTP 500, 503 or 504."""
        yield await self.get("/exchange/status")

    # -- markets, books, trades ----------------------------------------------------------------------------------

    async def market(self, ticker: str) -> Answer:
        """Read one market."""
        return await self.get(f"/markets/{_part(ticker)}")

    async def orderbook(self, ticker: str, depth: int = 0) -> Answer:
        """Read one book; `depth` 0 to 100 levels a side, 0 for all."""
        return await self.get(f"/markets/{_part(ticker)}/orderbook", {"depth": depth})

    def trades(self, **filters: Filter) -> AsyncIterator[Answer]:
        """Page through trades, newest first, by `ticker`, `min_ts`, `max_ts` (Unix seconds), `is_block_trade`."""
        return self._pages("/markets/trades", {"limit": 1000, **filters})

    async def candlesticks(self, series: str, market: str, *, start_ts: int, end_ts: int, period_min: int) -> Answer:
        """Read a market's candles of 1, 60 or 1440 minutes between two Unix seconds; quiet minutes are left out."""
        path = f"/series/{_part(series)}/markets/{_part(market)}/candlesticks"
        return await self.get(path, {"start_ts": start_ts, "end_ts": end_ts, "period_interval": period_min})

    async def event_candlesticks(
        self, series: str, event: str, *, start_ts: int, end_ts: int, period_min: int
    ) -> Answer:
        """Read the candles of all markets of an event."""
        path = f"/series/{_part(series)}/events/{_part(event)}/candlesticks"
        return await self.get(path, {"start_ts": start_ts, "end_ts": end_ts, "period_interval": period_min})

    # -- series, events, structure -------------------------------------------------------------------------------

    async def series_list(self, **filters: Filter) -> Answer:
        """Read all series in one body, or those of a `category` (exact) or of `tags` (comma-separated)."""
        return await self.get("/series", self._checked("/series", filters))

    async def series(self, ticker: str) -> Answer:
        """Read one series."""
        return await self.get(f"/series/{_part(ticker)}")

    async def fee_changes(self, **filters: Filter) -> Answer:
        """Read upcoming fee changes of series, with `show_historical` past ones too."""
        return await self.get("/series/fee_changes", self._checked("/series/fee_changes", filters))

    def events(self, **filters: Filter) -> AsyncIterator[Answer]:
        """Page through events, with their markets nested unless `with_nested_markets` is False; never combos."""
        return self._pages("/events", {"limit": 200, "with_nested_markets": True, **filters})

    async def event(self, ticker: str) -> Answer:
        """Read one event with its markets nested."""
        return await self.get(f"/events/{_part(ticker)}", {"with_nested_markets": True})

    async def event_metadata(self, ticker: str) -> Answer:
        """Read an event's pictures, colours, competition and settlement sources."""
        return await self.get(f"/events/{_part(ticker)}/metadata")

    async def tags_by_categories(self) -> Answer:
        """Read which tags each category has."""
        return await self.get("/search/tags_by_categories")

    async def filters_by_sport(self) -> Answer:
        """Read each sport's scopes and competitions."""
        return await self.get("/search/filters_by_sport")

    def milestones(self, **filters: Filter) -> AsyncIterator[Answer]:
        """Page through milestones: the scheduled start of contests, and the events that belong to each."""
        return self._pages("/milestones", {"limit": 500, **filters})

    def structured_targets(self, **filters: Filter | Sequence[str]) -> AsyncIterator[Answer]:
        """Page through the teams and players behind `custom_strike`; `ids` may be a list."""
        return self._pages("/structured_targets", {"page_size": 2000, **filters})

    def incentive_programs(self, **filters: Filter) -> AsyncIterator[Answer]:
        """Page through incentive programmes."""
        return self._pages("/incentive_programs", {"limit": 1000, **filters})

    # -- the exchange and its past -------------------------------------------------------------------------------

    async def exchange_schedule(self) -> Answer:
        """Read trading hours (US Eastern) and maintenance windows."""
        return await self.get("/exchange/schedule")

    async def historical_cutoff(self) -> Answer:
        """Read from when on settled markets and trades are found only in the historical lists."""
        return await self.get("/historical/cutoff")

    def historical_markets(self, **filters: Filter) -> AsyncIterator[Answer]:
        """Page through old markets: of one of `tickers`, `event_ticker`, `series_ticker`, or all but combos."""
        chosen = {name: value for name, value in filters.items() if value is not None}
        combos = {} if chosen.keys() & {"tickers", "event_ticker", "series_ticker"} else {"mve_filter": "exclude"}
        return self._pages("/historical/markets", {"limit": 1000, **combos, **chosen})

    def historical_trades(self, **filters: Filter) -> AsyncIterator[Answer]:
        """Page through old trades."""
        return self._pages("/historical/trades", {"limit": 1000, **filters})

    # -- the account ---------------------------------------------------------------------------------------------

    async def account_limits(self) -> Answer:
        """Read the account's rate limits; needs a key."""
        return await self.get("/account/limits")

    async def endpoint_costs(self) -> Answer:
        """Read which endpoints cost other than the default number of tokens."""
        return await self.get("/account/endpoint_costs")

    async def tune(self) -> AccountLimits | None:
        """Give the limiter the account's own rate, learn what endpoints cost, and tell the limits.

        Without a key there is nothing to ask for: None. Costs that cannot be had are the default's.
        """
        if self._signer is None:
            return None
        answer = await self.account_limits()
        try:
            limits = msgspec.json.decode(answer.body, type=AccountLimits)
        except msgspec.ValidationError as error:
            raise VenueUnavailable("GET /account/limits", 200, f"unexpected body: {error}") from None
        if limits.read.refill_rate <= 0 or limits.read.bucket_capacity < COST_DEFAULT:
            raise VenueUnavailable("GET /account/limits", 200, f"limits that allow nothing: {limits.read}")
        self.limiter.rerate(rate_per_s=limits.read.refill_rate, capacity=limits.read.bucket_capacity)
        try:
            self.costs = read_endpoint_costs((await self.endpoint_costs()).body)
        except (MalformedMessage, VenueRefused, VenueUnavailable) as error:
            _log.warning("endpoint_costs_unknown", error=str(error), default_cost=self.costs.default)
        return limits

    @property
    def limiter(self) -> Limiter:
        """The bucket that all requests to Kalshi share."""
        return self._client.limiter

    # -- one request ---------------------------------------------------------------------------------------------

    async def get(
        self,
        path: str,
        filters: Mapping[str, Filter | Sequence[str]] | None = None,
        *,
        tally: RequestTally | None = None,
    ) -> Answer:
        """Send one GET to a path below the API's root, and again by the retry schedule while there is no answer.

        `tally` counts every request that goes out.
        """
        query, kept = encode_query(filters or {}), tally or RequestTally()
        return await self._retry.run(lambda: self._attempt(path, query, kept), self._random)

    def _checked(self, path: str, filters: Mapping[str, Any]) -> Mapping[str, Any]:
        check_filters(path, filters)
        return filters

    def _pages(self, path: str, filters: Mapping[str, Filter | Sequence[str]]) -> AsyncIterator[Answer]:
        checked = dict(self._checked(path, filters))

        async def fetch(cursor: str | None) -> tuple[Answer, str | None]:
            answer = await self.get(path, {**checked, "cursor": cursor})
            return answer, answer.following

        return follow_cursor(f"GET {path}", fetch)

    async def _attempt(self, path: str, query: Query, tally: RequestTally) -> Answer:
        def headers() -> Mapping[str, str]:
            tally.requests += 1  # here it goes out: waiting for the limiter is over
            return self._sign(path)

        came = await self._client.get(path, query, cost=self._cost(path), headers=headers)
        spared = path == "/exchange/status" and came.status in STATUS_CARRIES_BODY and b'"exchange_active"' in came.body
        if came.status != 200 and not spared:
            tally.throttled += came.status == 429
            raise self._error(path, came)
        try:
            following = next_cursor(came.body)
        except MalformedMessage as error:
            detail = f"the body is not the JSON object it should be ({error.detail}): {excerpt(came.body)}"
            raise VenueUnavailable(f"GET {path}", came.status, detail) from None
        request = RestRequest(path=path, query=query, status=came.status, signed=self.signed)
        return Answer(request, came.body, following)

    def _cost(self, path: str) -> float:
        """Give the tokens of a GET; what costs more than the bucket holds takes all of it."""
        return min(self.costs.of("GET", path), self.limiter.capacity)

    def _sign(self, path: str) -> Mapping[str, str]:
        if self._signer is None:
            return {}
        return self._signer.headers("GET", self._client.base_path + path, self._clock.now().wall_ns // NS_PER_MS)

    def _error(self, path: str, came: HttpAnswer) -> VenueRefused | VenueUnavailable:
        wait_s = retry_after_s(came.headers)
        if came.status == 429:
            self.limiter.too_many(self._cost(path), wait_s)
        told = read_error(came.body)
        code, detail = told or ("unreadable", excerpt(came.body))
        if 300 <= came.status < 400:
            detail = f"a redirect to {came.headers.get('location', 'nowhere')[:200]}, which is never followed"
        if came.status == 401:
            detail = f"{detail} ({skew_sentence(came.headers, came.wall_ns)})"
        if is_refusal(came.status, readable=told is not None):
            return VenueRefused(f"GET {path}", came.status, code, detail)
        return VenueUnavailable(f"GET {path}", came.status, detail, wait_s)


def _part(name: str) -> str:
    """Make a ticker one part of a path, whatever stands in it. Raises ConfigurationError for one that cannot be."""
    if not name or name in (".", ".."):
        raise ConfigurationError(f"not a ticker: {name!r}")
    return quote(name, safe="")
