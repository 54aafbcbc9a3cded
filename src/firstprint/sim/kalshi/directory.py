"""What is listed, found by every name that a request may use; rows keep the order in which they were listed."""

from collections.abc import Iterator

from firstprint.sim.kalshi.listings import SimEvent
from firstprint.sim.kalshi.market import SimMarket


class Directory:
    """Markets and events, and who belongs to whom. Nothing is ever taken out."""

    def __init__(self) -> None:
        self.markets: list[SimMarket] = []
        self.by_ticker: dict[str, SimMarket] = {}
        self.events: dict[str, SimEvent] = {}
        self.event_rows: list[SimEvent] = []
        self.event_markets: dict[str, list[SimMarket]] = {}
        self.series_markets: dict[str, list[SimMarket]] = {}
        self.series_events: dict[str, list[SimEvent]] = {}
        self._updated: dict[int, SimMarket] = {}

    def enter_event(self, event: SimEvent) -> tuple[SimEvent, bool]:
        """Take an event; give the one that stands for its ticker, and whether it is new."""
        known = self.events.get(event.ticker)
        if known is not None:
            return known, False
        event.number = len(self.event_rows)
        self.events[event.ticker] = event
        self.event_rows.append(event)
        self.event_markets[event.ticker] = []
        self.series_events.setdefault(event.series.ticker, []).append(event)
        return event, True

    def enter(self, market: SimMarket) -> None:
        """Take a market, whose event has been taken."""
        event = market.plan.event
        self.markets.append(market)
        self.by_ticker[market.ticker] = market
        self.event_markets[event.ticker].append(market)
        self.series_markets.setdefault(event.series.ticker, []).append(market)

    def updated(self, market: SimMarket, at_ns: int) -> None:
        """Note that a market was changed while the world runs; times never fall."""
        market.updated_ns = at_ns
        self._updated.pop(market.index, None)
        self._updated[market.index] = market

    def updated_since(self, at_ns: int) -> Iterator[SimMarket]:
        """Give the markets changed since then while the world ran, the last one first."""
        for market in reversed(self._updated.values()):
            if market.updated_ns < at_ns:
                return
            yield market
