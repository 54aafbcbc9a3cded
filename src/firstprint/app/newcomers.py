"""Markets that were heard of, before it is known whether they belong to what is recorded.

A `created` message names the market's event and not its series. The event's own message mostly came before it or comes
at once; where it does not, the venue is asked, for many events in one request.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

import structlog

from firstprint.app.lineage import Lineage
from firstprint.app.selection import Selector, Verdict
from firstprint.domain.errors import VenueRefused, VenueUnavailable

_log = structlog.get_logger(__name__)

EVENT_WAIT_S = 0.4
"""How long the event's own message is waited for, and requests gathered, before the venue is asked."""
AGAIN_S = 5.0
ASKED_MAX = 12
"""After so many answers without the event its markets are given up, until a list names them again."""
WAITING_MAX = 100_000

AskEvents = Callable[[Sequence[str]], Awaitable[None]]
"""Asks the venue for events by ticker, or for markets by ticker; what it answers reaches the lineage."""


class Newcomers:
    """Sorts markets by the selection. Those whose series is unknown wait, by their event, until it is known."""

    def __init__(self, selector: Selector, lineage: Lineage, *, ask_events: AskEvents, ask_markets: AskEvents) -> None:
        self._selector = selector
        self._lineage = lineage
        self._ask_events = ask_events
        self._ask_markets = ask_markets
        self._waiting: dict[str, str] = {}
        """Markets by ticker, with their event, or with the empty string where nobody has said it."""
        self._asked: dict[str, int] = {}
        self._stirred = asyncio.Event()
        self.given_up = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def sort(self, markets: Iterable[str]) -> list[str]:
        """Give those that are to be recorded, and keep those of which it is not known yet."""
        if self._selector.everything:
            return list(markets)
        return [market for market in markets if self._judge(market) is Verdict.WANTED]

    def _judge(self, market: str) -> Verdict:
        verdict = self._selector.judge(self._lineage.series_of(market))
        if verdict is not Verdict.UNKNOWN:
            self._waiting.pop(market, None)
        else:
            self._wait(market, self._lineage.event_of(market) or "")
        return verdict

    def _wait(self, market: str, event: str) -> None:
        if self._waiting.get(market) != event and len(self._waiting) < WAITING_MAX:
            self._waiting[market] = event
            self._stirred.set()

    def resolve(self) -> list[str]:
        """Sort the waiting again if anything was learnt of their events; give those to be recorded."""
        if not self._lineage.learnt:
            return []
        learnt, self._lineage.learnt = set(self._lineage.learnt), []
        return self.sort([market for market, event in self._waiting.items() if not event or event in learnt])

    def reconsider(self) -> None:
        """Judge all of the waiting again, because the choice of series has changed; the chosen are known to others."""
        self.sort(tuple(self._waiting))

    async def keep_asking(self) -> None:
        """Ask for what nobody has told, for ever: at once for what is new, now and then for what was not answered."""
        while True:
            try:
                async with asyncio.timeout(AGAIN_S):
                    await self._stirred.wait()
            except TimeoutError:
                await self._ask(lambda name: self._asked.get(name, 0) > 0)
            else:
                await asyncio.sleep(EVENT_WAIT_S)
                self._stirred.clear()
                await self._ask(lambda name: name not in self._asked)

    async def _ask(self, due: Callable[[str], bool]) -> None:
        self._forget()
        events = {event for market, event in self._waiting.items() if event and self._is_stranger(market)}
        orphans = [market for market, event in self._waiting.items() if not event]
        try:
            await self._ask_for(self._ask_markets, [one for one in orphans if due(one)])
            await self._ask_for(self._ask_events, sorted(filter(due, events)))
        except (VenueUnavailable, VenueRefused) as error:
            _log.warning("event_lookup_failed", error=str(error))

    def _is_stranger(self, market: str) -> bool:
        """Tell whether a market waits for its event, and not only for the directory's answer."""
        return self._lineage.series_of(market) is None

    async def _ask_for(self, ask: AskEvents, names: Sequence[str]) -> None:
        if not names:
            return
        for name in names:
            self._asked[name] = self._asked.get(name, 0) + 1
        await ask(names)

    def _forget(self) -> None:
        """Let go of what the venue has not told in many answers, and refresh what is known of the others."""
        for market in tuple(self._waiting):
            event = self._waiting[market] = self._lineage.event_of(market) or ""
            if self._asked.get(event or market, 0) >= ASKED_MAX:
                del self._waiting[market]
                self.given_up += 1
                _log.warning("series_unknown", market=market, of_event=event)
        waited_for = {*self._waiting, *self._waiting.values()}
        self._asked = {name: times for name, times in self._asked.items() if name in waited_for}
