"""One market's life: three witnesses tell facts, in any order, and the state only ever follows from all of them.

The rules:

1. A life goes forward: INITIALIZED, ACTIVE or INACTIVE, CLOSED, DETERMINED, SETTLED. A witness who tells of an earlier
   stage is late or stale (REST may be 15 s behind) and changes facts, not the state.
2. A market opens at its open time, and closes at its close time, paused or not, without any message: the clock is a
   witness.
3. A close time that moves into the future opens a market again that only the clock had closed.
4. A status word we do not know is kept as a fact, and moves nothing. The words are Kalshi's; other venues' are told
   by them, each in its own folder.
5. A creation told on the stream is the oldest word on a market, whenever it comes: it fills in what nobody has said,
   and corrects an earlier creation, but overrules no other witness.

Source: docs/venues/kalshi.md, lifecycle; faults F42 to F47.
"""

import msgspec

from firstprint.domain.instruments import Market
from firstprint.domain.lifecycle import Cause, MarketState

_STAGE = {
    MarketState.UNKNOWN: 0,
    MarketState.INITIALIZED: 1,
    MarketState.ACTIVE: 2,
    MarketState.INACTIVE: 2,
    MarketState.CLOSED: 3,
    MarketState.DETERMINED: 4,
    MarketState.SETTLED: 5,
}

_STATE_OF_STATUS = {
    "initialized": MarketState.INITIALIZED,
    "active": MarketState.ACTIVE,
    "inactive": MarketState.INACTIVE,
    "closed": MarketState.CLOSED,
    "determined": MarketState.DETERMINED,
    "disputed": MarketState.DETERMINED,
    "amended": MarketState.DETERMINED,
    "finalized": MarketState.SETTLED,
}

_TRADING = (MarketState.ACTIVE, MarketState.INACTIVE)
_FIELDS = tuple(field for field in Market.__struct_fields__ if field != "ticker")


class MarketLife:
    """What is known of one market: merged facts, the state that follows, and which witness caused the last change.

    `venue` is whose market it is; `told` says that somebody has stated a fact of it.
    """

    __slots__ = ("_by_clock_alone", "_paused", "_revised", "cause", "facts", "state", "told", "venue")

    def __init__(self, ticker: str) -> None:
        self.facts = Market(ticker=ticker)
        self.state = MarketState.UNKNOWN
        self.cause: Cause | None = None
        self.venue = ""
        self.told = False
        self._by_clock_alone = False
        self._paused = False
        self._revised: frozenset[str] = frozenset()

    def learn(self, told: Market, cause: Cause, now_wall_ns: int) -> bool:
        """Take facts from a witness (None means that it said nothing of a field); tell whether the state changed."""
        stated = _STATE_OF_STATUS.get(told.status or "", MarketState.UNKNOWN)
        before, self.told = self.state, True
        self._merge(told, created=cause is Cause.STREAM and stated is MarketState.INITIALIZED)
        if stated is not MarketState.UNKNOWN:
            self._advance(stated, cause)
        if self.facts.close_ns is not None and self.facts.close_ns > now_wall_ns:
            self._reopen(cause)
        self.pass_time(now_wall_ns)
        return self.state is not before

    def _merge(self, told: Market, *, created: bool) -> None:
        known = {field: value for field in _FIELDS if (value := getattr(told, field)) is not None}
        if created:
            known = {field: value for field, value in known.items() if field not in self._revised}
        elif not self._revised.issuperset(known):
            self._revised |= known.keys()
        self.facts = msgspec.structs.replace(self.facts, **known)

    def _advance(self, stated: MarketState, cause: Cause) -> None:
        """Go forward to a stage that a witness other than the clock tells of."""
        if _STAGE[stated] < _STAGE[self.state]:
            return
        self._by_clock_alone = False
        if stated in (MarketState.ACTIVE, MarketState.INACTIVE):
            self._paused = stated is MarketState.INACTIVE
        if stated is not self.state:
            self.state, self.cause = stated, cause

    def _reopen(self, cause: Cause) -> None:
        if self.state is MarketState.CLOSED and self._by_clock_alone:
            self.state = MarketState.INACTIVE if self._paused else MarketState.ACTIVE
            self.cause = cause

    def pass_time(self, now_wall_ns: int) -> bool:
        """Let the clock open or close the market; tell whether it did."""
        before = self.state
        if self.state is MarketState.INITIALIZED and _reached(self.facts.open_ns, now_wall_ns):
            self.state, self.cause = MarketState.ACTIVE, Cause.CLOCK
        if self.state in _TRADING and _reached(self.facts.close_ns, now_wall_ns):
            self.state, self.cause = MarketState.CLOSED, Cause.CLOCK
            self._by_clock_alone = True
        return self.state is not before

    def next_due_wall_ns(self) -> int | None:
        """Say when the clock will have something to say next, None when never."""
        if self.state is MarketState.INITIALIZED:
            return self.facts.open_ns
        return self.facts.close_ns if self.state in _TRADING else None

    @property
    def over(self) -> bool:
        """Tell whether the market trades no more for good: its outcome is known."""
        return _STAGE[self.state] >= _STAGE[MarketState.DETERMINED]


def _reached(due_ns: int | None, now_wall_ns: int) -> bool:
    return due_ns is not None and due_ns <= now_wall_ns
