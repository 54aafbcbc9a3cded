"""Games and pairs as readers meet them, made from contests, listings and links alone."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.linked_world import AT_NS, GAME, MARGIN, TEAMS, WINNER, a_contest, a_game, a_link, a_mapping

from firstprint.domain.games import (
    GameMarket,
    describe,
    line_text,
    make_game,
    make_pair,
    market_word,
    yes_side,
)
from firstprint.domain.propositions import Bet, BetKind, Period, Polarity
from firstprint.domain.published import game_document, mapping_document, read_game, read_mapping
from firstprint.domain.units import parse_e6
from firstprint.linkage.bets import stat_bet, team_bet, topic_bet, total_bet


@pytest.mark.parametrize(
    ("kind", "period", "sport", "word"),
    [
        (BetKind.WINNER, Period.FULL, "basketball", "moneyline"),
        (BetKind.RESULT, Period.REGULATION, "soccer", "moneyline"),
        (BetKind.MARGIN, Period.REGULATION, "soccer", "spread"),
        (BetKind.RESULT, Period.REGULATION, "hockey", "moneyline_regulation"),
        (BetKind.RESULT, Period.REGULATION, None, "moneyline_regulation"),
        (BetKind.TOTAL, Period.FIRST_HALF, "soccer", "total_first_half"),
        (BetKind.BOTH_SCORE, Period.FULL, "soccer", "both_score"),
    ],
)
def test_a_market_is_named_by_kind_and_period(kind: BetKind, period: Period, sport: str | None, word: str) -> None:
    """Another period than the sport's usual one is part of the name: unlike bets never lie under one name."""
    assert market_word(kind, period, sport) == word


def test_every_kind_of_bet_has_a_name() -> None:
    """A kind of bet that is added one day cannot be left without a name or a sentence."""
    for kind in BetKind:
        assert market_word(kind, Period.FULL, None)
        assert describe(Bet(kind=kind, side="atl", line_e6=500_000), Polarity.YES, "x", TEAMS).startswith("atl - bos: ")


@given(
    side=st.sampled_from(TEAMS),
    kind=st.sampled_from([BetKind.WINNER, BetKind.MARGIN]),
    half=st.integers(-200, 200),
)
def test_yes_is_what_the_listing_said(side: str, kind: BetKind, half: int) -> None:
    """A4: turned into canonical form and back, a bet is on the team and line that the listing was about."""
    line_e6 = half * 1_000_000 + 500_000 if kind is BetKind.MARGIN else None
    bet, polarity = team_bet(kind, TEAMS, side, line_e6=line_e6)
    assert yes_side(bet, polarity, TEAMS) == (side, line_e6)


@pytest.mark.parametrize(
    ("bet", "polarity", "said"),
    [
        (WINNER, Polarity.YES, "atl - bos: atl wins"),
        (WINNER, Polarity.NO, "atl - bos: bos wins"),
        (MARGIN, Polarity.NO, "atl - bos: bos by more than 3.5"),
        (total_bet(215_500_000), Polarity.YES, "atl - bos: more than 215.5 together"),
        (total_bet(215_500_000), Polarity.NO, "atl - bos: not: more than 215.5 together"),
        (total_bet(500_000, period=Period.FIRST_HALF), Polarity.YES, "atl - bos: more than 0.5 together (first half)"),
        (stat_bet("points", "luka doncic", 24_500_000), Polarity.YES, "atl - bos: luka doncic more than 24.5 points"),
    ],
)
def test_a_pair_says_in_words_what_yes_pays_on(bet: Bet, polarity: Polarity, said: str) -> None:
    """A4: the description is of Kalshi's YES, opposite bets with their own words."""
    assert describe(bet, polarity, GAME, TEAMS) == said


def test_a_topic_is_described_by_its_name() -> None:
    """A bet without a contest says what it is about."""
    assert describe(topic_bet("cut_25"), Polarity.YES, "fed_decision:2026-07") == "fed_decision:2026-07: cut_25"


def test_only_links_from_kalshi_to_polymarket_with_tokens_are_pairs() -> None:
    """A pair without a token, or of other venues, is none: it could not be traded."""
    for link in (a_link(token_id=None), a_link(a_venue="espn"), a_link(a_venue="polymarket", b_venue="kalshi")):
        assert make_pair(link, WINNER, Polarity.YES, "NBA", GAME, TEAMS) is None
    assert make_pair(a_link(other_token_id=None), WINNER, Polarity.YES, None, GAME, TEAMS) is not None


def test_a_game_has_both_venues_and_each_listing_once() -> None:
    """Both venues are always there, a venue of another name too, and a listing that is told twice is there once."""
    one = GameMarket("kalshi", "KX", BetKind.WINNER, Period.FULL)
    third = GameMarket("third", "T", BetKind.TOTAL, Period.FULL)
    game = make_game(a_contest(home=None), None, [one, one, third], [], 0, AT_NS)
    assert game.markets == {"kalshi": {"moneyline": ("KX",)}, "polymarket": {}, "third": {"total": ("T",)}}
    assert (game.home, game.away, game.sport) == (None, None, None)


@given(st.integers(-(10**15), 10**15))
def test_a_line_is_said_exactly(line_e6: int) -> None:
    """A line is decimal text that is that very line, without zeros that say nothing."""
    text = line_text(line_e6)
    assert parse_e6(text) == line_e6
    assert "." not in text or not text.endswith("0")


@given(sport=st.none() | st.text(st.characters(exclude_categories=("Cs",))), confidence=st.floats(0, 1))
def test_what_is_published_is_read_back(sport: str | None, confidence: float) -> None:
    """Documents say everything that their readers need, whatever a text holds."""
    game = a_game(sport=sport)
    document = read_game(game_document(game))
    assert (document.game_id, document.sport, document.markets) == (game.game_id, sport, game.markets)
    mapping = a_mapping(links=(msgspec.structs.replace(a_link(), confidence=confidence),))
    assert read_mapping(mapping_document(mapping)) == mapping
