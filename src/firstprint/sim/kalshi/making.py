"""Makes what the venue lists: series known by ticker, events of them, and markets that are never listed twice."""

import random
from collections.abc import Iterable
from datetime import datetime

from firstprint.sim.kalshi.grids import LINEAR_CENT, Grid
from firstprint.sim.kalshi.listings import Batch, Plan, SimEvent, SimSeries, Strike
from firstprint.sim.kalshi.texts import NS_PER_S


class Maker:
    """Remembers the series and every market ticker. `cents` keeps every market on whole cents."""

    def __init__(self, rng: random.Random, made: Iterable[SimSeries], *, cents: bool) -> None:
        self.series: dict[str, SimSeries] = {series.ticker: series for series in made}
        self._rng = rng
        self._cents = cents
        self._seen: set[str] = set()

    def grid(self, grid: Grid) -> Grid:
        """Give the grid to be used in place of one, which is whole cents where nothing else can be said."""
        return LINEAR_CENT if self._cents else grid

    def serie(
        self, ticker: str, title: str, category: str, frequency: str, scope: str | None = None, tag: str | None = None
    ) -> SimSeries:
        """Give a series, making it at the first call."""
        if ticker not in self.series:
            tags = (tag,) if tag is not None else None
            competition = title if scope else None
            self.series[ticker] = SimSeries(ticker, title, category, frequency, tags, scope, competition)
        return self.series[ticker]

    def event(
        self,
        series: SimSeries,
        code: str,
        title: str,
        start: datetime,
        *,
        exclusive: bool = False,
        contest: str | None = None,
    ) -> SimEvent:
        """Make an event whose day is that of its start."""
        start_ns = int(start.timestamp()) * NS_PER_S
        return SimEvent(f"{series.ticker}-{code}", series, title, f"{start:%b %d}", exclusive, start_ns, contest)

    def batch(
        self,
        event: SimEvent,
        outcomes: list[tuple[str, str, Strike, int]],
        lead_s: float,
        length_s: float,
        grid: Grid = LINEAR_CENT,
        winner: int | None = None,
    ) -> Batch:
        """Make an event's markets from outcomes: segment, words, strike and rank.

        With a winner, the outcome of that rank wins; without, every rank below a drawn one does, as thresholds do.
        """
        limit = self._rng.randint(0, len(outcomes))
        plans = []
        for segment, words, strike, rank in outcomes:
            ticker = f"{event.ticker}-{segment}" if segment else event.ticker
            won = rank == winner if winner is not None else rank < limit
            plans.append(Plan(ticker, event, words, strike, "yes" if won else "no", self.grid(grid)))
        return self.fresh(plans, lead_s, length_s)

    def fresh(self, plans: Iterable[Plan], lead_s: float, length_s: float) -> Batch:
        """Make a batch of those markets whose tickers were never listed."""
        kept = tuple(plan for plan in plans if plan.ticker not in self._seen)
        self._seen.update(plan.ticker for plan in kept)
        return Batch(kept, lead_s, length_s)
