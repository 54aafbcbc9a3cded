"""Kalshi's REST API, as far as a recorder needs it: raw bodies in, nothing interpreted but cursors and errors.

Market data needs no key. With one every request is signed, because unsigned answers come through a cache and are up to
15 s old: never repair a book from them (`signed` tells). All requests share one limiter and are tried again while the
venue is unavailable, each time with a fresh signature. Lists come as pages, always to the end of the cursor.
Source: Kalshi OpenAPI 3.31.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from random import Random
from typing import Any, TypeAlias
from urllib.parse import quote

import msgspec

from firstprint.domain.clock import NS_PER_MS, Clock
from firstprint.domain.errors import ConfigurationError, VenueRefused, VenueUnavailable
from firstprint.domain.happenings import RestRequest
from firstprint.net.answers import excerpt, is_refusal, retry_after_s, skew_sentence
from firstprint.net.http import HttpAnswer, HttpClient
from firstprint.net.paging import follow_cursor
from firstprint.net.retry import RetrySchedule
from firstprint.venues.kalshi.auth import Signer

Filter: TypeAlias = str | int | bool | None
Query: TypeAlias = list[tuple[str, str]]

COST_DEFAULT = 10
BASIC_RATE_PER_S, BASIC_CAPACITY = 200.0, 400.0
"""The Basic tier's read bucket in tokens: what a limiter starts with until `tune` has asked."""
TICKERS_MAX = 100
"""Tickers that one request may name."""
STATUS_CARRIES_BODY = frozenset({500, 503, 504})
"""With these, /exchange/status still answers: the exchange's status is what it says is broken."""

FILTERS: Mapping[str, frozenset[str]] = {
    "/series": frozenset({"category", "tags", "include_product_metadata", "include_volume", "min_updated_ts"}),
    "/series/fee_changes": frozenset({"series_ticker", "show_historical"}),
    "/events": frozenset(
        [
            "limit",
            "with_nested_markets",
            "with_milestones",
            "status",
            "series_ticker",
            "tickers",
            "min_close_ts",
            "min_updated_ts",
        ]
    ),
    "/markets": frozenset(
        [
            "limit",
            "event_ticker",
            "series_ticker",
            "tickers",
            "status",
            "mve_filter",
            "min_created_ts",
            "max_created_ts",
            "min_updated_ts",
            "max_updated_ts",
            "min_close_ts",
            "max_close_ts",
            "min_settled_ts",
            "max_settled_ts",
        ]
    ),
    "/markets/trades": frozenset({"limit", "ticker", "min_ts", "max_ts", "is_block_trade"}),
    "/milestones": frozenset(
        [
            "limit",
            "minimum_start_date",
            "category",
            "competition",
            "source_id",
            "type",
            "related_event_ticker",
            "min_updated_ts",
        ]
    ),
    "/structured_targets": frozenset({"page_size", "ids", "type", "competition"}),
    "/historical/markets": frozenset({"limit", "tickers", "event_ticker", "series_ticker", "mve_filter"}),
    "/historical/trades": frozenset({"limit", "ticker", "min_ts", "max_ts", "is_block_trade"}),
    "/incentive_programs": frozenset({"limit", "status", "type"}),
}
"""The filters that Kalshi documents for each list; any other is a mistake of ours."""

STATUSES_OF_TIME: Mapping[str, frozenset[str | None]] = {
    "created": frozenset({None, "unopened", "open"}),
    "close": frozenset({None, "closed"}),
    "settled": frozenset({None, "settled"}),
    "updated": frozenset({None}),
}
"""Which market statuses may stand beside which family of time filters."""
MARKET_STATUSES = frozenset({None, "unopened", "open", "paused", "closed", "settled"})


class Answer(msgspec.Struct):
    """One REST body as it came, with the request it answered. Implements `firstprint.app.ports.RestAnswer`."""

    request: RestRequest
    body: bytes


class ReadLimits(msgspec.Struct):
    """A token bucket: tokens per second, and how many it holds."""

    refill_rate: float
    bucket_capacity: float


class AccountLimits(msgspec.Struct):
    """What GET /account/limits says of an account; only the read bucket matters to a recorder.

    Sample: `{"usage_tier":"basic","read":{"refill_rate":200,"bucket_capacity":400},"write":{...},"grants":[]}`.
    """

    usage_tier: str
    read: ReadLimits


class Cursors(msgspec.Struct):
    """The end of a page: `cursor`, or `next_cursor` for incentive programs. Empty, null and absent mean the last."""

    cursor: str | None = None
    next_cursor: str | None = None


def check_market_filters(filters: Mapping[str, Filter]) -> None:
    """Refuse combinations of market filters that Kalshi answers with 400.

    One status; one family of time filters, beside the statuses it allows; the updated family beside nothing but
    mve_filter=exclude and series_ticker. Raises ConfigurationError. Source: OpenAPI, GET /markets.
    """
    given = {name: value for name, value in filters.items() if value is not None}
    status = given.get("status")
    if status not in MARKET_STATUSES:
        raise ConfigurationError(f"market status {status!r} is none of unopened, open, paused, closed, settled")
    families = {name.split("_")[1] for name in given if name.startswith(("min_", "max_"))}
    if len(families) > 1:
        raise ConfigurationError(f"time filters of different kinds cannot be combined: {', '.join(sorted(families))}")
    for family in families & STATUSES_OF_TIME.keys():
        if status not in STATUSES_OF_TIME[family]:
            raise ConfigurationError(f"min_/max_{family}_ts cannot be combined with status {status}")
    if families == {"updated"}:
        _check_beside_updated(given)


def _check_beside_updated(given: Mapping[str, Filter]) -> None:
    others = given.keys() - {"min_updated_ts", "max_updated_ts", "mve_filter", "series_ticker", "limit"}
    if others:
        raise ConfigurationError(f"min_/max_updated_ts cannot be combined with {', '.join(sorted(others))}")
    if given.get("mve_filter", "exclude") != "exclude" and ("series_ticker" in given or given["mve_filter"] != "all"):
        raise ConfigurationError("min_/max_updated_ts needs mve_filter=exclude")


def read_error(body: bytes) -> tuple[str, str] | None:
    """Read code and text from an error body in any of Kalshi's three shapes; None when it is none of them.

    Samples: `{"error":{"code":"bad_request","message":"bad request","details":"invalid status filter"}}`,
    `{"code":"not_found","message":"not found"}`, `{"error":"too many requests"}`.
    """
    try:
        told: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    inner = told.get("error", told) if isinstance(told, dict) else None
    if isinstance(inner, str):
        return "error", excerpt(inner.encode())
    if not isinstance(inner, dict):
        return None
    words = [str(inner[name]) for name in ("message", "details") if inner.get(name)]
    return str(inner.get("code") or "error")[:80], excerpt(": ".join(words).encode())


def encode_query(filters: Mapping[str, Filter | Sequence[str]]) -> Query:
    """Write filters as a query: None is left out, a truth value is true or false, a list repeats its name."""
    query: Query = []
    for name, value in filters.items():
        if isinstance(value, bool):
            query.append((name, "true" if value else "false"))
        elif isinstance(value, str | int):
            query.append((name, str(value)))
        elif value is not None:
            query.extend((name, item) for item in value)
    return query


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
        return self._pages("/markets", {**chosen, "mve_filter": _unless_all(chosen["mve_filter"])})

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
        if len(chosen.keys() & {"tickers", "event_ticker", "series_ticker", "mve_filter"}) > 1:
            raise ConfigurationError("historical markets take only one of tickers, event_ticker, series_ticker")
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
        """Give the limiter the account's own rate, and tell it; without a key there is nothing to ask for: None."""
        if self._signer is None:
            return None
        answer = await self.account_limits()
        try:
            limits = msgspec.json.decode(answer.body, type=AccountLimits)
        except msgspec.ValidationError as error:
            raise VenueUnavailable("GET /account/limits", 200, f"unexpected body: {error}") from None
        if limits.read.refill_rate <= 0 or limits.read.bucket_capacity < COST_DEFAULT:
            raise VenueUnavailable("GET /account/limits", 200, f"limits that allow nothing: {limits.read}")
        self._client.limiter.rerate(rate_per_s=limits.read.refill_rate, capacity=limits.read.bucket_capacity)
        return limits

    # -- one request ---------------------------------------------------------------------------------------------

    async def get(self, path: str, filters: Mapping[str, Filter | Sequence[str]] | None = None) -> Answer:
        """Send one GET to a path below the API's root, and again by the retry schedule while there is no answer."""
        query = encode_query(filters or {})
        return await self._retry.run(lambda: self._attempt(path, query), self._random)

    def _checked(self, path: str, filters: Mapping[str, Any]) -> Mapping[str, Any]:
        unknown = filters.keys() - FILTERS[path]
        if unknown:
            raise ConfigurationError(f"GET {path} has no filter {', '.join(sorted(unknown))}")
        return filters

    def _pages(self, path: str, filters: Mapping[str, Filter | Sequence[str]]) -> AsyncIterator[Answer]:
        checked = dict(self._checked(path, filters))

        async def fetch(cursor: str | None) -> tuple[Answer, str | None]:
            answer = await self.get(path, {**checked, "cursor": cursor})
            ends = msgspec.json.decode(answer.body, type=Cursors)
            return answer, ends.cursor or ends.next_cursor

        return follow_cursor(f"GET {path}", fetch)

    async def _attempt(self, path: str, query: Query) -> Answer:
        came = await self._client.get(path, query, cost=COST_DEFAULT, headers=lambda: self._sign(path))
        spared = path == "/exchange/status" and came.status in STATUS_CARRIES_BODY and b'"exchange_active"' in came.body
        if came.status != 200 and not spared:
            raise self._error(path, came)
        try:
            msgspec.json.decode(came.body, type=Cursors)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            detail = f"the body is not the JSON object it should be ({error}): {excerpt(came.body)}"
            raise VenueUnavailable(f"GET {path}", came.status, detail) from None
        return Answer(RestRequest(path=path, query=query, status=came.status, signed=self.signed), came.body)

    def _sign(self, path: str) -> Mapping[str, str]:
        if self._signer is None:
            return {}
        return self._signer.headers("GET", self._client.base_path + path, self._clock.now().wall_ns // NS_PER_MS)

    def _error(self, path: str, came: HttpAnswer) -> VenueRefused | VenueUnavailable:
        wait_s = retry_after_s(came.headers)
        if came.status == 429:
            self._client.limiter.too_many(COST_DEFAULT, wait_s)
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


def _unless_all(mve_filter: Filter) -> Filter:
    return None if mve_filter == "all" else mve_filter
