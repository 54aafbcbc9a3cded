"""Markets that state less than Gamma does: what is left must be enough, or the market is refused."""

import json
from datetime import datetime

import pytest
from gamma_kit import LAKERS, about, context, event_of, listing, reason, row, utc_ns
from hypothesis import given
from hypothesis import strategies as st

from firstprint.domain.propositions import BetKind, Listing
from firstprint.venues.polymarket.gamma import parse_gamma
from firstprint.venues.polymarket.listings import read_event, read_markets
from firstprint.venues.polymarket.rules import asks_for_more, matchup, scheduled, winner_named

ALAVES = "lal-ala-val-2026-09-15"
TITLE = "Deportivo Alavés vs. Valencia CF"
RULED = "In the upcoming NBA game, scheduled for January 4 at 9:30PM ET:\nIf the Grizzlies win, ..."


def test_the_start_that_rules_state_counts_where_nothing_else_does() -> None:
    """`scheduled for January 4 at 9:30PM ET` is an Eastern time of the slug's year; a stated start comes first."""
    ruled = listing(LAKERS, row(LAKERS, ("Grizzlies", "Lakers"), description=RULED), title="Grizzlies vs. Lakers")
    start = about(ruled).start
    assert start is not None
    assert (start.exact, start.earliest_ns) == (True, utc_ns("2026-01-05 02:30"))
    stated = row(LAKERS, ("Grizzlies", "Lakers"), description=RULED, gameStartTime="2026-01-05 03:00:00+00")
    moved = about(listing(LAKERS, stated, title="Grizzlies vs. Lakers")).start
    assert moved is not None
    assert moved.earliest_ns == utc_ns("2026-01-05 03:00")


def test_rules_of_another_day_state_no_start() -> None:
    """Then the slug's day is all that is known, in whichever zone it is meant."""
    other = RULED.replace("January 4", "January 9")
    start = about(listing(LAKERS, row(LAKERS, ("Grizzlies", "Lakers"), description=other))).start
    assert start is not None
    assert not start.exact


@pytest.mark.parametrize(
    ("rules", "when"),
    [
        ("scheduled for January 4 at 9:30PM ET", datetime(2026, 1, 4, 21, 30)),  # noqa: DTZ001 US Eastern
        ("scheduled for Aug. 9, 2026 at 12:05 AM EDT", datetime(2026, 8, 9, 0, 5)),  # noqa: DTZ001 US Eastern
        ("scheduled for August 9, 2025 at 7 p.m. ET", None),
        ("scheduled for September 15, 2026", None),
        ("scheduled for February 30 at 7:00PM ET", None),
        ("scheduled for January 4 at 9:30PM PT", None),
        (None, None),
    ],
)
def test_a_start_is_read_with_its_zone_or_not_at_all(rules: str | None, when: datetime | None) -> None:
    """Day, time and Eastern zone must stand there, and the year, if one does, must be the slug's."""
    assert scheduled(rules, 2026) == when


@pytest.mark.parametrize("suffix", ["ala", "draw"])
def test_a_market_without_type_is_what_slug_and_question_both_say(suffix: str) -> None:
    """`-ala` with `Will Deportivo Alavés win on ...?`, `-draw` with `... end in a draw?`; anything else is refused."""
    asked = {"ala": "Will Deportivo Alavés win on 2026-09-15?", "draw": f"Will {TITLE} end in a draw?"}
    read = listing(ALAVES, row(f"{ALAVES}-{suffix}", question=asked[suffix]), title=TITLE)
    assert read.bet.kind is BetKind.RESULT
    other = asked["draw" if suffix == "ala" else "ala"]
    assert reason(ALAVES, row(f"{ALAVES}-{suffix}", question=other), title=TITLE) == "unread_kind"
    assert reason(ALAVES, row(f"{ALAVES}-{suffix}2", question=asked[suffix]), title=TITLE) == "unread_kind"


def test_a_side_is_its_code_where_no_text_names_it_and_both_codes_are_known() -> None:
    """The suffix is one of the slug's two codes; without a table behind them codes say nothing."""
    read = listing(ALAVES, row(f"{ALAVES}-val", sportsMarketType="moneyline"), title=TITLE)
    assert read.bet.side == "valencia"
    unknown = "ucl-qqq-val-2026-09-15"
    assert (
        reason(unknown, row(f"{unknown}-val", sportsMarketType="moneyline"), title="Foo vs. Valencia") == "unknown_team"
    )


@pytest.mark.parametrize("asks", ["lead at halftime", "qualify", "score first", "advance", "win by 2 or more goals"])
def test_a_winner_that_asks_for_something_else_is_refused(asks: str) -> None:
    """The type says moneyline, the question asks for a half, the next round or a margin."""
    market = row(f"{ALAVES}-ala", question=f"Will Deportivo Alavés {asks}?", sportsMarketType="moneyline")
    assert reason(ALAVES, market | {"groupItemTitle": "Deportivo Alavés"}, title=TITLE) == "type_disagrees"


@pytest.mark.parametrize("suffix", ["spread-home-3pt5", "1h-spread-home-3pt5"])
def test_a_spread_that_only_its_slug_states_needs_the_order_of_outcomes_too(suffix: str) -> None:
    """Who is at home may be read off a title in another order: then slug and outcome 0 disagree, and it is refused."""
    laid = listing(LAKERS, row(f"{LAKERS}-{suffix}", ("Lakers", "Grizzlies")), title="Grizzlies vs. Lakers")
    assert laid.bet.kind is BetKind.MARGIN
    other = row(f"{LAKERS}-{suffix}", ("Grizzlies", "Lakers"))
    assert reason(LAKERS, other, title="Grizzlies vs. Lakers") == "lines_disagree"


def test_a_half_whose_slug_and_field_state_different_lines_is_refused() -> None:
    """The field of a half's spread has no sign; its size must still be the slug's."""
    market = row(f"{LAKERS}-1h-spread-home-3pt5", ("Lakers", "Grizzlies"), line=2.5)
    assert reason(LAKERS, market, title="Grizzlies vs. Lakers") == "lines_disagree"


def test_bare_markets_of_a_three_way_game_find_their_teams_in_the_draw() -> None:
    """A list of markets without any event: the draw's question names both sides."""
    rows = [
        row(f"{ALAVES}-ala", question="Will Deportivo Alavés win on 2026-09-15?", id="1"),
        row(f"{ALAVES}-draw", question=f"Will {TITLE} end in a draw?", id="2"),
    ]
    read = read_markets(parse_gamma(json.dumps(rows).encode()).markets, context())
    assert all(isinstance(one, Listing) for one in read)
    assert len(read) == 2


def test_a_market_without_gammas_own_id_is_known_by_its_condition() -> None:
    """An extract may leave `id` out; without slug, or without any id, a market is kept aside."""
    whole = {"slug": LAKERS, "conditionId": "0xabc", "question": "Grizzlies vs. Lakers"}
    whole |= {"outcomes": '["Grizzlies", "Lakers"]', "clobTokenIds": '["1", "2"]'}
    nameless = [{**whole, "conditionId": None}, {**whole, "slug": None}]
    page = parse_gamma(json.dumps({"markets": [whole, *nameless]}).encode())
    assert [listing.market for listing in read_markets(page.markets, context())] == ["0xabc"]
    assert len(page.unreadable) == 2
    event = parse_gamma(json.dumps({"events": [{"slug": LAKERS, "markets": [whole]}]}).encode()).events[0]
    assert [isinstance(one, Listing) for one in read_event(event, context())] == [True]


def test_a_slug_that_was_used_again_is_not_the_same_game_by_its_name() -> None:
    """A numeric tail may be a relisting or the day's other game: the start says which, the slug does not."""
    first = event_of(LAKERS, [row(LAKERS, ("Grizzlies", "Lakers"))], title="Grizzlies vs. Lakers")
    again = event_of(f"{LAKERS}-46456", [row(f"{LAKERS}-46456", ("Grizzlies", "Lakers"))], title="Grizzlies vs. Lakers")
    names = [about(read_event(event, context())[0]).same_as for event in (first, again)]  # type: ignore[arg-type]
    assert f"polymarket:slug:{LAKERS}" in names[0]
    assert not any(name.startswith("polymarket:slug:") for name in names[1])


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading_of_it(text: str) -> None:
    """Titles, questions and rules are hostile text."""
    for one in (text, f"Will {text} win against {text}?", f"scheduled for {text} at 9:30PM ET", f"Will {text} draw?"):
        scheduled(one, 2026)
        matchup(one)
        winner_named(one)
        asks_for_more(one)
