"""Errors: one shape, and what to do."""

import asyncio
import threading
from typing import Any

import pytest
from serve_kit import Api, Away, api

from firstprint.serve.gate import Bounds
from firstprint.serve.workers import Workers


def _error(document: Any) -> dict[str, Any]:
    assert set(document) == {"error"}
    assert set(document["error"]) == {"code", "message", "details"}
    return document["error"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "path",
    ["/v1/series/NO", "/v1/events/NO", "/v1/markets/NO", "/v1/markets/NO/history", "/v1/nothing", "/v1/series/a/b"],
)
async def test_what_is_not_there_is_a_404(served: Api, path: str) -> None:
    """F5: an unknown ticker and an unknown path are 404 in the one shape of errors."""
    assert _error(await served.get(path, 404))["code"] == "not_found"


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/v1/series?limit=0", "limit"),
        ("/v1/series?limit=5001", "limit"),
        ("/v1/series?limit=ten", "limit"),
        ("/v1/series?is_game=perhaps", "is_game"),
        ("/v1/series?active=2", "active"),
        ("/v1/series?cursor=!", "cursor"),
        ("/v1/series?cursor=AA", "cursor"),
        ("/v1/gaps?cursor=S1hB", "cursor"),
        ("/v1/series?text=" + "x" * 201, "text"),
        ("/v1/series?tag=a&tag=b", "tag"),
        ("/v1/series?games_only=true&is_game=false", "is_game"),
        ("/v1/markets?closes_after=tomorrow", "closes_after"),
        ("/v1/markets?closes_before=2026-08-07T06:46:28", "closes_before"),
        ("/v1/markets?closes_before=2026-02-30T06:46:28Z", "closes_before"),
        ("/v1/markets?closes_before=99999999999", "closes_before"),
    ],
)
async def test_a_parameter_that_cannot_be_used_is_named_with_what_is_accepted(
    served: Api, path: str, parameter: str
) -> None:
    """F5: a bad value is a 400 that names the parameter and says what it accepts."""
    error = _error(await served.get(path, 400))
    assert error["code"] == "bad_parameter"
    assert error["details"]["parameter"] == parameter
    assert error["details"]["accepted"]


@pytest.mark.parametrize(
    ("path", "nearest"), [("/v1/series?catgory=x", "category"), ("/v1/markets?close_after=1", "closes_after")]
)
async def test_an_unknown_parameter_is_told_the_nearest_one(served: Api, path: str, nearest: str) -> None:
    """F5: a parameter that a path does not have is a 400 with the name that was probably meant."""
    error = _error(await served.get(path, 400))
    assert error["code"] == "unknown_parameter"
    assert error["details"]["nearest"] == nearest
    assert nearest in error["message"]


async def test_each_path_has_parameters_of_its_own(served: Api) -> None:
    """F5: what one path accepts is still unknown to another one, whichever was asked first."""
    await served.get("/v1/series?category=Sports")
    await served.get("/v1/stats/markets?series=KXNBAGAME")
    error = _error(await served.get("/v1/stats/markets?category=Sports", 400))
    assert error["details"]["accepted"] == ["series"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_nothing_can_be_written(served: Api, method: str) -> None:
    """F5: a method that a path does not have is a 405 in the one shape, with those it has."""
    async with served.http.request(method, served.url + "/v1/series") as answer:
        assert answer.status == 405
        assert "GET" in answer.headers["Allow"]
        assert _error(await answer.json())["code"] == "method_not_allowed"


async def test_a_database_that_is_away_is_a_503_that_says_so(served: Api) -> None:
    """F5: while the database is away answers are 503 with the reason, and afterwards they are good again."""
    served.master.broken = Away("the database cannot be used now: locked")
    for path in ("/v1/series", "/healthz"):
        error = _error(await served.get(path, 503))
        assert (error["code"], error["message"]) == ("unavailable", "the database cannot be used now: locked")
    served.master.broken = None
    assert (await served.get("/healthz"))["status"] == "ok"


async def test_a_fault_of_ours_is_a_500_that_shows_nothing(served: Api, capsys: pytest.CaptureFixture[str]) -> None:
    """F5: an error that nobody meant is a 500 without a word of it, and whole in the log."""
    served.master.broken = RuntimeError("postgresql://user:password@host failed")
    error = _error(await served.get("/v1/series", 500))
    assert error["code"] == "internal"
    assert "password" not in str(error)
    assert "password" not in str(await served.get("/healthz", 503))
    assert "RuntimeError" in "".join(capsys.readouterr())


async def test_a_read_that_takes_too_long_is_a_503_and_others_go_on() -> None:
    """F5: a database that does not answer in time is a 503, and the event loop answers others meanwhile."""
    async with api(workers=Workers(threads_max=1, read_s_max=0.05)) as served:
        served.master.gate = threading.Event()
        try:
            async with asyncio.TaskGroup() as group:
                slow = group.create_task(served.get("/v1/series", 503))
                assert (await served.get("/"))["name"] == "firstprint"
        finally:
            served.master.gate.set()
        assert _error(slow.result())["code"] == "too_slow"


async def test_more_reads_than_there_is_room_for_are_refused() -> None:
    """F5: when too many reads wait, more are a 503 that says when to come again, and the first still get answers."""
    async with api(workers=Workers(threads_max=1, reads_max=1)) as served:
        served.master.gate = threading.Event()
        async with asyncio.TaskGroup() as group:
            first = group.create_task(served.get("/v1/series"))
            await asyncio.to_thread(served.master.called.wait)
            async with served.http.get(served.url + "/v1/series") as answer:
                assert answer.status == 503
                assert int(answer.headers["Retry-After"]) > 0
                assert _error(await answer.json())["code"] == "busy"
            served.master.gate.set()
        assert first.result()["series"] == []


async def test_more_requests_than_there_is_room_for_are_refused() -> None:
    """F5: requests beyond the bound are refused before they cost anything."""
    async with api(bounds=Bounds(requests_max=1)) as served:
        served.master.gate = threading.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(served.get("/v1/series"))
            await asyncio.to_thread(served.master.called.wait)
            assert _error(await served.get("/", 503))["code"] == "busy"
            served.master.gate.set()


async def test_a_request_that_takes_too_long_is_ended() -> None:
    """F5: whatever a request waits for, it is answered when its time is over."""
    async with api(bounds=Bounds(request_s_max=0.05)) as served:
        served.master.gate = threading.Event()
        try:
            assert _error(await served.get("/v1/series", 503))["code"] == "too_slow"
        finally:
            served.master.gate.set()
