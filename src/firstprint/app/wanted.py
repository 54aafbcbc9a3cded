"""A venue recorded as far as somebody wants its markets: links to another venue's, or markets by name."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress

import structlog

from firstprint.app.lanes import Lanes
from firstprint.app.live import News
from firstprint.app.ports import MarketLookup, RestAnswer, Venue
from firstprint.app.settings import RecorderSettings
from firstprint.app.studio import Studio
from firstprint.domain.errors import VenueRefused, VenueUnavailable
from firstprint.lifecycle.life import MarketLife

_log = structlog.get_logger(__name__)

WANTED_MAX = 100_000
"""So many markets are wanted at most; further ones are turned away, and counted."""
AGAIN_S = 5.0
"""How long what was not answered waits before it is asked again."""
LOOKUP_MAX = 500
"""How many markets are asked for together, so that each part of an answer is recorded soon."""


class WantedMarkets:
    """Keeps the wanted markets of one venue recorded from when their facts are known to when they are over.

    REST is asked for the facts of each, again and again, and for its book whenever the steering of its connection asks:
    what no numbers prove is proved by comparing. What is not answered is asked again; `failures` counts, `failing` says
    what is not answered now, `turned_away` how many were too many.
    """

    def __init__(
        self, venue: Venue, lookup: MarketLookup, settings: RecorderSettings, studio: Studio, lanes: Lanes | None
    ) -> None:
        self._venue = venue
        self._lookup = lookup
        self._settings = settings
        self._studio = studio
        self._lanes = lanes
        self._news: News = studio.live.news[venue.name]
        self._wanted: dict[str, None] = {}
        self._unknown: dict[str, None] = {}
        self._doubtful: dict[str, None] = {}
        self._stirred = asyncio.Event()
        self.failures = 0
        self.failing: dict[str, str] = {}
        self.turned_away = 0
        if lanes is not None:
            lanes.on_ask = self.check_soon

    def __contains__(self, market: str) -> bool:
        return market in self._wanted

    def __len__(self) -> int:
        return len(self._wanted)

    def want(self, markets: Iterable[str]) -> None:
        """Record markets from now on until they are over or nobody wants them; those wanted already stay so."""
        known: list[str] = []
        for market in markets:
            if market in self._wanted:
                continue
            if len(self._wanted) >= WANTED_MAX:
                self.turned_away += 1
                continue
            self._wanted[market] = None
            if self._life(market) is None:
                self._unknown[market] = None
                self._stirred.set()
            else:
                known.append(market)
        self._take_in(known)

    def unwant(self, markets: Iterable[str]) -> None:
        """Record markets no more."""
        gone = [market for market in markets if market in self._wanted]
        for market in gone:
            del self._wanted[market]
            self._unknown.pop(market, None)
            self._doubtful.pop(market, None)
        if self._lanes is not None and gone:
            self._lanes.let_go(gone)

    def check_soon(self, markets: Iterable[str]) -> None:
        """Have REST asked for books at once."""
        self._doubtful.update(dict.fromkeys(market for market in markets if market in self._wanted))
        self._stirred.set()

    def _life(self, market: str) -> MarketLife | None:
        """Give a market's life, None while nobody has told any fact of it."""
        life = self._studio.capture.census.lives.get(market)
        return life if life is not None and life.told else None

    def start(self) -> None:
        """Begin to ask."""
        tasks, name = self._studio.tasks, self._venue.name
        tasks.start(f"{name}-asked", self._keep_answering)
        tasks.start(f"{name}-facts", self._keep_asking)

    def take_news(self) -> None:
        """Act on what the last frames or REST bodies told: take in what is wanted, let go of what is over."""
        over, heard = self._news.take_over(), self._news.take_heard()
        self._take_in([market for market in heard if market in self._wanted])
        self.unwant(over)

    def _take_in(self, markets: Sequence[str]) -> None:
        lives = [(market, self._life(market)) for market in markets]
        ready = [market for market, life in lives if life is not None and not life.over]
        for market in ready:
            self._unknown.pop(market, None)
        if self._lanes is not None and ready:
            self._lanes.take_in(ready)

    def tick(self) -> None:
        """Do what is due each second."""
        self.take_news()

    async def _keep_answering(self) -> None:
        """Ask at once for what is wanted and not known, and for books that are doubted; later for what failed."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_S):
                    await self._stirred.wait()
            self._stirred.clear()
            for part in _parts(self._unknown):
                if await self._answered("markets", self._lookup.markets(part)):
                    for market in part:
                        self._unknown.pop(market, None)  # what is not known there is asked again with all others
            doubtful, self._doubtful = self._doubtful, {}
            for part in _parts(doubtful):
                await self._answered("books", self._lookup.books(part))

    async def _keep_asking(self) -> None:
        """Ask again and again what became of all that is wanted: the stream may not have told."""
        while True:
            await asyncio.sleep(self._settings.market_facts_s)
            for part in _parts(self._wanted):
                await self._answered("markets", self._lookup.markets(part))

    async def _answered(self, what: str, answers: AsyncIterator[RestAnswer]) -> bool:
        """Record what is answered; tell whether it all was. One part that fails does not hold up the others."""
        try:
            async for answer in answers:
                self._take(answer)
        except (VenueUnavailable, VenueRefused) as error:
            self.failures += 1
            self.failing[what] = str(error)
            _log.warning("lookup_failed", venue=self._venue.name, what=what, error=str(error))
            return False
        self.failing.pop(what, None)
        return True

    def _take(self, answer: RestAnswer) -> None:
        if not self._studio.scribe.rest(answer.request, answer.body, self._venue.name):
            raise VenueUnavailable("REST", None, "the journal has no room for the answer; it is asked for again")
        self.take_news()


def _parts(markets: Iterable[str]) -> list[tuple[str, ...]]:
    """Cut markets into parts as they are now: what changes meanwhile is of the next round."""
    now = tuple(markets)
    return [now[start : start + LOOKUP_MAX] for start in range(0, len(now), LOOKUP_MAX)]
