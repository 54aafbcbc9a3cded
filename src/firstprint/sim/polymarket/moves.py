"""How a market's book moves: where its price should be, and what is drawn next."""

import math
import random

from firstprint.sim.polymarket.books import BookMover, Change, SimBook, Trade, draw_size_e2, touch
from firstprint.sim.polymarket.listening import Step
from firstprint.sim.polymarket.market import SimMarket
from firstprint.sim.polymarket.settings import PolymarketSettings
from firstprint.sim.polymarket.texts import DOLLAR_E4, NS_PER_S

_FINE_TICK_E4 = 10
_FINE_BELOW_E4 = 400
_FAIR_NS = NS_PER_S // 4
_WAVE = 0.012
_WAVE_S = 97.0
_BURST_SHARE = 0.15

Move = tuple[list[Step], Trade | None]


class Mover:
    """Draws moves of books from the world's one source."""

    def __init__(self, settings: PolymarketSettings, rng: random.Random) -> None:
        self._settings = settings
        self._rng = rng
        self._books = BookMover(rng, settings.levels)

    def fair_e4(self, market: SimMarket, at_ns: int) -> int:
        """Give what token 0 is worth now, 1e-4 dollars: its worth in the world, and a slow wave of its own.

        It changes four times a second, so that most moves find it known.
        """
        since_ns = at_ns // _FAIR_NS * _FAIR_NS
        if market.fair[0] != since_ns:
            wave = _WAVE * math.sin(since_ns / NS_PER_S / _WAVE_S + market.number)
            price = round((market.plan.worth(since_ns) + wave) * DOLLAR_E4)
            market.fair = since_ns, max(_FINE_TICK_E4, min(DOLLAR_E4 - _FINE_TICK_E4, price))
        return market.fair[1]

    def refines(self, market: SimMarket, at_ns: int) -> bool:
        """Give a market near certainty a finer tick; say whether this did."""
        price = self.fair_e4(market, at_ns)
        if market.tick_e4 <= _FINE_TICK_E4 or _FINE_BELOW_E4 <= price <= DOLLAR_E4 - _FINE_BELOW_E4:
            return False
        market.tick_e4 = _FINE_TICK_E4
        market.updated_ns = at_ns
        return True

    def move(self, market: SimMarket, book: SimBook, at_ns: int) -> list[Move]:
        """Change a book; give what belongs into one message each."""
        fair_e4, drawn = self.fair_e4(market, at_ns), self._rng.random()
        if drawn < self._settings.trade_share:
            return self._trade(market, book, fair_e4)
        if drawn < self._settings.trade_share + self._settings.crossed_share and book.ask is not None:
            return self._cross(market, book, book.ask)
        count = self._rng.randint(2, 4) if self._rng.random() < _BURST_SHARE else 1
        change = self._books.step
        return [([_step(market, book, change(book, fair_e4, market.tick_e4)) for _ in range(count)], None)]

    def _trade(self, market: SimMarket, book: SimBook, fair_e4: int) -> list[Move]:
        side = self._books.behind(book, fair_e4) or ("SELL" if self._rng.random() < 0.5 else "BUY")
        trade = self._books.trade(book, side)
        return [([_step(market, book, trade.change)], trade)] if trade is not None else []

    def _cross(self, market: SimMarket, book: SimBook, ask_e4: int) -> list[Move]:
        """Cross a book for a moment: an order at the other side's best, which is gone with the next message."""
        placed = _step(market, book, book.put("BUY", ask_e4, draw_size_e2(self._rng)))
        return [([placed], None), ([_step(market, book, book.put("BUY", ask_e4, 0))], None)]


def _step(market: SimMarket, book: SimBook, change: Change) -> Step:
    market.changes += 1
    return Step(change, market.changes, *touch(book, 0))
