"""A market's life: three witnesses, any order, one end."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstprint.domain.instruments import Market
from firstprint.domain.lifecycle import Cause, MarketState
from firstprint.domain.marketdata import FrameStamp
from firstprint.lifecycle.attendance import Attendance
from firstprint.lifecycle.census import Census
from firstprint.lifecycle.life import MarketLife

CREATED = (Market(ticker="M", status="initialized", open_ns=10, close_ns=20), Cause.STREAM)
MOVED = (Market(ticker="M", close_ns=40), Cause.STREAM)
PAUSED = (Market(ticker="M", status="inactive"), Cause.STREAM)
DETERMINED = (Market(ticker="M", status="determined", result="yes"), Cause.STREAM)
SETTLED = (Market(ticker="M", status="finalized", settled_ns=45), Cause.STREAM)
LISTED = (Market(ticker="M", status="active", close_ns=40, title="t"), Cause.REST)


def end_of(tellings: list[tuple[Market, Cause]], times: list[int], now_ns: int) -> MarketLife:
    """Give the life that hears tellings at given times and is looked at later."""
    life = MarketLife("M")
    for (told, cause), at_ns in zip(tellings, times, strict=True):
        life.learn(told, cause, at_ns)
    life.pass_time(now_ns)
    return life


@given(st.sets(st.sampled_from(range(6))), st.lists(st.integers(0, 60), min_size=6, max_size=6), st.randoms())
def test_the_final_state_does_not_depend_on_the_order(chosen: set[int], times: list[int], chance: object) -> None:
    """However the witnesses' words are ordered, state and close time at the end are the same (F43, I23)."""
    tellings = [(CREATED, MOVED, PAUSED, DETERMINED, SETTLED, LISTED)[n] for n in chosen]
    tellings = [one for one in tellings if not (one is LISTED and PAUSED in tellings)]
    shuffled = list(tellings)
    chance.shuffle(shuffled)
    one, other = (end_of(told, sorted(times)[: len(told)], 60) for told in (tellings, shuffled))
    assert (one.state, one.facts.close_ns, one.facts.result) == (other.state, other.facts.close_ns, other.facts.result)


@pytest.mark.parametrize("order", list(permutations([CREATED, DETERMINED, SETTLED])))
def test_late_facts_never_take_a_market_back(order: tuple[tuple[Market, Cause], ...]) -> None:
    """`determined` before `created`, `settled` before both: the market is SETTLED with all its facts (F43)."""
    life = end_of(list(order), [30, 31, 32], 33)
    assert (life.state, life.facts.result, life.facts.open_ns) == (MarketState.SETTLED, "yes", 10)


def test_a_second_creation_is_idempotent_and_another_one_corrects_it() -> None:
    """The same creation twice changes nothing; one with other content replaces the first one's facts (F42)."""
    life = MarketLife("M")
    assert life.learn(*CREATED, 5)
    assert not life.learn(*CREATED, 6)
    life.learn(Market(ticker="M", status="initialized", close_ns=25), Cause.STREAM, 7)
    assert (life.state, life.facts.close_ns) == (MarketState.INITIALIZED, 25)


def test_the_clock_opens_and_closes_without_a_message() -> None:
    """A market opens at its open time and closes at its close time, paused or not (F47)."""
    life = end_of([CREATED], [5], 9)
    assert life.state is MarketState.INITIALIZED
    assert life.pass_time(10)
    assert (life.state, life.cause) == (MarketState.ACTIVE, Cause.CLOCK)
    life.learn(*PAUSED, 15)
    assert life.pass_time(20)
    assert life.state is MarketState.CLOSED


def test_a_close_time_that_moves_reopens_what_only_the_clock_had_closed() -> None:
    """Moved to later, the market goes on, paused if it was; closed by a witness it stays closed (F45)."""
    by_clock = end_of([CREATED, PAUSED], [5, 15], 25)
    assert by_clock.learn(*MOVED, 26)
    assert by_clock.state is MarketState.INACTIVE
    by_rest = end_of([CREATED, (Market(ticker="M", status="closed"), Cause.REST)], [5, 22], 25)
    assert not by_rest.learn(*MOVED, 26)
    assert by_rest.state is MarketState.CLOSED


def test_an_unknown_status_is_kept_and_moves_nothing() -> None:
    """A word that we do not know is a fact, not a state (law 6)."""
    life = end_of([(Market(ticker="M", status="frozen"), Cause.REST)], [1], 2)
    assert (life.state, life.facts.status) == (MarketState.UNKNOWN, "frozen")


def test_the_census_keeps_one_appointment_for_each_market() -> None:
    """Being told the same close time again and again costs no memory (law 10)."""
    census = Census()
    for n in range(100):
        census.learn(LISTED[0], Cause.REST, n, 5)
    assert len(census._due) == 1


def test_the_clock_keeps_the_appointment_that_counts() -> None:
    """A market whose close time moved closes at the new time, once."""
    census = Census()
    census.learn(Market(ticker="M", status="active", close_ns=20), Cause.REST, 1, 5)
    census.learn(MOVED[0], Cause.STREAM, 2, 6)
    assert census.pass_time(3, 30) == []
    assert [move.after for move in census.pass_time(4, 41)] == [MarketState.CLOSED]


def test_a_market_may_leave_and_join_again() -> None:
    """Each stay is a participation of its own; a creation heard here says how it entered."""
    book = Attendance()
    book.begin("s")
    book.heard_created("M")
    first = book.join("M", FrameStamp(1, 1, 1, 1))
    assert book.join("M", FrameStamp(2, 1, 2, 2)) is None
    assert book.leave("M", FrameStamp(3, 1, 3, 3), "settled") is first
    assert (first.entry.value, first.left_reason) == ("created", "settled")
    assert book.join("M", FrameStamp(4, 1, 4, 4)) is not first
