"""Asks the HTTP API: one connection, bounded answers, pages to their end, errors that say what to do."""

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Protocol, Self, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import aiohttp
import msgspec
from yarl import URL

from firstprint.client.errors import MasterRefused, MasterUnavailable, MasterUnreadable
from firstprint.client.kept import KeptAnswers
from firstprint.domain.answers import Answer, ErrorAnswer
from firstprint.domain.errors import ConfigurationError

AnswerT = TypeVar("AnswerT", bound=Answer)
ResultT = TypeVar("ResultT")
Value = str | int | bool | None
PAGE_ROWS = 1_000
CHUNK_BYTES = 1 << 18
_OK, _NOT_MODIFIED, _NOT_FOUND, _TOO_MANY, _SERVER_ERROR = 200, 304, 404, 429, 500


class ClientSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of the client: times in seconds, sizes in bytes."""

    connect_s_max: float = 5.0
    total_s_max: float = 30.0
    body_bytes_max: int = 64 << 20
    kept_bytes_max: int = 16 << 20
    page_rows: int = PAGE_ROWS


class Page(Protocol):
    """A page of a list, with the cursor of the next one."""

    @property
    def next(self) -> str | None:
        """The cursor; None at the end."""
        ...


PageT = TypeVar("PageT", bound=Page)


class ApiClient:
    """A connection to the API at `url`, and what all questions have in common."""

    def __init__(self, url: str, settings: ClientSettings | None = None) -> None:
        """Take the address; raise ConfigurationError when it is none."""
        parts = urlsplit(url.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ConfigurationError(f"not an address of the API: {url[:100]!r}. Give one like http://127.0.0.1:8300")
        self.url = url.strip().rstrip("/")
        self._settings = settings or ClientSettings()
        self._kept = KeptAnswers(self._settings.kept_bytes_max)
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def _pages(self, path: str, kind: type[PageT], filters: dict[str, Value]) -> AsyncIterator[PageT]:
        cursors: set[str] = set()
        cursor: str | None = None
        while True:
            page = await self._get(path, filters | {"limit": self._settings.page_rows, "cursor": cursor}, kind)
            yield page
            cursor = page.next
            if cursor is None:
                return
            if cursor in cursors:
                raise MasterUnreadable(self.url + path, "its pages go in a circle")
            cursors.add(cursor)

    async def _one(self, path: str, ticker: str, kind: type[AnswerT]) -> AnswerT | None:
        try:
            return await self._get(f"{path}/{quote(ticker, safe='')}", {}, kind)
        except MasterRefused as refused:
            if refused.status == _NOT_FOUND:
                return None
            raise

    async def _get(self, path: str, filters: dict[str, Value], kind: type[ResultT]) -> ResultT:
        query = urlencode([(name, _text(value)) for name, value in filters.items() if value is not None])
        url = f"{self.url}{path}?{query}" if query else self.url + path
        body = await self._body(url)
        try:
            return msgspec.json.decode(body, type=kind)
        except msgspec.MsgspecError as error:
            raise MasterUnreadable(self.url + path, str(error)[:200]) from error

    async def _body(self, url: str) -> bytes:
        kept = self._kept.get(url)
        headers = {} if kept is None else {"If-None-Match": kept.etag}
        try:
            async with self._session().get(URL(url, encoded=True), headers=headers, allow_redirects=False) as answer:
                if answer.status == _NOT_MODIFIED and kept is not None:
                    return kept.body
                body = await self._read(answer)
                if answer.status == _OK:
                    self._kept.put(url, answer.headers.get("ETag"), body)
                    return body
                raise self._refusal(answer.status, body)
        except TimeoutError:
            raise MasterUnavailable(self.url, None, f"not within {self._settings.total_s_max:g} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise MasterUnavailable(self.url, None, f"{type(error).__name__}: {error}"[:300]) from error

    async def _read(self, answer: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        async for chunk in answer.content.iter_chunked(CHUNK_BYTES):
            body += chunk
            if len(body) > self._settings.body_bytes_max:
                answer.close()
                raise MasterUnreadable(self.url, f"an answer of more than {self._settings.body_bytes_max} bytes")
        return bytes(body)

    def _refusal(self, status: int, body: bytes) -> MasterUnavailable | MasterRefused | MasterUnreadable:
        try:
            said = msgspec.json.decode(body, type=ErrorAnswer).error
        except msgspec.MsgspecError:
            if status == _TOO_MANY or status >= _SERVER_ERROR:
                return MasterUnavailable(self.url, status, "it does not say why")
            return MasterUnreadable(self.url, f"HTTP {status} without firstprint's error")
        if status == _TOO_MANY or status >= _SERVER_ERROR:
            return MasterUnavailable(self.url, status, said.message)
        return MasterRefused(self.url, status, said.code, said.message, said.details)

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            timeout = aiohttp.ClientTimeout(total=self._settings.total_s_max, sock_connect=self._settings.connect_s_max)
            self._http = aiohttp.ClientSession(
                timeout=timeout,
                headers={"User-Agent": "firstprint"},
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._http


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
