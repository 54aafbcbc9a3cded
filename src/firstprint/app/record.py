"""The main job: record every market from its creation to its settlement, in one session, until told to stop."""

import asyncio
from collections.abc import Callable

import structlog

from firstprint.app.actors import Actors
from firstprint.app.discovery import Discovery
from firstprint.app.lane import Lane
from firstprint.app.live import LiveListener
from firstprint.app.ports import Pulses, Tasks
from firstprint.app.recorder_ports import RecorderPorts, VenuePorts
from firstprint.app.selection import Selector
from firstprint.app.settings import RecorderSettings
from firstprint.app.studio import Studio
from firstprint.app.venue_recorder import Casting, VenueRecorder
from firstprint.domain.broadcast import Broadcast
from firstprint.domain.clock import NS_PER_S
from firstprint.domain.happenings import SessionClosed, SessionOpened, Stall
from firstprint.domain.record import Kind
from firstprint.lifecycle.census import Census

_log = structlog.get_logger(__name__)


class Recorder:
    """One session: opens it, keeps each venue recorded, closes it. What fails at one venue stays there.

    `venues` are the recorders of the venues by name; `live` has the figures of the live view, `capture` the state they
    come from.
    """

    def __init__(self, ports: RecorderPorts, settings: RecorderSettings, opened: SessionOpened) -> None:
        self._settings = settings
        self._opened = opened
        self.live = LiveListener()
        census = Census()
        castings = [self._casting(one, ports, settings, census) for one in ports.venues]
        hearers = [one.actors.hearer for one in castings if one is not None and one.actors.hearer is not None]
        listener = Broadcast(self.live, *hearers) if hearers else self.live
        self._studio = Studio(ports, self.live, listener, census)
        self.capture, self.scribe = self._studio.capture, self._studio.scribe
        missed_ns = opened.previous_end_wall_ns
        self.venues = {
            one.venue.name: VenueRecorder(one, one.settings or settings, self._studio, casting, missed_ns)
            for one, casting in zip(ports.venues, castings, strict=True)
        }
        self.on_tick: Callable[[], None] = lambda: None

    def _casting(
        self, one: VenuePorts, ports: RecorderPorts, settings: RecorderSettings, census: Census
    ) -> Casting | None:
        """Say which markets of a venue are chosen and who hears them; None where its lists are not read."""
        if one.directory is None:
            return None
        chosen = one.settings or settings
        selector = Selector(chosen.selection, one.sports)
        return Casting(selector, Actors(one.venue, ports.clock, chosen, selector, self.live, census))

    @property
    def pulses(self) -> Pulses | None:
        """Who watches, from outside the event loop, that frames go on coming."""
        return self._studio.pulses

    @pulses.setter
    def pulses(self, pulses: Pulses) -> None:
        self._studio.pulses = pulses

    @property
    def lanes(self) -> dict[tuple[str, int], Lane]:
        """All lanes, by venue and place."""
        return {(name, place): lane for name, one in self.venues.items() for place, lane in one.connections.items()}

    @property
    def actors(self) -> Actors | None:
        """Who hears the first venue whose lists are read."""
        return next((one.listed.actors for one in self.venues.values() if one.listed is not None), None)

    @property
    def discovery(self) -> Discovery:
        """The discovery of the first venue whose lists are read. Raises LookupError where there is none."""
        for one in self.venues.values():
            if one.listed is not None:
                return one.listed.discovery
        raise LookupError("no venue of this session is discovered by its lists")

    async def run(self, tasks: Tasks, stop: asyncio.Event) -> None:
        """Record until `stop` is set. The tasks' owner ends what was started when this returns.

        Raises VenueRefused when the only venue refuses us from the start: a wrong key, a place it does not serve.
        """
        self._studio.begin(tasks, stop)
        self.scribe.write(Kind.SESSION_OPENED, 0, self._opened)
        tasks.start("ticks", self._tick_for_ever, vital=True)
        for one in self.venues.values():
            one.start()
        await stop.wait()
        if self._studio.refusal is not None:
            raise self._studio.refusal

    def close(self) -> None:
        """End the session in order: connections first, then the session itself. The journal is closed by its owner."""
        for one in self.venues.values():
            one.stop()
        if not self.scribe.write(Kind.SESSION_CLOSED, 0, SessionClosed()):
            _log.error("session_end_not_recorded", why="the journal has no room; the next start closes the session")

    async def _tick_for_ever(self) -> None:
        clock, tick_s = self._studio.clock, self._settings.tick_s
        before_ns = clock.now().mono_ns
        while True:
            await asyncio.sleep(tick_s)
            now_ns = clock.now().mono_ns
            stalled_ns = now_ns - before_ns - int(tick_s * NS_PER_S)
            before_ns = now_ns
            self._tick(stalled_ns)

    def _tick(self, stalled_ns: int) -> None:
        self.scribe.follow_clock()
        if stalled_ns > self._settings.stall_s * NS_PER_S:
            self.scribe.write(Kind.STALL, 0, Stall(stalled_ns=stalled_ns))
        self.scribe.write(Kind.TICK)
        for one in self.venues.values():
            one.tick()
        self.look_for_silence()
        self.on_tick()

    def look_for_silence(self) -> None:
        """Steer all connections now: what is silent or unanswered is asked, or given up."""
        for one in self.venues.values():
            one.look_for_silence()

    def data_age_ms(self) -> float | None:
        """Give how old the oldest of the venues' latest frames was at receipt; None before the first."""
        ages = [one.lanes.data_age_ms() for one in self.venues.values() if one.lanes is not None]
        return max((age for age in ages if age is not None), default=None)
