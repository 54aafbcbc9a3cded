"""Text from outside stays text."""

import pytest
from serve_kit import Api, a_market, a_series

HOSTILE = [
    "<script>alert(1)</script>", "\x00\x01\x1b[31m\r\nSet-Cookie: a=b", "\u202ereversed\u2028", "\U0001f600" * 100,
    '"},"error":{"', "x" * 10_000, "'; DROP TABLE series; --", "{{7*7}}",
]  # fmt: skip


@pytest.mark.parametrize("title", HOSTILE)
async def test_a_hostile_title_comes_back_as_json_only(served: Api, title: str) -> None:
    """F5: whatever a title holds, the answer is JSON with that very text in it, in lists and in single things."""
    served.master.all_series = [a_series("KXA", title=title, tags=(title,))]
    served.master.all_markets = [a_market("KXA-1", title=title, status=title)]
    [series] = (await served.get("/v1/series"))["series"]
    assert (series["title"], series["tags"]) == (title, [title])
    assert (await served.get("/v1/series/KXA"))["series"]["title"] == title
    [market] = (await served.get("/v1/markets"))["markets"]
    assert (market["title"], market["status"]) == (title, title)
    assert (await served.get("/v1/stats/markets"))["by_status"] == {title: 1}


@pytest.mark.parametrize("word", [word for word in HOSTILE if len(word) < 150 and "\x00" not in word])
async def test_a_hostile_parameter_is_said_back_as_json_only(served: Api, word: str) -> None:
    """F5: what a client sends comes back in errors as JSON text, and nowhere as anything else."""
    async with served.http.get(served.url + "/v1/markets", params={"closes_after": word}) as answer:
        assert answer.status == 400
        assert answer.content_type == "application/json"
        assert (await answer.json())["error"]["details"]["given"] == word[:100]
    async with served.http.get(served.url + "/v1/markets", params={word: "1"}) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]["details"]["parameter"] == word[:100]
