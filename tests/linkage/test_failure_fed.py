"""The failure catalogue, continued: decisions of the Federal Reserve, asked and stated, whole and as bare tickers."""

import pytest
from real_shapes import (
    FED_CODES,
    codes,
    fed_event,
    gamma_fed,
    matched,
    tokens,
)

JULY = "2026-07-29T00:00:00Z"


@pytest.mark.parametrize("asked", [True, False], ids=["asked", "stated"])
@pytest.mark.parametrize("year", [" 2026", ""], ids=["year", "no-year"])
@pytest.mark.parametrize("bare", [True, False], ids=["tickers", "whole"])
@pytest.mark.parametrize("title", ["Fed decision in July?", "Fed Decision in July 2026?", "July FOMC"])
def test_every_outcome_of_a_meeting_of_the_fed_is_linked(asked: bool, year: str, bare: bool, title: str) -> None:
    """Fed: five outcomes, asked or stated, with the year or by the end's, against whole markets and bare tickers."""
    kalshi = fed_event(2026, "July")
    rows = kalshi["markets"]
    if bare:
        rows = [{"ticker": row["ticker"], "event_ticker": row["event_ticker"]} for row in rows]
    gamma = gamma_fed("July", JULY, asked=asked, year=year, title=title)
    found = tokens(matched({"markets": rows}, {"events": [gamma]}))
    by_code = dict(zip(FED_CODES, (row["clobTokenIds"] for row in gamma["markets"]), strict=True))
    assert set(found) == {f"KXFEDDECISION-26JUL-{code}" for code in FED_CODES}
    assert all(f'["{token}"' in by_code[ticker.rpartition("-")[2]] for ticker, token in found.items())


def test_another_meeting_is_another_topic() -> None:
    """Fed: July of another year, or September, is not July."""
    for kalshi in (fed_event(2027, "July"), fed_event(2026, "September")):
        found = matched({"events": [kalshi]}, [gamma_fed("July", JULY)])
        assert tokens(found) == {}
        assert set(codes(found).values()) == {"no_counterpart_topic"}


def test_an_open_bucket_is_neither_of_the_closed_ones() -> None:
    """Fed: `25+ bps increase` is a raise of 25 or of more: neither Kalshi's H25 nor its H26, so both are refused."""
    gamma = gamma_fed("July", JULY, H25=("Fed increases interest rates by 25+ bps", "25+ bps increase"))
    gamma["markets"].pop()
    found = matched({"events": [fed_event(2026, "July")]}, [gamma])
    assert {ticker[-3:] for ticker in tokens(found)} == {"C26", "C25", "-H0"}
    assert codes(found) == {f"KXFEDDECISION-26JUL-{code}": "no_counterpart_bet" for code in ("H25", "H26")}


def test_a_question_and_its_group_that_disagree_are_refused() -> None:
    """Fed: a question about a cut in a group about a raise is nobody's counterpart."""
    gamma = gamma_fed("July", JULY, C25=("Fed decreases interest rates by 25 bps", "25 bps increase"))
    found = matched({"events": [fed_event(2026, "July")]}, [gamma])
    assert "KXFEDDECISION-26JUL-C25" not in tokens(found)
    assert len(tokens(found)) == 4
