"""The world behind the simulated venue: what is listed, how it lives, and how its books move.

Everything happens at its own time, in order, from one seed: how often `advance` is called changes nothing.
"""

import heapq
import random
from collections import deque
from collections.abc import Iterator

from firstprint.sim.kalshi import plain
from firstprint.sim.kalshi.books import NO_QUOTE, BookMover, Change, Opening, Quote, SimBook, fill, opening, quote
from firstprint.sim.kalshi.catalogue import Catalogue
from firstprint.sim.kalshi.combos import VirtualCombos
from firstprint.sim.kalshi.directory import Directory
from firstprint.sim.kalshi.editing import Editor
from firstprint.sim.kalshi.grids import LINEAR_CENT, TAPERED
from firstprint.sim.kalshi.lifetimes import Lifetimes
from firstprint.sim.kalshi.listening import WorldListener
from firstprint.sim.kalshi.listings import Batch, Plan, SimEvent
from firstprint.sim.kalshi.market import LIVE, SimMarket, SimTrade, Times
from firstprint.sim.kalshi.series import made_series
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.texts import DOLLAR_E4, NS_PER_S, uuid_of
from firstprint.sim.venue.active import ActiveMarkets
from firstprint.sim.world.shared import SharedWorld

_FAR_NS = 1 << 62
_DAY_S = 86_400
_MIXED_MIN = 5
_SHORT_LIVED_MAX = 150
_TRADE_SHARE = 0.03


class World:
    """Series, events and markets, moved by time alone. Games come from `shared`, one of its own if none is given."""

    def __init__(self, settings: SimSettings, now_ns: int, shared: SharedWorld | None = None) -> None:
        self.shared = shared or SharedWorld(settings.seed, now_ns, settings.compression)
        self.shared.begin(now_ns)
        self.settings = settings
        self.now_ns = now_ns
        self.start_ns = now_ns
        self.directory = Directory()
        self.markets = self.directory.markets
        self.by_ticker = self.directory.by_ticker
        self.events = self.directory.events
        self.event_markets = self.directory.event_markets
        self.trades: deque[SimTrade] = deque(maxlen=settings.trades_kept_max)
        self.listener: WorldListener | None = None
        self.paused_until_ns = 0
        self._rng = random.Random(settings.seed)  # noqa: S311 a simulation wants repeatable numbers, not secret ones
        self._cents = settings.wire == "cents"
        made = made_series(settings.series, now_ns)
        self.catalogue = Catalogue(self._rng, self.shared, lambda: self.now_ns, cents=self._cents, made=made)
        self._lifetimes = Lifetimes(self._rng, settings, now_ns)
        self._editor = Editor(settings.seed, self.directory, self._tell)
        self._mover = BookMover(self._rng, settings.levels, whole=self._cents)
        self._batches = self.catalogue.batches()
        self._due: list[tuple[int, int, str, SimMarket | None]] = []
        self._ticket = 0
        self._active: ActiveMarkets[SimMarket] = ActiveMarkets()
        self._step_ns = int(NS_PER_S / settings.rate_per_s) if settings.rate_per_s > 0 else 0
        self._next_step_ns = now_ns + self._step_ns if self._step_ns else _FAR_NS
        self._past, self._alive = settings.settled_at_start, 0
        self._populate()
        self.combos = VirtualCombos(settings, self.markets[: settings.markets], now_ns)

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
        self.shared.advance(self.now_ns)

    def book(self, market: SimMarket) -> SimBook:
        """Give a market's book, making it up at the first look: empty before the market opens, full after.

        It is made up on the grid that the market was listed with, however late: its top is what `top` said before.
        """
        if market.book is None:
            market.book = SimBook()
            if market.status != "initialized":
                self._fill(market, market.book)
        return market.book

    def top(self, market: SimMarket) -> Quote:
        """Give a market's quote without making up its book: the same as `book` would show, for a fraction of the cost.

        A market that is over, or unopened and never looked at, has none.
        """
        if market.status in {"determined", "finalized"}:
            return NO_QUOTE
        if market.book is not None:
            return quote(market.book)
        return NO_QUOTE if market.status == "initialized" else self._opening(market).quote(market.plan.grid)

    def _opening(self, market: SimMarket) -> Opening:
        plan = market.plan
        return opening(f"{self.settings.seed}/{market.ticker}", plan.grid, whole=self._cents, chance=plan.chance)

    def _fill(self, market: SimMarket, book: SimBook) -> None:
        own = random.Random(f"{self.settings.seed}/{market.ticker}")  # noqa: S311 repeatable, and independent of looks
        fill(book, market.plan.grid, self._opening(market), own, self.settings.levels, whole=self._cents)

    # --- listing

    def _populate(self) -> None:
        """List what exists at the start: every kind, most of it open and long-lived, then combos, then what is over."""
        wanted = self.settings.markets
        while (room := wanted - self._alive) > 0:
            batch = next(self._batches)
            self._list_initial(batch._replace(plans=batch.plans[:room]))
        known = [m.plan for m in self.markets]
        for _ in range(self.settings.combos if known else 0):
            legs = tuple(self._rng.sample(known, min(3, len(known))))
            self._list(self.catalogue.combo(legs), self._lifetimes.long(opened=True), silent=True)
        self._list_past(self._past, settled=True)
        self._list_past(self.settings.closed_at_start, settled=False)
        self._make_zombie()
        if self.settings.created_per_s > 0:
            self._schedule(self.start_ns + self._lifetimes.creation_pause_ns(1), "list", None)

    def _list_past(self, room: int, *, settled: bool) -> None:
        """List events that are over as a whole."""
        past = self.catalogue.past()
        while room > 0:
            batch = next(past)
            for plan in batch.plans[:room]:
                self._list_over(plan, settled=settled)
            room -= len(batch.plans[:room])

    def _list_over(self, plan: Plan, *, settled: bool) -> None:
        market = self._enter(plan, self._lifetimes.past(settled=settled))
        if settled:
            market.status, market.result = "finalized", plan.outcome
            market.settled_ns = market.updated_ns = market.times.settle_ns
        else:
            market.status = "closed"
            self._schedule(market.times.determine_ns, "determine", market)

    def _make_zombie(self) -> None:
        """Leave one market closed for ever without a result, as some real ones are."""
        market = next((m for m in self.markets[9:] if m.status == "active"), None)
        if market is not None:
            self._active.leave(market)
            market.status, market.zombie = "closed", True

    def _list_initial(self, batch: Batch) -> None:
        """List an event; in a world of the venue's size, now and then one of its markets is settled already."""
        short = len(self.markets) < _SHORT_LIVED_MAX and self._rng.random() < 0.3
        opened = self._rng.random() < (0.97 if self.settings.series else 0.9)
        plans = batch.plans
        game = batch.game
        if game is None and self._past and len(plans) >= _MIXED_MIN and self._rng.random() < 0.1:
            self._past -= 1
            self._list_over(plans[0], settled=True)
            plans = plans[1:]
        for plan in plans:
            lives = self._lifetimes
            if game is not None:
                times = lives.game(game, self.start_ns, opened=opened)
            else:
                times = lives.short(batch, self.start_ns, opened=opened) if short else lives.long(opened=opened)
            self._list(plan, times, silent=True)
        self._alive += len(plans)

    def _list_more(self, at_ns: int) -> None:
        batch = next(self._batches)
        self._schedule(at_ns + self._lifetimes.creation_pause_ns(max(1, len(batch.plans))), "list", None)
        lives, game = self._lifetimes, batch.game
        times = lives.short(batch, at_ns, opened=False) if game is None else lives.game(game, at_ns, opened=False)
        for plan in batch.plans:
            self._list(plan, times, silent=False)
        if batch.plans and self._rng.random() < 0.05:
            self.create_combo(batch.plans)
        if batch.plans and self._rng.random() < 0.1:
            self._tell_event(batch.plans[0].event, "event_fee_update", at_ns)
        self._editor.retitle(self.catalogue.series, at_ns)

    def create_combo(self, plans: tuple[Plan, ...]) -> None:
        """List a combination of the given markets now."""
        combo = Batch((self.catalogue.combo(plans[:3]),), 0, 900)
        self._list(combo.plans[0], self._lifetimes.short(combo, self.now_ns, opened=False), silent=False)

    def _list(self, plan: Plan, times: Times, *, silent: bool) -> None:
        fresh = plan.event.ticker not in self.events
        market = self._enter(plan, times)
        if not silent:
            if fresh:
                self._tell_event(market.plan.event, "event_lifecycle", self.now_ns)
            self._note_listing(market, fresh=fresh)
            self._tell(market, "created", self.now_ns)
        if times.open_ns <= self.start_ns:
            self._enter_active(market, self.start_ns)
        else:
            self._schedule(times.open_ns, "open", market)

    def _enter(self, plan: Plan, times: Times) -> SimMarket:
        """Take a market into the directory; all plans of one event come to share one object."""
        event, fresh = self.directory.enter_event(plan.event)
        if fresh:
            event.updated_ns = times.created_ns
        market = SimMarket(plan if plan.event is event else plan._replace(event=event), len(self.markets), times)
        self.directory.enter(market)
        return market

    def _note_listing(self, market: SimMarket, *, fresh: bool) -> None:
        """Note a listing while the world runs: the market and its event are new, perhaps the series too."""
        self.directory.updated(market, self.now_ns)
        event = market.plan.event
        if fresh:
            event.updated_ns = self.now_ns
        event.series.updated_ns = event.series.updated_ns or self.now_ns

    def touch(self, share: float) -> list[str]:
        """Change title or close time of a share of the markets that are not over, now; give their tickers."""
        alive = [m for m in self.markets if m.status != "finalized" and not m.combo]
        touched = self._editor.some(alive, share)
        for market in touched:
            before = market.times
            self._editor.touch(market, self.now_ns)
            if market.times is not before and market.status != "initialized":
                self._schedule(market.times.close_ns, "close", market)
        return [market.ticker for market in touched]

    def listed(self) -> list[plain.ListedMarket]:
        """Give every market that is no combo, as it is now, in plain values."""
        return [plain.listed_market(market) for market in self.plain_markets()]

    def listed_events(self) -> list[plain.ListedEvent]:
        """Give every event that is no combo's, as it is now."""
        return [plain.listed_event(event) for event in self.directory.event_rows if not event.combo]

    def listed_series(self) -> list[plain.ListedSeries]:
        """Give every series, as it is now."""
        return [plain.listed_series(series, self.start_ns) for series in self.catalogue.series.values()]

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
        market.status = "active"
        self._active.join(market)
        times = market.times
        self._schedule(times.close_ns, "close", market)
        if times.close_ns - at_ns < _DAY_S * NS_PER_S // 2:
            for what, share in (("pause", 0.15), ("move_close", 0.2), ("metadata", 0.1), ("regrid", 0.06)):
                if self._rng.random() < share and not (what == "move_close" and market.plan.event.game is not None):
                    when = at_ns + int((times.close_ns - at_ns) * self._rng.uniform(0.1, 0.6))
                    self._schedule(when, what, market)

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
            self._active.leave(market)
            market.status = "inactive"
            self._tell(market, "deactivated", at_ns)
            self._schedule(at_ns + max(NS_PER_S // 2, self._lifetimes.compressed_ns(30)), "unpause", market)
        elif what == "unpause":
            market.status = "active"
            self._active.join(market)
            self._tell(market, "activated", at_ns)
        elif what == "move_close":
            self._move_close(market, at_ns)
        elif what == "metadata":
            self._editor.reword(market, at_ns)
        elif market.grid is LINEAR_CENT and not self._cents:
            market.grid = TAPERED
            self.directory.updated(market, at_ns)
            self._tell(market, "price_level_structure_updated", at_ns)

    def _move_close(self, market: SimMarket, at_ns: int) -> None:
        """Move the close nearer, keeping what follows it as far behind."""
        times = market.times
        shift = (times.close_ns - at_ns) // 3
        if shift <= 0:
            return
        market.times = times.sooner(shift)
        self.directory.updated(market, at_ns)
        self._schedule(market.times.close_ns, "close", market)
        self._tell(market, "close_date_updated", at_ns)

    def _close(self, market: SimMarket, at_ns: int) -> None:
        """Close by the clock, without a message. The appointment of a close that moved comes too late to count."""
        if market.status not in LIVE or market.zombie:
            return
        self._active.leave(market)
        market.status = "closed"
        self._tell(market, "closed", at_ns)
        self._schedule(market.times.determine_ns, "determine", market)

    def _determine(self, market: SimMarket, at_ns: int) -> None:
        market.status, market.result = "determined", market.plan.outcome
        self.directory.updated(market, at_ns)
        self._tell(market, "determined", at_ns)
        self._schedule(market.times.settle_ns, "settle", market)

    def _settle(self, market: SimMarket, at_ns: int) -> None:
        market.status, market.settled_ns = "finalized", at_ns
        self.directory.updated(market, at_ns)
        self._tell(market, "settled", at_ns)

    # --- books

    def _move(self, at_ns: int) -> None:
        """Move one book: the hot ones at the head of the list move most."""
        market = self._active.draw(self._rng) if at_ns >= self.paused_until_ns else None
        if market is None:
            return
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
