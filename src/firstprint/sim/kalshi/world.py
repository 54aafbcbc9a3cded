"""The world behind the simulated venue: what is listed, how it lives, and how its books move.

Everything happens at its own time, in order, from one seed: how often `advance` is called changes nothing.
"""

import heapq
import random
from collections import deque
from collections.abc import Iterator
from typing import Protocol

from firstprint.sim.kalshi.books import BookMover, Change, SimBook, fill
from firstprint.sim.kalshi.catalogue import Catalogue
from firstprint.sim.kalshi.grids import LINEAR_CENT, TAPERED
from firstprint.sim.kalshi.listings import Batch, Plan, SimEvent
from firstprint.sim.kalshi.market import LIVE, SimMarket, SimTrade, Times
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.texts import DOLLAR_E4, NS_PER_S, uuid_of

_FAR_NS = 1 << 62
_DAY_S = 86_400
_SHORT_LIVED_MAX = 150
_TRADE_SHARE = 0.03


class WorldListener(Protocol):
    """Hears what happens in the world, at the time it happens."""

    def on_change(self, market: SimMarket, change: Change, at_ns: int) -> None:
        """Take a change of one level."""
        ...

    def on_trade(self, market: SimMarket, trade: SimTrade) -> None:
        """Take a trade; the change of the book follows."""
        ...

    def on_life(self, market: SimMarket, what: str, at_ns: int) -> None:
        """Take a step of a market's life, those without a message (`opened`, `closed`) included."""
        ...

    def on_event(self, event: SimEvent, what: str, at_ns: int) -> None:
        """Take `event_lifecycle` or `event_fee_update`."""
        ...


class World:
    """Series, events and markets, moved by time alone."""

    def __init__(self, settings: SimSettings, now_ns: int) -> None:
        self.settings = settings
        self.now_ns = now_ns
        self.start_ns = now_ns
        self.markets: list[SimMarket] = []
        self.by_ticker: dict[str, SimMarket] = {}
        self.events: dict[str, SimEvent] = {}
        self.event_markets: dict[str, list[SimMarket]] = {}
        self.trades: deque[SimTrade] = deque(maxlen=settings.trades_kept_max)
        self.listener: WorldListener | None = None
        self.paused_until_ns = 0
        self._rng = random.Random(settings.seed)  # noqa: S311 a simulation wants repeatable numbers, not secret ones
        self._cents = settings.wire == "cents"
        self.catalogue = Catalogue(self._rng, now_ns, cents=self._cents)
        self._mover = BookMover(self._rng, settings.levels, whole=self._cents)
        self._batches = self.catalogue.batches()
        self._due: list[tuple[int, int, str, SimMarket | None]] = []
        self._ticket = 0
        self._active: list[SimMarket] = []
        self._step_ns = int(NS_PER_S / settings.rate_per_s) if settings.rate_per_s > 0 else 0
        self._next_step_ns = now_ns + self._step_ns if self._step_ns else _FAR_NS
        self._populate()

    @property
    def trading(self) -> bool:
        """Say whether the exchange trades now."""
        return self.now_ns >= self.paused_until_ns

    @property
    def next_due_ns(self) -> int:
        """Give the time of the next happening, Unix ns."""
        return min(self._next_step_ns, self._due[0][0] if self._due else _FAR_NS)

    def advance(self, now_ns: int) -> None:
        """Let everything happen that is due by `now_ns`. A time in the past changes nothing."""
        due = self._due
        while (at_ns := self.next_due_ns) <= now_ns:
            self.now_ns = at_ns
            if due and due[0][0] == at_ns:
                _, _, what, market = heapq.heappop(due)
                self._happen(what, market, at_ns)
            else:
                self._next_step_ns += self._step_ns
                self._move(at_ns)
        self.now_ns = max(self.now_ns, now_ns)

    def book(self, market: SimMarket) -> SimBook:
        """Give a market's book, making it up at the first look: empty before the market opens, full after."""
        if market.book is None:
            market.book = SimBook()
            if market.status != "initialized":
                self._fill(market, market.book)
        return market.book

    def peek(self, market: SimMarket) -> SimBook:
        """Give a book to read its quote from, without keeping one made up for that alone."""
        kept = market.book is not None
        book = self.book(market)
        if not kept:
            market.book = None
        return book

    def _fill(self, market: SimMarket, book: SimBook) -> None:
        own = random.Random(f"{self.settings.seed}/{market.ticker}")  # noqa: S311 repeatable, and independent of looks
        fill(book, market.grid, own, self.settings.levels, whole=self._cents)

    # --- listing

    def _populate(self) -> None:
        """List what exists at the start: combos first, then every kind, most of it open and long-lived."""
        wanted = self.settings.markets
        while len(self.markets) < wanted:
            batch = next(self._batches)
            room = wanted - len(self.markets)
            self._list_initial(batch._replace(plans=batch.plans[:room]))
        plain = [m.plan for m in self.markets]
        for _ in range(self.settings.combos if plain else 0):
            legs = tuple(self._rng.sample(plain, min(3, len(plain))))
            self._list(self.catalogue.combo(legs), self._long_times(opened=True), silent=True)
        self._make_zombie()
        if self.settings.created_per_s > 0:
            self._schedule(self.start_ns + self._creation_pause_ns(1), "list", None)

    def _make_zombie(self) -> None:
        """Leave one market closed for ever without a result, as some real ones are."""
        if len(self.markets) >= 10:
            market = self.markets[9]
            self._leave_active(market)
            market.status, market.zombie = "closed", True

    def _list_initial(self, batch: Batch) -> None:
        short = len(self.markets) < _SHORT_LIVED_MAX and self._rng.random() < 0.3
        opened = self._rng.random() < 0.9
        for plan in batch.plans:
            times = self._short_times(batch, opened=opened) if short else self._long_times(opened=opened)
            self._list(plan, times, silent=True)

    def _long_times(self, *, opened: bool) -> Times:
        rng, start = self._rng, self.start_ns
        created = start - rng.randrange(3_600, 30 * _DAY_S) * NS_PER_S
        opening = created + 600 * NS_PER_S if opened else start + rng.randrange(2, 600) * NS_PER_S
        close = start + rng.randrange(_DAY_S, 60 * _DAY_S) * NS_PER_S
        return Times(created, opening, close, close + 300 * NS_PER_S, close + 600 * NS_PER_S)

    def _short_times(self, batch: Batch, *, opened: bool) -> Times:
        rng, start = self._rng, self.now_ns
        length, lead = self._compressed_ns(batch.length_s), self._compressed_ns(min(batch.lead_s, 300.0))
        opening = start - rng.randrange(1, 3_600) * NS_PER_S if opened else start + max(lead, NS_PER_S)
        close = max(start, opening) + (int(length * (0.1 + rng.random())) if opened else length)
        determine = close + self._compressed_ns(rng.uniform(5, 60))
        settle = determine + self._compressed_ns(rng.uniform(5, 300))
        created = opening - 3_600 * NS_PER_S if opened else start
        return Times(created, opening, close, determine, settle)

    def _compressed_ns(self, real_s: float) -> int:
        return int(real_s * NS_PER_S / self.settings.compression)

    def _creation_pause_ns(self, markets: int) -> int:
        return int(markets * NS_PER_S / self.settings.created_per_s)

    def _list_more(self, at_ns: int) -> None:
        batch = next(self._batches)
        self._schedule(at_ns + self._creation_pause_ns(max(1, len(batch.plans))), "list", None)
        times = self._short_times(batch, opened=False)
        for plan in batch.plans:
            self._list(plan, times, silent=False)
        if batch.plans and self._rng.random() < 0.05:
            self.create_combo(batch.plans)
        if batch.plans and self._rng.random() < 0.1:
            self._tell_event(batch.plans[0].event, "event_fee_update", at_ns)

    def create_combo(self, plans: tuple[Plan, ...]) -> None:
        """List a combination of the given markets now."""
        combo = Batch((self.catalogue.combo(plans[:3]),), 0, 900)
        self._list(combo.plans[0], self._short_times(combo, opened=False), silent=False)

    def _list(self, plan: Plan, times: Times, *, silent: bool) -> None:
        market = SimMarket(plan, len(self.markets), times)
        self.markets.append(market)
        self.by_ticker[plan.ticker] = market
        fresh = plan.event.ticker not in self.events
        self.events.setdefault(plan.event.ticker, plan.event)
        self.event_markets.setdefault(plan.event.ticker, []).append(market)
        if not silent:
            if fresh:
                self._tell_event(plan.event, "event_lifecycle", self.now_ns)
            self._tell(market, "created", self.now_ns)
        if times.open_ns <= self.start_ns:
            self._enter_active(market, self.start_ns)
        else:
            self._schedule(times.open_ns, "open", market)

    # --- lives

    def _schedule(self, at_ns: int, what: str, market: SimMarket | None) -> None:
        self._ticket += 1
        heapq.heappush(self._due, (at_ns, self._ticket, what, market))

    def _happen(self, what: str, market: SimMarket | None, at_ns: int) -> None:
        if market is None:
            self._list_more(at_ns)
        elif what == "open":
            self._open(market, at_ns)
        elif what == "close":
            self._close(market, at_ns)
        elif what == "determine":
            self._determine(market, at_ns)
        elif what == "settle":
            self._settle(market, at_ns)
        else:
            self._midlife(what, market, at_ns)

    def _enter_active(self, market: SimMarket, at_ns: int) -> None:
        self._resume(market)
        times = market.times
        self._schedule(times.close_ns, "close", market)
        if times.close_ns - at_ns < _DAY_S * NS_PER_S // 2:
            for what, share in (("pause", 0.15), ("move_close", 0.2), ("metadata", 0.1), ("regrid", 0.06)):
                if self._rng.random() < share:
                    when = at_ns + int((times.close_ns - at_ns) * self._rng.uniform(0.1, 0.6))
                    self._schedule(when, what, market)

    def _resume(self, market: SimMarket) -> None:
        market.status = "active"
        market.slot = len(self._active)
        self._active.append(market)

    def _leave_active(self, market: SimMarket) -> None:
        if market.slot < 0:
            return
        last = self._active.pop()
        if last is not market:
            self._active[market.slot] = last
            last.slot = market.slot
        market.slot = -1

    def _open(self, market: SimMarket, at_ns: int) -> None:
        """Open by the clock: no message says so. A book already looked at fills up by deltas."""
        self._enter_active(market, at_ns)
        self._tell(market, "opened", at_ns)
        if market.book is None:
            return
        opening = SimBook()
        self._fill(market, opening)
        for side in ("yes", "no"):
            for price_e4, size_e2 in opening.levels(side):
                self._changed(market, market.book.add(side, price_e4, size_e2), at_ns)

    def _midlife(self, what: str, market: SimMarket, at_ns: int) -> None:
        if market.status not in LIVE:
            return
        if what == "pause":
            self._leave_active(market)
            market.status = "inactive"
            self._tell(market, "deactivated", at_ns)
            self._schedule(at_ns + max(NS_PER_S // 2, self._compressed_ns(30)), "unpause", market)
        elif what == "unpause":
            self._resume(market)
            self._tell(market, "activated", at_ns)
        elif what == "move_close":
            self._move_close(market, at_ns)
        elif what == "metadata":
            market.updated_ns = at_ns
            self._tell(market, "metadata_updated", at_ns)
        elif market.grid is LINEAR_CENT and not self._cents:
            market.grid, market.updated_ns = TAPERED, at_ns
            self._tell(market, "price_level_structure_updated", at_ns)

    def _move_close(self, market: SimMarket, at_ns: int) -> None:
        """Move the close nearer, keeping what follows it as far behind."""
        times = market.times
        shift = (times.close_ns - at_ns) // 3
        if shift <= 0:
            return
        market.times = times._replace(
            close_ns=times.close_ns - shift, determine_ns=times.determine_ns - shift, settle_ns=times.settle_ns - shift
        )
        market.updated_ns = at_ns
        self._schedule(market.times.close_ns, "close", market)
        self._tell(market, "close_date_updated", at_ns)

    def _close(self, market: SimMarket, at_ns: int) -> None:
        """Close by the clock, without a message. The appointment of a close that moved comes too late to count."""
        if market.status not in LIVE or market.zombie:
            return
        self._leave_active(market)
        market.status = "closed"
        self._tell(market, "closed", at_ns)
        self._schedule(market.times.determine_ns, "determine", market)

    def _determine(self, market: SimMarket, at_ns: int) -> None:
        market.status, market.result, market.updated_ns = "determined", market.plan.outcome, at_ns
        self._tell(market, "determined", at_ns)
        self._schedule(market.times.settle_ns, "settle", market)

    def _settle(self, market: SimMarket, at_ns: int) -> None:
        market.status, market.settled_ns, market.updated_ns = "finalized", at_ns, at_ns
        self._tell(market, "settled", at_ns)

    # --- books

    def _move(self, at_ns: int) -> None:
        """Move one book: the hot ones at the head of the list move most."""
        active = self._active
        if not active or at_ns < self.paused_until_ns:
            return
        market = active[int(len(active) * self._rng.random() ** 3)]
        book = self.book(market)
        if self._rng.random() < _TRADE_SHARE:
            change = self._mover.trade(book)
            if change is not None:
                self._traded(market, change, at_ns)
        else:
            change = self._mover.step(book, market.grid)
        if change is not None:
            self._changed(market, change, at_ns)

    def _traded(self, market: SimMarket, change: Change, at_ns: int) -> None:
        yes_price = change.price_e4 if change.side == "yes" else DOLLAR_E4 - change.price_e4
        taker = "no" if change.side == "yes" else "yes"
        name = uuid_of(f"{self.settings.seed}/trade/{self._rng.getrandbits(64)}")
        trade = SimTrade(name, market.ticker, yes_price, -change.delta_e2, taker, at_ns)
        market.last_e4, market.last_size_e2 = yes_price, trade.size_e2
        market.volume_e2 += trade.size_e2
        market.interest_e2 += trade.size_e2 // 2
        self.trades.append(trade)
        if self.listener is not None:
            self.listener.on_trade(market, trade)

    def _changed(self, market: SimMarket, change: Change, at_ns: int) -> None:
        if self.listener is not None:
            self.listener.on_change(market, change, at_ns)

    def _tell(self, market: SimMarket, what: str, at_ns: int) -> None:
        if self.listener is not None:
            self.listener.on_life(market, what, at_ns)

    def _tell_event(self, event: SimEvent, what: str, at_ns: int) -> None:
        if self.listener is not None:
            self.listener.on_event(event, what, at_ns)

    def plain_markets(self) -> Iterator[SimMarket]:
        """Give the markets that are no combos."""
        return (m for m in self.markets if not m.combo)
