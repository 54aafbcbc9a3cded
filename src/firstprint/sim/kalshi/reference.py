"""Reference data by REST: events, the exchange's state and hours, search, milestones, teams, the historical tier."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from firstprint.sim.kalshi.bodies import event_row, market_row, milestone_row
from firstprint.sim.kalshi.filters import STATUSES, BadRequest, Query, page
from firstprint.sim.kalshi.listings import SimEvent
from firstprint.sim.kalshi.market import SimMarket
from firstprint.sim.kalshi.names import LEAGUES
from firstprint.sim.kalshi.texts import NS_PER_S, second_text, uuid_of
from firstprint.sim.kalshi.world import World

_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EVENT_STATUSES = ("unopened", "open", "closed", "settled")
_ALL_DAY = [{"open_time": "00:00", "close_time": "00:00"}]
_THURSDAY = [{"open_time": "00:00", "close_time": "03:00"}, {"open_time": "05:00", "close_time": "00:00"}]
_HISTORY_NS = 90 * 86_400 * NS_PER_S


class Reference:
    """Renders everything that is not a market, a book or a trade."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.routes: dict[str, Callable[[Query], dict[str, Any]]] = {
            "/events": self._events,
            "/exchange/status": self._status,
            "/exchange/schedule": self._schedule,
            "/search/tags_by_categories": self._tags,
            "/search/filters_by_sport": self._sports,
            "/account/endpoint_costs": lambda _: {"default_cost": 10, "endpoint_costs": []},
            "/milestones": self._milestones,
            "/structured_targets": self._teams,
            "/historical/cutoff": self._cutoff,
            "/historical/markets": lambda _: {"markets": [], "cursor": ""},
            "/historical/trades": lambda _: {"trades": [], "cursor": ""},
            "/series/fee_changes": lambda _: {"series_fee_change_arr": []},
        }

    def market(self, market: SimMarket, *, liquidity: bool) -> dict[str, Any]:
        """Render a market with its quote; a market that is over, or was never looked at unopened, has none."""
        quoted = market.status in {"active", "inactive", "closed"} or market.book is not None
        over = market.status in {"determined", "finalized"}
        book = self._world.peek(market) if quoted and not over else None
        return market_row(market, book, liquidity=liquidity)

    def event(self, ticker: str, query: Query) -> dict[str, Any] | None:
        """Answer GET /events/{ticker}: markets inside the event, or beside it in the old form."""
        event = self._world.events.get(ticker)
        if event is None:
            return None
        markets = [self.market(m, liquidity=False) for m in self._world.event_markets[ticker]]
        row = event_row(event, self._world.start_ns)
        if query.one("with_nested_markets") == "true":
            return {"event": row | {"markets": markets}}
        return {"event": row, "markets": markets}

    def _events(self, query: Query) -> dict[str, Any]:
        status, series, tickers = query.one("status"), query.one("series_ticker"), set(query.many("tickers"))
        if status and status not in _EVENT_STATUSES:
            raise BadRequest("invalid status filter")
        limit = query.number("limit", 1, 200, 200)
        rows = (
            (i, e)
            for i, e in enumerate(self._world.events.values())
            if not e.series.ticker.startswith("KXMVE")
            and (not series or e.series.ticker == series)
            and (not tickers or e.ticker in tickers)
            and (not status or self._has_status(e, status))
        )
        found, cursor = page(rows, query.start(), limit)
        nested = query.one("with_nested_markets") == "true"
        return {"events": [self._event_row(e, nested=nested) for e in found], "milestones": [], "cursor": cursor}

    def _event_row(self, event: SimEvent, *, nested: bool) -> dict[str, Any]:
        row = event_row(event, self._world.start_ns)
        if nested:
            row["markets"] = [self.market(m, liquidity=False) for m in self._world.event_markets[event.ticker]]
        return row

    def _has_status(self, event: SimEvent, status: str) -> bool:
        return any(m.status in STATUSES[status] for m in self._world.event_markets[event.ticker])

    def _status(self, _: Query) -> dict[str, Any]:
        trading = self._world.trading
        row = {"exchange_index": 0, "description": "Default", "exchange_active": True, "trading_active": trading}
        body: dict[str, Any] = {
            "exchange_active": True, "trading_active": trading, "intra_exchange_transfers_active": True,
            "exchange_index_statuses": [row],
        }  # fmt: skip
        if not trading:
            body["exchange_estimated_resume_time"] = second_text(self._world.paused_until_ns)
        return body

    def _schedule(self, _: Query) -> dict[str, Any]:
        start = self._world.start_ns
        week = {day: _THURSDAY if day == "thursday" else _ALL_DAY for day in _WEEK}
        span = {"start_time": second_text(start - _HISTORY_NS), "end_time": second_text(start + _HISTORY_NS)}
        return {"schedule": {"standard_hours": [span | week], "maintenance_windows": []}}

    def _tags(self, _: Query) -> dict[str, Any]:
        tags: dict[str, set[str]] = defaultdict(set)
        for series in self._world.catalogue.series.values():
            tags[series.category].update(series.tags or ())
        return {"tags_by_categories": {name: sorted(some) or None for name, some in sorted(tags.items())}}

    def _sports(self, _: Query) -> dict[str, Any]:
        sports: dict[str, Any] = {}
        for league in LEAGUES:
            sport = sports.setdefault(league.sport, {"scopes": ["Game", "Spread", "Point Total"], "competitions": {}})
            sport["competitions"][league.title] = {"scopes": ["Game", "Spread", "Point Total"]}
        return {"filters_by_sports": sports, "sport_ordering": list(sports)}

    def _milestones(self, query: Query) -> dict[str, Any]:
        if not query.one("limit"):
            raise BadRequest("limit is required")
        limit, related = query.number("limit", 1, 500, 500), query.one("related_event_ticker")
        contests: dict[str, list[SimEvent]] = defaultdict(list)
        for event in self._world.events.values():
            if event.contest is not None:
                contests[event.contest].append(event)
        rows = (
            (i, (contest, events))
            for i, (contest, events) in enumerate(contests.items())
            if not related or any(e.ticker == related for e in events)
        )
        found, cursor = page(rows, query.start(), limit)
        return {"milestones": [milestone_row(contest, events) for contest, events in found], "cursor": cursor}

    def _teams(self, query: Query) -> dict[str, Any]:
        teams = {code: (name, league) for league in LEAGUES for code, name in league.teams}
        ids = set(query.many("ids"))
        rows = (
            (i, {"id": uuid_of(f"team/{code}"), "name": name, "type": f"{league.sport.lower()}_team",
                 "details": {"abbreviation": code, "league": league.title}, "source_id": code,
                 "last_updated_ts": second_text(self._world.start_ns)})
            for i, (code, (name, league)) in enumerate(teams.items())
        )  # fmt: skip
        found, cursor = page(rows, query.start(), query.number("page_size", 1, 2_000, 100))
        return {"structured_targets": [row for row in found if not ids or row["id"] in ids], "cursor": cursor}

    def _cutoff(self, _: Query) -> dict[str, Any]:
        at = second_text(self._world.start_ns - _HISTORY_NS)
        names = ("market_settled_ts", "trades_created_ts", "orders_updated_ts", "market_positions_last_updated_ts")
        return dict.fromkeys(names, at)
