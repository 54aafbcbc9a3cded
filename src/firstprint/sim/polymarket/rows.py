"""Events and markets as Gamma lists them: every field in the type that it has on the wire.

Source: recorded events and markets of January to September 2026. Arrays are JSON in a string; some numbers are text;
prices are as old as the venue's cache.
"""

import json
from collections.abc import Callable
from typing import Any

from firstprint.sim.polymarket.ids import lot
from firstprint.sim.polymarket.listings import Tag
from firstprint.sim.polymarket.market import SimEvent, SimMarket
from firstprint.sim.polymarket.texts import (
    DOLLAR_E4,
    NS_PER_S,
    day_text,
    eastern,
    micro_text,
    second_text,
    spaced_text,
)
from firstprint.sim.polymarket.wire import price_number
from firstprint.sim.world import course
from firstprint.sim.world.contests import Phase, SimContest, SimTeam

_UNTIMED_SHARE = 0.06
_TEAMLESS_SHARE = 0.15
_GAMELESS_CHILD_SHARE = 0.6
_STILL_ACCEPTING_SHARE = 0.3
_FEES = {"exponent": 1, "rate": 0.05, "takerOnly": True, "rebateRate": 0.15}
_PERIODS = {
    Phase.SCHEDULED: "NS",
    Phase.LIVE: "Q2",
    Phase.OVER: "VFT",
    Phase.POSTPONED: "POST",
    Phase.CANCELLED: "CANC",
}


class Rows:
    """Renders what is listed, at a moment. `quote` gives a market's best bid and ask of token 0."""

    def __init__(self, seed: int, stale_s: float, quote: Callable[[SimMarket], tuple[int, int]]) -> None:
        self._seed = seed
        self._stale_ns = int(stale_s * NS_PER_S)
        self._quote = quote

    def event(self, event: SimEvent, now_ns: int, *, nested: bool = True) -> dict[str, Any]:
        """Render an event, with its markets where `nested`."""
        plan = event.plan
        traded = sum(market.volume_e2 for market in event.markets) / 100
        row: dict[str, Any] = {
            "id": str(event.number), "ticker": plan.slug, "slug": plan.slug, "title": plan.title,
            "description": plan.description, "resolutionSource": plan.source, "startDate": micro_text(plan.listed_ns),
            "creationDate": micro_text(plan.listed_ns), "endDate": second_text(plan.deadline_ns), "active": True,
            "closed": event.closed, "archived": False, "new": False, "featured": False, "restricted": True,
            "liquidity": 10_000.25, "volume": traded, "volume24hr": traded, "createdAt": micro_text(plan.listed_ns),
            "updatedAt": micro_text(event.updated_ns), "enableOrderBook": True, "negRisk": plan.neg_risk,
            "commentCount": 0, "tags": [tag_row(tag) for tag in plan.tags], "cyom": False,
        }  # fmt: skip
        if plan.neg_risk:
            row["negRiskMarketID"] = event.markets[0].question_id[:-2] + "00"
        if plan.series is not None:
            row["series"] = [series_row(plan.series)]
            row["seriesSlug"] = plan.series[1]
        row |= self._game(event, now_ns)
        if nested:
            row["markets"] = [self.market(market, now_ns) for market in event.markets]
        return row

    def _game(self, event: SimEvent, now_ns: int) -> dict[str, Any]:
        """Render what an event says of its game; a child event mostly does not say which game it is."""
        plan, row = event.plan, dict[str, Any]()
        if event.starts_ns is not None:
            row = {"startTime": second_text(event.starts_ns), "eventDate": f"{eastern(event.starts_ns):%Y-%m-%d}"}
        if event.parent is not None:
            row["parentEventId"] = event.parent.number
        if event.game_id is not None and (
            event.parent is None or self._lot("game", plan.slug) >= _GAMELESS_CHILD_SHARE
        ):
            row["gameId"] = event.game_id
        if event.rescheduled_from is not None:
            row["rescheduledFromGameId"] = event.rescheduled_from
        if plan.contest is not None:
            row |= self._course(plan.contest, now_ns)
            if self._lot("teams", plan.slug) >= _TEAMLESS_SHARE:
                row["teams"] = _teams(plan.contest)
        return row

    def _course(self, contest: SimContest, now_ns: int) -> dict[str, Any]:
        phase = contest.phase(now_ns)
        row: dict[str, Any] = {"period": _PERIODS[phase], "live": phase is Phase.LIVE, "ended": phase is Phase.OVER}
        if phase in {Phase.LIVE, Phase.OVER}:
            away, home = course.scores_at(contest, now_ns)
            row["score"] = f"{home}-{away}" if contest.league.home_first else f"{away}-{home}"
        return row

    def market(self, market: SimMarket, now_ns: int, *, nested: bool = False) -> dict[str, Any]:
        """Render a market; `nested` adds its event without markets, as lists of markets have it."""
        plan, event = market.plan, market.event
        row: dict[str, Any] = {
            "id": str(market.number), "question": plan.question, "conditionId": market.condition, "slug": plan.slug,
            "resolutionSource": event.plan.source, "endDate": second_text(event.plan.deadline_ns),
            "endDateIso": day_text(event.plan.deadline_ns), "startDate": micro_text(market.listed_ns),
            "startDateIso": day_text(market.listed_ns), "description": plan.description,
            "outcomes": _array(plan.outcomes), "clobTokenIds": _array(market.tokens), "questionID": market.question_id,
            "createdAt": micro_text(market.listed_ns), "updatedAt": micro_text(market.updated_ns), "new": False,
            "featured": False, "archived": False, "restricted": True, "enableOrderBook": True,
            "orderPriceMinTickSize": price_number(market.tick_e4), "orderMinSize": 5, "negRisk": event.plan.neg_risk,
            "negRiskOther": plan.other, "volume": f"{market.volume_e2 / 100:g}", "volumeNum": market.volume_e2 / 100,
            "volume24hr": market.volume_e2 / 100, "liquidity": "1000.5", "liquidityNum": 1000.5, "makerBaseFee": 1000,
            "takerBaseFee": 1000, "feesEnabled": True, "feeType": "sports_fees_v3", "feeSchedule": _FEES,
            "secondsDelay": 1, "clearBookOnStart": event.plan.clears, "rfqEnabled": False, "ready": False,
        }  # fmt: skip
        row |= self._standing(market) | self._prices(market, now_ns)
        if plan.group:
            row["groupItemTitle"] = plan.group
        if plan.kind:
            row["sportsMarketType"] = plan.kind
        if plan.line is not None:
            row["line"] = plan.line
        if event.starts_ns is not None and self._lot("untimed", plan.slug) >= _UNTIMED_SHARE:
            row["gameStartTime"] = spaced_text(event.starts_ns)
        if event.plan.neg_risk:
            row["negRiskMarketID"] = event.markets[0].question_id[:-2] + "00"
        if nested:
            row["events"] = [self.event(event, now_ns, nested=False)]
        return row

    def _standing(self, market: SimMarket) -> dict[str, Any]:
        """Render where a market stands. A closed one may still say that it accepts orders."""
        stage = market.stage
        still = stage in {"fresh", "open", "proposed"} or (
            market.closed and self._lot("accepting", market.condition) < _STILL_ACCEPTING_SHARE
        )
        row: dict[str, Any] = {"active": stage != "inactive", "closed": market.closed, "acceptingOrders": still}
        if stage in {"proposed", "resolved"}:
            row |= {
                "umaResolutionStatus": stage,
                "umaResolutionStatuses": _array(("proposed", stage)[: 1 + market.closed]),
            }
        if stage == "resolved":
            row |= {"closedTime": spaced_text(market.updated_ns), "automaticallyResolved": True}
        return row

    def _prices(self, market: SimMarket, now_ns: int) -> dict[str, Any]:
        if market.value is not None:
            return {"outcomePrices": _array((f"{market.value:g}", f"{1 - market.value:g}"))}
        if market.stage not in {"open", "fresh"}:
            return {"outcomePrices": _array(("0", "0"))}
        if market.quoted_ns is None or now_ns - market.quoted_ns > self._stale_ns:
            market.quote, market.quoted_ns = self._quote(market), now_ns
        bid, ask = market.quote
        middle = (bid + ask) / 2 / DOLLAR_E4
        row: dict[str, Any] = {"outcomePrices": _array((f"{middle:g}", f"{1 - middle:g}"))}
        if bid > 0:
            row["bestBid"] = price_number(bid)
        if ask < DOLLAR_E4:
            row["bestAsk"] = price_number(ask)
        row["spread"] = price_number(max(0, ask - bid))
        if market.last_e4 is not None:
            row["lastTradePrice"] = price_number(market.last_e4)
        return row

    def _lot(self, what: str, name: str) -> float:
        return lot(self._seed, f"{what}/{name}")


def _array(texts: tuple[str, ...]) -> str:
    return json.dumps(texts, ensure_ascii=False)


def _teams(contest: SimContest) -> list[dict[str, Any]]:
    ordering = ("home", "away") if contest.league.home_first else ("away", "home")
    pairs = zip(contest.ordered, ordering, strict=True)
    return [team_row(team, contest.league.polymarket_prefix) | {"ordering": side} for team, side in pairs]


def team_row(team: SimTeam, league: str) -> dict[str, Any]:
    """Render a team."""
    return {"name": team.polymarket_title, "abbreviation": team.polymarket_code.lower(), "alias": team.polymarket_name,
            "league": league, "record": "", "logo": "https://example.org/logo.png"}  # fmt: skip


def tag_row(tag: Tag) -> dict[str, Any]:
    """Render a tag."""
    return {"id": str(tag.number), "label": tag.label, "slug": tag.slug, "requiresTranslation": False}


def series_row(series: tuple[int, str]) -> dict[str, Any]:
    """Render a series."""
    return {"id": str(series[0]), "ticker": series[1], "slug": series[1], "title": series[1].upper().replace("-", " "),
            "seriesType": "single", "recurrence": "daily", "active": True, "closed": False}  # fmt: skip
