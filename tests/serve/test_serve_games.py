"""Games and pairs over HTTP, and as the Python client gives them."""

from collections.abc import AsyncIterator

import pytest
from linked_kit import a_linked_world
from serve_kit import AT, Api, Away, api
from tests.linked_world import GAME, a_game, a_mapping

from firstprint.client import MasterClient, MasterRefused
from firstprint.client.master_client import ClientSettings
from firstprint.domain.contests import ContestState
from firstprint.domain.link_changes import GameQuery
from firstprint.serve.rendered import RenderedAnswers


@pytest.fixture
async def linked() -> AsyncIterator[Api]:
    """Serve a small linked world."""
    async with api(links=a_linked_world(), rendered=RenderedAnswers(bytes_max=0)) as served:
        yield served


async def test_a_game_has_its_listings_odds_and_ids(linked: Api) -> None:
    """E6: a game says who plays, when, its listings on both venues, and what the books say, each with its age."""
    [_, game] = (await linked.get("/v1/games"))["games"]
    odds = game.pop("odds")
    assert game == {
        "game_id": GAME,
        "sport": "basketball",
        "league": "NBA",
        "teams": ["atl", "bos"],
        "home": "bos",
        "away": "atl",
        "start_time": "2026-08-08T00:00:00Z",
        "state": "live",
        "markets": {
            "kalshi": {"moneyline": [f"kalshi-winner-{GAME}"], "spread": [f"kalshi-margin-{GAME}"]},
            "polymarket": {"moneyline": [f"polymarket-winner-{GAME}"], "spread": [f"polymarket-margin-{GAME}"]},
        },
        "sources": {"espn": [f"40-{GAME}"], "kalshi": [f"KXNBAGAME-{GAME}"]},
        "links": 1,
        "last_updated_time": "2026-08-07T22:00:00Z",
    }
    assert (odds[0]["kind"], odds[0]["side"], odds[0]["probability"]) == ("winner", "atl", 0.505)
    assert [(book["book"], book["age_s"]) for book in odds[0]["books"]] == [("draftkings", 12.5), ("fanduel", 12.5)]


async def test_one_game_comes_with_its_links(linked: Api) -> None:
    """E6: one game is given with every link: both sides' ids, tokens, polarity, confidence, reason, differences."""
    answer = await linked.get(f"/v1/games/{GAME}")
    [link] = answer["links"]
    assert answer["game"]["game_id"] == GAME
    assert (link["a_market"], link["b_name"], link["token_id"]) == (f"KX-L-{GAME}", f"nba-L-{GAME}", "1")
    assert (link["relation"], link["polarity"], link["confidence"]) == ("identical", "same", 0.99)
    assert link["differences"] == [{"about": "overtime", "a": "included", "b": "not said"}]


async def test_a_game_that_is_not_known_is_a_404(linked: Api) -> None:
    """An unknown game is said to be unknown, and where the known ones are."""
    error = (await linked.get("/v1/games/no%20such%20game", 404))["error"]
    assert (error["code"], error["details"]) == ("not_found", {"game": "no such game"})
    assert "/v1/games" in error["message"]


async def test_games_are_chosen_by_their_filters(linked: Api) -> None:
    """Every filter reaches the reader, times to the nanosecond."""
    await linked.get(
        "/v1/games?league=NBA&sport=basketball&game_state=live&linked=true&starts_after=1700000000.5"
        f"&starts_before={AT}&limit=7"
    )
    assert linked.links.queries[-1] == GameQuery(
        league="NBA",
        sport="basketball",
        state=ContestState.LIVE,
        linked=True,
        starts_from_ns=1_700_000_000_500_000_000,
        starts_to_ns=1_700_000_000_500_000_000,
        limit=7,
    )


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("games?game_state=playing", "game_state"),
        ("games?legue=NBA", "legue"),
        ("games?starts_after=today", "starts_after"),
        ("games?cursor=!", "cursor"),
        ("games?limit=0", "limit"),
        ("pairs?bet=moneyline", "bet"),
        ("pairs?league=NBA&league=NFL", "league"),
    ],
)
async def test_a_parameter_that_cannot_be_used_is_named(linked: Api, query: str, parameter: str) -> None:
    """C5: an unknown, repeated or senseless parameter is refused with what is accepted."""
    error = (await linked.get(f"/v1/{query}", 400))["error"]
    assert error["details"]["parameter"] == parameter
    assert error["details"]["accepted"]


async def test_pages_follow_each_other(linked: Api) -> None:
    """C5: games and pairs are followed over all their pages, in the order of the id."""
    assert [one["game_id"] for one in await linked.all_of("/v1/games", "games", 1)] == ["another", GAME]
    assert [one["id"] for one in await linked.all_of("/v1/pairs", "pairs", 1)] == ["L1", "L2"]


async def test_pairs_say_kalshis_yes(linked: Api) -> None:
    """A4: a pair is Kalshi's event and market, Polymarket's slug, the tokens of YES and NO, line and team."""
    [_, pair] = (await linked.get("/v1/pairs"))["pairs"]
    assert pair == {
        "id": "L2",
        "league": "NBA",
        "kind": "margin",
        "period": "full",
        "description": "atl - bos: bos by more than 3.5",
        "kalshi_event": "KXE-L2",
        "kalshi_market": "KX-L2",
        "polymarket_slug": "nba-L2",
        "condition_id": "0xL2",
        "yes_token_id": "1",
        "no_token_id": "2",
        "line": "3.5",
        "team": "bos",
        "contest": GAME,
        "confidence": 0.99,
    }
    assert [one["id"] for one in (await linked.get("/v1/pairs?bet=winner"))["pairs"]] == ["L1"]
    assert (await linked.get("/v1/pairs?league=NFL"))["pairs"] == []


async def test_an_unchanged_answer_is_a_304(linked: Api) -> None:
    """C5: the ETag moves with the links' revision and with nothing of the master's."""
    async with linked.http.get(linked.url + "/v1/games") as answer:
        etag = answer.headers["ETag"]
    linked.master.number += 1
    async with linked.http.get(linked.url + "/v1/games", headers={"If-None-Match": etag}) as answer:
        assert answer.status == 304
    linked.links.number += 1
    async with linked.http.get(linked.url + "/v1/games", headers={"If-None-Match": etag}) as answer:
        assert answer.status == 200
        assert answer.headers["ETag"] != etag


async def test_a_database_that_is_away_is_a_503(linked: Api) -> None:
    """A database that is away is said so, and that trying again may help."""
    linked.links.broken = Away("the database is away")
    for path in ("/v1/games", f"/v1/games/{GAME}", "/v1/links", "/v1/links?refused=true", "/v1/pairs"):
        assert (await linked.get(path, 503))["error"]["code"] == "unavailable"


async def test_the_client_follows_games_links_and_pairs(linked: Api) -> None:
    """E6: the Python client gives typed records of everything that there is, whatever the size of a page."""
    async with MasterClient(linked.url, ClientSettings(page_rows=1)) as client:
        assert [one.game_id async for one in client.games(league="NBA")] == ["another", GAME]
        assert [one.id async for one in client.links()] == ["L1", "L2"]
        assert [(one.id, one.retired_reason) async for one in client.links(gone=True)][2] == ("L3", "postponed")
        assert [one.id async for one in client.links(contest="another")] == ["L2"]
        assert [one.work_item async for one in client.refused()] == ["team:Miami", "team:Utah"]
        assert [one.work_item async for one in client.refused(venue="polymarket")] == ["team:Miami"]
        assert [(one.team, one.line) async for one in client.pairs(kind="margin")] == [("bos", "3.5")]
        answer = await client.game(GAME)
        assert answer is not None
        assert (answer.game.home, answer.links[0].token_id) == ("bos", "1")
        assert await client.game("nobody") is None
        with pytest.raises(MasterRefused, match="bet cannot be used"):
            _ = [one async for one in client.pairs(kind="moneyline")]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"},"error":{"', "\x00\x1b[31m\r\n", "\u202e" * 50])
async def test_hostile_text_comes_back_as_json_only(linked: Api, text: str) -> None:
    """F5: whatever an id, a sport or a reason holds, it comes back as that very text in JSON."""
    linked.links.all_games = [(a_game("g", sport=text), a_mapping("g"))]
    [game] = (await linked.get("/v1/games"))["games"]
    assert game["sport"] == text
