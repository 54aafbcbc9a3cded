"""Feeds: what happens in the world goes to whoever subscribed to it, and into the truth log."""

from collections import defaultdict
from typing import Any

from firstprint.sim.kalshi.books import Change
from firstprint.sim.kalshi.connection import Subscription
from firstprint.sim.kalshi.delivery import Delivery
from firstprint.sim.kalshi.faults import LIFE_KINDS, FaultDice
from firstprint.sim.kalshi.listings import SimEvent
from firstprint.sim.kalshi.market import SimMarket, SimTrade
from firstprint.sim.kalshi.texts import PRICE_TEXTS, size_text
from firstprint.sim.kalshi.truth import level_texts
from firstprint.sim.kalshi.wire import Wording, event_message, lifecycle
from firstprint.sim.kalshi.world import World

LIFE, COMBO_LIFE = "market_lifecycle_v2", "multivariate_market_lifecycle"
_SILENT = frozenset({"opened", "closed"})
_NOT_FOR_COMBOS = frozenset({"price_level_structure_updated", "metadata_updated"})


class Feeds:
    """Knows who watches what, and tells them. The listener of the world."""

    def __init__(self, world: World, wording: Wording, delivery: Delivery, dice: FaultDice) -> None:
        self._world = world
        self._wording = wording
        self._delivery = delivery
        self._dice = dice
        self._by_ticker: dict[str, dict[str, list[Subscription]]] = defaultdict(dict)
        self._books = self._by_ticker["orderbook_delta"]
        self._all: dict[str, list[Subscription]] = defaultdict(list)
        self._late: dict[str, int] = {}

    # --- who watches

    def watch(self, sub: Subscription, tickers: set[str] | None) -> None:
        """Enter a subscription for tickers, or for all markets."""
        if tickers is None:
            self._all[sub.channel].append(sub)
        for ticker in sorted(tickers or ()):
            self._by_ticker[sub.channel].setdefault(ticker, []).append(sub)

    def unwatch(self, sub: Subscription, tickers: set[str] | None) -> None:
        """Take a subscription out again."""
        if tickers is None:
            self._all[sub.channel].remove(sub)
        watched = self._by_ticker[sub.channel]
        for ticker in tickers or ():
            watched[ticker].remove(sub)
            if not watched[ticker]:
                del watched[ticker]

    def sweep(self) -> None:
        """Take out the subscriptions that ended."""
        while self._delivery.ended:
            sub = self._delivery.ended.pop()
            self.unwatch(sub, sub.tickers)

    def _watchers(self, channel: str, ticker: str) -> list[Subscription]:
        own, every = self._by_ticker[channel].get(ticker), self._all[channel]
        if not own and not every:
            return []
        return [sub for sub in (*(own or ()), *every) if sub.alive]

    # --- what they are told

    def snapshot(self, sub: Subscription, market: SimMarket, at_ns: int, command: int | None = None) -> None:
        """Send a market's whole book."""
        book = self._world.book(market)
        body = self._wording.snapshot(market, book, yes_price=sub.yes_price)
        row = {"t": market.ticker, "yes": level_texts(book, "yes"), "no": level_texts(book, "no")}
        self._delivery.numbered(sub, "orderbook_snapshot", body, at_ns, row, command)

    def ticker(self, sub: Subscription, market: SimMarket, at_ns: int) -> None:
        """Send a market's summary."""
        body = self._wording.ticker(market, self._world.book(market), at_ns)
        self._delivery.ticker(sub, market, body, at_ns)

    def on_change(self, market: SimMarket, change: Change, at_ns: int) -> None:
        """Tell the watchers of a book, and of the ticker when the top moved."""
        bodies: dict[bool, bytes] = {}
        for sub in self._books.get(market.ticker, ()):
            if sub.alive:
                if sub.yes_price not in bodies:
                    bodies[sub.yes_price] = self._wording.delta(market, change, at_ns, yes_price=sub.yes_price)
                self._delivery.delta(sub, market, change, bodies[sub.yes_price], at_ns)
        if change.price_e4 >= (self._world.book(market).best(change.side) or 0):
            self._tell_ticker(market, at_ns)
        self.sweep()

    def _tell_ticker(self, market: SimMarket, at_ns: int) -> None:
        for sub in self._watchers("ticker", market.ticker):
            self.ticker(sub, market, at_ns)

    def on_trade(self, market: SimMarket, trade: SimTrade) -> None:
        """Tell the watchers of trades."""
        watchers = self._watchers("trade", market.ticker)
        if watchers:
            body = self._wording.trade(trade)
            row = {"t": market.ticker, "price": PRICE_TEXTS[trade.yes_price_e4], "size": size_text(trade.size_e2),
                   "side": trade.taker}  # fmt: skip
            for sub in watchers:
                self._delivery.numbered(sub, "trade", body, trade.at_ns, row)
        self.sweep()

    def on_life(self, market: SimMarket, what: str, at_ns: int) -> None:
        """Write every step into the truth log; send those that have a message, faults permitting."""
        row = {"t": market.ticker, "what": what, "status": market.status, "result": market.result, "at": at_ns}
        self._delivery.note("life", row)
        if what in _SILENT or (market.combo and what in _NOT_FOR_COMBOS):
            return
        kind = self._life_fault(market, what, at_ns)
        if kind == "life_late":
            self._late[market.ticker] = at_ns
        elif kind != "life_lost":
            self._say_life(market, what, at_ns, times=2 if kind == "life_twice" else 1)
        if what == "determined" and self._late.pop(market.ticker, None) is not None:
            self._say_life(market, "created", at_ns, times=1)
        self.sweep()

    def _life_fault(self, market: SimMarket, what: str, at_ns: int) -> str | None:
        kinds = LIFE_KINDS if what == "created" else LIFE_KINDS - {"life_late"}
        rule = None if market.combo else self._dice.other(kinds, at_ns)
        if rule is not None:
            self._delivery.note("fault", {"fault": rule.kind, "t": market.ticker, "what": what, "at": at_ns})
        return rule.kind if rule is not None else None

    def _say_life(self, market: SimMarket, what: str, at_ns: int, times: int) -> None:
        channel = COMBO_LIFE if market.combo else LIFE
        body = lifecycle(market, what, at_ns)
        self._tell_all(channel, channel, body, at_ns, {"t": market.ticker, "what": what}, times)

    def on_event(self, event: SimEvent, what: str, at_ns: int) -> None:
        """Tell the watchers of lifecycles about an event."""
        channel = COMBO_LIFE if event.combo else LIFE
        self._tell_all(channel, what, event_message(event, what), at_ns, {"what": event.ticker}, 1)
        self.sweep()

    def _tell_all(self, channel: str, kind: str, body: bytes, at_ns: int, row: dict[str, Any], times: int) -> None:
        for sub in [sub for sub in self._all[channel] if sub.alive]:
            for _ in range(times):
                if sub.alive:
                    self._delivery.numbered(sub, kind, body, at_ns, row)
