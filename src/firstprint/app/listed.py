"""A venue recorded as its own lists and the selection say: every market, or those of chosen series."""

import structlog

from firstprint.app.actors import Actors
from firstprint.app.discovery import Discovery
from firstprint.app.lanes import Lanes
from firstprint.app.live import News
from firstprint.app.newcomers import Newcomers
from firstprint.app.ports import RestAnswer
from firstprint.app.recorder_ports import VenuePorts
from firstprint.app.refusals import Refusals
from firstprint.app.selection import Selector, Verdict
from firstprint.app.series_finder import SeriesFinder
from firstprint.app.settings import RecorderSettings
from firstprint.app.studio import Studio
from firstprint.domain.clock import NS_PER_S
from firstprint.domain.lifecycle import MarketState

_log = structlog.get_logger(__name__)


class ListedMarkets:
    """Finds markets by the venue's lists and its stream, and takes in those that are chosen.

    `lanes` is None where there is no stream: books are then read by REST. `missed_since_ns` is where the record before
    this session ended, Unix nanoseconds.
    """

    def __init__(
        self,
        ports: VenuePorts,
        settings: RecorderSettings,
        studio: Studio,
        actors: Actors,
        selector: Selector,
        lanes: Lanes | None,
        refusals: Refusals,
        missed_since_ns: int | None,
    ) -> None:
        self._venue = ports.venue
        self._settings = settings
        self._studio = studio
        self._lanes = lanes
        self._refusals = refusals
        self._news: News = studio.live.news[self._venue.name]
        self.actors = actors
        self.selector = selector
        self.discovery = self._joined_discovery(ports, missed_since_ns)
        self.newcomers = Newcomers(
            selector,
            actors.lineage,
            ask_events=self.discovery.look_up_events,
            ask_markets=self.discovery.look_up,
        )
        self._looking_up: set[str] = set()
        self._shelf_before = 0

    def _joined_discovery(self, ports: VenuePorts, missed_since_ns: int | None) -> Discovery:
        studio = self._studio
        discovery = Discovery(
            self._venue,
            ports.directory,
            studio.scribe,
            studio.capture,
            studio.clock,
            self._settings,
            (missed_since_ns or 0) // NS_PER_S,
            selector=self.selector,
            lineage=self.actors.lineage,
        )
        discovery.on_page = self._took_page
        discovery.on_series = self._chose_series
        discovery.wants = self._wants
        if self.selector.selection.asks_directory:
            directories, name = ports.series_directories, self._venue.name
            discovery.finder = SeriesFinder(directories, self.selector, studio.scribe, name)
        return discovery

    def start(self) -> None:
        """Begin to look, and to fill what the stream misses."""
        tasks, name = self._studio.tasks, self._venue.name
        if self._lanes is not None:
            tasks.start(f"{name}-holes", self.discovery.fill_holes)
        else:
            tasks.start(f"{name}-rest-books", self.discovery.poll_books)
        tasks.start(f"{name}-discovery", self._keep_looking)
        tasks.start(f"{name}-exchange", self.discovery.watch_exchange)
        if not self.selector.everything:
            tasks.start(f"{name}-newcomers", self.newcomers.keep_asking)

    async def _keep_looking(self) -> None:
        look = self.discovery.keep_looking
        await self._refusals.insist("discovery", lambda: look(self.interval_s), lambda: True)

    @property
    def interval_s(self) -> float:
        """How often REST is asked for what is new; beside the stream at least as often as the safety net says."""
        settings, streamed = self._settings, self._lanes is not None and self._settings.lifecycle_discovery
        intervals_s = (settings.discovery_interval_s, settings.reconcile_s if streamed else 0.0)
        return min((one for one in intervals_s if one > 0), default=0.0)

    def _took_page(self, page: RestAnswer) -> None:
        """Act on a REST body that is recorded and folded."""
        self.take_news()
        self.actors.take_page(page)

    def _chose_series(self, new: frozenset[str]) -> None:
        """Look again at markets that were heard of before their series was chosen."""
        self.newcomers.reconsider()
        if new:
            _log.info("series_chosen", new=len(new), series=len(self.selector.series or ()))
            lives, series_of = self._studio.capture.census.lives, self.actors.lineage.series_of
            self._news.listed.extend(market for market in lives if series_of(market) in new)
            self.take_news()

    def take_news(self) -> None:
        """Act on what the last frames or REST bodies told: take markets in, let markets go."""
        over = self._news.take_over()
        if over and self._lanes is not None:
            self._lanes.let_go(over)
        heard = self._news.take_heard()
        if heard or self.actors.lineage.learnt:
            heard.extend(self.newcomers.resolve())
            chosen = self.newcomers.sort(market for market in dict.fromkeys(heard) if self._takes(market))
            if self._lanes is not None and chosen:
                self._lanes.take_in(chosen)

    def _takes(self, market: str) -> bool:
        """Tell whether a market is one to record, whatever its series."""
        life = self._studio.capture.census.life(market)
        if life.over or life.state is MarketState.CLOSED or not self._settings.selection.takes(life.state):
            return False
        created_ns = life.facts.created_ns
        new = created_ns is None or created_ns >= self._studio.started_wall_ns
        return self._settings.record_open_at_start or new

    def _wants(self, market: str) -> bool:
        """Tell whether a market is one to record."""
        of_venue = self._studio.capture.census.life(market).venue == self._venue.name
        chosen = self.selector.judge(self.actors.lineage.series_of(market)) is Verdict.WANTED
        return of_venue and chosen and self._takes(market)

    def tick(self) -> None:
        """Do what is due each second."""
        self.take_news()
        self._look_up_unknown()
        self.actors.note_cached()

    def _look_up_unknown(self) -> None:
        """Ask REST about markets that the stream speaks of and nobody has listed (F29); the shelf only grows."""
        capture = self._studio.capture
        if len(capture.shelf) == self._shelf_before or not self._studio.running:
            return
        self._shelf_before = len(capture.shelf)
        present, lives = capture.attendance.present, capture.census.lives
        unknown = {market for market in capture.shelf if market not in present and market not in lives}
        fresh = sorted(unknown - self._looking_up)
        if fresh:
            self._looking_up.update(fresh)
            self._studio.tasks.start(f"look-up-{fresh[0]}", lambda: self.discovery.look_up(fresh))
