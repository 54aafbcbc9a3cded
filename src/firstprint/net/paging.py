"""Following a cursor through a paged list to its end, whatever the server does with it. Fault F48."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import structlog

_log = structlog.get_logger(__name__)

Page = TypeVar("Page")

PAGES_MAX = 10_000


async def follow_cursor(
    what: str,
    fetch: Callable[[str | None], Awaitable[tuple[Page, str | None]]],
    pages_max: int = PAGES_MAX,
    *,
    begin: str | None = None,
    on_cut: Callable[[], None] = lambda: None,
) -> AsyncIterator[Page]:
    """Yield page after page; `fetch` is given a cursor (None for the first page) and gives a page and the next one.

    `begin` is the cursor to go on from. An empty or absent cursor ends the list. So does, with a line in the log, a
    cursor that came before or page number `pages_max`: a server that loops must not hold us for ever. `on_cut` is
    called then, because what was read is not known to be the whole list.
    """
    seen: set[str] = {begin} if begin else set()
    cursor: str | None = begin
    for _ in range(pages_max):
        page, cursor = await fetch(cursor)
        yield page
        if not cursor:
            return
        if cursor in seen:
            _log.warning("paging stopped: cursor repeated", what=what, cursors=len(seen))
            on_cut()
            return
        seen.add(cursor)
    _log.warning("paging stopped: too many pages", what=what, pages=pages_max)
    on_cut()
