"""The gate: what every request passes before the routes, and every answer on its way out.

It refuses hosts that are not ours, requests that are too large, and more at once than we take; it ends what takes too
long, adds the headers that keep browsers from making anything else of our JSON, and counts.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlencode

import msgspec

from firstprint.domain.clock import Clock
from firstprint.serve.errors import ApiError
from firstprint.serve.metrics import RequestFigures

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
ELSEWHERE = "elsewhere"
"""The route of requests that no path answers, in the figures."""
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What a request may cost."""

    query_bytes_max: int = 8_192
    path_bytes_max: int = 2_048
    body_bytes_max: int = 65_536
    """Nothing here reads a body; a small one is passed over."""
    request_s_max: float = 30.0
    requests_max: int = 256


class Gate:
    """Stands before an ASGI application. `hosts` are the names that may be in the Host header; None takes any."""

    def __init__(
        self, app: App, requests: RequestFigures, clock: Clock, hosts: frozenset[str] | None, bounds: Bounds
    ) -> None:
        self._app = app
        self._requests = requests
        self._clock = clock
        self._hosts = hosts
        self._bounds = bounds
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        began_ns = self._clock.now().mono_ns
        scope, answer = _plain(scope), _Answer(send)
        self._under_way += 1
        try:
            await self._pass(scope, receive, answer)
        finally:
            self._under_way -= 1
            route = scope.get("path_template") or ELSEWHERE
            self._requests.answered(route, answer.status or 500, self._clock.now().mono_ns - began_ns)

    async def _pass(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        if (refusal := self._refusal(scope)) is not None:
            await answer.refuse(refusal)
            return
        try:
            async with asyncio.timeout(self._bounds.request_s_max):
                await self._app(scope, receive, answer)
        except TimeoutError:
            if answer.status is not None:
                raise
            message = f"this took longer than {self._bounds.request_s_max:g} s"
            await answer.refuse(ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "too_slow", message))

    def _refusal(self, scope: Scope) -> ApiError | None:
        bounds, query = self._bounds, scope["query_string"]
        if self._under_way > bounds.requests_max:
            return ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "busy", "too many requests at once")
        if (host := self._foreign_host(scope)) is not None:
            message = f"this server answers to {', '.join(sorted(self._hosts or ()))} only, not to {host[:100]!r}"
            return ApiError(HTTPStatus.FORBIDDEN, "foreign_host", message)
        if len(scope["path"].encode()) > bounds.path_bytes_max or len(query) > bounds.query_bytes_max:
            return ApiError(HTTPStatus.REQUEST_URI_TOO_LONG, "too_long", "the address is too long")
        if b"%00" in query or b"\0" in query or "\0" in scope["path"]:
            return ApiError(HTTPStatus.BAD_REQUEST, "bad_parameter", "there is a NUL character in the address")
        if _body_bytes(scope) > bounds.body_bytes_max:
            return ApiError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "there is nothing here to send to")
        return None

    def _foreign_host(self, scope: Scope) -> str | None:
        if self._hosts is None:
            return None
        given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(given) == 1 and _name(given[0]) in self._hosts:
            return None
        return " and ".join(given)


class _Answer:
    """A way out that knows the status and adds headers."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message.get("headers", ()), *_HEADERS]
            if not any(name.lower() == b"cache-control" for name, _ in headers):
                headers.append((b"cache-control", b"no-store"))
            message = {**message, "headers": headers}
        await self._send(message)

    async def refuse(self, error: ApiError) -> None:
        """Answer with an error."""
        body = error.body()
        headers = [(name.encode(), value.encode()) for name, value in error.headers().items()]
        headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await self({"type": "http.response.start", "status": int(error.status), "headers": headers})
        await self({"type": "http.response.body", "body": body})


def _plain(scope: Scope) -> Scope:
    """Take HEAD for GET (the server leaves out the body), and parameters without a value for absent ones."""
    query = scope["query_string"]
    if b"=&" in query or query.endswith(b"="):
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=False)
        query = urlencode(pairs).encode()
    method = "GET" if scope["method"] == "HEAD" else scope["method"]
    return {**scope, "method": method, "query_string": query}


def _name(host: str) -> str:
    """Take the port from a Host header."""
    host = host.strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def _body_bytes(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
