"""Reference data by REST: events, the exchange's state and hours, search, milestones, teams, the historical tier."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from firstprint.sim.kalshi.filters import BadRequest, Query, page
from firstprint.sim.kalshi.listings import SimEvent
from firstprint.sim.kalshi.milestones import game_milestone_row, milestone_row, target_rows
from firstprint.sim.kalshi.texts import NS_PER_S, second_text
from firstprint.sim.kalshi.world import World

_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ALL_DAY = [{"open_time": "00:00", "close_time": "00:00"}]
_THURSDAY = [{"open_time": "00:00", "close_time": "03:00"}, {"open_time": "05:00", "close_time": "00:00"}]
_TAGS_MAX = 6
_PLURALS = {"Game": "Games", "Future": "Futures", "Win Total": "Win totals", "Spread": "Spreads"}
_HISTORY_NS = 90 * 86_400 * NS_PER_S


class Reference:
    """Renders everything that is not a market, a book or a trade."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.routes: dict[str, Callable[[Query], dict[str, Any]]] = {
            "/exchange/status": self._status,
            "/exchange/schedule": self._schedule,
            "/search/tags_by_categories": self._tags,
            "/search/filters_by_sport": self._sports,
            "/account/endpoint_costs": lambda _: {"default_cost": 10, "endpoint_costs": []},
            "/milestones": self._milestones,
            "/structured_targets": self._targets,
            "/historical/cutoff": self._cutoff,
            "/historical/markets": lambda _: {"markets": [], "cursor": ""},
            "/historical/trades": lambda _: {"trades": [], "cursor": ""},
            "/series/fee_changes": lambda _: {"series_fee_change_arr": []},
        }

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
        """Answer the tags of each category: the six that most series have, as the venue shows no more of them."""
        tags: dict[str, Counter[str]] = defaultdict(Counter)
        for series in self._world.catalogue.series.values():
            tags[series.category].update(series.tags or ())
        shown = {name: [tag for tag, _ in some.most_common(_TAGS_MAX)] or None for name, some in sorted(tags.items())}
        return {"tags_by_categories": shown}

    def _sports(self, _: Query) -> dict[str, Any]:
        """Answer scopes by sport and competition. They are in the plural here, and in the singular on a series."""
        sports: dict[str, dict[str, Any]] = {"All sports": {"scopes": {}, "competitions": {}}}
        for series in self._world.catalogue.series.values():
            if series.scope and series.tags and series.competition:
                self._enter_scope(sports, series.tags[0], series.competition, _PLURALS.get(series.scope, series.scope))
        filters = {name: _as_lists(sport) for name, sport in sports.items()}
        return {"filters_by_sports": filters, "sport_ordering": list(sports)}

    def _enter_scope(self, sports: dict[str, dict[str, Any]], sport: str, competition: str, scope: str) -> None:
        of_sport = sports.setdefault(sport, {"scopes": {}, "competitions": {}})
        sports["All sports"]["scopes"][scope] = of_sport["scopes"][scope] = True
        of_sport["competitions"].setdefault(competition, {"scopes": {}})["scopes"][scope] = True

    def _milestones(self, query: Query) -> dict[str, Any]:
        if not query.one("limit"):
            raise BadRequest("limit is required")
        limit, related = query.number("limit", 1, 500, 500), query.one("related_event_ticker")
        rows = (
            (i, row)
            for i, row in enumerate(self._milestone_rows())
            if (not related or related in row["related_event_tickers"])
            and row["start_date"] >= query.one("minimum_start_date")
            and query.one("category") in {"", row["category"]}
            and query.one("type") in {"", row["type"]}
        )
        found, cursor = page(rows, query.start(), limit)
        return {"milestones": found, "cursor": cursor}

    def _milestone_rows(self) -> Iterator[dict[str, Any]]:
        contests: dict[str, list[SimEvent]] = defaultdict(list)
        for event in self._world.events.values():
            if event.contest is not None:
                contests[event.contest].append(event)
        for contest, events in contests.items():
            game = events[0].game
            if game is None:
                yield milestone_row(contest, events)
            else:
                yield game_milestone_row(game, events, self._world.now_ns)

    def _targets(self, query: Query) -> dict[str, Any]:
        ids, kind = set(query.many("ids")), query.one("type")
        rows = (
            (i, row)
            for i, row in enumerate(target_rows(self._world.start_ns))
            if (not ids or row["id"] in ids) and kind in {"", row["type"]}
        )
        found, cursor = page(rows, query.start(), query.number("page_size", 1, 2_000, 100))
        return {"structured_targets": found, "cursor": cursor}

    def _cutoff(self, _: Query) -> dict[str, Any]:
        at = second_text(self._world.start_ns - _HISTORY_NS)
        names = ("market_settled_ts", "trades_created_ts", "orders_updated_ts", "market_positions_last_updated_ts")
        return dict.fromkeys(names, at)


def _as_lists(sport: dict[str, Any]) -> dict[str, Any]:
    competitions = {name: {"scopes": list(one["scopes"])} for name, one in sport["competitions"].items()}
    return {"scopes": list(sport["scopes"]), "competitions": competitions}
