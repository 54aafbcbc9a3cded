"""Discovery against a whole simulated world over real sockets: found, linked, stored, published; and nothing stale."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb
import msgspec
import pytest
from sqlalchemy import select
from tests.valkey_server import Valkey

from firstprint.bootstrap.database import master_of
from firstprint.bootstrap.deciding import decide
from firstprint.bootstrap.discovering import discovering, going_on, look_once
from firstprint.bootstrap.linking import stored
from firstprint.bootstrap.relinking import LINK_TABLES, check_no_discovery, forget_links, relink_all
from firstprint.config import Config, read_config
from firstprint.domain.errors import DataFolderError
from firstprint.domain.link_changes import GameQuery, LinkQuery
from firstprint.domain.links import Verdict
from firstprint.net.clock import SystemClock
from firstprint.sim.espn.server import SimulatedEspn
from firstprint.sim.kalshi.server import SimulatedKalshi
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.oddsapi.api import OddsSettings
from firstprint.sim.oddsapi.server import SimulatedOddsApi
from firstprint.sim.polymarket.server import SimulatedPolymarket
from firstprint.sim.polymarket.settings import PolymarketSettings
from firstprint.sim.world.shared import SharedWorld
from firstprint.sim.world.sourcing import SourceFaults
from firstprint.store.tables import metadata

LEAGUES = "NBA,NFL,NHL,MLB,WNBA,NCAAF,NCAAB,NCAAWB,EPL,LALIGA,MLS,UCL"
ODDS = OddsSettings(credits=10_000)
SLOW_S = 3.0
MONTH_S = 30 * 86_400.0


class World(NamedTuple):
    """The simulated servers, and a configuration that points at them."""

    kalshi: SimulatedKalshi
    polymarket: SimulatedPolymarket
    espn: SimulatedEspn
    odds: SimulatedOddsApi
    config: Config


@asynccontextmanager
async def running(
    folder: Path,
    *,
    seed: int = 3,
    markets: int = 400,
    created_per_s: float = 0.0,
    rest_latency_s: float = 0.0,
    **settings: str,
) -> AsyncIterator[World]:
    """Run a world, and point a configuration at it. More settings are environment variables."""
    clock = SystemClock()
    shared = SharedWorld(seed, clock.now().wall_ns)
    kalshi_settings = SimSettings(
        seed=seed, markets=markets, rate_per_s=0, created_per_s=created_per_s, combos=0, tier="prestige",
        rest_latency_s=rest_latency_s,
    )  # fmt: skip
    polymarket_settings = PolymarketSettings(seed=seed, rate_per_s=0, rest_latency_s=rest_latency_s)
    async with (
        SimulatedKalshi(kalshi_settings, clock, folder, shared=shared) as kalshi,
        SimulatedPolymarket(polymarket_settings, clock, shared) as polymarket,
        SimulatedEspn(shared, clock) as espn,
        SimulatedOddsApi(shared, clock, settings=ODDS) as odds,
    ):
        environment = {
            "FIRSTPRINT_DATA": str(folder / "data"),
            "KALSHI_REST_URL": kalshi.rest_url,
            "KALSHI_WS_URL": kalshi.ws_url,
            "KALSHI_KEY_ID": kalshi.key_id,
            "KALSHI_PRIVATE_KEY_PATH": str(kalshi.key_path),
            "POLYMARKET_GAMMA_URL": polymarket.gamma_url,
            "POLYMARKET_CLOB_URL": polymarket.clob_url,
            "POLYMARKET_WS_URL": polymarket.ws_url,
            "ESPN_URL": espn.url,
            "ODDS_API_URL": odds.url,
            "ODDS_API_KEY": ODDS.key,
            "LEAGUES": LEAGUES,
            **settings,
        }
        yield World(kalshi, polymarket, espn, odds, read_config(environment))


async def test_one_round_finds_what_is_true(tmp_path: Path, valkey: Valkey) -> None:
    """Every link is true, nearly all true ones are found, and Redis, the database and the live board agree."""
    async with (
        running(tmp_path, REDIS_URL=valkey.address.url) as world,
        discovering(world.config) as found,
    ):
        tickers = {market.ticker for market in world.kalshi.exchange.world.plain_markets()}
        live = {(one.kalshi_ticker, one.token_id) for one in world.polymarket.true_links(tickers, tradable=True)}
        await found.discovery.once()
        true = {(one.kalshi_ticker, one.token_id) for one in world.polymarket.true_links(tickers)}
        made = {(one.a_market, one.token_id) for one in found.discovery.state.linker.links()}
        assert made <= true
        assert len(made & live) >= 0.95 * len(live) > 20
        assert {one.kalshi_market for one in found.discovery.state.board.pairs.values()} == {one for one, _ in made}
        active = {game.id for game in found.discovery.active()}
    with stored(world.config) as reader:
        assert {(row.link.a_market, row.link.token_id) for row in reader.links(LinkQuery(limit=10_000))} == made
        assert active <= {game.game_id for game in reader.games(GameQuery(limit=10_000))}
    published = {key.decode().removeprefix("discovery:game:") for key in valkey.client.keys("discovery:game:*")}
    assert active <= published
    one = json.loads(valkey.client.get(f"discovery:game:{min(published)}") or b"")
    assert set(one) == {"game_id", "sport", "markets", "last_updated"}
    assert 0 < valkey.client.pttl(f"discovery:game:{min(published)}") <= 300_000


async def test_a_new_game_is_published_soon_after_both_venues_list_it(tmp_path: Path, valkey: Valkey) -> None:
    """Markets are created while the service runs; each true pair of new markets is linked and in Redis."""
    async with (
        running(tmp_path, created_per_s=8.0, REDIS_URL=valkey.address.url) as world,
        discovering(world.config) as found,
        going_on(found),
    ):
        await _until(lambda: len(found.discovery.state.board.pairs) > 0)
        before = {market.ticker for market in world.kalshi.exchange.world.plain_markets()}

        def new_pairs() -> set[str]:
            tickers = {market.ticker for market in world.kalshi.exchange.world.plain_markets()} - before
            return {one.kalshi_ticker for one in world.polymarket.true_links(tickers, tradable=True)}

        def linked() -> set[str]:
            return {one.kalshi_market for one in found.discovery.state.board.pairs.values()}

        await _until(lambda: len(new_pairs() & linked()) >= 5, within_s=60)
        game = next(
            one.contest for one in found.discovery.state.board.pairs.values() if one.kalshi_market in new_pairs()
        )
        await _until(lambda: bool(valkey.client.get(f"game:{game}:mapping")))
        tickers = {market.ticker for market in world.kalshi.exchange.world.plain_markets()}
        true = {(one.kalshi_ticker, one.token_id) for one in world.polymarket.true_links(tickers)}
        said = json.loads(valkey.client.get(f"game:{game}:mapping") or b"")
        assert {(one["a_market"], one["token_id"]) for one in said["links"]} <= true


async def test_games_are_searched_for_by_hundreds_of_requests_at_once(tmp_path: Path) -> None:
    """With answers seconds away both venues together have hundreds open, and no request comes above a limit."""
    async with running(tmp_path, markets=3_000, rest_latency_s=SLOW_S) as world:
        discovery = msgspec.structs.replace(world.config.discovery, ahead_s=MONTH_S)
        async with discovering(msgspec.structs.replace(world.config, discovery=discovery)) as found:
            await found.discovery.once()
            assert len(found.discovery.active()) >= 150
        counts = world.polymarket.counts
        assert (counts.over, counts.refused, world.kalshi.exchange.rest_throttled) == (0, 0, 0)
        assert world.kalshi.in_flight_peak >= 120
        assert counts.in_flight_peak >= 120


async def test_a_round_ends_when_it_is_told_to(tmp_path: Path) -> None:
    """Answers are far away, and somebody wants to stop: what was kept by then is a whole journal."""
    async with running(tmp_path, rest_latency_s=SLOW_S) as world:
        async with discovering(world.config) as found:
            assert not await look_once(found, lambda: asyncio.sleep(SLOW_S / 2))
            assert found.discovery.answers["espn"] > 0
            assert found.discovery.answers["polymarket"] == 0
        assert relink_all(world.config) == 1


async def test_a_round_that_nobody_stops_is_whole(tmp_path: Path) -> None:
    """It says so, and has looked everywhere."""
    async with running(tmp_path) as world, discovering(world.config) as found:
        assert await look_once(found, asyncio.Event().wait)
        assert set(found.discovery.answers) >= {"espn", "kalshi", "polymarket"}


async def test_nothing_is_rebuilt_while_a_discovery_is_under_way(tmp_path: Path) -> None:
    """Its journal is not whole yet: what it found by then would be missing from the database."""
    async with running(tmp_path) as world:
        async with discovering(world.config) as found:
            with pytest.raises(DataFolderError, match=found.run):
                check_no_discovery(world.config)
        check_no_discovery(world.config)


async def test_one_source_that_fails_stops_no_other(tmp_path: Path) -> None:
    """ESPN answers with pages of HTML and lacks teams, The Odds API is out of credits: links are made all the same."""
    async with running(tmp_path) as world:
        world.espn.faults = SourceFaults(pages=1.0)
        world.odds.api.remaining = 0
        async with discovering(world.config) as found:
            await found.discovery.once()
            assert found.discovery.failures["espn"] > 0
            assert len(list(found.discovery.state.linker.links())) > 20


async def test_without_a_key_for_odds_linkage_goes_on(tmp_path: Path) -> None:
    """No ODDS_API_KEY: one line says what it would add, and everything else is found."""
    async with running(tmp_path, ODDS_API_KEY="") as world, discovering(world.config) as found:
        assert any("ODDS_API_KEY" in notice for notice in found.notices)
        await found.discovery.once()
        assert found.discovery.answers["oddsapi"] == 0
        assert len(list(found.discovery.state.linker.links())) > 20


async def test_the_limits_of_the_venues_are_kept(tmp_path: Path) -> None:
    """With hundreds of requests in flight neither venue ever has to refuse one."""
    async with running(tmp_path) as world:
        tight = msgspec.structs.replace(world.config.discovery, ahead_s=10 * 86_400.0)
        config = msgspec.structs.replace(world.config, discovery=tight)
        async with discovering(config) as found:
            await asyncio.gather(found.discovery.once(), found.discovery.search())
        assert world.kalshi.exchange.rest_throttled == 0
        assert world.polymarket.counts.over == 0
        assert world.polymarket.counts.refused == 0


_STANDING = {"links": "retired_wall_ns", "link_refusals": "resolved_wall_ns"}
_SEEN = {"link_refusals": {"last_wall_ns"}, "refused_listings": {"last_wall_ns"}}
"""When a refusal was seen last depends on when a decision was heard of; everything else does not."""


def _rows(config: Config) -> dict[str, list[tuple[object, ...]]]:
    """Read every row that stands of what discoveries make."""
    found = {}
    with master_of(config) as engine, engine.connect() as connection:
        for name in (*LINK_TABLES, "link_decisions"):
            table = metadata.tables[name]
            query = select(*(column for column in table.columns if column.name not in _SEEN.get(name, ())))
            if name in _STANDING:
                query = query.where(table.c[_STANDING[name]].is_(None))
            found[name] = sorted((tuple(row) for row in connection.execute(query)), key=repr)
    return {name: rows for name, rows in found.items() if name != "link_history"}


def _odds_rows(config: Config) -> list[tuple[object, ...]]:
    files = str(config.data / "parquet" / "odds*" / "*" / "*" / "*.parquet")
    return sorted(duckdb.read_parquet(files, union_by_name=True).fetchall(), key=repr)


async def test_all_of_it_is_made_again_from_the_journal(tmp_path: Path) -> None:
    """Links, refusals, games, odds and a person's decision are the same, row by row, after a rebuild."""
    async with running(tmp_path) as world:
        async with discovering(world.config) as found:
            await found.discovery.once()
            one = next(iter(found.discovery.state.board.pairs.values()))
        pair = (f"kalshi:{one.kalshi_market}", f"polymarket:{one.condition_id}")
        decide(world.config, *pair, Verdict.DIFFERENT, "kim", "the rules differ")
        async with discovering(world.config) as found:
            await found.discovery.once()
            assert one.kalshi_market not in {it.kalshi_market for it in found.discovery.state.board.pairs.values()}
        before, odds = _rows(world.config), _odds_rows(world.config)
        assert len(before["links"]) > 20
        assert odds
        forget_links(world.config)
        assert not _rows(world.config)["links"]
        assert relink_all(world.config) == 3
        after = _rows(world.config)
        for name, rows in before.items():
            assert after[name] == rows, name
        assert _odds_rows(world.config) == odds


async def _until(condition: Callable[[], bool], within_s: float = 30.0) -> None:
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 what is waited for is in another process or thread
            await asyncio.sleep(0.05)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
