"""The world behind the simulated venue: what is listed, how it lives, and how its books move.

Its games are the contests of the shared world; everything else it makes up. Things happen at their own times, in
order, from one seed.
"""

import heapq
import random
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, Protocol, TypeVar

from firstprint.sim.polymarket import topics
from firstprint.sim.polymarket.books import SimBook, Trade, fill, touch
from firstprint.sim.polymarket.directory import Directory
from firstprint.sim.polymarket.fed import fed_event
from firstprint.sim.polymarket.games import game_events
from firstprint.sim.polymarket.listening import WorldListener
from firstprint.sim.polymarket.listings import EventPlan
from firstprint.sim.polymarket.market import SimEvent, SimMarket
from firstprint.sim.polymarket.moves import Mover
from firstprint.sim.polymarket.settings import PolymarketSettings
from firstprint.sim.polymarket.texts import DOLLAR_E4, NS_PER_S
from firstprint.sim.venue.active import ActiveMarkets
from firstprint.sim.world import ids
from firstprint.sim.world.contests import SimContest
from firstprint.sim.world.meetings import Meeting

T = TypeVar("T")
_FAR_NS = 1 << 62
_ZOMBIES_MAX = 2
_LEAGUES_MAX = 4
_QUIET_NS = 3 * NS_PER_S


class Contests(Protocol):
    """The shared world, as far as this venue needs it."""

    @property
    def contests(self) -> Sequence[SimContest]:
        """Give every contest drawn so far, in the order they were drawn."""
        ...

    @property
    def meetings(self) -> Sequence[Meeting]:
        """Give the coming meetings of the Federal Reserve."""
        ...

    def advance(self, now_ns: int) -> None:
        """Let the world draw what is due by now."""
        ...


class World:
    """Events and markets, moved by time alone."""

    def __init__(self, settings: PolymarketSettings, now_ns: int, shared: Contests) -> None:
        self.settings = settings
        self.now_ns = self.start_ns = now_ns
        self.shared = shared
        self.directory = Directory(settings.seed)
        self.listener: WorldListener | None = None
        self._rng = random.Random(f"{settings.seed}/polymarket")  # noqa: S311 repeatable numbers, no secrets
        self._mover = Mover(settings, self._rng)
        self._active: ActiveMarkets[SimMarket] = ActiveMarkets()
        self._due: list[tuple[int, int, Callable[[Any, int], None], Any]] = []
        self._ticket = 0
        self._seen = 0
        self._step_ns = int(NS_PER_S / settings.rate_per_s) if settings.rate_per_s > 0 else 0
        self._next_step_ns = now_ns + self._step_ns if self._step_ns else _FAR_NS
        self._populate()

    @property
    def next_due_ns(self) -> int:
        """Give the time of the next happening, Unix ns."""
        return min(self._next_step_ns, self._due[0][0] if self._due else _FAR_NS)

    def advance(self, now_ns: int) -> None:
        """Let everything happen that is due by `now_ns`. A time in the past changes nothing."""
        self.shared.advance(now_ns)
        self._notice()
        while (at_ns := self.next_due_ns) <= now_ns:
            self.now_ns = max(self.now_ns, at_ns)
            if self._due and self._due[0][0] == at_ns:
                _, _, what, whom = heapq.heappop(self._due)
                what(whom, at_ns)
            else:
                self._next_step_ns += self._step_ns
                self._move(at_ns)
        self.now_ns = max(self.now_ns, now_ns)

    def book(self, market: SimMarket) -> SimBook | None:
        """Give a market's book, made up at the first look; None when it has none at the CLOB."""
        if not market.has_book:
            return None
        if market.book is None:
            market.book = SimBook()
            own = random.Random(f"{self.settings.seed}/{market.condition}")  # noqa: S311 independent of when one looks
            fill(market.book, self._mover.fair_e4(market, self.now_ns), market.tick_e4, own, self.settings.levels)
            market.changed_ns = self.now_ns
            if self.listener is not None:
                self.listener.on_fill(market, self.now_ns)
        return market.book

    def quote(self, market: SimMarket) -> tuple[int, int]:
        """Give best bid and ask of a market's first token without making up its book."""
        if market.book is not None:
            return touch(market.book, 0)
        bid = self._mover.fair_e4(market, self.now_ns) // market.tick_e4 * market.tick_e4
        return bid, min(DOLLAR_E4, bid + market.tick_e4)

    # --- listing

    def _populate(self) -> None:
        """List what exists at the start, and let all that lies in the past have happened."""
        self.shared.advance(self.now_ns)
        early = [c for c in islice(self.shared.contests, 200) if c.scheduled_ns > self.now_ns]
        leagues = tuple(dict.fromkeys(contest.league for contest in early))[:_LEAGUES_MAX]
        for plan in topics.unrelated(self.settings.unrelated, leagues, self.settings.seed, self.now_ns):
            self._enter(plan, plan.listed_ns)
        two_way = (contest for contest in early if contest.league.ways == 2)
        for contest in islice(two_way, _ZOMBIES_MAX if self.settings.unrelated else 0):
            self._enter(topics.zombie(contest), self.now_ns)
        for meeting in self.shared.meetings:
            plan = fed_event(meeting, self.settings.seed, self.now_ns)
            self._enter(plan, plan.listed_ns)
        self._notice()
        while self._due and self._due[0][0] <= self.start_ns:
            at_ns, _, what, whom = heapq.heappop(self._due)
            what(whom, at_ns)

    def _notice(self) -> None:
        """Look for contests that the shared world has drawn since, and appoint their listing."""
        contests = self.shared.contests
        for contest in islice(contests, self._seen, None):
            if contest.polymarket_listed_ns is not None:
                at_ns = contest.polymarket_listed_ns
                self._schedule(at_ns if at_ns <= self.start_ns else max(at_ns, self.now_ns), self._on_contest, contest)
        self._seen = len(contests)

    def _on_contest(self, contest: SimContest, at_ns: int) -> None:
        seed = self.settings.seed
        slug = ids.polymarket_slug(contest)
        if slug in self.directory.event_slugs:
            slug = f"{slug}-{contest.number}"
        for plan in game_events(contest, at_ns, seed, slug):
            self._enter(plan, at_ns)

    def list_event(self, plan: EventPlan) -> SimEvent:
        """List an event now."""
        return self._enter(plan, self.now_ns)

    def _enter(self, plan: EventPlan, at_ns: int) -> SimEvent:
        event = self.directory.enter(plan, plan.listed_ns)
        for market in event.markets:
            self._begin(market, at_ns)
        if plan.zombie:
            self._on_propose(event, at_ns)
            return event
        if plan.clears and plan.starts_ns is not None:
            self._appoint_start(event, at_ns)
        if plan.ends_ns is not None:
            self._schedule(plan.ends_ns + int(self.settings.propose_after_s * NS_PER_S), self._on_propose, event)
        return event

    def _begin(self, market: SimMarket, at_ns: int) -> None:
        """Let a market be listed. One that was there before the world began has its book at once."""
        if self.listener is not None:
            self.listener.on_listed(market, at_ns)
        flaw = market.plan.flaw
        if flaw:
            market.stage = "inactive" if flaw == "inactive" else "withdrawn"
        elif at_ns <= self.start_ns:
            self._on_open(market, at_ns)
        else:
            self._schedule(at_ns + int(self.settings.book_after_s * NS_PER_S), self._on_open, market)

    def _appoint_start(self, event: SimEvent, at_ns: int) -> None:
        contest = event.plan.contest
        starts_ns = contest.start_ns if contest is not None else event.plan.starts_ns
        if contest is not None and contest.postponed_ns is not None and starts_ns != event.plan.starts_ns:
            self._schedule(max(at_ns, contest.postponed_ns), self._on_moved, event)
        elif starts_ns is not None:
            event.starts_ns = starts_ns
        if starts_ns is not None and starts_ns > at_ns and not _called_off(contest, starts_ns):
            self._schedule(starts_ns, self._on_start, event)

    # --- lives

    def _schedule(self, at_ns: int, what: Callable[[T, int], None], whom: T) -> None:
        self._ticket += 1
        heapq.heappush(self._due, (at_ns, self._ticket, what, whom))

    def _on_open(self, market: SimMarket, at_ns: int) -> None:
        if market.stage != "fresh":
            return
        market.stage = "open"
        market.updated_ns = at_ns
        self._active.join(market)
        if self.listener is not None:
            self.listener.on_opened(market, at_ns)

    def _on_moved(self, event: SimEvent, at_ns: int) -> None:
        """Move a game: another start and another game id, and the slug stays."""
        contest = event.plan.contest
        if contest is not None and event.game_id is not None:
            event.starts_ns, event.rescheduled_from = contest.start_ns, event.game_id
            event.game_id += 1
            event.updated_ns = at_ns

    def _on_start(self, event: SimEvent, at_ns: int) -> None:
        """Wipe the books of a game that begins; nobody quotes for a moment."""
        for market in event.markets:
            if market.stage != "open":
                continue
            self._active.leave(market)
            self._schedule(at_ns + _QUIET_NS, self._on_resume, market)
            if market.book is not None:
                market.book.clear()
                market.changes += 1
                market.changed_ns = at_ns
                if self.listener is not None:
                    self.listener.on_wipe(market, at_ns)

    def _on_resume(self, market: SimMarket, _: int) -> None:
        if market.stage == "open":
            self._active.join(market)

    def _on_propose(self, event: SimEvent, at_ns: int) -> None:
        """Propose results: the books are gone, though the markets still say that they accept orders."""
        for market in event.markets:
            if market.stage in {"open", "fresh"}:
                self._active.leave(market)
                market.stage, market.updated_ns = "proposed", at_ns
                market.value = 0.5 if event.plan.zombie else market.plan.result
                self._told(market, at_ns)
        if not event.plan.zombie:
            self._schedule(at_ns + int(self.settings.resolve_after_s * NS_PER_S), self._on_resolve, event)

    def _on_resolve(self, event: SimEvent, at_ns: int) -> None:
        for market in event.markets:
            if market.stage == "proposed":
                market.stage, market.updated_ns = "resolved", at_ns
                self._told(market, at_ns)

    def _told(self, market: SimMarket, at_ns: int) -> None:
        if self.listener is not None:
            self.listener.on_stage(market, at_ns)

    # --- books

    def _move(self, at_ns: int) -> None:
        market = self._active.draw(self._rng)
        if market is None:
            return
        book = self.book(market)
        if book is None:
            return
        old_e4 = market.tick_e4
        if self._mover.refines(market, at_ns) and self.listener is not None:
            self.listener.on_tick(market, old_e4, at_ns)
        for steps, trade in self._mover.move(market, book, at_ns):
            self._moved(market, trade, at_ns)
            if self.listener is not None:
                self.listener.on_steps(market, steps, trade, at_ns)

    def _moved(self, market: SimMarket, trade: Trade | None, at_ns: int) -> None:
        market.changed_ns = at_ns
        if trade is not None:
            market.last_e4, market.last_size_e2 = trade.change.price_e4, trade.size_e2
            market.volume_e2 += trade.size_e2


def _called_off(contest: SimContest | None, starts_ns: int) -> bool:
    return contest is not None and contest.cancelled_ns is not None and contest.cancelled_ns <= starts_ns
