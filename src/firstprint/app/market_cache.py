"""The market cache: what each market is, from REST, and what it costs now, from the stream. Requirement D3.

An entry is never changed, only replaced, so that a reader in any thread has one that is whole.
"""

from collections.abc import Iterable, Mapping

import msgspec

from firstprint.app.lineage import Lineage
from firstprint.domain.deaf import Deaf
from firstprint.domain.entries import MarketEntry
from firstprint.domain.instruments import Market
from firstprint.domain.lifecycle import Cause, LifecycleEvent, MarketState, Participation, Transition
from firstprint.domain.marketdata import FrameStamp, Ticker
from firstprint.domain.units import DOLLAR_E6
from firstprint.lifecycle.life import MarketLife

MARKETS_MAX = 200_000


class CachedMarket(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A market now. Prices in 1e-6 dollars, volume in 1e-6 contracts, times in Unix nanoseconds; None: not known.

    `status` is the venue's word at its last listing, or the state that the stream or the clock has told since. The ask
    of a side is one dollar minus the other side's bid.
    """

    ticker: str
    series: str | None = None
    event: str | None = None
    title: str | None = None
    subtitle: str | None = None
    status: str | None = None
    yes_bid_e6: int | None = None
    yes_ask_e6: int | None = None
    no_bid_e6: int | None = None
    no_ask_e6: int | None = None
    volume_e6: int | None = None
    rest_wall_ns: int | None = None
    stream_wall_ns: int | None = None


class MarketCache(Deaf):
    """A CaptureListener that keeps the latest of each market. Settled ones leave; when full, the oldest give way."""

    def __init__(self, lives: Mapping[str, MarketLife], lineage: Lineage, markets_max: int = MARKETS_MAX) -> None:
        self._lives = lives
        self._lineage = lineage
        self._markets_max = markets_max
        self._markets: dict[str, CachedMarket] = {}
        self.evicted = 0

    def __len__(self) -> int:
        return len(self._markets)

    def get(self, ticker: str) -> CachedMarket | None:
        """Give a market as it is now; None when it is not in the cache."""
        return self._markets.get(ticker)

    def all(self) -> list[CachedMarket]:
        """Give all markets; each entry is whole, and later changes do not reach the list."""
        return list(self._markets.values())

    def take_listed(self, entries: Iterable[MarketEntry], wall_ns: int) -> None:
        """Take what REST lists: all but prices."""
        for entry in entries:
            held = self._held(entry.ticker)
            self._keep(
                msgspec.structs.replace(
                    held,
                    series=entry.series_ticker or held.series or self._lineage.series_of(entry.ticker),
                    event=entry.event_ticker or held.event,
                    title=entry.title or held.title,
                    subtitle=entry.yes_sub_title or entry.subtitle or held.subtitle,
                    status=entry.status or held.status,
                    rest_wall_ns=wall_ns,
                )
            )

    def _held(self, ticker: str) -> CachedMarket:
        """Give what is held of a market, or else what the census knows of it."""
        held = self._markets.get(ticker)
        if held is not None:
            return held
        life = self._lives.get(ticker)
        if life is None:
            return CachedMarket(ticker=ticker)
        facts, series = life.facts, self._lineage.series_of(ticker)
        return CachedMarket(
            ticker=ticker, series=series, event=facts.event_ticker, title=facts.title, status=facts.status
        )

    def _keep(self, market: CachedMarket) -> None:
        life = self._lives.get(market.ticker)
        if life is not None and life.state is MarketState.SETTLED:
            self._markets.pop(market.ticker, None)
            return
        if market.ticker not in self._markets and len(self._markets) >= self._markets_max:
            del self._markets[next(iter(self._markets))]
            self.evicted += 1
        self._markets[market.ticker] = market

    def on_joined(self, participation: Participation) -> None:
        """Hold every market that is recorded."""
        self._keep(self._held(participation.market))

    def on_ticker(self, stamp: FrameStamp, ticker: Ticker) -> None:
        """Take the prices; one that the venue leaves out is not known any more."""
        yes_bid_e6, yes_ask_e6 = ticker.yes_bid_e6, ticker.yes_ask_e6
        self._keep(
            msgspec.structs.replace(
                self._held(ticker.market),
                yes_bid_e6=yes_bid_e6,
                yes_ask_e6=yes_ask_e6,
                no_bid_e6=None if yes_ask_e6 is None else DOLLAR_E6 - yes_ask_e6,
                no_ask_e6=None if yes_bid_e6 is None else DOLLAR_E6 - yes_bid_e6,
                volume_e6=ticker.volume_e6,
                stream_wall_ns=stamp.wall_ns,
            )
        )

    def on_lifecycle(self, stamp: FrameStamp, event: LifecycleEvent) -> None:
        """Take the words of a market that is created, or whose words change."""
        details = event.raw.get("additional_metadata", event.raw)
        words = details.get("yes_sub_title") if isinstance(details, dict) else None
        if event.market is not None and isinstance(words, str) and words:
            self._keep(msgspec.structs.replace(self._held(event.market), subtitle=words, stream_wall_ns=stamp.wall_ns))

    def on_market(self, stamp: FrameStamp, market: Market, cause: Cause) -> None:
        """Take what the stream says of a market; what REST lists comes whole by `take_listed`."""
        if cause is Cause.STREAM:
            held = self._held(market.ticker)
            self._keep(
                msgspec.structs.replace(
                    held,
                    series=self._lineage.series_of(market.ticker),
                    event=market.event_ticker or held.event,
                    title=market.title or held.title,
                    status=market.status or held.status,
                    stream_wall_ns=stamp.wall_ns,
                )
            )

    def on_transition(self, transition: Transition) -> None:
        """Take a market's new state; a settled one leaves."""
        if transition.after is MarketState.SETTLED:
            self._markets.pop(transition.market, None)
        elif transition.market in self._markets:
            held = self._markets[transition.market]
            self._markets[transition.market] = msgspec.structs.replace(held, status=transition.after.value)
