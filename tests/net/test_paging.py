"""Following cursors to the end, whatever the server does (F48)."""

import asyncio

from structlog.testing import capture_logs

from firstprint.net.paging import follow_cursor


def walk(pages: dict[str | None, str | None], pages_max: int = 50) -> list[str | None]:
    """Follow a table of cursors and give the cursor each page was asked with."""

    async def fetch(cursor: str | None) -> tuple[str | None, str | None]:
        return cursor, pages[cursor]

    async def collect() -> list[str | None]:
        return [page async for page in follow_cursor("test", fetch, pages_max)]

    return asyncio.run(collect())


def test_an_empty_or_absent_cursor_is_the_end() -> None:
    """Both an empty and a missing cursor end the list."""
    assert walk({None: "a", "a": "b", "b": ""}) == [None, "a", "b"]
    assert walk({None: None}) == [None]


def test_a_repeated_cursor_ends_the_list_and_is_logged() -> None:
    """A server whose cursors go in a circle is left, with a line in the log."""
    with capture_logs() as logs:
        assert walk({None: "a", "a": "b", "b": "a"}) == [None, "a", "b"]
    assert "repeated" in logs[0]["event"]


def test_the_number_of_pages_is_bounded() -> None:
    """A list without end is cut after its bound, with a line in the log."""
    endless: dict[str | None, str | None] = {None: "0"} | {str(n): str(n + 1) for n in range(100)}
    with capture_logs() as logs:
        assert len(walk(endless, pages_max=7)) == 7
    assert "too many" in logs[0]["event"]


def test_a_list_is_gone_on_with_from_a_cursor() -> None:
    """Paging begins at any cursor, and that cursor coming back is a circle like any other."""
    cuts: list[int] = []

    async def collect(pages: dict[str | None, str | None]) -> list[str | None]:
        async def fetch(cursor: str | None) -> tuple[str | None, str | None]:
            return cursor, pages[cursor]

        return [page async for page in follow_cursor("test", fetch, 9, begin="b", on_cut=lambda: cuts.append(1))]

    assert asyncio.run(collect({None: "a", "a": "b", "b": "c", "c": ""})) == ["b", "c"]
    assert cuts == []
    assert asyncio.run(collect({"b": "c", "c": "b"})) == ["b", "c"]
    assert asyncio.run(collect({c: chr(ord(c) + 1) for c in "bcdefghijklm"})) == list("bcdefghij")
    assert len(cuts) == 2
