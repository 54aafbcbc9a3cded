"""Gamma as simulated: pages, filters, refusals, and the types that fields have on the wire."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polymarket_sim_kit import EVENING_NS, HOUR_NS, NS_PER_S, START_NS, Venue, contest

from firstprint.sim.polymarket.exchange import Exchange
from firstprint.sim.polymarket.settings import PolymarketSettings
from firstprint.sim.world.shared import SharedWorld

SLUG = "nba-mil-lal-2026-09-21"


def season(count: int = 30) -> Venue:
    """Make a venue with so many games an hour apart, each over its own pair of days."""
    return Venue(*(contest(number=n, start_ns=EVENING_NS + n * 24 * HOUR_NS) for n in range(count)))


def crawl(venue: Venue, path: str, query: str) -> list[dict[str, Any]]:
    """Read a list to its end by its cursors."""
    name, rows, cursor = path.split("/")[1], [], ""
    while True:
        page = venue.gamma(path, f"{query}&after_cursor={cursor}")
        rows += page[name]
        if "next_cursor" not in page:
            return rows
        cursor = page["next_cursor"]


def test_a_list_by_cursor_gives_everything_once_and_ends_without_a_cursor() -> None:
    """Pages of ten lead through all events in the order of their ids."""
    rows = crawl(season(), "/events/keyset", "limit=10&order=id&ascending=true")
    numbers = [int(row["id"]) for row in rows]
    assert len(numbers) == 30
    assert numbers == sorted(set(numbers))


def test_the_limit_is_twenty_and_silently_at_most_a_hundred() -> None:
    """Without a limit come 20 rows, with 500 come 100."""
    venue = season()
    assert len(venue.gamma("/events/keyset")["events"]) == 20
    assert len(venue.gamma("/markets/keyset", "limit=500")["markets"]) == 100


@pytest.mark.parametrize("name", ["cursor", "next_cursor", "after"])
def test_a_wrong_name_for_the_cursor_is_ignored(name: str) -> None:
    """A misnamed cursor leads to the first page again."""
    venue = season()
    first = venue.gamma("/events/keyset", "limit=5")
    again = venue.gamma("/events/keyset", f"limit=5&{name}={first['next_cursor']}")
    assert again["events"] == first["events"]


@pytest.mark.parametrize(
    ("path", "query", "reason"),
    [
        ("/events/keyset", "offset=0", "offset is not allowed on keyset endpoints"),
        ("/events", "offset=2001", "offset too large, use /events/keyset for deeper pagination"),
        ("/markets", "offset=2001", "offset too large, use /markets/keyset for deeper pagination"),
        ("/events/keyset", "order=start_date", "order fields are not valid"),
        ("/events/keyset", "after_cursor=rubbish", "invalid cursor"),
        ("/events/keyset", "limit=many", "limit must be a number"),
        ("/events/keyset", "start_time_min=tomorrow", "start_time_min must be a time"),
    ],
)
def test_what_is_not_understood_is_refused(path: str, query: str, reason: str) -> None:
    """The answer is 422 with the venue's words."""
    assert season(2).ask("gamma", path, query) == (422, {"type": "validation error", "error": reason})


def test_lists_by_offset_are_bare_and_say_that_they_are_deprecated() -> None:
    """The older lists still answer, with headers that say their end."""
    answer = season().exchange.answer("gamma", "GET", "/events", "limit=3&offset=2", {}, START_NS)
    assert len(json.loads(answer.body)) == 3
    assert (answer.headers["deprecation"], answer.headers["sunset"]) == ("true", "Fri, 01 May 2026")


def test_arrays_are_json_in_a_string_and_numbers_are_what_they_are_on_the_wire() -> None:
    """Ids are text, lines are numbers, `volume` is text and `volumeNum` a number."""
    venue = Venue(contest())
    row = next(r for r in venue.gamma(f"/events/slug/{SLUG}")["markets"] if r["sportsMarketType"] == "spreads")
    assert json.loads(row["outcomes"]) == ["Lakers", "Bucks"]
    assert row["outcomes"] == '["Lakers", "Bucks"]'
    assert json.loads(row["clobTokenIds"]) == list(venue.market(f"{SLUG}-spread-home-7pt5").tokens)
    assert (row["line"], type(row["id"]), type(row["volume"]), type(row["volumeNum"])) == (-7.5, str, str, float)
    assert row["orderPriceMinTickSize"] == 0.01
    assert row["groupItemTitle"] == "Spread -7.5"


def test_an_event_says_its_game_as_recorded_ones_do() -> None:
    """Start, Eastern day, game id, teams with sides, series and tags."""
    event = Venue(contest()).gamma(f"/events/slug/{SLUG}")
    assert (event["startTime"], event["eventDate"]) == ("2026-09-22T01:20:00Z", "2026-09-21")
    assert [(t["abbreviation"], t["ordering"]) for t in event["teams"]] == [("mil", "away"), ("lal", "home")]
    assert event["series"][0]["id"] == "10345"
    assert {tag["id"] for tag in event["tags"]} >= {"1", "745", "100639"}
    assert isinstance(event["gameId"], int)


def test_one_object_by_id_or_slug_and_404_for_none() -> None:
    """Single lookups find closed ones too, and say so when there is none."""
    venue = Venue(contest())
    event, market = venue.directory.events[0], venue.market(SLUG)
    assert venue.gamma(f"/events/{event.number}")["slug"] == SLUG
    found = venue.gamma(f"/markets/slug/{SLUG}")
    assert found == venue.gamma(f"/markets/{market.number}")
    assert found["events"][0]["slug"] == SLUG
    assert "markets" not in found["events"][0]
    for path in ("/events/7", "/events/slug/none", "/markets/abc", "/markets/slug/none", "/nothing", "/tags/slug/none"):
        assert venue.ask("gamma", path)[0] == 404


def test_filters_narrow_and_unknown_ones_are_ignored() -> None:
    """Tag, series, game, slug, id and times; `active` and misspelt names do nothing."""
    venue = Venue(contest(), contest("NFL", "TB", "DAL", number=2, start_ns=EVENING_NS + 24 * HOUR_NS))
    nba, nfl = venue.directory.events

    def slugs(*pairs: tuple[str, str]) -> list[str]:
        return [row["slug"] for row in venue.gamma("/events/keyset", urlencode(pairs))["events"]]

    both = [nba.plan.slug, nfl.plan.slug]
    assert slugs(("tag_id", "745")) == slugs(("series_id", "10345")) == [nba.plan.slug]
    assert slugs(("game_id", str(nfl.game_id))) == slugs(("exclude_tag_id", "745")) == [nfl.plan.slug]
    assert slugs(("slug", both[0]), ("slug", "none"), ("slug", both[1])) == both
    assert slugs(("id", str(nba.number))) == [nba.plan.slug]
    assert slugs(("start_time_max", "2026-09-22T12:00:00Z")) == [nba.plan.slug]
    assert slugs(("start_time_min", "2026-09-22T12:00:00Z")) == [nfl.plan.slug]
    assert slugs(("end_date_min", "2026-09-22T12:00:00Z")) == [nfl.plan.slug]
    assert slugs(("active", "false")) == slugs(("tagid", "745")) == both
    assert slugs(("closed", "true")) == []


def test_markets_are_found_by_condition_token_and_kind() -> None:
    """The list of markets takes condition ids, token ids and kinds."""
    venue = Venue(contest())
    market = venue.market(SLUG)
    for query in (f"condition_ids={market.condition}", f"clob_token_ids={market.tokens[1]}"):
        assert [row["slug"] for row in venue.gamma("/markets/keyset", query)["markets"]] == [SLUG]
    kinds = venue.gamma("/markets/keyset", "sports_market_types=spreads&sports_market_types=totals")["markets"]
    assert {row["sportsMarketType"] for row in kinds} == {"spreads", "totals"}


def test_what_is_closed_is_hidden_unless_asked_for() -> None:
    """`closed` is false when it is not said; asked by slug a closed market is hidden too."""
    venue = Venue(contest(start_ns=START_NS + NS_PER_S, length_ns=NS_PER_S), propose_after_s=1, resolve_after_s=1)
    venue.run(10)
    assert venue.gamma("/events/keyset")["events"] == []
    assert venue.gamma("/markets/keyset", f"slug={SLUG}")["markets"] == []
    assert len(venue.gamma("/events/keyset", "closed=true")["events"]) == 1


def test_prices_are_as_old_as_the_cache() -> None:
    """Within the cache's age Gamma repeats its quote while the book has moved on."""
    venue = Venue(contest(), rate_per_s=200, stale_s=60)

    def quoted() -> tuple[float, float]:
        row = venue.gamma(f"/markets/slug/{SLUG}")
        return row["bestBid"], row["bestAsk"]

    def true() -> tuple[float, float]:
        book = venue.book(venue.market(SLUG).tokens[0])
        return float(book["bids"][-1]["price"]), float(book["asks"][-1]["price"])

    first = quoted()
    seen = set()
    for _ in range(5):
        venue.run(10, 1)
        assert quoted() == first
        seen.add(true())
    assert seen != {first}
    venue.run(15, 1)
    assert quoted() == true()


def test_sports_series_teams_and_tags_come_from_the_world() -> None:
    """What listings are made of can be read at run time."""
    venue = Venue(contest())
    sports = {row["sport"]: row for row in venue.gamma("/sports")}
    assert (sports["nba"]["ordering"], sports["epl"]["ordering"]) == ("away", "home")
    assert "745" in sports["nba"]["tags"].split(",")
    assert [row["id"] for row in venue.gamma("/series")] == ["10345"]
    assert {row["abbreviation"] for row in venue.gamma("/teams", "league=nba&limit=100")} >= {"mil", "lal"}
    assert {row["slug"] for row in venue.gamma("/tags")} >= {"sports", "nba", "games"}
    assert venue.gamma("/tags/slug/nba")["id"] == "745"
    assert "moneyline" in venue.gamma("/sports/market-types")["marketTypes"]


def test_a_client_of_the_standard_library_is_turned_away() -> None:
    """`User-Agent: Python-urllib` gets 403, on both hosts; any other is served."""
    exchange = season(1).exchange
    agent = {"User-Agent": "Python-urllib/3.11"}
    assert exchange.answer("gamma", "GET", "/tags", "", agent, START_NS).status == 403
    assert exchange.answer("clob", "GET", "/ok", "", agent, START_NS).status == 403
    assert exchange.answer("clob", "GET", "/ok", "", {"User-Agent": "anything"}, START_NS).status == 200


PATHS = ["/events/keyset", "/markets/keyset", "/events", "/markets", "/tags", "/teams", "/series", "/events/slug/%F0"]
NAMES = ["limit", "offset", "after_cursor", "order", "closed", "tag_id", "id", "start_time_min", "slug", "ascending"]


@settings(max_examples=200)
@given(st.sampled_from(PATHS), st.dictionaries(st.sampled_from(NAMES), st.text(max_size=12), max_size=4))
def test_no_question_breaks_it(path: str, query: dict[str, str]) -> None:
    """Whatever is asked is answered or refused."""
    status, _ = VENUE.ask("gamma", path, urlencode(query))
    assert status in {200, 404, 422}


VENUE = season(3)


def test_a_crawl_of_a_drawn_world_agrees_with_what_is_listed() -> None:
    """Every open event with all its markets, those that cannot be traded included, is met once."""
    shared = SharedWorld(5, START_NS)
    shared.populate(150)
    venue = Venue()
    venue.exchange = Exchange(PolymarketSettings(seed=5, rate_per_s=0), START_NS, shared)
    rows = crawl(venue, "/events/keyset", "limit=100")
    listed = [event for event in venue.exchange.world.directory.events if not event.closed]
    assert [row["slug"] for row in rows] == [event.plan.slug for event in listed]
    assert [len(row["markets"]) for row in rows] == [len(event.markets) for event in listed]
