"""Who hears the live fold besides the recorder: the market cache, behind the gate. Nobody, unless it was asked for."""

from firstprint.app.gate import Gate
from firstprint.app.lineage import Lineage
from firstprint.app.live import LiveListener
from firstprint.app.market_cache import MarketCache
from firstprint.app.of_venue import OfVenue
from firstprint.app.ports import RestAnswer, Venue
from firstprint.app.selection import Selector
from firstprint.app.settings import RecorderSettings
from firstprint.domain.broadcast import Broadcast
from firstprint.domain.clock import Clock
from firstprint.domain.errors import MalformedMessage
from firstprint.domain.feed import CaptureListener
from firstprint.lifecycle.census import Census

_LISTS = ("/markets", "/events")


class Actors:
    """Joins cache and gate to the recorder's own listener. `cache` and `gate` are None where nobody asked for them.

    `hearer` is what hears the fold beside that listener; it hears of this venue's markets alone.
    """

    def __init__(
        self,
        venue: Venue,
        clock: Clock,
        settings: RecorderSettings,
        selector: Selector,
        live: LiveListener | None = None,
        census: Census | None = None,
    ) -> None:
        self._venue = venue
        self._clock = clock
        self.census = Census() if census is None else census
        self.lineage = Lineage(self.census.lives)
        self.live = LiveListener() if live is None else live
        self.cache: MarketCache | None = None
        self.gate: Gate | None = None
        self.hearer: OfVenue | None = None
        cached = settings.market_cache or settings.selection.sports_only
        if cached or not selector.everything:
            self.live.lineage = self.lineage
        if cached:
            self.cache = MarketCache(self.census.lives, self.lineage)
            self.gate = Gate(self.cache, selector, self.lineage)
            self.hearer = OfVenue(venue.name, self.gate)

    @property
    def listener(self) -> CaptureListener:
        """Give what hears the fold where no other venue is recorded."""
        return self.live if self.hearer is None else Broadcast(self.live, self.hearer)

    def take_page(self, page: RestAnswer) -> None:
        """Show the cache a page of a list; a row that cannot be read is in quarantine already."""
        if self.cache is None or self.gate is None or page.request.path not in _LISTS:
            return
        try:
            listed = self._venue.listed(page.request, page.body).markets
        except MalformedMessage:
            return
        chosen = (entry for entry in listed if self.gate.passes(entry.ticker))
        self.cache.take_listed(chosen, self._clock.now().wall_ns)
        self.note_cached()

    def note_cached(self) -> None:
        """Bring the counters up to date."""
        if self.gate is not None and self.cache is not None:
            self.gate.counts.markets_cached = len(self.cache)
