"""The main job: record every market from its creation to its settlement, in one session, until told to stop."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from typing import Any

import msgspec
import structlog

from firstprint.app.actors import Actors
from firstprint.app.capture import Capture
from firstprint.app.discovery import Discovery
from firstprint.app.lane import Lane
from firstprint.app.newcomers import Newcomers
from firstprint.app.placement import Placement
from firstprint.app.ports import (
    Course,
    Dialer,
    JournalWriter,
    MarketDirectory,
    Patience,
    Pulses,
    RestAnswer,
    Tasks,
    Venue,
)
from firstprint.app.scribe import Scribe
from firstprint.app.selection import Selector, Verdict
from firstprint.app.series_finder import SeriesDirectory, SeriesFinder
from firstprint.app.settings import RecorderSettings
from firstprint.domain.clock import NS_PER_MS, NS_PER_S, Clock
from firstprint.domain.errors import VenueRefused
from firstprint.domain.happenings import SessionClosed, SessionOpened, Stall
from firstprint.domain.lifecycle import MarketState
from firstprint.domain.record import Kind

_log = structlog.get_logger(__name__)

REFUSED_PAUSE_S = 60.0
"""How long a venue that had let us in, and then refuses us, is left alone before it is asked again."""


class RecorderPorts(msgspec.Struct, kw_only=True):
    """Everything outside that the recorder needs. `dialer` is None where there is no key: then REST alone is used.

    `series_directories` are asked which series a category or tags mean, the preferred one first; `sports` are series
    known to be sports without asking.
    """

    venue: Any
    directory: Any
    journal: Any
    clock: Any
    patience: Callable[[], Patience]
    dialer: Any = None
    series_directories: Sequence[SeriesDirectory] = ()
    sports: frozenset[str] = frozenset()


class Recorder:
    """One session: opens it, keeps its connections and its discovery going, closes it.

    `live` has the figures of the live view; `capture` the state they come from.
    """

    def __init__(self, ports: RecorderPorts, settings: RecorderSettings, opened: SessionOpened) -> None:
        self._venue: Venue = ports.venue
        self._dialer: Dialer | None = ports.dialer
        self._directory: MarketDirectory = ports.directory
        self._journal: JournalWriter = ports.journal
        self._clock: Clock = ports.clock
        self._patience = ports.patience
        self._settings = settings
        self._opened = opened
        self._started_wall_ns = self._clock.now().wall_ns
        self.selector = Selector(settings.selection, ports.sports)
        self.actors = Actors(self._venue, self._clock, settings, self.selector)
        self.live = self.actors.live
        self.capture = Capture(self._venue, self.actors.listener, self.actors.census)
        self.scribe = Scribe(self._journal, self.capture, self._clock)
        self.discovery = self._joined_discovery(ports.series_directories)
        self.newcomers = Newcomers(
            self.selector,
            self.actors.lineage,
            ask_events=self.discovery.look_up_events,
            ask_markets=self.discovery.look_up,
        )
        own_lane = self._dialer is not None and settings.lifecycle_discovery
        self.placement = Placement(self._room, max(1, settings.connections_max - own_lane))
        self.lanes: dict[int, Lane] = {}
        self._numbers = count(1)
        self._tasks: Tasks | None = None
        self._looking_up: set[str] = set()
        self._shelf_before = 0
        self._crowded = False
        self._refusal: VenueRefused | None = None
        self._stop = asyncio.Event()
        self.pulses: Pulses | None = None
        self.on_tick: Callable[[], None] = lambda: None

    def _joined_discovery(self, directories: Sequence[SeriesDirectory]) -> Discovery:
        missed_since_s = (self._opened.previous_end_wall_ns or 0) // NS_PER_S
        discovery = Discovery(
            self._venue,
            self._directory,
            self.scribe,
            self.capture,
            self._clock,
            self._settings,
            missed_since_s,
            selector=self.selector,
            lineage=self.actors.lineage,
        )
        discovery.on_page = self._took_page
        discovery.on_series = self._chose_series
        discovery.wants = self._wants
        if self.selector.selection.asks_directory:
            discovery.finder = SeriesFinder(directories, self.selector, self.scribe)
        return discovery

    async def run(self, tasks: Tasks, stop: asyncio.Event) -> None:
        """Record until `stop` is set. The tasks' owner ends what was started when this returns.

        Raises VenueRefused when the venue refuses us from the start: a wrong key, a place it does not serve.
        """
        self._tasks, self._stop = tasks, stop
        self.scribe.write(Kind.SESSION_OPENED, 0, self._opened)
        tasks.start("ticks", self._tick_for_ever, vital=True)
        if self._dialer is not None:
            if self._settings.lifecycle_discovery:
                self._lane(0, "lifecycle")
            tasks.start("holes", self.discovery.fill_holes)
        else:
            tasks.start("rest-books", self.discovery.poll_books)
        tasks.start("discovery", lambda: self._heed_refusal(self.discovery.keep_looking(self._interval_s)))
        tasks.start("exchange", self.discovery.watch_exchange)
        if not self.selector.everything:
            tasks.start("newcomers", self.newcomers.keep_asking)
        await stop.wait()
        if self._refusal is not None:
            raise self._refusal

    @property
    def _interval_s(self) -> float:
        """How often REST is asked for what is new; beside the stream at least as often as the safety net says."""
        settings, streamed = self._settings, self._dialer is not None and self._settings.lifecycle_discovery
        intervals_s = (settings.discovery_interval_s, settings.reconcile_s if streamed else 0.0)
        return min((one for one in intervals_s if one > 0), default=0.0)

    async def _heed_refusal(self, work: Awaitable[None]) -> None:
        """Do work that ends the recording where the venue refuses it for good."""
        try:
            await work
        except VenueRefused as error:
            self._refusal = error
            self._stop.set()

    async def _keep_lane(self, lane: Lane) -> None:
        """Keep a lane up. Refused before any connection stood, everything ends; later on the lane waits (F06, F07)."""
        while True:
            try:
                await lane.keep()
            except VenueRefused as error:
                if not self.capture.counts:
                    raise
                _log.error("venue_refuses", lane=lane.purpose, error=str(error), again_in_s=REFUSED_PAUSE_S)
            else:
                return
            await asyncio.sleep(REFUSED_PAUSE_S)

    def close(self) -> None:
        """End the session in order: connections first, then the session itself. The journal is closed by its owner."""
        for lane in self.lanes.values():
            lane.stop()
        if not self.scribe.write(Kind.SESSION_CLOSED, 0, SessionClosed()):
            _log.error("session_end_not_recorded", why="the journal has no room; the next start closes the session")

    def _lane(self, place: int, purpose: str) -> Lane:
        assert self._dialer is not None and self._tasks is not None  # noqa: S101, PT018 lanes exist only while running with a key
        lane = Lane(
            purpose,
            self._venue,
            self._dialer,
            self.scribe,
            self.capture,
            self._clock,
            self._patience(),
            lambda: next(self._numbers),
        )
        lane.pulses = self.pulses
        lane.on_frames = self._take_news
        lane.on_course = self._replace
        self.lanes[place] = lane
        self._tasks.start(f"lane-{place}-{purpose}", lambda: self._heed_refusal(self._keep_lane(lane)), vital=True)
        return lane

    def _room(self, place: int) -> int:
        lane = self.lanes.get(place)
        limit = lane.markets_max if lane is not None else None
        return min(self._settings.markets_per_subscription, limit or self._settings.markets_per_subscription)

    def _took_page(self, page: RestAnswer) -> None:
        """Act on a REST body that is recorded and folded."""
        self._take_news()
        self.actors.take_page(page)

    def _chose_series(self, new: frozenset[str]) -> None:
        """Look again at markets that were heard of before their series was chosen."""
        self.newcomers.reconsider()
        if new:
            _log.info("series_chosen", new=len(new), series=len(self.selector.series or ()))
            lives, series_of = self.capture.census.lives, self.actors.lineage.series_of
            self.live.listed.extend(market for market in lives if series_of(market) in new)
            self._take_news()

    def _take_news(self) -> None:
        """Act on what the last frames or REST bodies told: take markets in, let markets go."""
        live = self.live
        if live.over:
            over, live.over = live.over, []
            self._steer(self.placement.remove(over))
            self._take_in([])
        if live.created or live.listed or live.opened or self.actors.lineage.learnt:
            heard = [*live.created, *live.listed, *live.opened, *self.newcomers.resolve()]
            live.created, live.listed, live.opened = [], [], []
            chosen = self.newcomers.sort(market for market in dict.fromkeys(heard) if self._takes(market))
            if self._dialer is not None and chosen:
                self._take_in(chosen)

    def _takes(self, market: str) -> bool:
        """Tell whether a market is one to record, whatever its series."""
        life = self.capture.census.life(market)
        if life.over or life.state is MarketState.CLOSED or not self._settings.selection.takes(life.state):
            return False
        created_ns = life.facts.created_ns
        new = created_ns is None or created_ns >= self._started_wall_ns
        return self._settings.record_open_at_start or new

    def _wants(self, market: str) -> bool:
        """Tell whether a market is one to record."""
        return self.selector.judge(self.actors.lineage.series_of(market)) is Verdict.WANTED and self._takes(market)

    def _take_in(self, markets: list[str]) -> None:
        changed = self.placement.settle() | self.placement.add(markets)
        for place in changed:
            if place not in self.lanes:
                self._lane(place, "books")
        self._steer(changed)

    def _steer(self, places: set[int]) -> None:
        for place in places:
            lane = self.lanes[place]
            lane.wanted = self.placement.places[place]
            lane.steer()

    def _replace(self, course: Course) -> None:
        """Find another place for what a connection could not take, and let go of what the venue does not know."""
        if course.refused:
            _log.warning("markets_refused", markets=course.refused[:20], count=len(course.refused))
            self._steer(self.placement.refuse(course.refused))
        if course.overflow:
            self._steer(self.placement.remove(course.overflow))
            self._take_in(course.overflow)

    async def _tick_for_ever(self) -> None:
        before_ns = self._clock.now().mono_ns
        while True:
            await asyncio.sleep(self._settings.tick_s)
            now_ns = self._clock.now().mono_ns
            stalled_ns = now_ns - before_ns - int(self._settings.tick_s * NS_PER_S)
            before_ns = now_ns
            self._tick(stalled_ns)

    def _tick(self, stalled_ns: int) -> None:
        self.scribe.follow_clock()
        if stalled_ns > self._settings.stall_s * NS_PER_S:
            self.scribe.write(Kind.STALL, 0, Stall(stalled_ns=stalled_ns))
        self.scribe.write(Kind.TICK)
        self._take_news()
        self._note_homeless()
        self.look_for_silence()
        self._look_up_unknown()
        self.actors.note_cached()
        self.on_tick()

    def _note_homeless(self) -> None:
        """Say when the connections do not suffice for all markets, and when they do again; once each."""
        homeless = len(self.placement.homeless)
        if bool(homeless) is not self._crowded:
            self._crowded = bool(homeless)
            _log.warning("markets_without_connection", count=homeless, connections=self._settings.connections_max)

    def data_age_ms(self) -> float | None:
        """Give how old the latest frame was at receipt, by the venue's clock and ours; None before the first."""
        latest = max(
            (lane.latest for lane in self.lanes.values() if lane.latest is not None),
            key=lambda one: one[1],
            default=None,
        )
        if latest is None:
            return None
        payload, mono_ns = latest
        venue_ns = self._venue.frame_ns(payload)
        now = self._clock.now()
        return None if venue_ns is None else (mono_ns + now.wall_ns - now.mono_ns - venue_ns) / NS_PER_MS

    def look_for_silence(self) -> None:
        """Steer all connections now: what is silent or unanswered is asked, or given up."""
        for lane in self.lanes.values():
            lane.steer()

    def _look_up_unknown(self) -> None:
        """Ask REST about markets that the stream speaks of and nobody has listed (F29); the shelf only grows."""
        if len(self.capture.shelf) == self._shelf_before or self._tasks is None:
            return
        self._shelf_before = len(self.capture.shelf)
        present, lives = self.capture.attendance.present, self.capture.census.lives
        unknown = {market for market in self.capture.shelf if market not in present and market not in lives}
        fresh = sorted(unknown - self._looking_up)
        if fresh:
            self._looking_up.update(fresh)
            self._tasks.start(f"look-up-{fresh[0]}", lambda: self.discovery.look_up(fresh))
