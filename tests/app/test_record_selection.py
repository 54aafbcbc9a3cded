"""The recorder with a selection, on virtual time against the simulated venue: only what was chosen is subscribed."""

import asyncio
from pathlib import Path

import msgspec
from test_record import Stage, _stage

from firstprint.app.selection import Selection, SeriesQuestion
from firstprint.app.series_finder import SeriesFound
from firstprint.app.settings import RecorderSettings
from firstprint.domain.errors import VenueUnavailable
from firstprint.domain.record import Kind
from firstprint.linkage.leagues import League

WORLD = {"markets": 40, "created_per_s": 2.0, "compression": 600.0}
BASEBALL = League(code="MLB", game="KXMLBGAME", spread="KXMLBSPREAD", total="KXMLBTOTAL")
COINS = ("KXBTC15M", "KXETH15M", "KXSOL15M")


def _subscribed(stage: Stage) -> set[str]:
    """Give every market that a command ever named."""
    names: set[str] = set()
    for record in stage.journal.of(Kind.FRAME_OUT):
        params = msgspec.json.decode(record.payload).get("params", {})
        names.update(params.get("market_tickers", ()))
    return names


def _series_of(stage: Stage, markets: set[str]) -> set[str]:
    """Say by the world's own book to which series markets belong."""
    world = stage.pump.exchange.world
    return {world.by_ticker[market].plan.event.series.ticker for market in markets}


def test_only_the_series_of_the_league_are_subscribed(tmp_path: Path) -> None:
    """A3, A6: with one league, its markets and those created later join; no other market ever does."""
    settings = RecorderSettings(selection=Selection(leagues=(BASEBALL,)), reconcile_s=20.0)

    async def act(stage: Stage) -> None:
        await stage.recorder.discovery.reconciled.wait()
        before = len(stage.placement)
        for _ in range(120):
            await asyncio.sleep(1.0)
            if len(_subscribed(stage)) > before + 5:
                break

    stage = _stage(act, tmp_path, settings, **WORLD)
    subscribed = _subscribed(stage)
    assert subscribed
    assert _series_of(stage, subscribed) <= set(BASEBALL.series)
    assert "created" in stage.recorder.live.lifecycle_events


def test_series_that_roll_every_quarter_of_an_hour_join_each_time(tmp_path: Path) -> None:
    """Issue 3: the markets of a 15-minute series join whenever a new one is created, by the stream alone."""
    settings = RecorderSettings(selection=Selection(series=COINS), discovery_interval_s=0.0, reconcile_s=0.0)

    async def act(stage: Stage) -> None:
        for _ in range(600):
            await asyncio.sleep(1.0)
            if len(_subscribed(stage)) >= 9:
                return

    stage = _stage(act, tmp_path, settings, **(WORLD | {"created_per_s": 4.0}))
    assert len(_subscribed(stage)) >= 9
    assert _series_of(stage, _subscribed(stage)) == set(COINS)


def test_without_the_stream_new_markets_join_within_an_interval(tmp_path: Path) -> None:
    """B8, A1, A2: REST-polled discovery with a selection finds what is created, and only that."""
    settings = RecorderSettings(
        selection=Selection(series=COINS), lifecycle_discovery=False, discovery_interval_s=20.0
    )  # fmt: skip
    late: list[str] = []

    async def act(stage: Stage) -> None:
        await stage.recorder.discovery.reconciled.wait()
        known = set(stage.recorder.capture.census.lives)
        for _ in range(600):
            await asyncio.sleep(1.0)
            late[:] = stage.placement.places.get(1, set()) - known
            if late:
                return

    stage = _stage(act, tmp_path, settings, **(WORLD | {"created_per_s": 4.0}))
    assert late
    assert _series_of(stage, set(late)) <= set(COINS)


def test_markets_wait_for_their_opening_when_only_open_ones_are_chosen(tmp_path: Path) -> None:
    """D2: with MARKET_STATUS_FILTER=active a created market joins when the clock opens it, without any message."""
    settings = RecorderSettings(selection=Selection(statuses=("active", "inactive")))
    seen: list[tuple[str, str]] = []

    async def act(stage: Stage) -> None:
        recorder = stage.recorder
        created = set()
        for _ in range(300):
            await asyncio.sleep(0.25)
            states = {market: life.state.value for market, life in recorder.capture.census.lives.items()}
            created |= {market for market, state in states.items() if state == "initialized"}
            placed = set().union(*stage.placement.places.values())
            assert not placed & {market for market, state in states.items() if state == "initialized"}
            seen[:] = [(market, states[market]) for market in created & placed]
            if seen:
                return

    _stage(act, tmp_path, settings, **WORLD)
    assert seen, "nobody who was created ever joined"


def test_a_game_that_was_created_weeks_ahead_is_recorded_before_it_opens(tmp_path: Path) -> None:
    """Issue 3: an unopened market of a chosen series is subscribed from its listing on."""
    settings = RecorderSettings(selection=Selection(leagues=(BASEBALL,)))
    unopened: set[str] = set()

    async def act(stage: Stage) -> None:
        for _ in range(300):
            await asyncio.sleep(1.0)
            lives = stage.recorder.capture.census.lives
            present = stage.recorder.capture.attendance.present
            unopened.update(market for market in present if lives[market].state.value == "initialized")
            if unopened:
                return

    _stage(act, tmp_path, settings, **(WORLD | {"compression": 60.0}))
    assert unopened


class Forgetful:
    """A directory that is away at first."""

    name = "somebody"

    def __init__(self, *series: str) -> None:
        self.series = frozenset(series)
        self.asked = 0

    async def find(self, question: SeriesQuestion) -> SeriesFound:
        self.asked += 1
        if self.asked < 4:
            raise VenueUnavailable("series", 503, "away")
        return SeriesFound(self.series, ())


def test_while_nobody_can_name_the_series_markets_wait_and_then_join(tmp_path: Path) -> None:
    """C6, A9: until the directory answers nothing is subscribed and nothing lost; then the chosen markets join."""
    settings = RecorderSettings(selection=Selection(category="Sports"))
    directory = Forgetful(*BASEBALL.series)
    early: list[int] = []

    async def act(stage: Stage) -> None:
        discovery = stage.recorder.discovery
        assert discovery.finder is not None
        discovery.finder._directories = (directory,)
        await asyncio.sleep(2.5)
        early.append(len(stage.placement))
        for _ in range(100):
            await asyncio.sleep(1.0)
            if len(stage.placement):
                return

    stage = _stage(act, tmp_path, settings, **WORLD)
    assert early == [0]
    assert directory.asked >= 4
    assert _subscribed(stage)
    assert _series_of(stage, _subscribed(stage)) <= set(BASEBALL.series)
    assert stage.recorder.discovery.failing == {}
