"""The three great lists of REST: markets, events with their markets, and series, found without walking over the rest.

Source: Kalshi OpenAPI 3.31.0, GET /markets, /events and /series. A row's number in a list is what a cursor names.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from firstprint.sim.kalshi.bodies import event_row, market_row, series_row
from firstprint.sim.kalshi.filters import BadRequest, MarketFilter, Query, market_filter, page
from firstprint.sim.kalshi.listings import SimEvent
from firstprint.sim.kalshi.market import SimMarket
from firstprint.sim.kalshi.texts import NS_PER_S, size_text
from firstprint.sim.kalshi.world import World

_EVENT_STATUSES = ("unopened", "open", "closed", "settled")
_EVENT_TIMES = ("min_close_ts", "min_updated_ts")
_RANKS = {"active": 0, "inactive": 0, "initialized": 1, "closed": 2, "determined": 2, "finalized": 3}
_STATUS_OF_RANK = ("open", "unopened", "closed", "settled")
_VIRTUAL_STATUSES = {"": None, "open": False, "settled": True}
_SECONDS_MAX = 1 << 40

Numbered = Iterable[tuple[int, SimMarket]]


class Lists:
    """Renders pages of markets, events and series. Row numbers leave room for the virtual combos between markets."""

    def __init__(self, world: World, *, liquidity: bool) -> None:
        self._world = world
        self._directory = world.directory
        self._combos = world.combos
        self._stride = world.combos.ratio + 1
        self._liquidity = liquidity
        self.routes: dict[str, Callable[[Query], dict[str, Any]]] = {
            "/markets": self._markets,
            "/events": self._events,
            "/series": self._series,
        }

    # --- markets

    def find(self, ticker: str) -> SimMarket | None:
        """Find a market or a combo, virtual ones included."""
        return self._directory.by_ticker.get(ticker) or self._combos.find(ticker)

    def row(self, market: SimMarket) -> dict[str, Any]:
        """Render a market."""
        return market_row(market, self._world.top(market), liquidity=self._liquidity)

    def _markets(self, query: Query) -> dict[str, Any]:
        wanted, start = market_filter(query), query.start()
        limit = query.number("limit", 0, 1_000, 100) or 100
        found, cursor = page(self._rows(query, wanted, start), start, limit)
        return {"markets": [self.row(m) for m in found], "cursor": cursor}

    def _rows(self, query: Query, wanted: MarketFilter, start: int) -> Iterator[tuple[int, SimMarket]]:
        """Give the numbered rows that are wanted, by the shortest way to them."""
        tickers, since = query.many("tickers"), wanted.family == "updated" and wanted.low_ns > self._world.start_ns
        if tickers:
            rows = self._sorted(m for m in map(self.find, tickers) if m is not None)
        elif wanted.event:
            combo = self._combos.of_event(wanted.event)
            rows = self._sorted([*self._directory.event_markets.get(wanted.event, ()), *([combo] if combo else ())])
        elif since:
            rows = self._sorted(self._directory.updated_since(wanted.low_ns))
        elif wanted.series in self._directory.series_markets and not wanted.series.startswith("KXMVE"):
            rows = self._of_series(wanted.series, start)
        else:
            return self._everything(wanted, start)
        return ((number, market) for number, market in rows if wanted.keeps(market))

    def _number(self, market: SimMarket) -> int:
        if market.index >= 0:
            return market.index * self._stride
        lap, place = divmod(-1 - market.index, self._combos.ratio)
        return lap * self._stride + 1 + place

    def _sorted(self, markets: Iterable[SimMarket]) -> Numbered:
        return sorted({self._number(market): market for market in markets}.items())

    def _of_series(self, series: str, start: int) -> Numbered:
        markets = self._directory.series_markets[series]
        first = bisect_left(markets, start, key=self._number)
        return ((self._number(markets[at]), markets[at]) for at in range(first, len(markets)))

    def _everything(self, wanted: MarketFilter, start: int) -> Iterator[tuple[int, SimMarket]]:
        """Walk over all rows from a number on; the combos between markets only where some may be wanted."""
        virtual = self._virtual(wanted)
        stride, ratio, markets = self._stride, self._combos.ratio, self._directory.markets
        for at in range(start // stride, len(markets)):
            if at * stride >= start and wanted.keeps(markets[at]):
                yield at * stride, markets[at]
            for place in range(max(0, start - at * stride - 1), ratio if virtual else 0):
                combo = self._virtual_at(at * ratio + place, virtual, wanted)
                if combo is not None:
                    yield at * stride + 1 + place, combo

    def _virtual(self, wanted: MarketFilter) -> range:
        """Give the numbers of the virtual combos that may be wanted."""
        elsewhere = wanted.series and not wanted.series.startswith("KXMVE")
        if wanted.mve == "exclude" or wanted.status not in _VIRTUAL_STATUSES or elsewhere:
            return range(0)
        return self._combos.window(wanted.family, wanted.low_ns, wanted.high_ns)

    def _virtual_at(self, number: int, virtual: range, wanted: MarketFilter) -> SimMarket | None:
        if number not in virtual or _VIRTUAL_STATUSES[wanted.status] not in {None, self._combos.settled(number)}:
            return None
        combo = self._combos.at(number)
        return combo if wanted.keeps(combo) else None

    # --- events

    def event(self, ticker: str, query: Query) -> dict[str, Any] | None:
        """Answer GET /events/{ticker}: markets inside the event, or beside it in the old form."""
        event = self._directory.events.get(ticker)
        if event is None:
            return None
        if query.flag("with_nested_markets"):
            return {"event": self._event_row(event, nested=True)}
        return {"event": event_row(event), "markets": [self.row(m) for m in self._directory.event_markets[ticker]]}

    def _events(self, query: Query) -> dict[str, Any]:
        status, start = query.one("status"), query.start()
        if status and status not in _EVENT_STATUSES:
            raise BadRequest("invalid status filter")
        limit = query.number("limit", 1, 200, 200)
        closing, updated = (query.number(name, 0, _SECONDS_MAX, 0) * NS_PER_S for name in _EVENT_TIMES)
        series = query.one("series_ticker")
        rows = (
            (event.number, event)
            for event in self._candidates(query, start)
            if not event.combo
            and (not series or event.series.ticker == series)
            and event.updated_ns >= updated
            and (not status or self._status(event) == status)
            and (not closing or self._closes_after(event, closing))
        )
        found, cursor = page(rows, start, limit)
        nested = query.flag("with_nested_markets")
        return {"events": [self._event_row(e, nested=nested) for e in found], "milestones": [], "cursor": cursor}

    def _candidates(self, query: Query, start: int) -> Iterable[SimEvent]:
        events, tickers, series = self._directory.events, query.many("tickers"), query.one("series_ticker")
        if tickers:
            known = {events[ticker].number: events[ticker] for ticker in tickers if ticker in events}
            return [event for _, event in sorted(known.items())]
        if series:
            return self._directory.series_events.get(series, ())
        rows = self._directory.event_rows
        return (rows[number] for number in range(start, len(rows)))

    def _event_row(self, event: SimEvent, *, nested: bool) -> dict[str, Any]:
        row = event_row(event)
        if nested:
            row["markets"] = [self.row(m) for m in self._directory.event_markets[event.ticker]]
        return row

    def _status(self, event: SimEvent) -> str:
        """Say what an event is: open while any market is, then unopened, then closed, settled when all are."""
        return _STATUS_OF_RANK[min(_RANKS[m.status] for m in self._directory.event_markets[event.ticker])]

    def _closes_after(self, event: SimEvent, at_ns: int) -> bool:
        return any(m.times.close_ns >= at_ns for m in self._directory.event_markets[event.ticker])

    # --- series

    def _series(self, query: Query) -> dict[str, Any]:
        """Answer GET /series: all rows in one body, there are no pages."""
        category, tags = query.one("category"), set(query.many("tags"))
        updated_ns = query.number("min_updated_ts", 0, _SECONDS_MAX, 0) * NS_PER_S
        start_ns = self._world.start_ns
        rows = [
            self._series_row(one.ticker, query, scope=query.flag("include_product_metadata"))
            for one in self._world.catalogue.series.values()
            if (not category or category in one.categories)
            and (not tags or tags.intersection(one.tags or ()))
            and (one.updated_ns or start_ns) >= updated_ns
        ]
        return {"series": rows}

    def one_series(self, ticker: str, query: Query) -> dict[str, Any] | None:
        """Answer GET /series/{ticker}, which says the scope unasked."""
        known = ticker in self._world.catalogue.series
        return {"series": self._series_row(ticker, query, scope=True)} if known else None

    def _series_row(self, ticker: str, query: Query, *, scope: bool) -> dict[str, Any]:
        row = series_row(self._world.catalogue.series[ticker], self._world.start_ns, scope=scope)
        if query.flag("include_volume"):
            row["volume_fp"] = size_text(sum(m.volume_e2 for m in self._directory.series_markets.get(ticker, ())))
        return row
