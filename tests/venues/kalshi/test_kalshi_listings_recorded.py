"""Every listing of Kalshi's recordings is read, or refused with a reason; the labelled pairs are read from tickers."""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from listings_kit import about, context, side_paid
from recorded import RECORDINGS, needs_recordings

from firstprint.domain.entries import MarketEntry
from firstprint.domain.happenings import RestRequest
from firstprint.domain.propositions import BetKind, Listing, Unread
from firstprint.venues.kalshi.listings import read_markets
from firstprint.venues.kalshi.lists import listed
from firstprint.venues.kalshi.targets import read_targets

PLACE = RECORDINGS / "kalshi-rest"
pytestmark = needs_recordings


def rows_of(name: str) -> Iterator[dict[str, Any]]:
    """Give the lines of a normalised recording."""
    with gzip.open(PLACE / name, "rt") as file:
        yield from map(json.loads, file)


def pairs_of(name: str) -> list[dict[str, str]]:
    """Give the rows of a table of labelled pairs."""
    with (RECORDINGS / "pairs" / name).open() as file:
        return list(csv.DictReader(file))


def bare(ticker: str, title: str | None = None) -> MarketEntry:
    """Make a market of which nothing is known but its ticker and its event's."""
    return MarketEntry(ticker=ticker, event_ticker=ticker.rpartition("-")[0], title=title)


def test_every_recorded_event_is_read() -> None:
    """All ten events are read whole: six kinds of markets in six leagues, and a season's title."""
    page = listed(RestRequest(path="/events"), (PLACE / "events_sports_nested_2026-08.json").read_bytes())
    read = read_markets({event.ticker: event for event in page.events}, page.markets, context())
    assert [one for one in read if isinstance(one, Unread)] == []
    kinds = Counter(one.bet.kind for one in read if isinstance(one, Listing))
    assert kinds == {
        BetKind.WINNER: 8, BetKind.MARGIN: 16, BetKind.RESULT: 3, BetKind.TOTAL: 9, BetKind.TOPIC: 2,
    }  # fmt: skip


def test_recorded_strikes_agree_with_what_was_read() -> None:
    """Every recorded floor is the line, with its sign turned where the bet was turned."""
    page = listed(RestRequest(path="/events"), (PLACE / "events_sports_nested_2026-08.json").read_bytes())
    read = {one.market: one for one in read_markets({}, page.markets, context()) if isinstance(one, Listing)}
    floors = {market.ticker: market.floor_strike for market in page.markets if market.floor_strike}
    assert len(floors) == 25
    assert all(abs(read[ticker].bet.line_e6 or 0) == int(float(floor) * 10**6) for ticker, floor in floors.items())


def test_recorded_sweeps_are_read_by_title_and_ticker() -> None:
    """A day of sports: every game of a league of the table is read, with tickers and titles alone."""
    markets = {
        outcome["ticker"]: MarketEntry(
            ticker=outcome["ticker"], event_ticker=row["event_ticker"], title=outcome.get("title")
        )
        for row in rows_of("sports_sweeps_2026-07-11.jsonl.gz")
        for outcome in row["outcomes"]
    }
    read = read_markets({}, markets.values(), context())
    reasons = Counter(one.reason for one in read if isinstance(one, Unread))
    assert set(reasons) <= {"unread_series", "unknown_team"}
    assert reasons["unknown_team"] <= len(read) // 100
    assert len([one for one in read if isinstance(one, Listing)]) >= 500


def test_recorded_settlements_are_read_or_refused_with_why() -> None:
    """Combos, weather and metals are refused at once; one winner of every two-way game is the other's opposite."""
    markets = [bare(row["ticker"]) for row in rows_of("settlements_2026-07-17.jsonl.gz")]
    read = read_markets({}, markets, context())
    reasons = Counter(one.reason for one in read if isinstance(one, Unread))
    assert set(reasons) <= {"combo", "unread_series", "unknown_team", "ambiguous_team"}
    games = Counter(about(one).id for one in read if isinstance(one, Listing) and one.bet.kind is BetKind.WINNER)
    assert games


def test_the_labelled_nba_legs_are_read_from_tickers() -> None:
    """Every labelled leg is read without title and event, and YES pays on the labelled team."""
    rows = pairs_of("kalshi_polymarket_nba.csv")
    read = read_markets({}, [bare(row["kalshi_ticker"]) for row in rows], context())
    assert [one for one in read if isinstance(one, Unread)] == []
    paid = {one.market: side_paid(one) for one in read if isinstance(one, Listing)}
    codes: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        league = row["kalshi_ticker"].partition("-")[0]
        codes.setdefault((league, row["team"]), set()).add(paid[row["kalshi_ticker"]])
    assert all(len(teams) == 1 for teams in codes.values())


def test_the_labelled_fed_decisions_are_read_from_tickers() -> None:
    """Meeting and outcome are as labelled."""
    rows = pairs_of("kalshi_polymarket_fed.csv")
    read = read_markets({}, [bare(row["kalshi_ticker"]) for row in rows], context())
    said = {one.market: (one.bet.side, one.about) for one in read if isinstance(one, Listing)}
    for row in rows:
        outcome, topic = said[row["kalshi_ticker"]]
        assert (outcome, getattr(topic, "key", None)) == (row["outcome"], row["round_or_meeting"])


def test_the_labelled_contests_start_within_their_window() -> None:
    """The kick-off lies in the day or at the moment that Kalshi's ticker names, also where UTC has the next day."""
    for row in pairs_of("kalshi_espn.csv"):
        event = row["kalshi_event_ticker"]
        names = (row["team_a"], row["team_b"])
        markets = [MarketEntry(ticker=f"{event}-X", event_ticker=event, title=" vs ".join(names) + " Winner?")]
        markets += [MarketEntry(ticker=f"{event}-TIE", event_ticker=event, yes_sub_title="Tie")]
        read = [one for one in read_markets({}, markets, context()) if isinstance(one, Listing)]
        assert read, event
        window = about(read[0]).start
        assert window is not None
        starts_ns = kickoff_ns(row["kickoff_ts"])
        assert window.earliest_ns <= starts_ns <= window.latest_ns, event


def kickoff_ns(text: str) -> int:
    """Give a kick-off as Unix nanoseconds."""
    return int(datetime.fromisoformat(text).timestamp()) * 10**9


def test_recorded_identities_are_read() -> None:
    """Milestones of games name both teams; those of tournaments belong to no contest."""
    body = json.dumps(json.loads((PLACE / "milestones_list.json").read_text())["response"]).encode()
    page = read_targets(body)
    assert (page.unreadable, len(page.milestones)) == ([], 5)
    games = [milestone for milestone in page.milestones if milestone.events]
    assert [milestone.events[0] for milestone in games] == [
        "SIMNBAGAME", "SIMNFLGAME", "KXWTADDF-25", "KXWTADDF-25TAUMUC",
    ]  # fmt: skip
    body = json.dumps(json.loads((PLACE / "structured_targets_list.json").read_text())["response"]).encode()
    assert {target.name for target in read_targets(body).targets} >= {"Toulouse FC", "Club Brugge"}
