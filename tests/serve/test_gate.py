"""What stands before the routes: hosts, bounds, headers."""

import asyncio

import pytest
from serve_kit import Api


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST:8300", "127.0.0.1:1"])
async def test_names_of_this_machine_are_answered(served: Api, host: str) -> None:
    """F5: on loopback, the names of this machine are accepted with any port."""
    async with served.http.get(served.url + "/healthz", headers={"Host": host}) as answer:
        assert (answer.status, (await answer.json())["status"]) == (200, "ok")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8300", "127.0.0.1.evil.example", "[::2]", ""])
async def test_another_name_is_refused(served: Api, host: str) -> None:
    """F5: a page elsewhere whose name was made to point here (DNS rebinding) reads nothing."""
    async with served.http.get(served.url + "/v1/series", headers={"Host": host}) as answer:
        assert answer.status == 403
        assert (await answer.json())["error"]["code"] == "foreign_host"
    assert served.master.calls == []


@pytest.mark.parametrize("path", ["/", "/v1/series", "/v1/series/NO", "/nothing", "/metrics", "/v1/series?limit=x"])
async def test_every_answer_has_headers_that_keep_it_json(served: Api, path: str) -> None:
    """F5: answers and errors say that they are what they say, may not be framed, and are shared with no other page."""
    async with served.http.get(served.url + path, headers={"Origin": "http://evil.example"}) as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Cache-Control" in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Server" not in answer.headers


async def test_head_gives_the_headers_alone(served: Api) -> None:
    """F5: HEAD is GET without the body."""
    async with served.http.head(served.url + "/v1/series") as answer:
        assert (answer.status, await answer.read()) == (200, b"")
        assert int(answer.headers["Content-Length"]) > 0


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/series?text=" + "x" * 9_000, 414),
        ("/v1/series/" + "x" * 3_000, 414),
        ("/v1/series?text=a%00b", 400),
        ("/v1/series/a%00b", 400),
    ],
)
async def test_addresses_beyond_the_bounds_are_refused(served: Api, path: str, status: int) -> None:
    """F5: an address that is too long, or that no database could look for, costs nothing."""
    assert (await served.get(path, status))["error"]["message"]
    assert served.master.calls == []


async def test_a_large_body_is_refused(served: Api) -> None:
    """F5: nothing is uploaded here."""
    async with served.http.get(served.url + "/v1/series", data=b"x" * 100_000) as answer:
        assert answer.status == 413


async def test_what_is_no_http_is_ended(served: Api) -> None:
    """F5: garbage and headers without end get an error and a closed connection; the server goes on."""
    port = int(served.url.rpartition(":")[2])
    for sent in (b"\x16\x03\x01 no http\r\n\r\n", b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        assert b"400" in await reader.read(100)
        writer.close()
        await writer.wait_closed()
    await served.get("/healthz")
