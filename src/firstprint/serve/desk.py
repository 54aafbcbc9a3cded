"""The desk: where a request meets a reader. Answers with a revision come with an ETag, and from memory if they can."""

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from firstprint.domain.answers import Answer
from firstprint.serve.ports import Readers
from firstprint.serve.rendered import Question, RenderedAnswers
from firstprint.serve.workers import Workers

AnyRequest: TypeAlias = Request[Any, Any, Any]
JSON = "application/json"
_REVALIDATE = "no-cache"


class Desk:
    """Answers requests by asking a reader in a thread."""

    def __init__(self, readers: Readers, workers: Workers, rendered: RenderedAnswers) -> None:
        self.readers = readers
        self._workers = workers
        self._rendered = rendered

    async def master(self, request: AnyRequest, read: Callable[[], Answer]) -> Response[Any]:
        """Answer from the master, as it is at its revision."""
        return await self._revised(request, self.readers.master.revision, read)

    async def links(self, request: AnyRequest, read: Callable[[], Answer]) -> Response[Any]:
        """Answer from the links, as they are at their revision."""
        return await self._revised(request, self.readers.links.revision, read)

    async def _revised(
        self, request: AnyRequest, revised: Callable[[], int], read: Callable[[], Answer]
    ) -> Response[Any]:
        """Answer 304 when the client has it, from memory when this was asked at this revision before.

        The revision is read before the data, so that an answer may be newer than its ETag says, and never older.
        """
        question = Question(request.scope["path"], urlencode(sorted(request.query_params.multi_items())))
        revision = await self._workers.run(revised)
        headers = {"etag": self._etag(question, revision), "cache-control": _REVALIDATE}
        if _has(request.headers.get("if-none-match"), headers["etag"]):
            return Response(None, status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        body = self._rendered.get(question, revision)
        if body is None:
            body = await self._workers.run(lambda: msgspec.json.encode(read()))
            self._rendered.put(question, revision, body)
        return Response(body, headers=headers, media_type=JSON)

    async def record(self, read: Callable[[], Answer]) -> Response[Any]:
        """Answer from what is outside the master's revision: anew each time."""
        return Response(await self._workers.run(lambda: msgspec.json.encode(read())), media_type=JSON)

    async def ask(self, read: Callable[[], Any]) -> Any:
        """Run a read in a thread and give what it gives."""
        return await self._workers.run(read)

    def _etag(self, question: Question, revision: int) -> str:
        parts = "\n".join((self.readers.instance, str(revision), *question))
        return f'W/"{hashlib.blake2b(parts.encode(), digest_size=12).hexdigest()}"'


def _has(if_none_match: str | None, etag: str) -> bool:
    if if_none_match is None:
        return False
    given = [one.strip() for one in if_none_match.split(",")]
    return etag.removeprefix("W/") in (one.removeprefix("W/") for one in given)


TheDesk: TypeAlias = NamedDependency[SkipValidation[Desk]]
