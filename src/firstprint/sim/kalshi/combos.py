"""Combos by the million that nobody keeps: each is made from its number whenever somebody asks for it.

Number n has times that rise with n, so that a window of times is a range of numbers, and one in fifty is settled.
Their rows lie between those of the markets: `ratio` combos follow each market of the world's beginning.
"""

from hashlib import blake2b

from firstprint.sim.kalshi.catalogue import COMBO_SERIES
from firstprint.sim.kalshi.grids import CENTER_EDGE, LINEAR_CENT
from firstprint.sim.kalshi.listings import Plan, SimEvent, SimSeries, Strike
from firstprint.sim.kalshi.market import SimMarket, Times
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.texts import NS_PER_S

_SETTLED_ONE_IN = 50
_DAY_NS = 86_400 * NS_PER_S
_SPREAD_NS = 29 * _DAY_NS
_MASK = (1 << 48) - 1
_FACTOR = 0x9E37_79B9_7F4B
_INVERSE = pow(_FACTOR, -1, 1 << 48)


class VirtualCombos:
    """Makes combos of the markets listed at the beginning. The same number gives the same combo, but not one object."""

    def __init__(self, settings: SimSettings, markets: list[SimMarket], start_ns: int) -> None:
        self.ratio = settings.combo_ratio if markets else 0
        self.count = self.ratio * len(markets)
        self._markets = markets
        self._oldest_ns = start_ns - 30 * _DAY_NS
        self._seed = settings.seed
        self._grid = LINEAR_CENT if settings.wire == "cents" else CENTER_EDGE
        self._series = SimSeries(COMBO_SERIES, "Combos", "Sports", "custom", None, None, None)

    def settled(self, number: int) -> bool:
        """Say whether a combo is settled; all others are open."""
        return number % _SETTLED_ONE_IN == 0

    def at(self, number: int) -> SimMarket:
        """Make a combo. Raises IndexError for a number that no combo has."""
        if not 0 <= number < self.count:
            raise IndexError(number)
        combo = SimMarket(self._plan(number), -1 - number, self._times(number))
        combo.status = "active"
        if self.settled(number):
            combo.status, combo.result = "finalized", combo.plan.outcome
            combo.settled_ns = combo.updated_ns = combo.times.settle_ns
        return combo

    def find(self, ticker: str) -> SimMarket | None:
        """Make the combo that a ticker names."""
        event, _, _ = ticker.rpartition("-")
        combo = self.of_event(event)
        return combo if combo is not None and combo.ticker == ticker else None

    def of_event(self, event: str) -> SimMarket | None:
        """Make the only combo of an event, by the event's ticker."""
        head, _, code = event.rpartition("-S")
        if head != COMBO_SERIES or len(code) != 12 or set(code) - set("0123456789ABCDEF"):
            return None
        number = int(code, 16) * _INVERSE & _MASK
        return self.at(number) if number < self.count else None

    def window(self, family: str | None, low_ns: int, high_ns: int) -> range:
        """Give the numbers of the combos whose time of that family lies in the bounds, both inclusive."""
        if family is None:
            return range(self.count)
        past = {"created": 0, "updated": 0, "close": 40 * _DAY_NS, "settled": 3_600 * NS_PER_S}[family]
        first, last = (self._oldest_ns + past, self._oldest_ns + past + _SPREAD_NS)
        if high_ns < first or low_ns > last + 3_600 * NS_PER_S or not self.count:
            return range(0)
        return range(self._number(low_ns - first - 3_600 * NS_PER_S), self._number(high_ns - first) + 1)

    def _number(self, after_ns: int) -> int:
        return max(0, min(self.count - 1, after_ns * self.count // _SPREAD_NS))

    def _times(self, number: int) -> Times:
        created = self._oldest_ns + number * _SPREAD_NS // self.count
        close = created + 40 * _DAY_NS
        if not self.settled(number):
            return Times(created, created, close, close, close)
        return Times(created, created, close, created + 1_800 * NS_PER_S, created + 3_600 * NS_PER_S)

    def _plan(self, number: int) -> Plan:
        code = f"S{number * _FACTOR & _MASK:012X}"
        event = SimEvent(f"{COMBO_SERIES}-{code}", self._series, "Combo", "", False, self._oldest_ns)
        event.updated_ns = self._oldest_ns
        mark = blake2b(f"{self._seed}/{number}".encode(), digest_size=6).digest()
        at = int.from_bytes(mark)
        plain = self._markets
        legs = [plain[(at + step * at // 977) % len(plain)] for step in range(3)]
        words = ",".join(f"yes {leg.plan.yes_sub_title}" for leg in legs)
        outcome = "yes" if at % 8 == 0 else "no"
        tickers = tuple(dict.fromkeys(leg.ticker for leg in legs))
        return Plan(
            f"{event.ticker}-{mark.hex().upper()}", event, words, Strike("custom"), outcome, self._grid, tickers
        )
