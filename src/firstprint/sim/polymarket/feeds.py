"""The market channel: what happens in the world, worded for those who watch."""

import random
from collections.abc import Iterator

from firstprint.sim.polymarket import wire
from firstprint.sim.polymarket.books import Trade, touch
from firstprint.sim.polymarket.connection import SimConnection, Stray
from firstprint.sim.polymarket.delivery import Delivery
from firstprint.sim.polymarket.faults import FaultDice, Target
from firstprint.sim.polymarket.ids import change_hash, lot
from firstprint.sim.polymarket.listening import Step
from firstprint.sim.polymarket.market import SimMarket
from firstprint.sim.polymarket.settings import PolymarketSettings
from firstprint.sim.polymarket.telling import BookTeller
from firstprint.sim.polymarket.texts import DOLLAR_E4, NS_PER_MS, PRICE_TEXTS, size_text
from firstprint.sim.polymarket.truth import TruthLog, level_texts

_LATE_MS_MAX = 5
_LOST = frozenset({"life_lost"})


class Feeds:
    """Knows who watches which tokens, and tells them. Implements the world's listener."""

    def __init__(
        self, settings: PolymarketSettings, teller: BookTeller, delivery: Delivery, dice: FaultDice,
        truth: TruthLog | None,
    ) -> None:  # fmt: skip
        self.connections: dict[int, SimConnection] = {}
        self._settings = settings
        self._teller = teller
        self._delivery = delivery
        self._dice = dice
        self._truth = truth
        self._rng = random.Random(f"{settings.seed}/feeds")  # noqa: S311 repeatable, no secret
        self._watchers: dict[str, dict[SimConnection, set[int]]] = {}
        self._transactions = 0

    # --- who watches

    def watch(self, connection: SimConnection, market: SimMarket, index: int) -> None:
        """Let a connection hear of a token."""
        self._watchers.setdefault(market.condition, {}).setdefault(connection, set()).add(index)
        connection.strays.pop(market.condition, None)

    def unwatch(self, connection: SimConnection, market: SimMarket, index: int, at_ns: int) -> None:
        """Let a connection hear no more of a token, but for a few messages on their way."""
        indices = self._watchers.get(market.condition, {}).get(connection)
        if indices is None:
            return
        indices.discard(index)
        if not indices:
            until_ns = at_ns + self._settings.stray_ms_max * NS_PER_MS
            connection.strays[market.condition] = Stray(self._settings.stray_frames_max, until_ns)

    def forget(self, connection: SimConnection) -> None:
        """Forget a connection that is gone."""
        for condition in [c for c, watchers in self._watchers.items() if connection in watchers]:
            self._drop(condition, connection)
        self.connections.pop(connection.number, None)

    def _drop(self, condition: str, connection: SimConnection) -> None:
        watchers = self._watchers[condition]
        watchers.pop(connection, None)
        connection.strays.pop(condition, None)
        if not watchers:
            del self._watchers[condition]

    def _heard_by(self, market: SimMarket, at_ns: int) -> list[SimConnection]:
        """Give who is to hear of a market: its watchers, and those for whom a stray message is left."""
        heard = []
        for connection, indices in list(self._watchers.get(market.condition, {}).items()):
            stray = connection.strays.get(market.condition) if not indices else None
            if not indices and (stray is None or stray.left <= 0 or at_ns > stray.until_ns):
                self._drop(market.condition, connection)
                continue
            if stray is not None:
                stray.left -= 1
            heard.append(connection)
        return heard

    def _ears(self, market: SimMarket) -> Iterator[tuple[SimConnection, int]]:
        """Give each watcher with each token of a market that it watches."""
        for connection, indices in list(self._watchers.get(market.condition, {}).items()):
            for index in sorted(indices):
                yield connection, index

    def tell_book(self, connection: SimConnection, market: SimMarket, index: int, at_ns: int) -> None:
        """Send a token's whole book as a message of its own."""
        told = self._teller.tell(market, index, at_ns, event=True)
        if told is not None:
            target = Target(connection.number, "book", (market.tokens[index],), (told[1],))
            self._delivery.post(connection, told[0].encode(), at_ns, target, market.condition)

    # --- what happens

    def on_fill(self, market: SimMarket, at_ns: int) -> None:
        """Note a book that came to be; nobody was told of another before."""
        if market.book is not None:
            market.touched = touch(market.book, 0)
        self._teller.note(market, at_ns=at_ns)

    def on_steps(self, market: SimMarket, steps: list[Step], trade: Trade | None, at_ns: int) -> None:
        """Tell changes: one `price_change`; after a trade its price and the whole book too."""
        heard = self._heard_by(market, at_ns)
        before, market.touched = market.touched, (steps[-1].bid_e4, steps[-1].ask_e4)
        if not heard and self._truth is None:
            return
        stamp_ms = self._stamp_ms(market, at_ns)
        entries, hashes = self._entries(market, steps, stamp_ms, at_ns)
        raw = wire.price_change(market.condition, entries, stamp_ms)
        deep = all((step.bid_e4, step.ask_e4) == before for step in steps)
        for connection in heard:
            target = Target(connection.number, "price_change", market.tokens, hashes, deep=deep)
            self._delivery.post(connection, raw, at_ns, target, market.condition)
        if before != market.touched:
            self._tell_touch(market, market.touched, stamp_ms, at_ns)
        if trade is not None:
            self._tell_trade(market, trade, stamp_ms, at_ns)

    def _stamp_ms(self, market: SimMarket, at_ns: int) -> int:
        """Give a change's time stamp: now and then some ms late, but never before a book that was said."""
        stamp_ms = at_ns // NS_PER_MS
        if self._rng.random() < self._settings.late_share:
            return max(market.said_ms, stamp_ms - self._rng.randint(1, _LATE_MS_MAX))
        return stamp_ms

    def _entries(
        self, market: SimMarket, steps: list[Step], stamp_ms: int, at_ns: int
    ) -> tuple[list[str], tuple[str, ...]]:
        """Word each change for both tokens, and write it into the truth log."""
        seed, (first, second) = self._settings.seed, market.tokens
        entries: list[str] = []
        named: list[str] = []
        for step in steps:
            hashes = change_hash(seed, first, step.number), change_hash(seed, second, step.number)
            change = step.change
            if self._truth is not None:
                at = market.condition, step.number, stamp_ms, at_ns
                level = change.side, PRICE_TEXTS[change.price_e4], size_text(change.size_e2)
                self._truth.change(at, hashes, level)
            entries.append(wire.both_changes(market, change, hashes, step.bid_e4, step.ask_e4))
            named += hashes
        return entries, tuple(named)

    def _tell_touch(self, market: SimMarket, best: tuple[int, int], stamp_ms: int, at_ns: int) -> None:
        for connection, index in self._ears(market):
            if connection.custom:
                bid, ask = best if index == 0 else (DOLLAR_E4 - best[1], DOLLAR_E4 - best[0])
                raw = wire.best_bid_ask(market, index, bid, ask, stamp_ms)
                self._post(connection, "best_bid_ask", raw, market, index, at_ns)

    def _tell_trade(self, market: SimMarket, trade: Trade, stamp_ms: int, at_ns: int) -> None:
        self._transactions += 1
        transaction = "0x" + change_hash(self._settings.seed, "transaction", self._transactions) + "0" * 24
        for connection, index in self._ears(market):
            raw = wire.last_trade(market, trade, index, stamp_ms, transaction)
            self._post(connection, "last_trade_price", raw, market, index, at_ns)
            self.tell_book(connection, market, index, at_ns)

    def _post(
        self, connection: SimConnection, kind: str, raw: bytes, market: SimMarket, index: int, at_ns: int
    ) -> None:
        target = Target(connection.number, kind, (market.tokens[index],), ())
        self._delivery.post(connection, raw, at_ns, target, market.condition)

    def on_wipe(self, market: SimMarket, at_ns: int) -> None:
        """Tell that every order is gone: an empty book."""
        market.touched = (0, DOLLAR_E4)
        self._teller.note(market, at_ns=at_ns)
        self._tell_books(market, at_ns)

    def on_opened(self, market: SimMarket, at_ns: int) -> None:
        """Tell the first book of a market to those who asked for it before it had one."""
        self._note_stage(market, "opened", at_ns)
        self._tell_books(market, at_ns)

    def _tell_books(self, market: SimMarket, at_ns: int) -> None:
        for connection, index in self._ears(market):
            self.tell_book(connection, market, index, at_ns)

    def on_tick(self, market: SimMarket, old_e4: int, at_ns: int) -> None:
        """Tell a change of the tick size; no book follows."""
        for connection, index in self._ears(market):
            raw = wire.tick_change(market, index, old_e4, at_ns // NS_PER_MS)
            self._post(connection, "tick_size_change", raw, market, index, at_ns)

    # --- lives, told to everybody who wants such things

    def on_listed(self, market: SimMarket, at_ns: int) -> None:
        """Tell a new market."""
        self.note_market(market, at_ns)
        self._note_stage(market, "listed", at_ns)
        self._broadcast("new_market", wire.new_market(market, at_ns // NS_PER_MS), market, at_ns)

    def on_stage(self, market: SimMarket, at_ns: int) -> None:
        """Tell a result, unless it is one of those that nobody is ever told. A proposal is told to nobody."""
        self._note_stage(market, market.stage, at_ns)
        lost = lot(self._settings.seed, f"resolved/{market.condition}") < self._settings.resolved_lost_share
        if market.stage == "resolved" and not lost:
            self._broadcast("market_resolved", wire.resolved(market, at_ns // NS_PER_MS), market, at_ns)

    def _broadcast(self, kind: str, raw: bytes, market: SimMarket, at_ns: int) -> None:
        if self._dice.other(_LOST, at_ns) is not None:
            self._delivery.note("fault", {"fault": "life_lost", "type": kind, "m": market.condition, "at": at_ns})
            return
        for connection in list(self.connections.values()):
            if connection.custom:
                target = Target(connection.number, kind, (), ())
                self._delivery.post(connection, raw, at_ns, target)

    def note_market(self, market: SimMarket, at_ns: int) -> None:
        """Write a market into the truth log."""
        if self._truth is not None:
            row = {"m": market.condition, "slug": market.plan.slug, "a": market.tokens, "at": at_ns}
            self._truth.row("market", row)

    def _note_stage(self, market: SimMarket, what: str, at_ns: int) -> None:
        if self._truth is not None:
            self._truth.row("stage", {"m": market.condition, "what": what, "value": market.value, "at": at_ns})

    def note_final(self, market: SimMarket) -> None:
        """Write how a market stands at the end."""
        if self._truth is None:
            return
        row: dict[str, object] = {"m": market.condition, "what": market.stage, "value": market.value}
        if market.book is not None and market.has_book:
            row["bids"], row["asks"] = map(level_texts, market.book.levels(0))
        self._truth.row("final", row)
