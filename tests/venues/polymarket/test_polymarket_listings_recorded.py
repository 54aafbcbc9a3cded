"""Every market of Gamma's recordings is read, or refused with a reason; labelled pairs pay on the labelled tokens."""

import csv
import gzip
import json
from collections import Counter

from gamma_kit import RECORDED, about, context, needs_recorded_gamma, side_paid

from firstprint.domain.propositions import BetKind, Listing, Period, Topic, Unread
from firstprint.venues.polymarket.gamma import new_market, parse_gamma
from firstprint.venues.polymarket.listings import read_event, read_markets

pytestmark = needs_recorded_gamma


def nba() -> list[Listing | Unread]:
    """Read the fifty recorded NBA events."""
    page = parse_gamma(gzip.decompress((RECORDED / "gamma_nba_events_2026-01-09.json.gz").read_bytes()))
    assert (len(page.events), page.unreadable) == (50, [])
    return [one for event in page.events for one in read_event(event, context())]


def test_all_recorded_nba_markets_are_read() -> None:
    """738 markets of nine types: every one, and each as the bet that its type says."""
    read = nba()
    assert [one for one in read if isinstance(one, Unread)] == []
    kinds = Counter((one.bet.kind, one.bet.period) for one in read if isinstance(one, Listing))
    assert kinds == {
        (BetKind.STAT, Period.FULL): 469,
        (BetKind.TOTAL, Period.FULL): 83,
        (BetKind.MARGIN, Period.FULL): 53,
        (BetKind.WINNER, Period.FULL): 50,
        (BetKind.TOTAL, Period.FIRST_HALF): 40,
        (BetKind.MARGIN, Period.FIRST_HALF): 27,
        (BetKind.WINNER, Period.FIRST_HALF): 16,
    }


def test_no_two_recorded_markets_of_a_game_are_one_bet() -> None:
    """Each bet of a game is listed once: reading merges nothing."""
    bets = Counter((about(one).id, one.bet) for one in nba() if isinstance(one, Listing))
    assert [bet for bet, count in bets.items() if count > 1] == []


def test_recorded_games_start_when_gamma_says() -> None:
    """Also those whose markets lack a start, from their event; each has an exact one."""
    starts = {about(one).id: about(one).start for one in nba() if isinstance(one, Listing)}
    assert len(starts) == 50
    assert all(start is not None and start.exact for start in starts.values())


def test_the_labelled_tokens_pay_on_the_labelled_teams() -> None:
    """The token of a labelled leg is the outcome of the team in Kalshi's ticker."""
    with (RECORDED.parent / "pairs" / "kalshi_polymarket_nba.csv").open() as file:
        rows = list(csv.DictReader(file))
    winners = {one.name: one for one in nba() if isinstance(one, Listing) and one.bet.kind is BetKind.WINNER}
    checked = 0
    for row in rows:
        one = winners.get(row["polymarket_slug"])
        if one is None:
            continue
        league = context().leagues.leagues["NBA"]
        team = context().teams.pool_of(league).by_code("kalshi", row["team"])
        assert team is not None
        tokens = [outcome.token for outcome in one.outcomes]
        paid = side_paid(one)
        expected = tokens[0] if paid == team.key else tokens[1]
        assert (one.market, expected) == (row["condition_id"], row["token_id"])
        checked += 1
    assert checked >= 20


def test_recorded_shapes_of_other_leagues_are_read() -> None:
    """Soccer's three ways, an esports match with its event, presidential nominees; a map's winner is refused."""
    soccer = parse_gamma((RECORDED / "gamma_soccer_threeway_trimmed.json").read_bytes())
    alaves, game1 = [one for event in soccer.events for one in read_event(event, context())]
    assert isinstance(alaves, Listing)
    assert (alaves.bet.kind, alaves.bet.period, alaves.bet.side) == (BetKind.RESULT, Period.REGULATION, "alaves")
    assert isinstance(game1, Unread)
    assert game1.reason == "unread_kind"
    esports = parse_gamma((RECORDED / "gamma_market_esports_moneyline.json").read_bytes())
    (match,) = read_markets(esports.markets, context())
    assert isinstance(match, Listing)
    assert (about(match).league, match.terms.tie) == ("CS2", "half")
    nominees = parse_gamma((RECORDED / "gamma_event_negrisk.json").read_bytes())
    read = [one for event in nominees.events for one in read_event(event, context())]
    assert {one.about for one in read if isinstance(one, Listing)} == {Topic(kind="nominee", key="US-president/D/2028")}


def test_the_recorded_new_market_is_refused_with_why() -> None:
    """A share's price at a month's end is nothing that is read."""
    market = new_market(json.dumps(json.loads((RECORDED / "ws_new_market.json").read_text())).encode())
    (one,) = read_markets([market], context())
    assert isinstance(one, Unread)
    assert (one.reason, market.tick_e6) == ("unread_event", 10_000)
