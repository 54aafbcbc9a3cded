"""Asks a firstprint API: lists as they come, page by page; single things as records."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from firstprint.client.api_client import ApiClient, ClientSettings, Value
from firstprint.domain.answers import (
    ChangeItem,
    EventAnswer,
    EventItem,
    EventPage,
    GapItem,
    GapPage,
    HealthAnswer,
    HistoryAnswer,
    MarketAnswer,
    MarketCountAnswer,
    MarketItem,
    MarketPage,
    SeriesAnswer,
    SeriesCountItem,
    SeriesCountPage,
    SeriesItem,
    SeriesPage,
    SessionItem,
    SessionPage,
    SyncRunItem,
    SyncRunPage,
)
from firstprint.domain.link_answers import (
    GameAnswer,
    GameItem,
    GamePage,
    LinkItem,
    LinkPage,
    PairItem,
    PairPage,
    RefusalItem,
)

__all__ = ["ClientSettings", "MasterClient"]

HISTORY_ROWS_MAX = 5_000


class MasterClient(ApiClient):
    """Asks the API at `url`. Use it as `async with MasterClient(url) as master`.

    Every call raises MasterUnavailable, MasterRefused or MasterUnreadable. Times as filters are RFC 3339 or Unix
    seconds. A list that changes while it is followed is each page as it was when that page was asked for.
    """

    async def series(
        self,
        *,
        category: str | None = None,
        tag: str | None = None,
        games_only: bool = False,
        text: str | None = None,
        active: bool | None = True,
    ) -> AsyncIterator[SeriesItem]:
        """List series by ticker; `active` None lists disabled ones too."""
        filters: dict[str, Value] = {
            "category": category, "tag": tag, "games_only": games_only, "text": text, "active": _active(active)
        }  # fmt: skip
        async for page in self._pages("/v1/series", SeriesPage, filters):
            for one in page.series:
                yield one

    async def events(
        self, *, series: str | None = None, category: str | None = None, tag: str | None = None, text: str | None = None
    ) -> AsyncIterator[EventItem]:
        """List events by ticker."""
        filters: dict[str, Value] = {"series": series, "category": category, "tag": tag, "text": text}
        async for page in self._pages("/v1/events", EventPage, filters):
            for one in page.events:
                yield one

    async def markets(
        self,
        *,
        series: str | None = None,
        event: str | None = None,
        category: str | None = None,
        tag: str | None = None,
        status: str | None = None,
        text: str | None = None,
        closes_after: str | None = None,
        closes_before: str | None = None,
        gone: bool = False,
    ) -> AsyncIterator[MarketItem]:
        """List markets by ticker; both close times are inclusive, `gone` adds those that are listed no more."""
        filters: dict[str, Value] = {
            "series": series,
            "event": event,
            "category": category,
            "tag": tag,
            "status": status,
            "text": text,
            "closes_after": closes_after,
            "closes_before": closes_before,
            "gone": gone,
        }
        async for page in self._pages("/v1/markets", MarketPage, filters):
            for one in page.markets:
                yield one

    async def one_series(self, ticker: str) -> dict[str, Any] | None:
        """Give every field of one series; None when the master does not have it."""
        found = await self._one("/v1/series", ticker, SeriesAnswer)
        return None if found is None else found.series

    async def event(self, ticker: str) -> dict[str, Any] | None:
        """Give every field of one event; None when the master does not have it."""
        found = await self._one("/v1/events", ticker, EventAnswer)
        return None if found is None else found.event

    async def market(self, ticker: str) -> dict[str, Any] | None:
        """Give every field of one market; None when the master does not have it."""
        found = await self._one("/v1/markets", ticker, MarketAnswer)
        return None if found is None else found.market

    async def market_history(self, ticker: str) -> tuple[ChangeItem, ...]:
        """List how a market changed, oldest first, at most 5,000 changes. Raises MasterRefused for an unknown one."""
        path = f"/v1/markets/{quote(ticker, safe='')}/history"
        return (await self._get(path, {"limit": HISTORY_ROWS_MAX}, HistoryAnswer)).history

    async def stats_series(
        self, *, category: str | None = None, tag: str | None = None, games_only: bool = False
    ) -> AsyncIterator[SeriesCountItem]:
        """Count events and markets of each series."""
        filters: dict[str, Value] = {"category": category, "tag": tag, "games_only": games_only}
        async for page in self._pages("/v1/stats/series", SeriesCountPage, filters):
            for one in page.series:
                yield one

    async def stats_markets(self, series: str | None = None) -> MarketCountAnswer:
        """Count markets by status, of a series or of all."""
        return await self._get("/v1/stats/markets", {"series": series}, MarketCountAnswer)

    async def sync_runs(self, *, kind: str | None = None) -> AsyncIterator[SyncRunItem]:
        """List sync runs, newest first."""
        async for page in self._pages("/v1/sync-runs", SyncRunPage, {"kind": kind}):
            for one in page.sync_runs:
                yield one

    async def sessions(self) -> AsyncIterator[SessionItem]:
        """List the recorder's sessions, newest first."""
        async for page in self._pages("/v1/sessions", SessionPage, {}):
            for one in page.sessions:
                yield one

    async def gaps(
        self,
        *,
        session: str | None = None,
        market: str | None = None,
        reason: str | None = None,
        open_only: bool = False,
    ) -> AsyncIterator[GapItem]:
        """List holes in what was recorded, in the order in which they opened."""
        filters: dict[str, Value] = {"session": session, "market": market, "reason": reason, "open_only": open_only}
        async for page in self._pages("/v1/gaps", GapPage, filters):
            for one in page.gaps:
                yield one

    async def games(
        self,
        *,
        league: str | None = None,
        sport: str | None = None,
        state: str | None = None,
        linked: bool | None = None,
        starts_after: str | None = None,
        starts_before: str | None = None,
    ) -> AsyncIterator[GameItem]:
        """List games by id, with listings and odds; both start times are inclusive, `linked` keeps those with links."""
        filters: dict[str, Value] = {
            "league": league, "sport": sport, "game_state": state, "linked": linked, "starts_after": starts_after,
            "starts_before": starts_before,
        }  # fmt: skip
        async for page in self._pages("/v1/games", GamePage, filters):
            for one in page.games:
                yield one

    async def game(self, game_id: str) -> GameAnswer | None:
        """Give a game with its links; None when it is not known."""
        return await self._one("/v1/games", game_id, GameAnswer)

    async def links(
        self, *, venue: str | None = None, market: str | None = None, contest: str | None = None, gone: bool = False
    ) -> AsyncIterator[LinkItem]:
        """List links by id; `gone` adds those that stand no more."""
        filters: dict[str, Value] = {"venue": venue, "market": market, "contest": contest, "gone": gone}
        async for page in self._pages("/v1/links", LinkPage, filters):
            for one in page.links:
                yield one

    async def refused(self, *, venue: str | None = None, gone: bool = False) -> AsyncIterator[RefusalItem]:
        """List what was refused, by work item; `gone` adds what is resolved."""
        filters: dict[str, Value] = {"refused": True, "venue": venue, "gone": gone}
        async for page in self._pages("/v1/links", LinkPage, filters):
            for one in page.refused:
                yield one

    async def pairs(
        self, *, league: str | None = None, kind: str | None = None, contest: str | None = None
    ) -> AsyncIterator[PairItem]:
        """List the pairs of a Kalshi and a Polymarket market by id; `kind` is a kind of bet, such as `winner`."""
        filters: dict[str, Value] = {"league": league, "bet": kind, "contest": contest}
        async for page in self._pages("/v1/pairs", PairPage, filters):
            for one in page.pairs:
                yield one

    async def health(self) -> HealthAnswer:
        """Ask whether the database answers; raise MasterUnavailable with the reason when it does not."""
        return await self._get("/healthz", {}, HealthAnswer)


def _active(active: bool | None) -> str:
    return "any" if active is None else str(active).lower()
