"""HTTP against one venue: bounded in time, in size, in rate, and never redirected.

It knows bytes and statuses, no meaning: a venue's REST client says which answers are good and tries again with
`net.retry`. Requests of all callers pass one limiter.
"""

import ssl
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Self
from urllib.parse import urlencode

import aiohttp
import msgspec
from yarl import URL

from firstprint.domain.clock import Clock
from firstprint.domain.errors import VenueUnavailable
from firstprint.net.limiter import Limiter

Query = Sequence[tuple[str, str]]
CHUNK_BYTES = 1 << 18
NO_LIMIT = 0


class HttpSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of one request: times in seconds, the body in bytes after decompression."""

    connect_s_max: float = 5.0
    idle_s_max: float = 15.0
    total_s_max: float = 60.0
    body_bytes_max: int = 32 << 20


class HttpAnswer(NamedTuple):
    """An HTTP answer of any status. Header names are in lower case; `wall_ns` is our wall clock when it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    wall_ns: int


class HttpClient:
    """Sends requests below one base address: GET, and POST where a venue takes its questions so.

    Use it as an async context manager, or call `close`.
    """

    def __init__(
        self,
        base_url: str,
        *,
        limiter: Limiter,
        clock: Clock,
        settings: HttpSettings | None = None,
        ssl_context: ssl.SSLContext | None = None,
        goes_first: bool = False,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.base_path = URL(self.base_url).raw_path.rstrip("/")
        self.limiter = limiter
        self._clock = clock
        self._settings = settings or HttpSettings()
        self._ssl_context = ssl_context
        self._session: aiohttp.ClientSession | None = None
        self._goes_first = goes_first

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get(
        self, path: str, query: Query = (), *, cost: float, headers: Callable[[], Mapping[str, str]] = dict
    ) -> HttpAnswer:
        """Send one GET and give the answer, whatever its status; `headers` is called at the moment of sending.

        `path` is below the base address and must be URL-safe already. Raises VenueUnavailable when no whole answer
        came: a timeout, a lost connection, no such host, an untrusted certificate, a body beyond its bound.
        """
        url = URL(f"{self.base_url}{path}?{urlencode(query)}" if query else f"{self.base_url}{path}", encoded=True)
        return await self._ask("GET", path, url, None, cost, headers)

    async def post(
        self, path: str, body: bytes, *, cost: float, headers: Callable[[], Mapping[str, str]] = dict
    ) -> HttpAnswer:
        """Send one POST with a JSON body and give the answer, whatever its status; otherwise as `get`."""

        def typed() -> Mapping[str, str]:
            return {"Content-Type": "application/json", **headers()}

        return await self._ask("POST", path, URL(f"{self.base_url}{path}", encoded=True), body, cost, typed)

    async def _ask(
        self,
        method: str,
        path: str,
        url: URL,
        body: bytes | None,
        cost: float,
        headers: Callable[[], Mapping[str, str]],
    ) -> HttpAnswer:
        async with self.limiter.first(cost) if self._goes_first else self.limiter.request(cost):
            try:
                return await self._send(method, url, body, headers())
            except TimeoutError:
                raise VenueUnavailable(f"{method} {path}", None, "no answer in time") from None
            except (aiohttp.ClientError, OSError) as error:
                raise VenueUnavailable(f"{method} {path}", None, f"{type(error).__name__}: {error}"[:300]) from error

    async def _send(self, method: str, url: URL, body: bytes | None, headers: Mapping[str, str]) -> HttpAnswer:
        if self._session is None:
            self._session = self._open_session()
        async with self._session.request(method, url, data=body, headers=headers, allow_redirects=False) as response:
            came = await self._read(response)
            names = {name.lower(): value for name, value in response.headers.items()}
            return HttpAnswer(response.status, names, came, self._clock.now().wall_ns)

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            body += chunk
            if len(body) > self._settings.body_bytes_max:
                response.close()
                detail = f"the body is larger than {self._settings.body_bytes_max} bytes"
                raise VenueUnavailable(f"{response.method} {response.url.path}", response.status, detail)
        return bytes(body)

    def _open_session(self) -> aiohttp.ClientSession:
        settings = self._settings
        timeout = aiohttp.ClientTimeout(
            total=settings.total_s_max, sock_connect=settings.connect_s_max, sock_read=settings.idle_s_max
        )
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=NO_LIMIT,  # the limiter bounds how many requests are under way
                ssl=self._ssl_context or ssl.create_default_context(),
            ),
            timeout=timeout,
            headers={"Accept-Language": "en", "User-Agent": "firstprint"},
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )
