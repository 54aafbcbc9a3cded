"""Everything that is listed, findable by the names that requests use."""

from collections import defaultdict

from firstprint.sim.polymarket.ids import game_id
from firstprint.sim.polymarket.listings import EventPlan
from firstprint.sim.polymarket.market import SimEvent, SimMarket

_EVENTS_FROM, _MARKETS_FROM = 600_001, 2_500_001


class Directory:
    """Events and markets in the order of their numbers, which only grow."""

    def __init__(self, seed: int) -> None:
        self.events: list[SimEvent] = []
        self.markets: list[SimMarket] = []
        self.event_slugs: dict[str, SimEvent] = {}
        self.market_slugs: dict[str, SimMarket] = {}
        self.conditions: dict[str, SimMarket] = {}
        self.tokens: dict[str, tuple[SimMarket, int]] = {}
        self.tagged: dict[str, list[SimEvent]] = defaultdict(list)
        self.of_series: dict[str, list[SimEvent]] = defaultdict(list)
        self._seed = seed

    def enter(self, plan: EventPlan, listed_ns: int) -> SimEvent:
        """Take in an event with all its markets."""
        game = game_id(self._seed, plan.game) if plan.game is not None else None
        parent = self.event_slugs.get(plan.parent_slug) if plan.parent_slug is not None else None
        event = SimEvent(plan, _EVENTS_FROM + len(self.events), game, parent)
        self.events.append(event)
        self.event_slugs[plan.slug] = event
        for tag in plan.tags:
            self.tagged[str(tag.number)].append(event)
        if plan.series is not None:
            self.of_series[str(plan.series[0])].append(event)
        for one in plan.plans:
            self._enter_market(SimMarket(one, event, _MARKETS_FROM + len(self.markets), self._seed, listed_ns))
        return event

    def _enter_market(self, market: SimMarket) -> None:
        market.event.markets.append(market)
        self.markets.append(market)
        self.market_slugs[market.plan.slug] = market
        self.conditions[market.condition] = market
        for index, token in enumerate(market.tokens):
            self.tokens[token] = (market, index)

    def event_numbered(self, number: str) -> SimEvent | None:
        """Find an event by the digits of its id."""
        at = _offset(number, _EVENTS_FROM)
        return self.events[at] if 0 <= at < len(self.events) else None

    def market_numbered(self, number: str) -> SimMarket | None:
        """Find a market by the digits of its id."""
        at = _offset(number, _MARKETS_FROM)
        return self.markets[at] if 0 <= at < len(self.markets) else None


def _offset(number: str, first: int) -> int:
    return int(number) - first if number.isascii() and number.isdigit() and len(number) < 12 else -1
