"""The gate before the actors: every message is checked again while running, and only what was chosen passes.

The record stays whole: what is turned away here is in the journal like everything else. Requirement D1.
"""

from collections.abc import Callable

import msgspec

from firstprint.app.lineage import Lineage
from firstprint.app.selection import Selector, Verdict
from firstprint.domain.deaf import Deaf
from firstprint.domain.feed import CaptureListener
from firstprint.domain.instruments import Market
from firstprint.domain.lifecycle import Cause, LifecycleEvent, Participation, Transition
from firstprint.domain.marketdata import BookDelta, BookSnapshot, FrameStamp, Ticker, Trade


class GateCounts(msgspec.Struct):
    """What came to the gate. Received = processed + rejected, of messages about a market or an event.

    `markets_discovered` counts the markets found to be chosen, `markets_cached` those that the cache holds now.
    """

    markets_discovered: int = 0
    markets_cached: int = 0
    messages_received: int = 0
    messages_processed: int = 0
    rejected_non_sports: int = 0
    rejected_unknown: int = 0


class Gate(Deaf):
    """A CaptureListener that passes on to another what belongs to chosen series; what is turned away is counted."""

    def __init__(self, inner: CaptureListener, selector: Selector, lineage: Lineage) -> None:
        self._inner = inner
        self._selector = selector
        self._lineage = lineage
        self._known: dict[str, bool] = {}
        self._judged_with = selector.series
        self.counts = GateCounts()

    def passes(self, market: str) -> bool:
        """Tell whether a market belongs to what is processed. A finding is kept until the choice of series grows."""
        return self._verdict(market) is Verdict.WANTED

    def _verdict(self, market: str) -> Verdict:
        if self._judged_with is not self._selector.series:
            self._judged_with = self._selector.series
            self._known = {market: True for market, passes in self._known.items() if passes}
        known = self._known.get(market)
        if known is not None:
            return Verdict.WANTED if known else Verdict.UNWANTED
        verdict = self._selector.judge(self._lineage.series_of(market))
        if verdict is not Verdict.UNKNOWN:
            self._known[market] = verdict is Verdict.WANTED
            self.counts.markets_discovered += verdict is Verdict.WANTED
        return verdict

    def _admit(self, verdict: Verdict) -> bool:
        counts = self.counts
        counts.messages_received += 1
        if verdict is Verdict.WANTED:
            counts.messages_processed += 1
            return True
        if verdict is Verdict.UNWANTED:
            counts.rejected_non_sports += 1
        else:
            counts.rejected_unknown += 1
        return False

    def on_snapshot(self, stamp: FrameStamp, snapshot: BookSnapshot) -> None:
        """Check, and pass on a whole book."""
        if self._admit(self._verdict(snapshot.market)):
            self._inner.on_snapshot(stamp, snapshot)

    def on_delta(self, stamp: FrameStamp, delta: BookDelta, *, applied: bool) -> None:
        """Check, and pass on a level change."""
        if self._admit(self._verdict(delta.market)):
            self._inner.on_delta(stamp, delta, applied=applied)

    def on_trade(self, stamp: FrameStamp, trade: Trade) -> None:
        """Check, and pass on a trade."""
        if self._admit(self._verdict(trade.market)):
            self._inner.on_trade(stamp, trade)

    def on_ticker(self, stamp: FrameStamp, ticker: Ticker) -> None:
        """Check, and pass on a ticker."""
        if self._admit(self._verdict(ticker.market)):
            self._inner.on_ticker(stamp, ticker)

    def on_lifecycle(self, stamp: FrameStamp, event: LifecycleEvent) -> None:
        """Check, and pass on a lifecycle message. A `created` one is judged by what was known before it."""
        if event.market is not None:
            verdict = self._judge_created(event) or self._verdict(event.market)
        else:
            verdict = self._selector.judge(self._lineage.series_of_event(event.event_ticker))
        if self._admit(verdict):
            self._inner.on_lifecycle(stamp, event)

    def _judge_created(self, event: LifecycleEvent) -> Verdict | None:
        """Judge a market's first message by the event that it names: the census hears it only after us."""
        if event.facts is None or event.facts.event_ticker is None:
            return None
        return self._selector.judge(self._lineage.series_of_event(event.facts.event_ticker))

    def on_market(self, stamp: FrameStamp, market: Market, cause: Cause) -> None:
        """Pass on what was said of a chosen market."""
        self._only(market.ticker, lambda: self._inner.on_market(stamp, market, cause))

    def on_transition(self, transition: Transition) -> None:
        """Pass on a chosen market's change of state."""
        self._only(transition.market, lambda: self._inner.on_transition(transition))

    def on_joined(self, participation: Participation) -> None:
        """Pass on a chosen market that entered."""
        self._only(participation.market, lambda: self._inner.on_joined(participation))

    def on_left(self, participation: Participation) -> None:
        """Pass on a chosen market that left."""
        self._only(participation.market, lambda: self._inner.on_left(participation))

    def _only(self, market: str, tell: Callable[[], None]) -> None:
        if self.passes(market):
            tell()
