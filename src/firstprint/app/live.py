"""What the live recording listens for: markets to take in or let go, and the figures of the live view."""

from collections import Counter, defaultdict

from firstprint.app.lineage import Lineage
from firstprint.domain.deaf import Deaf
from firstprint.domain.gaps import Gap
from firstprint.domain.happenings import SessionOpened
from firstprint.domain.instruments import Market
from firstprint.domain.lifecycle import Cause, LifecycleEvent, MarketState, Transition
from firstprint.domain.marketdata import BookSnapshot, FrameStamp, Trade

_OVER = (MarketState.DETERMINED, MarketState.SETTLED)
GAPS_SHOWN = 20


class News:
    """Markets of one venue that something was told of: heard created, listed by REST, opened (by the clock), over.

    They gather until somebody takes them.
    """

    __slots__ = ("created", "listed", "opened", "over")

    def __init__(self) -> None:
        self.created: list[str] = []
        self.listed: list[str] = []
        self.opened: list[str] = []
        self.over: list[str] = []

    def take_over(self) -> list[str]:
        """Take the markets whose outcome is known."""
        over, self.over = self.over, []
        return over

    def take_heard(self) -> list[str]:
        """Take the markets that were heard of, each once."""
        heard = dict.fromkeys((*self.created, *self.listed, *self.opened))
        self.created, self.listed, self.opened = [], [], []
        return list(heard)


class LiveListener(Deaf):
    """A CaptureListener that keeps no rows: the projections read those from the journal.

    `news` gathers markets, by venue; the counters only grow. `lineage` is set where it matters which series an event
    belongs to, and learns it from here.
    """

    wants_market_data = False

    def __init__(self) -> None:
        self.news: defaultdict[str, News] = defaultdict(News)
        self._now = News()
        self.lineage: Lineage | None = None
        self.lifecycle_events: Counter[str] = Counter()
        self.gaps_opened: Counter[str] = Counter()
        self.gaps_closed = 0
        self.quarantined: Counter[str] = Counter()
        self.snapshots = 0
        self.trades = 0
        self.latest_gaps: list[Gap] = []

    def on_session_opened(self, stamp: FrameStamp, opened: SessionOpened) -> None:
        """Learn the first venue."""
        self._now = self.news[opened.venue]

    def on_venue(self, venue: str) -> None:
        """Learn whose news the next calls bring."""
        self._now = self.news[venue]

    def on_market(self, stamp: FrameStamp, market: Market, cause: Cause) -> None:
        """Remember a market that REST told something new of, and whose its event is."""
        if cause is Cause.REST:
            self._now.listed.append(market.ticker)
        if self.lineage is not None and market.event_ticker is not None and market.series_ticker is not None:
            self.lineage.learn(market.event_ticker, market.series_ticker)

    def on_transition(self, transition: Transition) -> None:
        """Remember a market that opens now, or whose outcome is known now."""
        if transition.after in _OVER:
            self._now.over.append(transition.market)
        elif transition.after is MarketState.ACTIVE:
            self._now.opened.append(transition.market)

    def on_snapshot(self, stamp: FrameStamp, snapshot: BookSnapshot) -> None:
        """Count."""
        self.snapshots += 1

    def on_trade(self, stamp: FrameStamp, trade: Trade) -> None:
        """Count."""
        self.trades += 1

    def on_lifecycle(self, stamp: FrameStamp, event: LifecycleEvent) -> None:
        """Count by type, remember a market that was created, and learn an event's series."""
        self.lifecycle_events[event.event_type] += 1
        told = event.event
        if self.lineage is not None and told is not None and told.series_ticker is not None:
            self.lineage.learn(told.ticker, told.series_ticker)
        if event.event_type == "created" and event.market is not None:
            self._now.created.append(event.market)

    def on_gap_opened(self, gap: Gap) -> None:
        """Count by reason, and show the latest."""
        self.gaps_opened[gap.reason.value] += 1
        self.latest_gaps = [*self.latest_gaps[1 - GAPS_SHOWN :], gap]

    def on_gap_closed(self, gap: Gap) -> None:
        """Count."""
        self.gaps_closed += 1

    def on_quarantined(self, stamp: FrameStamp, reason: str, detail: str, raw: bytes) -> None:
        """Count by reason."""
        self.quarantined[reason] += 1
