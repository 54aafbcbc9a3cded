"""The connections of one venue: which market is recorded on which, and what keeps them up."""

from collections.abc import Callable, Iterable

import structlog

from firstprint.app.lane import Lane
from firstprint.app.placement import Placement
from firstprint.app.ports import Course, Dialer, Venue
from firstprint.app.refusals import Refusals
from firstprint.app.settings import RecorderSettings
from firstprint.app.studio import Studio
from firstprint.domain.clock import NS_PER_MS

_log = structlog.get_logger(__name__)


class Lanes:
    """All lanes of a venue, by place. Place 0 is the lifecycle's, where the venue has a lane of its own for it.

    `on_frames` is called after each batch of frames, `on_ask` with markets whose books REST shall be asked for.
    """

    def __init__(
        self,
        venue: Venue,
        dialer: Dialer,
        studio: Studio,
        settings: RecorderSettings,
        refusals: Refusals,
        *,
        lifecycle: bool,
    ) -> None:
        self._venue = venue
        self._dialer = dialer
        self._studio = studio
        self._settings = settings
        self._refusals = refusals
        self._lifecycle = lifecycle
        self.placement = Placement(self._room, max(1, settings.connections_max - lifecycle))
        self.all: dict[int, Lane] = {}
        self.on_frames: Callable[[], None] = lambda: None
        self.on_ask: Callable[[list[str]], None] = lambda _: None
        self._crowded = False

    def start(self) -> None:
        """Open what is needed before any market is known."""
        if self._lifecycle:
            self._lane(0, "lifecycle")

    def _room(self, place: int) -> int:
        lane = self.all.get(place)
        limit = lane.markets_max if lane is not None else None
        return min(self._settings.markets_per_subscription, limit or self._settings.markets_per_subscription)

    def _lane(self, place: int, purpose: str) -> None:
        studio = self._studio
        lane = Lane(
            purpose,
            self._venue,
            self._dialer,
            studio.scribe,
            studio.capture,
            studio.clock,
            studio.patience(),
            studio.next_connection,
        )
        lane.pulses = studio.pulses
        lane.on_frames = self.on_frames
        lane.on_course = self._follow
        self.all[place] = lane
        name = f"{self._venue.name}-lane-{place}-{purpose}"
        studio.tasks.start(name, lambda: self._keep(lane), vital=studio.alone)

    async def _keep(self, lane: Lane) -> None:
        """Keep a lane up. Refused before any connection stood, a venue alone ends the session; later on it waits."""
        await self._refusals.insist(lane.purpose, lane.keep, lambda: not self._studio.capture.counts)

    def take_in(self, markets: Iterable[str]) -> None:
        """Give markets a place, those that have waited first."""
        changed = self.placement.settle() | self.placement.add(markets)
        for place in changed:
            if place not in self.all:
                self._lane(place, "books")
        self._steer(changed)

    def let_go(self, markets: Iterable[str]) -> None:
        """Record markets no more; those that wait for a place may have theirs."""
        self._steer(self.placement.remove(markets))
        self.take_in(())

    def _steer(self, places: set[int]) -> None:
        for place in places:
            lane = self.all[place]
            lane.wanted = self.placement.places[place]
            lane.steer()

    def _follow(self, course: Course) -> None:
        """Do what a connection could not: find other places, let go of what is unknown there, ask REST."""
        if course.refused:
            _log.warning("markets_refused", venue=self._venue.name, markets=course.refused[:20],
                         count=len(course.refused))  # fmt: skip
            self._steer(self.placement.refuse(course.refused))
        if course.overflow:
            self._steer(self.placement.remove(course.overflow))
            self.take_in(course.overflow)
        if course.ask:
            self.on_ask(course.ask)

    def look_for_silence(self) -> None:
        """Steer all connections now: what is silent or unanswered is asked, or given up."""
        for lane in tuple(self.all.values()):
            lane.steer()

    def note_homeless(self) -> None:
        """Say when the connections do not suffice for all markets, and when they do again; once each."""
        homeless = len(self.placement.homeless)
        if bool(homeless) is not self._crowded:
            self._crowded = bool(homeless)
            most = self._settings.connections_max
            _log.warning("markets_without_connection", venue=self._venue.name, count=homeless, connections=most)

    def data_age_ms(self) -> float | None:
        """Give how old the latest frame was at receipt, by the venue's clock and ours; None before the first."""
        latest = [lane.latest for lane in self.all.values() if lane.latest is not None]
        if not latest:
            return None
        payload, mono_ns = max(latest, key=lambda one: one[1])
        venue_ns, now = self._venue.frame_ns(payload), self._studio.clock.now()
        return None if venue_ns is None else (mono_ns + now.wall_ns - now.mono_ns - venue_ns) / NS_PER_MS

    def stop(self) -> None:
        """End all connections because the session ends."""
        for lane in self.all.values():
            lane.stop()
