"""Markets whose series is not known yet: they wait for their event, and the venue is asked for many at once."""

import asyncio
from collections.abc import Sequence

from recording_kit import WALL_NS
from tests.net.virtual_loop import run_virtual

from firstprint.app.lineage import Lineage
from firstprint.app.newcomers import AGAIN_S, ASKED_MAX, EVENT_WAIT_S, Newcomers
from firstprint.app.selection import Selection, Selector
from firstprint.domain.errors import VenueUnavailable
from firstprint.domain.instruments import Market
from firstprint.domain.lifecycle import Cause
from firstprint.lifecycle.census import Census


class Hall:
    """Newcomers, what is known of them, and a venue that knows what a test tells it."""

    def __init__(self, *chosen: str) -> None:
        self.census = Census()
        self.lineage = Lineage(self.census.lives)
        self.selector = Selector(Selection(series=chosen))
        self.venue: dict[str, str] = {}
        self.events_of: dict[str, str] = {}
        self.asked: list[list[str]] = []
        self.away = False
        self.joined: list[str] = []
        self.newcomers = Newcomers(
            self.selector, self.lineage, ask_events=self._ask_events, ask_markets=self._ask_markets
        )

    def hear(self, market: str, event: str | None = None, series: str | None = None) -> list[str]:
        told = Market(ticker=market, event_ticker=event, series_ticker=series)
        self.census.learn(told, Cause.STREAM, 1, WALL_NS)
        return self.newcomers.sort([market])

    async def _ask_events(self, events: Sequence[str]) -> None:
        self.asked.append(list(events))
        if self.away:
            raise VenueUnavailable("GET /events", 502, "bad gateway")
        for event in events:
            if event in self.venue:
                self.lineage.learn(event, self.venue[event])
        self.joined += self.newcomers.resolve()

    async def _ask_markets(self, markets: Sequence[str]) -> None:
        self.asked.append(list(markets))
        for market in markets:
            self.joined += self.hear(market, self.events_of.get(market))

    async def wait(self, seconds: float) -> None:
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(self.newcomers.keep_asking())
            await asyncio.sleep(seconds)
            asking.cancel()


def test_the_event_that_was_told_before_decides_at_once() -> None:
    """D1: a created market joins by its event's series, which the event's own message has told; others do not."""
    hall = Hall("KXNFLGAME")
    hall.lineage.learn("KXNFLGAME-E", "KXNFLGAME")
    hall.lineage.learn("KXBTC15M-E", "KXBTC15M")
    assert hall.hear("A", "KXNFLGAME-E") == ["A"]
    assert hall.hear("B", "KXBTC15M-E") == []
    assert len(hall.newcomers) == 0


def test_a_tickers_beginning_decides_nothing() -> None:
    """Design 5.9: a market that looks like a series by its name is not taken for one of it."""
    hall = Hall("KXNFLGAME")
    assert hall.hear("KXNFLGAME-26SEP14DENKC-KC") == []
    assert hall.hear("SOMETHING-ELSE", "ODD", "KXNFLGAME") == ["SOMETHING-ELSE"]


def test_the_event_that_is_told_later_lets_its_markets_in() -> None:
    """A6: markets that came before their event's message join when it comes, without a request."""
    hall = Hall("KXNFLGAME")
    assert hall.hear("A", "E") + hall.hear("B", "E") + hall.hear("C", "OTHER") == []
    hall.lineage.learn("E", "KXNFLGAME")
    assert hall.newcomers.resolve() == ["A", "B"]
    assert hall.newcomers.resolve() == []
    assert hall.asked == []


def test_many_events_are_asked_for_in_one_request() -> None:
    """A5: events that nobody tells are gathered for a moment and asked for together, once."""
    hall = Hall("KXNFLGAME")
    hall.venue = {"E1": "KXNFLGAME", "E2": "KXBTC15M", "E3": "KXNFLGAME"}

    async def happen() -> None:
        for number in (1, 2, 3):
            hall.hear(f"M{number}", f"E{number}")
        await hall.wait(EVENT_WAIT_S + 0.1)

    run_virtual(happen())
    assert hall.asked == [["E1", "E2", "E3"]]
    assert sorted(hall.joined) == ["M1", "M3"]


def test_a_market_without_an_event_is_asked_for_and_then_its_event() -> None:
    """F29: a market that nobody says anything of is looked up first, and what it names right after."""
    hall = Hall("KXNFLGAME")
    hall.events_of, hall.venue = {"M": "E"}, {"E": "KXNFLGAME"}

    async def happen() -> None:
        hall.hear("M")
        await hall.wait(3 * EVENT_WAIT_S)

    run_virtual(happen())
    assert hall.asked == [["M"], ["E"]]
    assert hall.joined == ["M"]


def test_a_venue_that_is_away_is_asked_again_and_the_market_joins() -> None:
    """A9: a lookup that fails is made again seconds later, and nothing is decided meanwhile."""
    hall = Hall("KXNFLGAME")
    hall.venue, hall.away = {"E": "KXNFLGAME"}, True

    async def happen() -> None:
        hall.hear("M", "E")
        asyncio.get_running_loop().call_later(2 * AGAIN_S, lambda: setattr(hall, "away", False))
        await hall.wait(4 * AGAIN_S)

    run_virtual(happen())
    assert hall.joined == ["M"]
    assert 3 <= len(hall.asked) <= 5


def test_what_the_venue_never_tells_is_given_up() -> None:
    """Law 10: an event that stays unknown is asked for a dozen times, and then no more."""
    hall = Hall("KXNFLGAME")

    async def happen() -> None:
        hall.hear("M", "E")
        await hall.wait((ASKED_MAX + 5) * AGAIN_S)

    run_virtual(happen())
    assert len(hall.asked) == ASKED_MAX
    assert (len(hall.newcomers), hall.newcomers.given_up) == (0, 1)
    assert hall.joined == []


def test_without_a_selection_nothing_waits() -> None:
    """A6: a recording of everything takes every market at once, whatever is known of it."""
    hall = Hall()
    assert hall.hear("ANY") == ["ANY"]
    assert len(hall.newcomers) == 0
