"""Discovery by REST: the venue's own list, read at the start and again and again; it is the measure of completeness."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import structlog

from firstprint.app.capture import Capture
from firstprint.app.ports import MarketDirectory, RestAnswer, Venue
from firstprint.app.scribe import Scribe
from firstprint.app.settings import RecorderSettings
from firstprint.domain.clock import NS_PER_S, Clock
from firstprint.domain.errors import VenueRefused, VenueUnavailable
from firstprint.domain.lifecycle import MarketState

_log = structlog.get_logger(__name__)

OVERLAP_S = 120
"""How far each look reaches behind the last one: unsigned REST may be 15 s stale, and clocks differ."""
LOOKUP_MAX = 100
BACKFILL_PAUSE_S = 2.0
_NO_BOOK = frozenset({MarketState.INITIALIZED, MarketState.CLOSED, MarketState.DETERMINED, MarketState.SETTLED})


class Discovery:
    """Asks REST and hands every body to the scribe; what the bodies say comes back through the capture.

    `missed_since_s` is where the record before this session ended, as Unix seconds; 0 when there was none.
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
    ) -> None:
        self._venue = venue
        self._directory = directory
        self._scribe = scribe
        self._capture = capture
        self._clock = clock
        self._settings = settings
        self._missed_since_s = missed_since_s
        self._looked_at_s = 0
        self.on_page: Callable[[], None] = lambda: None
        self.reconciled = asyncio.Event()
        self.failures = 0

    def _now_s(self) -> int:
        return self._clock.now().wall_ns // NS_PER_S

    async def _read(self, pages: AsyncIterator[RestAnswer]) -> None:
        async for page in pages:
            if not self._scribe.rest(page.request, page.body):
                raise VenueUnavailable("REST", None, "the journal has no room for the answer; it is asked for again")
            self.on_page()

    async def reconcile(self) -> None:
        """Compare with the venue's whole list: open and unopened markets, and what settled while nobody recorded."""
        started_s = self._now_s()
        for status in ("unopened", "open"):
            await self._read(self._directory.markets(status=status))
        since_s = self._missed_since_s or started_s - OVERLAP_S
        await self._read(self._directory.markets(status="settled", min_settled_ts=str(since_s)))
        self._looked_at_s = started_s
        self.reconciled.set()

    async def look_again(self) -> None:
        """Ask only for what changed since the last look: new markets, moved times, results."""
        since_s = self._looked_at_s - OVERLAP_S
        started_s = self._now_s()
        await self._read(self._directory.markets(min_created_ts=str(since_s)))
        await self._read(self._directory.markets(min_updated_ts=str(since_s)))
        await self._read(self._directory.markets(status="settled", min_settled_ts=str(since_s)))
        self._looked_at_s = started_s

    async def keep_looking(self, interval_s: float) -> None:
        """Reconcile once, then look again every `interval_s`, for ever; 0 switches that off.

        A venue that does not answer decides nothing and is asked again. Raises VenueRefused when the first look is
        refused; a later one is noted and made again an interval later.
        """
        await self._until_done(self.reconcile)
        while interval_s > 0:
            await asyncio.sleep(interval_s)
            await self._until_done(self.look_again)

    async def _until_done(self, look: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await look()
            except VenueRefused as error:
                if not self.reconciled.is_set():
                    raise
                self.failures += 1
                _log.error("discovery_refused", error=str(error), failures=self.failures)
                return
            except VenueUnavailable as error:
                self.failures += 1
                _log.warning("discovery_failed", error=str(error), failures=self.failures)
                await asyncio.sleep(self._settings.tick_s)
            else:
                return

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
                    self._looked_at_s = min(self._looked_at_s, lifecycle)
                    await self.look_again()
            except VenueUnavailable as error:
                self.failures += 1
                _log.warning("backfill_failed", error=str(error), failures=self.failures)

    def _oldest_gap_s(self, channel: str) -> int | None:
        """Say since when, in Unix seconds, something is missing that can be read again now."""
        opened = [gap.opened_wall_ns for gap in self._capture.repairable(channel)]
        return min(opened) // NS_PER_S if opened else None

    async def look_up(self, tickers: Sequence[str]) -> None:
        """Ask for markets by name: those that the stream speaks of and no list has told us."""
        for start in range(0, len(tickers), LOOKUP_MAX):
            await self._read(self._directory.markets_by_ticker(tickers[start : start + LOOKUP_MAX]))

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
            tickers = [ticker for ticker, life in lives if life.state not in _NO_BOOK]
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
