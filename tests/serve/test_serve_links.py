"""Links and what was refused, over HTTP."""

from collections.abc import AsyncIterator

import pytest
from linked_kit import a_link_row, a_linked_world, a_work_item
from serve_kit import AT, Api, api
from tests.linked_world import GAME, a_link

from firstprint.domain.link_changes import LinkQuery, RefusalQuery


@pytest.fixture
async def linked() -> AsyncIterator[Api]:
    """Serve a small linked world."""
    async with api(links=a_linked_world()) as served:
        yield served


async def test_a_link_says_what_it_is_and_why(linked: Api) -> None:
    """E3: a link has both sides' ids, relation, polarity, confidence, its reason, and the differences in rules."""
    page = await linked.get("/v1/links")
    assert page["refused"] == []
    assert page["links"][0] == {
        "id": "L1",
        "proposition": f"{GAME}/winner/None",
        "contest": GAME,
        "a_venue": "kalshi",
        "a_market": "KX-L1",
        "a_event": "KXE-L1",
        "b_venue": "polymarket",
        "b_market": "0xL1",
        "b_name": "nba-L1",
        "b_event": None,
        "token_id": "1",
        "other_token_id": "2",
        "relation": "identical",
        "polarity": "same",
        "reason": "same league, teams and start",
        "confidence": 0.99,
        "differences": [{"about": "overtime", "a": "included", "b": "not said"}],
        "decided_by": "rule",
        "retired_time": None,
        "retired_reason": None,
        "first_seen_time": AT,
        "last_changed_time": AT,
    }


async def test_links_that_stand_no_more_are_told_on_demand(linked: Api) -> None:
    """A retired link is out of the list unless it is asked for, and then says since when and why."""
    assert [one["id"] for one in (await linked.get("/v1/links"))["links"]] == ["L1", "L2"]
    assert [one["id"] for one in await linked.all_of("/v1/links?gone=true", "links", 2)] == ["L1", "L2", "L3"]
    last = (await linked.get("/v1/links?gone=true"))["links"][-1]
    assert (last["retired_time"], last["retired_reason"]) == (AT, "postponed")


async def test_links_are_chosen_by_venue_market_and_contest(linked: Api) -> None:
    """Every filter reaches the reader."""
    await linked.get("/v1/links?venue=kalshi&market=KX-L1&contest=c&limit=3")
    assert linked.links.queries[-1] == LinkQuery(venue="kalshi", market="KX-L1", contest="c", limit=3)
    assert [one["id"] for one in (await linked.get("/v1/links?contest=another"))["links"]] == ["L2"]
    assert (await linked.get("/v1/links?venue=espn"))["links"] == []


async def test_what_was_refused_says_why_and_what_came_near(linked: Api) -> None:
    """E3: what was refused is one row for each decision that would resolve it, with a count and candidates."""
    page = await linked.get("/v1/links?refused=true&venue=kalshi&gone=true")
    assert linked.links.queries[-1] == RefusalQuery(venue="kalshi", gone=True)
    assert page["links"] == []
    [item] = page["refused"]
    assert (item["work_item"], item["listings"], item["candidates"]) == ("team:Utah", 3, ["Utah Jazz"])
    assert (item["code"], item["first_seen_time"], item["resolved_time"]) == ("unknown_team", AT, None)
    everything = await linked.all_of("/v1/links?refused=true", "refused", 1)
    assert [one["work_item"] for one in everything] == ["team:Miami", "team:Utah"]


@pytest.mark.parametrize("name", ["contest", "market"])
async def test_what_was_refused_has_no_contest(linked: Api, name: str) -> None:
    """Two parameters that contradict each other are an error, and never half obeyed."""
    error = (await linked.get(f"/v1/links?refused=true&{name}=x", 400))["error"]
    assert (error["code"], error["details"]["parameter"]) == ("bad_parameter", name)


async def test_hostile_reasons_are_only_text(linked: Api) -> None:
    """F5: titles and names that stand in reasons and candidates come back as JSON text."""
    text = '<img src=x onerror=alert(1)>\u2028\x00"'
    linked.links.all_links = [a_link_row(a_link(reason=text))]
    linked.links.all_refusals = [a_work_item("w", reason=text, candidates=(text,))]
    assert (await linked.get("/v1/links"))["links"][0]["reason"] == text
    [item] = (await linked.get("/v1/links?refused=true"))["refused"]
    assert (item["reason"], item["candidates"]) == (text, [text])
