"""One simulated world without sockets: what its venues and sources answer, and which links are true.

The answers come from the simulators' engines, the truth from the world behind them; linkage sees the answers alone.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from firstprint.sim.espn.scoreboard import Scoreboard
from firstprint.sim.kalshi.exchange import Exchange as KalshiExchange
from firstprint.sim.kalshi.faults import FaultScript as KalshiFaults
from firstprint.sim.kalshi.keys import KeyRing
from firstprint.sim.kalshi.rest import PREFIX
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.truth import TruthLog as KalshiTruth
from firstprint.sim.oddsapi.api import OddsApi, OddsSettings
from firstprint.sim.polymarket.exchange import Exchange as PolymarketExchange
from firstprint.sim.polymarket.faults import FaultScript as PolymarketFaults
from firstprint.sim.polymarket.settings import PolymarketSettings
from firstprint.sim.world.contests import TrueContest, TrueLink
from firstprint.sim.world.leagues import LEAGUES
from firstprint.sim.world.shared import SharedWorld

START_NS = 1_795_000_000 * 1_000_000_000
"""2026-11-18T03:06:40Z."""
Body = tuple[str, bytes]


class SimulatedAnswers(NamedTuple):
    """Bodies by source, and what is true of them: links of what trades, and all that are possible."""

    bodies: list[Body]
    links: list[TrueLink]
    possible: list[TrueLink]
    contests: list[TrueContest]


def answers_of(seed: int, *, markets: int = 600, after_s: int = 90) -> SimulatedAnswers:
    """Let a world live for a while, then ask everybody for everything.

    Listings of both venues, scoreboards of the days around, odds of every sport.
    """
    shared = SharedWorld(seed, START_NS)
    settings = SimSettings(seed=seed, markets=markets, rate_per_s=0, created_per_s=4.0, combos=0, tier="prestige")
    kalshi = KalshiExchange(settings, START_NS, KeyRing(5_000), KalshiFaults(), KalshiTruth(lambda _: None), shared)
    quiet = PolymarketSettings(seed=seed, rate_per_s=0, throttle="off")
    polymarket = PolymarketExchange(quiet, START_NS, shared, PolymarketFaults(), None)
    now_ns = START_NS
    for second in range(1, after_s + 1):
        now_ns = START_NS + second * 1_000_000_000
        kalshi.advance(now_ns)
        polymarket.advance(now_ns)
    bodies = [
        *_kalshi(kalshi, now_ns),
        *_polymarket(polymarket, now_ns),
        *_espn(shared, now_ns),
        *_odds(shared, now_ns),
    ]
    listed = {market.ticker for market in kalshi.world.plain_markets() if market.status != "finalized"}
    return SimulatedAnswers(
        bodies, polymarket.true_links(listed, tradable=True), polymarket.true_links(), shared.true_contests()
    )


def _kalshi(exchange: KalshiExchange, now_ns: int) -> Iterator[Body]:
    coming = f"with_nested_markets=true&limit=200&min_close_ts={now_ns // 1_000_000_000}"
    for path, query in (("/milestones", "limit=500"), ("/events", coming)):
        cursor = ""
        while True:
            answer = exchange.rest("GET", PREFIX + path, query + cursor, {}, now_ns)
            assert answer.status == 200, answer.body[:300]
            yield "kalshi", answer.body
            following = msgspec.json.decode(answer.body).get("cursor")
            if not following:
                break
            cursor = f"&cursor={following}"


def _polymarket(exchange: PolymarketExchange, now_ns: int) -> Iterator[Body]:
    cursor = ""
    while True:
        answer = exchange.answer("gamma", "GET", "/events/keyset", f"limit=100{cursor}", {}, now_ns)
        assert answer.status == 200, answer.body[:300]
        yield "polymarket", answer.body
        following = msgspec.json.decode(answer.body).get("next_cursor")
        if not following:
            break
        cursor = f"&after_cursor={following}"


def _espn(shared: SharedWorld, now_ns: int) -> Iterator[Body]:
    for league in LEAGUES:
        group = "&groups=50" if "mens-college-basketball" in league.espn_path else ""
        query = f"dates=20261116-20261125&limit=500{group}"
        answer = Scoreboard(shared).answer(f"/apis/site/v2/sports/{league.espn_path}/scoreboard", query, now_ns, 1)
        if answer.status == 200:
            yield "espn", answer.body


def _odds(shared: SharedWorld, now_ns: int) -> Iterator[Body]:
    settings = OddsSettings(credits=10_000)
    api = OddsApi(shared, settings)
    for league in LEAGUES:
        query = f"apiKey={settings.key}&regions=us,eu&markets=h2h,spreads,totals"
        answer = api.answer(f"/v4/sports/{league.odds_key}/odds", query, now_ns, 1)
        if answer.status == 200:
            yield "oddsapi", answer.body
