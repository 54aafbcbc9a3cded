"""What was linked, stored and shown: at once when it changes, and again as long as it is active."""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from firstprint.app.linking.ports import FindingsStore, LivePublisher, OddsKeeper
from firstprint.app.linking.state import ENDED, LinkState, Settled
from firstprint.domain.clock import NS_PER_S, Clock
from firstprint.domain.contests import Contest
from firstprint.domain.errors import Advice, FirstprintError
from firstprint.domain.link_changes import LinkChanges
from firstprint.domain.odds import Consensus

_log = structlog.get_logger(__name__)

STORE_PAUSE_S = 1.0
FLUSH_NS = 60 * NS_PER_S
"""How long odds may wait before they are written into files; a crash loses none: the journal has them."""
UNSTORED_MAX = 500
"""Changes that may wait for the database; with more, all that is known then is stored when it is back."""
LINKED_AHEAD_NS = 48 * 3_600 * NS_PER_S
"""How far ahead a contest may start that is shown because it is linked, although it is not active yet."""


class Publishing:
    """Shows and stores what changed; `run` and `keep` are two loops, so that a slow database delays no reader."""

    def __init__(
        self,
        run: str,
        store: FindingsStore,
        history: OddsKeeper,
        publisher: LivePublisher,
        state: LinkState,
        clock: Clock,
        active: Callable[[], Sequence[Contest]],
    ) -> None:
        self.published = 0
        self.stored = 0
        self.store_failures = 0
        self._run = run
        self._store = store
        self._history = history
        self._flushed_mono_ns = clock.now().mono_ns
        self._publisher = publisher
        self._state = state
        self._clock = clock
        self._active = active
        self._shown: set[str] = set()
        self._changed: dict[str, None] = {}
        self._vanished: dict[str, None] = {}
        self._unstored: list[tuple[int, LinkChanges]] = []
        self._behind = False
        self._news = asyncio.Event()
        self.on_settled: Callable[[Settled], None] = lambda _: None

    async def recall(self) -> None:
        """Take the decisions that people made; what cannot be had now is asked for again with the next change."""
        try:
            decisions = await asyncio.to_thread(self._store.decisions)
        except FirstprintError as error:
            if error.advice is not Advice.RETRY:
                raise
            _log.warning("decisions_unknown", error=str(error))
            return
        for decision in decisions:
            if self._state.linker.decisions.of(decision.a, decision.b) is not decision.verdict:
                self._state.linker.decide(decision)

    def add(self, settled: Settled) -> None:
        """Have a change shown and stored soon."""
        self._changed.update(dict.fromkeys(settled.changed))
        self._vanished.update(dict.fromkeys(settled.vanished))
        if len(self._unstored) < UNSTORED_MAX:
            self._unstored.append((settled.wall_ns, settled.changes))
        else:
            self._behind = True
        self._news.set()
        self.on_settled(settled)

    async def run(self) -> None:
        """Show changes as they come, for ever."""
        while True:
            await self._news.wait()
            self._news.clear()
            await self.show()

    async def publish(self) -> None:
        """Show and store all that waits."""
        await self.show()
        await self.lay()
        await self.flush()

    async def show(self) -> None:
        """Show every game that changed and is worth showing, and take away what ended."""
        board, changed, vanished = self._state.board, list(self._changed), list(self._vanished)
        self._changed.clear()
        self._vanished.clear()
        worth = self._worth()
        games = [board.games[one] for one in changed if one in worth]
        mappings = [board.mappings[game.game_id] for game in games]
        odds: dict[str, Sequence[Consensus]] = {game.game_id: game.odds for game in games}
        if games:
            await self._publisher.publish(games, mappings, odds)
            self.published += len(games)
        ended = [one for one in changed if one in board.games and board.games[one].state in ENDED]
        over = [one for one in (*vanished, *ended) if one in self._shown]
        if over:
            await self._publisher.remove(over)
        passed = self._shown - worth - set(over)
        if passed:
            await self._publisher.release(passed)
        self._shown = (self._shown | {game.game_id for game in games}) & worth

    def _worth(self) -> set[str]:
        """Give the games worth showing: those that are active, and those that are linked and start within two days."""
        now_ns = self._clock.now().wall_ns
        soon = now_ns + LINKED_AHEAD_NS
        active = {contest.id for contest in self._active()}
        linked = {
            game.game_id
            for game in self._state.board.games.values()
            if game.links and game.state not in ENDED and (game.start_ns is None or now_ns <= game.start_ns <= soon)
        }
        return (active | linked) & self._state.board.games.keys()

    async def keep(self) -> None:
        """Store changes as they come, for ever."""
        while True:
            await self.lay()
            if self._clock.now().mono_ns - self._flushed_mono_ns > FLUSH_NS:
                await self.flush()
            await asyncio.sleep(STORE_PAUSE_S)

    async def flush(self) -> None:
        """Write the history of odds that waits; what cannot be written now waits on."""
        self._flushed_mono_ns = self._clock.now().mono_ns
        try:
            await asyncio.to_thread(self._history.flush)
        except FirstprintError as error:
            _log.warning("odds_not_written", error=str(error))

    async def lay(self) -> None:
        """Store what waits, in order; what the database cannot take now waits on."""
        while self._unstored:
            if not await self._stored(*self._unstored[0]):
                return
            self._unstored.pop(0)
        if self._behind:
            now_ns = self._clock.now().wall_ns
            self._behind = not await self._stored(now_ns, self._state.everything(now_ns))

    async def _stored(self, wall_ns: int, changes: LinkChanges) -> bool:
        try:
            await asyncio.to_thread(self._store.lay, changes, cause=self._run, wall_ns=wall_ns)
        except FirstprintError as error:
            if error.advice is not Advice.RETRY:
                raise
            self.store_failures += 1
            _log.warning("store_away", error=str(error), waiting=len(self._unstored))
            return False
        self.stored += 1
        return True
