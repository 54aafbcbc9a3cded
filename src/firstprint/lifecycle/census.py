"""The census: every market heard of in a session, with its life, and the clock's appointments with it."""

import heapq

from firstprint.domain.instruments import Market
from firstprint.domain.lifecycle import Cause, MarketState, Transition
from firstprint.lifecycle.life import MarketLife


class Census:
    """All lives of a session. The clock's appointments lie in a heap, so that a tick costs only what is due.

    Each market has one appointment that counts; one that moved stays in the heap until its hour and is then skipped.
    """

    def __init__(self) -> None:
        self.lives: dict[str, MarketLife] = {}
        self._due: list[tuple[int, str]] = []
        self._appointed: dict[str, int] = {}

    def life(self, ticker: str) -> MarketLife:
        """Give a market's life, a new one when it was never heard of."""
        life = self.lives.get(ticker)
        if life is None:
            life = self.lives[ticker] = MarketLife(ticker)
        return life

    def learn(self, told: Market, cause: Cause, record: int, now_wall_ns: int) -> Transition | None:
        """Take what a witness said of a market; give the transition if its state changed."""
        life = self.life(told.ticker)
        before = life.state
        changed = life.learn(told, cause, now_wall_ns)
        self._appoint(told.ticker, life)
        return _transition(told.ticker, before, life, cause, record, now_wall_ns) if changed else None

    def _appoint(self, ticker: str, life: MarketLife) -> None:
        due_ns = life.next_due_wall_ns()
        if due_ns is not None and self._appointed.get(ticker) != due_ns:
            self._appointed[ticker] = due_ns
            heapq.heappush(self._due, (due_ns, ticker))

    def pass_time(self, record: int, now_wall_ns: int) -> list[Transition]:
        """Let the clock speak: give the transitions of all markets whose hour has come."""
        transitions = []
        while self._due and self._due[0][0] <= now_wall_ns:
            due_ns, ticker = heapq.heappop(self._due)
            if self._appointed.get(ticker) != due_ns:
                continue
            del self._appointed[ticker]
            life = self.lives[ticker]
            before = life.state
            if life.pass_time(now_wall_ns):
                transitions.append(_transition(ticker, before, life, Cause.CLOCK, record, now_wall_ns))
            self._appoint(ticker, life)
        return transitions


def _transition(
    ticker: str, before: MarketState, life: MarketLife, cause: Cause, record: int, now_wall_ns: int
) -> Transition:
    return Transition(
        market=ticker, before=before, after=life.state, cause=life.cause or cause, record=record, wall_ns=now_wall_ns
    )
