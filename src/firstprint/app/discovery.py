"""Discovery by REST: the venue's own list, read at the start and again and again; it is the measure of completeness.

A look has parts. Where few series are recorded, each series is a part and is asked for by itself; otherwise the whole
list is the only part. Each part remembers when it was last looked at, so that one that failed is asked for from there,
and holds up no other.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import TypeAlias

import structlog

from firstprint.app.capture import Capture
from firstprint.app.lineage import Lineage
from firstprint.app.ports import MarketDirectory, RestAnswer, Venue
from firstprint.app.scribe import Scribe
from firstprint.app.selection import Selector
from firstprint.app.series_finder import SeriesFinder
from firstprint.app.settings import RecorderSettings
from firstprint.domain.clock import NS_PER_S, Clock
from firstprint.domain.errors import MalformedMessage, VenueRefused, VenueUnavailable
from firstprint.domain.lifecycle import MarketState

_log = structlog.get_logger(__name__)

OVERLAP_S = 120
"""How far each look reaches behind the last one: unsigned REST may be 15 s stale, and clocks differ."""
LOOKUP_MAX = 100
ONE_BY_ONE_MAX = 60
"""Up to so many series are asked for one at a time; for more of them the whole list costs fewer requests."""
BACKFILL_PAUSE_S = 2.0
WHOLE, SERIES = "the whole list", "the choice of series"
_KEY_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_NO_BOOK = frozenset({MarketState.INITIALIZED, MarketState.CLOSED, MarketState.DETERMINED, MarketState.SETTLED})

Part: TypeAlias = str | None
"""A series, or None: the whole list."""


class Discovery:
    """Asks REST and hands every body to the scribe; what the bodies say comes back through the capture.

    `missed_since_s` is where the record before this session ended, as Unix seconds; 0 when there was none. `failing`
    names what was not answered at the last look, with the error; `found` and `known` count the markets of all lists
    that were news and that were not.
    """

    def __init__(
        self,
        venue: Venue,
        directory: MarketDirectory,
        scribe: Scribe,
        capture: Capture,
        clock: Clock,
        settings: RecorderSettings,
        missed_since_s: int = 0,
        selector: Selector | None = None,
        lineage: Lineage | None = None,
    ) -> None:
        self._venue = venue
        self._directory = directory
        self._scribe = scribe
        self._capture = capture
        self._clock = clock
        self._settings = settings
        self._missed_since_s = missed_since_s
        self._selector = selector or Selector()
        self._looked_at_s: dict[Part, int] = {}
        self._owed: dict[Part, None] | None = None
        self._looking = asyncio.Lock()
        self.finder: SeriesFinder | None = None
        self._lineage = lineage or Lineage(capture.census.lives)
        self.on_page: Callable[[RestAnswer], None] = lambda _: None
        self.on_series: Callable[[frozenset[str]], None] = lambda _: None
        self.wants: Callable[[str], bool] = lambda _: True
        self.reconciled = asyncio.Event()
        self.failures = 0
        self.failing: dict[str, str] = {}
        self.looks = self.found = self.known = 0

    def _now_s(self) -> int:
        return self._clock.now().wall_ns // NS_PER_S

    async def _read(self, pages: AsyncIterator[RestAnswer]) -> None:
        lives = self._capture.census.lives
        async for page in pages:
            told, lived = self._capture.markets_told, len(lives)
            if not self._scribe.rest(page.request, page.body, self._venue.name):
                raise VenueUnavailable("REST", None, "the journal has no room for the answer; it is asked for again")
            told, found = self._capture.markets_told - told, len(lives) - lived
            if told:
                self.found += found
                self.known += told - found
            self.on_page(page)

    def _parts(self) -> tuple[Part, ...]:
        series = self._selector.series
        return (None,) if series is None or len(series) > ONE_BY_ONE_MAX else tuple(sorted(series))

    async def reconcile(self) -> None:
        """Compare with the venue's whole list, as far as it is recorded; raises what the first failing part raises."""
        await self._choose_series()
        for part in self._parts():
            await self._look_at(part)
        self.reconciled.set()

    async def _choose_series(self) -> None:
        """Ask which series are meant, where somebody must say so."""
        if self.finder is not None:
            self.on_series(await self.finder.refresh())

    async def _look_at(self, part: Part) -> None:
        """Look at one part: whole at first, later for what has changed."""
        started_s = self._now_s()
        since_s = self._looked_at_s.get(part)
        if since_s is None:
            await self._read_whole(part, self._missed_since_s or started_s - OVERLAP_S)
        else:
            await self._read_news(part, since_s - OVERLAP_S)
        self._looked_at_s[part] = started_s

    async def _read_whole(self, part: Part, since_s: int) -> None:
        """Read open and unopened markets, and what settled while nobody recorded.

        With many series chosen the list is read by events, which say the series of their markets.
        """
        for status in ("unopened", "open"):
            if part is None and not self._selector.everything:
                await self._read(self._directory.events(status=status))
            else:
                await self._read(self._directory.markets(status=status, **_of(part)))
        await self._read(self._directory.markets(status="settled", min_settled_ts=str(since_s), **_of(part)))

    async def _read_news(self, part: Part, since_s: int) -> None:
        """Read only what changed: new markets, moved times, results."""
        await self._read(self._directory.markets(min_created_ts=str(since_s), **_of(part)))
        await self._read(self._directory.markets(min_updated_ts=str(since_s), **_of(part)))
        await self._read(self._directory.markets(status="settled", min_settled_ts=str(since_s), **_of(part)))

    async def keep_looking(self, interval_s: float) -> None:
        """Reconcile once, then look again every `interval_s`, for ever; 0 switches that off.

        What is not answered decides nothing and is asked again, without waiting for the next look. Raises VenueRefused
        when the first look is refused; a later refusal is noted, and made again an interval later.
        """
        while True:
            passed_s = 0.0
            self._owed = None
            while not await self._look() and (passed_s < interval_s or not interval_s):
                await asyncio.sleep(self._settings.tick_s)
                passed_s += self._settings.tick_s
            self.looks += 1
            if interval_s <= 0:
                return
            await asyncio.sleep(max(0.0, interval_s - passed_s))

    async def _look(self) -> bool:
        """Look at every part that is owed; tell whether none is owed any more."""
        async with self._looking:
            if self._owed is None:
                if not await self._answered(SERIES, self._choose_series):
                    return False
                self._owed = dict.fromkeys(self._parts())
            for part in tuple(self._owed):
                if await self._answered(self._named(part), partial(self._look_at, part)):
                    del self._owed[part]
            if not self._owed or self._looked_at_s:
                self.reconciled.set()
            return not self._owed

    async def _answered(self, name: str, ask: Callable[[], Awaitable[None]]) -> bool:
        """Ask; tell whether it is done with, answered or refused. Raises VenueRefused where nothing is known yet."""
        try:
            await ask()
        except VenueRefused as error:
            if not self.reconciled.is_set() and (name in (WHOLE, SERIES) or error.status in _KEY_REFUSED):
                raise
            self._failed(name, error)
        except VenueUnavailable as error:
            self._failed(name, error)
            return False
        else:
            self.failing.pop(name, None)
        return True

    def _failed(self, name: str, error: Exception) -> None:
        self.failures += 1
        self.failing[name] = str(error)
        _log.warning("discovery_failed", part=name, error=str(error), failures=self.failures)

    def _named(self, part: Part) -> str:
        """Name a part for people: a series with the league it was chosen with."""
        if part is None:
            return WHOLE
        league = self._selector.selection.league_of(part)
        return part if league is None else f"{league} {part}"

    async def fill_holes(self) -> None:
        """Read again by REST what streams without replay have missed: trades and lifecycle events."""
        while True:
            await asyncio.sleep(BACKFILL_PAUSE_S)
            trades = self._oldest_gap_s(self._venue.trade_channel)
            lifecycle = self._oldest_gap_s(self._venue.lifecycle_channel)
            try:
                if trades is not None:
                    await self._read(self._directory.trades_since(trades - 1))
                if lifecycle is not None and self.reconciled.is_set():
                    async with self._looking:
                        await self._read_news(None, lifecycle - OVERLAP_S)
            except VenueUnavailable as error:
                self.failures += 1
                _log.warning("backfill_failed", error=str(error), failures=self.failures)

    def _oldest_gap_s(self, channel: str) -> int | None:
        """Say since when, in Unix seconds, something is missing that can be read again now."""
        opened = [gap.opened_wall_ns for gap in self._capture.sweeps.repairable(channel)]
        return min(opened) // NS_PER_S if opened else None

    async def look_up(self, tickers: Sequence[str]) -> None:
        """Ask for markets by name: those that the stream speaks of and no list has told us."""
        for start in range(0, len(tickers), LOOKUP_MAX):
            await self._read(self._directory.markets_by_ticker(tickers[start : start + LOOKUP_MAX]))

    async def look_up_events(self, events: Sequence[str]) -> None:
        """Ask which series events belong to, many in one request."""
        for start in range(0, len(events), LOOKUP_MAX):
            tickers = ",".join(events[start : start + LOOKUP_MAX])
            await self._read(self._named_events(self._directory.events(tickers=tickers)))

    async def _named_events(self, pages: AsyncIterator[RestAnswer]) -> AsyncIterator[RestAnswer]:
        """Pass pages on, and take from each the series of its events; the fold keeps what cannot be read."""
        async for page in pages:
            with suppress(MalformedMessage):
                for event in self._venue.listed(page.request, page.body).events:
                    if event.series_ticker is not None:
                        self._lineage.learn(event.ticker, event.series_ticker)
            yield page

    async def watch_exchange(self) -> None:
        """Ask again and again whether the exchange trades: a pause is not a hole."""
        while True:
            try:
                await self._read(self._directory.exchange_status())
            except VenueUnavailable as error:
                _log.warning("exchange_status_failed", error=str(error))
            await asyncio.sleep(self._settings.exchange_status_s)

    async def poll_books(self) -> None:
        """Read the books of all open markets by REST, for ever: what can be recorded without a key.

        Such books may be 15 s stale, so they are kept as rows and no book becomes VALID from them.
        """
        await self.reconciled.wait()
        while True:
            lives = self._capture.census.lives.items()
            tickers = [ticker for ticker, life in lives if life.state not in _NO_BOOK and self.wants(ticker)]
            for start in range(0, len(tickers), LOOKUP_MAX):
                await self._poll(tickers[start : start + LOOKUP_MAX])
            await asyncio.sleep(self._settings.rest_books_s)

    async def _poll(self, tickers: Sequence[str]) -> None:
        """Read some books once; those that fail are read in the next round, and the others do not wait for them."""
        try:
            await self._read(self._directory.orderbooks(tickers))
        except (VenueUnavailable, VenueRefused) as error:
            self.failures += 1
            _log.warning("book_poll_failed", error=str(error), failures=self.failures)


def _of(part: Part) -> dict[str, str]:
    """Make the filter of one part."""
    return {} if part is None else {"series_ticker": part}
