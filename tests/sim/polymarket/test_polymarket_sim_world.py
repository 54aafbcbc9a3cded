"""What the simulated venue lists, and how its markets live."""

import json
from typing import Any

import pytest
from polymarket_sim_kit import EVENING_NS, HOUR_NS, NS_PER_S, START_NS, Venue, contest

from firstprint.sim.polymarket.exchange import Exchange
from firstprint.sim.polymarket.settings import PolymarketSettings
from firstprint.sim.world.meetings import OUTCOMES, meetings
from firstprint.sim.world.shared import SharedWorld

SLUG = "nba-mil-lal-2026-09-21"


def shared_exchange(seed: int = 1, count: int = 80, **settings: Any) -> Exchange:
    """Make a venue over a drawn world."""
    shared = SharedWorld(seed, START_NS)
    shared.populate(count)
    return Exchange(PolymarketSettings(seed=seed, **settings), START_NS, shared)


def test_a_game_of_two_ways_is_one_event_named_away_first() -> None:
    """Slug, title and outcomes name the visitors first; the slug's day is New York's."""
    venue = Venue(contest())
    event = venue.directory.event_slugs[SLUG]
    assert event.plan.title == "Bucks vs. Lakers"
    assert venue.market(SLUG).plan.outcomes == ("Bucks", "Lakers")
    spread = venue.market(f"{SLUG}-spread-home-7pt5").plan
    assert (spread.outcomes, spread.line) == (("Lakers", "Bucks"), -7.5)
    assert "win the game by 8 or more points" in spread.description
    assert venue.market(f"{SLUG}-total-210pt5").plan.outcomes == ("Over", "Under")


def test_the_first_half_spread_says_no_sign() -> None:
    """`line` of a first half's handicap is positive though its first outcome lays the points."""
    halves = [m.plan for m in Venue(contest()).directory.markets if m.plan.kind == "first_half_spreads"]
    assert [half.line is not None and half.line > 0 for half in halves] == [True]
    assert "(-" in halves[0].question


def test_the_slug_of_a_league_by_utc_carries_the_next_day() -> None:
    """The same evening is another day in the slugs of some leagues."""
    venue = Venue(contest("NFL", "TB", "DAL"))
    assert "nfl-tb-dal-2026-09-22" in venue.directory.event_slugs


def test_soccer_has_three_markets_with_the_hosts_first_and_a_child_event() -> None:
    """Three yes-no markets share a negative-risk event; lines stand in a child joined by the parent."""
    venue = Venue(contest("EPL", "TOT", "CFC", scores=(1, 1), polymarket_spreads=(("home", 1.5),),
                          polymarket_totals=(2.5,)))  # fmt: skip
    event = venue.directory.event_slugs["epl-che-tot-2026-09-22"]
    assert event.plan.neg_risk
    tails = [m.plan.slug.removeprefix("epl-che-tot-2026-09-22") for m in event.markets]
    assert tails == ["-che", "-draw", "-tot"]
    assert [m.plan.result for m in event.markets] == [0.0, 1.0, 0.0]
    child = venue.directory.event_slugs["epl-che-tot-2026-09-22-more-markets"]
    assert child.parent is event


def test_the_second_game_of_a_doubleheader_has_its_own_slug() -> None:
    """Two games of one pair on one day differ by `-dh2`."""
    first = contest("MLB", "HOU", "SD", game=1)
    second = contest("MLB", "HOU", "SD", number=2, game=2, start_ns=EVENING_NS + HOUR_NS)
    slugs = [event.plan.slug for event in Venue(first, second).directory.events]
    assert slugs == ["mlb-hou-sd-2026-09-21", "mlb-hou-sd-2026-09-21-dh2"]


def test_ids_are_functions_of_seed_and_slug() -> None:
    """Conditions are 64 hex digits, tokens 77 or 78 decimal ones, and the same in another run of the same seed."""
    one, again, other = (Venue(contest(), seed=seed).market(SLUG) for seed in (1, 1, 2))
    assert (one.condition, one.tokens) == (again.condition, again.tokens)
    assert one.condition != other.condition
    assert len(one.condition) == 66
    assert all(token.isdigit() and len(token) in {77, 78} for token in one.tokens)


def test_a_game_is_wiped_at_its_start_and_quiet_for_a_moment() -> None:
    """At the start the watchers get an empty book, and nothing else for three seconds."""
    venue = Venue(contest(start_ns=START_NS + 5 * NS_PER_S), rate_per_s=200)
    market, connection = venue.market("nba-mil-lal-2026-09-21"), venue.connect()
    venue.watch(connection, market.tokens[0])
    venue.run(4.9)
    venue.hear(connection)
    venue.run(2.0)
    heard = [one for one in venue.messages(connection) if int(one["timestamp"]) >= (START_NS + 5 * NS_PER_S) // 10**6]
    assert [(one["event_type"], one["bids"], one["asks"]) for one in heard] == [("book", [], [])]
    venue.run(10)
    assert venue.messages(connection, "price_change")


def test_a_result_is_proposed_then_resolved_and_told() -> None:
    """After the end the book is gone while orders are said to be accepted; later it is closed with a winner."""
    venue = Venue(
        contest(start_ns=START_NS + 5 * NS_PER_S, length_ns=10 * NS_PER_S), propose_after_s=5, resolve_after_s=5
    )
    market, connection = venue.market(SLUG), venue.connect()
    venue.watch(connection, market.tokens[0], custom_feature_enabled=True)
    venue.run(21)
    row = venue.gamma(f"/markets/{market.number}")
    assert (row["closed"], row["acceptingOrders"], row["umaResolutionStatus"]) == (False, True, "proposed")
    assert venue.ask("clob", "/book", f"token_id={market.tokens[0]}")[0] == 404
    venue.hear(connection)
    venue.run(10)
    row = venue.gamma(f"/markets/{market.number}")
    assert (row["closed"], row["umaResolutionStatus"], json.loads(row["outcomePrices"])) == (
        True,
        "resolved",
        ["0", "1"],
    )
    told = {one["market"]: one for one in venue.messages(connection, "market_resolved")}
    assert told[market.condition]["winning_asset_id"] == market.tokens[1]
    assert told[market.condition]["winning_outcome"] == "Lakers"


def test_some_results_are_never_told() -> None:
    """With a share of one no `market_resolved` comes, though Gamma knows."""
    venue = Venue(contest(start_ns=START_NS + NS_PER_S, length_ns=NS_PER_S), propose_after_s=1, resolve_after_s=1,
                  resolved_lost_share=1.0)  # fmt: skip
    connection = venue.connect()
    venue.watch(connection, venue.market(SLUG).tokens[0], custom_feature_enabled=True)
    venue.run(10)
    assert venue.market(SLUG).closed
    assert venue.messages(connection, "market_resolved") == []


def test_a_game_called_off_pays_halves() -> None:
    """A cancelled contest resolves every market 50-50, before its start."""
    venue = Venue(contest(cancelled_ns=START_NS + NS_PER_S), propose_after_s=1, resolve_after_s=1)
    venue.run(5)
    assert {m.value for m in venue.directory.markets if m.stage == "resolved"} == {0.5}


def test_a_game_that_moves_keeps_its_slug_and_says_which_game_it_was() -> None:
    """After a postponement start and game id are new, `rescheduledFromGameId` is the old one, the slug stays."""
    venue = Venue(
        contest(postponed_ns=START_NS + NS_PER_S, scheduled_ns=EVENING_NS, start_ns=EVENING_NS + 24 * HOUR_NS)
    )
    before = venue.gamma(f"/events/slug/{SLUG}")
    venue.run(2)
    after = venue.gamma(f"/events/slug/{SLUG}")
    assert (before["startTime"], after["startTime"]) == ("2026-09-22T01:20:00Z", "2026-09-23T01:20:00Z")
    assert after["rescheduledFromGameId"] == before["gameId"] != after["gameId"]


def test_a_market_listed_now_is_broadcast_and_has_a_book_later() -> None:
    """`new_market` goes to everybody who wants it at once; the CLOB answers 404 for a while, then the book comes."""
    venue = Venue(contest(), book_after_s=5)
    connection, deaf = venue.connect(), venue.connect()
    venue.watch(connection, "1", custom_feature_enabled=True)
    venue.watch(deaf, "1")
    venue.shared.contests.append(contest("NBA", "SAC", "GSW", number=2, polymarket_listed_ns=START_NS + NS_PER_S))
    venue.run(2)
    told = {one["slug"]: one for one in venue.messages(connection, "new_market")}
    new = told["nba-sac-gsw-2026-09-21"]
    assert (new["line"], new["sports_market_type"], new["game_start_time"]) == ("", "moneyline", "2026-09-22T01:20:00Z")
    assert told["nba-sac-gsw-2026-09-21-spread-home-7pt5"]["line"] == "-7.5"
    assert venue.hear(deaf) == []
    asset = new["assets_ids"][0]
    assert venue.ask("clob", "/book", f"token_id={asset}") == (
        404, {"error": "No orderbook exists for the requested token id"},
    )  # fmt: skip
    venue.tell(connection, operation="subscribe", assets_ids=[asset])
    assert venue.messages(connection, "book") == []
    venue.run(5)
    assert [one["asset_id"] for one in venue.messages(connection, "book")] == [asset]
    assert venue.book(asset)["bids"]


def test_the_same_seed_makes_the_same_bytes() -> None:
    """World, frames and truth are the same in two runs, and others with another seed."""

    def play(seed: int) -> bytes:
        venue = Venue(contest(), seed=seed, rate_per_s=300, unrelated=3, late_share=0.1, crossed_share=0.05)
        connection = venue.connect()
        venue.watch(connection, *(m.tokens[0] for m in venue.directory.markets), custom_feature_enabled=True)
        venue.run(5)
        frames = b"".join(connection.take(venue.now_ns))
        venue.exchange.finish(venue.now_ns)
        return frames + b"".join(venue.chunks)

    assert play(4) == play(4)
    assert play(4) != play(5)


def test_how_often_time_is_told_changes_nothing() -> None:
    """Small steps and one leap lead to the same books."""

    def books(step_s: float) -> list[Any]:
        venue = Venue(contest(), rate_per_s=100)
        venue.run(20, step_s)
        return [m.book.sizes for m in venue.directory.markets if m.book is not None]

    assert books(0.01) == books(20.0) != []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_drawn_world_has_every_awkward_listing(seed: int) -> None:
    """Flawed children, zombies, lookalikes, tails of digits and games without a start are all there."""
    exchange = shared_exchange(seed, 200)
    stages = {market.stage for market in exchange.world.directory.markets}
    assert stages >= {"open", "inactive", "withdrawn", "proposed"}
    slugs = " ".join(exchange.world.directory.event_slugs)
    assert all(word in slugs for word in ("bitcoin-above", "presidential-nominee", "champion", "fed-decision-in"))
    answer = exchange.answer("gamma", "GET", "/markets/keyset", "limit=100&sports_market_types=moneyline", {}, START_NS)
    rows = json.loads(answer.body)["markets"]
    assert any("gameStartTime" not in row for row in rows)
    assert sum("gameStartTime" in row for row in rows) > len(rows) * 0.8


def test_zombies_were_proposed_long_ago_and_stay_open() -> None:
    """A game of the same teams half a year back has prices of a half and is not closed."""
    venue = Venue(contest(), unrelated=3)
    found = venue.gamma("/markets/keyset", "uma_resolution_status=proposed")["markets"]
    assert [json.loads(row["outcomePrices"]) for row in found] == [["0.5", "0.5"]]
    assert found[0]["slug"].startswith("nba-mil-lal-2026-03")
    assert found[0]["acceptingOrders"]


def test_the_five_outcomes_of_a_meeting_are_told_apart() -> None:
    """Cuts, hikes and no change of one meeting are five markets of one event; one of them pays."""
    meeting = next(meetings(1, START_NS))
    venue = Venue(meetings=[meeting])
    plans = [market.plan for market in venue.directory.markets]
    assert sorted(plan.group for plan in plans) == [
        "25 bps decrease", "25 bps increase", "50+ bps decrease", "50+ bps increase", "No change",
    ]  # fmt: skip
    assert sum(plan.result for plan in plans) == 1.0
    assert {link.kalshi_ticker for link in venue.exchange.true_links()} == {
        f"KXFEDDECISION-26OCT-{code}" for code, _, _ in OUTCOMES
    }


def pays(outcome: str, scores: tuple[int, int], names: tuple[str, str], line: float | None, question: str) -> bool:
    """Say by the words of a listing alone whether an outcome pays: a second reader of what the venue says."""
    away, home = scores
    lead = {names[0]: away - home, names[1]: home - away}
    if outcome in {"Over", "Under"}:
        assert line is not None
        return (away + home > line) == (outcome == "Over")
    if "Spread" in question:
        assert line is not None
        favourite = question.removeprefix("Spread: ").rpartition(" (")[0]
        return (lead[favourite] > -line) == (outcome == favourite)
    return lead[outcome] > 0


@pytest.mark.parametrize("seed", [1, 7])
def test_true_links_pay_when_kalshis_yes_pays(seed: int) -> None:
    """For games of two ways the linked token pays by the words of its own listing exactly when Kalshi's ticker does."""
    exchange = shared_exchange(seed, 150)
    events = {e.plan.slug: e for e in exchange.world.directory.events if e.plan.contest is not None}
    checked = 0
    for link in exchange.true_links():
        market = exchange.world.directory.conditions[link.condition_id]
        one = market.event.plan.contest
        if one is None or one.league.ways == 3 or one.scores[0] == one.scores[1]:
            continue
        assert market.event.plan.slug in events
        outcome = market.plan.outcomes[market.tokens.index(link.token_id)]
        names = one.away.polymarket_name, one.home.polymarket_name
        kind, _, segment = link.kalshi_ticker.partition("-")[0], None, link.kalshi_ticker.rpartition("-")[2]
        margin = {
            one.away.kalshi_code: one.scores[0] - one.scores[1],
            one.home.kalshi_code: one.scores[1] - one.scores[0],
        }
        if kind.endswith("TOTAL"):
            wanted = sum(one.scores) >= int(segment)
        elif kind.endswith("SPREAD"):
            code = segment.rstrip("0123456789")
            wanted = margin[next(k for k in margin if k.endswith(code))] >= int(segment[len(code) :])
        else:
            wanted = margin[next(k for k in margin if link.kalshi_ticker.endswith("-" + k))] > 0
        assert pays(outcome, one.scores, names, market.plan.line, market.plan.question) == wanted, link
        checked += 1
    assert checked > 200


def test_true_links_of_soccer_and_of_meetings_name_the_right_market() -> None:
    """Each of the three ways is linked to the yes of its own market; each of Kalshi's codes to its own words."""
    meeting = next(meetings(1, START_NS))
    game = contest("EPL", "TOT", "CFC", spread_lines=(), total_lines=(2.5,), polymarket_totals=(2.5, 3.5))
    venue = Venue(game, meetings=[meeting])
    links = {link.kalshi_ticker: link for link in venue.exchange.true_links()}
    conditions = venue.directory.conditions
    for link in links.values():
        assert link.token_id == conditions[link.condition_id].tokens[0]
    groups = {ticker.rpartition("-")[2]: conditions[link.condition_id].plan.group for ticker, link in links.items()}
    assert groups == {
        "CFC": "Chelsea FC", "TIE": "Draw (Chelsea FC vs. Tottenham Hotspur FC)", "TOT": "Tottenham Hotspur FC",
        "3": "O/U 2.5", "H0": "No change", "C25": "25 bps decrease", "C26": "50+ bps decrease",
        "H25": "25 bps increase", "H26": "50+ bps increase",
    }  # fmt: skip


def test_true_links_leave_out_what_is_closed_and_what_kalshi_does_not_list() -> None:
    """The caller may narrow them to tickers that exist and to markets that trade."""
    venue = Venue(contest(), contest("NBA", "SAC", "GSW", number=2, listed_ns=None))
    every = venue.exchange.true_links()
    assert {link.kalshi_ticker for link in every} == {
        "KXNBAGAME-26SEP21MILLAL-MIL", "KXNBAGAME-26SEP21MILLAL-LAL", "KXNBASPREAD-26SEP21MILLAL-LAL8",
        "KXNBATOTAL-26SEP21MILLAL-211",
    }  # fmt: skip
    assert len(venue.exchange.true_links({"KXNBATOTAL-26SEP21MILLAL-211"})) == 1
    venue.market(SLUG).stage = "resolved"
    assert len(venue.exchange.true_links(tradable=True)) == 2


def test_prices_follow_the_contest_of_the_world() -> None:
    """The moneyline is quoted around the contest's chance, and near its result by the end."""
    venue = Venue(contest(start_ns=START_NS + 10 * NS_PER_S), rate_per_s=50)
    market = venue.market(SLUG)
    before = float(venue.book(market.tokens[1])["bids"][-1]["price"])
    assert abs(before - 0.6) < 0.06
    venue.run(305)
    assert float(venue.book(market.tokens[1])["bids"][-1]["price"]) > 0.9
