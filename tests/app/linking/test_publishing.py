"""Showing and storing what was linked: whole boards, a database that is away, games that end."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import pytest

from firstprint.app.linking.publishing import UNSTORED_MAX, Publishing
from firstprint.app.linking.state import LinkState, Settled
from firstprint.domain.clock import NS_PER_S, Instant
from firstprint.domain.contests import Contest, ContestState, Sighting
from firstprint.domain.errors import VenueUnavailable
from firstprint.domain.games import Game, GameMapping
from firstprint.domain.link_changes import LaidCounts, LinkChanges
from firstprint.domain.links import Decision, Verdict
from firstprint.domain.odds import Consensus
from firstprint.domain.propositions import BetKind, Listing, Outcome
from firstprint.linkage.bets import team_bet
from firstprint.linkage.leagues import LeagueTable
from firstprint.linkage.linker import Linker
from firstprint.linkage.reads import ReadBody
from firstprint.linkage.windows import at_time
from firstprint.signals.consensus import ConsensusPlan

START_NS = 1_795_000_000 * NS_PER_S


class Clock:
    """A clock that stands where it is put."""

    wall_ns = START_NS - 600 * NS_PER_S

    def now(self) -> Instant:
        return Instant(mono_ns=self.wall_ns, wall_ns=self.wall_ns)


class Store:
    """A database that may be away."""

    def __init__(self) -> None:
        self.away = False
        self.laid: list[LinkChanges] = []
        self.decided: list[Decision] = []

    def lay(self, changes: LinkChanges, *, cause: str, wall_ns: int) -> LaidCounts:
        if self.away:
            raise VenueUnavailable("database", None, "away")
        self.laid.append(changes)
        return LaidCounts()

    def decisions(self) -> list[Decision]:
        if self.away:
            raise VenueUnavailable("database", None, "away")
        return self.decided


class Shown:
    """A publisher that remembers."""

    def __init__(self) -> None:
        self.games: dict[str, Game] = {}
        self.removed: list[str] = []
        self.released: list[str] = []

    async def publish(
        self, games: Sequence[Game], mappings: Sequence[GameMapping], odds: Mapping[str, Sequence[Consensus]]
    ) -> bool:
        assert [game.game_id for game in games] == [one.game_id for one in mappings] == list(odds)
        self.games.update((game.game_id, game) for game in games)
        return True

    async def remove(self, games: Iterable[str]) -> None:
        self.removed += games

    async def release(self, games: Iterable[str]) -> None:
        self.released += games


class NoHistory:
    """Keeps no odds."""

    def flush(self) -> int:
        return 0


def listing(venue: str, state: ContestState = ContestState.SCHEDULED) -> Listing:
    """List who wins a game, as a venue does."""
    about = Sighting(
        source=venue, id=f"{venue}-game", league="NBA", teams=("bos", "lal"), start=at_time(START_NS), state=state
    )
    bet, polarity = team_bet(BetKind.WINNER, about.teams, "lal")
    return Listing(
        venue=venue, market=f"{venue}-LAL", name=f"{venue}-LAL", event=about.id, title=None, about=about, bet=bet,
        polarity=polarity, outcomes=(Outcome(label="LAL", token="1"), Outcome(label="BOS", token="2")),  # noqa: S106
    )  # fmt: skip


class Service:
    """Linkage with its publishing, by hand."""

    def __init__(self) -> None:
        self.clock, self.store, self.shown = Clock(), Store(), Shown()
        self.state = LinkState(Linker(lambda _: "basketball"), LeagueTable(()), ConsensusPlan())
        self.publishing = Publishing(
            "run",
            self.store,
            NoHistory(),
            self.shown,
            self.state,
            self.clock,
            self.active,  # type: ignore[arg-type]
        )

    def active(self) -> list[Contest]:
        return [one for one in self.state.linker.contests() if one.state is ContestState.SCHEDULED]

    def hear(self, *listings: Listing) -> Settled | None:
        self.state.take(ReadBody(listings=list(listings)))
        settled = self.state.settle(self.clock.wall_ns)
        if settled is not None:
            self.publishing.add(settled)
        return settled


@pytest.fixture
def service() -> Service:
    """Make one."""
    return Service()


async def test_a_pair_is_shown_and_stored_when_both_venues_list_it(service: Service) -> None:
    """The board has the pair with its tokens, Redis the game, the database the link."""
    service.hear(listing("kalshi"))
    service.hear(listing("polymarket"))
    await service.publishing.publish()
    (pair,) = service.state.board.pairs.values()
    assert (pair.kalshi_market, pair.yes_token_id, pair.no_token_id) == ("kalshi-LAL", "1", "2")
    (game,) = service.shown.games.values()
    assert (game.links, game.markets["polymarket"]) == (1, {"moneyline": ("polymarket-LAL",)})
    assert [len(one.links) for one in service.store.laid] == [0, 1]


async def test_a_reader_keeps_the_board_it_took(service: Service) -> None:
    """A board never changes under its reader: news puts up another one, and takes effect whole (A7)."""
    service.hear(listing("kalshi"))
    before = service.state.board
    service.hear(listing("polymarket"))
    assert not before.pairs
    assert len(service.state.board.pairs) == 1
    with pytest.raises(TypeError):
        before.pairs["x"] = next(iter(service.state.board.pairs.values()))  # type: ignore[index]


async def test_nothing_new_changes_nothing(service: Service) -> None:
    """The same listing again is no news for anybody."""
    service.hear(listing("kalshi"))
    assert service.state.settle(service.clock.wall_ns) is None


async def test_what_the_database_could_not_take_is_stored_when_it_is_back(service: Service) -> None:
    """Changes wait in order; games are shown meanwhile."""
    service.store.away = True
    service.hear(listing("kalshi"))
    service.hear(listing("polymarket"))
    await service.publishing.publish()
    assert service.shown.games
    assert service.publishing.store_failures == 1
    service.store.away = False
    await service.publishing.lay()
    assert [len(one.links) for one in service.store.laid] == [0, 1]


async def test_a_database_that_is_away_for_long_gets_all_that_is_known(service: Service) -> None:
    """The queue is bounded; what it could not hold is made up for by the whole state."""
    service.store.away = True
    for number in range(UNSTORED_MAX + 5):
        service.hear(msgspec.structs.replace(listing("kalshi"), title=f"{number}"))
    service.hear(listing("polymarket"))
    service.store.away = False
    await service.publishing.lay()
    assert len(service.store.laid) == UNSTORED_MAX + 1
    assert len(service.store.laid[-1].links) == 1


async def test_a_game_that_ended_is_taken_away_and_one_that_passed_expires(service: Service) -> None:
    """What the venue ended goes at once; what nobody looks at any more is left to expire."""
    service.hear(listing("kalshi"), listing("polymarket"))
    await service.publishing.show()
    service.hear(listing("kalshi", ContestState.OVER), listing("polymarket", ContestState.OVER))
    await service.publishing.show()
    assert len(service.shown.removed) == 1
    assert not service.shown.released


async def test_a_decision_is_taken_up_with_the_next_round(service: Service) -> None:
    """A person's no takes the pair off the board."""
    service.hear(listing("kalshi"), listing("polymarket"))
    service.store.decided.append(
        Decision(a="kalshi:kalshi-LAL", b="polymarket:polymarket-LAL", verdict=Verdict.DIFFERENT, by="kim", note="no",
                 decided_wall_ns=1)
    )  # fmt: skip
    await service.publishing.recall()
    service.hear()
    assert not service.state.board.pairs


async def test_showing_waits_for_news_and_for_nothing_else(service: Service) -> None:
    """The loop shows a change as soon as it is there, however slow the database is."""
    service.store.away = True
    async with asyncio.TaskGroup() as group:
        showing = group.create_task(service.publishing.run())
        service.hear(listing("kalshi"), listing("polymarket"))
        async with asyncio.timeout(10):
            while not service.shown.games:  # noqa: ASYNC110 the fake sets no event
                await asyncio.sleep(0)
        showing.cancel()
    assert len(service.shown.games) == 1
