"""Markets that state less than Kalshi does, or more in their titles: tickers alone, numbers of games and brackets."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from listings_kit import about, context, listing, market, side_paid

from firstprint.domain.contests import Sighting
from firstprint.domain.entries import EventEntry, MarketEntry
from firstprint.domain.propositions import Listing, Period, Topic, Unread
from firstprint.venues.kalshi.listings import read_event, read_markets
from firstprint.venues.kalshi.rules import StatedStart, bare_name, matchup, stated_rule

GAME = "KXNBAGAME-26JAN09LACBKN"


@pytest.mark.parametrize(
    ("ticker", "event"),
    [
        (f"{GAME}-LAC", GAME),
        ("KXNBATOTAL-26JAN09LACBKN-221", "KXNBATOTAL-26JAN09LACBKN"),
        ("KXFEDDECISION-26JUL-C25", "KXFEDDECISION-26JUL"),
    ],
)
def test_a_ticker_alone_names_its_event(ticker: str, event: str) -> None:
    """`{ticker}` and no more is read where a known series begins it."""
    (read,) = read_markets({}, [MarketEntry(ticker=ticker)], context())
    assert isinstance(read, Listing)
    assert read.event == event
    assert isinstance(read.about, Sighting | Topic)


@pytest.mark.parametrize("ticker", ["KXWHATEVER-26JAN09-A", "KXNBAGAME", "", "-", "KXNCAAFGAME-25DEC27M-OHFRES-M-OH"])
def test_a_ticker_that_is_not_certain_is_refused(ticker: str) -> None:
    """An unknown series, no event, or a code with a hyphen, which may end anywhere."""
    (read,) = read_markets({}, [MarketEntry(ticker=ticker)], context())
    assert isinstance(read, Unread)


@pytest.mark.parametrize("title", ["Game 3: Los Angeles C at Brooklyn", "Los Angeles C vs Brooklyn (revised 3)"])
def test_what_stands_around_two_names_is_no_part_of_them(title: str) -> None:
    """A playoff game's number in front, and a bracket with a number behind."""
    assert matchup(title) == ("Los Angeles C", "Brooklyn")
    read = listing(f"{GAME}-BKN", GAME, title, yes_sub_title="Brooklyn (revised 3)")
    assert side_paid(read) == "brooklyn-nets"


def test_a_bracket_without_a_number_belongs_to_the_name() -> None:
    """Miami (OH) is not Miami."""
    assert bare_name("Miami (OH)") == "Miami (OH)"
    assert bare_name("Reg Time: Boston (Aug 9)") == "Boston"


def test_codes_are_cut_where_two_outcomes_make_them_up() -> None:
    """DINKAZ is DIN and KAZ when markets end so, whatever else the tables could make of it; names say who KAZ is."""
    event = "KXUCLGAME-26AUG04DINKAZ"
    rows = [
        market(f"{event}-{code}", event, yes_sub_title=name)
        for code, name in (("DIN", "Dinamo Zagreb"), ("KAZ", "Kairat"))
    ]
    for read in read_event(EventEntry(ticker=event, title="Dinamo Zagreb vs Kairat"), rows, context()):
        assert isinstance(read, Listing)
        assert about(read).teams == ("dinamo-zagreb", "kairat-almaty")


def test_each_market_is_read_by_its_own_rules() -> None:
    """A market without rules does not speak for the one beside it that leaves overtime out."""
    event = "KXNBATOTAL-26JAN09LACBKN"
    rules = "If the teams score more than 220.5 points in the game originally scheduled for Jan 9, 2026, not including "
    rules += "overtime"
    rows = [market(f"{event}-220", event), market(f"{event}-221", event, rules_primary=rules)]
    read = [one for one in read_event(None, rows, context()) if isinstance(one, Listing)]
    assert [one.bet.period for one in read] == [Period.FULL, Period.REGULATION]
    assert stated_rule(rules) == (StatedStart(date(2026, 1, 9), None), ", not including overtime")


@given(st.text(max_size=40), st.sampled_from(("scheduled for ", "scheduled for Nov 3", "")), st.text(max_size=40))
def test_a_start_is_found_wherever_it_stands(front: str, false_start: str, behind: str) -> None:
    """As a search of the whole text finds it; what stands behind it is given, and nothing is lost without a start."""
    rules = f"{front}{false_start} {front}scheduled for Jan 9, 2026, {behind}"
    assert stated_rule(rules) == (StatedStart(date(2026, 1, 9), None), f", {behind}")
    assert stated_rule(f"{front}{false_start}") == (None, f"{front}{false_start}")


def test_a_listing_names_who_settles_it() -> None:
    """The sources of its event, where a payload said them."""
    known = msgspec.structs.replace(context(), sources={GAME: ("https://www.nba.com/",)})
    read = read_event(None, [market(f"{GAME}-LAC", GAME), market("KXNBAGAME-26JAN10LACBKN-LAC", GAME)], known)
    assert [one.terms.sources for one in read if isinstance(one, Listing)] == [("https://www.nba.com/",)]
