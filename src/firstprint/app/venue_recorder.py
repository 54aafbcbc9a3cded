"""One venue's part of a recording: its connections, and what decides which markets are on them."""

from collections.abc import Iterable, Mapping

from firstprint.app.actors import Actors
from firstprint.app.lane import Lane
from firstprint.app.lanes import Lanes
from firstprint.app.listed import ListedMarkets
from firstprint.app.ports import Venue
from firstprint.app.recorder_ports import VenuePorts
from firstprint.app.refusals import Refusals
from firstprint.app.selection import Selector
from firstprint.app.settings import RecorderSettings
from firstprint.app.studio import Studio
from firstprint.app.wanted import WantedMarkets


class Casting:
    """Who hears a venue's markets, and which are chosen, known before anything is folded. None of it asks anything."""

    def __init__(self, selector: Selector, actors: Actors) -> None:
        self.selector = selector
        self.actors = actors


class VenueRecorder:
    """Records one venue in the session of a studio.

    `listed` is there for a venue that is recorded as its lists say, `wanted` for one that is recorded on demand.
    """

    def __init__(
        self,
        ports: VenuePorts,
        settings: RecorderSettings,
        studio: Studio,
        casting: Casting | None,
        missed_since_ns: int | None,
    ) -> None:
        self.venue: Venue = ports.venue
        self.settings = settings
        self.refusals = Refusals(self.venue.name, studio)
        self.lanes = self._joined_lanes(ports, studio)
        self.listed: ListedMarkets | None = None
        self.wanted: WantedMarkets | None = None
        if casting is not None:
            self.listed = ListedMarkets(
                ports, settings, studio, casting.actors, casting.selector, self.lanes, self.refusals, missed_since_ns
            )
        if ports.lookup is not None:
            self.wanted = WantedMarkets(self.venue, ports.lookup, settings, studio, self.lanes)

    def _joined_lanes(self, ports: VenuePorts, studio: Studio) -> Lanes | None:
        if ports.dialer is None:
            return None
        lifecycle = self.settings.lifecycle_discovery
        lanes = Lanes(self.venue, ports.dialer, studio, self.settings, self.refusals, lifecycle=lifecycle)
        lanes.on_frames = self.take_news
        return lanes

    @property
    def name(self) -> str:
        """The venue's name."""
        return self.venue.name

    @property
    def connections(self) -> Mapping[int, Lane]:
        """The venue's lanes by place."""
        return {} if self.lanes is None else self.lanes.all

    @property
    def failing(self) -> dict[str, str]:
        """What does not work now, with the error: for people."""
        listed = {} if self.listed is None else self.listed.discovery.failing
        wanted = {} if self.wanted is None else self.wanted.failing
        up = any(lane.up for lane in self.connections.values())
        refused = {} if self.refusals.latest is None or up else {"refused": self.refusals.latest}
        return {**listed, **wanted, **refused}

    @property
    def failures(self) -> int:
        """How often the venue refused us or did not answer REST."""
        listed = 0 if self.listed is None else self.listed.discovery.failures
        wanted = 0 if self.wanted is None else self.wanted.failures
        return listed + wanted + self.refusals.count

    def start(self) -> None:
        """Open connections and begin to ask."""
        if self.lanes is not None:
            self.lanes.start()
        for each in (self.listed, self.wanted):
            if each is not None:
                each.start()

    def want(self, markets: Iterable[str]) -> None:
        """Record markets by name, at a venue that is recorded on demand; elsewhere the selection decides alone."""
        if self.wanted is not None:
            self.wanted.want(markets)

    def unwant(self, markets: Iterable[str]) -> None:
        """Record markets no more, at a venue that is recorded on demand."""
        if self.wanted is not None:
            self.wanted.unwant(markets)

    def take_news(self) -> None:
        """Act on what the last frames or REST bodies told."""
        if self.listed is not None:
            self.listed.take_news()
        if self.wanted is not None:
            self.wanted.take_news()

    def tick(self) -> None:
        """Do what is due each second."""
        for each in (self.listed, self.wanted):
            if each is not None:
                each.tick()
        if self.lanes is not None:
            self.lanes.note_homeless()

    def look_for_silence(self) -> None:
        """Steer all connections now."""
        if self.lanes is not None:
            self.lanes.look_for_silence()

    def stop(self) -> None:
        """End all connections because the session ends."""
        if self.lanes is not None:
            self.lanes.stop()
