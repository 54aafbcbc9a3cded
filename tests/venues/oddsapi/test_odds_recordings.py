"""The recorded odds of 15 games by 30 books: read whole, and the consensus agrees with another way of computing it."""

import csv
import json
from collections import defaultdict
from datetime import datetime
from typing import Any

import pytest
import shin as independent
from odds_kit import LEAGUES, TEAMS
from tests.source_server import RECORDINGS, needs_recordings

from firstprint.domain.contests import ContestState
from firstprint.domain.odds import OddsEvent
from firstprint.domain.propositions import BetKind
from firstprint.signals.consensus import BOOKS, Agreement, ConsensusPlan, agreement_of
from firstprint.venues.oddsapi.parse import OddsRead, parse_odds, parse_scores

pytestmark = needs_recordings

GAMES = RECORDINGS / "oddsapi" / "mlb_h2h_spreads_totals_2026-08-07.json"
SCORES = RECORDINGS / "oddsapi" / "scores_2026.json"
PAIRS = RECORDINGS / "pairs" / "kalshi_oddsapi_mlb_2026-08-07.csv"


@pytest.fixture(scope="module")
def capture() -> dict[str, Any]:
    """Load the recording: the API's list, and when it came."""
    return json.loads(GAMES.read_bytes())


@pytest.fixture(scope="module")
def told(capture: dict[str, Any]) -> OddsRead:
    """Read the recording."""
    return parse_odds(json.dumps(capture["events"]).encode(), LEAGUES, TEAMS)


def agreed(event: OddsEvent, capture: dict[str, Any], books: tuple[str, ...], age_s_max: float = 3600) -> Agreement:
    """Give the consensus at the moment of the recording."""
    plan = ConsensusPlan(books=books, age_s_max=age_s_max)
    return agreement_of(event, "C", plan, capture["captured_ms"] * 10**6)


def every_book(told: OddsRead) -> tuple[str, ...]:
    """Give all books of the recording."""
    return tuple(sorted({quote.book for event in told.events for quote in event.quotes}))


def test_every_game_is_read_and_what_is_left_out_is_counted(told: OddsRead) -> None:
    """All games have their teams; only lay prices and lines that can push are left out."""
    assert (len(told.events), told.unread, told.unreadable) == (15, [], [])
    assert dict(told.left_out) == {"PUSH_POSSIBLE": 320, "LAY": 60}
    assert len(every_book(told)) == 30


def test_every_outcome_of_the_recording_is_in_a_quote_or_left_out(capture: dict[str, Any], told: OddsRead) -> None:
    """Nothing is lost unsaid."""
    outcomes = sum(
        len(market["outcomes"])
        for event in capture["events"]
        for book in event["bookmakers"]
        for market in book["markets"]
    )
    quoted = sum(len(quote.outcomes) for event in told.events for quote in event.quotes)
    assert quoted + told.left_out.total() == outcomes


def test_every_books_probabilities_are_probabilities(capture: dict[str, Any], told: OddsRead) -> None:
    """By each method, of each book, on each bet; and no book of the recording is without vig."""
    for event in told.events:
        found = agreed(event, capture, every_book(told))
        assert found.left_out == ()
        for one in found.consensus:
            assert 0 < one.probability < 1
            for book in one.books:
                assert all(
                    0 < p < 1 for p in (book.multiplicative, book.additive, book.power, book.shin) if p is not None
                )
                assert book.age_s is not None


def test_the_consensus_on_winners_agrees_with_another_computation(capture: dict[str, Any], told: OddsRead) -> None:
    """Straight from the recording, by the library `shin` and a plain mean, the probabilities are the same."""
    for row, event in zip(capture["events"], told.events, strict=True):
        sides = {row["home_team"]: event.sighting.home}
        (away,) = set(event.sighting.teams) - {event.sighting.home}
        sides[row["away_team"]] = away
        by_team: dict[str, list[float]] = defaultdict(list)
        for book in row["bookmakers"]:
            for market in book["markets"]:
                if market["key"] == "h2h":
                    odds = {outcome["name"]: outcome["price"] for outcome in market["outcomes"]}
                    for name, p in independent.calculate_implied_probabilities(odds).items():
                        by_team[sides[name]].append(p)
        (ours,) = [one for one in agreed(event, capture, every_book(told)).consensus if one.bet.kind is BetKind.WINNER]
        theirs = by_team[ours.bet.side or ""]
        assert ours.probability == pytest.approx(sum(theirs) / len(theirs), abs=1e-9)
        assert ours.book_spread == pytest.approx(max(theirs) - min(theirs), abs=1e-9)


def test_main_lines_are_near_even(capture: dict[str, Any], told: OddsRead) -> None:
    """A total that most books quote is set so that it is about as likely as not, and there the methods agree."""
    for event in told.events:
        for one in agreed(event, capture, every_book(told)).consensus:
            if one.bet.kind is BetKind.TOTAL and len(one.books) >= 10:
                assert 0.45 < one.probability < 0.55
                assert one.method_spread < 0.01


def test_the_books_that_count_by_default_are_there_but_caesars(capture: dict[str, Any], told: OddsRead) -> None:
    """The recorded account has no Caesars; `williamhill` is another book and does not stand in for it."""
    for event in told.events:
        found = agreed(event, capture, BOOKS)
        assert found.silent == ("williamhill_us",)
        assert {book.book for one in found.consensus for book in one.books} == {"draftkings", "fanduel", "betmgm"}


def test_an_hour_later_every_book_is_stale(capture: dict[str, Any], told: OddsRead) -> None:
    """Nothing old passes for a consensus."""
    later = {"captured_ms": capture["captured_ms"] + 3_600_000}
    found = agreed(told.events[0], later, every_book(told), age_s_max=600)
    assert found.consensus == ()
    assert {left.reason for left in found.left_out} == {"stale"}


def test_starts_are_minutes_from_the_exchanges(told: OddsRead) -> None:
    """Known pairs start within a quarter of an hour of one another, and no more."""
    by_id = {event.sighting.id: event.sighting for event in told.events}
    with PAIRS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        sighting = by_id[row["odds_event_id"]]
        assert sighting.start is not None
        kalshi_ns = datetime.fromisoformat(row["kalshi_ticker_start_utc"]).timestamp() * 1e9
        assert abs(sighting.start.earliest_ns - kalshi_ns) <= 15 * 60 * 1e9
        assert sighting.title == f"{row['odds_away']} at {row['odds_home']}"


def test_recorded_scores_are_over_or_not_begun() -> None:
    """Three games ended with two scores each, one has not begun."""
    read = parse_scores(SCORES.read_bytes(), LEAGUES, TEAMS)
    assert (read.unread, read.unreadable) == ([], [])
    assert [(one.sighting.state, len(one.scores)) for one in read.scores] == [
        (ContestState.OVER, 2),
        (ContestState.OVER, 2),
        (ContestState.OVER, 2),
        (ContestState.SCHEDULED, 0),
    ]
