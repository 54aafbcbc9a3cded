"""Changes of what is said about markets, events and series: titles and close times, as the venue's staff makes them."""

import random
from typing import TYPE_CHECKING, Protocol

from firstprint.sim.kalshi.market import LIVE, SimMarket

if TYPE_CHECKING:
    from firstprint.sim.kalshi.directory import Directory
    from firstprint.sim.kalshi.listings import SimEvent, SimSeries

_MARK = " (revised "
_RETITLED_SHARE = 0.05


class Teller(Protocol):
    """Says a step of a market's life to whoever listens."""

    def __call__(self, market: SimMarket, what: str, at_ns: int) -> None:
        """Say it."""
        ...


class Editor:
    """Draws what is edited from dice of its own, so that edits change nothing else in the world."""

    def __init__(self, seed: int, directory: "Directory", tell: Teller) -> None:
        self._rng = random.Random(f"{seed}/edits")  # noqa: S311 repeatable edits, not secrets
        self._directory = directory
        self._tell = tell
        self._count = 0

    def touch(self, market: SimMarket, at_ns: int) -> None:
        """Change a market's close where it still lies ahead, or else its title; its time of change moves."""
        times = market.times
        ahead = times.close_ns - max(at_ns, times.open_ns)
        if market.status in LIVE and not market.zombie and ahead > 0 and self._rng.random() < 0.5:
            market.times = times.sooner(ahead // 20 + 1)
            self._directory.updated(market, at_ns)
            self._tell(market, "close_date_updated", at_ns)
            return
        market.title = self._revised(market.title)
        self._directory.updated(market, at_ns)
        self._tell(market, "metadata_updated", at_ns)

    def reword(self, market: SimMarket, at_ns: int) -> None:
        """Change what a market's yes means in words, which its lifecycle message says too."""
        market.plan = market.plan._replace(yes_sub_title=self._revised(market.plan.yes_sub_title))
        self._directory.updated(market, at_ns)
        self._tell(market, "metadata_updated", at_ns)

    def some(self, markets: list[SimMarket], share: float) -> list[SimMarket]:
        """Draw a share of some markets, in the order of their listing."""
        count = min(len(markets), max(1, round(len(markets) * share))) if share > 0 else 0
        return [markets[i] for i in sorted(self._rng.sample(range(len(markets)), count))]

    def retitle(self, series: "dict[str, SimSeries]", at_ns: int) -> None:
        """Now and then change the title of an event and of a series; no message says so."""
        if self._rng.random() >= _RETITLED_SHARE:
            return
        event, one_series = self._rng.choice(self._directory.event_rows), self._rng.choice(list(series.values()))
        named: list[SimEvent | SimSeries] = [event, one_series]
        for one in named:
            one.title, one.updated_ns = self._revised(one.title), at_ns

    def _revised(self, text: str) -> str:
        self._count += 1
        return f"{text.partition(_MARK)[0]}{_MARK}{self._count})"
