"""Kalshi's games come from the shared world: tickers, texts, times, endings and reference data agree with it."""

import re
from datetime import UTC, datetime
from typing import Any

from sim_kit import START_NS, Venue

from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.world import World
from firstprint.sim.world.contests import NS_PER_S, Phase
from firstprint.sim.world.shared import SharedWorld


def events_of(venue: Venue) -> list[dict[str, Any]]:
    """Read every event with its markets, as a client does."""
    rows: list[dict[str, Any]] = []
    cursor = ""
    while True:
        status, body = venue.get("/events", f"with_nested_markets=true&limit=200&cursor={cursor}")
        assert status == 200
        rows += body["events"]
        venue.now_ns += 10**8
        if not (cursor := body["cursor"]):
            return rows


def games_of(venue: Venue, kind: str) -> list[dict[str, Any]]:
    """Give the events of one kind of series that the shared world knows."""
    known = {name for true in venue.exchange.world.shared.true_contests() for name in true.kalshi_event_tickers}
    return [row for row in events_of(venue) if row["event_ticker"] in known and kind in row["series_ticker"]]


def test_every_ticker_of_a_game_is_known_to_the_shared_world() -> None:
    """All games, spreads and totals of the world's leagues are among the true contests, and nothing else is."""
    world = World(SimSettings(markets=2_000), START_NS)
    true = {name for one in world.shared.true_contests() for name in one.kalshi_event_tickers}
    listed = {ticker for ticker, event in world.events.items() if event.game is not None}
    assert listed == true
    assert len(listed) > 100


def test_winners_spreads_and_totals_agree_with_the_score() -> None:
    """Each market's planned result is what a second reading of ticker, strike and final scores gives."""
    world = World(SimSettings(markets=3_000), START_NS)
    checked = 0
    for market in world.markets:
        game, event = market.plan.event.game, market.plan.event
        if (
            game is None
            or market.combo
            or game.cancelled_ns is not None
            or event.kind not in {"GAME", "SPREAD", "TOTAL"}
        ):
            continue
        last = market.ticker.removeprefix(event.ticker + "-")
        points = {game.away.kalshi_code: game.scores[0], game.home.kalshi_code: game.scores[1]}
        if event.kind == "TOTAL":
            yes = sum(points.values()) >= int(last)
        elif event.kind == "GAME" and len(set(points.values())) == 1:
            assert market.plan.outcome == ("scalar" if game.league.ways == 2 else ("yes" if last == "TIE" else "no"))
            continue
        elif last == "TIE":
            yes = False
        else:
            code, least = (last, 1) if event.kind == "GAME" else _code_and_number(last, points)
            yes = 2 * points[code] - sum(points.values()) >= least
        assert market.plan.outcome == ("yes" if yes else "no"), market.ticker
        checked += 1
    assert checked > 1_000


def _code_and_number(last: str, points: dict[str, int]) -> tuple[str, int]:
    code = max((code for code in points if last.startswith(code)), key=len)
    return code, int(last.removeprefix(code))


def test_lines_and_their_numbers_agree() -> None:
    """The number in a spread's or total's ticker is half a point above its floor, and the words say the floor."""
    venue = Venue(markets=600, tier="prestige")
    seen = 0
    for event in games_of(venue, "SPREAD") + games_of(venue, "TOTAL"):
        for market in event["markets"]:
            floor = market["floor_strike"]
            assert re.search(rf"{floor + 0.5:.0f}\Z", market["ticker"])
            assert f"{floor:g} " in market["yes_sub_title"]
            assert f"more than {floor:g} " in market["rules_primary"]
            seen += 1
    assert seen > 100


def test_rules_say_the_day_first_scheduled_and_the_time_where_the_ticker_has_one() -> None:
    """Rules and ticker say the same Eastern day, in baseball with the time; soccer ends after ninety minutes."""
    venue = Venue(markets=600, tier="prestige")
    timed = 0
    for event in games_of(venue, "GAME"):
        rules = event["markets"][0]["rules_primary"]
        day = re.search(r"originally scheduled for (\w+ \d+, \d{4})(?: at (\d+:\d+ [AP]M) (E[SD]T))?", rules)
        assert day is not None, rules
        code = event["event_ticker"].split("-")[1]
        assert code.startswith(rewritten(day[1], "%b %d, %Y", "%y%b%d").upper())
        if event["series_ticker"] == "KXMLBGAME":
            assert code[7:11] == rewritten(day[2], "%I:%M %p", "%H%M")
            timed += 1
        soccer = any(market["ticker"].endswith("-TIE") for market in event["markets"])
        assert ("after 90 minutes plus stoppage time" in rules) is soccer
    assert timed


def test_occurrence_is_three_hours_after_the_start() -> None:
    """`occurrence_datetime` is not the start: the milestone says that, and lies three hours before."""
    venue = Venue(markets=600, tier="prestige")
    starts = milestones(venue)
    shown = 0
    for event in games_of(venue, "GAME"):
        start = starts[event["event_ticker"]]
        game = venue.exchange.world.events[event["event_ticker"]].game
        assert game is not None
        if game.phase(venue.now_ns) is Phase.SCHEDULED and game.postponed_ns is None:
            for market in event["markets"]:
                assert _seconds(market["occurrence_datetime"]) - _seconds(start["start_date"]) == 3 * 3_600
            shown += 1
    assert shown > 10


def rewritten(text: str, form: str, other: str) -> str:
    """Write a day or a clock time in another form."""
    return datetime.strptime(text, form).replace(tzinfo=UTC).strftime(other)


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def milestones(venue: Venue, query: str = "limit=7") -> dict[str, dict[str, Any]]:
    """Read every page of milestones; give each by the tickers it groups."""
    found: dict[str, dict[str, Any]] = {}
    cursor = ""
    while True:
        venue.now_ns += 10**8
        status, body = venue.get("/milestones", f"{query}&cursor={cursor}")
        assert status == 200
        for row in body["milestones"]:
            found |= dict.fromkeys(row["related_event_tickers"], row)
        if not (cursor := body["cursor"]):
            return found


def test_a_milestone_groups_all_events_of_a_contest_and_names_both_teams() -> None:
    """Home and away are targets that the structured targets know by the names on the winner's markets."""
    venue = Venue(markets=600, tier="prestige")
    targets = all_targets(venue)
    found = milestones(venue)
    for true, contest in zip(
        venue.exchange.world.shared.true_contests(), venue.exchange.world.shared.contests, strict=True
    ):
        for ticker in true.kalshi_event_tickers:
            row = found[ticker]
            assert set(row["related_event_tickers"]) == set(true.kalshi_event_tickers)
            assert targets[row["details"]["home_team_id"]]["details"]["abbreviation"] == contest.home.kalshi_code
            assert targets[row["details"]["away_team_id"]]["details"]["abbreviation"] == contest.away.kalshi_code
    assert len({row["id"] for row in found.values()}) > 10


def all_targets(venue: Venue) -> dict[str, dict[str, Any]]:
    """Read every page of structured targets."""
    found: dict[str, dict[str, Any]] = {}
    cursor = ""
    while True:
        venue.now_ns += 10**8
        _, body = venue.get("/structured_targets", f"page_size=200&cursor={cursor}")
        found |= {row["id"]: row for row in body["structured_targets"]}
        if not (cursor := body["cursor"]):
            return found


def test_targets_are_found_by_id_on_whichever_page_they_are() -> None:
    """Asking for ids gives just these, and men's and women's teams of one school are two targets."""
    venue = Venue(tier="prestige")
    every = all_targets(venue)
    wanted = list(every)[150:400:50]
    venue.now_ns += 10**9
    _, body = venue.get("/structured_targets", "&".join(f"ids={one}" for one in wanted))
    assert [row["id"] for row in body["structured_targets"]] == wanted
    duke = [row["details"]["league"] for row in every.values() if row["name"] == "Duke"]
    assert duke == ["NCAAF", "NCAAB", "NCAAWB"]


def test_a_strike_names_its_team_among_the_targets() -> None:
    """Every structured strike of a game's market is the uuid of the team that its words name."""
    venue = Venue(markets=400, tier="prestige")
    targets = all_targets(venue)
    named = 0
    for event in games_of(venue, "GAME"):
        for market in event["markets"]:
            (uuid,) = market["custom_strike"].values()
            if not market["ticker"].endswith("-TIE"):
                target = targets[uuid]
                assert market["ticker"].endswith("-" + target["details"]["abbreviation"])
                named += 1
    assert named > 10


def test_fed_decisions_are_the_shared_worlds_meetings() -> None:
    """Each meeting has five exclusive outcomes, of which the world's one wins."""
    world = World(SimSettings(markets=600), START_NS)
    for meeting in world.shared.meetings:
        markets = world.event_markets[meeting.event_ticker]
        assert {m.ticker.rpartition("-")[2] for m in markets} == {"C25", "C26", "H0", "H25", "H26"}
        assert [m.ticker for m in markets if m.plan.outcome == "yes"] == [meeting.ticker(meeting.outcome)]


def test_markets_of_a_game_close_when_it_is_over() -> None:
    """A market about a game of the world is live until the game ends, and settles as the scores say."""
    venue = Venue(markets=300, created_per_s=5, compression=600)
    venue.run(90, 0.5)
    world, settled = venue.exchange.world, 0
    for market in world.markets:
        game = market.plan.event.game
        if game is None or game.cancelled_ns is not None:
            continue
        if game.phase(world.now_ns) in {Phase.SCHEDULED, Phase.LIVE}:
            assert market.status in {"initialized", "active", "inactive"} or market.zombie
        elif market.status == "finalized":
            assert market.result == market.plan.outcome
            settled += 1
    assert settled > 20


def test_two_venues_of_one_shared_world_list_its_contests_once() -> None:
    """A world that is given draws its games from it: the shared world then knows these tickers and no others."""
    shared = SharedWorld(9, START_NS)
    world = World(SimSettings(markets=200), START_NS, shared)
    assert world.shared is shared
    games = {ticker for ticker, event in world.events.items() if event.game is not None}
    assert games == {name for one in shared.true_contests() for name in one.kalshi_event_tickers}
    assert all(c.start_ns + c.length_ns > START_NS - 7 * 86_400 * NS_PER_S for c in shared.contests)


def test_books_open_around_the_chance_that_the_world_knows() -> None:
    """The first quote of a game's market stands within a few cents of its chance."""
    world = World(SimSettings(markets=400), START_NS)
    near = 0
    for market in world.markets:
        chance, top = market.plan.chance, world.top(market)
        if market.plan.event.kind == "GAME" and chance is not None and top.bid_e4 and top.ask_e4 < 10_000:
            assert abs((top.bid_e4 + top.ask_e4) / 2e4 - chance) < 0.08
            near += 1
    assert near > 10
